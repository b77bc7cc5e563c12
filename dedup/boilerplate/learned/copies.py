"""Stories that are copies of one another, for counting: a reprinted story is one witness."""

from __future__ import annotations

from types import ModuleType

import numpy as np

from dedup.kernels.components import components
from dedup.kernels.equal import counted, distinct_words, equal_runs
from dedup.kernels.reference import I64, U64

LONG_WORDS = 12
"""Paragraphs from which on a shared one is a sign of shared text, not of shared furniture."""

COMMON = 40
"""A paragraph in more stories than these is furniture or a carried-over block: it would make
copies of stories that only have it in common. Pairs beyond it are sampled, never all made."""

SHARE = 0.5
"""Share of the shorter story's long paragraphs that two copies have in common."""


def copy_classes(story: I64, exact: U64, words: I64, stories: int, kernels: ModuleType) -> I64:
    """For each of ``stories`` stories the number of the first story it is a copy of, or its own.

    ``story``, ``exact`` and ``words`` are the paragraphs' columns. Copies share at least half of
    the long paragraphs of the shorter one; a copy of a copy belongs to the same class.
    """
    long = np.flatnonzero(words >= LONG_WORDS)
    own = np.bincount(story[long], minlength=stories)
    a, b, shared = _shared(story, exact, long, kernels)
    alike = shared >= SHARE * np.minimum(own[a], own[b])
    return components(stories, a[alike], b[alike])


def _shared(
    story: I64, exact: U64, long: I64, kernels: ModuleType
) -> tuple[I64, I64, I64]:
    """Pairs of stories and how many different long paragraphs they have in common."""
    equal = equal_runs(exact, long, kernels.sorted_words)
    keys = equal.owner.astype(np.uint64) << np.uint64(32)
    keys |= story[equal.rows].astype(np.uint64)
    pairs, _ = kernels.bucket_pairs(distinct_words(keys, kernels.sorted_words), COMMON)
    pairs, shared = counted(pairs, kernels.sorted_words)
    a = (pairs >> np.uint64(32)).astype(np.int64)
    return a, (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64), shared
