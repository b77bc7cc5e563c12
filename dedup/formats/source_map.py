"""From characters of a value to characters of the source that spells it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Token = tuple[int, int, int]
"""A stretch of source, start and end, that stands for so many characters (0 or 1)."""

Span = tuple[int, int]


def merged(spans: Iterable[Span], length: int) -> list[Span]:
    """The spans sorted and disjoint, without empty ones. ValueError outside 0..length."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if not 0 <= start <= end <= length:
            raise ValueError(f"span {start}..{end} lies outside the text of {length} characters")
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif end > start:
            out.append((start, end))
    return out


def without(text: str, spans: Iterable[Span]) -> str:
    """The text without these character spans. ValueError for a span outside the text."""
    pieces, last = [], 0
    for start, end in merged(spans, len(text)):
        pieces.append(text[last:start])
        last = end
    pieces.append(text[last:])
    return "".join(pieces)


def source_ranges(start: int, tokens: Iterable[Token], spans: Iterable[Span]) -> list[Span]:
    """The source stretch of each of these value spans, none of them empty.

    The value begins at ``start``; outside the tokens each source character stands for itself.
    """
    places, sources = [0], [start]
    for first, last, stands_for in tokens:
        place = places[-1] + (first - sources[-1])
        places += [place, place + stands_for]
        sources += [first, last]

    def begin_of(place: int) -> int:
        index = bisect_right(places, place) - 1
        return sources[index] + place - places[index]

    def end_of(place: int) -> int:
        index = bisect_left(places, place)
        if index == len(places) or places[index] != place:
            index -= 1
        return sources[index] + place - places[index]

    return [(begin_of(begin), end_of(end)) for begin, end in spans]
