"""Which facts differ between the stories of each pair: from tokens to windows of text.

A kernel aligns all pairs; flags of the words then tell most differences apart from facts; the rest
is read as text, in short windows, by :mod:`dedup.facts.frames`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import chain
from types import ModuleType
from typing import NamedTuple

import numpy as np

from dedup.candidates import Spread, together
from dedup.corpus import Corpus
from dedup.engines.once import once_each
from dedup.facts import frames
from dedup.facts.vocabulary import SAMPLE, languages_of
from dedup.fingerprint import Bools, Content, Trims, content_of, ranges
from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.kernels.equal import distinct
from dedup.kernels.reference import I64, U8, U32
from dedup.score import Floats
from dedup.text.matching_form import MatchingForm

FACTS_SHOWN = 20
"""Changed facts that are listed of a pair; its counts know them all."""

WORDS_AT_ONCE = 125_000
"""Words of stories that are aligned at the same time: with all that is made of them 6 MB, and
with what is mapped to read them 150."""

READ_TOGETHER = 250
"""Pairs whose differences are read as text together, those that are equal once: some hundredths of
a second of work, and few words more than are aligned at the same time."""

_AT_AN_EDGE = 4
"""Equal words beside a difference at the beginning or end of a paragraph."""

_SAMPLE_BYTES = 1600
"""Of a story's text, to tell its language: 400 characters of any script."""


class FactColumns(NamedTuple):
    """What the facts of pairs say: how many were replaced, names among them.

    ``aligned`` is the share of the longer story's words that stand in the other, in their order.
    ``lines`` are for a reader: those of each pair that has any, by its place.
    """

    aligned: Floats
    changed: I64
    names: I64
    lines: dict[int, tuple[str, ...]]


def facts_of(
    corpus: Corpus,
    a: I64,
    b: I64,
    whole: Bools,
    trims: Trims,
    form: MatchingForm,
    kernels: ModuleType,
    apart: Spread = map,
) -> FactColumns:
    """The facts of the pairs of stories ``a[i], b[i]``.

    ``whole`` says of which pairs one story stands word for word in the other: nothing was replaced
    there, and what aligns badly (a list, a chorus) only looks so. ``apart`` compares some pairs
    each.
    """
    reader = _Reader(corpus, trims, form, kernels)
    found = _no_facts(len(a))
    chunks = list(_chunks(together(a, b, corpus.total_words, WORDS_AT_ONCE)))

    def compared(groups: Sequence[I64]) -> FactColumns:
        return _compared(reader, a, b, whole, groups)

    for groups, own in zip(chunks, apart(compared, chunks), strict=True):
        rows = np.concatenate(groups)
        found.aligned[rows], found.changed[rows], found.names[rows] = own[:3]
        found.lines.update((int(rows[place]), lines) for place, lines in own.lines.items())
    return found


def _no_facts(pairs: int) -> FactColumns:
    return FactColumns(np.zeros(pairs), np.zeros(pairs, np.int64), np.zeros(pairs, np.int64), {})


def _chunks(groups: Sequence[I64]) -> Iterator[list[I64]]:
    """Groups of pairs, as many as are read as text together."""
    chunk: list[I64] = []
    for group in groups:
        chunk.append(group)
        if sum(map(len, chunk)) >= READ_TOGETHER:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _compared(
    reader: _Reader, a: I64, b: I64, whole: Bools, groups: Sequence[I64]
) -> FactColumns:
    """The facts of the pairs of some groups, by their place in these."""
    rows = np.concatenate(groups)
    both = distinct(np.concatenate([a[rows], b[rows]]))
    reader.corpus.stories_ahead(both, text=True, tokens=True)
    framed = [_Framing(reader, a[some], b[some]).framed(whole[some]) for some in groups]
    found = _no_facts(len(rows))
    found.aligned[:] = np.concatenate([shares for shares, _ in framed])
    every = enumerate(chain.from_iterable(own for _, own in framed))
    _enter(found, {place: own for place, own in every if own}, a[rows], b[rows], reader)
    return found


def _enter(
    found: FactColumns,
    differing: Mapping[int, Sequence[frames.Frame]],
    a: I64,
    b: I64,
    reader: _Reader,
) -> None:
    """Read what differs in some pairs as text, and enter the facts that were replaced."""
    pairs = {row: (int(a[row]), int(b[row])) for row in differing}
    spoken = _languages(reader, list(pairs.values()))
    framed = {
        row: [frames.Framed(*frame, spoken[pairs[row]]) for frame in own]
        for row, own in differing.items()
    }
    # A window is read once where the pairs of its story are read together.
    rows = sorted(framed, key=lambda row: pairs[row][::-1])
    places = chain.from_iterable(framed[row] for row in rows)
    told = once_each(frames.replaced_all, places)
    for row, own in framed.items():
        changes = [change for place in own for change in told[place]]
        found.changed[row] = len(changes)
        found.names[row] = sum(change.kind == "name" for change in changes)
        if changes:
            found.lines[row] = tuple(dict.fromkeys(map(str, changes)))[:FACTS_SHOWN]


