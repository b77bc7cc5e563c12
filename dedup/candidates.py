"""Candidates: pairs of stories worth measuring, nominated by LSH and by shared paragraphs.

LSH works one band at a time: (key, story) words are sorted by value, and equal keys lie together.
What fills a bucket past the cap is furniture or a flood; such a bucket nominates a star and a
chain, linear in its size, and is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import numpy as np

from dedup.fingerprint import NOMINATING_SHINGLE
from dedup.kernels.reference import I64, U32, U64

_LOW = np.uint64(0xFFFFFFFF)


def unpack(pairs: U64) -> tuple[I64, I64]:
    """The two members of ``left << 32 | right`` words."""
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & _LOW).astype(np.int64)


def distinct(values: U64) -> U64:
    """The different values, sorted; ``np.unique`` hashes first, which is far slower."""
    values = np.sort(values)
    return values[np.append(True, values[1:] != values[:-1])] if len(values) else values


class Spread(Protocol):
    """Runs a function over many items, on several threads perhaps, and keeps their order."""

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any], /) -> Iterable[Any]:
        """As :class:`map`."""


def band_pairs(
    keys: U32, cap: int, kernels: ModuleType, spread: Spread = map
) -> tuple[U64, dict[int, int]]:
    """Pairs of rows that agree in a band, and the rows that head a capped bucket with its size.

    ``keys`` has shape (n, bands); a pair is ``low << 32 | high``, sorted and distinct.
    """
    rows = np.arange(len(keys), dtype=np.uint64)

    def of_band(band: int) -> tuple[U64, list[tuple[int, int]]]:
        words = (keys[:, band].astype(np.uint64) << np.uint64(32)) | rows
        words.sort()
        pairs, runs = kernels.bucket_pairs(words, cap)
        heads = [(int(words[low] & _LOW), end - low) for low, end in runs.tolist()]
        return distinct(pairs), heads

    found: list[U64] = [np.empty(0, np.uint64)]
    capped: dict[int, int] = {}
    for pairs, heads in spread(of_band, range(keys.shape[1])):
        found.append(pairs)
        for head, size in heads:
            capped[head] = max(capped.get(head, 0), size)
    return distinct(np.concatenate(found)), capped


def paragraph_pairs(exact: U64, story: I64, cap: int, kernels: ModuleType) -> U64:
    """Pairs of stories that share a paragraph, given hash and story of each paragraph.

    A paragraph that stands in more than ``cap`` stories nominates only a star and a chain.
    """
    order = np.lexsort((story, exact))
    exact, story = exact[order], story[order]
    fresh = np.ones(len(exact), bool)
    fresh[1:] = (exact[1:] != exact[:-1]) | (story[1:] != story[:-1])
    exact, story = exact[fresh], story[fresh]
    group = np.cumsum(np.append(False, exact[1:] != exact[:-1])) if len(exact) else exact
    pairs, _ = kernels.bucket_pairs(
        (group.astype(np.uint64) << np.uint64(32)) | story.astype(np.uint64), cap
    )
    return distinct(pairs)


class Layout(NamedTuple):
    """Bands and rows of an LSH, and the share of pairs it finds at the floor."""

    bands: int
    rows: int
    recall: float


def recall(jaccard: float, bands: int, rows: int, shingle: int = NOMINATING_SHINGLE) -> float:
    """Chance that a pair of this Jaccard on word shingles of length ``shingle`` is nominated.

    ``1 - (1 - s ** rows) ** bands`` at the similarity ``s`` of the nominating shingles, which is
    higher than that of longer ones: if words are edited independently at rate e, then J of
    k-word shingles is ``q / (2 - q)`` with ``q = (1 - e) ** k``.
    """
    kept = 2 * jaccard / (1 + jaccard)
    kept = kept ** (NOMINATING_SHINGLE / max(shingle, 1))
    similarity = kept / (2 - kept)
    return float(1 - (1 - similarity**rows) ** bands)


def recall_of_blocks(jaccard: float, bands: int, rows: int) -> float:
    """As :func:`recall` when whole stretches are cut or replaced instead of scattered words.

    Shingles of every length then have the same Jaccard: the least that can be expected.
    """
    return float(1 - (1 - jaccard**rows) ** bands)


def layout(num_perm: int, floor: float, wanted: float, shingle: int) -> Layout:
    """The most selective bands that still find pairs of Jaccard ``floor`` with chance ``wanted``.

    Of copies edited word by word; :func:`recall_of_blocks` says what it means for others.

    datasketch's own optimiser weighs misses against false candidates, which at threshold 0.8
    finds a true 0.80 pair only 40 % of the time; false candidates cost us a measurement only.
    """
    for rows in range(num_perm // 2, 0, -1):
        bands = num_perm // rows
        found = recall(floor, bands, rows, shingle)
        if found >= wanted:
            return Layout(bands, rows, found)
    return Layout(num_perm, 1, recall(floor, num_perm, 1, shingle))
