"""What each outlet repeats: the share of its stories, the share of its words, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from dedup.report.page.counts import COPIES, Outlet
from dedup.report.page.pictures.lanes import day
from dedup.report.page.svg import Picture, bar, block, drawing, name, stretched, words
from dedup.report.page.wording import counted, percent, shown

_ROW, _BAR, _DAYS = 74, 9, 22
_LOOKS = dict(zip(COPIES, ("identical", "copy", "contained"), strict=True))
_COLUMNS = 60
_OUTLIERS = 0.02
"""Share of the stories that may be older than the first column: archives hold a few from 1950."""

_NAME, _SHORT = 40, 22


def shares(outlets: Sequence[Outlet], most: int) -> Picture:
    """For each outlet two bars and its days; those with the most copies and boilerplate first."""
    chosen = sorted(outlets, key=_weight)[:most]
    calendar = _calendar(chosen)
    parts: list[str] = []
    for number, outlet in enumerate(chosen):
        parts += _outlet(outlet, 4 + number * _ROW, calendar)
    said = "; ".join(
        f"{_named(o)}: {percent(copy_share(o))} copies, {percent(boilerplate_share(o))} boilerplate"
        for o in chosen[:8]
    )
    return Picture(
        "shares",
        drawing("shares", "What each outlet repeats", said, 4 + _ROW * len(chosen), parts),
        ("Outlet", "Stories", *COPIES, "Copies", "Words", "Boilerplate"),
        tuple(
            (_named(o), o.stories, *(o.copies[rule] for rule in COPIES), percent(copy_share(o)),
             o.words, percent(boilerplate_share(o)))
            for o in chosen
        ),
        (
            ("identical", "identical copies"), ("copy", "near copies"),
            ("contained", "contained in a longer story"), ("boilerplate", "boilerplate, of words"),
            ("day", calendar.told()),
        ),
    )  # fmt: skip


def copy_share(outlet: Outlet) -> float:
    """Share of its stories that go for another, 0..1."""
    return outlet.copies.total() / outlet.stories if outlet.stories else 0.0


def boilerplate_share(outlet: Outlet) -> float:
    """Share of its words that is boilerplate, 0..1."""
    return min(1.0, outlet.boilerplate / outlet.words) if outlet.words else 0.0


def _weight(outlet: Outlet) -> tuple[int, str]:
    return -(outlet.stories + 2 * outlet.copies.total()), outlet.name


def _named(outlet: Outlet) -> str:
    return shown(outlet.name, _NAME) or "(no outlet named)"


class _Calendar(NamedTuple):
    """The days that are drawn, so many to a column; without any where nothing has a date."""

    first: int
    last: int
    step: int

    @property
    def columns(self) -> int:
        return (self.last - self.first) // self.step + 1

    def told(self) -> str:
        """What a column is, for the legend."""
        if self.last < self.first:
            return "no dates"
        column = "a day" if self.step == 1 else f"{self.step} days"
        return f"stories, {column} a column, {day(24 * self.first)} to {day(24 * self.last)}"


def _calendar(outlets: Sequence[Outlet]) -> _Calendar:
    """From the first day to the last, the few per cent of stories long before them left out."""
    days: Counter[int] = Counter()
    for outlet in outlets:
        days.update(outlet.days)
    if not days:
        return _Calendar(0, -1, 1)
    early = accumulate(days[date] for date in sorted(days))
    least = _OUTLIERS * days.total()
    first = next(date for date, seen in zip(sorted(days), early, strict=True) if seen > least)
    return _Calendar(first, max(days), -(-(max(days) - first + 1) // _COLUMNS))


def _outlet(outlet: Outlet, y: float, calendar: _Calendar) -> list[str]:
    copies, boilerplate = percent(copy_share(outlet)), percent(boilerplate_share(outlet))
    said = f"{copies} copies · {boilerplate} boilerplate"
    parts = [
        name(0, y + 12, _named(outlet), _SHORT),
        words(100, y + 12, said, look="figure small", anchor="end"),
        bar(0, y + 18, 100, _BAR, "ground"),
        bar(0, y + 29, 100, _BAR, "ground"),
    ]
    x = 0.0
    for rule in COPIES:
        if stories := outlet.copies[rule]:
            wide = 100 * stories / outlet.stories
            parts.append(bar(x, y + 18, wide, _BAR, _LOOKS[rule], number=stories,
                             title=f"{rule}: {counted(stories, 'story', 'stories')}"))
            x += wide
    parts.append(bar(0, y + 29, 100 * boilerplate_share(outlet), _BAR, "boilerplate",
                     number=outlet.boilerplate,
                     title=f"{counted(outlet.boilerplate, 'word')} of boilerplate"))
    return [*parts, *_columns(outlet, y + 42, calendar)]


def _columns(outlet: Outlet, y: float, calendar: _Calendar) -> list[str]:
    """A column for each day or some: stories light, copies among them coloured."""
    stories, copies = Counter[int](), Counter[int]()
    for counted_days, columns in ((outlet.days, stories), (outlet.copy_days, copies)):
        for date, number in counted_days.items():
            if date >= calendar.first:
                columns[(date - calendar.first) // calendar.step] += number
    most = max(stories.values(), default=0)
    shapes = []
    for column in sorted(stories):
        for columns, look in ((stories, "day"), (copies, "day-copy")):
            if number := columns[column]:
                tall = max(1.0, _DAYS * number / most)
                shapes.append(block(column + 0.1, _DAYS - tall, 0.8, tall, look))
    if not shapes:
        return []
    return [stretched(0, y, 100, _DAYS, (max(calendar.columns, 12), _DAYS), shapes)]