def _languages(
    reader: _Reader, pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], str]:
    """The language in which the stories of each pair are read: both their own, or a common one."""
    begin = {story: reader.beginning(story) for pair in pairs for story in pair}
    alone = once_each(languages_of, [(text,) for text in begin.values()])
    own = {story: alone[text,] for story, text in begin.items()}
    mixed = [(begin[a], begin[b]) for a, b in pairs if own[a] != own[b]]
    common = once_each(languages_of, mixed)
    return {
        (a, b): own[a] if own[a] == own[b] else common[begin[a], begin[b]] for a, b in pairs
    }


class _Reader:
    """What is read of a corpus to compare facts."""

    def __init__(
        self, corpus: Corpus, trims: Trims, form: MatchingForm, kernels: ModuleType
    ) -> None:
        self.corpus, self.trims, self.form, self.kernels = corpus, trims, form, kernels
        self.buffer = np.frombuffer(corpus.buffer, np.uint8)
        words = frames.telling_words()
        self.figures, self.negations = (
            _hashes(words[kind], form) for kind in ("figures", "negations")
        )

    def beginning(self, story: int) -> str:
        """How a story begins."""
        low = int(self.corpus.story_bytes[story])
        return str(self.corpus.read(low, low + _SAMPLE_BYTES), "utf-8", "ignore")[:SAMPLE]


def _hashes(words: Sequence[str], form: MatchingForm) -> U32:
    """Sorted token hashes of single words."""
    encoded = [word.encode() for word in words]
    ends = np.cumsum([len(word) for word in encoded])
    starts = ends - [len(word) for word in encoded]
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    first, tokens, _ = reference.tokenise(buffer, starts, ends, form)
    return distinct(tokens[first[:-1][np.diff(first) == 1]])


@dataclass(slots=True)
class _Gaps:
    """One side of all differences: tokens ``low`` to ``high`` of the content, in ``paragraph``."""

    low: I64
    high: I64
    paragraph: I64
    whole: Bools
    """Whether all of it stands in that paragraph."""
    before: I64
    behind: I64
    """Words of the paragraph on either side of it."""

    def chosen(self, some: Bools) -> _Gaps:
        """Some of the differences."""
        return _Gaps(*(getattr(self, field.name)[some] for field in fields(self)))


class _Framing:
    """Some pairs of stories, aligned."""

    def __init__(self, reader: _Reader, a: I64, b: I64) -> None:
        self.reader = reader
        used, place = np.unique(np.concatenate([a, b]), return_inverse=True)
        self.content = content_of(
            reader.corpus.paragraphs, reader.corpus.tokens, used, reader.kernels, reader.trims
        )
        left, right = place[: len(a)], place[len(a) :]
        words = self.content.words
        self.rows, aligned = reader.kernels.gaps(
            self.content.tokens, self.content.start, words, left, right
        )
        longer = np.maximum(np.maximum(words[left], words[right]), 1)
        self.aligned: Floats = np.round(aligned / longer, 4)
        self.sides = [
            self._side(left[self.rows[:, 0]], self.rows[:, 1:3]),
            self._side(right[self.rows[:, 0]], self.rows[:, 3:5]),
        ]

    def _side(self, run: I64, places: I64) -> _Gaps:
        content = self.content
        start = content.start[run]
        low, high = start + places[:, 0], start + places[:, 1]
        last = start + content.words[run] - 1
        first = np.minimum(low, last)
        paragraph, end = (
            np.searchsorted(content.first, token, side="right") - 1
            for token in (first, np.maximum(high - 1, first))
        )
        starts = content.first[paragraph]
        ends = np.append(content.first[1:], len(content.tokens))[paragraph]
        return _Gaps(low, high, paragraph, paragraph == end, low - starts, ends - high)

    def framed(self, whole: Bools) -> tuple[Floats, list[list[frames.Frame]]]:
        """How far every pair is aligned, and what of it may hold a changed fact."""
        found: list[list[frames.Frame]] = [[] for _ in range(len(self.aligned))]
        suspicious, named = self._suspicious()
        for pair, frame in self._frames(suspicious & ~whole[self.rows[:, 0]], named):
            found[pair].append(frame)
        return self.aligned, found

    def _suspicious(self) -> tuple[Bools, Bools]:
        """Differences that may be a fact, and which of them can only be a name.

        A fact takes figures or names on both sides, or a negation on one. A capital where a
        sentence begins says little, so two are asked for.
        """
        self.places = _Places(self.reader, self.content, self.sides)
        figures, negations, names = zip(*map(self._weigh, self.sides), strict=True)
        figure = (figures[0] > 0) & (figures[1] > 0)
        figure |= negations[0] != negations[1]
        name = (names[0] > 1) & (names[1] > 1)
        framed = _framed(self.rows, *self.sides)
        return (figure | name) & framed, ~figure

    def _weigh(self, side: _Gaps) -> tuple[I64, I64, I64]:
        """Figures, negations and (twice) the capitals of each difference."""
        lengths = side.high - side.low
        at = ranges(side.low, lengths)
        tokens, flags = self.content.tokens[at], self.places.flags[at]
        figure = (flags & c.DIGIT > 0) | _among(tokens, self.reader.figures)
        capital = (flags & c.CAPITAL > 0) * np.where(flags & c.INITIAL, 1, 2)
        weights = figure, _among(tokens, self.reader.negations), capital
        return tuple(_sums(weight, lengths) for weight in weights)  # type: ignore[return-value]

    def _frames(self, chosen: Bools, named: Bools) -> Iterator[tuple[int, frames.Frame]]:
        pairs = self.rows[chosen, 0].tolist()
        wide = np.where(named, frames.NAME_WINDOW, frames.WINDOW)[chosen]
        windows = (self.places.windows(side.chosen(chosen), wide) for side in self.sides)
        yield from zip(pairs, zip(*windows, strict=True), strict=True)


