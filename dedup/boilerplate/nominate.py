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
        self.lexicon = lexicon
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
                known[text] = self.lexicon.decide(text.decode(), candidates)
            match = known[text]
            if match:
                marked.append(paragraph)
                matches.append(match)
        return marked, matches

    def _bare(self, tokens: U32, start: I64, last: I64) -> tuple[I64, I64]:
        """First and last token without the signs around: phrases fit "+++ Advertisement +++"."""
        while True:
            before = self._is_sign(tokens[start]) & (start < last)
            start = start + before
            behind = self._is_sign(tokens[last]) & (start < last)
            last = last - behind
            if not (before.any() or behind.any()):
                return start, last

    def _is_sign(self, tokens: U32) -> Bools:
        """Which tokens are signs; there are too few of them for ``np.isin`` to pay."""
        found: Bools = np.logical_or.reduce([tokens == sign for sign in self._signs])
        return found


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
        self._ones = _Hashes(singles[pairs == 0])
        self._twos = _Hashes(pairs[pairs != 0])

    def among(self, one: U32, two: U64, several: Bools) -> Bools:
        """Which paragraphs begin (or end) with the words of a phrase."""
        return self._ones.holds(one) | (several & self._twos.holds(two))

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


class _Hashes:
    """A set of hashes asked about a million at a time: nearly all are told by 16 of their bits."""

    def __init__(self, hashes: U32 | U64) -> None:
        self._sorted = np.sort(hashes)
        self._seen = np.zeros(1 << 16, bool)
        self._seen[hashes.astype(np.uint16)] = True

    def holds(self, values: U32 | U64) -> Bools:
        """Whether each value is in the set."""
        found: Bools = self._seen[values.astype(np.uint16)]
        rows = np.flatnonzero(found)
        place = np.searchsorted(self._sorted, values[rows])
        found[rows] = self._sorted[np.minimum(place, len(self._sorted) - 1)] == values[rows]
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
