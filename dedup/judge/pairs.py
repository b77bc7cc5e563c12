"""Pairs: what a run says of any two stories, held against labels."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from dedup import evaluation
from dedup.evaluation.pairs import NOT_FOUND
from dedup.judge.where import Progress, Where, run_stories
from dedup.model import PairRow, StoryRow, Tables
from dedup.relate import DUPLICATE, IDENTICAL, ONE_STORY, RELATIONS, UNRELATED

if TYPE_CHECKING:
    from dedup.labels import LabelledSet, PairLabel
    from dedup.settings import Settings


class Call(NamedTuple):
    """What a run says of two stories: a relation (or that no stage listed them), the Jaccard."""

    relation: str
    score: float


class Calls:
    """What a run says of any two of its stories, also of those it never measured one by one."""

    def __init__(self, tables: Tables) -> None:
        # Two stories that stand in a third need have nothing in common.
        self.clusters = {
            row.story_id: row.cluster_id
            for row in tables.stories
            if row.cluster_id and row.rule != "DUP103"
        }
        self._content = {row.story_id: _content(row) for row in tables.stories}
        self._pairs: dict[frozenset[str], PairRow] = {}
        for pair in tables.pairs:
            key = frozenset((self._content_of(pair.a), self._content_of(pair.b)))
            self._pairs.setdefault(key, pair)

    def of(self, a: str, b: str) -> Call:
        """The call on two stories.

        Of several stories with the very same content only one is measured, so its pairs are
        theirs. Two members of a cluster are duplicates by way of their keeper, whatever the two
        would have scored against one another, unless one of them merely stands in it.
        """
        contents = self._content_of(a), self._content_of(b)
        if contents[0] == contents[1]:
            return Call(IDENTICAL, 1.0)
        row = self._pairs.get(frozenset(contents))
        score = row.jaccard if row else 0.0
        if row is not None and row.relation in ONE_STORY:
            return Call(row.relation, score)
        if a in self.clusters and self.clusters[a] == self.clusters.get(b):
            return Call(DUPLICATE, score)
        return Call(row.relation if row else NOT_FOUND, score)

    def called(self, stories: Collection[str]) -> Iterator[tuple[str, str]]:
        """Every pair of these stories that is called one story, each once, in order."""
        together: dict[str, list[str]] = defaultdict(list)
        by_content: dict[str, list[str]] = defaultdict(list)
        for story in stories:
            by_content[self._content_of(story)].append(story)
            if story in self.clusters:
                together[self.clusters[story] or ""].append(story)
        pairs = {pair for members in together.values() for pair in combinations(sorted(members), 2)}
        for key, row in self._pairs.items():
            if row.relation in ONE_STORY:
                one, *rest = sorted(key)
                others = by_content[rest[0]] if rest else ()
                pairs |= {(min(a, b), max(a, b)) for a in by_content[one] for b in others}
        yield from sorted(pairs)

    def _content_of(self, story: str) -> str:
        return self._content.get(story, f"?{story}")


def _content(row: StoryRow) -> str:
    """What stories share that are identical: in no cluster a story is like no other."""
    return f"={row.content}" if row.cluster_id else f"?{row.story_id}"


def judge_pairs(
    tables: Tables, labels: Iterable[PairLabel], *, exhaustive: bool = False
) -> list[evaluation.JudgedPair]:
    """What a run says of labelled pairs; ``exhaustive`` labels deny every pair they do not name."""
    calls = Calls(tables)
    judged = [
        evaluation.JudgedPair(label.a, label.b, label.relation, *calls.of(label.a, label.b))
        for label in labels
    ]
    if exhaustive:
        named = {(pair.a, pair.b) for pair in judged}
        stories = {row.story_id for row in tables.stories}
        judged += [
            evaluation.JudgedPair(a, b, UNRELATED, *calls.of(a, b))
            for a, b in calls.called(stories)
            if (a, b) not in named
        ]
    return judged


def evaluate_pairs(
    tables: Tables,
    labels: Iterable[PairLabel],
    *,
    where: Where,
    worst: int = 10,
    exhaustive: bool = False,
) -> evaluation.Evaluation:
    """A run held against labelled pairs."""
    return evaluation.of_pairs(
        judge_pairs(tables, labels, exhaustive=exhaustive),
        ONE_STORY,
        {row.story_id: row.cluster_id for row in tables.stories if row.cluster_id},
        RELATIONS,
        where.pair,
        worst,
    )


def evaluate_set(
    found: LabelledSet, settings: Settings, worst: int = 10, progress: Progress | None = None
) -> evaluation.Evaluation:
    """The tool on a public set, whose labels deny every pair they do not name."""
    tables = run_stories(found.stories, settings, progress)
    return evaluate_pairs(tables, found.pairs, where=Where(), worst=worst, exhaustive=True)


def unknown_stories(tables: Tables, ids: Iterable[str]) -> list[str]:
    """Those of the ids that no story of the run has, in order."""
    there = {row.story_id for row in tables.stories}
    return sorted({story_id for story_id in ids if story_id not in there})
