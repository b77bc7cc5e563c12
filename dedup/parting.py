"""Paragraphs without the furniture glued to their ends, before anything is compared.

The phrases are found by :func:`dedup.boilerplate.glued.part`. Here they become places in the story,
and what is left of the paragraph is what it counts as from here on: its words, its hashes and its
characters are those between the phrases.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

import numpy as np

from dedup.boilerplate.glued import Parted
from dedup.boilerplate.glued_places import HEAD, TAIL
from dedup.boilerplate.lexicon import Match
from dedup.boilerplate.nominate import Nominator
from dedup.expressions import later
from dedup.fingerprint import Segmented, finish, trim
from dedup.kernels.reference import I64
from dedup.model import StoryBatch
from dedup.text.matching_form import MatchingForm

MIDDLE = "middle"
_LINE_BREAK = later("[\n\r\v\f\x85\u2028\u2029]")
_BLANK_LINE = later(rb"\n[ \t\r]*\n")


class Glued(NamedTuple):
    """A phrase at the ``head`` or ``tail`` of a paragraph: characters of its story, its words."""

    start: int
    end: int
    side: str
    match: Match
    text: str
    words: int
    exact: int
    byte: int
    """Where it begins in the buffer of its batch."""


class Parting(NamedTuple):
    """What was glued to a paragraph.

    ``side`` is where in it its own text stands: at its ``head`` if only the tail was furniture,
    at its ``tail``, or in the ``middle``.
    """

    side: str
    pieces: tuple[Glued, ...]


def part_batch(
    batch: StoryBatch,
    segmented: Segmented,
    nominator: Nominator,
    form: MatchingForm,
    kernels: ModuleType,
) -> tuple[dict[int, Parting], dict[int, Match]]:
    """Take the furniture off the ends of a batch's paragraphs.

    Gives what was glued, by paragraph, and the paragraphs of which nothing is left, with what they
    are. Boilerplate must be marked before. The columns of the parted paragraphs are changed.
    """
    paragraphs = segmented.paragraphs
    found: dict[int, Parted] = {}
    wholes: dict[int, Match] = {}

    starts, ends = paragraphs.byte_start, paragraphs.byte_end

    def text_of(paragraph: int) -> bytes:
        return batch.text[starts.item(paragraph) : ends.item(paragraph)]

    for number, parted in nominator.parted(
        segmented.tokens, paragraphs.token_start, paragraphs.words, ~paragraphs.boilerplate,
        text_of, kernels,
    ):  # fmt: skip
        if parted.whole is not None:
            wholes[number] = parted.whole
        elif not _told_by_lines(batch, segmented, number):
            found[number] = parted
    if not found:
        return {}, wholes
    texts = {number: text_of(number).decode() for number in found}
    glued = _glued(batch, segmented, found, texts, form, kernels)
    _narrow(batch, segmented, found, texts, form, kernels)
    return glued, wholes


def _told_by_lines(batch: StoryBatch, segmented: Segmented, number: int) -> bool:
    """Whether only the width of its lines tells where a paragraph ends.

    Where a hard-wrapped text has no blank line, taking words off a paragraph may make it run into
    the next one when the text is read again.
    """
    paragraphs = segmented.paragraphs
    low, high = int(paragraphs.byte_start[number]), int(paragraphs.byte_end[number])
    if not _LINE_BREAK.search(batch.text[low:high].decode()):
        return False
    story = int(paragraphs.story[number])
    begin = batch.offsets[story] + batch.body_starts[story]
    return not _BLANK_LINE.search(batch.text[begin : batch.offsets[story + 1]].lstrip())


def _glued(
    batch: StoryBatch,
    segmented: Segmented,
    found: dict[int, Parted],
    texts: dict[int, str],
    form: MatchingForm,
    kernels: ModuleType,
) -> dict[int, Parting]:
    """The phrases with their places in the story, the number of their words and their hash."""
    pieces = [(number, piece) for number, parted in found.items() for piece in parted.pieces]
    low, high = _bytes(segmented, [(n, texts[n], p.start, p.end) for n, p in pieces])
    buffer = np.frombuffer(batch.text, np.uint8)
    first, _, poly = kernels.tokenise(buffer, low, high, form)
    words = np.diff(first)
    exact = finish(poly, words)
    rows: dict[int, list[Glued]] = {}
    starts = segmented.paragraphs.start
    for (number, piece), count, one, byte in zip(
        pieces, words.tolist(), exact.tolist(), low.tolist(), strict=True
    ):
        base, text = int(starts[number]), texts[number][piece.start : piece.end]
        place = base + piece.start, base + piece.end
        rows.setdefault(number, []).append(
            Glued(*place, piece.side, piece.match, text, count, one, byte)
        )
    return {number: Parting(_side(row), tuple(row)) for number, row in rows.items()}


def _side(pieces: list[Glued]) -> str:
    sides = {piece.side for piece in pieces}
    if len(sides) > 1:
        return MIDDLE
    return HEAD if sides == {TAIL} else TAIL


def _narrow(
    batch: StoryBatch,
    segmented: Segmented,
    found: dict[int, Parted],
    texts: dict[int, str],
    form: MatchingForm,
    kernels: ModuleType,
) -> None:
    """Let the paragraphs be what is left of them, in every column."""
    paragraphs = segmented.paragraphs
    chosen = np.array(list(found), np.int64)
    low, high = _bytes(segmented, [(n, texts[n], p.start, p.end) for n, p in found.items()])
    trim(segmented, batch.text, chosen, low, high, form, kernels)
    paragraphs.end[chosen] = paragraphs.start[chosen] + [p.end for p in found.values()]
    paragraphs.start[chosen] += [p.start for p in found.values()]
    paragraphs.byte_start[chosen], paragraphs.byte_end[chosen] = low, high


def _bytes(segmented: Segmented, spans: list[tuple[int, str, int, int]]) -> tuple[I64, I64]:
    """First and last byte in the buffer of spans of characters of paragraphs."""

    def rows() -> Iterator[tuple[int, int]]:
        for number, text, start, end in spans:
            low = int(segmented.paragraphs.byte_start[number]) + len(text[:start].encode())
            yield low, low + len(text[start:end].encode())

    table = np.array(list(rows()), np.int64).reshape(-1, 2)
    return np.ascontiguousarray(table[:, 0]), np.ascontiguousarray(table[:, 1])
