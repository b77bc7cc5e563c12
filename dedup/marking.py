"""Wire practice in the stories of a corpus: what it says of them, and which words it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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


AT_ONCE = 20_000
"""Stories read at the same time: some 40 MB of their ends."""


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

    ``stories`` ascend; ``apart`` reads the texts.
    """
    told: dict[int, wire.Wire] = {}
    trims: dict[int, tuple[int, int]] = {}
    # Copies are what is read here: most texts stand here twice, and together in this order.
    order = stories[np.argsort(corpus.keys[stories], kind="stable")]
    for low in range(0, len(order), AT_ONCE):
        some = order[low : low + AT_ONCE]
        asked = dict(zip(some.tolist(), _ends(corpus, some), strict=True))
        read = once_each(wire.read_all, asked.values(), apart)
        for story, ends in asked.items():
            found = read[ends]
            if found != (ends.title, *_NOTHING):
                told[story] = found
            for span in _spans(corpus, story, found) if found.spans else ():
                _trim(corpus, span, trims, form, kernels)
    return Wires(stories, corpus.titles, told), Trims.of(trims)


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


def _spans(corpus: Corpus, story: int, found: wire.Wire) -> Iterator[_Span]:
    """The spans of a story cut at the borders of its paragraphs."""
    p = corpus.paragraphs
    text, low = corpus.body(story)
    first, end = np.searchsorted(p.story, [story, story + 1]).tolist()
    begins, ends = p.byte_start[first:end].tolist(), p.byte_end[first:end].tolist()
    for start, stop, _ in found.spans:
        begin = low + len(text[:start].encode())
        behind = begin + len(text[start:stop].encode())
        for paragraph, (lowest, highest) in enumerate(zip(begins, ends, strict=True), first):
            inside = max(begin, lowest), min(behind, highest)
            if inside[0] < inside[1]:
                yield _Span(paragraph, *inside)


def _trim(
    corpus: Corpus, span: _Span, found: dict[int, tuple[int, int]], form: MatchingForm,
    kernels: ModuleType,
) -> None:  # fmt: skip
    """Leave out the words of a span, if it stands at an end of its paragraph."""
    p, at = corpus.paragraphs, span.paragraph
    buffer = np.frombuffer(corpus.buffer, np.uint8)
    _, begin, _, _ = kernels.token_places(
        buffer, p.byte_start[at : at + 1], p.byte_end[at : at + 1], form
    )
    before = int((begin < span.low).sum())
    inside = int((begin < span.high).sum()) - before
    behind = len(begin) - before - inside
    head, tail = found.get(at, (0, 0))
    if before == head:
        found[at] = head + inside, tail
    elif behind == tail:
        found[at] = head, tail + inside
