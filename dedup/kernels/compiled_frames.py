"""The compiled kernels that compare facts: where tokens stand, and where two texts differ.

Documented in :mod:`dedup.kernels.reference`; used through :mod:`dedup.kernels.compiled`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels import constants as c
from dedup.kernels.compiled_text import (
    _DASH,
    _DROPPED,
    _NINE,
    _SEPARATOR,
    _WORD,
    _ZERO,
    _dash,
    _decode,
    _size,
)
from dedup.kernels.compiled_with import inlined, kernel, mix64
from dedup.kernels.reference import I64, U8, U32, Array
from dedup.text import matching_form as mf

_U = np.uint64
_STOP = np.uint32(ord("."))
_FREE, _SEVERAL = -1, -2
"""A slot that holds no row of tokens, and one whose row stands in several places."""


@inlined
def _begins_anew(code: Any) -> Any:
    for sign in c.BEGINNERS:  # noqa: SIM110 -- Numba compiles no generator here
        if code == sign:
            return True
    return False


@kernel
def _places_of_one(
    buffer: Any, at: Any, end: Any, kinds: Any, folded: Any, capital: Any, begin: Any, stop: Any,
    flags: Any, count: Any,
) -> Any:  # fmt: skip
    """Places and flags of one paragraph's tokens, from ``count`` on; the new count."""
    inside = behind = False
    anew, length = c.INITIAL, 0
    while at < end:
        size = _size(buffer[at])
        code = _decode(buffer, at, size)
        kind = int(kinds[code])
        after = at + _U(size)
        if kind == _DROPPED:
            at = after
            continue
        if kind == _DASH and (behind or _dash(buffer, after, end, kinds, folded) == _SEPARATOR):
            kind = _SEPARATOR
        behind = kind != _SEPARATOR
        if behind:
            if kind != _WORD or not inside:
                begin[count] = at
                flags[count] = c.CAPITAL * capital[code] + anew
                count += _U(1)
                anew = length = 0
            length += 1
            stop[count - _U(1)] = after
            if _ZERO <= folded[code] <= _NINE:
                flags[count - _U(1)] |= c.DIGIT
        elif _begins_anew(code):
            short = length <= c.ABBREVIATED and length and flags[count - _U(1)] & c.CAPITAL
            if code != _STOP or not short:
                anew = c.INITIAL
        inside = kind == _WORD
        at = after
    return count


@kernel
def _token_places(
    buffer: Any, starts: Any, ends: Any, kinds: Any, folded: Any, capital: Any, begin: Any,
    stop: Any, flags: Any, first: Any,
) -> Any:  # fmt: skip
    count = _U(0)
    for paragraph in range(len(starts)):
        at, end = _U(starts[paragraph]), _U(ends[paragraph])
        count = _places_of_one(
            buffer, at, end, kinds, folded, capital, begin, stop, flags, count
        )
        first[paragraph + 1] = count
    return count


def token_places(
    buffer: U8, starts: I64, ends: I64, form: mf.MatchingForm
) -> tuple[I64, I64, I64, U8]:
    """Where tokens stand, and their flags: see the reference twin."""
    room = int((ends - starts).sum())
    begin, stop = np.empty(room, np.int64), np.empty(room, np.int64)
    flags = np.empty(room, np.uint8)
    first = np.zeros(len(starts) + 1, np.int64)
    count = int(
        _token_places(
            buffer, starts, ends, form.kind, form.folded, form.capital, begin, stop, flags, first
        )
    )
    return first, begin[:count].copy(), stop[:count].copy(), flags[:count].copy()


@inlined
def _row_hash(tokens: Any, at: Any) -> Any:
    h = _U(0)
    for place in range(c.GAP_SEED):
        h = h * c.SHINGLE_STEP + _U(tokens[at + place])
    return mix64(h)


@inlined
def _same_row(a: Any, i: Any, b: Any, j: Any) -> Any:
    for place in range(c.GAP_SEED):  # noqa: SIM110 -- no generators, as above
        if a[i + place] != b[j + place]:
            return False
    return True


@kernel
def _seeds(b: Any, slots: Any) -> None:
    """Enter where each short row of tokens stands, by its hash."""
    slots[:] = _FREE
    mask = _U(len(slots) - 1)
    for j in range(len(b) - c.GAP_SEED + 1):
        slot = _row_hash(b, j) & mask
        while slots[slot] != _FREE:
            known = slots[slot]
            if _same_row(b, known if known >= 0 else _SEVERAL - known, b, j):
                break
            slot = (slot + _U(1)) & mask
        # A row that stands in several places keeps its first, as a number below _SEVERAL.
        known = slots[slot]
        slots[slot] = j if known == _FREE else known if known < 0 else _SEVERAL - known


