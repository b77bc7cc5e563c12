"""Candidates by containment: pairs in which one story holds a good part of the other's shingles.

A brief inside a long story has a Jaccard score far too low for any LSH, and shares no whole
paragraph with it once it was re-paragraphed. Every story keeps a sample of its shingles, those
whose hash is 0 modulo RATE (Broder 1997, "On the resemblance and containment of documents", the
sketch V_m); short stories keep all. Stories meet where samples do, the hashes being sorted like
the bands of an LSH, so nothing is compared with everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from dedup.candidates import Spread, unpack
from dedup.fingerprint import Paragraphs, content_of
from dedup.kernels.equal import counted
from dedup.kernels.reference import I64, U32, U64

RATE = 4
"""One shingle of so many is kept. A story of 80 shingles that stands word for word in another is
then missed once in 10**10, one of 12 shingles once in 30."""

SHORT = 64
"""Stories of so few shingles keep all of them, so that two short ones meet as surely."""

CAP = 32
"""Stories that may share a shingle and all be paired: more, and it is a phrase of the language or
of a form. Such a bucket gives a star and a chain, linear in its size."""

LEAST = 0.3
"""Share of the shorter story's sample from which a pair is worth measuring. Those of containment
0.5 lie above it but for three in a hundred of 80 shingles, of 0.8 all but one in 10**6."""

AT_ONCE = 4096
"""Stories whose shingles are held at the same time."""

PARTS = 64
"""Parts, by their hash, in which samples are sorted and stories meet: their words of eight bytes
are held, but what is made of them is of one part a thread."""

BUDGET = 1 << 30
"""Bytes of samples held at the same time, unless less is asked for: those of a million stories of
450 words. Of more the stories are read through again, once for every such share of the hashes."""


class Heap(Protocol):
    """Keeps rows under a name until they are wanted: a part of :class:`dedup.columns.Columns`."""

    def add(self, name: str, rows: npt.NDArray[Any]) -> None:
        """Append rows."""

    def whole(self, name: str) -> npt.NDArray[Any]:
        """All rows that were appended."""

    def drop(self, name: str) -> None:
        """Keep them no longer."""


class Crowded(NamedTuple):
    """Sampled shingles of more stories than are all paired.

    How many shingles, and the stories of the commonest.
    """

    shingles: int = 0
    stories: int = 0

    def plus(self, runs: I64) -> Crowded:
        """With those of some more, which are where each run of its stories begins and ends."""
        sizes = runs[:, 1] - runs[:, 0]
        return Crowded(self.shingles + len(runs), max(self.stories, int(sizes.max(initial=0))))


class Containing(NamedTuple):
    """Candidate pairs by containment, and what was too common for all pairs of it."""

    pairs: U64
    crowded: Crowded


def containing_pairs(
    paragraphs: Paragraphs,
    tokens: U32,
    stories: I64,
    shingle: int,
    cap: int,
    kernels: ModuleType,
    heap: Heap,
    spread: Spread = map,
    budget: int = BUDGET,
) -> Containing:
    """Pairs of the given stories that share much of the shorter one, as ``low << 32 | high``.

    ``stories`` are ascending; more than ``cap`` that share a shingle (or CAP, if that is less) are
    not all paired, and counted. The pairs are numbers of stories, sorted and distinct. ``budget``
    bounds the bytes of samples that are held, ``heap`` keeps the pairs that met until all have;
    what is found is the same.
    """
    if not len(stories):
        return Containing(np.empty(0, np.uint64), Crowded())
    reader = _Reader(paragraphs, tokens, stories, shingle, kernels)
    short = len(tokens) <= 2 * SHORT * len(stories)
    rounds = 1 + 8 * len(tokens) // (1 if short else RATE) // max(budget, 1)
    counts = np.zeros(len(stories), np.int64)
    met, crowded = _Met(heap, len(stories)), Crowded()
    for low, high in pairwise(_edges(0, 1 << 32, rounds)):
        samples = reader.samples(low, high, counts, spread)
        pair = partial(_meeting, samples, cap=min(cap, CAP), kernels=kernels)
        for found, times, runs in spread(pair, pairwise(_edges(low, high, PARTS))):
            met.add(found, times)
            crowded = crowded.plus(runs)
        del samples, pair
    enough = [
        pairs[shared >= LEAST * _smaller_sample(counts, pairs)] for pairs, shared in met.summed()
    ]
    a, b = unpack(np.concatenate([np.empty(0, np.uint64), *enough]))
    named = (stories[a].astype(np.uint64) << np.uint64(32)) | stories[b].astype(np.uint64)
    return Containing(named, crowded)


def _edges(low: int, high: int, parts: int) -> list[int]:
    """Where the equal parts of a range begin, and where the last ends."""
    return [low + (high - low) * part // parts for part in range(parts + 1)]


HEAPED = 1 << 16
"""Stories, at least, whose pairs lie in one heap: some 900,000 meetings of ordinary ones."""

HEAPS = 64
"""Heaps at most: each is an open file."""

_HEAP = "met.{}"


class _Reader(NamedTuple):
    """Makes samples of stories."""

    paragraphs: Paragraphs
    tokens: U32
    stories: I64
    shingle: int
    kernels: ModuleType

    def samples(self, low: int, high: int, counts: I64, spread: Spread) -> list[U64]:
        """``hash << 32 | place`` words of all stories, those with hashes of a range.

        Each array is sorted. How many shingles each story has is entered into ``counts``.
        """
        groups = [slice(at, at + AT_ONCE) for at in range(0, len(self.stories), AT_ONCE)]
        found = []
        sample = partial(self._sample, low=low, high=high)
        for some, (words, sizes) in zip(groups, spread(sample, groups), strict=True):
            counts[some] = sizes
            found.append(words)
        return found

    def _sample(self, some: slice, low: int, high: int) -> tuple[U64, I64]:
        own, start, words, *_ = content_of(
            self.paragraphs, self.tokens, self.stories[some], self.kernels
        )
        first, hashes = self.kernels.shingles(own, start, words, self.shingle)
        sample = self.kernels.shingle_sample(first, hashes, RATE, SHORT, low, high)
        return sample + np.uint64(some.start), np.diff(first)


def _meeting(
    samples: Sequence[U64], part: tuple[int, int], cap: int, kernels: ModuleType
) -> tuple[U64, I64, I64]:
    """Pairs of stories that share a sampled shingle of some hashes, and how many each shares.

    Besides, where the runs of more than ``cap`` stories begin and end.
    """
    last = [np.uint64((edge << 32) - 1) for edge in part if edge]
    ends = [np.searchsorted(words, np.array(last, np.uint64), "right") for words in samples]
    keys = np.concatenate([
        words[end[0] if part[0] else 0 : end[-1]] for words, end in zip(samples, ends, strict=True)
    ])  # fmt: skip
    pairs, runs = kernels.bucket_pairs(kernels.sorted_words(keys, 32), cap)
    return *counted(pairs, kernels.sorted_words), runs


class _Met:
    """Pairs and how often they met, in heaps by the first story of each.

    A million stories make nine million different pairs, all but one in ten of them by chance: only
    one heap of them is added up at a time.
    """

    def __init__(self, heap: Heap, stories: int) -> None:
        self._heap = heap
        width = max(HEAPED, -(-stories // HEAPS))
        self._edges = np.arange(0, stories + width, width).astype(np.uint64) << np.uint64(32)
        self._used: set[int] = set()

    def add(self, pairs: U64, counts: I64) -> None:
        """Take in some more; the pairs ascend."""
        rows = np.column_stack([pairs, counts.astype(np.uint64)])
        for number, (low, high) in enumerate(pairwise(np.searchsorted(pairs, self._edges))):
            if low < high:
                self._heap.add(_HEAP.format(number), rows[low:high])
                self._used.add(number)

    def summed(self) -> Iterator[tuple[U64, I64]]:
        """Every pair with its sum, heap by heap, sorted. What was taken in is dropped."""
        for number in sorted(self._used):
            name = _HEAP.format(number)
            rows = self._heap.whole(name)
            order = np.argsort(rows[:, 0], kind="stable")
            pairs, counts = rows[order, 0], rows[order, 1].astype(np.int64)
            self._heap.drop(name)
            begins = np.flatnonzero(np.diff(pairs, prepend=~pairs[:1]))
            yield pairs[begins], np.add.reduceat(counts, begins)


def _smaller_sample(counts: I64, pairs: U64) -> npt.NDArray[np.float64]:
    """How many shingles of the shorter story of each pair the other would show, if it had all.

    Of two short stories all are seen; otherwise the longer one shows its sample only.
    """
    a, b = unpack(pairs)
    shorter, longer = np.minimum(counts[a], counts[b]), np.maximum(counts[a], counts[b])
    return np.where(longer <= SHORT, shorter, shorter / RATE)
