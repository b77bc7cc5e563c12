"""Which characters of a text go when paragraphs are taken out.

A paragraph goes with the white space that follows it, up to the line of the next paragraph, and
with its own indent. Where nothing follows, the white space before it goes instead, so that the
text ends as it ended before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dedup.errors import MismatchError

Span = tuple[int, int]

_BREAKS = "\n\v\f\r\x85\u2028\u2029"
_SPACES = (
    "\0\t\x1c\x1d\x1e\x1f \xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u200b\u202f\u205f\u2060\u3000\ufeff"
)
"""What segmentation trims from a paragraph: white space, NUL and the characters without width."""

_BREAK = rf"(?:\r\n|[{_BREAKS}])"
_LINE_BREAK = re.compile(_BREAK)
_BLANK_LINE = re.compile(f"{_BREAK}[{_SPACES}]*{_BREAK}")
_WHITE = re.compile(f"[{_BREAKS}{_SPACES}]*")


def cut_spans(text: str, body_start: int, paragraphs: Sequence[Span]) -> list[Span]:
    """The characters to delete, one span a paragraph, in order; spans may touch, never overlap.

    ``paragraphs`` are the trimmed paragraphs to take out, sorted and apart from each other; what
    stands before ``body_start`` (the title) is never touched.

    Raises :class:`MismatchError` when a span does not lie in the body: the text is not the one
    the spans were computed on.
    """
    _refuse_strangers(text, body_start, paragraphs)
    followers = [_WHITE.match(text, end).end() for _, end in paragraphs]  # type: ignore[union-attr]
    spans = [
        (_margin(text, start, body_start), _margin(text, after, end))
        for (start, end), after in zip(paragraphs, followers, strict=True)
    ]
    tail = _tail_of(text, paragraphs, followers)
    if tail < len(spans):
        spans[tail:] = _tail_spans(text, body_start, paragraphs[tail:])
    return _keep_one_separator(text, body_start, paragraphs, spans, tail)


def without(text: str, spans: Sequence[Span]) -> str:
    """The text less the spans, which are sorted and do not overlap."""
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    return "".join(text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2))


def _margin(text: str, at: int, floor: int) -> int:
    """Where the line begins whose first character that shows is at ``at``.

    An indent belongs to the paragraph behind it, so it goes or stays with it.
    """
    while at > floor and text[at - 1] in _SPACES:
        at -= 1
    return at


def _refuse_strangers(text: str, body_start: int, paragraphs: Sequence[Span]) -> None:
    floor = body_start
    for start, end in paragraphs:
        if not floor <= start < end <= len(text):
            raise MismatchError(
                f"characters {start} to {end} are not a paragraph of a text of {len(text)}: the "
                "input changed since it was checked; run the check again"
            )
        floor = end


def _tail_of(text: str, paragraphs: Sequence[Span], followers: Sequence[int]) -> int:
    """Index of the first of those paragraphs behind which nothing remains."""
    first, wanted = len(paragraphs), len(text)
    while first and followers[first - 1] == wanted:
        first -= 1
        wanted = paragraphs[first][0]
    return first


def _tail_spans(text: str, body_start: int, paragraphs: Sequence[Span]) -> list[Span]:
    """Spans of the last paragraphs: each goes with the white space before it.

    When nothing remains at all, the white space before the first of them stays: it is the blank
    line under a title.
    """
    before = len(text[body_start : paragraphs[0][0]].rstrip(_BREAKS + _SPACES))
    at = body_start + before if before else paragraphs[0][0]
    spans = []
    for _, end in paragraphs:
        spans.append((at, end))
        at = end
    return spans


def _keep_one_separator(
    text: str, body_start: int, paragraphs: Sequence[Span], spans: list[Span], tail: int
) -> list[Span]:
    """The same spans, less one separator if one wrapped paragraph would be left without any.

    A text without blank lines is split at its single line breaks, so the lines of the one
    paragraph that stays would become paragraphs when the cleaned text is read again. Where
    nothing was cut behind it, there is no separator to keep.
    """
    if tail == len(spans) or not _has_blank_line(text, body_start):
        return spans
    left = without(text[body_start:], [(s - body_start, e - body_start) for s, e in spans])
    left = left.lstrip(_BREAKS + _SPACES)
    if _has_blank_line(left) or not _LINE_BREAK.search(left.rstrip(_BREAKS + _SPACES)):
        return spans
    return [*spans[:tail], paragraphs[tail], *spans[tail + 1 :]]


def _has_blank_line(text: str, start: int = 0) -> bool:
    # The usual blank line is found a hundred times as fast as any blank line.
    return text.find("\n\n", start) >= 0 or _BLANK_LINE.search(text, start) is not None
