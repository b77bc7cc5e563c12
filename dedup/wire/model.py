"""What is known of a story as a piece of wire copy."""

from __future__ import annotations

from typing import NamedTuple

PLAIN = "plain"
KINDS = (
    "kill", "advisory", "corrected", "repeat", "wrapup", "writethru", "update", "lead", "flash",
    PLAIN,
)  # fmt: skip
"""What a version can be. Of several markers ("RPT-UPDATE 2-") the first in this list names it."""


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of a story's text that are not the news.

    ``what`` is ``dateline``, ``byline``, ``credit``, ``end``, ``note`` (to editors), ``slug``,
    ``take`` or ``version``. White space between a span and the rest belongs to the span.
    """

    start: int
    end: int
    what: str


class Dateline(NamedTuple):
    """Place and date as written; the date is empty where none is given."""

    place: str
    date: str


class Wire(NamedTuple):
    """What wire practice says of a story; with nothing found, all but the title is as below."""

    title: str
    """The title without markers of version and take."""
    kind: str = PLAIN
    version: int | None = None
    """2 of ``UPDATE 2-`` and ``2nd Ld``; None when no number is given."""
    take: int | None = None
    takes: int | None = None
    """Number of a part ("2 of 3") and how many there are, None when not said."""
    agency: str | None = None
    """Of the dateline, else of the byline, else of the credit or end mark; one spelling each."""
    dateline: Dateline | None = None
    slug: str = ""
    notice: str = ""
    """``kill`` or ``correction`` when the text is only the notice that another is withdrawn or
    wrong, else empty. A corrected story sent again in full is no notice."""
    spans: tuple[Span, ...] = ()
    """In order, not overlapping: at the head or the tail of paragraphs, or whole paragraphs."""
    kinds: tuple[str, ...] = ()
    """Kinds of all markers, in the order of title and text: ("repeat", "update")."""
