"""Crowds: strangers who meet in them are told apart, and no pair that says something is lost."""

from __future__ import annotations

import random
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.collisions import colliding
from dedup import candidates, crowds, pipeline
from dedup.kernels import reference
from dedup.kernels.reference import I64
from dedup.model import Story, StoryBatch, Tables
from dedup.settings import build
from tests.kernels.both import compiled_kernels

quick = settings(max_examples=60, deadline=None, derandomize=True, database=None)
_HASHES = st.lists(st.sets(st.integers(0, 2**40 - 1), max_size=crowds.SAMPLED), max_size=6)


@pytest.fixture(scope="module", params=["compiled", "reference"])
def twin(request: pytest.FixtureRequest) -> ModuleType:
    """Each set of kernels in its turn."""
    return compiled_kernels() if request.param == "compiled" else reference


def _sketches(runs: list[set[int]]) -> crowds.Sketches:
    first = np.cumsum([0, *map(len, runs)]).astype(np.int64)
    values = np.array([value for run in runs for value in sorted(run)], np.uint64)
    return crowds.Sketches.of(first, values)


def _all_pairs(count: int) -> tuple[I64, I64]:
    left, right = np.triu_indices(count, 1)
    return left.astype(np.int64), right.astype(np.int64)


# Sketches


@quick
@given(_HASHES, st.sets(st.integers(0, 2**40 - 1), max_size=60))
def test_a_short_run_is_never_said_to_share_less_than_it_does(
    twin: ModuleType, runs: list[set[int]], common: set[int]
) -> None:
    runs = [run | common for run in runs]
    left, right = _all_pairs(len(runs))
    shares = _sketches(runs).shares(left, right, twin)

    for a, b, share in zip(left.tolist(), right.tolist(), shares.tolist(), strict=True):
        least = min(len(runs[a]), len(runs[b]))
        if least <= crowds.SAMPLED:
            assert share >= len(runs[a] & runs[b]) / max(least, 1)
        assert share <= 1


@pytest.mark.parametrize("sizes", [(700, 700), (200, 3000), (130, 9000)])
@pytest.mark.parametrize("shared", [0.0, 0.1, 0.46, 0.67, 1.0])
def test_a_sample_of_a_long_run_tells_strangers_from_kin(
    twin: ModuleType, sizes: tuple[int, int], shared: float
) -> None:
    """Forty pairs each: strangers are passed over, those that share 0.46 and more never."""
    draw = np.random.default_rng([*sizes, int(100 * shared)])
    runs = []
    for _ in range(40):
        own = draw.integers(0, 2**40, sizes[0])
        kept = draw.permutation(own)[: round(shared * len(own))]
        other = np.append(kept, draw.integers(0, 2**40, sizes[1] - len(kept)))
        runs += [set(own.tolist()), set(other.tolist())]
    left = np.arange(0, 80, 2)
    found = _sketches(runs).shares(left, left + 1, twin)

    # Of what is not shared, a bitmap of a byte for each hash lets one in eight through.
    assert found.mean() == pytest.approx(shared + 0.1175 * (1 - shared), abs=0.03)
    assert (found < crowds.LEAST).all() or shared >= 0.1
    assert (found >= crowds.LEAST).all() or shared < 0.46


@quick
@given(_HASHES, st.integers(0, 6))
def test_sketches_of_parts_are_those_of_the_whole(runs: list[set[int]], cut: int) -> None:
    joined = crowds.Sketches.joined([_sketches(runs[:cut]), _sketches(runs[cut:])])

    for name in crowds.Sketches._fields:
        assert getattr(joined, name).tolist() == getattr(_sketches(runs), name).tolist()


# Crowds


@quick
@given(st.lists(st.integers(0, 4), max_size=60), st.integers(1, 20))
def test_a_crowd_is_more_than_a_few_of_one_key(keys: list[int], more: int) -> None:
    words = np.array([key << 32 | row for row, key in enumerate(sorted(keys))], np.uint64)
    inside = crowds.crowded(words, more)
    expected = [keys.count(key) > more for key in sorted(keys)]

    assert (np.zeros(len(words), bool) if inside is None else inside).tolist() == expected


