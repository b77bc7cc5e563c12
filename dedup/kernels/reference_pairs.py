"""The reference twins that gather words and sample shingles; see ``reference``."""

from __future__ import annotations

import numpy as np

from dedup.kernels.equal import distinct
from dedup.kernels.reference_text import I64, U32, U64


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
