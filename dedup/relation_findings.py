"""DUP101 to DUP106: what stories are to one another, as findings about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from dedup import relate
from dedup.duplicates import Duplicates
from dedup.findings import of_story
from dedup.kernels.reference import I64
from dedup.model import NO_FIX, Finding, PairRow, StoryRow
from dedup.settings import Settings


class Sibling(NamedTuple):
    """The story of the same form that a later one is most like, and of how many there are."""

    first: int
    pair: PairRow
    siblings: int


class Relations:
    """The stories there is something to say about, each rule's by number.

    ``ids`` and ``words``, of content, are those of all stories.
    """

    def __init__(
        self, found: Duplicates, settings: Settings, ids: Sequence[str], words: I64
    ) -> None:
        self._found, self._settings, self._ids, self._words = found, settings, ids, words
        copies = (story for story, keeper in found.keeper.items() if story != keeper)
        self.copies: I64 = np.sort(np.fromiter(copies, np.int64))
        self.superseded = dict(sorted(found.superseded.items()))
        self.siblings = _siblings(found)
        self.oversized = found.oversized(settings.max_cluster)
        self.capped = dict(sorted(found.capped.items()))

    def findings(self, rows: Sequence[StoryRow], low: int, high: int) -> Iterator[Finding]:
        """The findings about the stories from ``low`` to ``high``, whose rows ``rows`` has."""
        first, last = np.searchsorted(self.copies, (low, high))
        copies = self.copies[first:last].tolist()
        kept = [self._found.original.get(i, self._found.keeper[i]) for i in copies]
        for story, stays, pair in zip(copies, kept, self._pairs(copies, kept), strict=True):
            yield self._copy(rows, story, stays, pair)
        own = range(low, high)
        older = [*_among(self.superseded, own)]
        newer = [self.superseded[story] for story in older]
        for story, later, pair in zip(older, newer, self._pairs(older, newer), strict=True):
            yield self._version(rows, story, later, pair)
        for story in _among(self.siblings, own):
            yield self._sibling(rows, story)
        yield from self._oversized(rows, own)

    def stories(self, low: int, high: int) -> I64:
        """The stories from ``low`` to ``high`` that there is something to say about."""
        first, last = np.searchsorted(self.copies, (low, high))
        others = (self.superseded, self.siblings, self.oversized, self.capped)
        own = {story for each in others for story in _among(each, range(low, high))}
        return np.union1d(self.copies[first:last], np.array(sorted(own), np.int64))

    def _pairs(self, one: Sequence[int], other: Sequence[int]) -> Iterator[PairRow]:
        """The pairs of these stories with those."""
        a, b, edge = np.array(one, np.int64), np.array(other, np.int64), self._found.edge
        return edge.rows(edge.places(np.minimum(a, b), np.maximum(a, b)))

    def _copy(
        self, rows: Sequence[StoryRow], story: int, kept: int, pair: PairRow
    ) -> Finding:
        """DUP101 to DUP103: a copy of a story that stays, or one that stands in it."""
        code, kept_id, keeper = str(rows[story].rule), self._ids[kept], self._found.keeper[story]
        held = self._settings.keep == "none" or (keeper in self.oversized and code != "DUP101")
        return of_story(
            code, rows[story], f"{_COPY[code]} {kept_id}{self._shorter(story, kept)}",
            kept_id=kept_id, related=(kept_id,), score=_copy_score(pair),
            evidence=pair_evidence(pair), fix=NO_FIX if held else None,
        )  # fmt: skip

    def _shorter(self, story: int, kept: int) -> str:
        """A word of warning where the story that stays is the shorter one."""
        missing = int(self._words[story]) - int(self._words[kept])
        return f", which is {missing} words shorter" if missing > 0 else ""

    def _version(
        self, rows: Sequence[StoryRow], older: int, newer: int, pair: PairRow
    ) -> Finding:
        """DUP104: an earlier version of a story, with the facts that changed since."""
        newer_id = self._ids[newer]
        return of_story(
            "DUP104", rows[older], f"updated by {newer_id}: {'; '.join(pair.facts[:3])}",
            kept_id=newer_id, related=(newer_id,), score=pair.jaccard,
            evidence={**pair_evidence(pair), "facts": list(pair.facts)},
        )  # fmt: skip

    def _sibling(self, rows: Sequence[StoryRow], later: int) -> Finding:
        """DUP105: a story that fills the form of an earlier one with another event."""
        first, pair, siblings = self.siblings[later]
        return of_story(
            "DUP105", rows[later],
            f"the same form as {self._ids[first]}, another event: {'; '.join(pair.facts[:3])}",
            related=(self._ids[first],), score=pair.jaccard,
            evidence={**pair_evidence(pair), "facts": list(pair.facts), "siblings": siblings},
        )  # fmt: skip

    def _oversized(self, rows: Sequence[StoryRow], own: range) -> Iterator[Finding]:
        """DUP106: clusters too large to be taken on trust, buckets too full to be compared."""
        for kept in _among(self.oversized, own):
            size, cap = self.oversized[kept], self._settings.max_cluster
            yield of_story(
                "DUP106", rows[kept], f"{size} near-copies in one cluster, over max-cluster: none "
                "is dropped before you look", evidence={"cluster": size, "cap": cap},
            )  # fmt: skip
        for head in _among(self.capped, own):
            size, cap = self.capped[head], self._settings.max_bucket
            yield of_story(
                "DUP106", rows[head],
                f"{size} stories look alike here; not every pair of them was compared",
                evidence={"bucket": size, "cap": cap},
            )  # fmt: skip


def of_relations(
    rows: Sequence[StoryRow], found: Duplicates, settings: Settings
) -> Iterator[Finding]:
    """DUP101 to DUP106 about all stories."""
    words = np.array([row.n_words for row in rows], np.int64)
    relations = Relations(found, settings, [row.story_id for row in rows], words)
    return relations.findings(rows, 0, len(rows))


def _among(stories: Mapping[int, Any], own: range) -> Iterator[int]:
    """Those of the stories, ascending, that lie in the range: few of either may be there."""
    if len(stories) < len(own):
        return (story for story in stories if story in own)
    return (story for story in own if story in stories)


_COPY = {"DUP101": "the same text as", "DUP102": "near-duplicate of", "DUP103": "stands in"}


def _copy_score(pair: PairRow) -> float:
    contained = pair.relation == relate.CONTAINED
    return max(pair.containment_a, pair.containment_b) if contained else pair.jaccard


def _siblings(found: Duplicates) -> dict[int, Sibling]:
    """The later story of each pair that fills one form, with the earlier one it is most like."""
    siblings: dict[int, list[tuple[float, int, PairRow]]] = {}
    edge = found.edge
    alike = edge.are(relate.TEMPLATE)
    for (a, b), pair in zip(edge.pairs(alike), edge.rows(np.flatnonzero(alike)), strict=True):
        first, later = sorted(
            (a, b), key=lambda i: (not found.members[i].archived, found.members[i].hours, i)
        )
        siblings.setdefault(later, []).append((-pair.jaccard, first, pair))
    nearest = {later: min(pairs) for later, pairs in sorted(siblings.items())}
    return {
        later: Sibling(first, pair, len(siblings[later]))
        for later, (_, first, pair) in nearest.items()
    }


def pair_evidence(pair: PairRow) -> dict[str, Any]:
    """The scores of a pair, as a finding shows them."""
    return {
        "relation": pair.relation,
        "decided_by": pair.decided_by,
        "jaccard": pair.jaccard,
        "containment": max(pair.containment_a, pair.containment_b),
        "cosine": pair.cosine,
        "lead": pair.lead,
        "title": pair.title,
        "hours_apart": pair.hours_apart,
        "shared_paragraphs": pair.shared_paragraphs,
        "nominated_by": list(pair.nominated_by),
    }
