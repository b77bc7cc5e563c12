"""What must hold for every corpus.

The same answer whatever the order, the batches, the threads and the kernels; no decision that
depends on bystanders; cleaning that is done when it is done.
"""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import dedup
from dedup.model import Story, Tables
from dedup.relate import COPIES
from tests.kernels.both import compiled_kernels
from tests.laws.corpora import corpora, few, rows, run


@few
@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_reading_changes_nothing(stories: list[Story], draw: random.Random) -> None:
    expected = rows(run(stories))
    shuffled = list(stories)
    draw.shuffle(shuffled)

    assert rows(run(shuffled)) == expected
    assert rows(run(stories[::-1], batch=2)) == expected


@few
@given(corpora(), st.integers(1, 4))
def test_batches_change_nothing(stories: list[Story], batch: int) -> None:
    assert rows(run(stories, batch=batch)) == rows(run(stories))


@few
@given(corpora(), st.sampled_from([2, 3]))
def test_threads_change_nothing(stories: list[Story], jobs: int) -> None:
    assert rows(run(stories, batch=1, jobs=jobs)) == rows(run(stories, batch=1))


@few
@given(corpora())
def test_kernels_change_nothing(stories: list[Story]) -> None:
    compiled_kernels()

    compiled, reference = (run(stories, kernels=name) for name in ("compiled", "reference"))
    assert rows(compiled) == rows(reference)


@few
@given(corpora())
def test_every_table_is_sorted_and_refers_to_what_is_there(stories: list[Story]) -> None:
    tables = run(stories)
    ids = {story.story_id for story in stories}
    texts = {story.story_id: story.text for story in stories}

    assert [row.story_id for row in tables.stories] == sorted(ids)
    assert [(p.a, p.b) for p in tables.pairs] == sorted((p.a, p.b) for p in tables.pairs)
    assert tables.clusters == sorted(tables.clusters)
    assert all(pair.a < pair.b for pair in tables.pairs)
    for row in tables.findings:
        assert row.story_id in ids
        assert set(row.related) <= ids - {row.story_id}
        if row.start is not None:
            part = texts[row.story_id][row.start : row.end]
            assert part == part.strip() != ""
            assert row.evidence["text"] == " ".join(part.split())[:200]
    spans = {(r.story_id, r.paragraph): (r.start, r.end) for r in tables.paragraphs}
    for (one, number), (start, end) in spans.items():
        following = spans.get((one, number + 1))
        assert start < end <= (following[0] if following else len(texts[one]))


@few
@given(corpora())
def test_a_cluster_is_its_keeper_and_its_verified_copies(stories: list[Story]) -> None:
    tables = run(stories)
    edges = {(p.a, p.b) for p in tables.pairs if p.relation in COPIES}
    content = {row.story_id: row.content for row in tables.stories}

    for row in tables.clusters:
        pair = tuple(sorted((row.story_id, row.kept_id)))
        linked = pair in edges or content[row.story_id] == content[row.kept_id]
        copies = {one for one in content if content[one] == content[row.story_id]}
        via = any(tuple(sorted((one, row.kept_id))) in edges for one in copies)
        assert row.story_id == row.kept_id or linked or via
    entered = {row.story_id: row.kept_id for row in tables.clusters}
    assert {s.story_id: s.kept_id for s in tables.stories if s.kept_id} == entered


# Bystanders


def _decisions(tables: Tables) -> set[tuple[object, ...]]:
    stories = {(row.story_id, row.rule, row.kept_id, row.kept) for row in tables.stories}
    pairs = {(row.a, row.b, row.relation, row.jaccard) for row in tables.pairs}
    found = {
        (row.rule, row.story_id, row.paragraph, row.kept_id, row.related, row.message)
        for row in tables.findings
    }
    return {*stories, *pairs, *found}


def _involved(tables: Tables) -> set[str]:
    named = {row.story_id for row in tables.findings}
    named |= {one for row in tables.findings for one in row.related}
    return named | {one for row in tables.pairs for one in (row.a, row.b)}


