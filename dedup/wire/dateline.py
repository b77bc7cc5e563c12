"""Datelines: ``KABUL, Afghanistan, Dec. 3 (AP) -- ``, ``(ANSA) - ROMA, 03 DIC - ``, ``МОСКВА, 5 мая /ТАСС/.``

A dateline is read word by word: places, a date, an agency, in any order, with marks between and
one at the end. What there is decides how strong a mark must end it: with an agency in brackets
nearly any, with a place alone a dash with space around it, and then the place must be a known
city or stand in capitals. Prose fails at its first words.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from dedup.wire.entries import LOWER, UPPER
from dedup.wire.names import LETTER, WORD, Names

WIDEST: Final = 140
"""Characters a dateline may take: the longest seen, three cities with two agencies, took 96."""

_BRACKETS: Final = {"(": ")", "[": "]", "«": "»", "“": "”", "（": "）", "［": "］", "/": "/"}
_INSIDE: Final = 60

_CAPS_WORD = rf"(?:(?![{LOWER}])[^\W\d_])(?:(?![{LOWER}])[^\W\d_]|['’.&-](?=[^\W\d_]))*(?![{LOWER}])"
_CAPS = re.compile(rf"(?=[A-ZÀ-ÞĀ-ſΆ-ΫЀ-Я])(?:(?:ST|MT|FT|PT|STE)\. |Mc|De|La)?{_CAPS_WORD}(?:(?: |/|\n)(?:ST\. )?(?:(?:de|la|el|do|am) )?{_CAPS_WORD}){{0,4}}")
_NAMED_WORD = rf"{UPPER}(?:{LETTER}|['’.-](?={LETTER}))*"
_PARTICLE = r"(?:de|da|do|dos|del|di|la|le|el|al|am|an der|sur|sul|of|the|und|and|y|e)"
_NAMED = re.compile(rf"{_NAMED_WORD}(?:[ /]{{1,2}}(?:{_PARTICLE} )?{_NAMED_WORD}){{0,3}}")
_REGION = re.compile(rf"{_NAMED_WORD}\.?(?: (?:{_PARTICLE} )?{_NAMED_WORD}\.?){{0,3}}")

_YEAR = r"(?:,? (?:de |del )?\d{4}(?: ?г\.| г| р\.)?)?"
_DATE = re.compile(
    rf"\d{{1,2}}(?:er|st|nd|rd|th|º|°|\.)? ?(?:de |of )?(?P<month>{LETTER}+)\.?{_YEAR}"
    rf"|\d{{4}}\. (?P<hungarian>{LETTER}+) \d{{1,2}}\."
    r"|\d{1,2}(?=,? ?[(\[])|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}"
)
_MONTH_FIRST = re.compile(rf"(?P<month>{LETTER}+)\.? ?\d{{1,2}}(?:st|nd|rd|th)?{_YEAR}(?!\d)")
_WEEKDAY = re.compile(rf"{LETTER}+\.?(?:,? |,|(?=\)))")

_SEPARATOR = re.compile(
    r"[^\S\n]*(?:\n[^\S\n]*(?=\S))?(\.? ?(?:-{1,3}|[–—―ـ_]+)|=|[:：]|\||[.।۔]|[,،]|(?=\S)|(?=\n|\Z))\s*"
)


class Found(NamedTuple):
    """A dateline: where it ends, with the white space after it, and what it names."""

    end: int
    place: str
    date: str
    agency: str | None
    strong: bool
    """Whether it is a dateline wherever it stands: agency in brackets, date, or capitals."""


NO_PLACE, NAMED, CAPITALS, CITY = range(4)
"""How sure it is that words name a place: any words with capitals, in capitals, a known city."""


class _Parse:
    """A dateline as far as it was read."""

    __slots__ = ("agency", "at", "closed", "date", "enclosed", "mark", "names", "outlet", "place",
                 "quality", "text")  # fmt: skip

    def __init__(self, text: str, at: int, names: Names) -> None:
        self.text, self.at, self.names = text, at, names
        self.place = self.date = self.mark = ""
        self.agency: str | None = None
        self.quality = NO_PLACE
        self.enclosed = False  # the agency stood in brackets
        self.outlet = False  # something else stood in brackets
        self.closed = False  # the last element ended with a bracket

    def element(self, after_comma: bool) -> bool:
        """Read one more element; False when there is none here."""
        text, at = self.text, self.at
        first = text[at : at + 1]
        self.closed = first in _BRACKETS
        if self.closed:
            return self._bracket(first)
        if first.isdigit():
            return self._date(_DATE)
        match = WORD.match(text, at)
        if match is None:
            return False
        word = match[0].lower()
        return (
            (word in self.names.weekdays and self._weekday(after_comma))
            or (not self.date and word in self.names.months and self._date(_MONTH_FIRST))
            or (self.agency is None and self._bare_agency(word, bool(self.mark and self.mark in "-–—ـ")))
            or (self.quality == NO_PLACE and self._place(word))
            or (after_comma and not self.date and self.agency is None and self._region())
        )

    def _bracket(self, first: str) -> bool:
        close = self.text.find(_BRACKETS[first], self.at + 1, self.at + _INSIDE)
        inside = self.text[self.at + 1 : close].strip() if close > 0 else ""
        if not inside or inside in ".,":
            return False
        if self.agency is None and (agency := self.names.agency(inside)):
            self.agency, self.enclosed = agency, True
        elif first == "/":
            return False
        elif not self._bracketed_place(inside):
            if self.quality == NO_PLACE:
                return False
            self.outlet = True
        self.at = close + 1
        return True

    def _bracketed_place(self, inside: str) -> bool:
        """``(CHICAGO) —`` and ``North Lakhimpur (Assam):``."""
        caps = _CAPS.match(inside)
        if self.names.is_place(inside.partition(",")[0]):
            quality = CITY
        elif caps and self.quality == NO_PLACE and caps.end() >= 4 and inside not in self.names.labels:
            quality = CAPITALS
        else:
            return False
        self.place = f"{self.place} ({inside})" if self.place else inside
        self.quality = max(self.quality, quality)
        return True

    def _weekday(self, after_comma: bool) -> bool:
        match = _WEEKDAY.match(self.text, self.at)
        if match is None or (self.date and not after_comma):
            return False
        if self.date:  # 2020. május 5., kedd
            self.at = WORD.match(self.text, self.at).end()  # type: ignore[union-attr]
            return True
        start, self.at = self.at, match.end()
        following = WORD.match(self.text, self.at)
        if following and following[0].lower() in self.names.months:
            self._date(_MONTH_FIRST)
        elif self.text[self.at : self.at + 1].isdigit():
            self._date(_DATE)
        self.date = self.text[start : self.at].strip(" ,")
        return True

    def _date(self, form: re.Pattern[str]) -> bool:
        match = form.match(self.text, self.at)
        if match is None or self.date:
            return False
        groups = match.groupdict()
        month = groups.get("month") or groups.get("hungarian")
        if month and month.lower() not in self.names.months:
            return False
        self.date, self.at = " ".join(match[0].split()), match.end()
        return True

    def _bare_agency(self, word: str, after_dash: bool) -> bool:
        found = self.names.agency_at(self.text, self.at, word, after_dash)
        if found:
            self.at, self.agency = found
        return found is not None

    def _place(self, word: str) -> bool:
        end, quality = self.names.place_at(self.text, self.at, word), CITY
        if caps := _CAPS.match(self.text, self.at):
            shown = caps[0].rstrip(".-/&")
            if max(end, 0) < self.at + len(shown):
                if self._is_label(shown):
                    return False
                quality = CITY if end > 0 and shown.find("/") > 0 else CAPITALS
                end = self.at + len(shown)
                if sum(map(str.isalpha, shown)) < 4:
                    quality = NAMED
        elif end < 0 and (named := _NAMED.match(self.text, self.at)):
            if self._is_label(named[0].upper()):
                return False
            end, quality = named.end(), NAMED
        if end < 0:
            return False
        self.place, self.quality = " ".join(self.text[self.at : end].split()), quality
        self.at = end
        if self.text.startswith("/", end) and (named := _NAMED.match(self.text, end + 1)):
            self.place, self.at = self.place + "/" + named[0], named.end()
        return True

    def _is_label(self, shown: str) -> bool:
        labels = self.names.labels
        return any(word in labels for word in WORD.findall(shown))

    def _region(self) -> bool:
        match = _REGION.match(self.text, self.at)
        if match is None:
            return False
        region = " ".join(match[0].split())
        if region in self.names.regions or region.rstrip(".") in self.names.regions:
            self.quality = CITY
        self.place += ", " + region
        self.at = match.end()
        return True

    @property
    def dated_or_sure(self) -> bool:
        """Whether words after a bracketed agency are its place and date, and not the story."""
        return bool(self.date) or self.quality >= CAPITALS

    def accepts(self, mark: str, spaced: bool) -> bool:
        """Whether what was read, ended by this mark, is a dateline."""
        following = self.text[self.at : self.at + 1]
        prose = following.islower() or not following
        dash, sure = mark[-1:] in "-–—―ـ_=" and mark != "", self.quality >= CAPITALS
        if self.enclosed:
            if mark and mark not in ",،":
                return mark not in ".।۔" or sure or bool(self.date) or not prose
            return mark == "" and self.closed and not prose and bool(self.quality != NAMED or self.date)
        if prose:
            return False
        if self.agency:
            if mark == "|":
                return self.quality > NO_PLACE
            if dash:
                return spaced and (sure or bool(self.date) or self.quality == NO_PLACE)
            if mark in (":", "："):
                return bool(self.date) or (sure and self.mark != "")
            return bool(self.date) and mark not in ("", ",", "،")
        if mark[:1] == "." and dash:
            return sure or (spaced and self.quality == NAMED)  # "Durango.- ": prose has none
        if self.date:
            return self.quality > NO_PLACE and (dash or mark in (":", "："))
        return (dash and spaced and sure) or (mark in (":", "：") and self.quality == CITY)


_MARKS = r"\-–—―ـ_=:|：()\[\]/«“（［【,.،。।۔"
_OPENING = re.compile(rf"([^{_MARKS}]{{0,64}})([{_MARKS}])(?:([^{_MARKS}]{{0,45}})[{_MARKS}])?")
_STRONG = re.compile(r"[(\[/|（［\d–—]")
_MOST_SPACES: Final = 6
_SOON: Final = 64


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
        inner = mark == "." and second and not second[0].isspace()
        return bool(inner) or (second is not None and _nameable(second, match[0]))
    return True


_DIGIT = re.compile(r"\d")


def _nameable(part: str, whole: str) -> bool:
    """Whether few words, the last no small one unless the whole has a number: "3 mayo"."""
    last = part.rstrip().rpartition(" ")[2]
    return part.count(" ") <= _MOST_SPACES and not (
        last[:1].islower() and _DIGIT.search(whole) is None
    )


def find(text: str, names: Names) -> Found | None:
    """The dateline that a text begins with, or None; only its first WIDEST characters count."""
    parse = _Parse(text[:WIDEST], 0, names)
    best: Found | None = None
    for _ in range(7):
        if best and not _may_follow(parse, best):
            break
        if not parse.element(parse.mark in (",", "،") and parse.quality > NO_PLACE):
            break
        ended = parse.at
        match = _SEPARATOR.match(parse.text, ended)
        if match is None:
            break
        mark = match[1] or ("." if parse.text[ended - 1] == "." else "")
        parse.at = match.end()
        spaced = parse.at > match.end(1) or mark[-1:] == "—"
        if parse.accepts(mark, spaced) and not (
            best and best.agency and not parse.dated_or_sure
        ):
            strong = parse.enclosed or bool(parse.date) or parse.quality == CAPITALS
            best = Found(parse.at, parse.place, parse.date, parse.agency, strong)
        if match[0].count("\n") > 1:
            break
        parse.mark = mark
        following = parse.text[parse.at : parse.at + 1]
        if not (mark or parse.closed or following in _BRACKETS or following.isdigit()):
            break
    return best


def _may_follow(parse: _Parse, best: Found) -> bool:
    """After what is a dateline already, only what it lacks may be read on: not the story."""
    first = parse.text[parse.at : parse.at + 1]
    if first in ("(", "/", "["):
        return best.agency is None
    return best.agency is None or not best.date
