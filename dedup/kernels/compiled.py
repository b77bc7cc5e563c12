"""The compiled kernels (Numba): loops over UTF-8 bytes and hashes, no Python object per word.

Same names, arguments and results as :mod:`dedup.kernels.reference`, where they are documented.
Every kernel releases the interpreter lock, so batches run on all cores. Compiled code is cached
on disk by Numba; ``python -m dedup.kernels warm`` compiles everything ahead of time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from dedup.kernels import constants as c
from dedup.kernels.reference import I64, U8, U32, U64, Array, sorted_runs
from dedup.text import matching_form as mf

__all__ = [
    "NAME", "alike", "band_keys", "bucket_pairs", "document_frequencies", "dot_products",
    "intersections", "join_signatures", "segment", "shingles", "signatures", "sorted_runs",
    "tokenise",
]  # fmt: skip

NAME = "compiled"

_U = np.uint64
_V = np.uint32
_SEPARATOR, _DROPPED, _WORD, _SOLO, _DASH = 0, 1, 2, 3, 4
_BREAK = 1
_ZERO, _NINE = _V(ord("0")), _V(ord("9"))
_SHORTEN = _U(24)
"""As in :func:`dedup.kernels.reference.sorted_runs`."""

kernel = njit(nogil=True, cache=True, boundscheck=False, error_model="numpy")
inlined = njit(nogil=True, cache=True, boundscheck=False, error_model="numpy", inline="always")


@inlined
def _mix64(h: Any) -> Any:
    h = (h ^ (h >> _U(33))) * c.MIX_1
    h = (h ^ (h >> _U(33))) * c.MIX_2
    return h ^ (h >> _U(33))


@inlined
def _mix32(h: Any) -> Any:
    h = _V((h ^ (h >> _V(16))) * c.MIX32_1)
    h = _V((h ^ (h >> _V(13))) * c.MIX32_2)
    return _V(h ^ (h >> _V(16)))


@inlined
def _size(byte: Any) -> Any:
    """Bytes of the code point that begins with this byte (the text is valid UTF-8)."""
    return 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4


@inlined
def _decode(buffer: Any, at: Any, size: Any) -> Any:
    lead = _V(buffer[at])
    if lead < 0x80:
        return lead
    if size == 2:
        return ((lead & _V(0x1F)) << _V(6)) | _V(buffer[at + 1] & 0x3F)
    if size == 3:
        return (
            ((lead & _V(0x0F)) << _V(12))
            | (_V(buffer[at + 1] & 0x3F) << _V(6))
            | _V(buffer[at + 2] & 0x3F)
        )
    return (
        ((lead & _V(0x07)) << _V(18))
        | (_V(buffer[at + 1] & 0x3F) << _V(12))
        | (_V(buffer[at + 2] & 0x3F) << _V(6))
        | _V(buffer[at + 3] & 0x3F)
    )


@kernel
def _count_lines(buffer: Any, may_break: Any) -> Any:
    """At most how many lines a text has."""
    count = 1
    for at in range(len(buffer)):
        count += may_break[buffer[at]]
    return count


@kernel
def _count_chars(buffer: Any, low: Any, high: Any) -> Any:
    """Code points that begin in ``buffer[low:high]``."""
    count = 0
    for at in range(low, high):
        count += (buffer[at] & 0xC0) != 0x80
    return count


@kernel
def _trim(buffer: Any, low: Any, high: Any, layout: Any) -> Any:
    """The span without white space at its ends; an empty one at ``low`` if it is all white."""
    start = low
    while start < high:
        size = _size(buffer[start])
        if layout[_decode(buffer, start, size)] == 0:
            break
        start += size
    if start >= high:
        return low, low
    end = high
    while True:
        at = end - 1
        while (buffer[at] & 0xC0) == 0x80:
            at -= 1
        if layout[_decode(buffer, at, end - at)] == 0:
            return start, end
        end = at


_START, _END, _MARGIN = range(3)
"""Columns of a line, in bytes: its trimmed span (empty if it is blank), and where it begins."""


@kernel
def _fill_lines(
    buffer: Any, low: Any, high: Any, may_break: Any, layout: Any, lines: Any
) -> Any:
    """Lines of ``buffer[low:high]``; a last one without a line break counts unless blank."""
    count = 0
    at = margin = low
    while at < high:
        if not may_break[buffer[at]]:
            at += 1
            continue
        size = _size(buffer[at])
        code = _decode(buffer, at, size)
        after = at + size
        crlf = code == 13 and after < high and buffer[after] == 10
        if layout[code] & _BREAK and not crlf:
            lines[count, _START], lines[count, _END] = _trim(buffer, margin, at, layout)
            lines[count, _MARGIN] = margin
            count += 1
            margin = after
        at = after
    start, end = _trim(buffer, margin, high, layout)
    if start < end:
        lines[count, _START], lines[count, _END], lines[count, _MARGIN] = start, end, margin
        count += 1
    return count


@inlined
def _blank(line: Any) -> Any:
    return line[_START] == line[_END]


@kernel
def _drop_blank(lines: Any, count: Any) -> Any:
    """Move the filled lines together; how many there are."""
    filled = 0
    for i in range(count):
        if not _blank(lines[i]):
            lines[filled] = lines[i]
            filled += 1
    return filled


@kernel
def _has_gap(lines: Any, count: Any) -> Any:
    """Whether a blank line stands behind a filled one."""
    filled = False
    for i in range(count):
        if not _blank(lines[i]):
            filled = True
        elif filled:
            return True
    return False


@kernel
def _blocks(lines: Any, count: Any, out: Any, at: Any) -> Any:
    begin = -1
    for i in range(count):
        if not _blank(lines[i]):
            if begin < 0:
                begin = i
        elif begin >= 0:
            out[at, 0], out[at, 1] = lines[begin, _START], lines[i - 1, _END]
            at += 1
            begin = -1
    if begin >= 0:
        out[at, 0], out[at, 1] = lines[begin, _START], lines[count - 1, _END]
        at += 1
    return at


@kernel
def _first_word(buffer: Any, line: Any, kinds: Any, layout: Any) -> Any:
    """How many code points a line must offer to take this line's first word."""
    at = line[_START]
    if kinds[_decode(buffer, at, _size(buffer[at]))] == _SOLO:
        return 1
    count = 0
    while at < line[_END]:
        size = _size(buffer[at])
        if layout[_decode(buffer, at, size)]:
            break
        at += size
        count += 1
    return count


