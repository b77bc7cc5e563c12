"""Stories that others are compared with and that are not reported on.

They take part in everything: they teach furniture, hold paragraphs and stand for copies. Where one
of them can stay for a copy it does, whatever ``keep`` says, so that no copy of an archived story
passes; what would be said of themselves is left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from dedup.corpus import Corpus
from dedup.duplicates import Duplicates
from dedup.finding_rows import paragraph_rows
from dedup.model import ClusterRow, Finding, Tables


class Archive:
    """Which stories are archived, by number and by id: ids need not be unique."""

    def __init__(self, corpus: Corpus, found: Duplicates) -> None:
        self.stories = corpus.archived
        self._corpus, self._found = corpus, found

    def without(self, tables: Tables, stories: Iterable[int]) -> Tables:
        """The tables of a slice less the archived stories, and the pairs that hold no other.

        ``stories`` are the numbers of the members of its clusters. Findings whose counterpart is
        archived say where that stands: ``against`` in the evidence.
        """
        against = self._corpus.against
        if not against:
            return tables
        found = [self._told(row) for row in tables.findings if row.path not in against]
        return replace(
            tables,
            stories=[row for row in tables.stories if row.path not in against],
            findings=found,
            paragraphs=paragraph_rows(found),
            pairs=[row for row in tables.pairs if self._owns(row.a) or self._owns(row.b)],
            clusters=self._own_members(tables.clusters, stories),
        )

    def _own_members(
        self, rows: Iterable[ClusterRow], stories: Iterable[int]
    ) -> list[ClusterRow]:
        keeper, ids, content = self._found.keeper, self._corpus.ids, self._corpus.stories.exact
        own = {
            (f"c{content[keeper[story]]:016x}", ids[story])
            for story in stories if not self.stories[story]
        }  # fmt: skip
        return [row for row in rows if (row.cluster_id, row.story_id) in own]

    def _of(self, story_id: str) -> range:
        """The stories with this id: they lie together."""
        ids = self._corpus.ids
        return range(bisect_left(ids, story_id), bisect_right(ids, story_id))

    def _owns(self, story_id: str) -> bool:
        return any(not self.stories[story] for story in self._of(story_id))

    def _told(self, row: Finding) -> Finding:
        """The finding with the place of its counterpart, if that is archived."""
        other = row.kept_id or (row.related[0] if row.related else None)
        if other is None or (other != row.story_id and self._owns(other)):
            return row
        archived = [story for story in self._of(other) if self.stories[story]]
        if not archived:
            return row
        last = archived[-1]
        place = f"{self._corpus.paths[last]}:{self._corpus.lines[last]}"
        return row._replace(evidence={**row.evidence, "against": place})

    def manifest(self, manifest: Mapping[str, Any]) -> Mapping[str, Any]:
        """The manifest counting own stories only; ``against`` tells what they were compared with.

        The findings are counted by who asked for them.
        """
        corpus, found = self._corpus, self._found
        if not corpus.against:
            return manifest
        own, paragraphs = ~self.stories, corpus.paragraphs
        here = own[paragraphs.story]
        marked = here & paragraphs.boilerplate
        glued = sum(
            piece.words for paragraph, parting in corpus.glued.items() if here[paragraph]
            for piece in parting.pieces
        )  # fmt: skip
        clustered = {story: kept for story, kept in found.keeper.items() if own[story]}
        counts = {
            **manifest["counts"],
            "stories": int(np.count_nonzero(own)),
            "words": int(corpus.total_words[own].sum()),
            "boilerplate_words": int(paragraphs.words[marked].sum()) + glued,
            "boilerplate_paragraphs": int(np.count_nonzero(marked)),
            "paragraphs": int(np.count_nonzero(here)),
            "duplicates": sum(story != kept for story, kept in clustered.items()),
            "clusters": len({int(corpus.stories.exact[kept]) for kept in clustered.values()}),
        }
        broken = sum(problem.path in corpus.against for problem in corpus.problems)
        return {
            **manifest,
            "counts": counts,
            "caps": [cap for cap in manifest["caps"] if self._owns(cap["story_id"])],
            "against": {
                "stories": len(corpus) - counts["stories"], "problems": broken
            },
        }
