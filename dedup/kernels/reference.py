"""The reference twins: plain NumPy and Python, no compiler needed.

Same names, arguments and results as :mod:`dedup.kernels.compiled`, to the bit. They serve small
inputs, where compiled code would cost more to load than it saves, and machines without Numba.
Shapes: a batch has S stories, P paragraphs and T tokens; ``*_first`` arrays of n + 1 entries say
where the items of each of n owners begin, the last being the total.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.kernels.equal import sorted_words
from dedup.kernels.reference_frames import gaps, token_places
from dedup.kernels.reference_pairs import gathered, sampled, shingle_sample
from dedup.kernels.reference_text import (
    I64,
    U8,
    U32,
    U64,
    Array,
    code_points,
    mix32,
    mix64,
    powers,
    segment,
    tokenise,
)

__all__ = [
    "I64",
    "NAME",
    "U8",
    "U32",
    "U64",
    "Array",
    "alike",
    "band_keys",
    "bucket_pairs",
    "code_points",
    "document_frequencies",
    "dot_products",
    "gaps",
    "gathered",
    "intersections",
    "join_signatures",
    "mix32",
    "mix64",
    "overlaps",
    "phrase_edges",
    "phrase_starts",
    "powers",
    "sampled",
    "segment",
    "shingle_sample",
    "shingles",
    "signatures",
    "sorted_runs",
    "sorted_words",
    "token_places",
    "tokenise",
]

NAME = "reference"


def shingles(tokens: U32, starts: I64, counts: I64, size: int) -> tuple[I64, U64]:
    """Hashes of the word shingles of each run of tokens ``tokens[starts[i]:][:counts[i]]``.

    A run shorter than ``size`` is one shingle of itself; an empty one has none.

    Returns
    -------
    shingle_first (n + 1) and the 64-bit hashes, in text order, repeats included.
    """
    width = np.minimum(counts, size)
    number = np.where(counts > 0, np.maximum(counts - size + 1, 1), 0)
    first = np.concatenate(([0], np.cumsum(number)))
    begin = np.repeat(starts - first[:-1], number) + np.arange(int(first[-1]))
    wide = np.repeat(width, number)
    h = np.zeros(len(begin), np.uint64)
    for place in range(size):
        inside = place < wide
        h[inside] = h[inside] * c.SHINGLE_STEP + tokens[begin[inside] + place]
    return first, mix64(h + wide.astype(np.uint64) * c.LENGTH_STEP)


def signatures(
    tokens: U32, token_first: I64, size: int, multipliers: U32, addends: U32
) -> U32:
    """MinHash signature of each paragraph's shingles (P, permutations); EMPTY where it has none.

    datasketch's ``affine32``: the shingle's upper 32 bits, pre-mixed, through ``a * h + b``.
    """
    first, hashes = shingles(tokens, token_first[:-1], np.diff(token_first), size)
    mixed = mix32((hashes >> np.uint64(32)).astype(np.uint32))[:, None]
    result = np.full((len(token_first) - 1, len(multipliers)), c.EMPTY, np.uint32)
    room = np.empty((int(np.diff(first).max(initial=0)), len(multipliers)), np.uint32)
    for row, (low, high) in enumerate(pairwise(first.tolist())):
        if high > low:
            slots = room[: high - low]
            np.multiply(mixed[low:high], multipliers, out=slots)
            np.add(slots, addends, out=slots)
            np.minimum.reduce(slots, axis=0, out=result[row])
    return result


def join_signatures(signature: U32, kept: npt.NDArray[np.bool_], paragraph_first: I64) -> U32:
    """Story signatures: the element-wise minimum over each story's kept paragraphs."""
    result = np.full((len(paragraph_first) - 1, signature.shape[1]), c.EMPTY, np.uint32)
    owner = np.repeat(np.arange(len(result)), np.diff(paragraph_first))[kept]
    np.minimum.at(result, owner, signature[kept])
    return result


