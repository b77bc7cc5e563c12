"""Labelled pairs of stories."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from dedup.errors import InputError
from dedup.formats.shown import shown
from dedup.labels.mapping import PAIR_LABELS, LabelMap, spelled
from dedup.labels.rows import read_rows

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "a": ("a", "id_a", "a_id", "id1", "story_a", "left", "first", "source_id", "x"),
    "b": ("b", "id_b", "b_id", "id2", "story_b", "right", "second", "target_id", "y"),
    "label": ("label", "relation", "duplicate", "is_duplicate", "class", "judgement", "verdict"),
}
"""The names tried for each column, in small letters."""


class PairLabel(NamedTuple):
    """Two stories, ``a`` before ``b``, and the relation that was said of them."""

    a: str
    b: str
    relation: str

    @classmethod
    def of(cls, a: str, b: str, relation: str) -> PairLabel:
        """The label with its stories in order."""
        return cls(min(a, b), max(a, b), relation)


def read_pairs(
    path: str,
    columns: Mapping[str, str],
    mapping: Mapping[str, str],
    relations: Collection[str],
) -> list[PairLabel]:
    """The labelled pairs of a table, those left out not among them.

    Parameters
    ----------
    path : CSV, TSV, JSON Lines or a JSON array, plain or compressed.
    columns : the columns that hold ``a``, ``b`` and ``label``, where they have other names than
        COLUMNS.
    mapping : what labels stand for, where they are neither relations nor in PAIR_LABELS.
    relations : the names of the relations.
    """
    table = read_rows(path)
    a, b, label = (table.needed(part, columns, COLUMNS[part]) for part in COLUMNS)
    meaning = LabelMap(mapping, PAIR_LABELS, relations)
    labelled = [
        PairLabel.of(spelled(row.get(a)), spelled(row.get(b)), relation)
        for row in table.rows
        if (relation := meaning(row.get(label))) is not None
    ]
    meaning.check(path)
    if not labelled:
        raise InputError(f"{shown(path)}: every label is left out")
    return labelled
