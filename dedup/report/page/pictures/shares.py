"""What each outlet repeats: the share of its stories, the share of its words, day by day."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.report.page.counts import COPIES, Outlet
from dedup.report.page.svg import Picture, bar, block, drawing, name, stretched, words
from dedup.report.page.wording import counted, percent, shown

_ROW, _BAR, _DAYS = 74, 9, 22
_LOOKS = dict(zip(COPIES, ("identical", "copy", "contained"), strict=True))
_MOST_DAYS = 60
_NAME, _SHORT = 40, 22


def shares(outlets: Sequence[Outlet], most: int) -> Picture:
    """For each outlet two bars and its days; those with the most copies and boilerplate first."""
    chosen = sorted(outlets, key=_weight)[:most]
    span = _days(chosen)
    parts: list[str] = []
    for number, outlet in enumerate(chosen):
        parts += _outlet(outlet, 4 + number * _ROW, span)
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
            ("day", "stories by day, copies coloured"),
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


def _days(outlets: Sequence[Outlet]) -> tuple[int, int]:
    """First and last day of all, at most so many back from the last as can be drawn."""
    days = [day for outlet in outlets for day in outlet.days]
    if not days:
        return 0, -1
    return max(min(days), max(days) - _MOST_DAYS + 1), max(days)


def _outlet(outlet: Outlet, y: float, span: tuple[int, int]) -> list[str]:
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
    return [*parts, *_calendar(outlet, y + 42, span)]


def _calendar(outlet: Outlet, y: float, span: tuple[int, int]) -> list[str]:
    """A column for each day: stories light, copies among them dark."""
    first, last = span
    most = max(outlet.days.values(), default=0)
    if last < first or not most:
        return []
    shapes = []
    for day in range(first, last + 1):
        for counter, look in ((outlet.days, "day"), (outlet.copy_days, "day-copy")):
            if stories := counter[day]:
                tall = max(1.0, _DAYS * stories / most)
                shapes.append(block(day - first + 0.1, _DAYS - tall, 0.8, tall, look))
    return [stretched(0, y, 100, _DAYS, (max(last - first + 1, 12), _DAYS), shapes)]
