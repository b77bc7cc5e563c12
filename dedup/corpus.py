"""The corpus: all batches of a run after their text was read, in canonical order.

Stories are ordered by id (then by place and content, for records that share an id), whatever
order they came in; every later stage counts stories and paragraphs in that order, so no result
can depend on the order of reading.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from dedup import repeats
from dedup.boilerplate.furniture.features import Stories
from dedup.boilerplate.furniture.scorer import Likeness, Scorer
from dedup.boilerplate.lexicon import MAX_WORDS, Match
from dedup.boilerplate.nominate import Nominator
from dedup.fingerprint import (
    Bools,
    Paragraphs,
    Segmented,
    Sketch,
    StoryPrints,
    paragraph_signatures,
    ranges,
    read_through,
    story_prints,
)
from dedup.kernels import constants as c
from dedup.kernels.reference import I64, U32, U64
from dedup.model import Problem, StoryBatch
from dedup.parting import Parting, part_batch
from dedup.repeats import Near
from dedup.score import title_words
from dedup.settings import Settings
from dedup.text.dates import hours
from dedup.text.matching_form import MatchingForm

if TYPE_CHECKING:
    from dedup.boilerplate.learned.learned import Learned

Cell = TypeVar("Cell")

_LINE_END = re.compile(rb"\r\n|\r|\n")
"""What editors and CI annotations count as the end of a line."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What is needed to read a batch through: settings, tables and kernels."""

    settings: Settings
    form: MatchingForm
    nominator: Nominator
    sketch: Sketch
    kernels: ModuleType
    furniture: Scorer | None = None
    """Asked about paragraphs that the lexicon does not know; None when nobody wants to know."""


@dataclass(slots=True)
class BatchPrints:
    """A batch read through, with everything that can be found in its stories one by one."""

    batch: StoryBatch
    segmented: Segmented
    stories: StoryPrints
    frequencies: npt.NDArray[np.int32]
    comparable: I64
    """Paragraphs that may have near repeats in other stories."""
    comparable_keys: U32
    marks: dict[int, Match]
    glued: dict[int, Parting]
    total_words: I64
    """Words of each story, furniture and repeats too."""
    near: list[Near]
    furniture: dict[int, Likeness]


def print_batch(batch: StoryBatch, reader: Reader) -> BatchPrints:
    """Read a batch through: segment, tokenise, mark boilerplate and repeats, fingerprint."""
    settings, kernels = reader.settings, reader.kernels
    segmented = read_through(batch.text, batch.offsets, batch.body_starts, reader.form, kernels)
    paragraphs = segmented.paragraphs
    total = np.bincount(paragraphs.story, weights=paragraphs.words, minlength=len(batch))

    def text_of(paragraph: int) -> bytes:
        return batch.text[paragraphs.byte_start[paragraph] : paragraphs.byte_end[paragraph]]

    marked, matches = reader.nominator.marks(
        segmented.tokens, paragraphs.token_start, paragraphs.words, MAX_WORDS, text_of
    )
    paragraphs.boilerplate[marked] = True
    glued, wholes = part_batch(batch, segmented, reader.nominator, reader.form, kernels)
    paragraphs.boilerplate[list(wholes)] = True
    tokens = segmented.tokens
    paragraphs.repeat_of[:] = repeats.exact_in_story(paragraphs, settings.min_paragraph_words)
    signature = paragraph_signatures(segmented, reader.sketch, kernels)
    near = repeats.near_in_story(
        paragraphs,
        tokens,
        signature,
        reader.sketch,
        settings.near_paragraph_min_words,
        settings.near_paragraph,
        settings.max_bucket,
        lambda paragraph: text_of(paragraph).decode(),
        kernels,
    )
    comparable = np.flatnonzero(
        paragraphs.content & (paragraphs.words >= settings.near_paragraph_min_words)
    )
    bounds = np.append(paragraphs.token_start, len(tokens))[segmented.paragraph_first]
    return BatchPrints(
        batch,
        segmented,
        story_prints(segmented, signature, reader.sketch, kernels),
        kernels.document_frequencies(tokens, bounds[:-1], bounds[1:]),
        comparable,
        kernels.band_keys(
            signature[comparable], reader.sketch.paragraph_bands, reader.sketch.paragraph_rows
        ),
        dict(zip(marked, matches, strict=True)) | wholes,
        glued,
        total.astype(np.int64),
        near,
        _furniture(batch, segmented, reader, text_of),
    )


