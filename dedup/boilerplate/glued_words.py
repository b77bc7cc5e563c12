"""Which paragraphs are worth reading for furniture at their ends, told by the hashes of words.

Where in a paragraph a sentence ends is not known yet, so a phrase at the tail may begin at any of
the last words: every token of a corpus is asked whether it begins one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.glued_places import GluedPlaces
from dedup.boilerplate.hashes import first_words, pair_hash
from dedup.boilerplate.lexicon import MAX_WORDS
from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.kernels.reference import I64, U32, U64
from dedup.text.matching_form import MatchingForm

Bools = npt.NDArray[np.bool_]


class GluedWords:
    """Words that phrases glued to a paragraph begin or end with, by their hashes."""

    def __init__(self, glued: GluedPlaces, form: MatchingForm) -> None:
        self._head, self._opening, self._closing = (
            _Literals(glued.literals[side], form) for side in ("head", "opening", "closing")
        )

    def among(
        self, tokens: U32, token_start: I64, words: I64, kernels: ModuleType = reference
    ) -> Bools:
        """Which paragraphs may have a phrase at an end; they follow one another in ``tokens``.

        A word that begins a phrase counts where the phrase could reach to the end from there.
        """
        found = np.zeros(len(words), bool)
        some = np.flatnonzero(words > 1)
        start, last = token_start[some], token_start[some] + words[some] - 1
        found[some] = self._head.reach(tokens, start, start + 1) > 0
        found[some] |= self._closing.reach(tokens, last - 1, last, closing=True) > 0
        at, paragraph = kernels.phrase_starts(
            tokens, token_start, words, self._opening.parts, MAX_WORDS
        )
        left = token_start[paragraph] + words[paragraph] - at
        reach = self._opening.reach(tokens, at, at + (left > 1))
        found[paragraph[reach >= left]] = True
        return found


class _Literals:
    """Literals of one or two words at an end of a phrase, and how many words it may have."""

    def __init__(self, longest: Mapping[str, int], form: MatchingForm) -> None:
        one, two, several = first_words(list(longest), form)
        far = np.fromiter(longest.values(), np.int64, len(longest))
        self._ones = _Numbers(one[~several], far[~several])
        self._twos = _Numbers(pair_hash(one, two)[several], far[several])
        self.parts = np.zeros(1 << 16, np.uint8)
        for bit, words in (
            (c.ALONE, one[~several]), (c.FIRST, one[several]), (c.SECOND, two[several])
        ):  # fmt: skip
            np.bitwise_or.at(self.parts, words.astype(np.uint16), bit)

    def reach(self, tokens: U32, first: I64, second: I64, *, closing: bool = False) -> I64:
        """The most words of a phrase whose literal stands there; 0 where none does.

        ``second`` may be the first again, where the paragraph ends. A literal of one word is
        the first of the two, of a phrase's ``closing`` words the second.
        """
        outer = tokens[second if closing else first]
        part = self.parts[outer.astype(np.uint16)]
        rows = np.flatnonzero(part & (c.ALONE | (c.SECOND if closing else c.FIRST)))
        first, second = first[rows], second[rows]
        pairs = self._twos.of(pair_hash(tokens[first], tokens[second]))
        found = np.zeros(len(outer), np.int64)
        found[rows] = np.maximum(self._ones.of(outer[rows]), np.where(second > first, pairs, 0))
        return found


class _Numbers:
    """A number for each of some hashes; the largest where a hash stands twice."""

    def __init__(self, hashes: U32 | U64, numbers: I64) -> None:
        order = np.lexsort((numbers, hashes))
        self._hashes, self._numbers = hashes[order], numbers[order]

    def of(self, values: U32 | U64) -> I64:
        """The number of each value, 0 for one that is none of the hashes."""
        found = np.zeros(len(values), np.int64)
        if len(self._hashes):
            place = np.searchsorted(self._hashes, values, "right") - 1
            same = self._hashes[place] == values
            found[same] = self._numbers[place[same]]
        return found
