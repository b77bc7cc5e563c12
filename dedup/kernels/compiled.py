"""The compiled kernels (Numba): loops over UTF-8 bytes and hashes, no Python object per word.

Same names, arguments and results as :mod:`dedup.kernels.reference`, where they are documented.
Every kernel releases the interpreter lock, so batches run on all cores. Compiled code is kept by
:mod:`dedup.kernels.compiled_cache`; ``python -m dedup.kernels warm`` compiles all ahead of time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.kernels.compiled_frames import gaps, token_places
from dedup.kernels.compiled_pairs import (
    gathered,
    overlaps,
    sampled,
    shingle_sample,
    sorted_words,
)
from dedup.kernels.compiled_phrases import phrase_edges, phrase_starts
from dedup.kernels.compiled_text import segment, tokenise
from dedup.kernels.compiled_with import inlined, kernel, mix32, mix64
from dedup.kernels.reference import I64, U32, U64, Array, sorted_runs

__all__ = [
    "NAME", "alike", "band_keys", "bucket_pairs", "document_frequencies", "dot_products", "gaps",
    "gathered", "intersections", "join_signatures", "overlaps", "phrase_edges", "phrase_starts",
    "sampled", "segment", "shingle_sample", "shingles", "signatures", "sorted_runs",
    "sorted_words", "token_places", "tokenise",
]  # fmt: skip

NAME = "compiled"

_U = np.uint64
_V = np.uint32


@inlined
def _shingle(tokens: Any, at: Any, width: Any) -> Any:
    """Hash of ``width`` tokens from ``at`` on, both unsigned."""
    h = _U(0)
    for place in range(width):
        h = h * c.SHINGLE_STEP + _U(tokens[at + place])
    return mix64(h + width * c.LENGTH_STEP)


@kernel
def _shingles(tokens: Any, starts: Any, first: Any, counts: Any, size: Any, out: Any) -> None:
    """Each polynomial is made of the one before: one token less in front, one more behind."""
    for i in range(len(starts)):
        width = _U(min(counts[i], size))
        start, begin, end = _U(starts[i]), _U(first[i]), _U(first[i + 1])
        power, h = _U(1), _U(0)
        for place in range(width):
            power *= c.SHINGLE_STEP
            h = h * c.SHINGLE_STEP + _U(tokens[start + place])
        for at in range(begin, end):
            out[at] = mix64(h + width * c.LENGTH_STEP)
            if at + _U(1) < end:
                out_of = _U(tokens[start]) * power
                h = h * c.SHINGLE_STEP + _U(tokens[start + width]) - out_of
                start += _U(1)


def shingles(tokens: U32, starts: I64, counts: I64, size: int) -> tuple[I64, U64]:
    """Hashes of the word shingles of each run of tokens: see the reference twin."""
    number = np.where(counts > 0, np.maximum(counts - size + 1, 1), 0)
    first = np.concatenate(([0], np.cumsum(number)))
    out = np.empty(int(first[-1]), np.uint64)
    _shingles(tokens, starts, first, counts, size, out)
    return first, out


@inlined
def _permuted(a: Any, b: Any, h: Any) -> Any:
    return _V(_V(a * h) + b)


@kernel
def _signatures(tokens: Any, first: Any, size: Any, a: Any, b: Any, mixed: Any, out: Any) -> None:
    """``mixed`` has room for the shingles of any paragraph and seven more.

    Eight shingles at a time go through the permutations, so that each slot is loaded and stored
    once for eight. Unsigned places cannot count from the end, which lets the loop be vectorised.
    """
    permutations = _U(len(a))
    for paragraph in range(len(first) - 1):
        begin, count = _U(first[paragraph]), first[paragraph + 1] - first[paragraph]
        own = out[paragraph]
        own[:] = c.EMPTY
        if count == 0:
            continue
        width = _U(min(count, size))
        number = _U(max(count - size + 1, 1))
        for i in range(number):
            mixed[i] = mix32(_V(_shingle(tokens, begin + i, width) >> _U(32)))
        for i in range(number, number + _U(7)):
            mixed[i] = mixed[number - _U(1)]
        for i in range(_U(0), number, _U(8)):
            h, h1, h2, h3 = mixed[i], mixed[i + _U(1)], mixed[i + _U(2)], mixed[i + _U(3)]
            at = i + _U(4)
            h4, h5, h6, h7 = mixed[at], mixed[at + _U(1)], mixed[at + _U(2)], mixed[at + _U(3)]
            for k in range(permutations):
                x, y = a[k], b[k]
                two = min(_permuted(x, y, h), _permuted(x, y, h1))
                four = min(two, min(_permuted(x, y, h2), _permuted(x, y, h3)))
                more = min(_permuted(x, y, h4), _permuted(x, y, h5))
                eight = min(more, min(_permuted(x, y, h6), _permuted(x, y, h7)))
                own[k] = min(own[k], min(four, eight))


def signatures(
    tokens: U32, token_first: I64, size: int, multipliers: U32, addends: U32
) -> U32:
    """MinHash signature of each paragraph's shingles: see the reference twin."""
    out = np.empty((len(token_first) - 1, len(multipliers)), np.uint32)
    mixed = np.empty(int(np.diff(token_first).max(initial=0)) + 8, np.uint32)
    _signatures(tokens, token_first, size, multipliers, addends, mixed, out)
    return out