def band_keys(signature: U32, bands: int, rows: int) -> U32:
    """A 32-bit key per band (n, bands) over ``rows`` slots each; slots beyond are not used."""
    result = np.empty((len(signature), bands), np.uint32)
    for band in range(bands):
        h = np.full(len(signature), band + 1, np.uint64) * c.LENGTH_STEP
        for row in range(rows):
            h = h * c.SHINGLE_STEP + signature[:, band * rows + row]
        result[:, band] = (mix64(h) >> np.uint64(32)).astype(np.uint32)
    return result


def document_frequencies(tokens: U32, story_starts: I64, story_ends: I64) -> npt.NDArray[np.int32]:
    """In how many stories each term bucket occurs (2**TERM_BITS entries)."""
    lengths = story_ends - story_starts
    story = np.repeat(np.arange(len(lengths)), lengths)
    place = np.arange(len(story)) + np.repeat(story_starts - np.cumsum(lengths) + lengths, lengths)
    terms = (tokens >> np.uint32(32 - c.TERM_BITS))[place]
    met = np.sort((story << c.TERM_BITS) | terms)
    fresh = met[np.append(True, met[1:] != met[:-1])] if len(met) else met
    counts = np.zeros(1 << c.TERM_BITS, np.int32)
    np.add.at(counts, fresh & ((1 << c.TERM_BITS) - 1), np.int32(1))
    return counts


def sorted_runs(values: U64, owner: I64, owners: int, distinct: bool) -> tuple[I64, U64]:
    """Each owner's values, shortened to 40 bits and sorted; ``distinct`` drops repeats.

    ``owner`` must be below 2**24. 40 bits are plenty inside one story: two of 1,000 shingles
    meet by chance once in two million stories.
    """
    packed = (owner.astype(np.uint64) << np.uint64(40)) | (values >> np.uint64(24))
    packed.sort()
    if distinct and len(packed):
        packed = packed[np.append(True, packed[1:] != packed[:-1])]
    of = (packed >> np.uint64(40)).astype(np.int64)
    first = np.concatenate(([0], np.cumsum(np.bincount(of, minlength=owners))))
    return first.astype(np.int64), packed & np.uint64((1 << 40) - 1)


def phrase_edges(
    tokens: U32, token_start: I64, words: I64, longest: int, signs: U32, seen: U8
) -> tuple[I64, npt.NDArray[np.bool_], U32, U64, U32, U64]:
    """Paragraphs of 1 to ``longest`` words that may begin or end as a phrase does, ascending.

    Whether each has several words, the hash of its first, of its first two, of its last and of its
    last two; ``signs`` around are left out ("+++ Advertisement +++"). Told by the lower 16 bits of
    a hash, so not for certain: ``seen`` says what such a hash may be (HEAD, HEADS, TAIL, TAILS).
    """
    short = np.flatnonzero((words > 0) & (words <= longest))
    start, last = token_start[short], token_start[short] + words[short] - 1
    while True:
        before = np.isin(tokens[start], signs) & (start < last)
        start = start + before
        behind = np.isin(tokens[last], signs) & (start < last)
        last = last - behind
        if not (before.any() or behind.any()):
            break
    several = last > start
    one, end = tokens[start], tokens[last]
    two = mix64(one.astype(np.uint64) * c.SHINGLE_STEP + tokens[np.minimum(start + 1, last)])
    ends = mix64(tokens[np.maximum(last - 1, start)].astype(np.uint64) * c.SHINGLE_STEP + end)
    found = (seen[one.astype(np.uint16)] & c.HEAD) | (seen[end.astype(np.uint16)] & c.TAIL)
    more = (seen[two.astype(np.uint16)] & c.HEADS) | (seen[ends.astype(np.uint16)] & c.TAILS)
    rows = np.flatnonzero(found | np.where(several, more, 0))
    return short[rows], several[rows], one[rows], two[rows], end[rows], ends[rows]


