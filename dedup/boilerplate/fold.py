"""The form in which furniture is compared: one line, plain quotes and dashes, no accents.

Letters keep their case, because capitals are evidence ("READ MORE" is a link, "read more" may
be prose); patterns ignore case where they want to.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from dedup.expressions import later

UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Myanmar, Khmer
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # kana, Han
)
"""Scripts written without spaces, as the inside of a character class; one character, one token."""

MARKED = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0610-\u061a\u064b-\u065f"
"""Scripts whose vowel signs are not ``\\w`` in Python but belong to the word."""

TOKEN = later(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+(?:[{MARKED}]+[^\W_{UNSPACED}]*)*")
"""A word, or one character where words are not separated."""

_ASCII_TOKEN = later("[a-z0-9]+")
_WINDOW = 64
_WORDS = 5
"""Where the first or last two words are sought: so many characters and words, bullets included."""

_QUOTES = {"'": "\u2018\u2019\u201a\u201b\u02bc\u02b9\u0060\u00b4", '"': "\u201c\u201d\u201e\u201f"}
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
INVISIBLE = dict.fromkeys((
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10), 0xAD, 0xFEFF, 0x640,
))  # fmt: skip
"""Code points that join or steer letters and are none, as a table for ``str.translate``."""

_LETTERS = {"ß": "ss", "ẞ": "SS", "ı": "i", "İ": "I", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O",
            "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE"}  # fmt: skip
_ACCENTED = ((0xC0, 0x250), (0x386, 0x3CF), (0x400, 0x460), (0x1E00, 0x2000))


@cache
def _table() -> dict[int, str | None]:
    """Code point to replacement; a constant, computed on first use."""
    table: dict[int, str | None] = dict(INVISIBLE)
    for plain, fancy in _QUOTES.items():
        table |= dict.fromkeys(map(ord, fancy), plain)
    table |= dict.fromkeys(map(ord, _DASHES), "-")
    for low, high in _ACCENTED:
        for code in range(low, high):
            base = unicodedata.normalize("NFD", chr(code))[0]
            if base != chr(code):
                table[code] = base
    table |= {ord(letter): plain for letter, plain in _LETTERS.items()}
    return table | dict.fromkeys(range(0x300, 0x370)) | dict.fromkeys(range(0x64B, 0x660))


def fold(text: str) -> str:
    """The text on one line with single spaces, compatibility forms, quotes and accents folded."""
    if not text.isascii():
        text = _plain(unicodedata.normalize("NFKC", text))
    # The only white space that is printable is the space, and most lines hold single ones.
    single = text.isprintable() and "  " not in text and text.strip() == text
    return text if single else " ".join(text.split())


def _plain(text: str) -> str:
    """The text with the characters of the table replaced, word by word.

    ``translate`` takes its time over every character, and in most texts only a quote or a name
    here and there is not ASCII. The grave accent is the one character of the table that is.
    """
    table = _table()
    words = text.replace("`", "'").split(" ")
    return " ".join([word if word.isascii() else word.translate(table) for word in words])


def tokens(folded: str) -> list[str]:
    """Lower-cased words; single characters in scripts without spaces."""
    return TOKEN.findall(folded.lower())


def first_words(text: str) -> tuple[str, str]:
    """The key of the first two words of a text and that of the first, empty if there is none."""
    found = _few_tokens(text[:_WINDOW].split()[:_WORDS])
    return (" ".join(found[:2]), found[0]) if found else ("", "")


def last_words(text: str) -> tuple[str, str]:
    """The key of the last two words of a text and that of the last, empty if there is none."""
    found = _few_tokens(text[-_WINDOW:].split()[-_WORDS:])
    return (" ".join(found[-2:]), found[-1]) if found else ("", "")


def _few_tokens(words: list[str]) -> list[str]:
    joined = " ".join(words)
    if joined.isascii():
        return _ASCII_TOKEN.findall(joined.lower())
    return TOKEN.findall(fold(joined).lower())


def key(literal: str) -> str:
    """What a literal head or tail of a phrase is looked up by."""
    return " ".join(TOKEN.findall(fold(literal).lower()))
