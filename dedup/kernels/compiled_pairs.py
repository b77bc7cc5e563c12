"""The compiled kernels that gather and sort words, sample shingles, and count what stories share.

Documented in :mod:`dedup.kernels.reference`; used through :mod:`dedup.kernels.compiled`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels.compiled_with import inlined, kernel
from dedup.kernels.equal import distinct_words
from dedup.kernels.reference import I64, U8, U32, U64

__all__ = ["gathered", "overlaps", "sampled", "shingle_sample", "sorted_words"]

_U = np.uint64
_ALL, _LEAD = np.uint8(1), np.uint8(2)
"""What a key of a table belongs to: a run, its lead, or both."""


@kernel
def _gathered(tokens: Any, starts: Any, counts: Any, out: Any) -> None:
    at = _U(0)
    for i in range(len(starts)):
        low = _U(starts[i])
        for place in range(_U(counts[i])):
            out[at + place] = tokens[low + place]
        at += _U(counts[i])


def gathered(tokens: U32, starts: I64, counts: I64) -> U32:
    """Runs of tokens one after the other: see the reference twin."""
    out = np.empty(int(counts.sum()), tokens.dtype)
    _gathered(tokens, starts, counts, out)
    return out


_DIGIT = 8
"""Bits of a word that are sorted by at a time: 256 places to write to stay in the cache."""


@kernel
def _sorted_words(words: Any, other: Any, counts: Any, below: Any) -> Any:
    """Sort by one digit after the other, the lowest first; whether ``other`` holds the result.

    A digit that all words share is left out.
    """
    mask, number = _U(counts.shape[1] - 1), _U(len(words))
    for i in range(number):
        for digit in range(_U(len(counts))):
            counts[digit, (words[i] >> (_U(below) + digit * _U(_DIGIT))) & mask] += _U(1)
    moved = False
    for digit in range(_U(len(counts))):
        place, shift = counts[digit], _U(below) + digit * _U(_DIGIT)
        if number and place[(words[0] >> shift) & mask] == number:
            continue
        total = _U(0)
        for value in range(_U(len(place))):
            total, place[value] = total + place[value], total
        for i in range(number):
            word = words[i]
            value = (word >> shift) & mask
            other[place[value]] = word
            place[value] += _U(1)
        words, other, moved = other, words, not moved
    return moved


def sorted_words(words: U64, below: int = 0) -> U64:
    """The words sorted by value: see the reference twin.

    A radix sort: 10 ns a word for its upper half, whatever the processor. NumPy's own takes that
    where it knows the vector instructions, and five times as long elsewhere.
    """
    other = np.empty_like(words)
    counts = np.zeros((-(-(64 - below) // _DIGIT), 1 << _DIGIT), np.uint64)
    return other if _sorted_words(words, other, counts, below) else words


@kernel
def _sample(
    first: Any, hashes: Any, mask: Any, short: Any, low: Any, high: Any, out: Any
) -> Any:
    count = 0
    for run in range(len(first) - 1):
        whole = first[run + 1] - first[run] <= short
        for at in range(first[run], first[run + 1]):
            h = hashes[at]
            upper = h >> _U(32)
            if (whole or h & mask == 0) and low <= upper < high:
                out[count] = (upper << _U(32)) | _U(run)
                count += 1
    return count


def shingle_sample(
    first: I64, hashes: U64, rate: int, short: int, low: int, high: int
) -> U64:
    """Words of a sample of each run's shingles: see the reference twin."""
    out = np.empty(len(hashes), np.uint64)
    count = _sample(first, hashes, _U(rate - 1), short, _U(low), _U(high), out)
    return distinct_words(out[: int(count)], sorted_words, 32)


@inlined
def _slot(keys: Any, stamps: Any, stamp: Any, mask: Any, key: Any) -> Any:
    """Where a key stands in the table, or the free slot where it would; keys are hashes."""
    slot = key & mask
    while stamps[slot] == stamp and keys[slot] != key:
        slot = (slot + _U(1)) & mask
    return slot


@kernel
def _deduplicated(first: Any, hashes: Any, keys: Any, stamps: Any, sizes: Any, base: Any) -> None:
    """Move the different keys of each run to its front."""
    for run in range(len(first) - 1):
        low, high = _U(first[run]), _U(first[run + 1])
        mask = _U(1)
        while mask < _U(2) * (high - low):
            mask = mask * _U(2) + _U(1)
        stamp, kept = base + run, low
        for at in range(low, high):
            key = hashes[at] >> _U(24)
            slot = _slot(keys, stamps, stamp, mask, key)
            if stamps[slot] != stamp:
                stamps[slot], keys[slot] = stamp, key
                hashes[kept] = key
                kept += _U(1)
        sizes[run] = kept - low


