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
from dedup.kernels import reference_furniture as ref
from dedup.kernels.reference import I64, mix64
from dedup.kernels.reference_furniture import I32, Bools

U = npt.NDArray[np.uint64]

PROSE_RAW = -6 * UNIT
MARKED_RAW = 4 * UNIT
"""Raw scores of paragraphs that need no look: prose, and what the lexicon knows."""
_LISTED = 4
"""Paragraphs of a story with the same first or last word that make a list."""

BESIDE = COLUMNS.index("same_first")
"""How many columns :func:`beside` gives."""


def beside(stories: Stories, seen: Looks, parts: I32, kernels: ModuleType) -> I32:
    """The features of the asked paragraphs that cost least (n, BESIDE): the first of COLUMNS.

    Their own looks, the raw scores of their neighbours, and where in the story they stand.
    """
    return by_column(_beside(stories, seen, parts, kernels), len(seen.rows))


def in_place(
    stories: Stories, seen: Looks, parts: I32, common: Bools, kernels: ModuleType
) -> I32:
    """All features of the asked paragraphs (n, COLUMNS), given their raw scores."""
    around = _Around(stories, seen)
    told = kernels.echoes(
        stories.tokens, stories.token_start, stories.words, stories.first, seen.prose,
        seen.rows, common,
    )  # fmt: skip
    share = np.where(told[:, 0] > 0, 16 * np.maximum(told[:, 1], told[:, 2])
                     // np.maximum(told[:, 0], 1), -1)  # fmt: skip
    columns = [
        *_beside(stories, seen, parts, kernels),
        *_repeats(stories, seen, around), told[:, 0], share, *told[:, 1:].T, *around.lengths(),
    ]  # fmt: skip
    return by_column(columns, len(seen.rows))


def _raw(stories: Stories, seen: Looks, parts: I32) -> I64:
    """Raw scores of all paragraphs."""
    raw = np.where(seen.prose, PROSE_RAW, 0)
    raw[seen.rows] = parts[:, 3]
    raw[stories.marked] = np.maximum(raw[stories.marked], MARKED_RAW)
    return raw


def _beside(
    stories: Stories, seen: Looks, parts: I32, kernels: ModuleType
) -> list[npt.NDArray[np.integer]]:
    raw = _raw(stories, seen, parts)
    return [
        *seen.own.T, *parts.T,
        *kernels.surroundings(raw, seen.prose, stories.first, seen.rows),
    ]  # fmt: skip


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

    def __init__(self, stories: Stories, seen: Looks) -> None:
        self.rows, self.length, self.is_prose = seen.rows, seen.length, seen.prose
        counts = np.diff(stories.first)
        self.low = np.repeat(stories.first[:-1], counts)[self.rows]
        self.high = np.repeat(stories.first[1:], counts)[self.rows]

    def _shifted(self, values: I64, by: int) -> tuple[I64, Bools]:
        at = self.rows + by
        inside = (at >= self.low) & (at < self.high)
        return np.where(inside, values[np.where(inside, at, 0)], ref.NONE), inside

    def among_prose(self) -> Bools:
        """Which have prose of their story both before and behind them."""
        total = np.concatenate(([0], np.cumsum(self.is_prose)))
        before = total[self.rows] > total[self.low]
        return before & (total[self.high] > total[self.rows + 1])

    def lengths(self) -> list[I64]:
        """Words of the paragraphs before and behind, and their mean in the neighbourhood."""
        length = np.minimum(self.length, 100)
        before, behind = self._shifted(length, -1)[0], self._shifted(length, 1)[0]
        total, count = length[self.rows].copy(), np.ones(len(self.rows), np.int64)
        for by in (*range(-ref.NEAR, 0), *range(1, ref.NEAR + 1)):
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
