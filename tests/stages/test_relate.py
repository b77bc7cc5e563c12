"""What a pair is called: every question of the decision, from both sides of its threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.relate import (
    DECISIONS,
    RELATIONS,
    Evidence,
    Evidences,
    Limits,
    alike,
    alike_all,
    relate,
    relate_all,
)

LIMITS = Limits(threshold=0.7, min_cosine=0.5, aligned=0.93, containment=0.8, min_words=30)
COPY = Evidence(
    jaccard=0.9, containment=0.95, length=1.0, cosine=0.95, lead=1.0, words=300, aligned=0.9,
    facts_changed=0,
)  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "relation", "decided_by"),
    [
        ({}, "duplicate", "threshold"),
        ({"jaccard": 0.7}, "duplicate", "threshold"),
        ({"jaccard": 0.69}, "update", "rewritten"),
        ({"jaccard": 0.69, "length": 0.9}, "contained", "containment"),
        ({"jaccard": 0.04, "length": 0.05}, "contained", "containment"),
        ({"jaccard": 0.04, "length": 0.05, "containment": 0.79}, "shared_block", "passages-only"),
        ({"jaccard": 0.61, "aligned": 0.95}, "duplicate", "aligned"),
        ({"jaccard": 0.61, "aligned": 0.92}, "update", "rewritten"),
        ({"cosine": 0.49, "length": 1.0}, "update", "rewritten"),
        ({"facts_changed": 1}, "update", "facts-changed"),
        ({"facts_changed": 1, "hours_apart": 72.0}, "update", "facts-changed"),
        ({"facts_changed": 1, "hours_apart": 73.0}, "template", "another-day"),
        ({"facts_changed": 15}, "update", "facts-changed"),
        ({"facts_changed": 16}, "template", "form-filled-anew"),
        ({"facts_changed": 2, "words": 29}, "template", "form-filled-anew"),
        ({"facts_changed": 1, "words": 29}, "shared_block", "too-short"),
        ({"words": 29}, "shared_block", "too-short"),
        ({"lead": 0.49}, "shared_block", "leads-differ"),
        ({"lead": 0.0, "facts_changed": 16}, "shared_block", "leads-differ"),
        ({"jaccard": 0.49, "containment": 0.7}, "shared_block", "passages-only"),
        ({"jaccard": 0.3, "containment": 0.4}, "shared_block", "passages-only"),
        ({"jaccard": 0.29, "containment": 0.49}, "unrelated", "little-in-common"),
    ],
)
def test_the_question_that_decides(
    changed: dict[str, Any], relation: str, decided_by: str
) -> None:
    assert relate(COPY._replace(**changed), LIMITS) == (relation, decided_by)


scores = st.floats(0, 1)
evidence = st.builds(
    Evidence, scores, scores, scores, scores, scores, st.integers(1, 3000),
    st.none() | scores, st.none() | st.floats(0, 10_000), st.none() | st.integers(0, 200),
    st.integers(0, 10),
)  # fmt: skip
limits = st.builds(Limits, scores, scores, scores, scores, st.integers(1, 60))
quick = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@quick
@given(evidence, limits)
def test_every_pair_has_a_relation_and_no_copy_has_changed_facts(
    found: Evidence, chosen: Limits
) -> None:
    relation, decided_by = relate(found, chosen)

    assert relation in RELATIONS
    assert decided_by
    if relation in ("duplicate", "contained"):
        assert not found.facts_changed
        assert found.words >= chosen.min_words
        assert alike(found, chosen)
    if relation == "template":
        assert found.facts_changed


@quick
@given(evidence, limits, scores)
def test_a_higher_threshold_makes_no_more_duplicates(
    found: Evidence, chosen: Limits, threshold: float
) -> None:
    higher = chosen._replace(threshold=max(threshold, chosen.threshold))

    if relate(found, higher).relation == "duplicate":
        assert relate(found, chosen).relation == "duplicate"


def _columns(found: list[Evidence]) -> Evidences:
    def column(name: str, missing: float) -> np.ndarray:
        values = (getattr(one, name) for one in found)
        return np.array([missing if value is None else value for value in values], np.float64)

    columns = {name: column(name, np.nan) for name in Evidences._fields}
    columns["facts_changed"] = column("facts_changed", -1).astype(np.int64)
    return Evidences(**columns)


corners = st.sampled_from([0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 1.0])
sharp = st.builds(
    Evidence, corners, corners, corners, corners, corners, st.sampled_from([1, 20, 30, 60]),
    st.none() | corners, st.none() | st.sampled_from([0.0, 72.0, 73.0]),
    st.none() | st.integers(0, 3), st.integers(0, 10),
)  # fmt: skip
sharp_limits = st.builds(Limits, corners, corners, corners, corners, st.sampled_from([1, 30, 60]))


@quick
@given(st.lists(evidence | sharp, max_size=8), limits | sharp_limits)
def test_many_pairs_are_decided_as_each_is(found: list[Evidence], chosen: Limits) -> None:
    columns = _columns(found)

    assert alike_all(columns, chosen).tolist() == [alike(one, chosen) for one in found]
    assert [DECISIONS[code] for code in relate_all(columns, chosen)] == [
        relate(one, chosen) for one in found
    ]
