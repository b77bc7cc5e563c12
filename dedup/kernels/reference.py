"""The reference twins: plain NumPy and Python, no compiler needed.

Same names, arguments and results as :mod:`dedup.kernels.compiled`, to the bit. They serve small
inputs, where compiled code would cost more to load than it saves, and machines without Numba.
Shapes: a batch has S stories, P paragraphs and T tokens; ``*_first`` arrays of n + 1 entries say
where the items of each of n owners begin, the last being the total.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.text import matching_form as mf

Array = npt.NDArray[Any]
U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

NAME = "reference"


def mix64(h: U64) -> U64:
    """MurmurHash3's finalizer, element by element."""
    h = (h ^ (h >> np.uint64(33))) * c.MIX_1
    h = (h ^ (h >> np.uint64(33))) * c.MIX_2
    return h ^ (h >> np.uint64(33))


def mix32(h: U32) -> U32:
    """MurmurHash3's 32-bit finalizer, element by element."""
    h = (h ^ (h >> np.uint32(16))) * c.MIX32_1
    h = (h ^ (h >> np.uint32(13))) * c.MIX32_2
    return h ^ (h >> np.uint32(16))


def powers(base: np.uint64, exponents: I64) -> U64:
    """``base ** exponents`` modulo 2**64, by squaring."""
    result = np.ones(len(exponents), np.uint64)
    square = np.array([base], np.uint64)
    left = exponents.copy()
    while left.any():
        result = np.where(left & 1, result * square, result)
        square = square * square
        left >>= 1
    return result


def code_points(buffer: U8) -> tuple[U32, I64]:
    """The code points of valid UTF-8, and the byte each begins at (one more entry: the end)."""
    text = buffer.tobytes().decode("utf-8")
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    starts = np.flatnonzero((buffer & 0xC0) != 0x80)
    return codes, np.append(starts, len(buffer))


def segment(
    buffer: U8, offsets: I64, body_starts: I64, form: mf.MatchingForm
) -> tuple[I64, I64, I64, I64, I64]:
    """Paragraphs of every story.

    Parameters
    ----------
    buffer, offsets : UTF-8 of all stories; story ``i`` is ``buffer[offsets[i]:offsets[i + 1]]``.
    body_starts : bytes of each story to pass over (its title).

    Returns
    -------
    paragraph_first (S + 1), then per paragraph: first and end byte in the buffer, first and end
    character in the story.
    """
    from dedup.text.segment import segment_codes

    rows: list[tuple[int, int, int, int]] = []
    first = [0]
    for low, high, skip in zip(offsets[:-1], offsets[1:], body_starts, strict=True):
        codes, starts = code_points(buffer[low:high])
        begin = int(np.searchsorted(starts, skip))
        for a, b in segment_codes(codes, begin, form):
            rows.append((int(low + starts[a]), int(low + starts[b]), a, b))
        first.append(len(rows))
    table = np.array(rows, np.int64).reshape(-1, 4)
    columns = [np.ascontiguousarray(table[:, i]) for i in range(4)]
    return np.array(first, np.int64), columns[0], columns[1], columns[2], columns[3]


def tokenise(
    buffer: U8, starts: I64, ends: I64, form: mf.MatchingForm
) -> tuple[I64, U32, U64]:
    """Tokens of every paragraph ``buffer[starts[p]:ends[p]]``.

    Returns
    -------
    token_first (P + 1), the upper 32 bits of each token's hash (T), and per paragraph the
    polynomial over its tokens' 64-bit hashes, not yet finalised so that stories can join them.
    """
    codes, owner = _gather(buffer, starts, ends)
    kept = form.kind[codes] != mf.DROPPED
    codes, owner = codes[kept], owner[kept]
    same_before = np.zeros(len(codes), bool)
    same_before[1:] = owner[1:] == owner[:-1]
    folded = form.folded[codes]
    kind = _settle_dashes(form.kind[codes], folded, same_before)

    in_token = kind != mf.SEPARATOR
    glued = np.zeros(len(kind), bool)
    glued[1:] = (kind[1:] == mf.WORD) & (kind[:-1] == mf.WORD) & (owner[1:] == owner[:-1])
    begins = np.flatnonzero(in_token & ~glued)
    hashes = mix64(_polynomials(folded[in_token], _lengths(in_token, begins), c.CHAR_STEP))
    counts = np.bincount(owner[begins], minlength=len(starts)).astype(np.int64)
    token_first = np.concatenate(([0], np.cumsum(counts)))
    return token_first, (hashes >> np.uint64(32)).astype(np.uint32), _polynomials(
        hashes, counts, c.TOKEN_STEP
    )


