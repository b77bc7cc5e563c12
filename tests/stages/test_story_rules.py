"""DUP101, DUP102, INP902 and INP904: golden cases, and every threshold from both sides."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from dedup import pipeline
from dedup.model import Problem, Story, StoryBatch
from dedup.settings import build
from tests.kernels import oracle
from tests.stages.kit import found, marked, near_copies, run, story, words

pytestmark = pytest.mark.usefixtures("kernels")

BODY = (words("p", 30), words("q", 30))
FURNITURE = "Advertisement"


# DUP101


def test_the_same_text_is_the_same_story() -> None:
    tables = run(story("b", *BODY), story("a", *BODY), story("c", words("z", 60)))

    assert marked(tables, "") == [("DUP101", "b", None)]
    (row,) = tables.findings
    assert (row.kept_id, row.related, row.score) == ("a", ("a",), 1.0)
    assert (row.level, row.fix) == ("error", ("drop", "safe"))
    assert [(s.story_id, s.rule, s.kept_id, s.kept) for s in tables.stories] == [
        ("a", None, "a", True), ("b", "DUP101", "a", False), ("c", None, None, True),
    ]  # fmt: skip
    assert [(c.story_id, c.relation, c.decided_by) for c in tables.clusters] == [
        ("a", "keeper", "first-id"), ("b", "identical", "first-id"),
    ]  # fmt: skip
    assert [(p.a, p.b, p.relation, p.nominated_by) for p in tables.pairs] == [
        ("a", "b", "identical", ("identical",))
    ]


@pytest.mark.parametrize(
    "other",
    [
        story("b", BODY[0], FURNITURE, BODY[1]),
        story("b", BODY[0], BODY[1], BODY[0]),
        story("b", BODY[0].upper(), f"“{BODY[1]}”…"),
        story("b", f"{BODY[0]} {BODY[1]}"),
        Story("b", "\r\n\r\n".join(BODY) + "\r\n", title="Another title", source="elsewhere"),
        Story("b", "Its title\n\n" + "\n\n".join(BODY), body_start=11),
    ],
    ids=["furniture", "repeat", "dress", "other paragraphs", "line ends", "title"],
)
def test_what_does_not_count_does_not_make_another_story(other: Story) -> None:
    assert marked(run(story("a", *BODY), other), "DUP") == [("DUP101", "b", None)]


@pytest.mark.parametrize(
    "other",
    [story("b", BODY[1], BODY[0]), story("b", *BODY, "end"), story("b", BODY[0], BODY[1][:-1])],
    ids=["order", "a word more", "a letter less"],
)
def test_other_words_make_another_story(other: Story) -> None:
    tables = run(story("a", *BODY), other)

    assert found(tables, "DUP101") == []
    assert [pair.relation for pair in tables.pairs] == ["duplicate"]


@pytest.mark.parametrize("text", ["", "…", FURNITURE, "word", "one two"])
def test_very_short_stories_are_the_same_only_if_they_say_something(text: str) -> None:
    tables = run(Story("a", text), Story("b", text))
    says = text not in ("", "…", FURNITURE)

    assert marked(tables, "DUP") == [("DUP101", "b", None)] * says


@pytest.mark.parametrize(
    ("keep", "kept", "decided"),
    [
        ("longest", "b", "earliest"),
        ("earliest", "b", "earliest"),
        ("latest", "c", "latest"),
        ("first", "a", "first-id"),
    ],
)
def test_which_of_the_same_stays_and_why(keep: str, kept: str, decided: str) -> None:
    tables = run(
        story("a", *BODY, published="2024-03-02"),
        story("b", *BODY, published="2024-03-01"),
        story("c", *BODY, published="2024-03-03"),
        story("d", *BODY),
        keep=keep,
    )

    assert {row.kept_id for row in tables.stories} == {kept}
    assert {row.story_id for row in found(tables, "DUP101")} == {*"abcd"} - {kept}
    assert {row.decided_by for row in tables.clusters} == {decided}


# DUP102


@pytest.mark.parametrize(
    ("threshold", "flagged"), [(0.7, True), (0.7001, False), (0.6999, True), (0.5, True)]
)
def test_seven_tenths_at_the_boundary(threshold: float, flagged: bool) -> None:
    one, other = near_copies(51, 42)
    tables = run(Story("a", one), Story("b", other), threshold=threshold)

    assert marked(tables, "DUP") == [("DUP102", "b", None)] * flagged
    (pair,) = tables.pairs
    assert pair.jaccard == 0.7
    assert pair.containment_a == pair.containment_b == round(42 / 51, 4)
    assert pair.relation == ("duplicate" if flagged else "update")
    assert pair.decided_by == ("threshold" if flagged else "rewritten")
    assert "lsh" in pair.nominated_by
    for row in found(tables, "DUP"):
        assert (row.kept_id, row.score, row.fix) == ("a", 0.7, ("drop", "unsafe"))
        assert row.evidence["jaccard"] == 0.7


def test_the_least_cosine_must_be_reached_too() -> None:
    one, other = near_copies(51, 42)
    stories = Story("a", one), Story("b", other)
    (pair,) = run(*stories).pairs

    assert 0.5 < pair.cosine < 1
    assert marked(run(*stories, min_cosine=pair.cosine), "DUP") == [("DUP102", "b", None)]
    assert marked(run(*stories, min_cosine=pair.cosine + 0.0001), "DUP") == []


@pytest.mark.parametrize(("count", "flagged"), [(29, False), (30, True)])
def test_stories_of_few_words_are_duplicates_only_when_identical(count: int, flagged: bool) -> None:
    one = words("w", count)
    other = one.rsplit(" ", 1)[0] + " another"
    tables = run(Story("a", one), Story("b", other))

    assert marked(tables, "DUP") == [("DUP102", "b", None)] * flagged


def _scattered(threshold: float, number: int) -> tuple[str, str]:
    """Two texts with words edited here and there, of Jaccard ``threshold`` or a little more."""
    rate = 1 - (2 * threshold / (1 + threshold)) ** (1 / 5)
    one = words("abcdefghij"[number], 200).split()
    for attempt in itertools.count():
        draw = random.Random(f"{threshold} {number} {attempt}")
        other = [f"x{word}" if draw.random() < rate else word for word in one]
        if threshold <= oracle.jaccard(one, other, 5) <= threshold + 0.02:
            return " ".join(one), " ".join(other)
    raise AssertionError


@pytest.mark.parametrize("threshold", [0.1, 0.2, 0.3, 0.4])
def test_a_low_threshold_is_nominated_and_kept_as_asked(threshold: float) -> None:
    stories = []
    for number in range(10):
        one, other = _scattered(threshold, number)
        stories += [Story(f"{number}a", one), Story(f"{number}b", other)]
    tables = run(*stories, threshold=threshold, min_cosine=0)

    assert len(found(tables, "DUP102")) >= 9
    scores = [row.score or 0.0 for row in found(tables, "DUP102")]
    assert all(threshold <= score <= threshold + 0.02 for score in scores)


def test_a_chain_of_edits_is_split_between_strangers() -> None:
    """Every story is near the next, the ends share nothing: no finding names a stranger."""
    chain = [Story(f"s{n:02d}", words("w", 60, first=8 * n)) for n in range(12)]
    tables = run(*chain)
    duplicates = {(pair.a, pair.b) for pair in tables.pairs if pair.relation == "duplicate"}

    assert len(duplicates) == 11
    for row in found(tables, "DUP102"):
        assert tuple(sorted((row.story_id, str(row.kept_id)))) in duplicates
    sizes = [sum(c.cluster_id == one for c in tables.clusters) for one in
             {c.cluster_id for c in tables.clusters}]  # fmt: skip
    assert max(sizes) == 3


def test_the_longest_stays_unless_it_is_not_verified_against_all() -> None:
    """Two extensions of one story that share too little: the story between them stays."""
    middle = words("w", 100)
    tables = run(
        Story("left", f"{words('l', 34)} {middle}"),
        Story("middle", middle),
        Story("right", f"{middle} {words('r', 35)}"),
    )

    assert {row.kept_id for row in tables.stories} == {"middle"}
    assert {row.decided_by for row in tables.clusters} == {"verified-against-all"}


def test_identical_and_near_copies_share_a_cluster() -> None:
    one, other = near_copies(51, 45)
    tables = run(Story("a", one), Story("b", other), Story("c", other), Story("d", one))

    assert marked(tables, "DUP") == [
        ("DUP102", "b", None), ("DUP101", "c", None), ("DUP101", "d", None),
    ]  # fmt: skip
    assert {row.story_id: row.kept_id for row in found(tables, "DUP")} == {
        "b": "a", "c": "b", "d": "a",
    }  # fmt: skip
    assert {row.kept_id for row in tables.stories} == {"a"}
    assert [row.relation for row in tables.clusters] == [
        "keeper", "duplicate", "duplicate", "identical",
    ]  # fmt: skip


def test_an_overfull_bucket_still_finds_the_copies_and_is_reported() -> None:
    base = words("w", 80).split()
    stories = []
    for n in range(12):
        edited = list(base)
        edited[2 * n] = f"edit{'abcdefghijkl'[n]}"
        stories.append(Story(f"s{n:02d}", " ".join(edited)))
    tables = run(*stories, max_bucket=3)

    caps = tables.manifest["caps"]
    assert caps
    assert all(cap["bucket"] > 3 for cap in caps)
    assert caps[0]["story_id"] == "s00"
    assert len(found(tables, "DUP102")) == 11
    assert run(*stories).manifest["caps"] == []
    measured = run(*stories).manifest["counts"]["pairs_measured"]
    assert tables.manifest["counts"]["pairs_measured"] < measured == 66


# INP902 and INP904


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "nothing to compare: 0 words"),
        (" \n\n\u200b", "nothing to compare: 0 words"),
        ("one two three four", "too short to compare but exactly: 4 words"),
        ("one two three four five", None),
        ("Advertisement", "nothing to compare: 0 words, the rest is boilerplate or repeats"),
        ("一二三四", "too short to compare but exactly: 4 words"),
        ("一二三四五", None),
    ],
    ids=range(7),
)
def test_a_story_with_less_than_a_shingle_is_told(text: str, told: str | None) -> None:
    messages = [row.message for row in found(run(Story("a", text)), "INP902")]

    assert messages == [told] * (told is not None)


def test_an_id_of_two_records_is_told_of_all_but_the_first() -> None:
    def record(line: int, prefix: str) -> Story:
        return Story("x", words(prefix, 40), path="feed.jsonl", line=line)

    tables = run(record(9, "a"), record(2, "b"), Story("y", words("d", 40)), record(5, "c"))

    assert [(row.rule, row.line) for row in tables.findings] == [("INP904", 5), ("INP904", 9)]
    assert {row.message for row in tables.findings} == {"this id is also at feed.jsonl:2"}
    assert {row.level for row in tables.findings} == {"error"}


def test_records_with_one_id_and_one_text() -> None:
    same = words("a", 40)
    tables = run(
        Story("x", same, path="f", line=1), Story("x", same, path="f", line=2), min_words=1
    )

    assert [(row.rule, row.line) for row in tables.findings] == [("DUP101", 2), ("INP904", 2)]


def test_records_with_one_id_of_which_one_has_no_time() -> None:
    same, days = words("a", 40), ("2026-01-01", "2026-01-02", "")
    tables = run(*(Story("x", same, path="f", line=n, published=d) for n, d in enumerate(days, 1)))

    assert [row.hours_apart for row in tables.pairs] == [None, 24.0]


def test_problems_of_reading_become_findings_wherever_they_stand() -> None:
    problem = Problem("INP901", "not JSON", "feed.jsonl", 7, "feed.jsonl:7")
    batches = [
        StoryBatch.of([story("a", *BODY)]),
        StoryBatch.of([], [problem]),
        StoryBatch.of([story("b", *BODY)]),
    ]
    tables = pipeline.run(batches, build(jobs=1))

    assert [(row.rule, row.line) for row in tables.findings] == [("DUP101", 0), ("INP901", 7)]
    assert pipeline.run([StoryBatch.of([], [problem])], build(jobs=1)).findings[0].line == 7


def test_no_story_is_no_finding() -> None:
    for batches in ([], [StoryBatch.of([])], [StoryBatch.of([]), StoryBatch.of([])]):
        tables = pipeline.run(batches, build(jobs=1))
        assert (tables.stories, tables.findings, tables.pairs) == ([], [], [])
        assert tables.manifest["counts"]["stories"] == 0


# What is reported


@pytest.mark.parametrize(
    ("settings", "rules"),
    [
        ({}, ["BLP301", "DUP101", "PAR201"]),
        ({"select": ("DUP",)}, ["DUP101"]),
        ({"ignore": ("PAR", "BLP301")}, ["DUP101"]),
        ({"select": ("PAR20",), "ignore": ("PAR201",)}, []),
    ],
    ids=["all", "select", "ignore", "none"],
)
def test_only_the_chosen_rules_are_reported(settings: dict[str, Any], rules: list[str]) -> None:
    tables = run(story("a", *BODY), story("b", *BODY, FURNITURE, BODY[0]), **settings)

    assert sorted(row.rule for row in tables.findings) == rules
    assert tables.stories[1].rule == "DUP101"


def test_a_record_can_ask_not_to_be_spoken_of() -> None:
    tables = run(story("a", *BODY), story("b", *BODY, BODY[0], ignore=("DUP101",)))

    assert marked(tables, "") == [("PAR201", "b", 2)]