@kernel
def _lookup(a: Any, i: Any, b: Any, slots: Any) -> Any:
    """Where a row of the left run stands in the right one; -1 if nowhere or in several places."""
    mask = _U(len(slots) - 1)
    slot = _row_hash(a, i) & mask
    while slots[slot] != _FREE:
        known = slots[slot]
        if _same_row(b, known if known >= 0 else _SEVERAL - known, a, i):
            return known if known >= 0 else -1
        slot = (slot + _U(1)) & mask
    return -1


@kernel
def _go_on_alike(a: Any, p: Any, b: Any, q: Any) -> Any:
    """Whether both runs go on with a frame of equal tokens from here, or end here."""
    if p == len(a) and q == len(b):
        return True
    if p + c.GAP_FRAME > len(a) or q + c.GAP_FRAME > len(b):
        return False
    for place in range(c.GAP_FRAME):  # noqa: SIM110 -- no generators, as above
        if a[p + place] != b[q + place]:
            return False
    return True


@kernel
def _near(a: Any, b: Any, i: Any, j: Any) -> Any:
    for total in range(1, 2 * c.GAP_WIDEST + 1):
        for ahead in range(max(0, total - c.GAP_WIDEST), min(total, c.GAP_WIDEST) + 1):
            p, q = i + ahead, j + total - ahead
            if p <= len(a) and q <= len(b) and _go_on_alike(a, p, b, q):
                return p, q
    return -1, -1


@kernel
def _far(a: Any, b: Any, i: Any, slots: Any) -> Any:
    for p in range(i, len(a) - c.GAP_SEED + 1):
        q = _lookup(a, p, b, slots)
        if q >= 0:
            while p > i and q > 0 and a[p - 1] == b[q - 1]:
                p, q = p - 1, q - 1
            return p, q
    return -1, -1


@kernel
def _gaps_of_one(a: Any, b: Any, slots: Any, pair: Any, out: Any, count: Any) -> Any:
    """The gaps of one pair, entered from ``count`` on; the new count and the aligned tokens."""
    _seeds(b, slots)
    i = j = aligned = length = 0
    while i < len(a) or j < len(b):
        gap = False
        if i == 0 and j == 0 and len(a) and len(b) and a[0] == b[0]:
            p, q = 0, 0
        else:
            p, q = _near(a, b, i, j)
            gap = p >= 0
        if p < 0:
            p, q = _far(a, b, i, slots)
            if p < 0:
                break
        before, length = length, 0
        while p + length < len(a) and q + length < len(b) and a[p + length] == b[q + length]:
            length += 1
        if gap:
            out[count, 0], out[count, 1], out[count, 2] = pair, i, p
            out[count, 3], out[count, 4] = j, q
            out[count, 5], out[count, 6] = before, length
            count += 1
        i, j, aligned = p + length, q + length, aligned + length
    return count, aligned


@kernel
def _gaps(
    tokens: Any, starts: Any, counts: Any, left: Any, right: Any, slots: Any, out: Any, aligned: Any
) -> Any:
    count = 0
    for pair in range(len(left)):
        low, other = starts[left[pair]], starts[right[pair]]
        a = tokens[low : low + counts[left[pair]]]
        b = tokens[other : other + counts[right[pair]]]
        size = 4
        while size < 2 * len(b):
            size *= 2
        count, aligned[pair] = _gaps_of_one(a, b, slots[:size], pair, out, count)
    return count


def gaps(tokens: U32, starts: I64, counts: I64, left: I64, right: I64) -> tuple[I64, I64]:
    """Where two runs of tokens differ inside an equal frame: see the reference twin."""
    longest = int(counts[right].max(initial=1))
    slots = np.empty(4 * longest + 4, np.int64)
    # Between two gaps stands a frame; one may come before the first and after the last.
    room = int((np.minimum(counts[left], counts[right]) // c.GAP_FRAME + 2).sum())
    out: Array = np.empty((room, 7), np.int64)
    aligned = np.zeros(len(left), np.int64)
    count = _gaps(tokens, starts, counts, left, right, slots, out, aligned)
    return out[: int(count)].copy(), aligned
