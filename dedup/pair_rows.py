"""The ``pairs`` table: measured pairs by the ids of their stories."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise

from dedup.duplicates import Duplicates
from dedup.model import PairRow


class PairTable:
    """The pairs in the order of their stories, which is that of ids."""

    def __init__(self, found: Duplicates, ids: Sequence[str]) -> None:
        self._edge, self._ids = found.edge, ids

    def rows(self, low: int, high: int) -> list[PairRow]:
        """The rows of pairs whose first story lies from ``low`` to ``high``.

        Stories of one id count as the first of them: their pairs are sorted among one another.
        """
        edge = self._edge
        rows = [*edge.rows(edge.beginning(self._first_of(low), self._first_of(high)))]
        ids = [(row.a, row.b) for row in rows]
        if any(one >= other for one, other in pairwise(ids)):
            rows.sort(key=_by_scores)
        return rows

    def _first_of(self, story: int) -> int:
        """The first story with the id of this one."""
        ids = self._ids
        return bisect_left(ids, ids[story], 0, story) if story < len(ids) else story


def _by_scores(row: PairRow) -> PairRow:
    """Sorts pairs as their columns stand; of records that share an id, some may lack a value."""
    return row._replace(
        hours_apart=-1.0 if row.hours_apart is None else row.hours_apart,
        facts_changed=-1 if row.facts_changed is None else row.facts_changed,
    )