@kernel
def _join(signature: Any, kept: Any, paragraph_first: Any, out: Any) -> None:
    for story in range(len(paragraph_first) - 1):
        for paragraph in range(paragraph_first[story], paragraph_first[story + 1]):
            if kept[paragraph]:
                own, other = out[story], signature[paragraph]
                for k in range(_U(len(own))):
                    own[k] = min(own[k], other[k])


def join_signatures(signature: U32, kept: npt.NDArray[np.bool_], paragraph_first: I64) -> U32:
    """Story signatures from their kept paragraphs': see the reference twin."""
    out = np.full((len(paragraph_first) - 1, signature.shape[1]), c.EMPTY, np.uint32)
    _join(signature, kept, paragraph_first, out)
    return out


@kernel
def _band_keys(signature: Any, bands: Any, rows: Any, out: Any) -> None:
    for i in range(len(signature)):
        own, keys = signature[i], out[i]
        for band in range(_U(bands)):
            h = (band + _U(1)) * c.LENGTH_STEP
            for row in range(_U(rows)):
                h = h * c.SHINGLE_STEP + _U(own[band * _U(rows) + row])
            keys[band] = _V(mix64(h) >> _U(32))


def band_keys(signature: U32, bands: int, rows: int) -> U32:
    """A 32-bit key per band: see the reference twin."""
    out = np.empty((len(signature), bands), np.uint32)
    _band_keys(signature, bands, rows, out)
    return out


_STAMPS = 0xFF


@kernel
def _document_frequencies(tokens: Any, starts: Any, ends: Any, seen: Any, out: Any) -> None:
    """``seen`` stamps each term with its last story; 8 bits, to stay in the processor's cache.

    Whether a term is new to its story nobody can foretell, so it is added and not asked.
    """
    for story in range(len(starts)):
        stamp = np.uint8(story % _STAMPS + 1)
        if stamp == 1:
            seen[:] = 0
        for at in range(_U(starts[story]), _U(ends[story])):
            term = _U(tokens[at] >> _V(32 - c.TERM_BITS))
            out[term] += seen[term] != stamp
            seen[term] = stamp


def document_frequencies(tokens: U32, story_starts: I64, story_ends: I64) -> npt.NDArray[np.int32]:
    """In how many stories each term bucket occurs: see the reference twin."""
    fits = len(story_starts) <= np.iinfo(np.uint16).max
    out = np.zeros(1 << c.TERM_BITS, np.uint16 if fits else np.int32)
    _document_frequencies(tokens, story_starts, story_ends, np.empty(len(out), np.uint8), out)
    return out.astype(np.int32)


@kernel
def _intersections(first: Any, values: Any, left: Any, right: Any, out: Any) -> None:
    for i in range(len(left)):
        a, end_a = _U(first[left[i]]), _U(first[left[i] + 1])
        b, end_b = _U(first[right[i]]), _U(first[right[i] + 1])
        shared = 0
        while a < end_a and b < end_b:
            one, two = values[a], values[b]
            shared += one == two
            a += _U(one <= two)
            b += _U(two <= one)
        out[i] = shared


def intersections(first: I64, values: U64, left: I64, right: I64) -> I64:
    """How many values two sorted runs share: see the reference twin."""
    out = np.empty(len(left), np.int64)
    _intersections(first, values, left, right, out)
    return out


