"""From batches that were read to a corpus in canonical order.

Stories are ordered by id (then by place and content, for records that share an id), whatever
order they came in; every later stage counts stories and paragraphs in that order, so no result
can depend on the order of reading.

A batch is entered into columns as soon as it was read, numbered as it came; when all have come,
each column is brought into canonical order on its own, so that no more than one of them has to be
in memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from itertools import islice
from operator import lt
from typing import Any

import numpy as np

from dedup.boilerplate.furniture.scorer import Likeness
from dedup.boilerplate.lexicon import Match
from dedup.columns import Column, Columns, Marks, Memory, Strings, add_strings, strings, view
from dedup.corpus import STRINGS, BatchPrints, Corpus
from dedup.fingerprint import Paragraphs, StoryPrints, ranges
from dedup.kernels import constants as c
from dedup.kernels.reference import I64
from dedup.model import Problem
from dedup.parting import Glued, Parting
from dedup.repeats import Near

AT_ONCE = 1 << 16
"""Stories whose paragraphs are brought into order at a time."""

TOKENS_AT_ONCE = 1 << 12
"""The same of their tokens: some 10 MB of them, and 20 MB of places."""

_COLUMNS = tuple(f.name for f in fields(Paragraphs) if f.name not in ("story", "number"))

_WRITTEN = ("boilerplate", "repeat_of")
"""Columns of paragraphs that are written to when furniture is learned: a scan that is resumed must
find them as they were read. So must it the numbers of stories, which are few."""


class Entering:
    """Enters batches into columns, one after the other; knows what was entered before."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        matches = _all(_notes(columns), "matches")
        self._code = {Match(*match): code for code, match in enumerate(matches)}

    def enter(self, prints: BatchPrints) -> None:
        """Put a batch that was read into the columns."""
        batch, columns = prints.batch, self.columns
        for name in STRINGS:
            add_strings(columns, name, getattr(batch, name))
        known = len(self._code)
        codes = [self._code.setdefault(match, len(self._code)) for match in prints.marks.values()]
        story, paragraph = columns.rows("stories.lines"), columns.rows("paragraphs.start")
        text, token = columns.rows("text"), columns.rows("tokens")
        note = _note(prints, story, paragraph, text)
        note["matches"] = list(self._code)[known:]
        columns.add("marks.paragraph", np.array(list(prints.marks), np.int64) + paragraph)
        columns.add("marks.code", np.array(codes, np.int64))
        self._enter_stories(prints, text, token)
        self._enter_paragraphs(prints, text, token)
        columns.add("text", np.frombuffer(batch.text, np.uint8))
        columns.add("tokens", prints.segmented.tokens)
        columns.commit(json.dumps(note, separators=(",", ":")).encode())

    def _enter_stories(self, prints: BatchPrints, text: int, token: int) -> None:
        batch, columns = prints.batch, self.columns
        columns.add("stories.lines", np.array(batch.lines, np.int64))
        columns.add("stories.bytes", np.array(batch.offsets[:-1], np.int64) + text)
        columns.add("stories.hours", prints.hours)
        columns.add("stories.words", prints.stories.words)
        columns.add("stories.exact", prints.stories.exact)
        columns.add("stories.keys", prints.stories.band_keys)
        columns.add("stories.total_words", prints.total_words)
        columns.add("stories.paragraphs", np.diff(prints.segmented.paragraph_first))
        tokens = prints.segmented.token_first
        columns.add("stories.token_start", tokens[:-1] + token)
        columns.add("stories.tokens", np.diff(tokens))
        own = prints.segmented.paragraphs.story[prints.comparable]
        columns.add("stories.comparable", np.bincount(own, minlength=len(batch)))
        columns.add("frequencies.term", prints.terms)
        columns.add("frequencies.stories", prints.frequencies)

    def _enter_paragraphs(self, prints: BatchPrints, text: int, token: int) -> None:
        columns, paragraphs = self.columns, prints.segmented.paragraphs
        base = {"byte_start": text, "byte_end": text, "token_start": token}
        for name in _COLUMNS:
            rows = getattr(paragraphs, name)
            columns.add(f"paragraphs.{name}", rows + base[name] if name in base else rows)
        # Counted in their story, so that they mean the same wherever it comes to stand.
        columns.add("comparable.number", paragraphs.number[prints.comparable])
        columns.add("comparable.keys", prints.comparable_keys)


