"""Wire practice in the stories of a corpus: what it says of them, and which words it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import ModuleType
from typing import NamedTuple

import numpy as np

from dedup import wire
from dedup.candidates import Spread
from dedup.corpus import Corpus
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


AT_ONCE = 1_000
"""Stories read at the same time: some 2 MB of their ends, and a tenth of a second of work."""


class Wires(Mapping[int, wire.Wire]):
    """What wire practice says of stories; of those it says nothing of, no more than their title.

    ``stories`` ascend; ``told`` holds those of which something is said.
    """

    def __init__(
        self, stories: I64, titles: Sequence[str], told: Mapping[int, wire.Wire]
    ) -> None:
        self._stories, self._titles, self.told = stories, titles, told

    def __len__(self) -> int:
        return len(self._stories)

    def __iter__(self) -> Iterator[int]:
        for low in range(0, len(self._stories), AT_ONCE):
            yield from self._stories[low : low + AT_ONCE].tolist()

    def __getitem__(self, story: int) -> wire.Wire:
        if story in self.told:
            return self.told[story]
        place = int(np.searchsorted(self._stories, story))
        if place == len(self._stories) or self._stories[place] != story:
            raise KeyError(story)
        return wire.Wire(self._titles[story])


def read_wires(
    corpus: Corpus, stories: I64, form: MatchingForm, kernels: ModuleType, apart: Spread = map
) -> tuple[Wires, Trims]:
    """Wires of some stories, and the words at the ends of paragraphs that they leave out.

    ``stories`` ascend; ``apart`` reads some each.
    """
    parts = [stories[low : low + AT_ONCE] for low in range(0, len(stories), AT_ONCE)]
    told: dict[int, wire.Wire] = {}
    trims: dict[int, _Trimmed] = {}
    for wires, ends in apart(lambda some: _read_some(corpus, some, form, kernels), parts):
        told |= wires
        trims |= ends
    return Wires(stories, corpus.titles, told), Trims.of(trims)


def _read_some(
    corpus: Corpus, stories: I64, form: MatchingForm, kernels: ModuleType
) -> tuple[dict[int, wire.Wire], dict[int, _Trimmed]]:
    """The wires of the stories of which something is said, and the words they leave out."""
    corpus.stories_ahead(stories, text=True)
    asked = list(_ends(corpus, stories))
    found = {
        story: one
        for story, ends, one in zip(stories.tolist(), asked, wire.read_all(asked), strict=True)
        if one != (ends.title, *_NOTHING)
    }
    spans = [*_spans(corpus, {story: one for story, one in found.items() if one.spans})]
    return found, _trim(corpus, spans, form, kernels)


_Trimmed = tuple[int, int]
"""Words left out at the head of a paragraph, and at its tail."""

_NOTHING = wire.Wire("")[1:]


def _ends(corpus: Corpus, stories: I64) -> Iterator[wire.Ends]:
    """What is read of each of some stories."""
    p = corpus.paragraphs
    first, end = (np.searchsorted(p.story, stories, side) for side in ("left", "right"))
    some = end > first
    low, high = np.zeros(len(stories), np.int64), np.zeros(len(stories), np.int64)
    low[some], high[some] = p.byte_start[first[some]], p.byte_end[end[some] - 1]
    for story, start, stop in zip(stories.tolist(), low.tolist(), high.tolist(), strict=True):
        text, title = str(corpus.read(start, stop), "utf-8"), corpus.titles[story]
        if len(text) <= _LONG:
            yield wire.Ends(title, text)
        else:
            yield wire.Ends(title, text[:_HEAD], text[-_TAIL:], len(text) - _TAIL)


def _spans(corpus: Corpus, found: Mapping[int, wire.Wire]) -> Iterator[_Span]:
    """The spans of stories cut at the borders of their paragraphs."""
    p = corpus.paragraphs
    stories = np.fromiter(found, np.int64, len(found))
    first, end = (np.searchsorted(p.story, stories, side) for side in ("left", "right"))
    for one, low, high in zip(found.values(), first.tolist(), end.tolist(), strict=True):
        begins, ends = p.byte_start[low:high].tolist(), p.byte_end[low:high].tolist()
        text = str(corpus.read(begins[0], ends[-1]), "utf-8")
        for start, stop, _ in one.spans:
            begin = begins[0] + len(text[:start].encode())
            behind = begin + len(text[start:stop].encode())
            for paragraph, (lowest, highest) in enumerate(zip(begins, ends, strict=True), low):
                inside = max(begin, lowest), min(behind, highest)
                if inside[0] < inside[1]:
                    yield _Span(paragraph, *inside)


def _trim(
    corpus: Corpus, spans: Sequence[_Span], form: MatchingForm, kernels: ModuleType
) -> dict[int, _Trimmed]:
    """How much the spans that stand at an end of their paragraph take off it."""
    p = corpus.paragraphs
    found: dict[int, _Trimmed] = {}
    own = sorted({span.paragraph for span in spans})
    begins = p.byte_start[own]
    texts = list(map(corpus.read, begins.tolist(), p.byte_end[own].tolist()))
    sizes = np.array([len(text) for text in texts], np.int64)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    first, begin, _, _ = kernels.token_places(
        np.frombuffer(b"".join(texts), np.uint8), starts, ends, form
    )
    stretches = dict(zip(own, pairwise(first.tolist()), strict=True))
    # How far the bytes of each paragraph lie behind where they are here.
    shifts = dict(zip(own, (begins - starts).tolist(), strict=True))
    for at, low, high in spans:
        words = begin[slice(*stretches[at])]
        before, behind = np.searchsorted(words, (low - shifts[at], high - shifts[at])).tolist()
        inside, behind = behind - before, len(words) - behind
        head, tail = found.get(at, (0, 0))
        if before == head:
            found[at] = head + inside, tail
        elif behind == tail:
            found[at] = head, tail + inside
    return found
