"""The matching form: one entry a code point, the same for every engine and platform.

What the words of a story look like when they are compared. The table says of each code point
whether it separates words, is dropped, is part of a word (and as which folded code point), is a
token of its own, or is a dash. Case, width, quotes and dashes fold; so do the diacritics of the
Latin, Greek, Cyrillic, Arabic and Hebrew scripts (marks, Arabic vowel signs and tatweel are
dropped). Vowel signs of Indic scripts stay, digits of every script become ASCII digits, and each
code point of a script written without spaces is a token of its own.

One code point folds to one code point, so "ß" stays "ß" and a ligature stays a ligature.

The table is generated from Python's Unicode data and shipped: ``python -m
dedup.text.matching_form`` writes it anew. It is versioned, because a change of it changes
results.
"""

from __future__ import annotations

import sys
import unicodedata
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

VERSION = "1"
"""Goes into every manifest; raise it whenever an entry of the table changes."""

SEPARATOR, DROPPED, WORD, SOLO, DASH = range(5)
"""Kinds. A DASH is a token of its own before a digit and not behind a word ("-5"), else it
separates ("2019-20", "so-called")."""

BREAK, BLANK = 1, 2
"""Layout flags: ends a line; is white space (a line break is both)."""

_FILE = "matching_form.npz"
_CODES = 0x110000

_NO_SPACES = (
    "CJK UNIFIED", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC ITERATION", "IDEOGRAPHIC NUMBER",
    "KANGXI", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "BOPOMOFO", "COMBINING KATAKANA",
    "THAI", "LAO", "KHMER", "MYANMAR", "JAVANESE", "BALINESE", "TAI ", "NEW TAI",
)  # fmt: skip
_FOLD_MARKS = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
_MARK_BLOCKS = (
    (0x0300, 0x036F), (0x0483, 0x0489), (0x0591, 0x05C7), (0x0610, 0x061A), (0x064B, 0x065F),
    (0x0670, 0x0670), (0x06D6, 0x06ED), (0x08D3, 0x08FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF), (0xFE00, 0xFE0F), (0xFE20, 0xFE2F), (0xE0100, 0xE01EF),
)  # fmt: skip
_APOSTROPHES = frozenset("'’‘ʼ＇`´׳״‛ʻ")
_TATWEEL = "ـ"
_SYMBOLS = frozenset("%٪‰+±°")
"""Signs that carry a fact beside a number: tokens of their own, as currencies are."""
_STROKES = {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŀ": "l"}
"""Letters with a stroke have no decomposition; wires write them both ways."""
_BREAKS = "\n\v\f\r\x85\u2028\u2029"
_BLANK_TOO = "\u200b\ufeff\u2060\x00"
"""Invisible, so a line of nothing else is blank to a reader, though Unicode has it otherwise."""


class MatchingForm(NamedTuple):
    """The table, indexed by code point."""

    kind: npt.NDArray[np.uint8]
    folded: npt.NDArray[np.uint32]
    layout: npt.NDArray[np.uint8]
    capital: npt.NDArray[np.uint8]
    """1 for capital letters. Nothing is compared by it, it says that a word may be a name."""


def load() -> MatchingForm:
    """The shipped table: four arrays of 0x110000 entries (about 8 MB, read in some 5 ms)."""
    with (files("dedup.text") / _FILE).open("rb") as stream, np.load(stream) as arrays:
        lengths = np.diff(arrays["begin"], append=_CODES)
        folded = np.repeat(arrays["offset"].view(np.uint32), lengths)
        folded += np.arange(_CODES, dtype=np.uint32)
        kind, layout, capital = (
            np.repeat(arrays[name], lengths) for name in ("kind", "layout", "capital")
        )
        return MatchingForm(kind, folded, layout, capital)


def build() -> MatchingForm:
    """The table, worked out from this Python's Unicode data (about 3 s)."""
    kind = np.full(_CODES, WORD, np.uint8)
    folded = np.arange(_CODES, dtype=np.uint32)
    layout = np.zeros(_CODES, np.uint8)
    capital = np.zeros(_CODES, np.uint8)
    for code in range(_CODES):
        char = chr(code)
        if unicodedata.category(char) in ("Cn", "Co"):
            continue
        kind[code], folded[code] = _entry(char)
        if char in _BREAKS:
            layout[code] = BREAK | BLANK
        elif char.isspace() or char in _BLANK_TOO:
            layout[code] = BLANK
        capital[code] = char.isupper() or char.istitle()
    return MatchingForm(kind, folded, layout, capital)


def _entry(char: str) -> tuple[int, int]:
    category = unicodedata.category(char)
    if char in _APOSTROPHES or char == _TATWEEL or category == "Cf" or _is_mark(char):
        return DROPPED, ord(char)
    if category == "Pd" or char == "−":
        return DASH, ord("-")
    if category == "Nd":
        return WORD, ord("0") + unicodedata.digit(char)
    if category == "Sc" or char in _SYMBOLS or unicodedata.normalize("NFKC", char) in _SYMBOLS:
        plain = unicodedata.normalize("NFKC", char)
        return SOLO, ord("%") if char == "٪" else ord(plain) if len(plain) == 1 else ord(char)
    if category[0] in "LNM":
        plain = _fold(char)
        name = unicodedata.name(plain, "")
        return (SOLO if name.startswith(_NO_SPACES) else WORD), ord(plain)
    return SEPARATOR, ord(char)


def _is_mark(char: str) -> bool:
    code = ord(char)
    return unicodedata.category(char)[0] == "M" and any(a <= code <= b for a, b in _MARK_BLOCKS)


def _fold(char: str) -> str:
    """The single code point a letter folds to; itself when its folding takes several."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    parts = unicodedata.normalize("NFD", plain)
    base, marks = parts[0], parts[1:]
    if unicodedata.name(base, "").startswith(_FOLD_MARKS) and all(map(_is_mark, marks)):
        plain = base
    if len(plain) != 1:
        plain = char.lower() if len(char.lower()) == 1 else char
    return _STROKES.get(plain, plain)


def save(form: MatchingForm, path: str) -> None:
    """Write the table as runs of code points that agree in everything, foldings as offsets.

    A few thousand rows, not packed any further: unpacking a million took four times as long as all
    else that a start reads.
    """
    offset = form.folded.astype(np.int32) - np.arange(_CODES, dtype=np.int32)
    changes = [np.diff(column) != 0 for column in (form.kind, offset, form.layout, form.capital)]
    begin = np.flatnonzero(np.append(True, np.logical_or.reduce(changes))).astype(np.int32)
    np.savez(
        path, begin=begin, kind=form.kind[begin], offset=offset[begin], layout=form.layout[begin],
        capital=form.capital[begin],
    )  # fmt: skip


if __name__ == "__main__":
    save(build(), sys.argv[1] if len(sys.argv) > 1 else str(files("dedup.text") / _FILE))
