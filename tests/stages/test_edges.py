"""Pairs as columns: the rows they were made of, and the same whatever is held at a time."""

from __future__ import annotations

from dataclasses import fields
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import candidates, framing, marking, relate
from dedup.edges import Edges, PairColumns
from dedup.model import PairRow, Story
from dedup.wire import Wire
from tests.stages.kit import run, words
from tests.stages.test_relations import report

IDS = [f"story-{n}" for n in range(6)]
quick = settings(max_examples=60, deadline=None, derandomize=True, database=None)

_scores = st.floats(0, 1)
_pairs = st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] < pair[1])


def _row(pair: tuple[int, int], cells: tuple[Any, ...]) -> PairRow:
    decision, scores, aligned, hours, facts, changed, names, shared, nominated = cells
    return PairRow._make((
        IDS[pair[0]], IDS[pair[1]], *decision, *scores[:5], aligned, scores[5], hours, facts,
        changed, names, shared, nominated,
    ))  # fmt: skip


_cells = st.tuples(
    st.sampled_from(relate.DECISIONS),
    st.tuples(*[_scores] * 6),
    st.none() | _scores,
    st.none() | st.floats(0, 10_000),
    st.lists(st.text(max_size=5), max_size=2).map(tuple),
    st.none() | st.integers(0, 20),
    st.integers(0, 20),
    st.integers(0, 20),
    st.sets(st.sampled_from(["lsh", "paragraph", "containment", "identical"])).map(
        lambda names: tuple(
            name for name in ("lsh", "paragraph", "containment", "identical") if name in names
        )
    ),
)
_tables = st.dictionaries(_pairs, _cells).map(
    lambda table: {pair: _row(pair, cells) for pair, cells in table.items()}
)


@quick
@given(_tables, _tables)
def test_columns_give_back_their_rows(
    one: dict[tuple[int, int], PairRow], other: dict[tuple[int, int], PairRow]
) -> None:
    more = {pair: row for pair, row in other.items() if pair not in one}
    rows = one | more
    found = Edges(PairColumns.of(one).joined(PairColumns.of(more)), IDS)

    assert list(found) == sorted(rows)
    assert dict(found) == rows
    assert len(found) == len(rows)
    for relation in relate.RELATIONS:
        chosen = [pair for pair, row in sorted(rows.items()) if row.relation == relation]
        assert list(found.pairs(found.are(relation))) == chosen
        assert all(found.relation(*pair) == relation for pair in chosen)
    missing = next(pair for pair in product(range(6), range(6)) if pair not in rows)
    with pytest.raises(KeyError):
        found[missing]


def test_every_column_is_a_cell_of_a_row() -> None:
    named = {each.name for each in fields(PairColumns)} - {"nominated", "decision"}

    assert named | {"nominated_by", "relation", "decided_by"} == set(PairRow._fields)


def test_what_is_held_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stories = [
        Story(f"{name}{n}", f"{body}\n\n(Reporting by Ana Belmar)", "Fire")
        for n in range(3)
        for name, body in (
            ("a", report()), ("b", report(deaths=str(20 + n))), ("c", words(f"w{n}x", 50)),
        )
    ]  # fmt: skip
    expected = run(*stories)
    for module, name in (
        (framing, "READ_TOGETHER"), (framing, "WORDS_AT_ONCE"), (marking, "AT_ONCE"),
        (candidates, "TOGETHER"), (candidates, "PAIRS_AT_ONCE"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, 1)
    found = run(*stories)

    assert any(row.facts for row in expected.pairs)
    assert found.pairs == expected.pairs
    assert found.stories == expected.stories
    assert found.findings == expected.findings


def test_wires_of_stories_without_marks_are_their_titles() -> None:
    told = {4: Wire("Quake", "update", 2)}
    wires = marking.Wires(np.array([1, 4, 7]), list("abcdefgh"), told)

    assert list(wires) == [1, 4, 7]
    assert len(wires) == 3
    assert [wires[story] for story in wires] == [Wire("b"), told[4], Wire("h")]
    for other in (0, 2, 8):
        assert other not in wires
