"""Candidates: pairs of stories worth measuring, nominated by LSH and by shared paragraphs.

LSH works one band at a time: (key, story) words are sorted by value, and equal keys lie together.
What fills a bucket past the cap is furniture or a flood; of a story in such buckets two pairs are
nominated, and the bucket is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from types import ModuleType
from typing import Any, NamedTuple, Protocol

import numpy as np

from dedup import crowds
from dedup.fingerprint import NOMINATING_SHINGLE
from dedup.kernels.components import components
from dedup.kernels.equal import Runs, Sort, distinct_words
from dedup.kernels.reference import I64, U32, U64

_LOW = np.uint64(0xFFFFFFFF)


def unpack(pairs: U64) -> tuple[I64, I64]:
    """The two members of ``left << 32 | right`` words."""
    return (pairs >> np.uint64(32)).astype(np.int64), (pairs & _LOW).astype(np.int64)


class Spread(Protocol):
    """Runs a function over many items, on several threads perhaps, and keeps their order."""

    def __call__(self, function: Callable[[Any], Any], items: Iterable[Any], /) -> Iterable[Any]:
        """As :class:`map`."""


WORDS_AT_ONCE = 1 << 21
"""Rows of a band that are sorted at the same time: with what is made of them 75 MB a thread."""

PAIRS_AT_ONCE = 1 << 23
"""Nominations that are collected before those that several bands made are made one: 64 MB."""


def band_pairs(
    keys: U32,
    cap: int,
    kernels: ModuleType,
    spread: Spread = map,
    rows: I64 | None = None,
    screen: crowds.Screen | None = None,
) -> tuple[U64, dict[int, int]]:
    """Pairs of rows that agree in a band, and the rows that head a capped bucket with its size.

    ``keys`` has shape (n, bands), and is read a band at a time; of ``rows``, if they are given, as
    if the array held only those. A pair is ``low << 32 | high``, sorted and distinct. Those that
    meet in a crowd are left out if ``screen`` says so; of a bucket of more than ``cap`` rows there
    are no pairs but :class:`dedup.crowds.Links`.
    """
    sort: Sort = kernels.sorted_words
    count = len(keys) if rows is None else len(rows)
    parts = 1 + count // WORDS_AT_ONCE

    def words_of(place: tuple[int, int]) -> U64:
        band, part = place
        column = keys[:, band] if rows is None else keys[:, band][rows]
        chosen = np.arange(count)
        if parts > 1:
            low, high = ((part + each << 32) // parts for each in (0, 1))
            chosen = np.flatnonzero((column >= low) & (column < high))
            column = column[chosen]
        words = column.astype(np.uint64) << np.uint64(32)
        words |= chosen.view(np.uint64)
        return sort(words, 32)

    places = product(range(keys.shape[1]), range(parts))
    return _meeting(words_of, places, cap, kernels, spread, screen)


def paragraph_pairs(
    equal: Runs, story: I64, cap: int, kernels: ModuleType, screen: crowds.Screen | None = None
) -> U64:
    """Pairs of stories that share a paragraph, given equal paragraphs and the story of each.

    Of a story whose paragraphs stand in more than ``cap`` stories two pairs are nominated. Those
    that meet in a crowd are left out if ``screen`` says so.
    """
    words = equal.owner.astype(np.uint64) << np.uint64(32)
    words |= story[equal.rows].astype(np.uint64)
    words = distinct_words(words, kernels.sorted_words)
    return _meeting(lambda _: words, [(0, 0)], cap, kernels, map, screen)[0]


def _meeting(
    words_of: Callable[[tuple[int, int]], U64],
    places: Iterable[tuple[int, int]],
    cap: int,
    kernels: ModuleType,
    spread: Spread,
    screen: crowds.Screen | None,
) -> tuple[U64, dict[int, int]]:
    """Pairs of rows that share a key in a band, given sorted ``key << 32 | row`` words.

    ``places`` are bands, and parts of them by ranges of keys.
    """
    sort: Sort = kernels.sorted_words

    def of_band(place: tuple[int, int]) -> tuple[U64, U64, U64]:
        words, overfull = _parted(words_of(place), cap)
        crowd = words[:0]
        if screen:
            words, crowd = _parted(words, crowds.CROWD)
        pairs, _ = kernels.bucket_pairs(words, cap)
        return distinct_words(pairs, sort), crowd, overfull

    links, in_crowds = crowds.Links(screen.owner if screen else None), list[U64]()

    def alone() -> Iterator[U64]:
        for pairs, crowd, overfull in spread(of_band, places):
            if len(overfull):
                links.add(overfull)
            if len(crowd):
                in_crowds.append(crowd)
            yield pairs

    found = _united(alone(), sort)
    if screen and in_crowds:
        found = _united(crowds.pairs_of(in_crowds, cap, screen, kernels, spread), sort, found)
    return _united((links.pairs(),), sort, found), links.capped


def _parted(words: U64, most: int) -> tuple[U64, U64]:
    """The words of buckets of at most so many rows, and those of larger ones."""
    larger = crowds.crowded(words, most)
    return (words, words[:0]) if larger is None else (words[~larger], words[larger])


def _united(parts: Iterable[U64], sort: Sort, first: U64 | None = None) -> U64:
    """The different pairs of all parts, sorted, made one now and then; ``first`` are so already."""
    found = [np.empty(0, np.uint64) if first is None else first]
    for pairs in parts:
        if len(pairs):
            found.append(pairs)
        if sum(map(len, found[1:])) > max(PAIRS_AT_ONCE, len(found[0]) // 2):
            found = [distinct_words(np.concatenate(found), sort)]
    return distinct_words(np.concatenate(found), sort) if len(found) > 1 else found[0]


TOGETHER = 250_000
"""Words of stories that are compared at the same time: with all that is made of them 25 MB, and
with what is mapped to read them, some 450 stories from anywhere, 200."""

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
