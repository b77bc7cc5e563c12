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
from dedup.kernels.components import components
from dedup.kernels.equal import Runs, distinct
from dedup.kernels.reference import I64, U32, U64

_LOW = np.uint64(0xFFFFFFFF)


def unpack(pairs: U64) -> tuple[I64, I64]:
    """The two members of ``left << 32 | right`` words."""
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & _LOW).astype(np.int64)


class Spread(Protocol):
    """Runs a function over many items, on several threads perhaps, and keeps their order."""

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any], /) -> Iterable[Any]:
        """As :class:`map`."""


PAIRS_AT_ONCE = 1 << 23
"""Nominations that are collected before those that several bands made are made one: 64 MB."""


def band_pairs(
    keys: U32, cap: int, kernels: ModuleType, spread: Spread = map, rows: I64 | None = None
) -> tuple[U64, dict[int, int]]:
    """Pairs of rows that agree in a band, and the rows that head a capped bucket with its size.

    ``keys`` has shape (n, bands), and is read a band at a time; of ``rows``, if they are given, as
    if the array held only those. A pair is ``low << 32 | high``, sorted and distinct.
    """
    count = len(keys) if rows is None else len(rows)
    places = np.arange(count, dtype=np.uint64)

    def of_band(band: int) -> tuple[U64, list[tuple[int, int]]]:
        column = keys[:, band] if rows is None else keys[:, band][rows]
        words = column.astype(np.uint64)
        words <<= np.uint64(32)
        words |= places
        words.sort()
        pairs, runs = kernels.bucket_pairs(words, cap)
        heads = [(int(words[low] & _LOW), end - low) for low, end in runs.tolist()]
        return distinct(pairs), heads

    found: list[U64] = [np.empty(0, np.uint64)]
    capped: dict[int, int] = {}
    for pairs, heads in spread(of_band, range(keys.shape[1])):
        found.append(pairs)
        if sum(map(len, found[1:])) > PAIRS_AT_ONCE:
            found = [distinct(np.concatenate(found))]
        for head, size in heads:
            capped[head] = max(capped.get(head, 0), size)
    return distinct(np.concatenate(found)), capped


def paragraph_pairs(equal: Runs, story: I64, cap: int, kernels: ModuleType) -> U64:
    """Pairs of stories that share a paragraph, given equal paragraphs and the story of each.

    A paragraph that stands in more than ``cap`` stories nominates only a star and a chain.
    """
    words = equal.owner.astype(np.uint64) << np.uint64(32)
    words |= story[equal.rows].astype(np.uint64)
    pairs, _ = kernels.bucket_pairs(distinct(words), cap)
    return distinct(pairs)


TOGETHER = 1_000_000
"""Words of stories that are compared at the same time: with all that is made of them 100 MB."""

_AWAY = 1024
"""Pairs after which a story is taken for gone from memory."""


def together(a: I64, b: I64, words: I64, at_once: int) -> list[I64]:
    """The pairs in groups to be compared at the same time, those that share stories together.

    Parameters
    ----------
    a, b : the stories of each pair, any numbers.
    words : of each story.
    at_once : words of all stories of a group, one story more, or a few where one of the pairs
        of a very large family of stories stands in two groups.
    """
    used, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    left, right = place[: len(a)], place[len(a) :]
    family = components(len(used), left, right)[left]
    order = np.lexsort((b, a, family))
    seen = np.column_stack([left[order], right[order]]).ravel()
    turn = np.argsort(seen, kind="stable")
    again = np.zeros(len(seen), bool)
    again[turn[1:]] = (np.diff(seen[turn]) == 0) & (np.diff(turn) <= 2 * _AWAY)
    cost = np.where(again, 0, words[used[seen]]).reshape(-1, 2).sum(axis=1)
    group = (np.cumsum(cost) - cost) // at_once
    return np.split(order, np.flatnonzero(np.diff(group)) + 1) if len(order) else []


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
