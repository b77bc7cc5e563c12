"""What the furniture model looks at, as whole numbers.

Two steps. A paragraph's own looks (its length, ending, characters and words) give it a raw score;
then its place, its neighbours' raw scores and how its words echo in the story's prose are added.
Long paragraphs that end as sentences do are prose: they are not scored, and what is left is seen
from the prose around it. A story without any (a table, a list of results) gives the model nothing
to hold its paragraphs against, and is not scored at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.kernels import reference_furniture as ref
from dedup.kernels.reference import I64, U8, U32, U64, mix64
from dedup.kernels.reference_furniture import I32, Bools
from dedup.text.matching_form import MatchingForm

U = npt.NDArray[np.uint64]

PROSE_WORDS = 20
"""Words from which a paragraph that ends as a sentence counts as prose."""
LONG_WORDS = 30
"""Prose of more words is not scored, which spares two paragraphs of three the work. 3 % of the
furniture in labelled stories is so long, and none of it would be told from content."""
LONGEST_WORDS = 80
"""Words beyond which a paragraph is prose however it ends."""
UNIT = 64
"""Raw scores are in 64ths of a logit."""
GRAM_UNIT = 1024
"""Weights of grams are in 1,024ths of a logit."""
PROSE_RAW = -6 * UNIT
MARKED_RAW = 4 * UNIT
"""Raw scores of paragraphs that need no look: prose, and what the lexicon knows."""
NONE = -2000
"""A neighbour that is not there."""
_NEAR = 3
"""Paragraphs on each side that count as the neighbourhood."""

_LISTED = 4
"""Paragraphs of a story with the same first or last word that make a list."""

_LEVELS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 26, 33, 41, 60])
_SENTENCE = np.zeros(16, bool)
_SENTENCE[[ref.STOP, ref.CLOSE, ref.ELLIPSIS, ref.ASK]] = True


@dataclass(frozen=True, slots=True)
class Stories:
    """Columns of P paragraphs of some stories, and the tokens and text they point into."""

    buffer: U8
    byte_start: I64
    byte_end: I64
    characters: I64
    tokens: U32
    token_start: I64
    words: I64
    exact: U64
    """Equal for paragraphs of the same words."""
    first: I64
    """Where each story's paragraphs begin, and the end of the last."""
    marked: Bools
    """Paragraphs that are known to be furniture."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What paragraphs look like on their own. ``rows`` are the n that the model is asked about."""

    rows: I64
    prose: Bools
    length: I64
    """Words, or half the characters where each is a word of its own."""
    ending: U8
    own: I32
    """Columns of OWN (n)."""
    categories: I64
    """One entry of the table of shape weights per kind of category (n, kinds)."""


OWN = (
    "length", "characters", "ending", "start", "script", "initials", "capitals", "digits",
    "digit_share", "signs", "colons", "commas", "quotes", "dashes", "stops", "inner_stops",
)  # fmt: skip

CONTEXT = (
    "chars_raw", "words_raw", "shape_raw", "raw",
    "before_1", "before_2", "behind_1", "behind_2", "near_mean", "near_most", "near_least",
    "since_prose", "until_prose", "prose_before", "prose_behind", "run", "run_mean", "run_share",
    "paragraphs", "prose", "story_mean", "story_share", "from_start", "from_end",
    "same_first", "same_last", "same_form", "copies", "listed", "scattered",
    "uncommon", "told", "told_before", "told_behind", "told_next", "told_previous",
    "length_before", "length_behind", "length_near",
)  # fmt: skip

COLUMNS = (*OWN, *CONTEXT)
"""Columns of the trees' features."""

_SIZES = (16, 16, 16, 16, 9, 5, 10, 6, 4, 5, 5, 5, 4, 256, 48, 48, 144, 80)
"""How many categories each kind has: see :func:`_categories`."""
CATEGORIES = sum(_SIZES)
_BASES = np.cumsum((0, *_SIZES[:-1]))


