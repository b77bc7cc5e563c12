"""Rankings and partitions, held against scikit-learn and against counting by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, average_precision_score

from dedup.evaluation.figures import Figure, f1, precision_recall, share
from dedup.evaluation.partition import adjusted_rand, components
from dedup.evaluation.ranking import average_precision, curve, recall_at, sweep

RANKED = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.5001, 0.9, 1.0]), st.booleans()), min_size=1
)
CLUSTERS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40)


@given(RANKED.filter(lambda ranked: any(truth for _, truth in ranked)))
def test_average_precision_is_that_of_scikit_learn(ranked: list[tuple[float, bool]]) -> None:
    scores, truths = [list(column) for column in zip(*ranked, strict=True)]
    expected = average_precision_score(truths, scores)
    found = average_precision(scores, [bool(truth) for truth in truths])
    assert found == pytest.approx(expected, abs=5e-5)


@given(CLUSTERS)
def test_the_rand_index_is_that_of_scikit_learn(labels: list[tuple[int, int]]) -> None:
    labelled = {str(i): one for i, (one, _) in enumerate(labels)}
    found = {str(i): other for i, (_, other) in enumerate(labels)}
    expected = adjusted_rand_score(list(labelled.values()), list(found.values()))
    assert adjusted_rand(labelled, found) == pytest.approx(expected, abs=5e-5)


@given(RANKED, st.sampled_from([0.5, 0.9, 0.95, 1.0]))
def test_recall_at_a_precision_is_the_best_of_all_thresholds(
    ranked: list[tuple[float, bool]], wanted: float
) -> None:
    scores, truths = [score for score, _ in ranked], [truth for _, truth in ranked]
    reached = [0.0]
    for cut in set(scores):
        called = [truth for score, truth in ranked if score >= cut]
        if sum(called) / len(called) >= wanted and any(truths):
            reached.append(sum(called) / sum(truths))
    expected = round(max(reached), 4) if any(truths) else None
    assert recall_at(curve(scores, truths), wanted) == expected


@given(RANKED)
def test_a_sweep_calls_no_more_as_the_threshold_rises(ranked: list[tuple[float, bool]]) -> None:
    swept = sweep([score for score, _ in ranked], [truth for _, truth in ranked])
    assert [s.threshold for s in swept] == [round(0.05 * i, 2) for i in range(1, 21)]
    assert [s.called for s in swept] == sorted((s.called for s in swept), reverse=True)


def test_items_of_one_score_come_in_together() -> None:
    assert average_precision([0.5, 0.5], [True, False]) == 0.5
    assert average_precision([0.5, 0.5], [False, True]) == 0.5


def test_nothing_to_find_has_no_average_precision() -> None:
    assert average_precision([0.5, 0.2], [False, False]) is None
    assert recall_at(curve([0.5], [False]), 0.9) is None


def test_an_item_that_was_not_clustered_stands_alone() -> None:
    labelled = {"a": 1, "b": 1, "c": 2, "d": 3}
    assert adjusted_rand(labelled, {"a": "x", "b": "x"}) == 1.0
    assert adjusted_rand(labelled, {}) == 0.0
    assert adjusted_rand({"a": 1}, {}) is None


def test_items_that_hang_together_share_the_least_of_them() -> None:
    edges = [("d", "c"), ("b", "c"), ("e", "f")]
    assert components("abcdef", edges) == {
        "a": "a", "b": "b", "c": "b", "d": "b", "e": "e", "f": "e",
    }  # fmt: skip


def test_shares_come_with_their_counts_and_an_interval() -> None:
    figure = share("recall", 27, 27)
    assert (figure.value, figure.hits, figure.of) == (1.0, 27, 27)
    # Wilson's interval of 27 of 27, worked out by hand: 27 / (27 + 1.96²).
    low, high = figure.interval or (0, 0)
    assert (low, high) == pytest.approx((0.8754, 1.0), abs=1e-4)
    assert share("recall", 0, 0) == Figure("recall", None, 0, 0)
    assert share("recall", 0, 0).interval is None
    assert Figure("ARI", 0.5).interval is None


def test_f1_is_the_harmonic_mean() -> None:
    precision, recall, harmonic = precision_recall(2, 4, 8)
    assert (precision.value, recall.value, harmonic.value) == (0.5, 0.25, 0.3333)
    assert f1(None, 0.5) is None
    assert f1(0.0, 0.0) == 0.0
