"""Clusters: on verified edges only, around a keeper that can stand for every member."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.cluster import KEEP, Candidate, Members, assign, decided_by, preference
from dedup.text.dates import UNKNOWN

Edges = list[tuple[int, int]]

edges_of = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda e: e[0] != e[1]),
    max_size=40,
    unique=True,
)
stories_of = st.lists(
    st.tuples(
        st.integers(8, 11), st.sampled_from([1.0, 2.0, UNKNOWN]), st.booleans(), st.booleans(),
        st.integers(0, 2),
    ),
    min_size=12, max_size=12,
).map(
    lambda rows: [
        Candidate(words, hours, f"s{n:02d}", withdrawn, agency, rank)
        for n, (words, hours, withdrawn, agency, rank) in enumerate(rows)
    ]
)  # fmt: skip
keeps = st.sampled_from(sorted(KEEP))
quick = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def _equal(count: int) -> list[Candidate]:
    return [Candidate(100, 1.0, f"s{n:03d}") for n in range(count)]


def _both(edges: Edges) -> Edges:
    """Edges of duplicates: either story can stand for the other."""
    return [*edges, *((b, a) for a, b in edges)]


@quick
@given(stories_of, edges_of, keeps)
def test_laws(stories: list[Candidate], edges: Edges, keep: str) -> None:
    keeper = assign(stories, edges, keep)
    members = {kept: {n for n in keeper if keeper[n] == kept} for kept in keeper.values()}

    for kept, group in members.items():
        assert keeper[kept] == kept
        assert len(group) > 1
        longest = max(stories[n].words for n in group)
        able = [n for n in group if all((n, m) in edges for m in group - {n})]
        assert kept == min(able, key=lambda n: preference(stories[n], keep, longest))
    for one, other in edges:
        assert one in keeper or other in keeper, "who is left out has no one left to stand for"


@quick
@given(stories_of, edges_of, keeps, st.randoms(use_true_random=False))
def test_the_order_of_edges_does_not_matter(
    stories: list[Candidate], edges: Edges, keep: str, draw: random.Random
) -> None:
    expected = assign(stories, edges, keep)
    shuffled = edges * 2
    draw.shuffle(shuffled)

    assert assign(stories, shuffled, keep) == expected
    assert list(assign(stories, iter(edges), keep)) == list(expected)


@quick
@given(stories_of, edges_of, keeps, st.permutations(range(12)))
def test_the_numbers_of_the_stories_do_not_matter(
    stories: list[Candidate], edges: Edges, keep: str, order: list[int]
) -> None:
    """Ids decide the last tie, so any numbering gives the same clusters."""
    renumbered: list[Candidate] = [stories[0]] * 12
    for old, new in enumerate(order):
        renumbered[new] = stories[old]
    moved = assign(renumbered, [(order[a], order[b]) for a, b in edges], keep)

    assert moved == {order[n]: order[kept] for n, kept in assign(stories, edges, keep).items()}


def test_no_edge_is_no_cluster() -> None:
    assert assign(_equal(3), [], "longest") == {}


def test_a_chain_of_fifty_is_not_one_cluster() -> None:
    keeper = assign(_equal(50), _both([(n, n + 1) for n in range(49)]), "longest")
    sizes = Counter(keeper.values())

    assert max(sizes.values()) == 3
    assert len(sizes) >= 50 / 3


def test_a_star_is_one_cluster_around_its_middle() -> None:
    stories = [Candidate(100 + n, 1.0, f"s{n}") for n in range(8)]
    keeper = assign(stories, _both([(0, n) for n in range(1, 8)]), "longest")

    assert set(keeper.values()) == {0}
    assert decided_by(stories[0], stories[7], "longest", 107) == "verified-against-all"


def test_a_clique_keeps_the_preferred() -> None:
    stories = [Candidate(100 + n, 1.0, f"s{n}") for n in range(8)]
    edges = [(a, b) for a in range(8) for b in range(8) if a != b]

    assert set(assign(stories, edges, "longest").values()) == {7}
    assert set(assign(stories, edges, "first").values()) == {0}


def test_two_stars_that_touch_are_two_clusters() -> None:
    """The larger takes the middle of the smaller, whose others are then strangers."""
    edges = [(0, n) for n in (2, 3, 4, 5)] + [(1, n) for n in (6, 7, 8)] + [(0, 1)]
    assert assign(_equal(9), _both(edges), "longest") == dict.fromkeys([0, 1, 2, 3, 4, 5], 0)
    assert assign(_equal(9), _both([*edges, (6, 7), (6, 8)]), "longest") == (
        dict.fromkeys([0, 1, 2, 3, 4, 5], 0) | dict.fromkeys([6, 7, 8], 6)
    )


@pytest.mark.parametrize("keep", sorted(KEEP))
def test_a_brief_never_stands_for_the_story_that_holds_it(keep: str) -> None:
    brief = Candidate(40, 1.0, "a", agency=True)
    whole = Candidate(400, 2.0, "b", rank=2)

    assert assign([brief, whole], [(1, 0)], keep) == {0: 1, 1: 1}


@pytest.mark.parametrize("keep", sorted(KEEP))
def test_a_withdrawn_text_is_not_kept(keep: str) -> None:
    withdrawn = Candidate(120, 1.0, "a", withdrawn=True, agency=True)
    corrected = Candidate(100, 2.0, "b", rank=1)

    assert assign([withdrawn, corrected], [(0, 1), (1, 0)], keep) == {0: 1, 1: 1}
    assert decided_by(corrected, withdrawn, keep, 120) == "not-withdrawn"


@pytest.mark.parametrize(
    ("keep", "kept", "dropped", "key"),
    [
        ("longest", (9, 5.0, "b"), (8, 1.0, "a"), "longest"),
        ("longest", (9, 1.0, "b"), (9, 5.0, "a"), "earliest"),
        ("longest", (9, 1.0, "b"), (9, UNKNOWN, "a"), "earliest"),
        ("longest", (9, 1.0, "a"), (9, 1.0, "b"), "first-id"),
        ("longest", (8, 1.0, "a"), (9, 1.0, "b"), "verified-against-all"),
        ("earliest", (8, 1.0, "b"), (9, 5.0, "a"), "earliest"),
        ("earliest", (9, UNKNOWN, "b"), (8, UNKNOWN, "a"), "longest"),
        ("latest", (9, 5.0, "b"), (9, 1.0, "a"), "latest"),
        ("latest", (9, 1.0, "b"), (10, UNKNOWN, "a"), "latest"),
        ("latest", (10, 1.0, "b"), (8, 5.0, "a"), "complete"),
        ("agency", (9, 5.0, "b", False, True), (10, 1.0, "a"), "agency"),
        ("agency", (10, 5.0, "b"), (8, 1.0, "a"), "complete"),
        ("source", (9, 5.0, "b"), (10, 1.0, "a", False, False, 1), "source-order"),
        ("none", (9, 5.0, "b"), (8, 1.0, "a"), "longest"),
        ("first", (1, 9.0, "a"), (9, 1.0, "b"), "first-id"),
    ],
)
def test_the_key_that_decided_is_named(
    keep: str, kept: tuple[Any, ...], dropped: tuple[Any, ...], key: str
) -> None:
    one, other = Candidate(*kept), Candidate(*dropped)
    longest = max(one.words, other.words)

    assert decided_by(one, other, keep, longest) == key
    if key != "verified-against-all":
        assert min(one, other, key=lambda story: preference(story, keep, longest)) == one


def test_members_are_made_of_columns_and_remember_what_is_put() -> None:
    members = Members(
        np.array([3, 5]), [1.5, 2.5], ["a", "b"], ["x", "y"], {"y": 0}, np.array([True, False])
    )
    first = Candidate(3, 1.5, "a", rank=1, archived=True)

    assert list(members) == [first, Candidate(5, 2.5, "b")]
    members.put(0, first._replace(withdrawn=True))
    assert members[0].withdrawn
    assert not members[1].withdrawn
    assert len(members) == 2