@kernel
def _unwrap(
    buffer: Any, lines: Any, count: Any, kinds: Any, layout: Any, out: Any, at: Any
) -> Any:
    """Paragraphs of a text without blank lines, hard-wrapped or not."""
    width, margin = 0, np.int64(1) << 62
    widths = np.empty(count, np.int64)
    indents = np.empty(count, np.int64)
    for i in range(count):
        indents[i] = _count_chars(buffer, lines[i, _MARGIN], lines[i, _START])
        widths[i] = indents[i] + _count_chars(buffer, lines[i, _START], lines[i, _END])
        width = max(width, widths[i])
        margin = min(margin, indents[i])
    wrapped = count >= c.WRAP_LINES and c.WRAP_NARROWEST <= width <= c.WRAP_WIDEST
    fits = np.ones(count, np.bool_)
    if wrapped:
        forced = 0
        for i in range(1, count):
            fits[i] = widths[i - 1] + 1 + _first_word(buffer, lines[i], kinds, layout) <= width
            forced += not fits[i]
        wrapped = forced * c.WRAP_SHARE >= count - 1
    begin = 0
    for i in range(1, count + 1):
        if i == count or not wrapped or fits[i] or indents[i] >= margin + 2:
            out[at, 0], out[at, 1] = lines[begin, _START], lines[i - 1, _END]
            at += 1
            begin = i
    return at