def print_apart(batch: StoryBatch, reader: Reader) -> BatchPrints:
    """The same without the batch, which need not travel back to who has it."""
    prints = print_batch(batch, reader)
    prints.batch = StoryBatch()
    return prints


def _furniture(
    batch: StoryBatch, segmented: Segmented, reader: Reader, text_of: Callable[[int], bytes]
) -> dict[int, Likeness]:
    """What the model takes for furniture, lines that the user keeps left out."""
    if reader.furniture is None:
        return {}
    keeps, least = reader.nominator.lexicon.keeps, reader.settings.furniture_probability
    paragraphs = segmented.paragraphs
    stories = Stories(
        buffer=np.frombuffer(batch.text, np.uint8),
        byte_start=paragraphs.byte_start,
        byte_end=paragraphs.byte_end,
        characters=paragraphs.end - paragraphs.start,
        tokens=segmented.tokens,
        token_start=paragraphs.token_start,
        words=paragraphs.words,
        exact=paragraphs.exact,
        first=segmented.paragraph_first,
        marked=paragraphs.boilerplate,
    )
    likely = reader.furniture.likely(stories, least)
    return {i: like for i, like in likely.items() if not keeps(text_of(i).decode())}


@dataclass(slots=True)
class Corpus:
    """All stories and paragraphs of a run, in canonical order."""

    ids: list[str]
    titles: list[str]
    sources: list[str]
    published: list[str]
    paths: list[str]
    lines: list[int]
    hours: list[float]
    ignores: dict[int, tuple[str, ...]]
    plain: set[int]
    stories: StoryPrints
    keys: U64
    """Exact hash of each story before anything was learned: what is learned depends on the other
    stories, and a story's findings are to be known again among others."""
    total_words: I64
    paragraphs: Paragraphs
    tokens: U32
    frequencies: npt.NDArray[np.int32]
    comparable: I64
    comparable_keys: U32
    marks: dict[int, Match]
    glued: dict[int, Parting]
    """What was glued to paragraphs; their columns are those of what is left."""
    near: list[Near]
    texts: list[bytes]
    text_of_story: I64
    story_bytes: I64
    """Where each story begins in the buffer of its batch."""
    problems: list[Problem] = field(default_factory=list)
    learned: list[Learned] = field(default_factory=list)
    """What was learned of the outlets; its paragraphs are marked as boilerplate."""
    furniture: dict[int, Likeness] = field(default_factory=dict)
    """What the model takes for furniture; it may have been marked since."""
    against: frozenset[str] = frozenset()
    """Paths of the files whose stories others are compared with: see ``dedup.archive``."""
    _title_words: dict[int, frozenset[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def archived(self) -> Bools:
        """Which stories are compared with and not reported on."""
        if not self.against:
            return np.zeros(len(self), bool)
        return np.array([path in self.against for path in self.paths], bool)

    def title_words(self, story: int) -> frozenset[str]:
        """The words of a story's title; a story stands in many pairs, and is looked at once."""
        if story not in self._title_words:
            self._title_words[story] = title_words(self.titles[story])
        return self._title_words[story]

    def line_of(self, story: int, byte: int) -> int | None:
        """The line of a file that is a story on which a byte of the batch's buffer lies."""
        if story not in self.plain:
            return None
        first = self.story_bytes[story]
        before = self.texts[self.text_of_story[story]][first:byte]
        return 1 + len(_LINE_END.findall(before))

    def body(self, story: int) -> tuple[str, int]:
        """A story's text from its first paragraph to its last, and the byte it begins at."""
        p = self.paragraphs
        low, high = np.searchsorted(p.story, [story, story + 1]).tolist()
        if low == high:
            return "", 0
        begin, end = int(p.byte_start[low]), int(p.byte_end[high - 1])
        return str(self.texts[self.text_of_story[story]][begin:end], "utf-8"), begin

    def text(self, paragraph: int) -> str:
        """The untouched text of a paragraph."""
        paragraphs = self.paragraphs
        buffer = self.texts[self.text_of_story[paragraphs.story[paragraph]]]
        low, high = int(paragraphs.byte_start[paragraph]), int(paragraphs.byte_end[paragraph])
        return str(buffer[low:high], "utf-8")


class _Joiner:
    """Maps stories and paragraphs, numbered as they were read, to canonical order."""

    def __init__(self, prints: list[BatchPrints]) -> None:
        self.prints = prints
        sizes = [len(p.batch) for p in prints]
        self.story_base = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        counts = [len(p.segmented.paragraphs) for p in prints]
        self.paragraph_base = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        token_counts = [len(p.segmented.tokens) for p in prints]
        self.token_base = np.concatenate(([0], np.cumsum(token_counts))).astype(np.int64)
        self.order = self._story_order()
        self.rank = np.empty_like(self.order)
        self.rank[self.order] = np.arange(len(self.order))
        self._order_paragraphs()

    def column(self, of: Callable[[StoryBatch], list[Cell]]) -> list[Cell]:
        """A column of all batches, in canonical order."""
        values = [value for p in self.prints for value in of(p.batch)]
        return [values[i] for i in self.order.tolist()]

    def _story_order(self) -> I64:
        keys = [
            (b.ids[i], b.paths[i], b.lines[i], int(p.stories.exact[i]), b.titles[i], b.sources[i],
             b.published[i])
            for p in self.prints for b in (p.batch,) for i in range(len(b))
        ]  # fmt: skip
        return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.int64)

    def _order_paragraphs(self) -> None:
        first = np.concatenate(
            [p.segmented.paragraph_first[:-1] + base
             for p, base in zip(self.prints, self.paragraph_base, strict=False)]
            or [np.empty(0, np.int64)]
        )  # fmt: skip
        ends = np.append(first[1:], self.paragraph_base[-1])
        self.paragraph_order = ranges(first[self.order], (ends - first)[self.order])
        self.paragraph_rank = np.empty_like(self.paragraph_order)
        self.paragraph_rank[self.paragraph_order] = np.arange(len(self.paragraph_order))

    def paragraphs(self) -> Paragraphs:
        """All paragraphs, their stories and tokens counted corpus-wide."""
        for p, story, token in zip(self.prints, self.story_base, self.token_base, strict=False):
            p.segmented.paragraphs.story += story
            p.segmented.paragraphs.token_start += token
        joined = Paragraphs.joined([p.segmented.paragraphs for p in self.prints])
        joined.story = self.rank[joined.story]
        return joined.take(self.paragraph_order)

    def stories(self) -> StoryPrints:
        """The prints of all stories, in canonical order."""
        prints = [p.stories for p in self.prints]
        return StoryPrints(
            np.concatenate([p.words for p in prints])[self.order],
            np.concatenate([p.exact for p in prints])[self.order],
            np.concatenate([p.band_keys for p in prints])[self.order],
        )


def assemble(prints: Iterable[BatchPrints]) -> Corpus:
    """The corpus from its batches. The batches' columns are taken over and must not be used."""
    frequencies = np.zeros(1 << c.TERM_BITS, np.int32)
    parts = [_counted(p, frequencies) for p in prints]
    problems = sorted(problem for p in parts for problem in p.batch.problems)
    parts = [p for p in parts if len(p.batch)]
    if not parts:
        return _empty(problems)
    joiner = _Joiner(parts)
    batch_of = np.repeat(np.arange(len(parts)), np.diff(joiner.story_base))
    paragraphs = joiner.paragraphs()
    published = joiner.column(lambda b: b.published)
    comparable, keys = _comparable(joiner)
    places = list(zip(parts, joiner.paragraph_base.tolist(), strict=False))
    rank = joiner.paragraph_rank
    stories = joiner.stories()
    return Corpus(
        ids=joiner.column(lambda b: b.ids),
        titles=joiner.column(lambda b: b.titles),
        sources=joiner.column(lambda b: b.sources),
        published=published,
        paths=joiner.column(lambda b: b.paths),
        lines=joiner.column(lambda b: b.lines),
        hours=_hours(published),
        ignores={
            int(joiner.rank[base + i]): codes
            for p, base in zip(parts, joiner.story_base.tolist(), strict=False)
            for i, codes in p.batch.ignores.items()
        },
        plain={
            int(joiner.rank[base + i])
            for p, base in zip(parts, joiner.story_base.tolist(), strict=False)
            for i in p.batch.plain
        },
        stories=stories,
        keys=stories.exact.copy(),
        total_words=np.concatenate([p.total_words for p in parts])[joiner.order],
        paragraphs=paragraphs,
        tokens=np.concatenate([p.segmented.tokens for p in parts]),
        frequencies=frequencies,
        comparable=comparable,
        comparable_keys=keys,
        marks=dict(sorted(
            (int(rank[base + i]), match) for p, base in places for i, match in p.marks.items()
        )),
        glued=dict(sorted(
            (int(rank[base + i]), parting) for p, base in places for i, parting in p.glued.items()
        )),
        furniture=dict(sorted(
            (int(rank[base + i]), like) for p, base in places for i, like in p.furniture.items()
        )),
        near=sorted(
            Near(int(rank[base + n.earlier]), int(rank[base + n.later]), n.score)
            for p, base in places for n in p.near
        ),
        texts=[p.batch.text for p in parts],
        text_of_story=batch_of[joiner.order],
        story_bytes=np.concatenate([p.batch.offsets[:-1] for p in parts])[joiner.order],
        problems=problems,
    )  # fmt: skip


def _counted(prints: BatchPrints, frequencies: npt.NDArray[np.int32]) -> BatchPrints:
    """The same prints, their frequencies added to the sum: they would fill 4 MB a batch."""
    frequencies += prints.frequencies
    prints.frequencies = frequencies[:0]
    return prints


def _comparable(joiner: _Joiner) -> tuple[I64, U32]:
    """Comparable paragraphs in canonical order, with their band keys."""
    numbered = [
        p.comparable + base
        for p, base in zip(joiner.prints, joiner.paragraph_base, strict=False)
    ]
    ranked = joiner.paragraph_rank[np.concatenate(numbered)]
    order = np.argsort(ranked)
    keys = np.concatenate([p.comparable_keys for p in joiner.prints])
    return ranked[order], keys[order]


def _hours(published: list[str]) -> list[float]:
    """Publication hours; feeds repeat their dates, so each spelling is parsed once."""
    known = {text: hours(text) for text in set(published)}
    return [known[text] for text in published]


def _empty(problems: list[Problem]) -> Corpus:
    none = np.empty(0, np.int64)
    hashes = np.empty(0, np.uint64)
    flags = np.empty(0, bool)
    return Corpus(
        [], [], [], [], [], [], [], {}, set(),
        StoryPrints(none, hashes, np.empty((0, 0), np.uint32)), hashes, none,
        Paragraphs(none, none, none, none, none, none, none, none, hashes, hashes, flags, none),
        np.empty(0, np.uint32), np.empty(0, np.int32), none, np.empty((0, 0), np.uint32),
        {}, {}, [], [], none, none, problems,
    )  # fmt: skip
