"""The corpus of the benchmark: the same everywhere, and its truth is true."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import corpus, truth

STORIES = 400

Written = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def planned() -> corpus.Plan:
    return corpus.plan(STORIES)


@pytest.fixture(scope="module")
def stories(planned: corpus.Plan) -> Written:
    lines = corpus.lines(0, STORIES, planned).decode().splitlines()
    return {story["id"]: story for story in map(json.loads, lines)}


@pytest.fixture(scope="module")
def rows(planned: corpus.Plan) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO("".join(corpus.truth(planned))))]


def test_the_bytes_are_the_same_on_every_machine(planned: corpus.Plan) -> None:
    written = corpus.lines(0, 300, planned) + "".join(corpus.truth(planned)).encode()
    assert hashlib.sha256(written).hexdigest() == GOLDEN


def test_another_seed_gives_other_stories(planned: corpus.Plan) -> None:
    assert corpus.lines(0, 3, corpus.plan(3, 8), 8) != corpus.lines(0, 3, planned)


def test_any_part_can_be_written_alone(planned: corpus.Plan) -> None:
    apart = corpus.lines(0, 7, planned) + corpus.lines(7, 30, planned)
    assert apart == corpus.lines(0, 30, planned)


def test_a_small_corpus_is_the_beginning_of_a_large_one(planned: corpus.Plan) -> None:
    large = corpus.plan(5 * STORIES)
    for small, longer in zip(planned, large, strict=True):
        assert (small == longer[:STORIES]).all()
    assert corpus.lines(0, 25, large) == corpus.lines(0, 25, planned)


def test_parts_written_by_processes_are_joined_in_order(
    tmp_path: Path, planned: corpus.Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corpus, "PART", 64)
    path = tmp_path / "made.jsonl"
    corpus.write(path, 150, jobs=2)
    assert path.read_bytes() == corpus.lines(0, 150, corpus.plan(150))
    assert corpus.truth_path(path).read_text("utf-8").count("\n") == 151
    assert [left.name for left in tmp_path.glob("*.part")] == []


def test_every_copy_has_an_original_before_it(rows: list[dict[str, str]]) -> None:
    kind = {row["story"]: row["kind"] for row in rows}
    for row in rows:
        assert kind[row["root"]] == "original"
        assert (row["story"] == row["root"]) == (row["kind"] == "original")
        assert row["root"] <= row["story"]


def test_kinds_have_their_shares() -> None:
    count = Counter(corpus.plan(20_000).kind.tolist())
    shares = [count[kind] / 20_000 for kind in range(4)]
    assert shares == pytest.approx([0.80, 0.12, 0.05, 0.03], abs=0.01)


def test_exact_copies_have_the_text_of_their_root(
    rows: list[dict[str, str]], stories: Written
) -> None:
    copies = [row for row in rows if row["kind"] == "exact"]
    assert len(copies) > 5
    for row in copies:
        assert stories[row["story"]]["text"] == stories[row["root"]]["text"]
        assert row["story"] != row["root"]


def test_near_copies_are_alike_and_nobody_else_is(
    rows: list[dict[str, str]], stories: Written
) -> None:
    sets = {story: truth.shingles(stories[story]["text"]) for story in stories}
    root = {row["story"]: row["root"] for row in rows}
    kind = {row["story"]: row["kind"] for row in rows}
    for a in stories:
        for b in stories:
            if a < b and root[a] != root[b]:
                assert truth.jaccard(sets[a], sets[b]) < 0.2
    scores = {
        row["story"]: truth.jaccard(sets[row["story"]], sets[row["root"]])
        for row in rows if row["kind"] == "near"
    }  # fmt: skip
    assert len(scores) > 20
    assert min(scores.values()) > 0.3
    slight = [scores[row["story"]] for row in rows
              if kind[row["story"]] == "near" and float(row["edit_rate"]) <= 0.02]  # fmt: skip
    heavy = [scores[row["story"]] for row in rows
             if kind[row["story"]] == "near" and float(row["edit_rate"]) >= 0.1]  # fmt: skip
    assert sum(slight) / len(slight) > sum(heavy) / len(heavy) + 0.15


def test_briefs_are_paragraphs_of_their_root(
    rows: list[dict[str, str]], stories: Written
) -> None:
    briefs = [row for row in rows if row["kind"] == "brief"]
    assert len(briefs) > 3
    for row in briefs:
        whole = stories[row["root"]]["text"].split("\n\n")
        shared = [part for part in stories[row["story"]]["text"].split("\n\n") if part in whole]
        assert len(shared) >= 2


def test_stories_read_like_stories(stories: Written) -> None:
    sizes = [len(json.dumps(story, ensure_ascii=False).encode()) for story in stories.values()]
    assert 2_700 < sum(sizes) / len(sizes) < 3_500
    for story in stories.values():
        assert "{" not in story["text"]
        assert story["date"].startswith("2025-")


GOLDEN = "57a64bd46f4efb9b193a02e02d2658a2c7e1ac391e468c7f81132a422a2552a6"
