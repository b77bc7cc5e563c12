"""Counts and shares: they add up, and say what the tables say."""

from __future__ import annotations

import io
import json

from hypothesis import given

from dedup.model import Story
from dedup.report.stats import BY, WRITERS
from dedup.stats import day, stats
from tests.laws.corpora import corpora, few, run
from tests.stages.kit import story, words


@few
@given(stories=corpora())
def test_groups_add_up(stories: list[Story]) -> None:
    tables = run(stories)
    found = stats(tables)
    for groups in (found.outlets, found.days):
        for column in ("stories", "duplicates", "touched", "words", "furniture", "repeated",
                       "findings"):  # fmt: skip
            total = sum(getattr(row, column) for row in groups)
            assert total == getattr(found.total, column), column
        assert [row.name for row in groups] == sorted({row.name for row in groups})
    assert sum(row.findings for row in found.rules) == len(tables.findings)
    assert found.total.duplicates == tables.manifest["counts"]["duplicates"]
    assert found.total.furniture == tables.manifest["counts"]["boilerplate_words"]
    assert found.total.furniture + found.total.repeated <= found.total.words
    for row in found.rules:
        assert row.stories <= min(row.findings, len(stories))


def test_the_shares_of_two_outlets() -> None:
    twice = words("p", 12)
    tables = run([
        story("a", words("a", 40), "Advertisement", source="Morning Post", published="2024-01-01"),
        story("b", words("a", 40), source="Evening Post", published="2024-01-02T23:30:00-02:00"),
        story("c", twice, words("c", 27), twice, source="Evening Post"),
    ])  # fmt: skip
    found = stats(tables)
    evening, morning = found.outlets
    assert (evening.name, evening.stories, evening.words) == ("Evening Post", 2, 91)
    assert (evening.repeated, evening.repeated_share) == (12, round(12 / 91, 6))
    assert (morning.words, morning.furniture, morning.furniture_share) == (41, 1, 0.02439)
    assert evening.duplicates + morning.duplicates == 1
    assert [row.name for row in found.days] == ["", "2024-01-01", "2024-01-03"]
    rules = {row.rule: (row.findings, row.stories, row.outlets, row.words) for row in found.rules}
    assert rules == {"BLP301": (1, 1, 1, 1), "DUP101": (1, 1, 1, 0), "PAR201": (1, 1, 1, 12)}


def test_days_that_are_none() -> None:
    assert [day(text) for text in ("", "soon", "9" * 13)] == ["", "", "2286-11-20"]


def test_hostile_outlets_are_escaped_and_rows_bounded() -> None:
    tables = run([
        story(f"s{n}", words(f"w{n}", 9), source=f"\x1b[31m\u202e{n}") for n in range(4)
    ])  # fmt: skip
    for name, write in WRITERS.items():
        stream = io.StringIO()
        write(stats(tables), BY, stream, 2)
        shown = stream.getvalue()
        assert not {"\x1b", "\u202e"} & {*shown}
        if name == "json":
            assert [row["stories"] for row in json.loads(shown)["by_outlet"]] == [1, 1, 1, 1]
        else:
            assert "… and 2 more" in shown


def test_no_stories_at_all() -> None:
    stream = io.StringIO()
    WRITERS["text"](stats(run([])), BY, stream, None)
    assert stream.getvalue().splitlines()[2].split() == [
        "outlet", "stories", "duplicates", "%", "words", "furniture", "%", "repeated", "%",
        "findings",
    ]
