"""The scorer of the benchmark, on pairs counted by hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import corpus, truth

FIVE = "one two three four five"


def test_shingles_are_five_words_in_lower_case_without_punctuation() -> None:
    assert truth.shingles("One, two: THREE “four” five. six") == {
        ("one", "two", "three", "four", "five"), ("two", "three", "four", "five", "six"),
    }  # fmt: skip
    assert truth.shingles("Two words.") == {("two", "words")}


def test_jaccard_by_hand() -> None:
    one, two = truth.shingles(f"{FIVE} six seven"), truth.shingles(f"{FIVE} six other")
    # Of three shingles each the first two are in both: 2 of 4.
    assert truth.jaccard(one, two) == 0.5


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Five stories: a, b, c of one root (b is a to the letter), d alone, e alone."""
    path = tmp_path / "made.jsonl"
    tail = " ".join(f"w{n}" for n in range(20))
    texts = {"a": f"{FIVE} {tail}", "b": f"{FIVE} {tail}", "c": f"{FIVE} {tail} end",
             "d": "Nothing of the kind at all here", "e": "Again something else, and that is it"}
    path.write_text("".join(
        json.dumps({"id": story, "text": text}) + "\n" for story, text in texts.items()
    ), "utf-8")
    corpus.truth_path(path).write_text(
        "story,root,kind,edit_rate\na,a,original,0\nb,a,exact,0\nc,a,near,0.1\n"
        "d,d,original,0\ne,e,original,0\n", "utf-8",
    )
    return path


def test_truth_holds_every_pair_of_one_root(made: Path) -> None:
    true = truth.read(made)
    assert [*zip(true.a.tolist(), true.b.tolist(), strict=True)] == [(0, 1), (0, 2), (1, 2)]
    assert true.jaccard.tolist() == pytest.approx([1.0, 21 / 22, 21 / 22])


def test_truth_is_kept_and_counted_again_when_the_corpus_is_newer(made: Path) -> None:
    truth.read(made)
    kept = made.with_suffix(".related.npz")
    np.savez(kept, a=np.array([0]), b=np.array([2]), jaccard=np.array([0.75]))
    assert truth.read(made).jaccard.tolist() == [0.75]
    later = kept.stat().st_mtime + 1
    os.utime(made, (later, later))
    assert len(truth.read(made).jaccard) == 3


def test_a_corpus_without_truth_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"lone\.truth\.csv"):
        truth.read(tmp_path / "lone.jsonl")


def scored(made: Path, found: str) -> truth.Score:
    file = made.with_suffix(".found")
    file.write_text(found, "utf-8")
    return truth.score(file, truth.read(made))


def test_pairs(made: Path) -> None:
    score = scored(made, "pairs\na\tb\nb\ta\nd\te\nc\tb\n")
    # Three claims, one of them (d, e) wrong; of the three true pairs (a, c) is missing.
    assert score.claimed == 3
    assert score.precision == pytest.approx(2 / 3)
    assert score.recall["0.8"] == pytest.approx(2 / 3)


def test_clusters_claim_every_pair_of_their_members(made: Path) -> None:
    score = scored(made, "clusters\na\tb\tc\td\n")
    assert (score.claimed, score.precision) == (6, 0.5)
    assert score.recall["0.8"] == 1.0


def test_nothing_found(made: Path) -> None:
    for kind in ("pairs", "clusters"):
        score = scored(made, f"{kind}\n")
        assert (score.claimed, score.precision, score.recall["0.8"]) == (0, 1.0, 0.0)


def test_recall_is_counted_by_range(made: Path) -> None:
    true = truth.read(made)._replace(
        a=np.array([0, 0, 1]), b=np.array([1, 2, 2]), jaccard=np.array([0.8, 0.7, 0.5])
    )
    score = truth.score_pairs([[1, 0], [0, 2]], true)
    assert score.recall == {"0.8": 1.0, "0.7": 1.0, "0.5": 0.0}


def test_a_file_of_another_kind_is_refused(made: Path) -> None:
    with pytest.raises(ValueError, match="neither pairs nor clusters"):
        scored(made, "a\tb\n")


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6), st.lists(st.integers(0, 3), min_size=6,
       max_size=6))  # fmt: skip
def test_clusters_score_as_all_their_pairs(labels: list[int], roots: list[int]) -> None:
    a, b = np.triu_indices(6, 1)
    root = np.array(roots)
    own = root[a] == root[b]
    names = {str(story): story for story in range(6)}
    true = truth.Truth(names, root, a[own], b[own], np.full(int(own.sum()), 0.9))
    clusters = [[i for i in range(6) if labels[i] == label] for label in set(labels)]
    pairs = [[i, j] for members in clusters for i in members for j in members if i < j]
    assert truth.score_clusters(clusters, true) == truth.score_pairs(pairs, true)


def test_pairs_of_a_run_stand_for_identical_copies_too(tmp_path: Path) -> None:
    rows = [("a", "b", "identical"), ("b", "c", "identical"), ("c", "x", "update"),
            ("x", "y", "identical"), ("c", "z", "shared_block")]  # fmt: skip
    (tmp_path / "pairs.jsonl").write_text("".join(
        json.dumps({"a": a, "b": b, "relation": relation}) + "\n" for a, b, relation in rows
    ), "utf-8")
    found = {tuple(sorted(pair)) for pair in truth.pairs_of_run(tmp_path)}
    assert found == {
        ("a", "b"), ("a", "c"), ("b", "c"), ("x", "y"),
        *((one, two) for one in "abc" for two in "xy"),
    }  # fmt: skip
