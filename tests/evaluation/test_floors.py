"""Floors only rise, and a figure never fails the floor it was raised to."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dedup.evaluation import Figure, Verdict, compare, raised

VALUES = st.dictionaries(st.sampled_from("abcd"), st.floats(0, 1).map(lambda x: round(x, 4)))
MARGIN = st.sampled_from([0.0, 0.002, 0.05])


def as_figures(values: dict[str, float]) -> list[Figure]:
    return [Figure(name, value) for name, value in values.items()]


@given(VALUES, VALUES, MARGIN)
def test_raising_never_lowers(now: dict[str, float], before: dict[str, float], m: float) -> None:
    after = raised(as_figures(now), before, m)
    assert set(after) == set(now) | set(before)
    assert all(after[name] >= floor for name, floor in before.items())


@given(VALUES, MARGIN)
def test_what_was_measured_holds_the_floors_it_sets(now: dict[str, float], m: float) -> None:
    floors = raised(as_figures(now), {}, m)
    assert all(verdict.passed for verdict in compare(as_figures(now), floors))
    assert all(now[name] - floor < m + 0.00011 for name, floor in floors.items())


@given(VALUES, MARGIN)
def test_raising_twice_changes_nothing(now: dict[str, float], m: float) -> None:
    once = raised(as_figures(now), {}, m)
    assert raised(as_figures(now), once, m) == once


def test_a_figure_under_its_floor_and_one_not_measured_fail() -> None:
    verdicts = compare([Figure("a", 0.5), Figure("b", None), Figure("z", 0.1)],
                       {"a": 0.6, "b": 0.1, "c": 0.1, "a2": 0.0})  # fmt: skip
    assert verdicts == [
        Verdict("a", 0.5, 0.6), Verdict("a2", None, 0.0), Verdict("b", None, 0.1),
        Verdict("c", None, 0.1),
    ]  # fmt: skip
    assert not any(verdict.passed for verdict in verdicts)


def test_figures_without_a_value_get_no_floor() -> None:
    assert raised([Figure("a", None)], {}, 0.002) == {}
