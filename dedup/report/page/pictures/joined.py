"""Two stories as columns of paragraphs, with bands between those that correspond."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from dedup.report.page.parts import SideBySide
from dedup.report.page.svg import Picture, block, drawing, polygon, stretched, words
from dedup.report.page.wording import counted

_TOP, _HEIGHT = 20, 190
_COLUMN = 30.0
_GAP = 1.5


def joined(name: str, sides: SideBySide) -> Picture:
    """Columns as tall as their words; a paragraph without a band stands in one story only."""
    longest = max(sum(sides.sizes_a), sum(sides.sizes_b), 1)
    scale = (_HEIGHT - _GAP * max(len(sides.sizes_a), len(sides.sizes_b), 1)) / longest
    tops_a, tops_b = _tops(sides.sizes_a, scale), _tops(sides.sizes_b, scale)
    looks_a, looks_b = _looks(sides)
    shapes = [
        polygon(
            [(_COLUMN, tops_a[a]), (100 - _COLUMN, tops_b[b]),
             (100 - _COLUMN, tops_b[b] + scale * sides.sizes_b[b]),
             (_COLUMN, tops_a[a] + scale * sides.sizes_a[a])],
            "band-same" if same else "band-changed",
        )
        for a, b, same in sides.joined
    ]  # fmt: skip
    shapes += _column(0, tops_a, sides.sizes_a, looks_a, scale)
    shapes += _column(100 - _COLUMN, tops_b, sides.sizes_b, looks_b, scale)
    heads = [words(_COLUMN / 2, 12, "a", look="axis strong", anchor="middle"),
             words(100 - _COLUMN / 2, 12, "b", look="axis strong", anchor="middle")]  # fmt: skip
    same = sum(equal for _, _, equal in sides.joined)
    said = (
        f"a has {counted(len(sides.sizes_a), 'paragraph')}, b {len(sides.sizes_b)}; {same} are the "
        f"same, {len(sides.joined) - same} changed"
    )
    drawn = stretched(0, _TOP, 100, _HEIGHT, (100, _HEIGHT), shapes)
    return Picture(
        name, drawing(name, "Paragraphs that correspond", said, _TOP + _HEIGHT + 4, [*heads, drawn])
    )


def _tops(sizes: Sequence[int], scale: float) -> list[float]:
    return list(accumulate((scale * size + _GAP for size in sizes), initial=0.0))


def _looks(sides: SideBySide) -> tuple[list[str], list[str]]:
    looks_a, looks_b = ["only"] * len(sides.sizes_a), ["only"] * len(sides.sizes_b)
    for a, b, same in sides.joined:
        looks_a[a] = looks_b[b] = "same" if same else "changed"
    return looks_a, looks_b


def _column(
    x: float, tops: Sequence[float], sizes: Sequence[int], looks: Sequence[str], scale: float
) -> list[str]:
    return [
        block(x, top, _COLUMN, max(1.0, scale * size), look, number=size,
              title=f"{counted(size, 'word')}: {look}")
        for top, size, look in zip(tops, sizes, looks, strict=False)
    ]  # fmt: skip
