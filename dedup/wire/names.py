"""Names that datelines and credits are made of: agencies, places, months, labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

MARKED: Final = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff\u0610-\u061a\u064b-\u065f\u0e31-\u0e4e"
"""Vowel signs, which Python's ``\\w`` leaves out; inside of a character class."""

LETTER: Final = rf"(?:[^\W\d_]|[{MARKED}])"
LOWER: Final = "a-zß-öø-ÿāăąćčďđēėęěğģīįıķļłńňņōőœřśšşťūůűųźžžșțа-яёђіїєґјљњћџάέήίόύώα-ω"
UPPER: Final = rf"(?:(?![{LOWER}])[^\W\d_])"
"""A capital, or a letter of a script without them."""

WORD = re.compile(rf"[^\W\d_]{LETTER}*")
"""A run of letters with the vowel signs that belong to it."""

_RUN = re.compile(r"\w+")

Spellings = dict[str, list[str]]


class Names:
    """Which words are agencies, places, months; built from ``names.toml``, never changed."""

    __slots__ = ("_agencies", "_agency_spellings", "_bare", "_last_words", "_places",
                 "labels", "months", "regions",
                 "weekdays")  # fmt: skip

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._agencies: dict[str, str] = tables["agencies"]
        self._agency_spellings: Spellings = tables["agency_spellings"]
        self._places: Spellings = tables["places"]
        self._last_words = frozenset(tables["last_words"])
        self._bare = frozenset(tables["bare"])
        self.months = frozenset(tables["months"])
        self.weekdays = frozenset(tables["weekdays"])
        self.regions = frozenset(tables["regions"])
        self.labels = frozenset(tables["labels"])

    def agency(self, text: str) -> str | None:
        """The agency that a text names, as it signs or in capitals: "AP", "The Associated Press".

        Of "dpa/lby", "Reuters/AFP" and "EFE-AFP" the first; None when it names none.
        """
        text = " ".join(text.split()).strip(" .")
        if "Photo" in text or "Foto" in text:
            return None  # that is whose picture it is
        found = self._named(text)
        if found or not text:
            return found
        for mark in ("/", ",", " - ", "-", " &", " and "):
            head, split, _ = text.partition(mark)
            if split and (found := self._named(head.strip())):
                return found
        return self._named(text.rpartition("/")[2].strip())

    def _named(self, text: str) -> str | None:
        return self._agencies.get(text) or self._agencies.get(text.removeprefix("The "))

    def agency_at(self, text: str, at: int, word: str, any_: bool) -> tuple[int, str] | None:
        """Where the agency ends whose name begins here, and which it is; ``word`` as by WORD.

        Only agencies that sign without brackets, unless ``any_``; the longest spelling wins.
        """
        for name in self._agency_spellings.get(word, ()):
            if text.startswith(name, at) and _ends(text, at + len(name)):
                agency = self._agencies[name]
                return (at + len(name), agency) if any_ or agency in self._bare else None
        return None

    def may_sign(self, word: str) -> bool:
        """Whether an agency's name may end with this word, or with its last piece."""
        return word in self._last_words

    def signature(self, text: str) -> tuple[int, str] | None:
        """Where the agency begins whose name a text ends with, and which it is; or None."""
        words = text.split()[-4:]
        for first in range(len(words)):
            name = " ".join(words[first:])
            if (agency := self._agencies.get(name.lstrip("-–—/"))) and text.endswith(name):
                return len(text) - len(name.lstrip("-–—/")), agency
        return None

    def place_at(self, text: str, at: int, word: str) -> int:
        """Where the known city ends that begins here, or -1."""
        for name in self._places.get(word, ()):
            if text.startswith(name, at) and _ends(text, at + len(name)):
                return at + len(name)
        return -1

    def is_place(self, text: str) -> bool:
        """Whether the text is the name of a known city."""
        word = WORD.match(text)
        return word is not None and text in self._places.get(word[0].lower(), ())

    def is_bare(self, agency: str) -> bool:
        """Whether the agency signs without brackets."""
        return agency in self._bare


def _ends(text: str, at: int) -> bool:
    return at >= len(text) or WORD.match(text, at) is None


def _spellings(names: Iterable[str]) -> Spellings:
    """Names by their first word in lower case, the longest first."""
    by_word: dict[str, list[str]] = {}
    for name in names:
        word = WORD.match(name)
        by_word.setdefault(word[0].lower() if word else "", []).append(name)
    return {word: sorted(by_word[word], key=len, reverse=True) for word in sorted(by_word)}


def name_tables(source: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, Any]:
    """What :class:`Names` is made of, from the tables of ``names.toml``: with capitals added."""
    agencies: dict[str, str] = {}
    for agency, names in source["agencies"].items():
        for name in names:
            agencies.setdefault(name, agency)
            agencies.setdefault(name.upper(), agency)
    cities = [city for cities in source["places"].values() for city in cities]
    return {
        "agencies": dict(sorted(agencies.items())),
        "bare": sorted(source["bare"]["names"]),
        "agency_spellings": _spellings(agencies),
        "last_words": sorted({last for name in agencies for last in _RUN.findall(name)[-1:]}),
        "places": _spellings(sorted({*cities, *(city.upper() for city in cities)})),
        "months": _lower(source["months"]),
        "weekdays": _lower(source["weekdays"]),
        "regions": sorted({r for regions in source["regions"].values() for r in regions}),
        "labels": sorted(set(source["labels"]["words"])),
    }


def _lower(by_language: Mapping[str, Sequence[str]]) -> list[str]:
    return sorted({word.lower() for words in by_language.values() for word in words})
