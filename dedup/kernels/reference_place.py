"""Reference twin of the kernel that looks around a paragraph in its story.

Part of :mod:`dedup.kernels.reference_furniture`; twin of :mod:`dedup.kernels.compiled_place`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedup.kernels.reference import I64

I32 = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]

NONE = -2000
"""A neighbour that is not there."""
NEAR = 3
"""Paragraphs on each side that count as the neighbourhood."""

SURROUNDINGS = (
    "before_1", "before_2", "behind_1", "behind_2", "near_mean", "near_most", "near_least",
    "since_prose", "until_prose", "prose_before", "prose_behind", "run", "run_mean", "run_share",
    "paragraphs", "prose", "story_mean", "story_share", "from_start", "from_end",
)  # fmt: skip
"""Rows of :func:`surroundings`."""


def surroundings(raw: I64, prose: Bools, paragraph_first: I64, rows: I64) -> I32:
    """What stands around some paragraphs (n), ascending, in their stories: (SURROUNDINGS, n).

    Of the ``raw`` scores of the paragraphs before and behind, and of up to NEAR of them: mean, most
    and least (NONE where there is none). How far the next ``prose`` is on both sides (30 where
    there is none) and how much of it; the length of the run between (-1 for prose itself), its mean
    raw score without the paragraph's own and the 16ths of it that look furnished. The same of the
    story, its size, and how far its ends are.
    """
    around = _Around(raw, prose, paragraph_first, rows)
    columns = [*around.neighbours(), *around.between_prose(), *around.place()]
    return np.array(columns, np.int64).astype(np.int32).reshape(len(SURROUNDINGS), len(rows))


class _Around:
    def __init__(self, raw: I64, prose: Bools, paragraph_first: I64, rows: I64) -> None:
        self.rows, self.raw, self.is_prose = rows, raw, prose
        counts = np.diff(paragraph_first)
        self.low = np.repeat(paragraph_first[:-1], counts)[rows]
        self.high = np.repeat(paragraph_first[1:], counts)[rows]
        self.own = raw[rows]

    def neighbours(self) -> list[I64]:
        total, count = np.zeros(len(self.rows), np.int64), np.zeros(len(self.rows), np.int64)
        most = np.full(len(self.rows), NONE)
        least = np.full(len(self.rows), -NONE)
        near = {}
        for by in (*range(-NEAR, 0), *range(1, NEAR + 1)):
            at = self.rows + by
            inside = (at >= self.low) & (at < self.high)
            near[by] = np.where(inside, self.raw[np.where(inside, at, 0)], NONE)
            total += np.where(inside, near[by], 0)
            count += inside
            most = np.maximum(most, near[by])
            least = np.minimum(least, np.where(inside, near[by], -NONE))
        mean = np.where(count > 0, total // np.maximum(count, 1), NONE)
        return [near[-1], near[-2], near[1], near[2], mean, most, least]

    def between_prose(self) -> list[I64]:
        rows, low, high = self.rows, self.low, self.high
        numbers = np.arange(len(self.raw))
        last = np.maximum.accumulate(np.where(self.is_prose, numbers, -1))
        following = np.minimum.accumulate(np.where(self.is_prose, numbers, 2 * len(numbers))[::-1])
        before = np.where(rows > low, last[rows - 1], -1)
        begin = np.where(before >= low, before + 1, low)
        behind = np.where(rows + 1 < high, np.append(following[::-1], 0)[rows + 1], high)
        end = np.minimum(behind, high)
        total = np.concatenate(([0], np.cumsum(self.is_prose)))
        run = end - begin - 1
        return [
            np.where(before >= low, np.minimum(rows - before, 20), 30),
            np.where(behind < high, np.minimum(behind - rows, 20), 30),
            np.minimum(total[rows] - total[low], 10),
            np.minimum(total[high] - total[rows + 1], 10),
            np.where(self.is_prose[rows], -1, np.minimum(run, 40)),
            *self._shares(begin, end, run),
        ]

    def place(self) -> list[I64]:
        total = np.concatenate(([0], np.cumsum(self.is_prose)))
        prose = total[self.high] - total[self.low]
        size = self.high - self.low
        others = size - prose - ~self.is_prose[self.rows]
        return [
            np.minimum(size, 100), np.minimum(prose, 50),
            *self._shares(self.low, self.high, others),
            np.minimum(self.rows - self.low, 20), np.minimum(self.high - 1 - self.rows, 20),
        ]  # fmt: skip

    def _shares(self, begin: I64, end: I64, others: I64) -> list[I64]:
        """Mean raw score of a span without the paragraph, and 16ths of it that look furnished."""
        sums = np.concatenate(([0], np.cumsum(np.where(self.is_prose, 0, self.raw))))
        likely = np.concatenate(([0], np.cumsum(~self.is_prose & (self.raw > 0))))
        own = ~self.is_prose[self.rows]
        total = sums[end] - sums[begin] - np.where(own, self.own, 0)
        count = likely[end] - likely[begin] - (own & (self.own > 0))
        some = np.maximum(others, 1)
        return [
            np.where(others > 0, total // some, NONE),
            np.where(others > 0, 16 * count // some, -1),
        ]
