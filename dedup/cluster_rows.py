"""The ``clusters`` table: every member, its keeper, and the key that decided between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from dedup import cluster
from dedup.duplicates import Duplicates
from dedup.kernels.reference import I64, U64
from dedup.model import ClusterRow


class Clusters:
    """The members of all clusters, in the order of the table: by the keeper's content.

    ``content``, the exact hash, is that of all stories, by number.
    """

    def __init__(self, found: Duplicates, content: U64, keep: str) -> None:
        self._found, self._content, self._keep = found, content, keep
        count = len(found.keeper)
        story = np.fromiter(found.keeper, np.int64, count)
        kept = np.fromiter(found.keeper.values(), np.int64, count)
        order = np.lexsort((story, content[kept]))
        self.story, self.kept = story[order], kept[order]

    def __len__(self) -> int:
        return len(self.story)

    def cut(self, parts: int) -> I64:
        """Where each of so many parts begins, and the end; no cluster is in two of them."""
        content = self._content[self.kept]
        heads = np.append(np.flatnonzero(content[1:] != content[:-1]) + 1, len(self))
        wanted = np.arange(1, parts) * len(self) // parts
        inner = heads[np.searchsorted(heads, wanted)]
        return np.concatenate(([0], inner, [len(self)])).astype(np.int64)

    def rows(self, low: int = 0, high: int | None = None) -> list[ClusterRow]:
        """The rows of a part, or of the whole table.

        A keeper's own row names the key that put it before the next best.
        """
        part = slice(low, high)
        return sorted(self._rows(
            dict(zip(self.story[part].tolist(), self.kept[part].tolist(), strict=True))
        ))  # fmt: skip

    def _rows(self, keeper: Mapping[int, int]) -> Iterator[ClusterRow]:
        members = {story: self._found.members[story] for story in keeper}
        longest: dict[int, int] = {}
        for story, kept in keeper.items():
            longest[kept] = max(longest.get(kept, 0), members[story].words)
        second = self._seconds(keeper, members, longest)
        others = [story for story, kept in keeper.items() if story != kept]
        relation = dict(zip(others, self._found.relations(others), strict=True))
        for story, kept in keeper.items():
            other = second[kept] if story == kept else story
            yield ClusterRow(
                f"c{self._content[kept]:016x}",
                members[story].story_id,
                members[kept].story_id,
                relation.get(story, "keeper"),
                cluster.decided_by(members[kept], members[other], self._keep, longest[kept]),
            )

    def _seconds(
        self,
        keeper: Mapping[int, int],
        members: Mapping[int, cluster.Candidate],
        longest: Mapping[int, int],
    ) -> dict[int, int]:
        """The member of each cluster that would be kept if the keeper were not there."""
        others: dict[int, list[int]] = {}
        for story, kept in keeper.items():
            if story != kept:
                others.setdefault(kept, []).append(story)

        def preference(story: int) -> tuple[float | str, ...]:
            return cluster.preference(members[story], self._keep, longest[keeper[story]])

        return {
            kept: stories[0] if len(stories) == 1 else min(stories, key=preference)
            for kept, stories in others.items()
        }