def done(columns: Columns) -> list[str]:
    """The digests of the batches that the columns hold already, in order."""
    return [note["digest"] for note in _notes(columns)]


def _notes(columns: Columns) -> list[dict[str, Any]]:
    return [json.loads(note) for note in columns.notes()]


def _note(prints: BatchPrints, story: int, paragraph: int, text: int) -> dict[str, Any]:
    """What is no column of a batch, numbered over all batches."""
    batch = prints.batch
    return {
        "digest": prints.digest,
        "glued": [
            (i + paragraph, side, [piece._replace(byte=piece.byte + text) for piece in pieces])
            for i, (side, pieces) in prints.glued.items()
        ],
        "near": [
            (int(near.earlier) + paragraph, int(near.later) + paragraph, near.score)
            for near in prints.near
        ],
        "furniture": [(i + paragraph, *like) for i, like in prints.furniture.items()],
        "ignores": [(i + story, codes) for i, codes in batch.ignores.items()],
        "plain": [i + story for i in batch.plain],
        "problems": batch.problems,
    }


class _Order:
    """Where stories, numbered as they came, and their paragraphs stand in canonical order."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.order = _story_order(columns)
        self.came_so = bool((self.order[1:] > self.order[:-1]).all())
        """Whether stories came in canonical order, as most do: then most columns are as wanted."""
        self.rank = np.empty_like(self.order)
        self.rank[self.order] = np.arange(len(self.order))
        self.paragraphs = _Runs(columns.whole("stories.paragraphs"), self.order)
        self.comparable = _Runs(columns.whole("stories.comparable"), self.order)

    def stories(self, name: str) -> Column:
        """A column of the stories."""
        rows = self.columns.whole(f"stories.{name}")
        return self.columns.keep(f"sorted.stories.{name}", [rows[self.order]])

    def of_paragraphs(self, name: str) -> Column:
        """A column of the paragraphs."""
        if self.came_so and name not in _WRITTEN:
            return self.columns.whole(f"paragraphs.{name}")
        return self.ordered(
            f"paragraphs.{name}",
            lambda rows: (rows[some] for some in self.paragraphs.ordered()),
            for_good=name not in _WRITTEN,
        )

    def tokens(self) -> tuple[Column, I64]:
        """The tokens, story after story, and how far those of each story were moved for it.

        Stages go through stories in order: of a corpus larger than memory they would read every
        story from another place of the disk. Most corpora are read in the order of their ids.
        """
        begins = self.columns.whole("stories.token_start")[self.order]
        if (begins[1:] >= begins[:-1]).all():
            return self.columns.whole("tokens"), np.zeros_like(begins)
        counts = self.columns.whole("stories.tokens")[self.order]

        def parts(tokens: Column) -> Iterator[Column]:
            self.columns.scattered("tokens")
            for low in range(0, len(begins), TOKENS_AT_ONCE):
                some = slice(low, low + TOKENS_AT_ONCE)
                yield tokens[ranges(begins[some], counts[some])]

        moved = np.cumsum(counts) - counts - begins
        return self.ordered("tokens", parts, for_good=True), moved

    def bands(
        self, name: str, count: int, own: Callable[[], Iterable[I64]], *, for_good: bool
    ) -> Column:
        """``count`` rows of band keys, kept band by band: only one is needed at a time."""
        kept = self.ordered(
            name,
            lambda keys: (keys[some, band] for band in range(keys.shape[1]) for some in own()),
            for_good=for_good,
        )
        return kept.reshape(-1, count).T if count else np.empty((0, 0), kept.dtype)

    def ordered(
        self, name: str, parts: Callable[[Column], Iterable[Column]], *, for_good: bool
    ) -> Column:
        """A column made in parts; ``for_good``, what was read into it is given up meanwhile."""

        def made() -> Iterator[Column]:
            yield from parts(self.columns.whole(name))

        return self.columns.keep(f"sorted.{name}", made(), instead=name if for_good else "")

    def ranked(self, paragraph: I64) -> I64:
        """The canonical numbers of paragraphs, numbered as they came."""
        return self.paragraphs.ranked(paragraph, self.rank)


class _Runs:
    """Rows that belong to stories, so many to each, in the order of the stories."""

    def __init__(self, counts: I64, order: I64) -> None:
        self._counts, self._order = counts, order
        self._first = np.cumsum(counts) - counts
        sorted_counts = counts[order]
        self._begin = np.cumsum(sorted_counts) - sorted_counts

    def ordered(self) -> Iterator[I64]:
        """The rows, numbered as they came, in canonical order, some at a time."""
        for low in range(0, len(self._order), AT_ONCE):
            some = self._order[low : low + AT_ONCE]
            yield ranges(self._first[some], self._counts[some])

    def ranked(self, rows: I64, rank: I64) -> I64:
        """The canonical numbers of rows, numbered as they came."""
        # Of stories without a row, which begin where the next one does, the last is found.
        story = np.searchsorted(self._first, rows, side="right") - 1
        ranked: I64 = self._begin[rank[story]] + rows - self._first[story]
        return ranked


def _story_order(columns: Columns) -> I64:
    ids = list(strings(columns, "ids"))
    if all(map(lt, ids, islice(ids, 1, None))):
        return np.arange(len(ids))
    order = sorted(range(len(ids)), key=ids.__getitem__)
    titles, sources, published, paths = (
        strings(columns, name) for name in ("titles", "sources", "published", "paths")
    )
    lines, exact = columns.whole("stories.lines"), columns.whole("stories.exact")

    def place(i: int) -> tuple[str | int, ...]:
        return paths[i], int(lines[i]), int(exact[i]), titles[i], sources[i], published[i]

    low = 0
    while low < len(order):
        high = low + 1
        while high < len(order) and ids[order[high]] == ids[order[low]]:
            high += 1
        if high - low > 1:
            order[low:high] = sorted(order[low:high], key=place)
        low = high
    return np.array(order, np.int64)


def assemble(prints: Iterable[BatchPrints], columns: Columns | None = None) -> Corpus:
    """The corpus of all batches; ``columns`` may hold the first ones already.

    Batches must be those that come after the ones the columns hold.
    """
    entering = Entering(columns or Memory())
    for each in prints:
        entering.enter(each)
    # Before columns are given up for ordered ones: no batch can be entered after that.
    entering.columns.finish("read", {"stories": entering.columns.rows("stories.lines")})
    return corpus_of(entering.columns)


def corpus_of(columns: Columns) -> Corpus:
    """The corpus of all batches that were entered into the columns."""
    notes = _notes(columns)
    problems = sorted(Problem(*problem) for note in notes for problem in note["problems"])
    if not columns.rows("stories.lines"):
        return Corpus.empty(problems)
    at = _Order(columns)
    tokens, moved = at.tokens()
    paragraphs, comparable = _paragraphs(at, moved), _comparable(at)
    exact = at.stories("exact")
    keys = at.bands("stories.keys", len(at.order), lambda: [at.order], for_good=False)
    rank = at.rank
    return Corpus(
        ids=_ordered(at, "ids"),
        titles=_ordered(at, "titles"),
        sources=_ordered(at, "sources"),
        published=_ordered(at, "published"),
        paths=_ordered(at, "paths"),
        lines=at.stories("lines"),
        hours=at.stories("hours"),
        ignores={
            int(rank[i]): tuple(codes)
            for i, codes in sorted(_all(notes, "ignores"), key=lambda one: int(rank[one[0]]))
        },
        plain={int(rank[i]) for i in _all(notes, "plain")},
        stories=StoryPrints(at.stories("words"), exact, keys),
        keys=exact.copy(),
        total_words=at.stories("total_words"),
        paragraphs=paragraphs,
        tokens=tokens,
        frequencies=_frequencies(columns),
        comparable=comparable,
        comparable_keys=at.bands(
            "comparable.keys", len(comparable), at.comparable.ordered, for_good=True
        ),
        marks=_marks(at, notes),
        glued=dict(sorted(_glued(at, notes))),
        furniture=dict(sorted(
            (_one(at, i), Likeness(probability, tuple(reasons)))
            for i, probability, reasons in _all(notes, "furniture")
        )),
        near=sorted(
            Near(_one(at, earlier), _one(at, later), score)
            for earlier, later, score in _all(notes, "near")
        ),
        buffer=view(columns.whole("text")),
        story_bytes=at.stories("bytes"),
        columns=columns,
        problems=problems,
    )  # fmt: skip


def _all(notes: list[dict[str, Any]], name: str) -> Iterator[Any]:
    return (entry for note in notes for entry in note[name])


def _one(at: _Order, paragraph: int) -> int:
    return int(at.ranked(np.array([paragraph], np.int64))[0])


def _ordered(at: _Order, name: str) -> Strings:
    return strings(at.columns, name, None if at.came_so else at.order)


def _paragraphs(at: _Order, moved: I64) -> Paragraphs:
    counts = at.columns.whole("stories.paragraphs")[at.order]
    keep = at.columns.keep
    spans = [(i, counts[i : i + AT_ONCE]) for i in range(0, len(counts), AT_ONCE)]
    story = keep(
        "sorted.paragraphs.story", (np.repeat(np.arange(i, i + len(n)), n) for i, n in spans)
    )
    number = keep(
        "sorted.paragraphs.number", (ranges(np.zeros(len(n), np.int64), n) for _, n in spans)
    )

    def begins(rows: Column) -> Iterator[Column]:
        for (i, n), some in zip(spans, at.paragraphs.ordered(), strict=True):
            yield rows[some] + np.repeat(moved[i : i + AT_ONCE], n)

    read = {name: at.of_paragraphs(name) for name in _COLUMNS if name != "token_start"}
    read["token_start"] = (
        at.ordered("paragraphs.token_start", begins, for_good=True) if moved.any()
        else at.of_paragraphs("token_start")
    )
    return Paragraphs(story=story, number=number, **read)


def _comparable(at: _Order) -> I64:
    """Comparable paragraphs, in canonical order."""
    columns, order = at.columns, at.order
    counts = columns.whole("stories.comparable")[order]
    per_story = columns.whole("stories.paragraphs")[order]
    first = np.cumsum(per_story) - per_story

    def parts(numbers: Column) -> Iterator[Column]:
        for place, rows in enumerate(at.comparable.ordered()):
            some = slice(place * AT_ONCE, (place + 1) * AT_ONCE)
            yield np.repeat(first[some], counts[some]) + numbers[rows]

    return at.ordered("comparable.number", parts, for_good=True)


def _frequencies(columns: Columns) -> Column:
    """In how many stories each term stands: a table of which a small corpus touches but little."""
    total = np.zeros(1 << c.TERM_BITS, np.int32)
    np.add.at(total, columns.whole("frequencies.term"), columns.whole("frequencies.stories"))
    return total


def _marks(at: _Order, notes: list[dict[str, Any]]) -> Marks:
    paragraphs = at.ranked(at.columns.whole("marks.paragraph"))
    order = np.argsort(paragraphs)
    codes = at.columns.whole("marks.code")[order]
    return Marks(paragraphs[order], codes, [Match(*match) for match in _all(notes, "matches")])


def _glued(at: _Order, notes: list[dict[str, Any]]) -> Iterator[tuple[int, Parting]]:
    for paragraph, side, pieces in _all(notes, "glued"):
        glued = tuple(
            Glued(start, end, where, Match(*match), *rest)
            for start, end, where, match, *rest in pieces
        )
        yield _one(at, paragraph), Parting(side, glued)