def _gather(buffer: U8, starts: I64, ends: I64) -> tuple[U32, I64]:
    """Code points of all paragraphs in a row, and whose they are."""
    pieces = [buffer[a:b].tobytes().decode("utf-8") for a, b in zip(starts, ends, strict=True)]
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    codes = np.frombuffer("".join(pieces).encode("utf-32-le"), np.uint32)
    return codes, np.repeat(np.arange(len(pieces)), lengths)


def _settle_dashes(kind: U8, folded: U32, same_before: npt.NDArray[np.bool_]) -> U8:
    """A dash is a sign before a digit and not behind a word; otherwise it separates."""
    dash = kind == mf.DASH
    if not dash.any():
        return kind
    digit = (kind == mf.WORD) & (folded >= ord("0")) & (folded <= ord("9"))
    before_digit = np.zeros(len(kind), bool)
    before_digit[:-1] = digit[1:] & same_before[1:]
    solid = (kind == mf.WORD) | (kind == mf.SOLO)
    behind_word = np.zeros(len(kind), bool)
    behind_word[1:] = solid[:-1] & same_before[1:]
    settled = np.where(before_digit & ~behind_word, mf.SOLO, mf.SEPARATOR)
    return np.where(dash, settled, kind).astype(np.uint8)


def _lengths(in_token: npt.NDArray[np.bool_], begins: I64) -> I64:
    """How many code points each token has, given where it begins."""
    running = np.concatenate(([0], np.cumsum(in_token)))
    return np.diff(np.append(running[begins], running[-1]))


def _polynomials(parts: Array, lengths: I64, step: np.uint64) -> U64:
    """Horner's polynomial of each run of ``lengths`` parts (0 for an empty run)."""
    result = np.zeros(len(lengths), np.uint64)
    filled = lengths > 0
    if not filled.any():
        return result
    ends = np.cumsum(lengths)
    exponents = np.repeat(ends, lengths) - 1 - np.arange(int(ends[-1]))
    scale = np.ones(int(lengths.max()), np.uint64)
    scale[1:] = step
    scale = np.multiply.accumulate(scale)
    terms = parts.astype(np.uint64) * scale[exponents]
    result[filled] = np.add.reduceat(terms, (ends - lengths)[filled])
    return result


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
    mixed = mix32((hashes >> np.uint64(32)).astype(np.uint32))
    result = np.full((len(token_first) - 1, len(multipliers)), c.EMPTY, np.uint32)
    for row in np.flatnonzero(np.diff(first)):
        own = mixed[first[row] : first[row + 1], None]
        result[row] = (own * multipliers + addends).min(axis=0)
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
    result = np.zeros(1 << c.TERM_BITS, np.int32)
    for low, high in zip(story_starts, story_ends, strict=True):
        result[np.unique(tokens[low:high] >> np.uint32(32 - c.TERM_BITS))] += 1
    return result


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


