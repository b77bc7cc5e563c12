"""Floods: twice the stories are twice the work, counted; and what is left out is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import pytest

from benchmarks.shape_stories import SHAPES
from dedup import pipeline
from dedup.model import Story, StoryBatch
from dedup.settings import build

SMALL, CAP = 40, 10
"""Stories of the smaller size, and a cap that all of them exceed."""


class Work(NamedTuple):
    """What a run did and said."""

    stories: int
    pairs: int
    findings: Counter[str]
    capped: set[str]


@cache
def work(shape: str, size: int) -> Work:
    """A run over a shape with the reference kernels, which is what a small feed has."""
    # Of these a quarter as many are made: fewer than the cap would all be compared.
    stories = list(_stories(shape, 4 * size if shape == "buffalo-many" else size))
    settings = build(jobs=1, kernels="reference", max_bucket=CAP)
    tables = pipeline.run([StoryBatch.of(stories)], settings)
    return Work(
        len(stories),
        tables.manifest["counts"]["pairs_measured"],
        Counter(row.rule for row in tables.findings),
        {row.rule for row in tables.findings if row.evidence.get("cap")},
    )


def _stories(shape: str, size: int) -> Iterator[Story]:
    for number, row in enumerate(SHAPES[shape](size)):
        yield Story(
            row["id"], row["text"], source=row.get("source", ""), title=row.get("title", ""),
            published=row.get("date", ""), path="feed", line=number + 1,
        )  # fmt: skip


FEW = (
    "identical", "one-menu", "one-menu-of-outlets", "one-word", "every-band", "buffalo-each",
    "buffalo-many", "nested", "one-form", "short-paragraphs", "one-paragraph",
)  # fmt: skip


@pytest.mark.parametrize("shape", FEW)
def test_twice_the_stories_are_twice_the_work(shape: str) -> None:
    once, twice = work(shape, SMALL), work(shape, 2 * SMALL)

    assert twice.pairs <= 2.5 * once.pairs + 2 * CAP
    assert twice.findings.total() <= 2.5 * once.findings.total() + CAP


@pytest.mark.parametrize("shape", FEW)
def test_a_story_is_measured_with_no_more_than_a_few_buckets_of_others(shape: str) -> None:
    """All pairs of eighty stories are 3,160."""
    flood = work(shape, 2 * SMALL)

    assert flood.pairs <= 2 * CAP * flood.stories


@pytest.mark.parametrize("shape", ["every-band", "one-menu", "one-form"])
def test_of_a_story_in_overfull_buckets_two_pairs_are_measured(shape: str) -> None:
    """And of each that shares an overfull paragraph two more; whatever band or paragraph it is."""
    flood = work(shape, 2 * SMALL)

    assert flood.stories <= flood.pairs <= 4 * flood.stories


@pytest.mark.parametrize(
    ("shape", "rule"),
    [("one-menu", "PAR203"), ("every-band", "DUP106"), ("one-form", "DUP106")],
)
def test_a_cap_that_bites_is_a_finding(shape: str, rule: str) -> None:
    assert rule in work(shape, 2 * SMALL).capped


def test_a_menu_is_as_many_facts_as_it_has_paragraphs() -> None:
    for size in (SMALL, 2 * SMALL):
        assert work("one-menu", size).findings["PAR203"] == 60
