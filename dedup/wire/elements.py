"""What datelines are made of, as expressions: places, dates, and the marks between.

An expression says what may be a place or a date; whether it is one, :mod:`dedup.wire.names` says.
"""

from __future__ import annotations

from typing import Final

from dedup.expressions import later
from dedup.wire.names import LETTER, LOWER, UPPER

_CAPITAL = rf"(?:(?![{LOWER}])[^\W\d_])"
_CAPS_WORD = rf"{_CAPITAL}(?:{_CAPITAL}|['’.&-](?=[^\W\d_]))*(?![{LOWER}])"
_SAINT = r"(?:(?:ST|MT|FT|PT|STE)\. )?"
CAPITALS = later(
    rf"(?=[A-ZÀ-ÞĀ-ſΆ-ΫЀ-Я])(?:Mc|De|La)?{_SAINT}{_CAPS_WORD}"
    rf"(?:[ /\n]{_SAINT}(?:(?:de|la|el|do|am) )?{_CAPS_WORD}){{0,4}}"
)
"""One to five words in capitals, of a script that has them."""

_WORD = rf"{UPPER}(?:{LETTER}|['’.-](?={LETTER}))*"
_PARTICLE = r"(?:de|da|do|dos|del|di|la|le|el|al|am|an der|sur|sul|of|the|und|and|y|e)"
NAMED = later(rf"{_WORD}(?:[ /]{{1,2}}(?:{_PARTICLE} )?{_WORD}){{0,3}}")
"""One to four words that begin with a capital or belong to a script without them."""

REGION = later(rf"{_WORD}\.?(?: (?:{_PARTICLE} )?{_WORD}\.?){{0,3}}")
"""The same with abbreviations, as after a comma: ``Conn.``, ``N.H.``"""

_YEAR = r"(?:,? (?:de |del )?\d{4}(?: ?г\.| г| р\.)?)?"
DAY_FIRST = later(
    rf"\d{{1,2}}(?:er|st|nd|rd|th|º|°|\.)? ?(?:de |of )?(?P<month>{LETTER}+)\.?{_YEAR}"
    rf"|\d{{4}}\. (?P<hungarian>{LETTER}+) \d{{1,2}}\."
    r"|\d{1,2}(?=,? ?[(\[])|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
)
MONTH_FIRST = later(rf"(?P<month>{LETTER}+)\.? ?\d{{1,2}}(?:st|nd|rd|th)?{_YEAR}(?!\d)")
WEEKDAY = later(rf"{LETTER}+\.?(?:,? |,|(?=\)))")

DASHES: Final = "-–—―ـ_="
COLONS: Final = (":", "：")
COMMAS: Final = (",", "،")
STOPS: Final = ".।۔"
SEPARATOR = later(
    r"[^\S\n]*(?:\n[^\S\n]*(?=\S))?"
    rf"(\.? ?(?:-{{1,3}}|[–—―ـ_]+)|=|[:：]|\||[{STOPS}]|[,،]|(?=\S)|(?=\n|\Z))\s*"
)
"""The mark between two elements, empty where only white space stands; a line may end before it."""

BRACKETS: Final = {"(": ")", "[": "]", "«": "»", "“": "”", "（": "）", "［": "］", "/": "/"}

_MARKS = r"\-–—―ـ_=:|：()\[\]/«“（［【,.،。।۔"
_OPENING = later(rf"([^{_MARKS}]{{0,64}})([{_MARKS}])(?:([^{_MARKS}]{{0,45}})[{_MARKS}])?")
_STRONG = later(r"[(\[/|（［\d–—]")
_DIGIT = later(r"\d")
_SOON: Final = 64
_MOST_SPACES: Final = 6
"""Longest names seen: "Santiago de Compostela", "Neustadt an der Weinstraße" and a date behind."""


def may_begin(text: str, at: int, end: int, strong: bool = False) -> bool:
    """Whether a dateline may begin here at all, at a tenth of the cost of looking for one.

    What stands before the first mark, and if that is a comma, full stop or hyphen, before the
    second, may be a name or a date; ``strong`` asks for a bracket, a date or a dash soon.
    """
    if text[at : at + 1].islower() or (
        strong and _STRONG.search(text, at, min(end, at + _SOON)) is None
    ):
        return False
    match = _OPENING.match(text, at, end)
    if match is None:
        return False
    first, mark, second = match.groups()
    if not _nameable(first, first):
        return False
    if mark in ",.-،" and (mark != "-" or first[-1:] != " "):
        inside_a_word = mark == "." and second and not second[0].isspace()
        return bool(inside_a_word) or (second is not None and _nameable(second, match[0]))
    return True


def _nameable(part: str, whole: str) -> bool:
    """Whether few words, the last no small one unless the whole has a number: "3 mayo"."""
    last = part.rstrip().rpartition(" ")[2]
    return part.count(" ") <= _MOST_SPACES and not (
        last[:1].islower() and _DIGIT.search(whole) is None
    )
