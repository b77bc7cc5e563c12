"""The reference twins that gather words and sample shingles; see ``reference``."""

from __future__ import annotations

import numpy as np

from dedup.kernels.equal import distinct
from dedup.kernels.reference_text import I64, U8, U32, U64


def gathered(tokens: U32, starts: I64, counts: I64) -> U32:
    """The runs ``tokens[starts[i]:][:counts[i]]`` one after the other."""
    ends = np.cumsum(counts)
    begin = np.repeat(starts - (ends - counts), counts)
    return tokens[begin + np.arange(len(begin))]


def shingle_sample(
    first: I64, hashes: U64, rate: int, short: int, low: int, high: int
) -> U64:
    """``upper half << 32 | run`` words of a sample of each run's shingles, sorted and distinct.

    The sample holds hashes that are 0 modulo ``rate``, a power of two; of runs of at most
    ``short`` shingles all. Of those only hashes whose upper half lies in ``low..high - 1``.
    """
    counts = np.diff(first)
    kept = (hashes % np.uint64(rate) == 0) | np.repeat(counts <= short, counts)
    upper = hashes >> np.uint64(32)
    kept &= (upper >= low) & (upper < high)
    run = np.repeat(np.arange(len(counts), dtype=np.uint64), counts)[kept]
    return distinct((upper[kept] << np.uint64(32)) | run)


_LOOKED_UP = 1 << 20
"""Values looked up at the same time, which bounds the memory."""


def sampled(
    first: I64, bits: U8, sample_first: I64, sample: U32, left: I64, right: I64
) -> I64:
    """How many values of each left run's sample the bitmap of the right one may hold.

    The bitmap of run ``i`` is ``bits[first[i]:first[i + 1]]``, that of an empty run holds nothing;
    a hash of 32 bits has its place in proportion to its value.
    """
    met = np.zeros(len(left), np.int64)
    taken = np.diff(sample_first)
    parts = np.cumsum(taken[left]) // _LOOKED_UP
    for part in range(int(parts[-1]) + 1 if len(parts) else 0):
        rows = np.flatnonzero(parts == part)
        count = taken[left[rows]]
        pair = np.repeat(np.arange(len(rows)), count)
        behind = np.cumsum(count) - count
        own = sample[np.arange(len(pair)) + (sample_first[left[rows]] - behind)[pair]]
        begin, end = first[right[rows]], first[right[rows] + 1]
        wide = (end - begin).astype(np.uint64) * np.uint64(8)
        place = (own * wide[pair]) >> np.uint64(32)
        byte = begin[pair] + (place >> np.uint64(3)).astype(np.int64)
        held = (end > begin)[pair]
        flags = bits[np.where(held, byte, 0)] if len(bits) else np.zeros(len(byte), np.uint8)
        found = held & ((flags >> (place & np.uint64(7)).astype(np.uint8)) & 1 > 0)
        met[rows] = np.bincount(pair, weights=found, minlength=len(rows))
    return met
