"""The ``stories`` table: a row a story, made when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, overload

from dedup.corpus import Corpus
from dedup.duplicates import Duplicates
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
    """The rows of a corpus, of which those of the stories ``low`` to ``high`` are kept.

    Findings name other stories too (a keeper, an earlier version): their rows are made when they
    are asked for, and kept with the others, so that memory is that of a slice.
    """

    def __init__(
        self, corpus: Corpus, found: Duplicates, keep: str, low: int, high: int
    ) -> None:
        self.low, self.high = low, high
        self._corpus, self._found, self._keep = corpus, found, keep
        self._rows = dict(zip(range(low, high), self._between(low, high), strict=True))

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
            row = self._rows[story] = next(self._between(story, story + 1))
        return row

    @property
    def own(self) -> list[StoryRow]:
        """The rows of the slice, in order."""
        return [self._rows[story] for story in range(self.low, self.high)]

    def _between(self, low: int, high: int) -> Iterator[StoryRow]:
        corpus, found = self._corpus, self._found
        keeper, ignores = found.keeper, corpus.ignores
        columns = zip(
            range(low, high),
            corpus.ids[low:high],
            corpus.sources[low:high],
            corpus.published[low:high],
            corpus.titles[low:high],
            corpus.paths[low:high],
            corpus.lines[low:high].tolist(),
            corpus.stories.words[low:high].tolist(),
            corpus.stories.exact[low:high].tolist(),
            corpus.total_words[low:high].tolist(),
            corpus.keys[low:high].tolist(),
            strict=True,
        )
        copies = [i for i in range(low, high) if keeper.get(i, i) != i]
        rules = dict(zip(copies, found.rules(copies), strict=True))
        for story, *told, words, exact, total, key in columns:
            standing = ALONE
            if story in keeper:
                standing = self._standing(keeper[story], rules.get(story))
            read = story in found.told or story in found.supersedes
            practice = _practice(corpus, found, story) if read else UNREAD
            yield StoryRow._make((
                *told, words, *standing, f"{exact:016x}", total, ignores.get(story, ()), *practice,
                f"{key:016x}",
            ))  # fmt: skip

    def _standing(self, kept: int, rule: str | None) -> Standing:
        """A cluster is named by its keeper's content, so the name outlives the run."""
        content = f"{self._corpus.stories.exact[kept]:016x}"
        return standing(rule, self._keep, content, self._corpus.ids[kept])


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