@quick
@given(st.integers(0, 10**6), st.integers(0, 60), st.integers(2, 40), st.integers(1, 50))
def test_a_screen_that_lets_all_through_changes_nothing(
    twin: ModuleType, seed: int, count: int, cap: int, at_once: int
) -> None:
    keys = np.random.default_rng(seed).integers(0, 4, (count, 3), dtype=np.uint32)
    screen = crowds.Screen(lambda rows: _sketches([{7}] * len(rows)), 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowds, "AT_ONCE", at_once)
        words, heads = candidates.band_pairs(keys, cap, twin, screen=screen)
    expected, expected_heads = candidates.band_pairs(keys, cap, twin)

    assert words.tolist() == expected.tolist()
    assert heads == expected_heads


def test_only_those_in_crowds_are_sketched_and_each_once() -> None:
    keys = np.array([[0, 5], *[[1, 2]] * 12, *[[3, 4]] * 3], np.uint32)
    draw, asked = random.Random(6), list[list[int]]()

    def sketch(rows: I64) -> crowds.Sketches:
        asked.append(rows.tolist())
        return _sketches([{draw.getrandbits(40) for _ in range(128)} for _ in rows])

    words, _ = candidates.band_pairs(keys, 200, reference, screen=crowds.Screen(sketch, 0.3))

    assert asked == [list(range(1, 13))]
    assert words.tolist() == [13 << 32 | 14, 13 << 32 | 15, 14 << 32 | 15]


# Whole runs


def _run(stories: list[Story], kernels: str = "reference") -> Tables:
    return pipeline.run([StoryBatch.of(stories)], build(jobs=1, kernels=kernels))


@pytest.fixture(scope="module")
def strangers() -> list[Story]:
    """Eighty stories in crowds of twenty, other ones in each of the 32 bands, and kin of some."""
    made = [
        Story(row["id"], row["text"], title=row["title"])
        for row in colliding(80, bands=32, crowd=20)
    ]
    kin = []
    for number, story in enumerate(made[:6]):
        words = story.text.split(" ")
        cut = words[: len(words) * (number + 4) // 10]
        kin.append(Story(f"k{number}", " ".join(cut)))
    return [*made, *kin]


def test_strangers_in_crowds_are_not_measured(strangers: list[Story]) -> None:
    """Nearly all of the 3,160 pairs of eighty stories share a band."""
    tables = _run(strangers)

    assert tables.manifest["counts"]["pairs_measured"] < 60
    assert {(row.a, row.b) for row in tables.pairs} == {
        (f"k{number}", f"s{number:07d}") for number in range(6)
    }


def test_what_is_passed_over_would_not_have_been_kept(
    strangers: list[Story], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _run(strangers)
    monkeypatch.setattr(crowds, "CROWD", 1000)
    measured = _run(strangers)

    assert measured.manifest["counts"]["pairs_measured"] > 2500
    for name in ("stories", "paragraphs", "pairs", "clusters", "findings"):
        assert getattr(found, name) == getattr(measured, name)


def test_bystanders_do_not_decide_who_is_measured(strangers: list[Story]) -> None:
    whole = {(row.a, row.b): row.relation for row in _run(strangers).pairs}
    half = _run([story for number, story in enumerate(strangers) if number % 2 or number < 6])
    alone = {(row.a, row.b): row.relation for row in half.pairs}

    assert alone
    assert alone == {pair: whole[pair] for pair in alone}


def test_stories_with_many_paragraphs_in_common_with_others_are_not_all_measured() -> None:
    """Each of 60 stories shares each of ten short paragraphs with other ones."""
    draw = random.Random(4)
    menus = [[f"{place}x{draw.getrandbits(60):x} " * 6 for _ in range(4)] for place in range(10)]
    stories = []
    for number in range(60):
        own = " ".join(f"w{draw.getrandbits(60):x}" for _ in range(200))
        lines = [draw.choice(lines) + f"{i} end." for i, lines in enumerate(menus)]
        stories.append(Story(f"s{number:02d}", "\n\n".join([own, *lines])))
    tables = _run(stories)

    assert tables.manifest["counts"]["pairs_measured"] < 60
    assert not tables.pairs