def _framed(rows: I64, a: _Gaps, b: _Gaps) -> Bools:
    """Which differences stand in an equal frame of words inside of their paragraphs.

    A paragraph that was moved begins and ends with other words than the one that stood there; so
    where one side of the frame is the edge of the paragraph, more is asked of the other.
    """
    before = np.minimum(np.minimum(a.before, b.before), rows[:, 5])
    behind = np.minimum(np.minimum(a.behind, b.behind), rows[:, 6])
    within = (before >= c.GAP_FRAME) & (behind >= c.GAP_FRAME)
    return a.whole & b.whole & (within | (before + behind >= _AT_AN_EDGE))


def _among(values: U32, keys: U32) -> Bools:
    """Whether each value is one of the sorted keys."""
    place = np.minimum(np.searchsorted(keys, values), len(keys) - 1)
    return np.asarray(keys[place] == values, bool)


def _sums(weights: Bools | I64, lengths: I64) -> I64:
    """The sum of each run of weights."""
    running = np.concatenate(([0], np.cumsum(weights)))
    ends = np.cumsum(lengths)
    return np.asarray(running[ends] - running[ends - lengths], np.int64)


class _Places:
    """Where the words stand in the text, of the paragraphs in which there is a difference."""

    def __init__(self, reader: _Reader, content: Content, sides: Sequence[_Gaps]) -> None:
        corpus, paragraphs = reader.corpus, reader.corpus.paragraphs
        self.content, self.read = content, corpus.read
        self.flags: U8 = np.zeros(len(content.tokens), np.uint8)
        self.begin, self.end = (np.zeros(len(content.tokens), np.int64) for _ in range(2))
        own = distinct(np.concatenate([side.paragraph for side in sides]))
        chosen = content.paragraphs[own]
        first, begin, end, flags = reader.kernels.token_places(
            reader.buffer, paragraphs.byte_start[chosen], paragraphs.byte_end[chosen], reader.form
        )
        counted = np.append(content.first[1:], len(content.tokens))[own] - content.first[own]
        at = ranges(content.first[own], counted)
        here = ranges(first[:-1] + content.head[own], counted)
        self.begin[at], self.end[at] = begin[here], end[here]
        self.flags[at] = flags[here]

    def windows(self, gaps: _Gaps, wide: I64) -> Iterator[frames.Window]:
        """The text around each difference, so many words on either side."""
        content = self.content
        first = content.first[gaps.paragraph]
        last = np.append(content.first[1:], len(content.tokens))[gaps.paragraph]
        low = np.maximum(gaps.low - wide, first)
        high = np.minimum(gaps.high + wide, last)
        empty = gaps.low == gaps.high
        behind = np.minimum(gaps.low, len(content.tokens) - 1)
        begin = np.where(gaps.low < last, self.begin[behind], self.end[gaps.low - 1])
        columns = (
            self.begin[low], self.end[high - 1], begin,
            np.where(empty, begin, self.end[gaps.high - 1]),
        )  # fmt: skip
        for start, stop, one, two in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            shown = str(self.read(start, stop), "utf-8")
            if len(shown) == stop - start:
                yield frames.Window(shown, one - start, two - start)
            else:
                size = len(str(self.read(start, one), "utf-8"))
                yield frames.Window(shown, size, size + len(str(self.read(one, two), "utf-8")))
