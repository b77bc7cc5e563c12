"""Where a paragraph stands: what is around it, and how its words echo in the story's prose.

The second step of the features that :mod:`dedup.boilerplate.furniture.features` begins.
"""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.furniture.features import COLUMNS, UNIT, Looks, Stories, by_column
from dedup.kernels import constants as c
from dedup.kernels.reference import I64, mix64
from dedup.kernels.reference_furniture import I32, Bools

U = npt.NDArray[np.uint64]

PROSE_RAW = -6 * UNIT
MARKED_RAW = 4 * UNIT
"""Raw scores of paragraphs that need no look: prose, and what the lexicon knows."""
NONE = -2000
"""A neighbour that is not there."""
_NEAR = 3
"""Paragraphs on each side that count as the neighbourhood."""

_LISTED = 4
"""Paragraphs of a story with the same first or last word that make a list."""

BESIDE = COLUMNS.index("same_first")
"""How many columns :func:`beside` gives."""


def beside(stories: Stories, seen: Looks, parts: I32) -> I32:
    """The features of the asked paragraphs that cost least (n, BESIDE): the first of COLUMNS.

    Their own looks, the raw scores of their neighbours, and where in the story they stand.
    """
    return by_column(_beside(_Around(stories, seen, _raw(stories, seen, parts)), seen, parts),
                     len(seen.rows))


