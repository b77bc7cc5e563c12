"""Where stories differ and where their words stand, in plain Python.

Part of :mod:`dedup.kernels.reference`; twins of :mod:`dedup.kernels.compiled_frames`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.kernels.reference_text import I64, U8, U32, gather, token_lengths, tokens_among
from dedup.text import matching_form as mf

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
    codes, owner = gather(buffer, starts, ends)
    width = np.searchsorted(_WIDER, codes, side="right") + 1
    before = np.concatenate(([0], np.cumsum(ends - starts)))[:-1]
    place = np.cumsum(width) - width - before[owner] + starts[owner]
    kept = form.kind[codes] != mf.DROPPED
    codes, owner, place, width = codes[kept], owner[kept], place[kept], width[kept]
    kind, folded, in_token, begins, token_first = tokens_among(codes, owner, len(starts), form)
    if not len(begins):
        none = np.empty(0, np.int64)
        return token_first, none, none, np.empty(0, np.uint8)
    lengths = token_lengths(in_token, begins)
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
    aligned, seeds = np.zeros(len(left), np.int64), _Seeds()
    for pair, (one, other) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        a, b = (
            tuple(tokens[starts[run] : starts[run] + counts[run]].tolist()) for run in (one, other)
        )
        for gap, length in _aligned(a, b, partial(seeds.of, other, b)):
            aligned[pair] += length
            if gap is not None:
                found.append((pair, *gap, length))
    return np.array(found, np.int64).reshape(-1, 7), aligned


_Run = tuple[int, ...]


def _aligned(
    a: _Run, b: _Run, seeds: Callable[[], Mapping[_Run, int]]
) -> Iterator[tuple[_Run | None, int]]:
    """The stretches from left to right: the gap before each, if there is one, and its length.

    A gap is its places in both runs and the length of the stretch before it. Most pairs go
    without ``seeds``, which are those of the right run.
    """
    i = j = length = 0
    while i < len(a) or j < len(b):
        near = far = (i, j) if a[i : i + 1] == b[j : j + 1] and i == j == 0 else _near(a, b, i, j)
        if near is None:
            far = _far(a, b, i, seeds())
        if far is None:
            return
        gap = (i, far[0], j, far[1], length) if near not in (None, (i, j)) else None
        i, j = far
        length = _stretch(a, b, i, j)
        yield gap, length
        i, j = i + length, j + length


class _Seeds:
    """Where each short row of tokens of a run stands that stands in one place, by run."""

    def __init__(self) -> None:
        self._known: dict[int, dict[_Run, int]] = {}
        self._held = 0

    def of(self, run: int, b: _Run) -> dict[_Run, int]:
        """The places in the run ``b``, which is number ``run``."""
        found = self._known.get(run)
        if found is None:
            found = _places_of_single(b)
            self._held += len(found)
            if self._held > _SEEDS:
                self._known, self._held = {}, len(found)
            self._known[run] = found
        return found


_SEEDS = 100_000
"""Rows of tokens that are remembered, of runs that stand in several pairs: some 20 MB."""


def _places_of_single(b: _Run) -> dict[_Run, int]:
    """The place of each row of GAP_SEED tokens that stands in one place."""
    rows = list(zip(*(b[place:] for place in range(c.GAP_SEED)), strict=False))
    last = dict(zip(rows, range(len(rows)), strict=True))
    if len(last) == len(rows):
        return last
    first = dict(zip(reversed(rows), reversed(range(len(rows))), strict=True))
    return {row: place for row, place in last.items() if first[row] == place}


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


def _far(a: _Run, b: _Run, i: int, seeds: Mapping[_Run, int]) -> tuple[int, int] | None:
    """The next row of the left run that stands once in the right one, grown to the left."""
    for p in range(i, len(a) - c.GAP_SEED + 1):
        q = seeds.get(a[p : p + c.GAP_SEED], -1)
        if q >= 0:
            while p > i and q > 0 and a[p - 1] == b[q - 1]:
                p, q = p - 1, q - 1
            return p, q
    return None


_MANY = 64
"""Tokens that are compared at a time while all are equal."""


def _stretch(a: _Run, b: _Run, i: int, j: int) -> int:
    begin, end = i, i + min(len(a) - i, len(b) - j)
    while i + _MANY <= end and a[i : i + _MANY] == b[j : j + _MANY]:
        i, j = i + _MANY, j + _MANY
    while i < end and a[i] == b[j]:
        i, j = i + 1, j + 1
    return i - begin
