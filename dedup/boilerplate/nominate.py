"""Which paragraphs are worth asking the lexicon about: those that begin or end as a phrase does.

Nearly all paragraphs of a corpus begin unlike any furniture, and their first two token hashes,
already there, say so without touching the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.glued import Parted, part
from dedup.boilerplate.glued_words import GluedWords
from dedup.boilerplate.hashes import SIGNS, word_hashes
from dedup.boilerplate.lexicon import Lexicon, Match
from dedup.boilerplate.phrases import Phrase
from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.kernels.reference import I64, U32, U64
from dedup.text.matching_form import MatchingForm

Bools = npt.NDArray[np.bool_]


class Nominator:
    """The phrases of a lexicon by the hashes of their opening and closing words."""

    def __init__(self, lexicon: Lexicon, form: MatchingForm) -> None:
        self.lexicon = lexicon
        self._heads = _Words(lexicon, form, closing=False)
        self._tails = _Words(lexicon, form, closing=True)
        self._signs = word_hashes(SIGNS, form)[0]
        self._glued = GluedWords(lexicon.glued, form)

    def marks(
        self,
        tokens: U32,
        token_start: I64,
        words: I64,
        longest: int,
        text_of: Callable[[int], bytes],
        kernels: ModuleType = reference,
    ) -> tuple[list[int], list[Match]]:
        """The paragraphs that are phrases of the lexicon, and which phrase each is.

        Only those of 1 to ``longest`` words that begin or end as a phrase does are read.
        Furniture repeats to the letter, so equal texts are decided once.
        """
        edges = kernels.phrase_edges(
            tokens, token_start, words, longest, self._signs, self._heads.seen | self._tails.seen
        )
        paragraph, several, first, opening, last, closing = edges
        heads = self._heads.among(first, opening, several)
        tails = self._tails.among(last, closing, several)
        rows = np.flatnonzero((heads > 0).any(axis=0) | (tails > 0).any(axis=0))
        known: dict[bytes, Match | None] = {}
        marked, matches = [], []
        for number, head_two, head, tail_two, tail in zip(
            paragraph[rows].tolist(), *heads[:, rows].tolist(), *tails[:, rows].tolist(),
            strict=True,
        ):  # fmt: skip
            text = text_of(number)
            if text in known:
                match = known[text]
            else:
                phrases = self._heads.found(head_two, head) + self._tails.found(tail_two, tail)
                match = known[text] = self.lexicon.decide(text.decode(), phrases)
            if match:
                marked.append(number)
                matches.append(match)
        return marked, matches

    def parted(
        self,
        tokens: U32,
        token_start: I64,
        words: I64,
        asked: Bools,
        text_of: Callable[[int], bytes],
        kernels: ModuleType = reference,
    ) -> Iterator[tuple[int, Parted]]:
        """The paragraphs with furniture at an end, among those ``asked`` about, in order.

        Read are those alone in which a phrase may begin or end where it would have to.
        """
        known: dict[bytes, Parted | None] = {}
        likely = self._glued.among(tokens, token_start, words, kernels) & asked
        for paragraph in np.flatnonzero(likely).tolist():
            text = text_of(paragraph)
            if text not in known:
                known[text] = part(text.decode(), self.lexicon)
            found = known[text]
            if found:
                yield paragraph, found


class _Words:
    """Phrases by the hash of the one or two words at one of their ends, the user's own first."""

    def __init__(self, lexicon: Lexicon, form: MatchingForm, closing: bool) -> None:
        self._lexicon, self._closing = lexicon, closing
        self._built_in = lexicon.built_in.hashed(closing) if lexicon.built_in else None
        literals = lexicon.own_literals(closing)
        one, two = word_hashes(literals, form)
        self._literals: dict[int, list[str]] = {}
        for literal, words in zip(literals, np.where(two, two, one).tolist(), strict=True):
            self._literals.setdefault(words, []).append(literal)
        self._phrases: dict[int, list[Phrase]] = {}
        known = np.fromiter(self._literals, np.uint64, len(self._literals))
        if self._built_in:
            known = np.append(known, self._built_in.words)
        single = known <= np.uint64(np.iinfo(np.uint32).max)
        self._ones = _Hashes(known[single].astype(np.uint32))
        self._twos = _Hashes(known[~single])
        self.seen = self._ones.seen * (c.TAIL if closing else c.HEAD)
        self.seen |= self._twos.seen * (c.TAILS if closing else c.HEADS)

    def among(self, one: U32, two: U64, several: Bools) -> U64:
        """The hash of two words where paragraphs begin (or end) as a phrase, or of one (2, n).

        0 where they do not.
        """
        twos = np.where(several & self._twos.holds(two), two, np.uint64(0))
        return np.stack((twos, np.where(self._ones.holds(one), one, 0).astype(np.uint64)))

    def found(self, *hashes: int) -> list[Phrase]:
        """The phrases of these words, in this order; 0 stands for none.

        Looked up when a hash is first met: few of the thousands ever are.
        """
        found: list[Phrase] = []
        for words in hashes:
            if words:
                if words not in self._phrases:
                    own = [
                        phrase
                        for literal in self._literals.get(words, ())
                        for phrase in self._lexicon.own_phrases(literal, self._closing)
                    ]
                    self._phrases[words] = [*dict.fromkeys(own), *self._shipped(words)]
                found += self._phrases[words]
        return found

    def _shipped(self, words: int) -> list[Phrase]:
        row = self._built_in.row(words) if self._built_in else None
        if row is None or self._built_in is None or self._lexicon.built_in is None:
            return []
        return [self._lexicon.built_in.phrase(number) for number in self._built_in.of(row)]


class _Hashes:
    """A set of hashes asked about a million at a time: nearly all are told by 16 of their bits."""

    def __init__(self, hashes: U32 | U64) -> None:
        self._sorted = np.sort(hashes)
        self.seen = np.zeros(1 << 16, np.uint8)
        self.seen[hashes.astype(np.uint16)] = 1

    def holds(self, values: U32 | U64) -> Bools:
        """Whether each value is in the set."""
        found = self.seen[values.astype(np.uint16)] > 0
        rows = np.flatnonzero(found)
        place = np.searchsorted(self._sorted, values[rows])
        found[rows] = self._sorted[np.minimum(place, len(self._sorted) - 1)] == values[rows]
        return found
