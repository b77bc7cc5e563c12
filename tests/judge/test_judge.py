"""What a run says of any two stories and of any paragraph, and what planting finds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import dedup
from dedup.evaluation.pairs import NOT_FOUND
from dedup.judge import (
    Calls,
    Where,
    evaluate_paragraphs,
    evaluate_plants,
    judge_pages,
    judge_pairs,
    judge_paragraphs,
    run_stories,
    unknown_stories,
)
from dedup.labels import Page, PairLabel, ParagraphLabel
from dedup.model import Story, Tables
from dedup.planting import EDITS
from dedup.settings import Settings
from tests.cli.process import OTHER, SENTENCE
from tests.planting.stories import STORIES

BODY = f"{SENTENCE}\n\n{OTHER}"
NEAR = BODY.replace("forty metres", "some metres")
FEED = [
    Story("a", f"{BODY}\n\nAdvertisement"),
    Story("b", BODY),
    Story("c", NEAR),
    Story("d", NEAR),
    Story("e", STORIES["latin"].text),
    Story("f", ""),
    Story("g", ""),
]
SETTINGS = Settings(kernels="reference")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return run_stories(FEED, SETTINGS)


def test_a_run_over_stories_in_memory_is_the_run_of_check(tables: Tables) -> None:
    result = dedup.check(FEED, kernels="reference")
    assert result.tables.findings == tables.findings


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("a", "b", "identical"),
        ("c", "d", "identical"),
        ("b", "c", "duplicate"),
        ("a", "d", "duplicate"),  # only one of each content was measured
        ("a", "e", NOT_FOUND),
        ("f", "g", NOT_FOUND),  # nothing in common but that they hold nothing
        ("a", "nobody", NOT_FOUND),
        ("nobody", "no one", NOT_FOUND),
    ],
)
def test_any_two_stories_can_be_asked_about(
    tables: Tables, a: str, b: str, relation: str
) -> None:
    calls = Calls(tables)
    assert calls.of(a, b).relation == calls.of(b, a).relation == relation


def test_every_pair_called_one_story_is_listed_once(tables: Tables) -> None:
    stories = [story.story_id for story in FEED]
    called = list(Calls(tables).called(stories))
    assert called == [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    assert list(Calls(tables).called(["a", "e"])) == []


def test_exhaustive_labels_deny_what_they_do_not_name(tables: Tables) -> None:
    labels = [PairLabel("a", "b", "duplicate")]
    assert [pair.called for pair in judge_pairs(tables, labels)] == ["identical"]
    denied = judge_pairs(tables, labels, exhaustive=True)[1:]
    assert {pair.label for pair in denied} == {"unrelated"}
    assert len(denied) == 5


def test_stories_that_are_not_in_the_corpus_are_named(tables: Tables) -> None:
    assert unknown_stories(tables, ["z", "a", "y", "z"]) == ["y", "z"]


def test_a_command_line_is_quoted_for_the_shell() -> None:
    where = Where(("--in", "my corpus.jsonl"))
    assert where.pair("a b", "c;d") == "dedup explain 'a b' 'c;d' --in 'my corpus.jsonl'"
    assert Where().pair("a", "b") == ""


def labels(*given: tuple[str, int | None, str, bool]) -> list[ParagraphLabel]:
    return [ParagraphLabel(story, number, text, "furniture" if kind else "content", kind)
            for story, number, text, kind in given]  # fmt: skip


def test_paragraphs_by_place_and_by_text_are_found(tables: Tables) -> None:
    by_place = labels(("a", 2, "", True), ("b", 0, "", False), ("nobody", 0, "", True))
    assert [(p.paragraph, p.rules, p.safe) for p in judge_paragraphs(tables, FEED, by_place)] == [
        (2, ("BLP301",), True), (0, (), False),
    ]  # fmt: skip
    by_text = labels(("", None, "  ADVERTISEMENT. ", True), ("", None, SENTENCE, False))
    judged = judge_paragraphs(tables, FEED, by_text)
    assert [(p.story_id, p.paragraph) for p in judged] == [("a", 0), ("a", 2), ("b", 0)]


def test_labels_by_text_are_counted_by_line_and_by_occurrence(tables: Tables) -> None:
    found = evaluate_paragraphs(tables, FEED, labels(("", None, "Advertisement", True)),
                                where=Where())  # fmt: skip
    values = {figure.name: figure.value for figure in found.figures}
    assert (values["lines: recall"], values["occurrences: recall"]) == (1.0, 1.0)


def test_a_page_is_judged_by_the_places_of_its_paragraphs() -> None:
    text = f"Advertisement\n\n{SENTENCE}"
    page = Page(Story("p", text), "en", ((0, 13, "boilerplate", True),
                                         (15, len(text), "content", False)))  # fmt: skip
    judged = judge_pages(run_stories([page.story], SETTINGS), [page])
    assert [(p.rules, p.group, p.shown) for p in judged] == [
        (("BLP301",), "en", "Advertisement"), ((), "en", SENTENCE),
    ]  # fmt: skip


def planted(stories: Sequence[Story], seeds: Sequence[int]) -> dict[str, float | None]:
    found = evaluate_plants(stories, SETTINGS, seeds, 100)
    return {figure.name: figure.value for figure in found.all_figures}


def test_exact_copies_are_all_found_in_every_script() -> None:
    stories = [
        Story(f"{script}{n}", f"{n} {story.text}", f"Title {n}")
        for script, story in STORIES.items() for n in range(len(EDITS) // 2)
    ]  # fmt: skip
    values = planted(stories, (1, 2))
    assert values["exact: recall"] == values["exact: relation"] == 1.0
    assert values["cosmetic: recall"] == values["headline cut: recall"] == 1.0
    assert set(values) == {"unchanged not called update"} | {
        f"{edit.name}: {what}" for edit in EDITS for what in ("recall", "relation")
    }


def test_planting_does_not_depend_on_the_order_of_the_stories() -> None:
    stories = list(STORIES.values())
    assert planted(stories, (4,)) == planted(stories[::-1], (4,))
