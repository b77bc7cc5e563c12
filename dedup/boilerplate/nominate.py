"""Which paragraphs are worth asking the lexicon about: those that begin or end as a phrase does.

Nearly all paragraphs of a corpus begin unlike any furniture, and their first two token hashes,
already there, say so without touching the text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.lexicon import Lexicon, Match
from dedup.boilerplate.phrases import Phrase
from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.kernels.reference import I64, U32, U64
from dedup.text.matching_form import MatchingForm

Bools = npt.NDArray[np.bool_]

_SIGNS = ("+", "±", "°")
"""Signs that are tokens of their own and yet may stand around a phrase as bullets do."""


class Nominator:
    """The phrases of a lexicon by the hashes of their opening and closing words."""

    def __init__(self, lexicon: Lexicon, form: MatchingForm) -> None:
        self._lexicon = lexicon
        self._heads = _Words(lexicon, form, closing=False)
        self._tails = _Words(lexicon, form, closing=True)
        self._signs = _keys(_SIGNS, form)[0]

    def marks(
        self,
        tokens: U32,
        token_start: I64,
        words: I64,
        longest: int,
        text_of: Callable[[int], bytes],
    ) -> tuple[list[int], list[Match]]:
        """The paragraphs that are phrases of the lexicon, and which phrase each is.

        Only those of 1 to ``longest`` words that begin or end as a phrase does are read.
        Furniture repeats to the letter, so equal texts are decided once.
        """
        short = np.flatnonzero((words > 0) & (words <= longest))
        start, last = token_start[short], token_start[short] + words[short] - 1
        start, last = self._bare(tokens, start, last)
        several = last > start
        opening = _pair(tokens[start], tokens[np.minimum(start + 1, last)])
        closing = _pair(tokens[np.maximum(last - 1, start)], tokens[last])
        found = (
            self._heads.among(tokens[start], opening, several)
            | self._tails.among(tokens[last], closing, several)
        )  # fmt: skip
        rows = np.flatnonzero(found)
        keys = (tokens[start[rows]], opening[rows], tokens[last[rows]], closing[rows])
        known: dict[bytes, Match | None] = {}
        marked, matches = [], []
        for paragraph, first, first_two, end, end_two in zip(
            short[rows].tolist(), *(key.tolist() for key in keys), strict=True
        ):
            text = text_of(paragraph)
            if text not in known:
                candidates = self._heads.found(first, first_two) + self._tails.found(end, end_two)
                known[text] = self._lexicon.decide(text.decode(), candidates)
            match = known[text]
            if match:
                marked.append(paragraph)
                matches.append(match)
        return marked, matches

    def _bare(self, tokens: U32, start: I64, last: I64) -> tuple[I64, I64]:
        """First and last token without the signs around: phrases fit "+++ Advertisement +++"."""
        while True:
            before = np.isin(tokens[start], self._signs) & (start < last)
            start = start + before
            behind = np.isin(tokens[last], self._signs) & (start < last)
            last = last - behind
            if not (before.any() or behind.any()):
                return start, last


class _Words:
    """Phrases by the hash of the one or two words at one of their ends.

    Hashes of one word have 32 bits and those of two have 64, so one table serves both.
    """

    def __init__(self, lexicon: Lexicon, form: MatchingForm, closing: bool) -> None:
        literals = lexicon.tails() if closing else lexicon.heads()
        bare = [literal.strip(" ".join(_SIGNS)) or literal for literal in literals]
        singles, pairs = _keys(bare, form)
        self._lexicon, self._closing = lexicon, closing
        self._literals: dict[int, list[str]] = {}
        self._phrases: dict[int, list[Phrase]] = {}
        for literal, one, two in zip(literals, singles.tolist(), pairs.tolist(), strict=True):
            self._literals.setdefault(two or one, []).append(literal)
        self._ones = np.unique(singles[pairs == 0])
        self._twos = np.unique(pairs[pairs != 0])

    def among(self, one: U32, two: U64, several: Bools) -> Bools:
        """Which paragraphs begin (or end) with the words of a phrase."""
        return _member(one, self._ones) | (several & _member(two, self._twos))

    def found(self, one: int, two: int) -> list[Phrase]:
        """The phrases of these words, those of two words first."""
        return self._of(two) + self._of(one)

    def _of(self, words: int) -> list[Phrase]:
        """The phrases of a hash, looked up when it is first met: few of the thousands ever are."""
        if words not in self._literals:
            return []
        if words not in self._phrases:
            found = (
                phrase
                for literal in self._literals[words]
                for phrase in self._lexicon.phrases(literal, self._closing)
            )
            self._phrases[words] = list(dict.fromkeys(found))
        return self._phrases[words]


def _member(values: U32 | U64, keys: U32 | U64) -> Bools:
    """Whether each value is among the sorted keys; ``np.isin`` would sort the values."""
    place = np.minimum(np.searchsorted(keys, values), len(keys) - 1)
    found: Bools = keys[place] == values if len(keys) else np.zeros(len(values), bool)
    return found


def _pair(one: U32, two: U32) -> U64:
    return reference.mix64(one.astype(np.uint64) * c.SHINGLE_STEP + two)


def _keys(literals: Sequence[str], form: MatchingForm) -> tuple[U32, U64]:
    """Hash of the first word of each literal, and of its first two; 0 where there is but one."""
    encoded = [literal.encode() for literal in literals]
    ends = np.cumsum([len(literal) for literal in encoded], dtype=np.int64)
    starts = ends - np.array([len(literal) for literal in encoded], np.int64)
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    first, tokens, _ = reference.tokenise(buffer, starts, ends, form)
    words = np.diff(first)
    if not words.all():
        raise ValueError(f"no word in {literals[int(np.argmin(words))]!r}")
    one = tokens[first[:-1]]
    two = _pair(one, tokens[np.minimum(first[:-1] + 1, first[1:] - 1)])
    return one, np.where(words > 1, two, np.uint64(0))
