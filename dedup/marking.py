"""Wire practice in the stories of a corpus: what it says of them, and which words it leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import NamedTuple

import numpy as np

from dedup import wire
from dedup.candidates import Spread
from dedup.corpus import Corpus
from dedup.engines.once import once_each
from dedup.fingerprint import Trims
from dedup.kernels.reference import I64
from dedup.text.matching_form import MatchingForm

_LONG, _HEAD, _TAIL = 1500, 600, 400
"""A story of more characters is read at its ends only: that is where the practice leaves marks."""


class _Span(NamedTuple):
    """Bytes of a paragraph, counted in the buffer of its batch, that are no news."""

    paragraph: int
    low: int
    high: int


def read_wires(
    corpus: Corpus, stories: I64, form: MatchingForm, kernels: ModuleType, apart: Spread = map
) -> tuple[dict[int, wire.Wire], Trims]:
    """Wires of some stories, and the words at the ends of paragraphs that they leave out.

    ``apart`` reads the texts.
    """
    asked = {story: _ends(corpus, story) for story in stories.tolist()}
    # Copies are what is read here: most texts stand here twice.
    read = once_each(wire.read_all, asked.values(), apart)
    wires = {story: read[ends] for story, ends in asked.items()}
    found = Trims.none(len(corpus.paragraphs))
    for story, told in wires.items():
        for span in _spans(corpus, story, told) if told.spans else ():
            _trim(corpus, span, found, form, kernels)
    return wires, found


def _ends(corpus: Corpus, story: int) -> wire.Ends:
    """What is read of a story."""
    text, _ = corpus.body(story)
    title = corpus.titles[story]
    if len(text) <= _LONG:
        return wire.Ends(title, text)
    return wire.Ends(title, text[:_HEAD], text[-_TAIL:], len(text) - _TAIL)


def _spans(corpus: Corpus, story: int, found: wire.Wire) -> Iterator[_Span]:
    """The spans of a story cut at the borders of its paragraphs."""
    p = corpus.paragraphs
    text, low = corpus.body(story)
    first, end = np.searchsorted(p.story, [story, story + 1]).tolist()
    for start, stop, _ in found.spans:
        begin = low + len(text[:start].encode())
        behind = begin + len(text[start:stop].encode())
        for paragraph in range(first, end):
            start_inside = max(begin, int(p.byte_start[paragraph]))
            end_inside = min(behind, int(p.byte_end[paragraph]))
            if start_inside < end_inside:
                yield _Span(paragraph, start_inside, end_inside)


def _trim(
    corpus: Corpus, span: _Span, found: Trims, form: MatchingForm, kernels: ModuleType
) -> None:
    """Leave out the words of a span, if it stands at an end of its paragraph."""
    p, at = corpus.paragraphs, span.paragraph
    buffer = np.frombuffer(corpus.texts[corpus.text_of_story[p.story[at]]], np.uint8)
    _, begin, _, _ = kernels.token_places(
        buffer, p.byte_start[at : at + 1], p.byte_end[at : at + 1], form
    )
    before = int((begin < span.low).sum())
    inside = int((begin < span.high).sum()) - before
    behind = len(begin) - before - inside
    if before == found.head[at]:
        found.head[at] += inside
    elif behind == found.tail[at]:
        found.tail[at] += inside