@kernel
def _dots(first: Any, terms: Any, weights: Any, left: Any, right: Any, out: Any) -> None:
    for i in range(len(left)):
        a, end_a = _U(first[left[i]]), _U(first[left[i] + 1])
        b, end_b = _U(first[right[i]]), _U(first[right[i] + 1])
        total = 0.0
        while a < end_a and b < end_b:
            if terms[a] == terms[b]:
                total += weights[a] * weights[b]
                a += _U(1)
                b += _U(1)
            elif terms[a] < terms[b]:
                a += _U(1)
            else:
                b += _U(1)
        out[i] = total


def dot_products(
    first: I64, terms: U32, weights: npt.NDArray[np.float64], left: I64, right: I64
) -> npt.NDArray[np.float64]:
    """Dot products of sparse rows: see the reference twin."""
    out = np.empty(len(left), np.float64)
    _dots(first, terms, weights, left, right, out)
    return out


@inlined
def _equal(one: Any, two: Any, low: Any, high: Any) -> Any:
    equal = _V(0)
    for k in range(low, high):
        equal += _V(1) if one[k] == two[k] else _V(0)
    return np.int64(equal)


@kernel
def _alike(signature: Any, rows: Any, group_first: Any, least: Any, out: Any) -> Any:
    """How many pairs there are; as many of them as there is room for are written.

    Most pairs agree nowhere: the rest is not read where it is too short to reach ``least``.
    """
    count = 0
    slots = signature.shape[1]
    most = min(max(slots - least + 8, 0), slots)
    for group in range(len(group_first) - 1):
        for b in range(group_first[group], group_first[group + 1]):
            own = signature[rows[b]]
            for a in range(group_first[group], b):
                other = signature[rows[a]]
                equal = _equal(own, other, _U(0), _U(most))
                if equal + slots - most < least:
                    continue
                if equal + _equal(own, other, _U(most), _U(slots)) >= least:
                    if count < len(out):
                        out[count, 0], out[count, 1] = a, b
                    count += 1
    return count


def alike(signature: U32, rows: I64, group_first: I64, least: int) -> tuple[I64, I64]:
    """Pairs inside each group whose signatures agree often: see the reference twin."""
    out = np.empty((len(rows), 2), np.int64)
    count = _alike(signature, rows, group_first, least, out)
    if count > len(out):
        out = np.empty((count, 2), np.int64)
        _alike(signature, rows, group_first, least, out)
    return np.ascontiguousarray(out[:count, 0]), np.ascontiguousarray(out[:count, 1])


@kernel
def _bucket_pairs(keys: Any, cap: Any, pairs: Any, runs: Any, fill: Any) -> Any:
    """Count (or write) the pairs and the capped runs of sorted keys."""
    count, capped, low = 0, 0, 0
    mask = _U(0xFFFFFFFF)
    while low < len(keys):
        end = low + 1
        while end < len(keys) and (keys[end] >> _U(32)) == (keys[low] >> _U(32)):
            end += 1
        size = end - low
        if size > cap:
            if fill:
                runs[capped, 0], runs[capped, 1] = low, end
                for i in range(low + 1, end):
                    pairs[count + i - low - 1] = ((keys[low] & mask) << _U(32)) | (keys[i] & mask)
                    pairs[count + size - 1 + i - low - 1] = ((keys[i - 1] & mask) << _U(32)) | (
                        keys[i] & mask
                    )
            count += 2 * (size - 1)
            capped += 1
        elif size > 1:
            if fill:
                for i in range(low, end):
                    for j in range(i + 1, end):
                        pairs[count] = ((keys[i] & mask) << _U(32)) | (keys[j] & mask)
                        count += 1
            else:
                count += size * (size - 1) // 2
        low = end
    return count, capped


def bucket_pairs(keys: U64, cap: int) -> tuple[U64, I64]:
    """Pairs within runs of equal upper halves: see the reference twin."""
    count, capped = _bucket_pairs(
        keys, cap, np.empty(0, np.uint64), np.empty((0, 2), np.int64), False
    )
    pairs = np.empty(count, np.uint64)
    runs: Array = np.empty((capped, 2), np.int64)
    _bucket_pairs(keys, cap, pairs, runs, True)
    return pairs, runs