@few
@given(corpora(most=6), st.integers(0, 5))
def test_taking_a_bystander_away_changes_no_decision(stories: list[Story], at: int) -> None:
    """A story without findings or pairs moves the weights of words a little, and nothing else."""
    stories.insert(min(at, len(stories)), Story("by", " ".join(f"w{n}" for n in range(40))))
    tables = run(stories)
    bystanders = {row.story_id for row in tables.stories} - _involved(tables)
    assume(bystanders)
    expected = _decisions(tables)

    for one in sorted(bystanders)[:3]:
        rest = [story for story in stories if story.story_id != one]
        assert _decisions(run(rest)) == {d for d in expected if d[0] != one}


# Thresholds


@few
@given(corpora(), st.lists(st.sampled_from([0.5, 0.6, 0.7, 0.8, 0.9, 1.0]), min_size=2, max_size=3))
def test_a_higher_threshold_only_takes_edges_away(
    stories: list[Story], thresholds: list[float]
) -> None:
    runs = [run(stories, threshold=threshold) for threshold in sorted(thresholds)]
    edges = [
        {(p.a, p.b): p.jaccard for p in tables.pairs if p.relation == "duplicate"}
        for tables in runs
    ]

    for lower, higher in itertools.pairwise(edges):
        assert higher.items() <= lower.items()
    for tables, threshold in zip(runs, sorted(thresholds), strict=True):
        assert {p[:2] for p in tables.pairs} == {p[:2] for p in runs[0].pairs}
        for row in tables.findings:
            assert row.rule != "DUP102" or (row.score or 0) >= threshold


@few
@given(corpora())
def test_fewer_rules_are_fewer_findings_and_the_rest_is_the_same(stories: list[Story]) -> None:
    every, some = run(stories), run(stories, select=("PAR", "DUP101"))

    wanted = [row for row in every.findings if row.rule.startswith(("PAR", "DUP101"))]
    assert some.findings == wanted
    assert (some.pairs, some.clusters, some.stories) == (every.pairs, every.clusters, every.stories)


# Cleaning. Of a text that begins with furniture and a blank line, one paragraph of several lines
# may be all that stays; then no blank line tells any more that its lines belong together. Cleaning
# only takes away, so it cannot help that, and such texts are left out here.


def _fixes(result: dedup.Result, *safeties: str) -> list[tuple[str, str, str]]:
    held = {(held.key.story_id, held.rule) for held in result._plan("unsafe" in safeties).held}
    return [
        (row.rule, row.story_id, str(row.evidence.get("text", "")))
        for row in result.tables.findings
        if row.fix.safety in safeties and (row.story_id, row.rule) not in held
    ]


@settings(few, max_examples=40)
@given(corpora(mixed=False))
def test_what_was_cleaned_is_clean(stories: list[Story]) -> None:
    cleaned = dedup.check(stories, jobs=1, min_words=8, threshold=0.5).clean()
    again = dedup.check(cleaned, jobs=1, min_words=8, threshold=0.5)

    assert _fixes(again, "safe") == []
    assert again.clean() == cleaned


@few
@given(corpora(mixed=False))
def test_safe_cleaning_loses_no_words_but_repeats_and_furniture(stories: list[Story]) -> None:
    """Content is compared by its hash: every story kept has the content it had."""
    before = dedup.check(stories, jobs=1)
    after = dedup.check(before.clean(), jobs=1)
    content = {row.story_id: row.content for row in before.tables.stories}

    for row in after.tables.stories:
        assert row.content == content[row.story_id]
    assert {row.content for row in after.tables.stories} == set(content.values())


@pytest.mark.parametrize("separator", ["\n\n", "\n", "\r\n", "\u2029"])
def test_a_story_of_furniture_and_repeats_is_cleaned_to_its_content(separator: str) -> None:
    line = "The ferry company said on Monday that services would soon resume."
    text = separator.join(["Advertisement", line, "Scroll to top", line, "Read also: Flood", line])
    (cleaned,) = dedup.check([Story("a", text)], jobs=1).clean()

    assert cleaned.text == line
