"""A higher threshold from the tables alone gives what a run at that threshold gives."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import ConfigError
from dedup.model import Finding, Story, Tables
from dedup.pipeline import recluster
from tests.stages.kit import run, words

FROM = 0.5


def _corpus(seed: int) -> list[Story]:
    """Families of copies: some identical, some edited a little, some a lot, some not at all."""
    draw = random.Random(f"families {seed}")
    stories = []
    for family in range(draw.randint(1, 4)):
        base = words("abcd"[family], 60).split()
        for copy in range(draw.randint(1, 6)):
            text, cut = list(base), draw.choice([0, 0, 2, 5, 8, 12, 20])
            text[60 - cut :] = words("xyzw"[family], cut, first=10 * copy).split()
            if draw.random() < 0.3:
                text += words("m", 4, first=draw.randint(0, 50)).split()
            stories.append(
                Story(
                    f"{family}{copy}",
                    " ".join(text) + draw.choice(["", "\n\nAdvertisement"]),
                    published=draw.choice(["", "2024-01-01", "2024-01-02"]),
                )
            )
    draw.shuffle(stories)
    return stories


def _duplicates(tables: Tables) -> list[Finding]:
    return [row for row in tables.findings if row.rule.startswith("DUP")]


def _same(one: Tables, two: Tables) -> None:
    assert one.stories == two.stories
    assert one.clusters == two.clusters
    assert one.pairs == two.pairs
    assert _duplicates(one) == _duplicates(two)
    for name in ("duplicates", "clusters", "pairs_kept", "pairs_measured"):
        assert one.manifest["counts"][name] == two.manifest["counts"][name]
    assert one.manifest["settings"] == two.manifest["settings"]


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(
    st.integers(0, 10**6),
    st.floats(FROM, 1),
    st.sampled_from(["longest", "earliest", "latest", "first"]),
)
def test_reclustering_is_running_again(seed: int, threshold: float, keep: str) -> None:
    stories = _corpus(seed)
    lower = run(*stories, threshold=FROM, keep=keep)

    _same(recluster(lower, threshold), run(*stories, threshold=threshold, keep=keep))


@pytest.mark.parametrize("seed", range(5))
def test_the_threshold_of_the_run_changes_nothing(seed: int) -> None:
    tables = run(*_corpus(seed), threshold=0.6)

    again = recluster(tables, 0.6)
    _same(again, tables)
    assert again.findings == tables.findings
    assert again.paragraphs == tables.paragraphs


@pytest.mark.parametrize("seed", range(5))
def test_raising_in_steps_is_raising_at_once(seed: int) -> None:
    tables = run(*_corpus(seed), threshold=FROM)

    _same(recluster(recluster(tables, 0.7), 0.9), recluster(tables, 0.9))


def test_what_was_given_is_not_changed() -> None:
    tables, untouched = run(*_corpus(1), threshold=FROM), run(*_corpus(1), threshold=FROM)

    recluster(tables, 0.95)
    _same(tables, untouched)
    assert tables.findings == untouched.findings


def test_a_lower_threshold_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"threshold 0\.6 is below 0\.7"):
        recluster(run(*_corpus(1), threshold=0.7), 0.6)


@pytest.mark.parametrize("settings_of_run", [{"select": ("DUP",)}, {"ignore": ("DUP102",)}])
def test_the_chosen_rules_stay_chosen(settings_of_run: dict[str, tuple[str, ...]]) -> None:
    stories = _corpus(3)
    lower = run(*stories, threshold=FROM, **settings_of_run)

    _same(recluster(lower, 0.8), run(*stories, threshold=0.8, **settings_of_run))


def test_a_record_that_is_not_to_be_spoken_of_stays_so() -> None:
    text = words("w", 60)
    stories = [
        Story("a", text),
        Story("b", text, ignore=("DUP",)),
        Story("c", f"{text} more", ignore=("DUP102",)),
        Story("d", f"{text} other"),
    ]
    lower = run(*stories, threshold=FROM)

    assert {row.story_id for row in _duplicates(lower)} <= {"a", "d"}
    _same(recluster(lower, 0.6), run(*stories, threshold=0.6))


def test_records_that_share_an_id_keep_their_own_rows() -> None:
    text = words("w", 60)
    stories = [
        Story("x", text, path="f", line=1, published="2024-01-02"),
        Story("x", text, path="f", line=2, published="2024-01-01"),
        Story("y", words("v", 60), path="f", line=3),
    ]
    lower = run(*stories, threshold=FROM)

    _same(recluster(lower, 0.6), run(*stories, threshold=0.6))


def test_near_copies_that_share_an_id_do_no_harm() -> None:
    """Pairs name stories by id, so the edge between two records of one id cannot be followed."""
    text = words("w", 60)
    records = [Story("x", f"{text} {end}", path="f", line=n) for n, end in enumerate("abc")]

    tables = recluster(run(*records, threshold=FROM), 0.6)
    assert [row.rule for row in tables.findings if row.rule.startswith("INP")] == ["INP904"] * 2
