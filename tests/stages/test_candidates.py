"""Candidates: what LSH promises to nominate, and what it does."""

from __future__ import annotations

import random
from itertools import combinations, pairwise
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import candidates
from dedup.fingerprint import (
    NOMINATING_SHINGLE,
    Sketch,
    paragraph_signatures,
    permutations,
    read_through,
    story_prints,
)
from dedup.kernels import reference
from dedup.kernels.equal import equal_runs
from dedup.model import Story, StoryBatch
from dedup.text import matching_form
from tests.kernels import oracle
from tests.kernels.both import compiled_kernels

FORM = matching_form.load()
quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module", params=["compiled", "reference"])
def twin(request: pytest.FixtureRequest) -> ModuleType:
    """Each set of kernels in its turn."""
    return compiled_kernels() if request.param == "compiled" else reference


def _pairs(words: np.ndarray) -> set[tuple[int, int]]:
    a, b = candidates.unpack(words)
    return set(zip(a.tolist(), b.tolist(), strict=True))


def _oracle_pairs(
    bands: list[list[int]], cap: int
) -> tuple[set[tuple[int, int]], dict[int, int]]:
    """Every pair of a bucket of at most ``cap``; of a row in larger ones two; and their heads."""
    found: set[tuple[int, int]] = set()
    heads, before = dict[int, set[int]](), dict[int, set[int]]()
    overfull: dict[int, int] = {}
    for band in bands:
        for key in set(band):
            rows = [row for row, own in enumerate(band) if own == key]
            if len(rows) <= cap:
                found |= set(combinations(rows, 2))
                continue
            overfull[rows[0]] = max(len(rows), overfull.get(rows[0], 0))
            for earlier, row in pairwise(rows):
                heads.setdefault(row, set()).add(rows[0])
                before.setdefault(row, set()).add(earlier)
    found |= {(min(firsts), row) for row, firsts in heads.items()}
    return found | {(max(near), row) for row, near in before.items()}, overfull


@quick
@given(st.integers(0, 10**6), st.integers(0, 14), st.integers(1, 4), st.integers(2, 6))
def test_band_pairs_are_those_that_share_a_key(
    twin: ModuleType, seed: int, count: int, bands: int, cap: int
) -> None:
    keys = np.random.default_rng(seed).integers(0, 4, (count, bands), dtype=np.uint32)
    words, heads = candidates.band_pairs(keys, cap, twin)
    expected, overfull = _oracle_pairs(keys.T.tolist(), cap)

    assert _pairs(words) == expected
    assert words.tolist() == sorted(set(words.tolist()))
    assert heads == overfull


@quick
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8)), max_size=25), st.integers(2, 5))
def test_paragraph_pairs_are_stories_that_share_one(
    twin: ModuleType, held: list[tuple[int, int]], cap: int
) -> None:
    exact = np.array([paragraph << 61 | 7 for paragraph, _ in held], np.uint64)
    story = np.array([own for _, own in held], np.int64)
    rows = [sorted({own for name, own in held if name == paragraph}) for paragraph in range(4)]
    bands = [[int(story in own) or -story for story in range(9)] for own in rows]
    expected, _ = _oracle_pairs(bands, cap)

    equal = equal_runs(exact)
    assert _pairs(candidates.paragraph_pairs(equal, story, cap, twin)) == expected


@quick
@given(st.integers(0, 10**6), st.sets(st.integers(0, 13)))
def test_bands_of_some_rows_are_those_of_an_array_of_them(seed: int, some: set[int]) -> None:
    keys = np.random.default_rng(seed).integers(0, 4, (14, 3), dtype=np.uint32)
    rows = np.array(sorted(some), np.int64)
    words, heads = candidates.band_pairs(np.asfortranarray(keys), 3, reference, rows=rows)
    expected, expected_heads = candidates.band_pairs(keys[rows], 3, reference)

    assert words.tolist() == expected.tolist()
    assert heads == expected_heads


def test_nominations_are_made_one_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = np.random.default_rng(5).integers(0, 3, (40, 6), dtype=np.uint32)
    expected, _ = candidates.band_pairs(keys, 50, reference)
    monkeypatch.setattr(candidates, "PAIRS_AT_ONCE", 10)

    assert candidates.band_pairs(keys, 50, reference)[0].tolist() == expected.tolist()


