"""Everything that was found in a corpus, given out slice by slice of its stories.

What needs the whole corpus (shared paragraphs, siblings, what was learned) is worked out once, as
columns; rows are made of one slice at a time. Stories lie in the order of the tables, so the rows
of all slices, one after the other, are the tables.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import pairwise
from operator import attrgetter
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from dedup import crowd_findings, findings, unused
from dedup.archive import Archive
from dedup.candidates import Spread
from dedup.clock import Clock
from dedup.cluster_rows import Clusters
from dedup.corpus import Corpus
from dedup.duplicates import Duplicates
from dedup.finding_rows import paragraph_rows
from dedup.fingerprint import Bools
from dedup.kernels.reference import I64
from dedup.model import Finding, Problem, Tables, TemplateRow
from dedup.pair_rows import PairTable
from dedup.paragraph_findings import (
    Entry,
    ParagraphFinding,
    record,
    rows_of,
)
from dedup.relation_findings import Relations
from dedup.repeats import Near, Shared
from dedup.rules import UNUSED, select
from dedup.settings import Settings
from dedup.story_rows import StoryRows
from dedup.text import matching_form

if TYPE_CHECKING:
    from dedup.learned_rows import LearnedRows

Row = TypeVar("Row")

Key = tuple[str, str, int]
"""Id, path and line of a record: by these the stories and the findings about them are sorted."""

WEIGHT = 80_000
"""Stories and paragraphs in a slice: of news some 6,000 stories, whose rows take 40 MB."""


class Slice(NamedTuple):
    """Stories from ``low`` to ``high``, and the members of clusters between two places."""

    low: int
    high: int
    first_member: int
    last_member: int


class Sheet(NamedTuple):
    """What the tables of a slice are made of, where no row of them has to be looked at.

    ``block`` are findings about paragraphs, ``short`` those about stories too short to compare.
    ``entries`` are the others, in order; ``order`` says of each the story
    and the paragraph it comes at (-1: before all of them), and whether it is about no story: such
    come before the findings about the story that is next.
    """

    rows: StoryRows
    entries: list[Entry]
    order: tuple[I64, I64, Bools]
    block: findings.Block
    short: findings.StoryBlock


class Slices:
    """What was found in a corpus."""

    def __init__(
        self,
        corpus: Corpus,
        found: Duplicates,
        settings: Settings,
        kernels: ModuleType,
        spread: Spread = map,
        apart: Spread = map,
    ) -> None:
        self.corpus, self.found, self.settings = corpus, found, settings
        self.kernels = kernels
        self.wanted = select(settings.select, settings.ignore)
        self.archive = Archive(corpus, found)
        self._first = np.searchsorted(corpus.paragraphs.story, np.arange(len(corpus) + 1))
        self._clusters = Clusters(found, corpus.stories.exact, settings.keep)
        self._pairs = PairTable(found, corpus.ids)
        self._relations = Relations(found, settings, corpus.ids, corpus.stories.words)
        self._learned = _learned(corpus, settings)
        self._exact = self._near = Shared.none()
        self.crowds: dict[int, crowd_findings.Crowd] = {}
        """Of how many paragraphs not every pair was compared, by the story of the first."""
        if len(corpus):
            self._exact, self._near, capped = findings.shared_paragraphs(
                corpus, found, settings, kernels, spread, apart
            )
            self.crowds = crowd_findings.of_corpus(corpus, capped, settings, kernels)
        self._parted = _numbers(corpus.glued)
        self._likely = _numbers(corpus.furniture)
        self._ignoring = sorted(corpus.ignores)
        self._problems = sorted(corpus.problems, key=_problem_key)
        self._loose = sorted(self._without_story(kernels), key=_key)
        self.manifest: Mapping[str, Any] = {}
        self.clock = Clock()
        self.release: Callable[[], None] = lambda: None
        """Lets go of the memory that columns of the corpus take which are mapped from files."""

    @property
    def outlets(self) -> Iterator[str]:
        """The outlet of each story that is reported on."""
        archived = self.archive.stories
        return (name for i, name in enumerate(self.corpus.sources) if not archived[i])

    @property
    def digest(self) -> str:
        """What tells this corpus from another one that was read at the same settings."""
        corpus = self.corpus
        told = blake2b(corpus.keys.tobytes(), digest_size=8)
        told.update(corpus.total_words.tobytes())
        outside = repr((self._problems, self._loose))
        told.update(outside.encode("utf-8", "surrogatepass"))
        return told.hexdigest()

    def enter(self, rows: Iterable[Finding]) -> None:
        """Take in findings about no story, to come at their places."""
        self._loose = sorted([*self._loose, *rows], key=_key)

    def told(self, findings: int) -> dict[str, Any]:
        """The manifest, when so many findings were made: the last thing to be asked for."""
        self.clock.lap("write")
        counts = {**self.manifest.get("counts", {}), "findings": findings}
        stages = self.clock.stages(len(self.corpus.buffer))
        return {**self.manifest, "counts": counts, "stages": stages}

    @property
    def templates(self) -> list[TemplateRow]:
        """The ``templates`` table: what was learned is of the whole corpus."""
        return self._learned.templates if self._learned else []

    @property
    def whole(self) -> Slice:
        """All stories."""
        return Slice(0, len(self.corpus), 0, len(self._clusters))

    def cut(self, weight: int = WEIGHT) -> list[Slice]:
        """The corpus in slices of about so many stories and paragraphs; one if it is empty.

        Records of one id, path and line, whose findings are sorted among one another, stay
        together.
        """
        stories = len(self.corpus)
        before = self._first[:-1] + np.arange(stories)
        steps = np.searchsorted(before, np.arange(weight, int(self._first[-1]) + stories, weight))
        inner = sorted({self._end_of_record(step) for step in steps.tolist()} - {0, stories})
        bounds = [0, *inner, stories]
        members = self._clusters.cut(len(bounds) - 1).tolist()
        return [
            Slice(*stretch, *part)
            for stretch, part in zip(_stretches(bounds), _stretches(members), strict=True)
        ]

    def tables(self, part: Slice) -> Tables:
        """The rows of a slice; ``templates`` and the manifest are of the whole corpus."""
        corpus, found, keep = self.corpus, self.found, self.settings.keep
        rows = StoryRows(corpus, found, keep, part.low, part.high)
        rows.make(np.arange(part.low, part.high))
        chosen = self._findings(rows, part)
        tables = Tables(
            stories=rows.own,
            paragraphs=paragraph_rows(chosen),
            pairs=self._pairs.rows(part.low, part.high),
            clusters=self._clusters.rows(part.first_member, part.last_member),
            findings=chosen,
        )
        members = self._clusters.story[part.first_member : part.last_member]
        return self.archive.without(tables, members.tolist())

    def sheet(self, part: Slice) -> Sheet | None:
        """A slice as columns; None where rows have to be looked at, which is seldom."""
        corpus, low, high = self.corpus, part.low, part.high
        if low == high or corpus.against or corpus.plain or self._ignored(part):
            return None
        rows = StoryRows(corpus, self.found, self.settings.keep, low, high)
        rows.make(self._relations.stories(low, high))
        block = findings.Block.joined([*self._blocks(part)])
        own: list[Entry] = [
            *self._about_stories(rows), *self._glued(rows),
            *findings.placed(corpus, rows, block.among(self._parted, True)),
        ]  # fmt: skip
        if any(entry.rule == findings.DOUBLE for entry in own):
            return None
        entries = findings.chosen([*self._outside(low, high), *own], self.settings, {})
        rest = block.among(self._parted, False).of_rules(self.wanted)
        short = self._short(low, high).of_rules(self.wanted)
        return Sheet(rows, entries, self._order(entries, rows), rest, short)

    def lesser(self, part: Slice) -> Tables:
        """The tables of a slice that no sheet of it tells of, as rows."""
        return Tables(
            pairs=self._pairs.rows(part.low, part.high),
            clusters=self._clusters.rows(part.first_member, part.last_member),
        )

    def _ignored(self, part: Slice) -> dict[int, tuple[str, ...]]:
        """What records of a slice ask to ignore."""
        first, last = (bisect_left(self._ignoring, story) for story in (part.low, part.high))
        return {story: self.corpus.ignores[story] for story in self._ignoring[first:last]}

    def _order(self, entries: Sequence[Entry], rows: StoryRows) -> tuple[I64, I64, Bools]:
        """The columns of :class:`Sheet`."""
        known = rows.records()
        placed = [(*self._place(entry, rows, known), entry.paragraph) for entry in entries]
        story = np.array([at for at, _, _ in placed], np.int64)
        own = np.array([here for _, here, _ in placed], bool)
        number = np.array([-1 if n is None else n for _, _, n in placed], np.int64)
        return story, np.where(own, number, -2), ~own

    def _place(
        self, entry: Entry, rows: StoryRows, known: Mapping[Key, int]
    ) -> tuple[int, bool]:
        """The story that a finding is about, or comes before, and which of both."""
        path, line, name = record(entry)
        key = name, path, line
        at = known.get(key)
        if at is not None:
            return at, True
        at = bisect_left(
            range(len(self.corpus)), key, lo=rows.low, hi=rows.high, key=self._record
        )
        return at, at < rows.high and self._record(at) == key

    def _findings(self, rows: StoryRows, part: Slice) -> list[Finding]:
        corpus, low, high = self.corpus, part.low, part.high
        found: list[Entry] = [*self._outside(low, high)]
        if low < high:
            found += self._short(low, high).findings(rows)
            found += self._about_stories(rows)
            found += self._glued(rows)
            for block in self._blocks(part):
                found += findings.placed(corpus, rows, block)
        ignores = self._ignored(part)
        if UNUSED in self.wanted:
            found += unused.of_records(rows, ignores, rows_of(found), self.wanted)
        by_key = {
            (corpus.paths[story], int(corpus.lines[story]), corpus.ids[story]): codes
            for story, codes in ignores.items()
        }
        return rows_of(findings.chosen(found, self.settings, by_key))

    def _short(self, low: int, high: int) -> findings.StoryBlock:
        return findings.of_short(self.corpus, self.settings.shingle, low, high)

    def _about_stories(self, rows: StoryRows) -> Iterator[Finding]:
        corpus, low, high = self.corpus, rows.low, rows.high
        yield from findings.of_doubles(corpus, rows, self.archive.stories, low, high)
        yield from self._relations.findings(rows, low, high)
        yield from crowd_findings.findings(
            self.crowds, rows, low, high, self.settings.max_bucket
        )

    def _glued(self, rows: StoryRows) -> Iterator[ParagraphFinding]:
        low, high = self._first[[rows.low, rows.high]].tolist()
        return findings.of_glued(self.corpus, rows, _within(self._parted, low, high))

    def _blocks(self, part: Slice) -> Iterator[findings.Block]:
        """What is said of the paragraphs of a slice, but for what was glued to some."""
        corpus = self.corpus
        low, high = self._first[[part.low, part.high]].tolist()
        yield findings.of_boilerplate(corpus.marks.between(low, high))
        yield findings.of_furniture(corpus, _within(self._likely, low, high))
        if self._learned:
            yield self._learned.findings(low, high)
        yield findings.of_repeats(corpus, low, high)
        yield findings.of_near_repeats(corpus, self._near_repeats(low, high))
        for code, shared in (("PAR203", self._exact), ("PAR204", self._near)):
            yield findings.of_shared(
                code, corpus, shared.between(low, high), self.settings.max_bucket
            )

    def _near_repeats(self, low: int, high: int) -> Sequence[Near]:
        """Both paragraphs of a repeat are of one story, so the earlier ones are in order too."""
        near, place = self.corpus.near, attrgetter("earlier")
        return near[bisect_left(near, low, key=place) : bisect_left(near, high, key=place)]

    def _outside(self, low: int, high: int) -> Iterator[Finding]:
        """What was found of records, files and settings that sorts among these stories."""
        least = self._record(low) if low else None
        most = self._record(high) if high < len(self.corpus) else None
        yield from findings.of_problems(_between(self._problems, least, most, _problem_key))
        yield from _between(self._loose, least, most, _key)

    def _without_story(self, kernels: ModuleType) -> Iterator[Finding]:
        """BLP321, BLP322 and INP905 about entries of files."""
        if self._learned:
            yield from self._learned.drift(self.settings.templates)
        files = self.settings.ignore_lines
        if UNUSED in self.wanted and files:
            yield from unused.of_lines(self.corpus, files, matching_form.load(), kernels)

    def _record(self, story: int) -> Key:
        corpus = self.corpus
        return corpus.ids[story], corpus.paths[story], int(corpus.lines[story])

    def _end_of_record(self, story: int) -> int:
        """The story itself, or the first behind it that is of another id, path or line."""
        if not 0 < story < len(self.corpus):
            return story
        last = self._record(story - 1)
        if self._record(story) != last:
            return story
        return bisect_right(range(len(self.corpus)), last, lo=story, key=self._record)


def _learned(corpus: Corpus, settings: Settings) -> LearnedRows | None:
    """What was learned, if anything; a small feed does without the import."""
    if not (corpus.learned or settings.templates):
        return None
    from dedup.learned_rows import LearnedRows

    return LearnedRows(corpus)


def _numbers(of: Mapping[int, object]) -> I64:
    return np.sort(np.fromiter(of, np.int64, len(of)))


def _within(numbers: I64, low: int, high: int) -> list[int]:
    """Those of the sorted numbers that lie from ``low`` to ``high``."""
    first, last = np.searchsorted(numbers, (low, high))
    chosen: list[int] = numbers[first:last].tolist()
    return chosen


def _stretches(bounds: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(bounds))


def _between(
    rows: Sequence[Row], least: Key | None, most: Key | None, key: Callable[[Row], Key]
) -> Sequence[Row]:
    """Sorted rows from one key to another; from the first and to the last where there is none."""
    low = 0 if least is None else bisect_left(rows, least, key=key)
    high = len(rows) if most is None else bisect_left(rows, most, key=key)
    return rows[low:high]


def _key(row: Finding) -> Key:
    return row.story_id, row.path, row.line


def _problem_key(problem: Problem) -> Key:
    return problem.story_id, problem.path, problem.line