def looks(stories: Stories, classes: U8, form: MatchingForm, kernels: ModuleType) -> Looks:
    """What each paragraph looks like on its own."""
    words, characters = stories.words, stories.characters
    alone = 10 * characters < 22 * words
    length = np.where(alone, words // 2, words)
    ending = kernels.endings(stories.buffer, stories.byte_start, stories.byte_end, classes)
    sentence = _SENTENCE[ending]
    prose = ((length >= PROSE_WORDS) & sentence) | (length >= 3 * PROSE_WORDS)
    told = np.concatenate(([0], np.cumsum(prose)))[stories.first]
    rows = np.flatnonzero(
        np.repeat(np.diff(told) > 0, np.diff(stories.first))
        & (words > 0) & ~((length > LONG_WORDS) & sentence) & (length <= LONGEST_WORDS)
    )
    shape = kernels.shapes(
        stories.buffer, stories.byte_start[rows], stories.byte_end[rows], classes, form
    ).astype(np.int64)
    own = _own(shape, length[rows], characters[rows], ending[rows])
    return Looks(rows, prose, length, ending, own, _categories(own))


def _own(shape: I64, length: I64, characters: I64, ending: U8) -> I32:
    named = dict(zip(ref.SHAPE, shape.T, strict=True))
    words = np.maximum(length, 1)
    cased = named["lower"] + named["upper"]
    script = np.where(2 * named["solo"] > words, 2, named["letter"] > cased)
    columns = (
        length, np.minimum(characters, 600), ending, named["start"], script,
        np.minimum(16 * named["initial"] // words, 16),
        np.minimum(16 * named["capitals"] // words, 16),
        named["digit"], 32 * named["digit"] // np.maximum(characters, 1),
        named["sign"], named["colon"], named["comma"], named["quote"], named["dash"],
        named["stop"], named["inner_stop"],
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.int32).reshape(len(length), len(OWN))


def _categories(own: I32) -> I64:
    """The table entries of each kind: the columns in steps, and pairs of them."""
    at = dict(zip(OWN, own.astype(np.int64).T, strict=True))
    length = np.searchsorted(_LEVELS, at["length"], side="right")
    ending = at["ending"]
    initials, capitals = at["initials"] // 2, at["capitals"] // 4
    kinds = (
        length, np.searchsorted(5 * _LEVELS, at["characters"], side="right"), ending, at["start"],
        initials, capitals, np.minimum(at["digit_share"] // 3, 9), np.minimum(at["signs"], 5),
        np.minimum(at["colons"], 3), np.minimum(at["commas"], 4), np.minimum(at["quotes"], 4),
        np.minimum(at["inner_stops"], 4), np.minimum(at["dashes"], 3),
        length * 16 + ending, at["script"] * 16 + length, at["script"] * 16 + ending,
        length * 9 + initials, length * 5 + capitals,
    )  # fmt: skip
    entries: I64 = np.stack(kinds, axis=1) + _BASES
    return entries


def raw_parts(sums: I64, shape_sums: I64) -> I32:
    """Raw scores (n, 4) of character grams, word grams and shape, and their total."""
    parts = np.empty((len(sums), 4), np.int32)
    for column in (0, 1):
        number = np.maximum(sums[:, 2 * column + 1], 1).astype(np.float64)
        share = sums[:, 2 * column] / (np.sqrt(number) * (GRAM_UNIT // UNIT))
        parts[:, column] = np.floor(share)
    parts[:, 2] = shape_sums
    parts[:, 3] = parts[:, :3].sum(axis=1)
    return parts


def in_place(
    stories: Stories, seen: Looks, parts: I32, common: Bools, kernels: ModuleType
) -> I32:
    """All features of the asked paragraphs (n, COLUMNS), given their raw scores."""
    raw = np.where(seen.prose, PROSE_RAW, 0)
    raw[seen.rows] = parts[:, 3]
    raw[stories.marked] = np.maximum(raw[stories.marked], MARKED_RAW)
    around = _Around(stories, seen, raw)
    told = kernels.echoes(
        stories.tokens, stories.token_start, stories.words, stories.first, seen.prose,
        seen.rows, common,
    )  # fmt: skip
    share = np.where(told[:, 0] > 0, 16 * np.maximum(told[:, 1], told[:, 2])
                     // np.maximum(told[:, 0], 1), -1)  # fmt: skip
    columns = [
        *parts.T, *around.neighbours(), *around.prose(), *around.place(),
        *_repeats(stories, seen, around), told[:, 0], share, *told[:, 1:].T, *around.lengths(),
    ]  # fmt: skip
    return np.ascontiguousarray(
        np.concatenate([seen.own, np.stack(columns, axis=1)], axis=1), dtype=np.int32
    )


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
