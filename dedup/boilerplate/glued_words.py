"""Which paragraphs are worth reading for furniture at their ends, told by the hashes of words.

Where in a paragraph a sentence ends is not known yet, so a phrase at the tail may begin at any of
the last words: every token of a corpus is asked whether it begins one.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.glued_places import GluedPlaces
from dedup.boilerplate.hashes import first_words, pair_hash
from dedup.boilerplate.lexicon import MAX_WORDS
from dedup.kernels.reference import I64, U32, U64
from dedup.text.matching_form import MatchingForm

Bools = npt.NDArray[np.bool_]

_FIRST, _SECOND, _ALONE = np.uint8(1), np.uint8(2), np.uint8(4)
"""What a word may be: the first or second of a literal, or one by itself. `begins` shifts them."""


class GluedWords:
    """Words that phrases glued to a paragraph begin or end with, by their hashes."""

    def __init__(self, glued: GluedPlaces, form: MatchingForm) -> None:
        self._head, self._opening, self._closing = (
            _Literals(glued.literals[side], form) for side in ("head", "opening", "closing")
        )

    def among(self, tokens: U32, token_start: I64, words: I64) -> Bools:
        """Which paragraphs may have a phrase at an end.

        A word that begins a phrase counts where the phrase could reach to the end from there.
        """
        found = np.zeros(len(words), bool)
        some = np.flatnonzero(words > 1)
        start, last = token_start[some], token_start[some] + words[some] - 1
        found[some] = self._head.reach(tokens, start, start + 1) > 0
        found[some] |= self._closing.reach(tokens, last - 1, last, closing=True) > 0
        at = np.flatnonzero(self._opening.begins(tokens))
        paragraph = np.searchsorted(token_start, at, "right") - 1
        left = token_start[paragraph] + words[paragraph] - at
        inside = (at > token_start[paragraph]) & (left <= MAX_WORDS)
        at, paragraph, left = at[inside], paragraph[inside], left[inside]
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
        self._parts = np.zeros(1 << 16, np.uint8)
        for bit, words in (
            (_ALONE, one[~several]), (_FIRST, one[several]), (_SECOND, two[several])
        ):  # fmt: skip
            np.bitwise_or.at(self._parts, words.astype(np.uint16), bit)

    def begins(self, tokens: U32) -> Bools:
        """Which tokens may begin a literal; told by 16 bits of a word, so not for certain.

        One look into a small table for each token: some 4 ns, a fifth of a second for 45 million.
        """
        part = self._parts.take(tokens.astype(np.uint16))
        found = part >> np.uint8(2)  # alone
        found[:-1] |= part[:-1] & (part[1:] >> np.uint8(1))  # a first word before a second
        found &= np.uint8(1)
        return found.view(bool)

    def reach(self, tokens: U32, first: I64, second: I64, *, closing: bool = False) -> I64:
        """The most words of a phrase whose literal stands there; 0 where none does.

        ``second`` may be the first again, where the paragraph ends. A literal of one word is
        the first of the two, of a phrase's ``closing`` words the second.
        """
        outer = tokens[second if closing else first]
        part = self._parts[outer.astype(np.uint16)]
        rows = np.flatnonzero(part & (_ALONE | (_SECOND if closing else _FIRST)))
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
