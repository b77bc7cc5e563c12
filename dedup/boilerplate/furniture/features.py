"""What the furniture model looks at, as whole numbers: a paragraph's own looks.

Its length, ending, characters and words give it a raw score; its place, its neighbours' raw scores
and how its words echo in the story's prose are added by :mod:`dedup.boilerplate.furniture.place`.
Long paragraphs that end as sentences do are prose: they are not scored, and what is left is seen
from the prose around it. A story without any (a table, a list of results) gives the model nothing
to hold its paragraphs against, and is not scored at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.kernels import reference_furniture as ref
from dedup.kernels.reference import I64, U8, U32, U64
from dedup.kernels.reference_furniture import I32, Bools
from dedup.text.matching_form import MatchingForm

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
_LEVELS = np.array([1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 26, 33, 41, 60])
_SENTENCE = np.zeros(16, bool)
_SENTENCE[[ref.STOP, ref.CLOSE, ref.ELLIPSIS, ref.ASK]] = True


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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
    )
    own = _own(shape, length[rows], characters[rows], ending[rows])
    return Looks(rows, prose, length, ending, own, _categories(own))


def _own(shape: I32, length: I64, characters: I64, ending: U8) -> I32:
    named = dict(zip(ref.SHAPE, np.ascontiguousarray(shape.T, np.int64), strict=True))
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
    return by_column(columns, len(length))


def by_column(columns: Sequence[npt.NDArray[Any]], rows: int) -> I32:
    """Columns as a table (rows, columns), each of them in one piece: the trees go through them."""
    table = np.empty((len(columns), rows), np.int32)
    for place, column in zip(table, columns, strict=True):
        place[:] = column
    return table.T


def _categories(own: I32) -> I64:
    """The table entries of each kind: the columns in steps, and pairs of them."""
    at = dict(zip(OWN, own.T.astype(np.int64), strict=True))
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
    entries = np.empty((len(kinds), len(own)), np.int64)
    for place, kind, base in zip(entries, kinds, _BASES.tolist(), strict=True):
        np.add(kind, base, out=place)
    return entries.T


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