def phrase_starts(
    tokens: U32, token_start: I64, words: I64, parts: U8, longest: int
) -> tuple[I64, I64]:
    """Where a phrase may begin that ends with its paragraph, and that paragraph, in order.

    Told by 16 bits of a word, so not for certain: ``parts`` says what a word of these lower bits
    may be (FIRST, SECOND, ALONE). Not at the first word of a paragraph (paragraphs follow one
    another), nor more than ``longest`` words before its end.
    """
    part = parts.take(tokens.astype(np.uint16))
    end = np.repeat(token_start + words, words)
    at = np.arange(len(tokens))
    follows = np.zeros(len(tokens), bool)
    follows[:-1] = (part[1:] & c.SECOND) > 0
    follows &= at + 1 < end
    found = ((part & c.ALONE) > 0) | (((part & c.FIRST) > 0) & follows)
    found &= (at > np.repeat(token_start, words)) & (end - at <= longest)
    return np.flatnonzero(found), np.repeat(np.arange(len(words)), words)[found]


def intersections(first: I64, values: U64, left: I64, right: I64) -> I64:
    """How many values (with multiplicity) the sorted runs ``left[i]`` and ``right[i]`` share.

    Runs and values are those of :func:`sorted_runs`.
    """
    members = _numbered(first, values)
    result = np.zeros(len(left), np.int64)
    for rows, of_pair, found, _, _ in _matches(first, members, left, right):
        result[rows] = np.bincount(of_pair, weights=found, minlength=len(rows))
    return result


def overlaps(
    first: I64, hashes: U64, lead_first: I64, lead_hashes: U64, left: I64, right: I64
) -> tuple[I64, I64, I64, I64, I64]:
    """How many different shingles runs have and share; each run has a lead besides.

    Hashes are shortened to 40 bits as by :func:`sorted_runs`; their arrays may be overwritten.

    Returns
    -------
    Sizes of the runs and of their leads; and of each pair of runs ``left[i], right[i]`` what they
    share, what the lead of the left one shares with the right one, and the other way round.
    """
    count = len(first) - 1
    owner = np.repeat(np.arange(2 * count), np.append(np.diff(first), np.diff(lead_first)))
    runs = sorted_runs(np.concatenate([hashes, lead_hashes]), owner, 2 * count, True)
    sizes = np.diff(runs[0])
    return (
        sizes[:count],
        sizes[count:],
        intersections(*runs, left, right),
        intersections(*runs, left + count, right),
        intersections(*runs, right + count, left),
    )


def _numbered(first: I64, values: U64) -> I64:
    """Every value of a run as a small number; the n-th equal value of a run has its own."""
    run = np.repeat(np.arange(len(first) - 1), np.diff(first))
    fresh = np.ones(len(values), bool)
    fresh[1:] = (values[1:] != values[:-1]) | (run[1:] != run[:-1])
    begin = np.maximum.accumulate(np.where(fresh, np.arange(len(values)), 0))
    times = (np.arange(len(values)) - begin).astype(np.uint64)
    # Values have 40 bits, which leaves 24 for the count of a value in one run.
    numbers = np.unique((values << np.uint64(24)) | times, return_inverse=True)[1]
    return np.asarray(numbers, np.int64)


_QUERIES = 1 << 20
"""Look-ups made at once, which bounds the memory of a comparison."""


