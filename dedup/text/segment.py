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

    @property
    def blank(self) -> bool:
        return self.start == self.end


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
    lines = list(_lines(codes, begin, form))
    filled = [i for i, line in enumerate(lines) if not line.blank]
    if not filled:
        return []
    if any(line.blank for line in lines[filled[0] :]):
        return list(_blocks(lines))
    if _wrapped(lines, codes, form):
        return list(_unwrapped(lines, codes, form))
    return [(line.start, line.end) for line in lines if not line.blank]


def _lines(codes: npt.NDArray[np.uint32], begin: int, form: mf.MatchingForm) -> Iterator[_Line]:
    body = codes[begin:]
    layout = form.layout[body]
    ends_line = (layout & mf.BREAK) > 0
    # The CR of a CR LF pair is white space at the end of a line; its LF ends the line.
    ends_line[:-1] &= ~((body[:-1] == ord("\r")) & (body[1:] == ord("\n")))
    low = 0
    for stop in [*np.flatnonzero(ends_line).tolist(), len(body)]:
        inside = np.flatnonzero(layout[low:stop] == 0)
        if len(inside):
            start, end = low + int(inside[0]), low + int(inside[-1]) + 1
            yield _Line(begin + start, begin + end, start - low, end - low)
        elif stop < len(body):
            yield _Line(begin + low, begin + low, 0, 0)
        low = stop + 1


def _blocks(lines: list[_Line]) -> Iterator[tuple[int, int]]:
    start = end = -1
    for line in lines:
        if line.blank:
            if start >= 0:
                yield start, end
            start = -1
        else:
            start, end = (line.start if start < 0 else start), line.end
    if start >= 0:
        yield start, end


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
    lines = [line for line in lines if not line.blank]
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
    lines = [line for line in lines if not line.blank]
    width = max(line.width for line in lines)
    margin = min(line.indent for line in lines)
    start = lines[0].start
    for line, following in pairwise(lines):
        indented = following.indent >= margin + 2
        if indented or not _forced(line, following, width, codes, form):
            yield start, line.end
            start = following.start
    yield start, lines[-1].end
