"""Equal values in long columns, found by sorting values rather than places.

NumPy sorts 64-bit values ten times as fast as it sorts places by them (16 million: 0.2 s against
1.5 s), and ``np.unique`` hashes first, which is far slower still. So a value and its place are
packed into one word. Columns are worked in parts, by the upper bits of their values, which bounds
the memory.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from dedup.kernels.reference_text import I64, U64

Number = TypeVar("Number", bound=np.generic)

AT_ONCE = 1 << 22
"""Values sorted at the same time: with their places and flags some 130 MB."""


_TOLD = 22
"""Bits of a hash by which it is told that it is none of some: a table of 4 MB."""


class Runs(NamedTuple):
    """Rows with equal values: run ``i`` is ``rows[first[i]:first[i + 1]]``, its rows ascending.

    Runs ascend by value; a value that stands in one row only has none.
    """

    rows: I64
    first: I64

    @property
    def sizes(self) -> I64:
        """How many rows each run has."""
        return np.diff(self.first)

    @property
    def owner(self) -> I64:
        """The run of each row."""
        return np.repeat(np.arange(len(self.first) - 1), self.sizes)

    def chosen(self, runs: npt.NDArray[np.bool_]) -> Runs:
        """Some of the runs."""
        sizes = self.sizes
        return Runs(
            self.rows[np.repeat(runs, sizes)], np.append(0, np.cumsum(sizes[runs])).astype(np.int64)
        )

    def among(self, chosen: npt.NDArray[np.bool_]) -> Runs:
        """The runs of chosen rows only, of two and more; a flag for every row of the column."""
        kept = chosen[self.rows]
        owner = self.owner[kept]
        several = np.bincount(owner, minlength=len(self.first) - 1) > 1
        within = several[owner]
        return Runs(self.rows[kept][within], _first(owner[within]))


class Sort(Protocol):
    """``sorted_words`` of the kernels."""

    def __call__(self, words: U64, below: int = 0, /) -> U64:
        """See :func:`sorted_words`."""


def distinct(values: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """The different values, sorted."""
    values = np.sort(values)
    return values[_fresh(values)]


def sorted_words(words: U64, below: int = 0, /) -> U64:
    """The words sorted by value, where equal ones above the lowest ``below`` bits ascend already.

    The array that is given is the caller's no more. This is the reference twin.
    """
    words.sort()
    return words


def distinct_words(words: U64, sort: Sort, below: int = 0) -> U64:
    """The same of words that are the caller's no more, and ascend in their lowest bits."""
    words = sort(words, below)
    return words[_fresh(words)]


def counted(values: U64, sort: Sort = sorted_words) -> tuple[U64, I64]:
    """The different values, sorted, and how often each occurs. They are the caller's no more."""
    values = sort(values)
    begins = np.flatnonzero(_fresh(values))
    return values[begins], np.diff(np.append(begins, len(values)))


def rows_of(values: U64, some: U64) -> I64:
    """The rows whose value is one of some, which are sorted; values are hashes."""
    shift = np.uint64(64 - _TOLD)
    begins = np.zeros(1 << _TOLD, bool)
    begins[some >> shift] = True
    rows = np.flatnonzero(begins[values >> shift])
    place = np.minimum(np.searchsorted(some, values[rows]), max(len(some) - 1, 0))
    return rows[some[place] == values[rows]] if len(some) else rows


def equal_runs(
    values: U64, chosen: I64 | None = None, sort: Sort = sorted_words
) -> Runs:
    """The rows (of the ``chosen`` ones, which ascend) whose value another one has too.

    Values are meant to be hashes: evenly spread, they make parts of one size.
    """
    own = values if chosen is None else values[chosen]
    bits = max(len(own) - 1, 0) // AT_ONCE
    parts = [_part(own, part, bits.bit_length(), sort) for part in range(1 << bits.bit_length())]
    places = np.concatenate(parts)
    first = _first(own[places])
    return Runs(places if chosen is None else chosen[places], first)


def _part(values: U64, part: int, bits: int, sort: Sort) -> I64:
    """Places of those repeated values whose upper ``bits`` are ``part``, in order."""
    if bits:
        low, last = part << (64 - bits), ((part + 1) << (64 - bits)) - 1
        some = np.flatnonzero((values >= np.uint64(low)) & (values <= np.uint64(last)))
        packed = values[some] << np.uint64(bits)
    else:
        some, packed = None, values.copy()
    lowest = len(packed).bit_length()
    width = np.uint64(lowest)
    packed >>= width
    packed <<= width
    packed |= np.arange(len(packed), dtype=np.uint64)
    packed = sort(packed, lowest)
    same = packed[1:] >> width == packed[:-1] >> width
    several = np.zeros(len(packed), bool)
    several[1:] = same
    several[:-1] |= same
    places = (packed[several] & ((np.uint64(1) << width) - np.uint64(1))).astype(np.int64)
    return _sorted_out(values, places if some is None else some[places])


def _sorted_out(values: U64, places: I64) -> I64:
    """The places in order of their values, those of single values left out.

    Packed words hold only the upper bits of a value. Where lower ones differ, as of one pair of
    hashes in 10**5 of ten million, the order is put right.
    """
    own = values[places]
    if (own[1:] < own[:-1]).any():
        order = np.lexsort((places, own))
        places, own = places[order], own[order]
    sizes = np.diff(_first(own))
    return places[np.repeat(sizes > 1, sizes)]


def _fresh(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where a sorted value differs from the one before."""
    fresh = np.ones(len(values), bool)
    fresh[1:] = values[1:] != values[:-1]
    return fresh


def _first(values: U64 | I64) -> I64:
    """Where runs of equal neighbours begin, and where the last ends."""
    return np.append(np.flatnonzero(_fresh(values)), len(values)).astype(np.int64)
