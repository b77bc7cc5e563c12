"""Words of phrases as the hashes that the fingerprint of a paragraph already holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.kernels.reference import I64, U32, U64
from dedup.text.matching_form import MatchingForm

SIGNS = ("+", "±", "°")
"""Signs that are tokens of their own and yet may stand around a phrase as bullets do."""


class HashedWords(NamedTuple):
    """Phrases by the hash of the one or two words at one of their ends.

    Hashes of one word have 32 bits and those of two have 64, so one column serves both.
    ``words`` is sorted and holds each once; the numbers of its phrases stand in ``phrases`` from
    ``first[row]`` to ``first[row + 1]``.
    """

    words: U64
    first: I64
    phrases: U32

    def row(self, words: int) -> int | None:
        """Where a hash stands, if it is there."""
        place = int(np.searchsorted(self.words, np.uint64(words)))
        return place if place < len(self.words) and int(self.words[place]) == words else None

    def of(self, row: int) -> list[int]:
        """The numbers of the phrases in a row, in ascending order."""
        numbers: list[int] = self.phrases[self.first[row] : self.first[row + 1]].tolist()
        return numbers


def hashed_words(literals: Mapping[str, Sequence[int]], form: MatchingForm) -> HashedWords:
    """The table of literals and the numbers of their phrases."""
    one, two = word_hashes(list(literals), form)
    found: dict[int, set[int]] = {}
    for words, numbers in zip(np.where(two, two, one).tolist(), literals.values(), strict=True):
        found.setdefault(words, set()).update(numbers)
    rows = sorted(found)
    first = np.cumsum([0, *(len(found[words]) for words in rows)], dtype=np.int64)
    phrases = [number for words in rows for number in sorted(found[words])]
    return HashedWords(np.array(rows, np.uint64), first, np.array(phrases, np.uint32))


def word_hashes(literals: Sequence[str], form: MatchingForm) -> tuple[U32, U64]:
    """Hash of the first word of each literal, and of its first two; 0 where there is but one."""
    one, second, several = first_words(literals, form)
    return one, np.where(several, pair_hash(one, second), np.uint64(0))


def first_words(
    literals: Sequence[str], form: MatchingForm
) -> tuple[U32, U32, npt.NDArray[np.bool_]]:
    """Hashes of the first and the second word of each literal, and whether there is a second."""
    if not literals:
        return np.zeros(0, np.uint32), np.zeros(0, np.uint32), np.zeros(0, bool)
    around = " ".join(SIGNS)
    encoded = [(literal.strip(around) or literal).encode() for literal in literals]
    ends = np.cumsum([len(literal) for literal in encoded], dtype=np.int64)
    starts = ends - np.array([len(literal) for literal in encoded], np.int64)
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    first, tokens, _ = reference.tokenise(buffer, starts, ends, form)
    words = np.diff(first)
    if not words.all():
        raise ValueError(f"no word in {literals[int(np.argmin(words))]!r}")
    second = tokens[np.minimum(first[:-1] + 1, first[1:] - 1)]
    return tokens[first[:-1]], second, words > 1


def pair_hash(one: U32, two: U32) -> U64:
    """The hash of two words from those of each."""
    return reference.mix64(one.astype(np.uint64) * c.SHINGLE_STEP + two)
