"""Which characters of a text go when paragraphs are taken out.

A paragraph goes with the white space that follows it, up to the line of the next paragraph, and
with its own indent. Where nothing follows, the white space before it goes instead, so that the
text ends as it ended before.

A part of a paragraph goes with the white space that joins it to the rest. Parts that make up their
paragraph together go as the paragraph does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

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
_SAME_LINE = re.compile(f"[{_SPACES}]*")
_WHITE = re.compile(f"[{_BREAKS}{_SPACES}]*")


_GOES_ON, _CAME_BEFORE = ("head", "middle"), ("tail", "middle")
"""Parts of a paragraph behind which, and before which, there is more of it."""


def cut_spans(
    text: str, body_start: int, paragraphs: Sequence[Span], glued: Sequence[str] = ()
) -> list[Span]:
    """The characters to delete, one span a paragraph, in order; spans may touch, never overlap.

    ``paragraphs`` are the trimmed paragraphs to take out, sorted and apart from each other; what
    stands before ``body_start`` (the title) is never touched. ``glued`` says for each whether it is
    but a part of its paragraph: the ``head`` of it, the ``tail``, the ``middle``, or else empty.

    Raises :class:`MismatchError` when a span does not lie in the body: the text is not the one
    the spans were computed on.
    """
    _refuse_strangers(text, body_start, paragraphs)
    if not any(glued):
        return _whole_spans(text, body_start, paragraphs)
    groups = list(_groups(text, paragraphs, glued))
    wholes = [group.span for group in groups if group.is_paragraph]
    whole = iter(_whole_spans(text, body_start, wholes))
    spans: list[Span] = []
    for group in groups:
        low, high = next(whole) if group.is_paragraph else group.part(text)
        edges = [low, *(start for start, _ in group.members[1:]), high]
        spans += pairwise(edges)
    return spans


class _Group(NamedTuple):
    """Parts that stand in a row in one paragraph, and whether it goes on before and behind."""

    members: tuple[Span, ...]
    joined_before: bool
    joined_behind: bool

    @property
    def span(self) -> Span:
        return self.members[0][0], self.members[-1][1]

    @property
    def is_paragraph(self) -> bool:
        return not (self.joined_before or self.joined_behind)

    def part(self, text: str) -> Span:
        """What goes with the white space on one side: before it, unless it is the head."""
        start, end = self.span
        if self.joined_before:
            while text[start - 1] in _BREAKS + _SPACES:
                start -= 1
            return start, end
        return start, _WHITE.match(text, end).end()  # type: ignore[union-attr]


def _groups(text: str, paragraphs: Sequence[Span], glued: Sequence[str]) -> Iterator[_Group]:
    members: list[Span] = []
    first = last = ""
    for span, side in zip(paragraphs, glued, strict=True):
        if members:
            joined = last in _GOES_ON or side in _CAME_BEFORE
            if joined and _WHITE.match(text, members[-1][1]).end() >= span[0]:  # type: ignore[union-attr]
                members.append(span)
                last = side
                continue
            yield _group(text, members, first, last)
        members, first, last = [span], side, side
    if members:
        yield _group(text, members, first, last)


def _group(text: str, members: list[Span], first: str, last: str) -> _Group:
    """Behind a part at the tail may stand another one, on the same line."""
    gap = _SAME_LINE.match(text, members[-1][1])
    same_line = bool(last) and gap is not None and gap.end() < len(text)
    behind = last in _GOES_ON or (same_line and text[gap.end()] not in _BREAKS)  # type: ignore[union-attr]
    return _Group(tuple(members), first in _CAME_BEFORE, behind)


def _whole_spans(text: str, body_start: int, paragraphs: Sequence[Span]) -> list[Span]:
    """As :func:`cut_spans`, of whole paragraphs."""
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
