"""The compiled kernel that looks around a paragraph of a story.

Documented in :mod:`dedup.kernels.reference_place`; used through
:mod:`dedup.kernels.compiled_furniture`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels import reference_place as ref
from dedup.kernels.compiled_with import kernel
from dedup.kernels.reference import I64
from dedup.kernels.reference_place import I32, Bools


@kernel
def _near(raw: Any, row: Any, low: Any, high: Any, out: Any) -> None:
    """Rows 0 to 6: the paragraphs before and behind, and the neighbourhood."""
    total, count, most, least = 0, 0, ref.NONE, -ref.NONE
    for at in range(max(row - ref.NEAR, low), min(row + ref.NEAR + 1, high)):
        if at != row:
            total += raw[at]
            count += 1
            most = max(most, raw[at])
            least = min(least, raw[at])
    out[0] = raw[row - 1] if row - 1 >= low else ref.NONE
    out[1] = raw[row - 2] if row - 2 >= low else ref.NONE
    out[2] = raw[row + 1] if row + 1 < high else ref.NONE
    out[3] = raw[row + 2] if row + 2 < high else ref.NONE
    out[4] = total // count if count > 0 else ref.NONE
    out[5], out[6] = most, least


@kernel
def _shares(total: Any, count: Any, others: Any, out: Any) -> None:
    out[0] = total // others if others > 0 else ref.NONE
    out[1] = 16 * count // others if others > 0 else -1


@kernel
def _surroundings(
    raw: Any, prose: Any, first: Any, rows: Any, sums: Any, likely: Any, told: Any, last: Any,
    out: Any,
) -> None:  # fmt: skip
    """``sums``, ``likely`` and ``told`` are counted up to each paragraph of a story."""
    at = 0
    column = np.empty(20, np.int64)
    for story in range(len(first) - 1):
        low, high = first[story], first[story + 1]
        if at == len(rows) or rows[at] >= high:
            continue
        sums[0], likely[0], told[0] = 0, 0, 0
        following = high
        for p in range(high - 1, low - 1, -1):
            last[p - low] = following
            following = p if prose[p] else following
        for p in range(low, high):
            own = not prose[p]
            sums[p - low + 1] = sums[p - low] + (raw[p] if own else 0)
            likely[p - low + 1] = likely[p - low] + (own and raw[p] > 0)
            told[p - low + 1] = told[p - low] + prose[p]
        size = high - low
        before, seen = low - 1, low
        while at < len(rows) and rows[at] < high:
            row = rows[at]
            while seen < row:
                before = seen if prose[seen] else before
                seen += 1
            _near(raw, row, low, high, column)
            begin, end = before + 1, last[row - low]
            own = not prose[row]
            value, looks = (raw[row] if own else 0), (1 if own and raw[row] > 0 else 0)
            run = end - begin - 1
            column[7] = min(row - before, 20) if before >= low else 30
            column[8] = min(end - row, 20) if end < high else 30
            column[9] = min(told[row - low], 10)
            column[10] = min(told[size] - told[row + 1 - low], 10)
            column[11] = min(run, 40) if own else -1
            _shares(
                sums[end - low] - sums[begin - low] - value,
                likely[end - low] - likely[begin - low] - looks, run, column[12:],
            )  # fmt: skip
            column[14], column[15] = min(size, 100), min(told[size], 50)
            others = size - told[size] - (1 if own else 0)
            _shares(sums[size] - value, likely[size] - looks, others, column[16:])
            column[18], column[19] = min(row - low, 20), min(high - 1 - row, 20)
            for place in range(20):
                out[place, at] = column[place]
            at += 1


def surroundings(raw: I64, prose: Bools, paragraph_first: I64, rows: I64) -> I32:
    """What stands around some paragraphs in their stories: see the reference twin."""
    out = np.empty((len(ref.SURROUNDINGS), len(rows)), np.int32)
    room = int(np.diff(paragraph_first).max(initial=0)) + 1
    sums, likely, told, last = np.empty((4, room), np.int64)
    _surroundings(raw, prose, paragraph_first, rows, sums, likely, told, last, out)
    return out