@kernel
def _segment(
    buffer: Any, offsets: Any, skips: Any, may_break: Any, kinds: Any, layout: Any, lines: Any,
    first: Any, out: Any,
) -> Any:  # fmt: skip
    at = 0
    for story in range(len(offsets) - 1):
        low = offsets[story] + skips[story]
        begin = at
        count = _fill_lines(buffer, low, offsets[story + 1], may_break, layout, lines)
        if _has_gap(lines, count):
            at = _blocks(lines, count, out, at)
        else:
            count = _drop_blank(lines, count)
            if count:
                at = _unwrap(buffer, lines, count, kinds, layout, out, at)
        byte, char = offsets[story], 0
        for paragraph in range(begin, at):
            for column in range(2):
                char += _count_chars(buffer, byte, out[paragraph, column])
                byte = out[paragraph, column]
                out[paragraph, column + 2] = char
        first[story + 1] = at
    return at


def _break_bytes(form: mf.MatchingForm) -> U8:
    """For each byte whether a character that ends a line may begin with it."""
    leads = [chr(code).encode()[0] for code in np.flatnonzero(form.layout & mf.BREAK).tolist()]
    result = np.zeros(256, np.uint8)
    result[leads] = 1
    return result


def segment(
    buffer: U8, offsets: I64, body_starts: I64, form: mf.MatchingForm
) -> tuple[I64, I64, I64, I64, I64]:
    """Paragraphs of every story: see the reference twin."""
    may_break = _break_bytes(form)
    room = int(_count_lines(buffer, may_break)) + len(offsets)
    lines = np.empty((room, 3), np.int64)
    out = np.empty((room, 4), np.int64)
    first = np.zeros(len(offsets), np.int64)
    count = _segment(
        buffer, offsets, body_starts, may_break, form.kind, form.layout, lines, first, out
    )
    columns = [np.ascontiguousarray(out[:count, i]) for i in range(4)]
    return first, columns[0], columns[1], columns[2], columns[3]


@kernel
def _dash(buffer: Any, at: Any, end: Any, kinds: Any, folded: Any) -> Any:
    """What a dash is by what follows it: a sign (SOLO) before a digit, else a separator."""
    while at < end:
        size = _size(buffer[at])
        code = _decode(buffer, at, size)
        if kinds[code] != _DROPPED:
            digit = kinds[code] == _WORD and _ZERO <= folded[code] <= _NINE
            return _SOLO if digit else _SEPARATOR
        at += size
    return _SEPARATOR


@kernel
def _tokenise_one(
    buffer: Any, at: Any, end: Any, kinds: Any, folded: Any, tokens: Any, count: Any
) -> Any:
    """Tokens of one paragraph, written from ``count`` on; the new count and the polynomial."""
    h, whole = _U(0), _U(0)
    inside = False
    behind = False
    while at <= end:
        # Past the end a word ends as it does before a space.
        code, kind = _V(0), _SEPARATOR
        if at < end:
            code = _V(buffer[at])
            if code >= 0x80:
                size = _size(buffer[at])
                code = _decode(buffer, at, size)
                at += size - 1
            kind = int(kinds[code])
        at += 1
        if kind == _DROPPED:
            continue
        solid = _WORD <= kind <= _SOLO
        if kind == _DASH:
            kind = _SEPARATOR if behind else _dash(buffer, at, end, kinds, folded)
        behind = solid
        if kind == _WORD:
            h = h * c.CHAR_STEP + _U(folded[code])
            inside = True
            continue
        if inside:
            h = _mix64(h)
            tokens[count] = _V(h >> _U(32))
            whole = whole * c.TOKEN_STEP + h
            count += 1
            h = _U(0)
            inside = False
        if kind == _SOLO:
            lone = _mix64(_U(folded[code]))
            tokens[count] = _V(lone >> _U(32))
            whole = whole * c.TOKEN_STEP + lone
            count += 1
    return count, whole


