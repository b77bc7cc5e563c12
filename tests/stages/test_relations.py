"""DUP103 to DUP106: briefs, updates, forms and crowds, through the whole pipeline."""

from __future__ import annotations

from typing import Any

import pytest

from dedup.model import PairRow, Story, Tables
from tests.stages.kit import found, marked, near_copies, run, story, words

pytestmark = pytest.mark.usefixtures("kernels")

SENTENCE = (
    "The fire began shortly before dawn in a warehouse by the harbour of Velmora and spread to "
    "three neighbouring buildings before firefighters from five towns brought it under control. "
    "Officials said {deaths} people were killed and {hurt} were treated for burns at the district "
    "hospital, where Doctor {doctor} said that most of them would be sent home within days. "
    "The owner of the warehouse did {negation}comment on reports that doors had been locked."
)


def report(**facts: str) -> str:
    """A report of a fire with its facts filled in."""
    known = {"deaths": "14", "hurt": "40", "doctor": "Ana Belmar", "negation": "not "}
    return SENTENCE.format(**known | facts)


def _pair(tables: Tables) -> PairRow:
    (pair,) = tables.pairs
    return pair


# Contained


def test_a_brief_stands_in_the_story_that_goes_on(kernels: str) -> None:
    brief, rest = words("b", 60), f"{words('r', 600)} {words('q', 300)}"
    tables = run(story("a", brief), story("b", f"{brief} {rest}"))

    pair = _pair(tables)
    assert (pair.relation, pair.decided_by) == ("contained", "containment")
    assert pair.jaccard < 0.1
    assert pair.containment_a == 1.0
    assert "containment" in pair.nominated_by
    (row,) = found(tables, "DUP103")
    assert (row.story_id, row.kept_id, row.score) == ("a", "b", 1.0)
    assert (row.level, row.fix) == ("warning", ("drop", "unsafe"))
    assert [(s.story_id, s.rule, s.kept_id, s.kept) for s in tables.stories] == [
        ("a", "DUP103", "b", True), ("b", None, "b", True),
    ]  # fmt: skip
    assert [(c.story_id, c.relation) for c in tables.clusters] == [
        ("a", "contained"), ("b", "keeper"),
    ]  # fmt: skip


def test_where_one_story_stands_word_for_word_nothing_was_replaced(kernels: str) -> None:
    """Answers to one question: cut, they align with the answers of others."""
    names = ["Ana Belmar", "Boris Coll", "Clara Dunn", "Dario Estel", "Elena Ford", "Felix Grau"]
    answers = [
        f"When she was asked what the council should do about the old harbour wall {name} said "
        f"at the meeting on Tuesday that {words(f'n{at}', 9)} would be better for the town."
        for at, name in enumerate(names)
    ]
    tables = run(story("a", "\n\n".join(answers[1::2])), story("b", "\n\n".join(answers)))

    pair = _pair(tables)
    assert (pair.relation, pair.facts, pair.facts_changed) == ("contained", (), 0)


@pytest.mark.parametrize("keep", ["earliest", "first", "latest", "agency", "source"])
def test_the_longer_story_stays_however_the_keeper_is_chosen(keep: str) -> None:
    brief = words("b", 60)
    tables = run(
        story("a", brief, published="2024-01-01"),
        story("b", brief, words("r", 200), published="2024-01-02"),
        keep=keep,
    )

    assert marked(tables, "DUP") == [("DUP103", "a", None)]


def test_a_brief_from_the_middle_of_a_story_is_no_lead(kernels: str) -> None:
    """The story's own lead is elsewhere, but that of the brief stands in it: contained."""
    brief = words("b", 60)
    tables = run(story("a", brief), story("b", words("q", 300), brief, words("r", 300)))

    assert _pair(tables).relation == "contained"


# Updates and templates


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ({"deaths": "31"}, "14 → 31 people"),
        ({"doctor": "Luis Cordo"}, "Doctor Ana Belmar → Doctor Luis Cordo"),
        ({"negation": ""}, "removed: not"),
    ],
    ids=["number", "name", "negation"],
)
def test_a_changed_fact_makes_an_update_of_a_copy(facts: dict[str, str], line: str) -> None:
    tables = run(Story("a", report()), Story("b", report(**facts)))

    pair = _pair(tables)
    assert pair.jaccard > 0.7
    assert (pair.relation, pair.decided_by) == ("update", "facts-changed")
    assert pair.facts == (line,)
    assert pair.facts_changed == 1
    assert found(tables, "DUP101", "DUP102", "DUP103") == []
    assert all(row.kept for row in tables.stories)


def test_the_same_fact_in_other_words_is_a_copy(kernels: str) -> None:
    tables = run(Story("a", report()), Story("b", report(deaths="fourteen")))

    assert _pair(tables).relation == "duplicate"


def test_a_brief_with_another_fact_is_an_update(kernels: str) -> None:
    brief = report(deaths="9")
    tables = run(Story("a", brief), Story("b", f"{report()}\n\n{words('r', 300)}"))

    assert _pair(tables).containment_a > 0.8
    assert _pair(tables).relation == "update"


