"""Paragraphs of a story, as spans of characters of the untouched text.

Blank lines separate paragraphs. Where a text has none, single line breaks do, unless the text is
hard-wrapped (telex and mail columns): then lines are joined, and a paragraph ends where the next
line is indented or where its first word would still have fitted.

A blank line counts when text stands before it, also at the very end; so removing the last
paragraphs and leaving the blank line does not change how the rest is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.text import matching_form as mf


class _Line(NamedTuple):
    """A line: its trimmed span, how far it is indented, and how wide it is, in code points."""

    start: int
    end: int
    indent: int
    width: int


def segment(text: str, body_start: int = 0, form: mf.MatchingForm | None = None) -> list[
    tuple[int, int]
]:
    """Spans ``(start, end)`` of a text's paragraphs, trimmed of white space, in order."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return segment_codes(codes, body_start, form or mf.load())


def segment_codes(
    codes: npt.NDArray[np.uint32], begin: int, form: mf.MatchingForm
) -> list[tuple[int, int]]:
    """As :func:`segment`, of code points."""
    columns = _lines(codes, begin, form)
    filled = columns[1] > columns[0]
    if not filled.any():
        return []
    if filled[int(np.argmax(filled)) :].all():
        lines = [_Line(*line) for line in columns[:, filled].T.tolist()]
        if _wrapped(lines, codes, form):
            return list(_unwrapped(lines, codes, form))
        return [(line.start, line.end) for line in lines]
    # Lines without a blank one between them are a paragraph.
    edges = np.flatnonzero(np.diff(filled, prepend=False, append=False))
    starts, ends = columns[0, edges[::2]], columns[1, edges[1::2] - 1]
    return list(zip(starts.tolist(), ends.tolist(), strict=True))


def _lines(
    codes: npt.NDArray[np.uint32], begin: int, form: mf.MatchingForm
) -> npt.NDArray[np.int64]:
    """Fields of :class:`_Line` of each line (4, n); a blank one ends where it starts."""
    body = codes[begin:]
    layout = form.layout[body]
    ends_line = (layout & mf.BREAK) > 0
    # The CR of a CR LF pair is white space at the end of a line; its LF ends the line.
    ends_line[:-1] &= ~((body[:-1] == ord("\r")) & (body[1:] == ord("\n")))
    breaks = np.flatnonzero(ends_line)
    lows, stops = np.append(0, breaks + 1), np.append(breaks, len(body))
    inside = np.flatnonzero(layout == 0)
    first, last = np.searchsorted(inside, lows), np.searchsorted(inside, stops) - 1
    start = end = lows
    if len(inside):
        blank = first > last
        start = np.where(blank, lows, inside[np.minimum(first, len(inside) - 1)])
        end = np.where(blank, lows, inside[last] + 1)
    lines = np.stack((start + begin, end + begin, start - lows, end - lows))
    # Behind the last line break there is a line only if something stands there.
    return lines[:, : len(lows) - int(start[-1] == end[-1])]


def _first_word(line: _Line, codes: npt.NDArray[np.uint32], form: mf.MatchingForm) -> int:
    """How many code points a line must offer to take this line's first word."""
    if form.kind[codes[line.start]] == mf.SOLO:
        return 1
    gaps = np.flatnonzero(form.layout[codes[line.start : line.end]])
    return int(gaps[0]) if len(gaps) else line.end - line.start


def _forced(
    line: _Line, following: _Line, width: int, codes: npt.NDArray[np.uint32], form: mf.MatchingForm
) -> bool:
    return line.width + 1 + _first_word(following, codes, form) > width


def _wrapped(
    lines: list[_Line], codes: npt.NDArray[np.uint32], form: mf.MatchingForm
) -> bool:
    width = max(line.width for line in lines)
    if len(lines) < c.WRAP_LINES or not c.WRAP_NARROWEST <= width <= c.WRAP_WIDEST:
        return False
    forced = sum(
        _forced(a, b, width, codes, form) for a, b in pairwise(lines)
    )
    return forced * c.WRAP_SHARE >= len(lines) - 1


def _unwrapped(
    lines: list[_Line], codes: npt.NDArray[np.uint32], form: mf.MatchingForm
) -> Iterator[tuple[int, int]]:
    width = max(line.width for line in lines)
    margin = min(line.indent for line in lines)
    start = lines[0].start
    for line, following in pairwise(lines):
        indented = following.indent >= margin + 2
        if indented or not _forced(line, following, width, codes, form):
            yield start, line.end
            start = following.start
    yield start, lines[-1].end