@kernel
def _tokenise(
    buffer: Any, starts: Any, ends: Any, kinds: Any, folded: Any, tokens: Any, first: Any, poly: Any
) -> Any:
    count = 0
    for paragraph in range(len(starts)):
        count, poly[paragraph] = _tokenise_one(
            buffer, starts[paragraph], ends[paragraph], kinds, folded, tokens, count
        )
        first[paragraph + 1] = count
    return count


def tokenise(buffer: U8, starts: I64, ends: I64, form: mf.MatchingForm) -> tuple[I64, U32, U64]:
    """Tokens of every paragraph: see the reference twin."""
    tokens = np.empty(int((ends - starts).sum()), np.uint32)
    first = np.zeros(len(starts) + 1, np.int64)
    poly = np.empty(len(starts), np.uint64)
    count = _tokenise(buffer, starts, ends, form.kind, form.folded, tokens, first, poly)
    return first, tokens[:count].copy(), poly


@inlined
def _shingle(tokens: Any, at: Any, width: Any) -> Any:
    h = _U(0)
    for place in range(width):
        h = h * c.SHINGLE_STEP + _U(tokens[at + place])
    return _mix64(h + _U(width) * c.LENGTH_STEP)


@kernel
def _shingles(tokens: Any, starts: Any, first: Any, counts: Any, size: Any, out: Any) -> None:
    for i in range(len(starts)):
        width = min(counts[i], size)
        for place in range(first[i + 1] - first[i]):
            out[first[i] + place] = _shingle(tokens, starts[i] + place, width)


def shingles(tokens: U32, starts: I64, counts: I64, size: int) -> tuple[I64, U64]:
    """Hashes of the word shingles of each run of tokens: see the reference twin."""
    number = np.where(counts > 0, np.maximum(counts - size + 1, 1), 0)
    first = np.concatenate(([0], np.cumsum(number)))
    out = np.empty(int(first[-1]), np.uint64)
    _shingles(tokens, starts, first, counts, size, out)
    return first, out


@kernel
def _signatures(tokens: Any, first: Any, size: Any, a: Any, b: Any, mixed: Any, out: Any) -> None:
    permutations = len(a)
    for paragraph in range(len(first) - 1):
        begin = first[paragraph]
        count = first[paragraph + 1] - begin
        own = out[paragraph]
        own[:] = c.EMPTY
        if count == 0:
            continue
        width = min(count, size)
        number = max(count - size + 1, 1)
        for i in range(number):
            mixed[i] = _mix32(_V(_shingle(tokens, begin + i, width) >> _U(32)))
        for i in range(number):
            h = mixed[i]
            for k in range(permutations):
                own[k] = min(own[k], _V(_V(a[k] * h) + b[k]))


def signatures(
    tokens: U32, token_first: I64, size: int, multipliers: U32, addends: U32
) -> U32:
    """MinHash signature of each paragraph's shingles: see the reference twin."""
    out = np.empty((len(token_first) - 1, len(multipliers)), np.uint32)
    mixed = np.empty(int(np.diff(token_first).max(initial=0)) + 1, np.uint32)
    _signatures(tokens, token_first, size, multipliers, addends, mixed, out)
    return out


@kernel
def _join(signature: Any, kept: Any, paragraph_first: Any, out: Any) -> None:
    for story in range(len(paragraph_first) - 1):
        for paragraph in range(paragraph_first[story], paragraph_first[story + 1]):
            if kept[paragraph]:
                for k in range(signature.shape[1]):
                    out[story, k] = min(out[story, k], signature[paragraph, k])


def join_signatures(signature: U32, kept: npt.NDArray[np.bool_], paragraph_first: I64) -> U32:
    """Story signatures from their kept paragraphs': see the reference twin."""
    out = np.full((len(paragraph_first) - 1, signature.shape[1]), c.EMPTY, np.uint32)
    _join(signature, kept, paragraph_first, out)
    return out