def _matches(
    first: I64, members: I64, left: I64, right: I64
) -> Iterator[tuple[I64, I64, npt.NDArray[np.bool_], I64, I64]]:
    """Look the members of every left run up in its right run, some pairs at a time.

    Yields the pairs looked at, the pair of each member (counted from the first of them), whether
    the member is in both runs, and where it stands in the left and the right run.
    """
    kinds = int(members.max(initial=0)) + 1
    run = np.repeat(np.arange(len(first) - 1), np.diff(first))
    keys = run * kinds + members
    lengths = np.diff(first)
    parts = np.cumsum(lengths[left]) // _QUERIES
    for part in range(int(parts[-1]) + 1 if len(parts) else 0):
        rows = np.flatnonzero(parts == part)
        count = lengths[left[rows]]
        of_pair = np.repeat(np.arange(len(rows)), count)
        begin = first[left[rows]] - (np.cumsum(count) - count)
        in_left = np.repeat(begin, count) + np.arange(len(of_pair))
        wanted = right[rows][of_pair] * kinds + members[in_left]
        in_right = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        yield rows, of_pair, keys[in_right] == wanted, in_left, in_right


def dot_products(
    first: I64, terms: U32, weights: npt.NDArray[np.float64], left: I64, right: I64
) -> npt.NDArray[np.float64]:
    """Dot products of sparse rows given as runs of distinct sorted terms with weights."""
    result = np.zeros(len(left), np.float64)
    for rows, of_pair, found, a, b in _matches(first, terms.astype(np.int64), left, right):
        product = np.where(found, weights[a] * weights[b], 0.0)
        result[rows] = np.bincount(of_pair, weights=product, minlength=len(rows))
    return result


def alike(signature: U32, rows: I64, group_first: I64, least: int) -> tuple[I64, I64]:
    """Pairs of one group whose signatures agree in at least ``least`` slots.

    Group ``g`` is ``rows[group_first[g]:group_first[g + 1]]``, rows of ``signature``.

    Returns
    -------
    Earlier and later place in ``rows`` of each pair, ordered by the later, then the earlier.
    """
    earlier, later = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for low, high in pairwise(group_first.tolist()):
        own = signature[rows[low:high]]
        step = max(1, _COMPARED // own.size) if own.size else 1
        for begin in range(1, high - low, step):
            some = own[begin : begin + step]
            equal = np.count_nonzero(some[:, None] == own[: begin + len(some) - 1], axis=2)
            b, a = np.nonzero(np.tril(equal >= least, begin - 1))
            earlier.append(a + low)
            later.append(b + low + begin)
    return np.concatenate(earlier), np.concatenate(later)


_COMPARED = 1 << 20
"""Slots compared at the same time (1 MB): mostly those of all pairs of a story."""


def bucket_pairs(keys: U64, cap: int) -> tuple[U64, I64]:
    """Pairs within runs of equal upper halves of sorted ``key << 32 | story`` words.

    A run of more than ``cap`` stories gives a star around its first story and a chain, not all
    its pairs.

    Returns
    -------
    Pairs as ``low << 32 | high`` story words (unsorted, repeats possible), and where the capped
    runs begin and end, as rows of an (n, 2) array.
    """
    high = keys >> np.uint64(32)
    edge = np.flatnonzero(high[1:] != high[:-1]) + 1
    starts = np.concatenate(([0], edge)) if len(keys) else np.empty(0, np.int64)
    ends = np.append(edge, len(keys))[: len(starts)]
    sizes = ends - starts
    place = np.arange(len(keys))
    partners = np.where(np.repeat(sizes <= cap, sizes), np.repeat(ends, sizes) - place - 1, 0)
    lefts = [np.repeat(place, partners)]
    before = np.repeat(np.cumsum(partners) - partners, partners)
    rights = [lefts[0] + 1 + np.arange(len(before)) - before]
    capped = np.stack([starts, ends], axis=1)[sizes > cap]
    for low, end in capped.tolist():
        rest = place[low + 1 : end]
        lefts += [np.full(len(rest), low), rest - 1]
        rights += [rest, rest]
    left, right = np.concatenate(lefts), np.concatenate(rights)
    if len(capped):
        order = np.argsort(np.searchsorted(starts, left, "right"), kind="stable")
        left, right = left[order], right[order]
    story = keys & np.uint64(0xFFFFFFFF)
    return (story[left] << np.uint64(32)) | story[right], capped
