"""Datelines, as in ``KABUL (AP) -- ``, ``(ANSA) - ROMA, 03 DIC - `` and ``МОСКВА, 5 мая /ТАСС/. ``.

A dateline is read word by word: places, a date, an agency, in any order, with marks between and
one at the end. What there is decides how strong a mark must end it: with an agency in brackets
nearly any, with a place alone a dash with space around it, and then the place must be a known
city or stand in capitals. Prose fails at its first words.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from dedup.wire.elements import (
    BRACKETS,
    CAPITALS,
    COLONS,
    COMMAS,
    DASHES,
    DAY_FIRST,
    MONTH_FIRST,
    NAMED,
    REGION,
    SEPARATOR,
    STOPS,
    WEEKDAY,
)
from dedup.wire.names import WORD, Names

WIDEST: Final = 140
"""Characters a dateline may take: the longest seen, three cities with two agencies, took 96."""

_INSIDE: Final = 60
_MOST_ELEMENTS: Final = 7
_SHORTEST: Final = 4
"""Letters of a place in capitals: shorter ones are acronyms, unless a known region follows."""


class Found(NamedTuple):
    """A dateline: where it ends, with the white space after it, and what it names."""

    end: int
    place: str
    date: str
    agency: str | None
    strong: bool
    """Whether it is a dateline wherever it stands: agency in brackets, date, or capitals."""


NO_PLACE, WORDS, CAPS, CITY = range(4)
"""How sure it is that words name a place: words with a capital, in capitals, a known city."""


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
        self.closed = first in BRACKETS
        if self.closed:
            return self._bracket(first)
        if first.isdigit():
            return self._date(DAY_FIRST)
        match = WORD.match(text, at)
        if match is None:
            return False
        word = match[0].lower()
        return (
            (word in self.names.weekdays and self._weekday(after_comma))
            or (not self.date and word in self.names.months and self._date(MONTH_FIRST))
            or (self.agency is None and self._bare_agency(word))
            or (self.quality == NO_PLACE and self._place(word))
            or (after_comma and not self.date and self.agency is None and self._region())
        )

    def _bracket(self, first: str) -> bool:
        close = self.text.find(BRACKETS[first], self.at + 1, self.at + _INSIDE)
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
        caps = CAPITALS.match(inside)
        if self.names.is_place(inside.partition(",")[0]):
            quality = CITY
        elif self.quality == NO_PLACE and caps and caps.end() >= 4 and not self._is_label(inside):
            quality = CAPS
        else:
            return False
        self.place = f"{self.place} ({inside})" if self.place else inside
        self.quality = max(self.quality, quality)
        return True

    def _weekday(self, after_comma: bool) -> bool:
        match = WEEKDAY.match(self.text, self.at)
        if match is None or (self.date and not after_comma):
            return False
        if self.date:  # 2020. május 5., kedd
            self.at = WORD.match(self.text, self.at).end()  # type: ignore[union-attr]
            return True
        start, self.at = self.at, match.end()
        following = WORD.match(self.text, self.at)
        if following and following[0].lower() in self.names.months:
            self._date(MONTH_FIRST)
        elif self.text[self.at : self.at + 1].isdigit():
            self._date(DAY_FIRST)
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

    def _bare_agency(self, word: str) -> bool:
        after_dash = self.mark != "" and self.mark in DASHES
        found = self.names.agency_at(self.text, self.at, word, after_dash)
        if found:
            self.at, self.agency = found
        return found is not None

    def _place(self, word: str) -> bool:
        end, quality = self._name(word)
        if end < 0:
            return False
        if self.text.startswith("/", end) and (second := NAMED.match(self.text, end + 1)):
            end = second.end()
        self.place, self.quality = " ".join(self.text[self.at : end].split()), quality
        self.at = end
        return True

    def _name(self, word: str) -> tuple[int, int]:
        """Where the name of a place ends, and how sure it is; -1 if none begins here.

        The longer wins of a known city and words in capitals: "NEW YORK STOCK EXCHANGE".
        """
        end = self.names.place_at(self.text, self.at, word)
        if caps := CAPITALS.match(self.text, self.at):
            shown = caps[0].rstrip(".-/&")
            stop = self.at + len(shown)
            if stop <= end:
                return end, CITY
            if self._is_label(shown):
                return -1, NO_PLACE
            if end > 0 and "/" in shown:
                return stop, CITY
            return stop, CAPS if sum(map(str.isalpha, shown)) >= _SHORTEST else WORDS
        if end < 0 and (named := NAMED.match(self.text, self.at)):
            return (-1, NO_PLACE) if self._is_label(named[0].upper()) else (named.end(), WORDS)
        return end, CITY

    def _is_label(self, shown: str) -> bool:
        labels = self.names.labels
        return any(word in labels for word in WORD.findall(shown))

    def _region(self) -> bool:
        match = REGION.match(self.text, self.at)
        if match is None:
            return False
        region = " ".join(match[0].split())
        if region in self.names.regions or region.rstrip(".") in self.names.regions:
            self.quality = CITY
        self.place += ", " + region
        self.at = match.end()
        return True

    def goes_on(self) -> bool:
        """Whether another element may follow: after a mark, or a bracket or a number."""
        following = self.text[self.at : self.at + 1]
        return bool(self.mark) or self.closed or following in BRACKETS or following.isdigit()

    @property
    def dated_or_sure(self) -> bool:
        """Whether words after a bracketed agency are its place and date, and not the story."""
        return bool(self.date) or self.quality >= CAPS

    def accepts(self, mark: str, spaced: bool) -> bool:
        """Whether what was read, ended by this mark, is a dateline."""
        following = self.text[self.at : self.at + 1]
        prose = following.islower() or not following
        if self.enclosed:
            return self._accepts_enclosed(mark, prose)
        if prose:
            return False
        dash, sure = mark != "" and mark[-1] in DASHES, self.quality >= CAPS
        if self.agency:
            return self._accepts_bare(mark, dash and spaced, sure)
        if dash and mark[0] == ".":
            return sure or (spaced and self.quality == WORDS)  # "Durango.- ": prose has none
        if self.date:
            return self.quality > NO_PLACE and (dash or mark in COLONS)
        if self.quality == CAPS and following.isdigit():
            return False  # "CORN -- 1986/87" heads a table
        return (dash and spaced and sure) or (mark in COLONS and self.quality == CITY)

    def _accepts_enclosed(self, mark: str, prose: bool) -> bool:
        """With an agency in brackets any mark will do, and even none before a capital."""
        if not mark:
            return self.closed and not prose and (self.quality != WORDS or bool(self.date))
        if mark in STOPS:
            return self.quality >= CAPS or bool(self.date) or not prose
        return mark not in COMMAS

    def _accepts_bare(self, mark: str, dash: bool, sure: bool) -> bool:
        """An agency without brackets asks for a dash, or a date."""
        if mark == "|":
            return self.quality > NO_PLACE
        if dash:
            return sure or bool(self.date) or self.quality == NO_PLACE
        if mark in COLONS:
            return bool(self.date) or (sure and self.mark != "")
        return bool(self.date) and bool(mark) and mark not in COMMAS and mark[-1] not in DASHES


def find(text: str, names: Names) -> Found | None:
    """The dateline that a text begins with, or None; only its first WIDEST characters count."""
    parse = _Parse(text[:WIDEST], 0, names)
    best: Found | None = None
    for _ in range(_MOST_ELEMENTS):
        if best and not _may_follow(parse, best):
            break
        if not parse.element(parse.mark in COMMAS and parse.quality > NO_PLACE):
            break
        match = SEPARATOR.match(parse.text, parse.at)
        if match is None:
            break
        mark = match[1] or ("." if parse.text[parse.at - 1] == "." else "")
        parse.at = match.end()
        spaced = parse.at > match.end(1) or mark[-1:] == "—"
        if parse.accepts(mark, spaced) and not (best and best.agency and not parse.dated_or_sure):
            strong = parse.enclosed or bool(parse.date) or parse.place.partition(",")[0].isupper()
            best = Found(parse.at, parse.place, parse.date, parse.agency, strong)
        parse.mark = mark
        if match[0].count("\n") > 1 or not parse.goes_on():
            break
    return best


def _may_follow(parse: _Parse, best: Found) -> bool:
    """After what is a dateline already, only what it lacks may be read on: not the story."""
    first = parse.text[parse.at : parse.at + 1]
    if first in ("(", "/", "["):
        return best.agency is None
    return best.agency is None or not best.date
