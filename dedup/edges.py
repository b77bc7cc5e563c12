"""The measured pairs of a run as columns; a row of one is made when it is asked for.

Half a million rows of seventeen fields would take as many megabytes as columns take tenths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from math import isnan
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from dedup import relate
from dedup.columns import some
from dedup.fingerprint import Bools
from dedup.kernels.reference import I64, U64
from dedup.model import PairRow
from dedup.score import Floats

LSH, PARAGRAPH, CONTAINMENT, IDENTICAL = "lsh", "paragraph", "containment", "identical"
"""Who may nominate a pair."""

_NOMINATORS = LSH, PARAGRAPH, CONTAINMENT, IDENTICAL
_NAMED = tuple(
    tuple(name for bit, name in enumerate(_NOMINATORS) if bits >> bit & 1) for bits in range(16)
)
_AT_ONCE = 4096
"""Pairs whose cells are made Python's at a time when all are wanted."""

Codes: TypeAlias = npt.NDArray[np.uint8]
Pair: TypeAlias = tuple[int, int]


@dataclass(slots=True, eq=False, repr=False)
class PairColumns:
    """Columns of pairs of stories ``a < b``; nan and -1 stand for what is not known.

    ``nominated`` has a bit for each nominator, ``decision`` is a number of ``relate.DECISIONS``;
    ``facts`` holds the lines of those rows that have any.
    """

    a: I64
    b: I64
    jaccard: Floats
    containment_a: Floats
    containment_b: Floats
    cosine: Floats
    lead: Floats
    aligned: Floats
    title: Floats
    hours_apart: Floats
    facts_changed: I64
    names_changed: I64
    shared_paragraphs: I64
    nominated: Codes
    decision: Codes
    facts: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.a)

    def take(self, rows: I64) -> PairColumns:
        """Some of the pairs, or all in another order."""
        place = {row: i for i, row in enumerate(rows.tolist()) if row in self.facts}
        return PairColumns(
            **{name: getattr(self, name)[rows] for name in NUMBERS},
            facts={place[row]: lines for row, lines in self.facts.items() if row in place},
        )

    def joined(self, other: PairColumns) -> PairColumns:
        """These pairs and others behind them."""
        return PairColumns(
            **{name: np.concatenate([getattr(self, name), getattr(other, name)])
               for name in NUMBERS},
            facts=self.facts | {len(self) + row: lines for row, lines in other.facts.items()},
        )  # fmt: skip

    @classmethod
    def of(cls, rows: Mapping[Pair, PairRow]) -> PairColumns:
        """Columns of rows, by the numbers of their stories."""
        known = list(rows.values())
        places = np.array(list(rows), np.int64).reshape(-1, 2)
        named = (sum(1 << _NOMINATORS.index(name) for name in row.nominated_by) for row in known)
        decisions = (relate.Decision(row.relation, row.decided_by) for row in known)
        cells: dict[str, npt.NDArray[Any]] = {
            **{name: _cells(known, name, np.nan) for name in _SCORES},
            **{name: _cells(known, name, -1).astype(np.int64) for name in _COUNTS},
        }
        return cls(
            a=places[:, 0].copy(),
            b=places[:, 1].copy(),
            **cells,
            nominated=np.array(list(named), np.uint8),
            decision=np.array(list(map(relate.DECISIONS.index, decisions)), np.uint8),
            facts={i: row.facts for i, row in enumerate(known) if row.facts},
        )


NUMBERS = tuple(each.name for each in fields(PairColumns) if each.name != "facts")
"""Columns of :class:`PairColumns` that are arrays."""
_SCORES, _COUNTS = NUMBERS[2:10], NUMBERS[10:13]


def _cells(rows: Sequence[PairRow], name: str, missing: float) -> Floats:
    """A column of rows; what is None is ``missing``."""
    values = (getattr(row, name) for row in rows)
    return np.array([missing if value is None else value for value in values], np.float64)


class Edges(Mapping[Pair, PairRow]):
    """Pairs by the numbers of their stories, the lower first, in ascending order."""

    def __init__(self, columns: PairColumns, ids: Sequence[str]) -> None:
        keys = _key(columns.a, columns.b)
        order = np.argsort(keys, kind="stable")
        self.columns = columns.take(order)
        self._keys, self._ids = keys[order], ids

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[Pair]:
        return self.pairs(np.ones(len(self), bool))

    def __getitem__(self, pair: Pair) -> PairRow:
        return self.row(self.place(*pair))

    def place(self, a: int, b: int) -> int:
        """The row of a pair. Raises KeyError."""
        key = np.uint64(a << 32 | b)
        place = int(np.searchsorted(self._keys, key))
        if place == len(self) or self._keys[place] != key:
            raise KeyError((a, b))
        return place

    def relation(self, a: int, b: int) -> str:
        """What a pair was decided to be. Raises KeyError."""
        return relate.DECISIONS[int(self.columns.decision[self.place(a, b)])].relation

    def are(self, *relations: str) -> Bools:
        """Which pairs were decided to be any of these."""
        wanted = [decision.relation in relations for decision in relate.DECISIONS]
        return np.array(wanted, bool)[self.columns.decision]

    def pairs(self, chosen: Bools) -> Iterator[Pair]:
        """The pairs of some rows, in order."""
        rows = np.flatnonzero(chosen)
        for low in range(0, len(rows), _AT_ONCE):
            some = rows[low : low + _AT_ONCE]
            yield from zip(
                self.columns.a[some].tolist(), self.columns.b[some].tolist(), strict=True
            )

    def row(self, at: int) -> PairRow:
        """The pair of a row."""
        return next(self.rows(np.array([at])))

    def places(self, a: I64, b: I64) -> I64:
        """The rows of many pairs, all of which are there."""
        return np.searchsorted(self._keys, _key(a, b))

    def beginning(self, low: int, high: int) -> I64:
        """The rows of the pairs whose first story lies from ``low`` to ``high``."""
        return np.arange(*np.searchsorted(self.columns.a, (low, high)))

    def relations(self, rows: I64) -> list[str]:
        """What the pairs of some rows were decided to be."""
        decided = self.columns.decision[rows].tolist()
        return [relate.DECISIONS[decision].relation for decision in decided]

    def rows(self, rows: I64) -> Iterator[PairRow]:
        """The pairs of some rows, their cells made Python's at once."""
        cells = {name: getattr(self.columns, name)[rows].tolist() for name in NUMBERS[2:]}
        facts = self.columns.facts
        ids = (some(self._ids, getattr(self.columns, side)[rows]) for side in "ab")
        for (at, a, b, jaccard, containment_a, containment_b, cosine, lead, aligned, title, hours,
             changed, names, paragraphs, nominated, decision) in zip(
                 rows.tolist(), *ids, *cells.values(), strict=True):  # fmt: skip
            relation, decided_by = relate.DECISIONS[decision]
            yield PairRow(
                a, b, relation, decided_by, jaccard, containment_a, containment_b,
                cosine, lead, None if isnan(aligned) else aligned, title,
                None if isnan(hours) else hours, facts.get(at, ()),
                None if changed < 0 else changed, names, paragraphs, _NAMED[nominated],
            )  # fmt: skip


def _key(a: I64, b: I64) -> U64:
    return (a.astype(np.uint64) << np.uint64(32)) | b.astype(np.uint64)
