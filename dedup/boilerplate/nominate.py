"""Which paragraphs are worth asking the lexicon about: those that begin or end as a phrase does.

Nearly all paragraphs of a corpus begin unlike any furniture, and their first two token hashes,
already there, say so without touching the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dedup.boilerplate.lexicon import Lexicon, Match
from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.kernels.reference import I64, U32, U64
from dedup.text.matching_form import MatchingForm


class Nominator:
    """Sorted hashes of the opening and closing words of a lexicon's phrases."""

    def __init__(self, lexicon: Lexicon, form: MatchingForm) -> None:
        self._lexicon = lexicon
        self._heads = _keys(lexicon.heads(), form)
        self._tails = _keys(lexicon.tails(), form)

    def nominate(self, tokens: U32, token_start: I64, words: I64, longest: int) -> I64:
        """Paragraphs of 1 to ``longest`` words that begin or end like a phrase."""
        short = np.flatnonzero((words > 0) & (words <= longest))
        start, last = token_start[short], token_start[short] + words[short] - 1
        one, two = tokens[start], tokens[np.minimum(start + 1, last)]
        fits = _among(self._heads, one, two, words[short])
        one, two = tokens[np.maximum(last - 1, start)], tokens[last]
        fits |= _among(self._tails, one, two, words[short], closing=True)
        return short[fits]

    def marks(
        self, candidates: I64, text_of: Callable[[int], bytes]
    ) -> tuple[list[int], list[Match]]:
        """Which of the candidates are phrases of the lexicon, and which phrase each is.

        Furniture repeats to the letter, so equal texts are looked up once.
        """
        known: dict[bytes, Match | None] = {}
        marked, matches = [], []
        for candidate in candidates.tolist():
            text = text_of(candidate)
            match = known[text] if text in known else self._lexicon.match(text.decode())
            known[text] = match
            if match:
                marked.append(candidate)
                matches.append(match)
        return marked, matches


def _pair(one: U32, two: U32) -> U64:
    return reference.mix64(one.astype(np.uint64) * c.SHINGLE_STEP + two)


def _keys(phrases: Sequence[str], form: MatchingForm) -> tuple[U32, U64]:
    """Sorted hashes of the one-token phrases, and of the pairs of the others."""
    encoded = [phrase.encode() for phrase in phrases]
    ends = np.cumsum([len(phrase) for phrase in encoded], dtype=np.int64)
    starts = np.concatenate(([0], ends[:-1])).astype(np.int64)[: len(ends)]
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    first, tokens, _ = reference.tokenise(buffer, starts, ends, form)
    words = np.diff(first)
    single = tokens[first[:-1][words == 1]]
    begin = first[:-1][words >= 2]
    return np.unique(single), np.unique(_pair(tokens[begin], tokens[begin + 1]))


def _among(
    keys: tuple[U32, U64], one: U32, two: U32, words: I64, closing: bool = False
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    singles, pairs = keys
    return np.isin(two if closing else one, singles) | (
        (words > 1) & np.isin(_pair(one, two), pairs)
    )