def in_place(
    stories: Stories, seen: Looks, parts: I32, common: Bools, kernels: ModuleType
) -> I32:
    """All features of the asked paragraphs (n, COLUMNS), given their raw scores."""
    around = _Around(stories, seen, _raw(stories, seen, parts))
    told = kernels.echoes(
        stories.tokens, stories.token_start, stories.words, stories.first, seen.prose,
        seen.rows, common,
    )  # fmt: skip
    share = np.where(told[:, 0] > 0, 16 * np.maximum(told[:, 1], told[:, 2])
                     // np.maximum(told[:, 0], 1), -1)  # fmt: skip
    columns = [
        *_beside(around, seen, parts),
        *_repeats(stories, seen, around), told[:, 0], share, *told[:, 1:].T, *around.lengths(),
    ]  # fmt: skip
    return by_column(columns, len(seen.rows))


def _raw(stories: Stories, seen: Looks, parts: I32) -> I64:
    """Raw scores of all paragraphs."""
    raw = np.where(seen.prose, PROSE_RAW, 0)
    raw[seen.rows] = parts[:, 3]
    raw[stories.marked] = np.maximum(raw[stories.marked], MARKED_RAW)
    return raw


def _beside(around: _Around, seen: Looks, parts: I32) -> list[npt.NDArray[np.integer]]:
    return [*seen.own.T, *parts.T, *around.neighbours(), *around.prose(), *around.place()]


class Part(NamedTuple):
    """Some of the stories, by themselves; ``paragraphs`` are their numbers among all."""

    stories: Stories
    looks: Looks
    parts: I32
    paragraphs: I64


def stories_holding(rows: Bools, stories: Stories, seen: Looks, parts: I32) -> Part:
    """The stories that hold one of some asked paragraphs (n), with all that are asked of them."""
    counts = np.diff(stories.first)
    owner = np.repeat(np.arange(len(counts)), counts)
    held = np.zeros(len(counts), bool)
    held[owner[seen.rows[rows]]] = True
    kept = held[owner]
    number = np.cumsum(kept) - 1
    asked = kept[seen.rows]
    return Part(
        Stories(
            stories.buffer, stories.byte_start[kept], stories.byte_end[kept],
            stories.characters[kept], stories.tokens, stories.token_start[kept],
            stories.words[kept], stories.exact[kept],
            np.concatenate(([0], np.cumsum(counts[held]))), stories.marked[kept],
        ),
        Looks(
            number[seen.rows[asked]], seen.prose[kept], seen.length[kept], seen.ending[kept],
            seen.own[asked], seen.categories[asked],
        ),
        parts[asked],
        np.flatnonzero(kept),
    )  # fmt: skip


class _Around:
    """What stands around each asked paragraph in its story."""

    def __init__(self, stories: Stories, seen: Looks, raw: I64) -> None:
        self.rows, self.raw, self.length = seen.rows, raw, seen.length
        self.is_prose = seen.prose
        counts = np.diff(stories.first)
        self.low = np.repeat(stories.first[:-1], counts)[self.rows]
        self.high = np.repeat(stories.first[1:], counts)[self.rows]
        self.own = raw[self.rows]

    def _shifted(self, values: I64, by: int) -> tuple[I64, Bools]:
        at = self.rows + by
        inside = (at >= self.low) & (at < self.high)
        return np.where(inside, values[np.where(inside, at, 0)], NONE), inside

    def neighbours(self) -> list[I64]:
        """Raw scores on both sides, and their mean, most and least in the neighbourhood."""
        total, count = np.zeros(len(self.rows), np.int64), np.zeros(len(self.rows), np.int64)
        most = np.full(len(self.rows), NONE)
        least = np.full(len(self.rows), -NONE)
        near = {}
        for by in (*range(-_NEAR, 0), *range(1, _NEAR + 1)):
            near[by], inside = self._shifted(self.raw, by)
            total += np.where(inside, near[by], 0)
            count += inside
            most = np.maximum(most, near[by])
            least = np.minimum(least, np.where(inside, near[by], -NONE))
        mean = np.where(count > 0, total // np.maximum(count, 1), NONE)
        return [near[-1], near[-2], near[1], near[2], mean, most, least]

    def among_prose(self) -> Bools:
        """Which have prose of their story both before and behind them."""
        total = np.concatenate(([0], np.cumsum(self.is_prose)))
        before = total[self.rows] > total[self.low]
        return before & (total[self.high] > total[self.rows + 1])

    def prose(self) -> list[I64]:
        """How far prose is, how much there is, and the raw scores of the run between."""
        rows, low, high = self.rows, self.low, self.high
        numbers = np.arange(len(self.raw))
        last = np.maximum.accumulate(np.where(self.is_prose, numbers, -1))
        following = np.minimum.accumulate(np.where(self.is_prose, numbers, 2 * len(numbers))[::-1])
        before = np.where(rows > low, last[rows - 1], -1)
        begin = np.where(before >= low, before + 1, low)
        behind = np.where(rows + 1 < high, np.append(following[::-1], 0)[rows + 1], high)
        end = np.minimum(behind, high)
        total = np.concatenate(([0], np.cumsum(self.is_prose)))
        own = self.is_prose[rows]
        run = end - begin - 1
        return [
            np.where(before >= low, np.minimum(rows - before, 20), 30),
            np.where(behind < high, np.minimum(behind - rows, 20), 30),
            np.minimum(total[rows] - total[low], 10),
            np.minimum(total[high] - total[rows + 1], 10),
            np.where(own, -1, np.minimum(run, 40)),
            *self._shares(begin, end, run),
        ]

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

    def place(self) -> list[I64]:
        """Size of the story, its raw scores outside prose, and where in it the paragraph is."""
        total = np.concatenate(([0], np.cumsum(self.is_prose)))
        prose = total[self.high] - total[self.low]
        size = self.high - self.low
        others = size - prose - ~self.is_prose[self.rows]
        return [
            np.minimum(size, 100), np.minimum(prose, 50),
            *self._shares(self.low, self.high, others),
            np.minimum(self.rows - self.low, 20), np.minimum(self.high - 1 - self.rows, 20),
        ]  # fmt: skip

    def lengths(self) -> list[I64]:
        """Words of the paragraphs before and behind, and their mean in the neighbourhood."""
        length = np.minimum(self.length, 100)
        before, behind = self._shifted(length, -1)[0], self._shifted(length, 1)[0]
        total, count = length[self.rows].copy(), np.ones(len(self.rows), np.int64)
        for by in (*range(-_NEAR, 0), *range(1, _NEAR + 1)):
            value, inside = self._shifted(length, by)
            total += np.where(inside, value, 0)
            count += inside
        return [before, behind, total // count]


def _repeats(stories: Stories, seen: Looks, around: _Around) -> list[I64]:
    """How many asked paragraphs of the story begin, end, look and read the same.

    And how many 16ths of the story's asked paragraphs are such list items, and how many are not
    at its ends but among its prose.
    """
    rows = seen.rows
    story = np.repeat(np.arange(len(stories.first) - 1), np.diff(stories.first))[rows]
    start = stories.token_start[rows]
    short = (seen.length[rows] > 8).astype(np.uint64)
    first = stories.tokens[start].astype(np.uint64)
    last = stories.tokens[start + stories.words[rows] - 1].astype(np.uint64)
    form = (seen.length[rows].astype(np.uint64) << np.uint64(8)) | seen.ending[rows]
    keys = (first * 2 + short, last * 2 + short, form, stories.exact[rows])
    counts = [_count(story, key) for key in keys]
    stories_asked = np.bincount(story, minlength=len(stories.first))
    listed = np.bincount(story, np.maximum(counts[0], counts[1]) >= _LISTED, len(stories.first))
    inside = np.bincount(story, around.among_prose(), len(stories.first)).astype(np.int64)
    return [
        *counts, (16 * listed[story]).astype(np.int64) // stories_asked[story],
        np.minimum(inside[story], 200),
    ]  # fmt: skip


def _count(story: I64, key: U) -> I64:
    whole = mix64(key + (story.astype(np.uint64) + np.uint64(1)) * c.LENGTH_STEP)
    _, number, count = np.unique(whole, return_inverse=True, return_counts=True)
    return np.minimum(count[number], 20)
