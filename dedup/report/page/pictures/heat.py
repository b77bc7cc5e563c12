"""Who runs whose text: outlets that had a story first against outlets that had it later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from dedup.report.page.pictures.lanes import Copy
from dedup.report.page.svg import Picture, bar, drawing, name, words
from dedup.report.page.wording import compact, counted, shown

_ROW, _TOP = 26, 24
_LEFT = 34.0
_NAME, _SHORT = 40, 18
_SAID = 5
OTHERS = "all others"


MOST = 10
"""Rows of the map: on a telephone a square of more has no room for three figures."""


def heat(clusters: Iterable[Sequence[Copy]], most: int) -> Picture:
    """A square a pair of outlets: how many stories the column ran after the row had them."""
    flows = _flows(clusters)
    names = _names(flows, most)
    cells = Counter[tuple[int, int]]()
    for (one, other), stories in flows.items():
        cells[_at(names, one), _at(names, other)] += stories
    named = len(names) - (OTHERS in names)
    top = max((n for cell, n in cells.items() if max(cell) < named), default=1)
    wide = (100 - _LEFT) / max(len(names), 1)
    parts = [words(0, 12, "ran it first", look="axis"),
             *(words(_LEFT + wide * (i + 0.5), 16, str(i + 1), look="axis", anchor="middle")
               for i in range(len(names)))]  # fmt: skip
    labels = [shown(outlet, _NAME) or "(no outlet named)" for outlet in names]
    for row, label in enumerate(labels):
        y = _TOP + row * _ROW
        parts.append(name(0, y + 17, f"{row + 1} {label}", _SHORT))
        for column, later in enumerate(labels):
            rest = max(row, column) >= named
            parts += _cell(cells[row, column], None if rest else top, _LEFT + wide * column, y,
                           wide, f"{label} first, then {later}")
    total = sum(flows.values())
    ranked = sorted(cells.items(), key=lambda item: (-item[1], item[0]))
    rows = tuple((labels[row], labels[column], stories) for (row, column), stories in ranked)
    said = f"{counted(total, 'copy', 'copies')} of {counted(len(names), 'outlet')}. " + "; ".join(
        f"{one} to {other}: {stories}" for one, other, stories in rows[:_SAID]
    )
    return Picture(
        "heat",
        drawing("heat", "Who runs whose text", said, _TOP + _ROW * len(names) + 6, parts),
        ("Ran it first", "Ran it later", "Stories"),
        rows,
    )


def _flows(clusters: Iterable[Sequence[Copy]]) -> Counter[tuple[str, str]]:
    """Stories by the outlet that had them first and the one that ran them later."""
    flows: Counter[tuple[str, str]] = Counter()
    for copies in clusters:
        first = min(copies, key=_earliest)
        for copy in copies:
            if copy is not first:
                flows[first.outlet, copy.outlet] += 1
    return flows


def _earliest(copy: Copy) -> tuple[float, bool, str]:
    never = float("inf") if copy.hours is None else copy.hours
    return never, copy.relation != "keeper", copy.story_id


def _names(flows: Mapping[tuple[str, str], int], most: int) -> list[str]:
    """The busiest outlets, and a name for the rest if there are more."""
    busy: Counter[str] = Counter()
    for (one, other), stories in flows.items():
        busy[one] += stories
        busy[other] += stories
    names = sorted(busy, key=lambda outlet: (-busy[outlet], outlet))
    return names if len(names) <= most else [*names[: most - 1], OTHERS]


def _at(names: Sequence[str], outlet: str) -> int:
    return names.index(outlet) if outlet in names else len(names) - 1


def _cell(
    stories: int, top: int | None, x: float, y: float, wide: float, title: str
) -> list[str]:
    """A square, the darker the nearer to ``top``; grey without one, as for all others together."""
    if not stories:
        return [bar(x + 0.2, y, wide - 0.4, _ROW - 3, "ground")]
    depth = 1.0 if top is None else 0.18 + 0.82 * (stories / top) ** 0.5
    look = "on-hot" if top is not None and depth > 0.62 else "on-cool"
    return [
        bar(x + 0.2, y, wide - 0.4, _ROW - 3, "ground"),
        bar(x + 0.2, y, wide - 0.4, _ROW - 3, "rest" if top is None else "hot", number=stories,
            opacity=depth, title=f"{title}: {counted(stories, 'story', 'stories')}"),
        words(x + wide / 2, y + 16, compact(stories), look=look, anchor="middle"),
    ]