@kernel
def _band_keys(signature: Any, bands: Any, rows: Any, out: Any) -> None:
    for i in range(len(signature)):
        for band in range(bands):
            h = _U(band + 1) * c.LENGTH_STEP
            for row in range(rows):
                h = h * c.SHINGLE_STEP + _U(signature[i, band * rows + row])
            out[i, band] = _V(_mix64(h) >> _U(32))


def band_keys(signature: U32, bands: int, rows: int) -> U32:
    """A 32-bit key per band: see the reference twin."""
    out = np.empty((len(signature), bands), np.uint32)
    _band_keys(signature, bands, rows, out)
    return out


@kernel
def _document_frequencies(tokens: Any, starts: Any, ends: Any, seen: Any, out: Any) -> None:
    for story in range(len(starts)):
        for at in range(starts[story], ends[story]):
            term = tokens[at] >> _V(32 - c.TERM_BITS)
            if seen[term] != story + 1:
                seen[term] = story + 1
                out[term] += 1


def document_frequencies(tokens: U32, story_starts: I64, story_ends: I64) -> npt.NDArray[np.int32]:
    """In how many stories each term bucket occurs: see the reference twin."""
    out = np.zeros(1 << c.TERM_BITS, np.int32)
    _document_frequencies(tokens, story_starts, story_ends, np.zeros_like(out), out)
    return out


@kernel
def _intersections(first: Any, values: Any, left: Any, right: Any, out: Any) -> None:
    for i in range(len(left)):
        a, end_a = first[left[i]], first[left[i] + 1]
        b, end_b = first[right[i]], first[right[i] + 1]
        shared = 0
        while a < end_a and b < end_b:
            one, two = values[a], values[b]
            shared += one == two
            a += one <= two
            b += two <= one
        out[i] = shared


def intersections(first: I64, values: U64, left: I64, right: I64) -> I64:
    """How many values two sorted runs share: see the reference twin."""
    out = np.empty(len(left), np.int64)
    _intersections(first, values, left, right, out)
    return out


@kernel
def _dots(first: Any, terms: Any, weights: Any, left: Any, right: Any, out: Any) -> None:
    for i in range(len(left)):
        a, end_a = first[left[i]], first[left[i] + 1]
        b, end_b = first[right[i]], first[right[i] + 1]
        total = 0.0
        while a < end_a and b < end_b:
            if terms[a] == terms[b]:
                total += weights[a] * weights[b]
                a += 1
                b += 1
            elif terms[a] < terms[b]:
                a += 1
            else:
                b += 1
        out[i] = total


def dot_products(
    first: I64, terms: U32, weights: npt.NDArray[np.float64], left: I64, right: I64
) -> npt.NDArray[np.float64]:
    """Dot products of sparse rows: see the reference twin."""
    out = np.empty(len(left), np.float64)
    _dots(first, terms, weights, left, right, out)
    return out


@kernel
def _alike(
    signature: Any, rows: Any, group_first: Any, least: Any, out: Any, fill: Any
) -> Any:
    count = 0
    for group in range(len(group_first) - 1):
        for b in range(group_first[group], group_first[group + 1]):
            own = signature[rows[b]]
            for a in range(group_first[group], b):
                other = signature[rows[a]]
                equal = 0
                for k in range(len(own)):
                    equal += own[k] == other[k]
                if equal >= least:
                    if fill:
                        out[count, 0], out[count, 1] = a, b
                    count += 1
    return count


def alike(signature: U32, rows: I64, group_first: I64, least: int) -> tuple[I64, I64]:
    """Pairs inside each group whose signatures agree often: see the reference twin."""
    nothing = np.empty((0, 2), np.int64)
    count = _alike(signature, rows, group_first, least, nothing, False)
    out = np.empty((count, 2), np.int64)
    if count:
        _alike(signature, rows, group_first, least, out, True)
    return np.ascontiguousarray(out[:, 0]), np.ascontiguousarray(out[:, 1])


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