FORM = (
    "{company} Corp said its board of directors had declared a regular quarterly dividend of "
    "{cents} cents a share on the common stock, payable on {month} 15 to the holders of record at "
    "the close of business on {month} {day}, the company said in a brief statement after trading."
)


def test_a_form_filled_in_for_another_event_is_a_template(kernels: str) -> None:
    one = FORM.format(company="Alden", cents="12", month="March", day="2")
    other = FORM.format(company="Berrow", cents="31", month="May", day="7")
    tables = run(Story("a", one), Story("b", other), threshold=0.3, min_words=20)

    assert (_pair(tables).relation, _pair(tables).decided_by) == ("template", "form-filled-anew")
    (row,) = found(tables, "DUP")
    assert (row.rule, row.story_id, row.related) == ("DUP105", "b", ("a",))
    assert (row.level, row.fix.action) == ("note", "none")


def test_next_weeks_figures_in_the_same_sentences_are_a_template(kernels: str) -> None:
    one = Story("a", report(), published="2024-03-01")
    other = Story("b", report(deaths="31"), published="2024-03-09")

    assert _pair(run(one, other)).decided_by == "another-day"


# Shared blocks


def test_stories_that_share_a_gallery_but_no_lead_are_no_copies(kernels: str) -> None:
    gallery = [words(letter, 40) for letter in "abcdefghij"]
    more = [words(letter, 500) for letter in "kl"]
    tables = run(
        story("x", words("p", 170), *gallery, *more), story("y", words("q", 170), *gallery, *more)
    )  # fmt: skip

    pair = _pair(tables)
    assert pair.jaccard > 0.7
    assert (pair.relation, pair.decided_by) == ("shared_block", "leads-differ")
    assert found(tables, "DUP") == []
    assert len(found(tables, "PAR203")) == len(gallery) + len(more)


# Clusters


def _chain(length: int) -> list[Story]:
    """Stories of which each has Jaccard 0.85 with the next, and the ends nothing in common."""
    count, step = 150, 12
    row = words("c", 500).split() + words("d", 500).split()
    return [
        Story(f"s{n:02d}", " ".join(row[step * n : step * n + count])) for n in range(length)
    ]


def test_a_chain_of_fifty_is_not_one_cluster(kernels: str) -> None:
    tables = run(*_chain(50))
    ends = {row.story_id: row.cluster_id for row in tables.stories}
    edges = {frozenset((p.a, p.b)): p for p in tables.pairs if p.relation == "duplicate"}

    assert len(edges) >= 49
    assert ends["s00"] != ends["s49"]
    assert len({row.cluster_id for row in tables.clusters}) > 10
    for row in tables.clusters:
        if row.story_id != row.kept_id:
            assert frozenset((row.story_id, row.kept_id)) in edges, "verified against its keeper"


def _crowd(count: int) -> list[Story]:
    base = words("w", 80).split()
    return [
        Story(f"s{n:02d}", " ".join([*base[: 2 * n], f"edit{chr(97 + n)}", *base[2 * n + 1 :]]))
        for n in range(count)
    ]


def test_too_large_a_cluster_is_reported_and_nothing_of_it_dropped(kernels: str) -> None:
    tables = run(*_crowd(8), max_cluster=6)

    (row,) = found(tables, "DUP106")
    assert (row.level, row.fix.action, row.evidence["cluster"]) == ("warning", "none", 7)
    copies = found(tables, "DUP102")
    assert len(copies) == 7
    assert {copy.fix.action for copy in copies} == {"none"}
    assert found(run(*_crowd(8), max_cluster=7), "DUP106") == []


def test_a_bucket_over_its_cap_is_reported(kernels: str) -> None:
    tables = run(*_crowd(12), max_bucket=3)

    assert found(tables, "DUP106")
    assert all(row.evidence["bucket"] > 3 for row in found(tables, "DUP106"))


@pytest.mark.parametrize("keep", ["longest", "none"])
def test_with_keep_none_copies_are_told_but_not_dropped(keep: str) -> None:
    one, other = near_copies(100, 95)
    tables = run(Story("a", one), Story("b", other), Story("c", one), keep=keep)

    assert len(found(tables, "DUP101", "DUP102")) == 2
    dropped = {row.fix.action for row in found(tables, "DUP101", "DUP102")}
    assert dropped == ({"none"} if keep == "none" else {"drop"})
    assert all(row.kept for row in tables.stories) == (keep == "none")


def test_a_keeper_that_is_shorter_is_said_to_be(kernels: str) -> None:
    text = words("w", 200)
    more: dict[str, Any] = {"published": "2024-01-02"}
    tables = run(
        Story("a", text, published="2024-01-01"), Story("b", f"{text} {words('x', 9)}", **more),
        keep="earliest",
    )  # fmt: skip

    (row,) = found(tables, "DUP102")
    assert row.message.endswith("near-duplicate of a, which is 9 words shorter")