@kernel
def _entered(
    hashes: Any, low: Any, high: Any, keys: Any, stamps: Any, flags: Any, stamp: Any, mask: Any,
    flag: Any,
) -> None:  # fmt: skip
    for at in range(_U(low), _U(high)):
        slot = _slot(keys, stamps, stamp, mask, hashes[at])
        if stamps[slot] != stamp:
            stamps[slot], keys[slot], flags[slot] = stamp, hashes[at], 0
        flags[slot] |= flag


@kernel
def _overlaps(
    first: Any, hashes: Any, sizes: Any, lead_first: Any, leads: Any, lead_sizes: Any, left: Any,
    right: Any, keys: Any, stamps: Any, flags: Any, stamp: Any, out: Any,
) -> None:  # fmt: skip
    mask = _U(0)
    for i in range(len(left)):
        a, b = left[i], right[i]
        if i == 0 or a != left[i - 1]:
            stamp += 1
            mask = _U(1)
            while mask < _U(2 * (sizes[a] + lead_sizes[a])):
                mask = mask * _U(2) + _U(1)
            low, lead = first[a], lead_first[a]
            _entered(hashes, low, low + sizes[a], keys, stamps, flags, stamp, mask, _ALL)
            _entered(leads, lead, lead + lead_sizes[a], keys, stamps, flags, stamp, mask, _LEAD)
        shared = lead_left = lead_right = 0
        for at in range(_U(first[b]), _U(first[b] + sizes[b])):
            slot = _slot(keys, stamps, stamp, mask, hashes[at])
            if stamps[slot] == stamp:
                shared += flags[slot] & _ALL
                lead_left += flags[slot] >> _ALL
        for at in range(_U(lead_first[b]), _U(lead_first[b] + lead_sizes[b])):
            slot = _slot(keys, stamps, stamp, mask, leads[at])
            if stamps[slot] == stamp:
                lead_right += flags[slot] & _ALL
        out[0, i], out[1, i], out[2, i] = shared, lead_left, lead_right


def overlaps(
    first: I64, hashes: U64, lead_first: I64, lead_hashes: U64, left: I64, right: I64
) -> tuple[I64, I64, I64, I64, I64]:
    """How many different shingles runs have and share: see the reference twin.

    Pairs of one left run in a row are quickest: its table is made once.
    """
    count = len(first) - 1
    longest = int(np.diff(first).max(initial=0)) + int(np.diff(lead_first).max(initial=0))
    room = 4 << longest.bit_length()
    keys, stamps = np.empty(room, np.uint64), np.zeros(room, np.int64)
    flags = np.zeros(room, np.uint8)
    sizes, lead_sizes = np.zeros(count, np.int64), np.zeros(count, np.int64)
    _deduplicated(first, hashes, keys, stamps, sizes, 1)
    _deduplicated(lead_first, lead_hashes, keys, stamps, lead_sizes, 1 + count)
    out = np.zeros((3, len(left)), np.int64)
    _overlaps(
        first, hashes, sizes, lead_first, lead_hashes, lead_sizes, left, right, keys, stamps,
        flags, 2 * count + 1, out,
    )  # fmt: skip
    return sizes, lead_sizes, out[0], out[1], out[2]


@kernel
def _sampled(
    first: Any, bits: Any, sample_first: Any, sample: Any, left: Any, right: Any, out: Any
) -> None:
    for i in range(len(left)):
        begin, end = _U(first[right[i]]), _U(first[right[i] + 1])
        wide = (end - begin) * _U(8)
        met = _U(0)
        if wide > _U(0):
            for at in range(_U(sample_first[left[i]]), _U(sample_first[left[i] + 1])):
                place = (_U(sample[at]) * wide) >> _U(32)
                met += (_U(bits[begin + (place >> _U(3))]) >> (place & _U(7))) & _U(1)
        out[i] = met


def sampled(
    first: I64, bits: U8, sample_first: I64, sample: U32, left: I64, right: I64
) -> I64:
    """How much of samples runs may hold: see the reference twin."""
    out = np.empty(len(left), np.int64)
    _sampled(first, bits, sample_first, sample, left, right, out)
    return out
