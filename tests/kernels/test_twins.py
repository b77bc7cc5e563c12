"""The compiled kernels and their reference twins give the same results, to the bit."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernels import constants as c
from dedup.text.matching_form import MatchingForm
from tests.kernels.made import (
    EDGES,
    arrays,
    buffer_of,
    columns,
    few,
    pairs_of,
    paragraphs_of,
    run_lists,
    runs_of,
    same,
    sizes,
    stories,
)

Twins = tuple[ModuleType, ModuleType]


@pytest.fixture(scope="session")
def twins(compiled: ModuleType, reference: ModuleType) -> Twins:
    """Both sets; the tests that take it are skipped where there is only one."""
    return compiled, reference


def _agree(twins: Twins, name: str, *arguments: object) -> bool:
    one, two = (getattr(kernels, name)(*arguments) for kernels in twins)
    return same(one, two)


def test_both_sets_have_the_same_functions_with_the_same_parameters(twins: Twins) -> None:
    compiled, reference = twins
    names = [name for name in compiled.__all__ if name != "NAME"]

    assert {compiled.NAME, reference.NAME} == {"compiled", "reference"}
    for name in names:
        one, two = (inspect.signature(getattr(kernels, name)) for kernels in twins)
        assert list(one.parameters) == list(two.parameters), name


@pytest.mark.parametrize("texts", EDGES.values(), ids=EDGES.keys())
def test_text_kernels_agree_at_the_edges(
    twins: Twins, form: MatchingForm, texts: list[str]
) -> None:
    _text_kernels_agree(twins, form, texts, 5)


@few
@given(st.lists(st.one_of(stories, columns.map(lambda text: [text])), max_size=3), sizes)
def test_text_kernels_agree_on_made_stories(
    twins: Twins, form: MatchingForm, groups: list[list[str]], size: int
) -> None:
    _text_kernels_agree(twins, form, [text for group in groups for text in group], size)


def _text_kernels_agree(
    twins: Twins, form: MatchingForm, texts: Sequence[str], size: int
) -> None:
    made = buffer_of(texts, [len(text) // 3 for text in texts])
    assert _agree(twins, "segment", *made, form)
    first, starts, ends, _, _ = twins[1].segment(*made, form)
    assert _agree(twins, "tokenise", made.text, starts, ends, form)
    token_first, tokens, _ = twins[1].tokenise(made.text, starts, ends, form)
    assert _agree(twins, "token_places", made.text, starts, ends, form)
    assert _agree(twins, "shingles", tokens, token_first[:-1], np.diff(token_first), size)
    parts = arrays(size, (1 << 16,), np.uint8, 8)
    for longest in (1, 3, 60):
        assert _agree(
            twins, "phrase_starts", tokens, token_first[:-1], np.diff(token_first), parts, longest
        )
    signs = np.unique(tokens[:: size + 1])
    for seen in (parts * np.uint8(2), parts & np.uint8(1)):
        assert _agree(
            twins, "phrase_edges", tokens, token_first[:-1], np.diff(token_first), 60, signs, seen
        )
    bounds = token_first[first]
    assert _agree(twins, "document_frequencies", tokens, bounds[:-1], bounds[1:])
    a, b = arrays(1, (2, 16), np.uint32, 2**32)
    assert _agree(twins, "signatures", tokens, token_first, size, a, b)
    signature = twins[1].signatures(tokens, token_first, size, a, b)
    for kept in (np.ones(len(starts), bool), np.arange(len(starts)) % 2 == 0):
        assert _agree(twins, "join_signatures", signature, kept, first)
    assert _agree(twins, "band_keys", signature, 5, 3)


@few
@given(st.lists(st.lists(st.integers(0, 5), max_size=6), max_size=5))
def test_signs_around_a_phrase_are_left_out_alike(twins: Twins, lists: list[list[int]]) -> None:
    first, tokens = runs_of(lists, np.uint32)
    seen = np.full(1 << 16, c.HEAD)
    signs = np.array([1, 2, 3], np.uint32)

    assert _agree(twins, "phrase_edges", tokens, first[:-1], np.diff(first), 60, signs, seen)


@few
@given(st.integers(0, 9), st.integers(1, 40), st.integers(1, 12))
def test_band_keys_agree(twins: Twins, count: int, bands: int, rows: int) -> None:
    signature = arrays(count, (count, bands * rows + 1), np.uint32, 2**32)

    assert _agree(twins, "band_keys", signature, bands, rows)


@few
@given(run_lists, st.booleans())
def test_sorted_runs_agree(twins: Twins, lists: list[list[int]], distinct: bool) -> None:
    owner = np.repeat(np.arange(len(lists)), [len(numbers) for numbers in lists])
    values = np.array([n << 60 | n for numbers in lists for n in numbers], np.uint64)

    assert _agree(twins, "sorted_runs", values, owner, len(lists), distinct)


@few
@given(run_lists, st.integers(0, 3))
def test_gathered_agrees(twins: Twins, lists: list[list[int]], skip: int) -> None:
    first, tokens = runs_of(lists, np.uint32)
    counts = np.maximum(np.diff(first) - skip, 0)

    assert _agree(twins, "gathered", tokens, first[:-1][::-1].copy(), counts[::-1].copy())


@few
@given(st.integers(0, 99), st.integers(0, 6), st.sampled_from([1, 2, 4]), st.integers(0, 9))
def test_samples_agree(twins: Twins, seed: int, count: int, rate: int, short: int) -> None:
    first = np.append(0, np.cumsum(arrays(seed, (count,), np.int64, 12)))
    hashes = arrays(seed, (int(first[-1]),), np.uint64, 2**64 - 1)

    for low, high in ((0, 1 << 32), (1 << 30, 3 << 30), (5, 5)):
        assert _agree(twins, "shingle_sample", first, hashes, rate, short, low, high)


@few
@given(run_lists, run_lists, st.integers(0, 10**6))
def test_sampled_agree(
    twins: Twins, lists: list[list[int]], samples: list[list[int]], seed: int
) -> None:
    """Empty runs and samples too, and bitmaps of any bits."""
    count = min(len(lists), len(samples))
    first, _ = runs_of(lists[:count])
    sample_first, sample = runs_of(samples[:count], np.uint32)
    bits = arrays(seed, (int(first[-1]),), np.uint8, 255)
    hashes = sample * np.uint32(0x9E3779B1)

    assert _agree(twins, "sampled", first, bits, sample_first, hashes, *pairs_of(count))


@few
@given(run_lists, run_lists, st.booleans())
def test_overlaps_agree(
    twins: Twins, lists: list[list[int]], leads: list[list[int]], spread: bool
) -> None:
    """Of values that share their upper bits, or the lower ones, as no hashes do."""
    count = min(len(lists), len(leads))
    step = np.uint64(1 << 24 if spread else (1 << 24) - 1)
    first, values = runs_of(lists[:count])
    lead_first, lead_values = runs_of(leads[:count])

    def overlaps(kernels: ModuleType) -> object:
        own = values * step, lead_values * step
        return kernels.overlaps(first, own[0], lead_first, own[1], *pairs_of(count))

    assert same(*map(overlaps, twins))


@few
@given(run_lists)
def test_intersections_agree(twins: Twins, lists: list[list[int]]) -> None:
    assert _agree(twins, "intersections", *runs_of(lists), *pairs_of(len(lists)))


@few
@given(run_lists, st.integers(0, 2**31))
def test_dot_products_agree(twins: Twins, lists: list[list[int]], seed: int) -> None:
    first, terms = runs_of([sorted(set(numbers)) for numbers in lists], np.uint32)
    weights = np.random.default_rng(seed).random(len(terms))

    assert _agree(twins, "dot_products", first, terms, weights, *pairs_of(len(lists)))


def test_dot_products_of_long_rows_agree(twins: Twins) -> None:
    """Long enough that adding in another order would show in the last bits."""
    first, terms = runs_of([range(5000), range(0, 5000, 2), range(1, 5000, 3)], np.uint32)
    weights = np.random.default_rng(7).random(len(terms))

    assert _agree(twins, "dot_products", first, terms, weights, *pairs_of(3))


@few
@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 6), st.integers(1, 4))
def test_alike_agrees(twins: Twins, count: int, least: int, cut: int, kinds: int) -> None:
    signature = arrays(count, (12, 8), np.uint32, kinds)
    rows = np.arange(count, dtype=np.int64) + 2
    groups = np.array(sorted({0, min(cut, count), count}), np.int64)

    assert _agree(twins, "alike", signature, rows, groups, least)


@few
@given(
    st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 999) | st.integers(2**64 - 9, 2**64 - 1)),
    st.sampled_from([0, 1, 7, 32, 60, 63]),
)
def test_sorted_words_agree(twins: Twins, words: list[int], below: int) -> None:
    """Words that are in order in their lowest bits, where those above are the same."""
    words.sort(key=lambda word: word % (1 << below))
    column = np.array(words, np.uint64)
    one, other = (twin.sorted_words(column.copy(), below) for twin in twins)

    assert one.tolist() == other.tolist() == sorted(words)


@few
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), max_size=40), st.integers(2, 6))
def test_bucket_pairs_agree(
    twins: Twins, words: list[tuple[int, int]], cap: int
) -> None:
    keys = np.array(sorted({key << 32 | story for key, story in words}), np.uint64)

    assert _agree(twins, "bucket_pairs", keys, cap)


@pytest.mark.parametrize("count", [0, 1, 2, 3, 199, 200, 201, 500])
def test_bucket_pairs_agree_with_one_bucket_for_all(twins: Twins, count: int) -> None:
    stories_of_one = np.arange(count, dtype=np.uint64) | np.uint64(7 << 32)
    stories_apart = np.arange(count, dtype=np.uint64) * np.uint64(1 + (1 << 32))

    assert _agree(twins, "bucket_pairs", stories_of_one, 200)
    assert _agree(twins, "bucket_pairs", stories_apart, 200)


def test_the_results_are_pinned(twin: ModuleType, form: MatchingForm) -> None:
    """Persisted fingerprints depend on every constant: raise HASH_VERSION if this changes."""
    first, tokens, poly = paragraphs_of(twin, ["The café: −5 °C, 市 1,250"], form)
    _, shingles = twin.shingles(tokens, first[:-1], np.diff(first), 3)

    assert c.HASH_VERSION == "poly64-1"
    assert f"{int(poly[0]):016x}" == "9f3ceb282ce42ffe"
    assert f"{int(np.bitwise_xor.reduce(shingles)):016x}" == "8a675eb733c30045"
