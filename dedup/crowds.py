"""Crowds: buckets of an LSH in which many meet, most of whom have little in common.

A bucket of n stories is n * (n - 1) / 2 pairs, and a story stands in as many buckets as there are
bands: whoever knows the permutations can fill all of them with strangers. Measuring a pair takes
as long as reading a story does, so those that meet in a crowd are looked at before: a sample of
the shorter one's shingles is looked up in a bitmap of the other's (Bloom 1970, "Space/time
trade-offs in hash coding", with one hash function). What is there is never missed, so a pair is
passed over by its own evidence, whoever else is in the crowd.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.fingerprint import Paragraphs, content_of, ranges
from dedup.kernels.equal import distinct, distinct_words
from dedup.kernels.reference import I64, U8, U32, U64

Bools = npt.NDArray[np.bool_]
Spread = Callable[[Callable[[Any], Any], Iterable[Any]], Iterable[Any]]
"""Runs a function over many items, as :class:`map` does."""

CROWD = 8
"""Members of a bucket up to which all its pairs are measured, without a look: with 32 bands they
are at most 112 for a story."""

SAMPLED = 128
"""Values of a run that are looked up, evenly spread over its hashes; of a shorter run all."""

LEAST = 0.3
"""Share of the shorter story's sample from which a pair is worth measuring. Of pairs that say
something (Jaccard 0.3, containment 0.5) the share is 0.46 and more, five standard deviations of a
sample above it; of strangers it is 0.12, what a bitmap of eight bits a shingle lets through."""

AT_ONCE = 1 << 12
"""Members of crowds whose pairs are made at the same time: up to 400,000, some 30 MB."""

_LOW = np.uint64(0xFFFFFFFF)
_KEY = np.uint64(32)


class Sketches(NamedTuple):
    """Small pictures of runs of hashes: a sample of each, and a bitmap of a byte for each hash.

    Run ``i`` has ``sample[sample_first[i]:sample_first[i + 1]]``, hashes of 32 bits, and the bits
    of ``bits[first[i]:first[i + 1]]``.
    """

    first: I64
    bits: U8
    sample_first: I64
    sample: U32

    @classmethod
    def of(cls, first: I64, values: U64) -> Sketches:
        """Of runs and values as ``kernels.sorted_runs`` gives them."""
        size = np.diff(first)
        short = (values >> np.uint64(8)).astype(np.uint32)
        wide, begin = (
            np.repeat(each.astype(np.uint64) * np.uint64(8), size) for each in (size, first[:-1])
        )
        place = begin + ((short * wide) >> _KEY)
        byte = (place >> np.uint64(3)).astype(np.int64)
        bits = np.zeros(len(values), np.uint8)
        if len(byte):
            begins = np.flatnonzero(np.diff(byte, prepend=-1))
            flags = np.uint8(1) << (place & np.uint64(7)).astype(np.uint8)
            bits[byte[begins]] = np.bitwise_or.reduceat(flags, begins)
        taken = np.minimum(size, SAMPLED)
        at = ranges(np.zeros(len(size), np.int64), taken) * np.repeat(size, taken)
        chosen = np.repeat(first[:-1], taken) + at // np.repeat(taken, taken)
        sample_first = np.append(0, np.cumsum(taken)).astype(np.int64)
        return cls(first, bits, sample_first, short[chosen])

    @classmethod
    def joined(cls, parts: Sequence[Sketches]) -> Sketches:
        """Several in a row."""
        sizes = np.concatenate([np.diff(part.first) for part in parts])
        taken = np.concatenate([np.diff(part.sample_first) for part in parts])
        return cls(
            np.append(0, np.cumsum(sizes)).astype(np.int64),
            np.concatenate([part.bits for part in parts]),
            np.append(0, np.cumsum(taken)).astype(np.int64),
            np.concatenate([part.sample for part in parts]),
        )

    def shares(self, left: I64, right: I64, kernels: ModuleType) -> npt.NDArray[np.float64]:
        """How much of the shorter of two runs the other may hold at most, but for the sampling."""
        own, other = (self.first[run + 1] - self.first[run] for run in (left, right))
        swapped = own > other
        short, long = np.where(swapped, right, left), np.where(swapped, left, right)
        met = kernels.sampled(*self, short, long)
        taken = self.sample_first[short + 1] - self.sample_first[short]
        shares: npt.NDArray[np.float64] = met / np.maximum(taken, 1)
        return shares


Sketch = Callable[[I64], Sketches]
"""Makes sketches of rows, which ascend."""


class Screen(NamedTuple):
    """How members of crowds are looked at, and the share from which a pair is worth measuring.

    ``owner`` says whose each row is, if those of one owner are not to be compared.
    """

    sketch: Sketch
    least: float
    owner: I64 | None = None


def crowded(words: U64, more: int) -> Bools | None:
    """Which of sorted ``key << 32 | row`` words share their key with ``more`` others, if any do."""
    if len(words) <= more:
        return None
    begins = np.flatnonzero(words[: len(words) - more] >> _KEY == words[more:] >> _KEY)
    if not len(begins):
        return None
    steps = np.zeros(len(words) + 1, np.int32)
    np.add.at(steps, begins, 1)
    np.add.at(steps, begins + more + 1, -1)
    return np.asarray(np.cumsum(steps[:-1]) > 0, bool)


class Links:
    """Pairs of rows that stand in overfull buckets: two of each row, in however many it stands.

    A row is paired with the lowest of those that come first in its buckets, in which all of a
    crowd meet whatever the band, and with the nearest before it in any of them.
    """

    def __init__(self, owner: I64 | None = None) -> None:
        self.capped: dict[int, int] = {}
        """The rows that come first in an overfull bucket, with the size of the largest; if rows
        have an ``owner``, only in those of several."""
        self._owner = owner
        self._lowest = self._nearest = np.empty(0, np.uint64)

    def add(self, words: U64) -> None:
        """Take in the sorted ``key << 32 | row`` words of overfull buckets."""
        rows, keys = words & _LOW, words >> _KEY
        begins = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))
        sizes = np.diff(np.append(begins, len(words)))
        told = np.ones(len(begins), bool)
        if self._owner is not None:
            owner = self._owner[rows.astype(np.int64)]
            told = np.minimum.reduceat(owner, begins) < np.maximum.reduceat(owner, begins)
        for head, size in zip(rows[begins][told].tolist(), sizes[told].tolist(), strict=True):
            self.capped[head] = max(self.capped.get(head, 0), size)
        later = np.delete(np.arange(len(words)), begins)
        own = rows[later] << _KEY
        heads, before = np.repeat(rows[begins], sizes)[later], rows[later - 1]
        self._lowest = _least(np.append(self._lowest, own | heads))
        self._nearest = _least(np.append(self._nearest, own | (_LOW - before)))

    def pairs(self) -> U64:
        """The pairs as ``low << 32 | high``, sorted and distinct."""
        own = np.append(self._lowest, self._nearest) >> _KEY
        other = np.append(self._lowest & _LOW, _LOW - (self._nearest & _LOW))
        return distinct((other << _KEY) | own)


def _least(words: U64) -> U64:
    """The lowest of the words of each upper half, sorted."""
    words = np.sort(words)
    fresh = np.ones(len(words), bool)
    fresh[1:] = (words[1:] ^ words[:-1]) > _LOW
    least: U64 = words[fresh]
    return least


def pairs_of(
    crowds: Sequence[U64], cap: int, screen: Screen, kernels: ModuleType, spread: Spread = map
) -> Iterable[U64]:
    """Pairs of rows that meet in crowds and may have much in common, band by band.

    ``crowds`` are sorted words of each band, of buckets of at most ``cap``. Pairs are distinct in
    their band.
    """
    rows = distinct(np.concatenate([words & _LOW for words in crowds]))
    sketches = screen.sketch(rows.astype(np.int64))

    def of_band(words: U64) -> U64:
        places = np.searchsorted(rows, words & _LOW).astype(np.uint64)
        found = [np.empty(0, np.uint64)]
        for some in _buckets(words & ~_LOW | places):
            pairs, _ = kernels.bucket_pairs(some, cap)
            left, right = (pairs >> _KEY).astype(np.int64), (pairs & _LOW).astype(np.int64)
            worth = sketches.shares(left, right, kernels) >= screen.least
            found.append((rows[left[worth]] << _KEY) | rows[right[worth]])
        return distinct_words(np.concatenate(found), kernels.sorted_words)

    return spread(of_band, crowds)


def _buckets(words: U64) -> Iterator[U64]:
    """The words in parts of AT_ONCE, and as many more as share the key of the last one."""
    low = 0
    while low < len(words):
        last = words[min(low + AT_ONCE, len(words)) - 1] | _LOW
        end = int(np.searchsorted(words, last, "right"))
        yield words[low:end]
        low = end


SKETCHED = 32_000
"""Words of stories (or paragraphs) whose sketches are made at the same time: two megabytes a
thread, and 80 MB that are mapped to read them where they stand far from one another. A quarter of
it takes half as long again, nearly all of it NumPy's calls."""


def of_stories(
    paragraphs: Paragraphs, tokens: U32, shingle: int, kernels: ModuleType,
    spread: Spread, stories: I64,
) -> Sketches:  # fmt: skip
    """Sketches of the different shingles of the stories' content; the stories ascend."""

    def of_some(some: I64) -> Sketches:
        own, start, words, *_ = content_of(paragraphs, tokens, some, kernels)
        first, hashes = kernels.shingles(own, start, words, shingle)
        owner = np.repeat(np.arange(len(some)), np.diff(first))
        return Sketches.of(*kernels.sorted_runs(hashes, owner, len(some), True))

    low, high = (np.searchsorted(paragraphs.story, stories, side) for side in ("left", "right"))
    begins = np.append(paragraphs.token_start, len(tokens))
    return in_parts(of_some, stories, begins[high] - begins[low], spread)


def in_parts(sketch: Sketch, rows: I64, words: I64, spread: Spread = map) -> Sketches:
    """Sketches of rows of so many words each, made of SKETCHED words at a time."""
    parts = np.flatnonzero(np.diff(np.cumsum(words) // SKETCHED)) + 1
    return Sketches.joined(list(spread(sketch, np.split(rows, parts))))
