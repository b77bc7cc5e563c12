"""The compiled kernels that tell which paragraphs may hold a phrase, by the hashes of their words.

Documented in :mod:`dedup.kernels.reference`; used through :mod:`dedup.kernels.compiled`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.kernels.compiled_with import inlined, kernel, mix64
from dedup.kernels.reference import I64, U8, U32, U64

_U = np.uint64
_V = np.uint32


@inlined
def _is_sign(token: Any, signs: Any) -> Any:
    found = False
    for sign in signs:
        found |= token == sign
    return found


@inlined
def _pair(one: Any, two: Any) -> Any:
    return mix64(_U(one) * c.SHINGLE_STEP + _U(two))


@kernel
def _phrase_edges(
    tokens: Any, token_start: Any, words: Any, longest: Any, signs: Any, seen: Any, places: Any,
    ones: Any, twos: Any,
) -> Any:  # fmt: skip
    count = _U(0)
    lower = _U(0xFFFF)
    for paragraph in range(len(words)):
        if words[paragraph] == 0 or words[paragraph] > longest:
            continue
        start = _U(token_start[paragraph])
        last = start + _U(words[paragraph]) - _U(1)
        bare = False
        while not bare:
            before = start < last and _is_sign(tokens[start], signs)
            start += _U(before)
            behind = start < last and _is_sign(tokens[last], signs)
            last -= _U(behind)
            bare = not (before or behind)
        several = last > start
        one, end = tokens[start], tokens[last]
        two = _pair(one, tokens[min(start + _U(1), last)])
        ends = _pair(tokens[last - _U(1)] if several else one, end)
        found = (seen[_U(one) & lower] & c.HEAD) | (seen[_U(end) & lower] & c.TAIL)
        if several:
            found |= (seen[two & lower] & c.HEADS) | (seen[ends & lower] & c.TAILS)
        if found:
            places[count, 0], places[count, 1] = paragraph, several
            ones[0, count], ones[1, count] = one, end
            twos[0, count], twos[1, count] = two, ends
            count += _U(1)
    return count


def phrase_edges(
    tokens: U32, token_start: I64, words: I64, longest: int, signs: U32, seen: U8
) -> tuple[I64, npt.NDArray[np.bool_], U32, U64, U32, U64]:
    """Paragraphs that may begin or end as a phrase does: see the reference twin."""
    places = np.empty((len(words), 2), np.int64)
    ones = np.empty((2, len(words)), np.uint32)
    twos = np.empty((2, len(words)), np.uint64)
    count = int(
        _phrase_edges(tokens, token_start, words, longest, signs, seen, places, ones, twos)
    )
    one, end, two, ends = *ones[:, :count], *twos[:, :count]
    return places[:count, 0].copy(), places[:count, 1] > 0, one, two, end, ends


@kernel
def _phrase_starts(
    tokens: Any, token_start: Any, words: Any, parts: Any, longest: Any, out: Any
) -> Any:
    """How many places there are; as many of them as there is room for are written."""
    count = _U(0)
    for paragraph in range(len(words)):
        begin, size = _U(token_start[paragraph]), _U(words[paragraph])
        end = begin + size
        at = max(begin + _U(1), end - min(size, _U(longest)))
        while at < end:
            part = parts[tokens[at] & _V(0xFFFF)]
            at += _U(1)
            if part:
                follows = at < end and parts[tokens[at] & _V(0xFFFF)] & c.SECOND
                if part & c.ALONE or (part & c.FIRST and follows):
                    if count < len(out):
                        out[count, 0], out[count, 1] = at - _U(1), paragraph
                    count += _U(1)
    return count


def phrase_starts(
    tokens: U32, token_start: I64, words: I64, parts: U8, longest: int
) -> tuple[I64, I64]:
    """Where a phrase may begin that ends with its paragraph: see the reference twin."""
    out = np.empty((len(tokens) // 32 + 16, 2), np.int64)
    count = int(_phrase_starts(tokens, token_start, words, parts, longest, out))
    if count > len(out):
        out = np.empty((count, 2), np.int64)
        _phrase_starts(tokens, token_start, words, parts, longest, out)
    return np.ascontiguousarray(out[:count, 0]), np.ascontiguousarray(out[:count, 1])
