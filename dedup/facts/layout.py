"""A passage in columns: one for each word that stayed, one for each gap where words changed.

A mention of a fact covers columns. Mentions that overlap a gap, or one that does, make a *slot*
with it: so "$1.5 billion" and "1,500 million dollars" meet whole, whatever words they share.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dedup.facts.align import Block, Passage
from dedup.facts.mentions import Mention

_REACH = 8
"""Words around a gap in which mentions are read: more than those of a date or an amount."""

_NEAREST = 4
_EDGE = 2
"""Equal words beside a slot that count for its frame; and for how many the edge of a passage,
which is the beginning or end of a sentence on both sides, counts."""


@dataclass(slots=True)
class Slot:
    """Columns ``first`` to ``last``, the gaps in them (by number), the mentions of either side."""

    first: int
    last: int
    gaps: list[int] = field(default_factory=list)
    a: list[Mention] = field(default_factory=list)
    b: list[Mention] = field(default_factory=list)


class Layout:
    """The columns of a passage."""

    def __init__(self, passage: Passage) -> None:
        self.gaps = list(passage.gaps())
        self.blocks: Sequence[Block] = passage.blocks
        self._starts = [block.a for block in self.blocks], [block.b for block in self.blocks]
        self._column = [0]
        for block in self.blocks:
            self._column.append(self._column[-1] + block.size + 1)
        self._gap_at = {column: k for k, column in enumerate(self._column)}

    def changed(self) -> list[int]:
        """Gaps that are not empty on both sides."""
        return [k for k, (a, a2, b, b2) in enumerate(self.gaps) if a < a2 or b < b2]

    def windows(
        self, side: int, low: int, high: int, gaps: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        """Tokens of a side, between ``low`` and ``high``, that lie near one of the gaps."""
        start = end = -1
        for k in gaps:
            gap = self.gaps[k]
            first, last = gap[2 * side] - _REACH, gap[2 * side + 1] + _REACH
            if start >= 0 and first <= end:
                end = last
                continue
            if start >= 0:
                yield max(start, low), min(end, high)
            start, end = max(first, low), last
        if start >= 0:
            yield max(start, low), min(end, high)

    def _at(self, side: int, token: int) -> int:
        k = bisect_right(self._starts[side], token) - 1
        if k >= 0:
            inside = token - self.blocks[k][side]
            if inside < self.blocks[k].size:
                return self._column[k] + 1 + inside
        return self._column[k + 1]

    def slots(self, a: Sequence[Mention], b: Sequence[Mention]) -> list[Slot]:
        """The slots of a passage, given the mentions near its gaps."""
        spans = [(self._column[k], self._column[k], -1, k) for k in self.changed()]
        for side, mentions in enumerate((a, b)):
            spans += [(self._at(side, m.low), self._at(side, m.high - 1), side, n)
                      for n, m in enumerate(mentions)]  # fmt: skip
        found: list[Slot] = []
        for first, last, side, n in sorted(spans):
            if not found or first > found[-1].last:
                found.append(Slot(first, last))
            slot = found[-1]
            slot.last = max(slot.last, last)
            if side < 0:
                slot.gaps.append(n)
            else:
                (slot.b if side else slot.a).append((b if side else a)[n])
        return [slot for slot in found if slot.gaps]

    def size(self, slot: Slot) -> int:
        """Words that changed in a slot, on the side with more of them."""
        gaps = [self.gaps[k] for k in slot.gaps]
        return max(sum(g[1] - g[0] for g in gaps), sum(g[3] - g[2] for g in gaps))

    def frame(self, slot: Slot) -> int:
        """Equal words beside a slot, before and behind it together."""
        return self._beside(slot.first, -1) + self._beside(slot.last, 1)

    def _beside(self, column: int, step: int) -> int:
        for n in range(_NEAREST):
            column += step
            if column < 0 or column > self._column[-1]:
                return n + _EDGE
            gap = self._gap_at.get(column)
            if gap is not None:
                edge = gap in (0, len(self.gaps) - 1) and self._empty(gap)
                return n + _EDGE if edge else n
        return _NEAREST

    def _empty(self, k: int) -> bool:
        a, a2, b, b2 = self.gaps[k]
        return a == a2 and b == b2
