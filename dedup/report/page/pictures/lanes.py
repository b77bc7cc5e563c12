"""Who ran the stories of a cluster when: a lane for each outlet, a dot for each copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from dedup.report.page.svg import Picture, dot, drawing, line, words
from dedup.report.page.wording import counted, shown, span

MOST_LANES = 14
"""Outlets with a lane of their own; those that came last share one."""

_ROW, _TOP, _NAME = 38, 8, 46
_LEFT, _RIGHT = 3.0, 97.0

LOOKS = {"keeper": "keeper", "identical": "identical", "duplicate": "copy",
         "contained": "contained"}  # fmt: skip


class Copy(NamedTuple):
    """A member of a cluster; ``hours`` since 1970, None where no time is known."""

    story_id: str
    outlet: str
    relation: str
    hours: float | None
    title: str


def lanes(name: str, copies: Sequence[Copy]) -> Picture:
    """The lanes of a cluster, the outlet that came first on top; the keeper has a ring."""
    rows = _rows(copies)
    known = [copy.hours for copy in copies if copy.hours is not None]
    first, last = (min(known), max(known)) if known else (0.0, 0.0)
    parts: list[str] = []
    for number, (outlet, members) in enumerate(rows):
        y = _TOP + number * _ROW
        parts.append(words(0, y + 11, outlet, look="name small"))
        parts.append(line(_LEFT, y + 26, _RIGHT, y + 26))
        parts += _dots(members, first, last, y + 26)
    height = _TOP + _ROW * len(rows) + 24
    parts += _axis(first, last, len(known), len(copies), height)
    return Picture(
        name,
        drawing(name, "Who ran it when", _said(copies, first, last, bool(known)), height, parts),
    )


def _dots(members: Sequence[Copy], first: float, last: float, y: float) -> list[str]:
    """The copies of a lane; of several in one place it says how many."""
    parts: list[str] = []
    places: dict[float, int] = {}
    # The keeper comes last, so that no other dot hides its ring.
    for copy in sorted(members, key=lambda c: (c.relation == "keeper", c.hours or 0)):
        x = round(_place(copy, first, last), 1)
        places[x] = places.get(x, 0) + 1
        parts += _dot(copy, x, y)
    parts += [
        words(x, y + 4, f"\u00d7\u202f{copies}", look="axis count", shift=13)
        for x, copies in places.items()
        if copies > 1
    ]
    return parts


def strip(copies: Sequence[Copy]) -> str:
    """All copies of a cluster on one line, for a heading; said in words beside it."""
    known = [copy.hours for copy in copies if copy.hours is not None]
    first, last = (min(known), max(known)) if known else (0.0, 0.0)
    parts = [line(_LEFT, 9, _RIGHT, 9)]
    for copy in sorted(copies, key=lambda c: (c.relation == "keeper", c.hours or 0)):
        parts += _dot(copy, _place(copy, first, last), 9, small=True)
    return (
        '<svg class="picture strip" aria-hidden="true" width="100%" height="18">'
        f'{"".join(parts)}</svg>'
    )


def _rows(copies: Sequence[Copy]) -> list[tuple[str, list[Copy]]]:
    outlets: dict[str, list[Copy]] = {}
    for copy in sorted(copies, key=lambda c: (_never(c.hours), c.story_id)):
        outlets.setdefault(copy.outlet, []).append(copy)
    rows = [
        (shown(outlet, _NAME) or "(no outlet named)", members)
        for outlet, members in outlets.items()
    ]
    if len(rows) > MOST_LANES:
        rest = [copy for _, members in rows[MOST_LANES - 1 :] for copy in members]
        label = f"{len(rows) - MOST_LANES + 1} more outlets"
        rows[MOST_LANES - 1 :] = [(label, rest)]
    return rows


def _never(hours: float | None) -> float:
    return float("inf") if hours is None else hours


def _place(copy: Copy, first: float, last: float) -> float:
    """Where its dot stands; copies without a time at the end of the lane."""
    if copy.hours is None:
        return _RIGHT
    room = (_RIGHT - _LEFT) * 0.92
    return _LEFT + (room * (copy.hours - first) / (last - first) if last > first else 0)


def _dot(copy: Copy, x: float, y: float, *, small: bool = False) -> list[str]:
    keeper = copy.relation == "keeper"
    when = "at no known time" if copy.hours is None else moment(copy.hours)
    outlet = shown(copy.outlet, _NAME) or "no outlet"
    title = "" if small else f"{shown(copy.story_id, 40)}, {outlet}, {when}: {copy.relation}"
    radius = 4.0 if small else 5.5
    look = LOOKS.get(copy.relation, "other") + (" dateless" if copy.hours is None else "")
    parts = [dot(x, y, radius, look, number=None if small else copy.relation, title=title)]
    if keeper:
        parts.insert(0, dot(x, y, radius + 3.5, "ring"))
    return parts


def _axis(first: float, last: float, known: int, total: int, height: float) -> list[str]:
    if not known:
        return [words(0, height - 6, "no publication times", look="axis")]
    parts = [words(0, height - 6, moment(first), look="axis")]
    if last > first:
        parts.append(words(_LEFT + (_RIGHT - _LEFT) * 0.92, height - 6, f"+ {span(last - first)}",
                           look="axis", anchor="end"))
    if known < total:
        parts.append(words(100, height - 6, "undated", look="axis", anchor="end"))
    return parts


def _said(copies: Sequence[Copy], first: float, last: float, dated: bool) -> str:
    outlets = len({copy.outlet for copy in copies})
    keeper = next((copy for copy in copies if copy.relation == "keeper"), None)
    parts = [f"{counted(len(copies), 'story', 'stories')} of {counted(outlets, 'outlet')}"]
    if dated:
        parts.append(f"first at {moment(first)}, last {span(last - first)} later")
    if keeper is not None:
        named = shown(keeper.outlet, _NAME) or "no outlet"
        parts.append(f"{shown(keeper.story_id, 40)} of {named} stays")
    return ", ".join(parts)


def moment(hours: float) -> str:
    """Time of day in UTC, or the number itself where no calendar reaches."""
    try:
        return datetime.fromtimestamp(hours * 3600, UTC).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return f"{hours:.0f} h after 1970"


def day(hours: float) -> str:
    """The same without the time of day."""
    return moment(hours)[:10] if moment(hours)[4:5] == "-" else moment(hours)
