"""The ``stories`` table: a row a story, made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, overload

import numpy as np

from dedup.columns import some
from dedup.corpus import Corpus
from dedup.duplicates import Duplicates
from dedup.kernels.reference import I64
from dedup.model import StoryRow


class Standing(NamedTuple):
    """What clusters make of a story: its cluster, the story that stays for it, and why."""

    cluster_id: str | None = None
    kept_id: str | None = None
    kept: bool = True
    rule: str | None = None


class Practice(NamedTuple):
    """What wire practice says of a story that was compared: see ``StoryRow``."""

    marks: tuple[str, ...] = ()
    version: int | None = None
    agency: str = ""
    notice: str = ""
    supersedes: str | None = None


ALONE, UNREAD = Standing(), Practice()


class StoryRows(Sequence[StoryRow]):
    """The rows of a corpus, of which those of the stories ``low`` to ``high`` are asked for.

    Rows are made when they are asked for, and kept. Findings name other stories too (a keeper, an
    earlier version), so memory is that of a slice.
    """

    def __init__(
        self, corpus: Corpus, found: Duplicates, keep: str, low: int, high: int
    ) -> None:
        self.low, self.high = low, high
        self._corpus, self._found, self._keep = corpus, found, keep
        self._rows: dict[int, StoryRow] = {}

    def __len__(self) -> int:
        return len(self._corpus)

    @overload
    def __getitem__(self, story: int) -> StoryRow: ...
    @overload
    def __getitem__(self, story: slice) -> Sequence[StoryRow]: ...

    def __getitem__(self, story: int | slice) -> StoryRow | Sequence[StoryRow]:
        if isinstance(story, slice):
            return [self[i] for i in range(len(self))[story]]
        row = self._rows.get(story)
        if row is None:
            self.make(np.array([story]))
            row = self._rows[story]
        return row

    @property
    def own(self) -> list[StoryRow]:
        """The rows of the slice, in order."""
        return [self[story] for story in range(self.low, self.high)]

    def make(self, stories: I64) -> None:
        """Make the rows of some stories: together it is quicker."""
        self._rows.update(zip(stories.tolist(), self._made(stories), strict=True))

    def records(self) -> dict[tuple[str, str, int], int]:
        """The stories whose rows are made, by id, path and line."""
        return {(row.story_id, row.path, row.line): story for story, row in self._rows.items()}

    @cached_property
    def standings(self) -> dict[int, Standing]:
        """What clusters make of the stories of the slice that are in one."""
        keeper = self._found.keeper
        return self._standings([i for i in range(self.low, self.high) if i in keeper])

    def practices(self) -> dict[int, Practice]:
        """What wire practice says of the stories of the slice of which it says something."""
        return self._practices(range(self.low, self.high))

    def _practices(self, stories: Iterable[int]) -> dict[int, Practice]:
        found = self._found
        return {
            i: _practice(self._corpus, found, i)
            for i in stories if i in found.told or i in found.supersedes
        }  # fmt: skip

    def _standings(self, stories: Sequence[int]) -> dict[int, Standing]:
        """A cluster is named by its keeper's content, so the name outlives the run."""
        corpus, found = self._corpus, self._found
        copies = [i for i in stories if found.keeper[i] != i]
        rules = dict(zip(copies, found.rules(copies), strict=True))
        kept = np.array([found.keeper[i] for i in stories], np.int64)
        contents, ids = corpus.stories.exact[kept].tolist(), some(corpus.ids, kept)
        return {
            i: standing(rules.get(i), self._keep, f"{content:016x}", kept_id)
            for i, content, kept_id in zip(stories, contents, ids, strict=True)
        }

    def _made(self, stories: I64) -> Iterator[StoryRow]:
        corpus, numbers = self._corpus, stories.tolist()
        columns = zip(
            numbers,
            *(some(column, stories) for column in (
                corpus.ids, corpus.sources, corpus.published, corpus.titles, corpus.paths,
            )),
            *(column[stories].tolist() for column in (
                corpus.lines, corpus.stories.words, corpus.stories.exact, corpus.total_words,
                corpus.keys,
            )),
            strict=True,
        )  # fmt: skip
        known = self.standings
        others = [i for i in numbers if i in self._found.keeper and i not in known]
        standings = known | self._standings(others) if others else known
        practices = self._practices(numbers)
        for story, *told, words, exact, total, key in columns:
            yield StoryRow._make((
                *told, words, *standings.get(story, ALONE), f"{exact:016x}", total,
                corpus.ignores.get(story, ()), *practices.get(story, UNREAD), f"{key:016x}",
            ))  # fmt: skip


def standing(rule: str | None, keep: str, content: str, kept_id: str) -> Standing:
    """The standing of a story of a cluster, by the content and the id of its keeper.

    ``rule`` is the one by which it is superfluous, None for the keeper.
    """
    return Standing(f"c{content}", kept_id, rule != "DUP101" or keep == "none", rule)


def _practice(corpus: Corpus, found: Duplicates, story: int) -> Practice:
    marked, older = found.told.get(story), found.supersedes.get(story)
    earlier = None if older is None else corpus.ids[older]
    if marked is None:
        return UNREAD._replace(supersedes=earlier)
    return Practice(marked.kinds, marked.version, marked.agency or "", marked.notice, earlier)


def restanding(rows: Sequence[StoryRow], found: Duplicates, keep: str) -> list[StoryRow]:
    """The rows of a run in the clusters of now, and the versions."""
    entered = []
    for story, row in enumerate(rows):
        kept, older = found.keeper.get(story), found.supersedes.get(story)
        at = ALONE if kept is None else standing(
            found.rule(story), keep, rows[kept].content, rows[kept].story_id
        )  # fmt: skip
        entered.append(row._replace(
            **at._asdict(), supersedes=None if older is None else rows[older].story_id
        ))  # fmt: skip
    return entered
