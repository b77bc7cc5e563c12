"""Equal values and linked numbers, against dictionaries."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernels import equal
from dedup.kernels.components import components
from dedup.kernels.reference import U64
from tests.kernels.made import few

_HIGH = st.integers(0, 3).map(lambda n: n << 62)
_LOW = st.integers(0, 3)
_columns = st.lists(st.one_of(_HIGH, _LOW, st.tuples(_HIGH, _LOW).map(sum)), max_size=30)
"""Values that differ in their highest bits, in their lowest, or in both."""


def _column(values: list[int]) -> U64:
    return np.array(values, np.uint64)


def _expected(values: list[int], chosen: list[int]) -> list[list[int]]:
    rows: dict[int, list[int]] = {}
    for row in chosen:
        rows.setdefault(values[row], []).append(row)
    return [rows[value] for value in sorted(rows) if len(rows[value]) > 1]


def _lists(runs: equal.Runs) -> list[list[int]]:
    assert [len(own) for own in np.split(runs.rows, runs.first[1:-1])] == runs.sizes.tolist() or (
        len(runs.sizes) == 0 and len(runs.rows) == 0
    )
    return [own.tolist() for own in np.split(runs.rows, runs.first[1:-1]) if len(own)]


@pytest.mark.parametrize("at_once", [1, 3, 8, equal.AT_ONCE])
@few
@given(_columns, st.sets(st.integers(0, 29)))
def test_runs_hold_the_rows_of_equal_values(
    at_once: int, values: list[int], some: set[int]
) -> None:
    chosen = sorted(row for row in some if row < len(values))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(equal, "AT_ONCE", at_once)
        everywhere = equal.equal_runs(_column(values))
        among = equal.equal_runs(_column(values), np.array(chosen, np.int64))

    assert _lists(everywhere) == _expected(values, list(range(len(values))))
    assert _lists(among) == _expected(values, chosen)
    flags = np.isin(np.arange(len(values)), chosen)
    assert _lists(everywhere.among(flags)) == _expected(values, chosen)


@few
@given(_columns)
def test_chosen_runs_are_whole(values: list[int]) -> None:
    runs = equal.equal_runs(_column(values))
    wanted = runs.sizes > 2

    assert _lists(runs.chosen(wanted)) == [own for own in _lists(runs) if len(own) > 2]
    assert [values[row] for row in runs.rows] == sorted(values[row] for row in runs.rows)
    assert runs.owner.tolist() == [n for n, own in enumerate(_lists(runs)) for _ in own]


@few
@given(_columns)
def test_values_are_counted(values: list[int]) -> None:
    kinds, counts = equal.counted(_column(values))

    assert kinds.tolist() == sorted(set(values)) == equal.distinct(_column(values)).tolist()
    assert counts.tolist() == [values.count(value) for value in sorted(set(values))]


@few
@given(_columns, _columns)
def test_rows_of_values_are_found(values: list[int], some: list[int]) -> None:
    rows = equal.rows_of(_column(values), equal.distinct(_column(some)))

    assert rows.tolist() == [row for row, value in enumerate(values) if value in some]


@few
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_components_have_the_number_of_their_lowest(edges: list[tuple[int, int]]) -> None:
    label = list(range(10))
    for _ in range(10):
        for a, b in edges:
            label[a] = label[b] = min(label[a], label[b])
    ends = np.array(edges, np.int64).reshape(-1, 2).T

    assert components(10, ends[0], ends[1]).tolist() == label