@pytest.mark.parametrize("at_once", [1, 7, 39])
def test_long_bands_are_sorted_in_parts(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys at both ends of their range, and rows chosen and not."""
    draw = np.random.default_rng(6)
    keys = draw.choice(np.array([0, 1, 1 << 31, (1 << 32) - 1], np.uint32), (40, 3))
    keys[:20] = draw.integers(0, 1 << 32, (20, 3), dtype=np.uint32)
    rows = np.arange(0, 40, 2)
    expected = [candidates.band_pairs(keys, 4, reference, rows=some) for some in (None, rows)]
    assert all(len(pairs) and heads for pairs, heads in expected)
    monkeypatch.setattr(candidates, "WORDS_AT_ONCE", at_once)

    for some, (pairs, heads) in zip((None, rows), expected, strict=True):
        found, found_heads = candidates.band_pairs(keys, 4, reference, rows=some)
        assert found.tolist() == pairs.tolist()
        assert found_heads == heads


# Pairs that are compared at the same time


@quick
@given(st.sets(st.tuples(st.integers(0, 20), st.integers(0, 20))), st.integers(1, 60))
def test_every_pair_is_in_one_group(pairs: set[tuple[int, int]], at_once: int) -> None:
    table = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    groups = candidates.together(table[:, 0], table[:, 1], np.full(21, 10), at_once)

    assert sorted(i for group in groups for i in group.tolist()) == list(range(len(table)))


def test_families_of_stories_stay_together_and_groups_small() -> None:
    """500 families of five stories, each compared with each, ten words a story."""
    draw = random.Random(3)
    names = draw.sample(range(2500), 2500)
    families = [names[at : at + 5] for at in range(0, 2500, 5)]
    pairs = [(a, b) for own in families for a in own for b in own if a < b]
    draw.shuffle(pairs)
    a, b = np.array(pairs, np.int64).T
    groups = candidates.together(a, b, np.full(2500, 10), 200)
    stories = [set(a[group].tolist()) | set(b[group].tolist()) for group in groups]

    assert max(map(len, stories)) <= 20 + 4
    assert sum(map(len, stories)) <= 2500 + 5 * len(groups)


# What is promised


@pytest.mark.parametrize("shingle", [1, 3, 5, 8])
@pytest.mark.parametrize(("bands", "rows"), [(32, 4), (9, 13), (128, 1), (1, 128)])
def test_recall_rises_with_similarity_from_nothing_to_all(
    bands: int, rows: int, shingle: int
) -> None:
    found = [candidates.recall(j / 50, bands, rows, shingle) for j in range(51)]

    assert found == sorted(found)
    assert (found[0], found[-1]) == (0, 1)


@pytest.mark.parametrize(("bands", "rows"), [(32, 4), (16, 8), (9, 13)])
@pytest.mark.parametrize("jaccard", [0.3, 0.5, 0.8])
def test_recall_of_independent_slots_is_simulated(jaccard: float, bands: int, rows: int) -> None:
    """A slot of two signatures is equal with the chance of their Jaccard."""
    draw = np.random.default_rng(bands)
    equal = draw.random((20_000, bands, rows)) < jaccard
    bands_equal = np.asarray(equal.all(axis=2))
    rate = bands_equal.any(axis=1).mean()
    expected = candidates.recall(jaccard, bands, rows, NOMINATING_SHINGLE)

    assert expected == pytest.approx(1 - (1 - jaccard**rows) ** bands)
    assert abs(rate - expected) < 4 * (0.25 / 20_000) ** 0.5


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.1, 0.15])
def test_words_edited_at_random_keep_more_of_short_shingles_as_assumed(rate: float) -> None:
    draw = random.Random(f"edits {rate}")
    one = [f"w{n}" for n in range(20_000)]
    other = [f"x{n}" if draw.random() < rate else word for n, word in enumerate(one)]
    five, three = (oracle.jaccard(one, other, size) for size in (5, NOMINATING_SHINGLE))

    # Jaccard ``three`` in the nominating shingles is nominated as ``five`` in 5-word ones.
    assert candidates.recall(five, 20, 5, 5) == pytest.approx(
        candidates.recall(three, 20, 5, NOMINATING_SHINGLE), abs=0.02
    )


@pytest.mark.parametrize("num_perm", [16, 64, 128, 256])
@pytest.mark.parametrize("floor", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("wanted", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("shingle", [3, 5])
def test_the_layout_is_the_most_selective_that_suffices(
    num_perm: int, floor: float, wanted: float, shingle: int
) -> None:
    bands, rows, found = candidates.layout(num_perm, floor, wanted, shingle)

    assert bands * rows <= num_perm
    assert found == candidates.recall(floor, bands, rows, shingle)
    if rows > 1 or found >= wanted:
        assert found >= wanted
    for more in range(rows + 1, num_perm // 2 + 1):
        assert candidates.recall(floor, num_perm // more, more, shingle) < wanted


def test_a_wish_beyond_reach_gets_one_row_a_band() -> None:
    assert candidates.layout(16, 0.01, 0.99, 5)[:2] == (16, 1)
    assert candidates.layout(128, 0.0, 0.99, 5) == (128, 1, 0.0)


def test_what_was_promised_at_half_is_nominated(twin: ModuleType) -> None:
    """150 pairs of Jaccard 0.5 in 5-word shingles, edited word by word, through the real path."""
    layout = candidates.layout(128, 0.5, 0.95, 5)
    stories = []
    for number in range(150):
        draw = random.Random(f"half {number}")
        one = [f"{number}w{n}" for n in range(150)]
        rate = 1 - (2 / 3) ** (1 / 5)
        while True:
            other = [f"x{word}" if draw.random() < rate else word for word in one]
            if abs(oracle.jaccard(one, other, 5) - 0.5) < 0.02:
                break
        stories += [Story(f"{number}a", " ".join(one)), Story(f"{number}b", " ".join(other))]
    batch = StoryBatch.of(stories)
    sketch = Sketch(5, layout.bands, layout.rows, *permutations(128, 1))
    read = read_through(batch.text, batch.offsets, batch.body_starts, FORM, twin)
    prints = story_prints(read, paragraph_signatures(read, sketch, twin), sketch, twin)
    words, _ = candidates.band_pairs(prints.band_keys, 200, twin)

    found = _pairs(words)
    assert len(found & {(2 * n, 2 * n + 1) for n in range(150)}) >= 0.95 * 150 - 8
    assert len(found) <= 155