def intersections(first: I64, values: U64, left: I64, right: I64) -> I64:
    """How many values (with multiplicity) the sorted runs ``left[i]`` and ``right[i]`` share.

    Runs and values are those of :func:`sorted_runs`.
    """
    members = _numbered(first, values)
    result = np.zeros(len(left), np.int64)
    for rows, of_pair, found, _, _ in _matches(first, members, left, right):
        result[rows] = np.bincount(of_pair, weights=found, minlength=len(rows))
    return result


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
    found: list[tuple[int, int]] = []
    for low, high in pairwise(group_first.tolist()):
        for later in range(low + 1, high):
            own, others = signature[rows[later]], signature[rows[low:later]]
            equal = (others == own).sum(axis=1)
            found += [(low + int(a), later) for a in np.flatnonzero(equal >= least)]
    table = np.array(found, np.int64).reshape(-1, 2)
    return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])


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
    story = keys & np.uint64(0xFFFFFFFF)
    edge = np.flatnonzero(high[1:] != high[:-1]) + 1
    starts = np.concatenate(([0], edge)) if len(keys) else np.empty(0, np.int64)
    ends = np.append(edge, len(keys))
    pairs: list[U64] = []
    capped: list[tuple[int, int]] = []
    for low, end in zip(starts, ends, strict=False):
        size = int(end - low)
        if size < 2:
            continue
        own = story[low:end]
        if size <= cap:
            a, b = np.triu_indices(size, 1)
            pairs.append((own[a] << np.uint64(32)) | own[b])
        else:
            capped.append((int(low), int(end)))
            pairs.append((own[0] << np.uint64(32)) | own[1:])
            pairs.append((own[:-1] << np.uint64(32)) | own[1:])
    joined = np.concatenate(pairs) if pairs else np.empty(0, np.uint64)
    return joined, np.array(capped, np.int64).reshape(-1, 2)


_WIDER = np.array([0x80, 0x800, 0x10000])
"""Code points from which UTF-8 takes a byte more."""


def token_places(
    buffer: U8, starts: I64, ends: I64, form: mf.MatchingForm
) -> tuple[I64, I64, I64, U8]:
    """Where the tokens of :func:`tokenise` stand, and what their first look says.

    Returns
    -------
    token_first (P + 1), and per token the bytes where it begins and ends in ``buffer`` (what is
    dropped inside a token belongs to it) and its flags: DIGIT, CAPITAL, INITIAL.
    """
    codes, owner = _gather(buffer, starts, ends)
    width = np.searchsorted(_WIDER, codes, side="right") + 1
    before = np.concatenate(([0], np.cumsum(ends - starts)))[:-1]
    place = np.cumsum(width) - width - before[owner] + starts[owner]
    kept = form.kind[codes] != mf.DROPPED
    codes, owner, place, width = codes[kept], owner[kept], place[kept], width[kept]
    same_before = np.zeros(len(codes), bool)
    same_before[1:] = owner[1:] == owner[:-1]
    folded = form.folded[codes]
    kind = _settle_dashes(form.kind[codes], folded, same_before)
    in_token = kind != mf.SEPARATOR
    glued = np.zeros(len(kind), bool)
    glued[1:] = (kind[1:] == mf.WORD) & (kind[:-1] == mf.WORD) & (owner[1:] == owner[:-1])
    begins = np.flatnonzero(in_token & ~glued)
    counts = np.bincount(owner[begins], minlength=len(starts)).astype(np.int64)
    token_first = np.concatenate(([0], np.cumsum(counts)))
    if not len(begins):
        none = np.empty(0, np.int64)
        return token_first, none, none, np.empty(0, np.uint8)
    lengths = _lengths(in_token, begins)
    last = np.flatnonzero(in_token)[np.cumsum(lengths) - 1]
    digit = in_token & (folded >= ord("0")) & (folded <= ord("9"))
    has_digit = np.add.reduceat(digit[in_token], np.cumsum(lengths) - lengths) > 0
    capital = form.capital[codes[begins]] > 0
    short = capital & (lengths <= c.ABBREVIATED)
    flags = c.DIGIT * has_digit + c.CAPITAL * capital
    flags += c.INITIAL * _initial(codes, kind, owner, begins, short)
    return token_first, place[begins], place[last] + width[last], flags.astype(np.uint8)


