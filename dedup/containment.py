"""Candidates by containment: pairs in which one story holds a good part of the other's shingles.

A brief inside a long story has a Jaccard score far too low for any LSH, and shares no whole
paragraph with it once it was re-paragraphed. Every story keeps a sample of its shingles, those
whose hash is 0 modulo RATE (Broder 1997, "On the resemblance and containment of documents", the
sketch V_m); short stories keep all. Stories meet where samples do, the hashes being sorted like
the bands of an LSH, so nothing is compared with everything.
"""

from __future__ import annotations

from functools import partial
from types import ModuleType

import numpy as np
import numpy.typing as npt

from dedup.candidates import Spread, distinct, unpack
from dedup.fingerprint import Paragraphs, content_of
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


def containing_pairs(
    paragraphs: Paragraphs,
    tokens: U32,
    stories: I64,
    shingle: int,
    cap: int,
    kernels: ModuleType,
    spread: Spread = map,
) -> U64:
    """Pairs of the given stories that share much of the shorter one, as ``low << 32 | high``.

    ``stories`` are ascending; more than ``cap`` that share a shingle (or CAP, if that is less) are
    not all paired. The pairs are numbers of stories, sorted and distinct.
    """
    groups = [stories[low : low + AT_ONCE] for low in range(0, len(stories), AT_ONCE)]
    sample = partial(_sample, paragraphs, tokens, shingle=shingle, kernels=kernels)
    parts = list(spread(sample, groups))
    if not parts:
        return np.empty(0, np.uint64)
    keys = distinct(np.concatenate([words for words, _ in parts]))
    met, _ = kernels.bucket_pairs(keys, min(cap, CAP))
    met.sort()
    begins = np.flatnonzero(np.append(True, met[1:] != met[:-1])) if len(met) else met.astype(int)
    pairs = met[begins]
    shared = np.diff(np.append(begins, len(met)))
    counts = np.zeros(int(stories[-1]) + 1, np.int64)
    counts[stories] = np.concatenate([sizes for _, sizes in parts])
    enough: U64 = pairs[shared >= LEAST * _smaller_sample(counts, pairs)]
    return enough


def _sample(
    paragraphs: Paragraphs, tokens: U32, stories: I64, shingle: int, kernels: ModuleType
) -> tuple[U64, I64]:
    """``hash << 32 | story`` words of the sample, and how many shingles each story has."""
    own, start, words, *_ = content_of(paragraphs, tokens, stories)
    first, hashes = kernels.shingles(own, start, words, shingle)
    counts = np.diff(first)
    kept: npt.NDArray[np.bool_] = hashes % np.uint64(RATE) == 0
    kept |= np.repeat(counts <= SHORT, counts)
    story = np.repeat(stories.astype(np.uint64), counts)[kept]
    return ((hashes[kept] >> np.uint64(32)) << np.uint64(32)) | story, counts


def _smaller_sample(counts: I64, pairs: U64) -> npt.NDArray[np.float64]:
    """How many shingles of the shorter story of each pair the other would show, if it had all.

    Of two short stories all are seen; otherwise the longer one shows its sample only.
    """
    a, b = unpack(pairs)
    shorter, longer = np.minimum(counts[a], counts[b]), np.maximum(counts[a], counts[b])
    return np.where(longer <= SHORT, shorter, shorter / RATE)