def _initial(
    codes: U32, kind: U8, owner: I64, begins: I64, short: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Which tokens stand behind nothing in their paragraph, or behind a sign that begins anew."""
    result = np.ones(len(begins), bool)
    result[1:] = owner[begins[1:]] != owner[begins[:-1]]
    signs = np.flatnonzero((kind == mf.SEPARATOR) & np.isin(codes, c.BEGINNERS))
    before = np.searchsorted(begins, signs) - 1
    stop = (codes[signs] == ord(".")) & short[before]
    behind = before[(before >= 0) & (before < len(begins) - 1) & ~stop] + 1
    result[behind] = True
    return result


def gaps(
    tokens: U32, starts: I64, counts: I64, left: I64, right: I64
) -> tuple[I64, I64]:
    """Where two runs of tokens differ inside an equal frame: what stands between two stretches.

    The pairs are runs ``left[i]`` and ``right[i]``; run ``r`` is ``tokens[starts[r]:]``, of length
    ``counts[r]``. A stretch is a row of equal tokens. Behind a stretch the next one is sought
    nearby (GAP_FRAME equal tokens within GAP_WIDEST of either side, the closest first); where there
    is none, anywhere (GAP_SEED tokens that stand once in the right run), and what lies between is
    no gap. Both ends of the runs count as stretches. Linear in the tokens, whatever they are.

    Returns
    -------
    Gaps as rows (pair, left begin, left end, right begin, right end, length of the stretch before,
    of that behind), places counted from the run's first token; and per pair how many tokens of
    the left run lie in stretches.
    """
    found: list[tuple[int, ...]] = []
    aligned = np.zeros(len(left), np.int64)
    for pair, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        a, b = (
            tuple(tokens[starts[run] : starts[run] + counts[run]].tolist()) for run in (one, other)
        )
        for gap, length in _aligned(a, b):
            aligned[pair] += length
            if gap is not None:
                found.append((pair, *gap, length))
    return np.array(found, np.int64).reshape(-1, 7), aligned


_Run = tuple[int, ...]


def _aligned(a: _Run, b: _Run) -> Iterator[tuple[_Run | None, int]]:
    """The stretches from left to right: the gap before each, if there is one, and its length.

    A gap is its places in both runs and the length of the stretch before it.
    """
    seeds = _seeds(b)
    i = j = length = 0
    while i < len(a) or j < len(b):
        near = (i, j) if a[i : i + 1] == b[j : j + 1] and i == j == 0 else _near(a, b, i, j)
        far = _far(a, b, i, seeds) if near is None else near
        if far is None:
            return
        gap = (i, far[0], j, far[1], length) if near not in (None, (i, j)) else None
        i, j = far
        length = _stretch(a, b, i, j)
        yield gap, length
        i, j = i + length, j + length


def _seeds(b: _Run) -> dict[_Run, int]:
    """Where each short row of tokens stands, -1 if in several places."""
    seeds: dict[_Run, int] = {}
    for j in range(len(b) - c.GAP_SEED + 1):
        row = b[j : j + c.GAP_SEED]
        seeds[row] = -1 if row in seeds else j
    return seeds


def _near(a: _Run, b: _Run, i: int, j: int) -> tuple[int, int] | None:
    """The closest places behind where both go on alike, or end."""
    for total in range(1, 2 * c.GAP_WIDEST + 1):
        for ahead in range(max(0, total - c.GAP_WIDEST), min(total, c.GAP_WIDEST) + 1):
            p, q = i + ahead, j + total - ahead
            row, other = a[p : p + c.GAP_FRAME], b[q : q + c.GAP_FRAME]
            if p <= len(a) and q <= len(b) and row == other and (
                len(row) == c.GAP_FRAME or (p == len(a) and q == len(b))
            ):
                return p, q
    return None


def _far(a: _Run, b: _Run, i: int, seeds: dict[_Run, int]) -> tuple[int, int] | None:
    """The next row of the left run that stands once in the right one, grown to the left."""
    for p in range(i, len(a) - c.GAP_SEED + 1):
        q = seeds.get(a[p : p + c.GAP_SEED], -1)
        if q >= 0:
            while p > i and q > 0 and a[p - 1] == b[q - 1]:
                p, q = p - 1, q - 1
            return p, q
    return None


def _stretch(a: _Run, b: _Run, i: int, j: int) -> int:
    length = 0
    while i + length < len(a) and j + length < len(b) and a[i + length] == b[j + length]:
        length += 1
    return length
