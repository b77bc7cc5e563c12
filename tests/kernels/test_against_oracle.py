"""Both sets of kernels do what the slow oracle does."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernels import constants as c
from dedup.text.matching_form import MatchingForm
from tests.kernels import oracle
from tests.kernels.golden_texts import TEXTS
from tests.kernels.made import (
    EDGES,
    buffer_of,
    columns,
    few,
    mix64,
    pairs_of,
    paragraphs_of,
    polynomial,
    run_lists,
    runs_of,
    shingle_hash,
    sizes,
    texts,
    token_hash,
)

every_edge = pytest.mark.parametrize("stories", EDGES.values(), ids=EDGES.keys())


# Tokens


@every_edge
def test_tokens_at_the_edges(twin: ModuleType, form: MatchingForm, stories: list[str]) -> None:
    first, tokens, poly = paragraphs_of(twin, stories, form)
    words = [oracle.words(story) for story in stories]

    assert np.diff(first).tolist() == [len(own) for own in words]
    assert tokens.tolist() == [token_hash(word) >> 32 for own in words for word in own]
    assert poly.tolist() == [
        polynomial([token_hash(word) for word in own], c.TOKEN_STEP) for own in words
    ]


@few
@given(st.lists(texts, max_size=3))
def test_tokens_of_made_texts(twin: ModuleType, form: MatchingForm, stories: list[str]) -> None:
    _, tokens, _ = paragraphs_of(twin, stories, form)

    assert tokens.tolist() == [
        token_hash(word) >> 32 for story in stories for word in oracle.words(story)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("−5 °C", "- 5 ° c"),
        ("2019-20 so-called", "2019 20 so called"),
        ("café-5 cafe\u0301-5", "cafe 5 cafe 5"),
        ("-\u200e5 to -5", "- 5 to - 5"),
        ("the players’-5", "the players 5"),
        ("€12.50 ₹४ ３％", "€ 12 50 ₹ 4 3 %"),
        ("won’t wont won't", "wont wont wont"),
        ("ＡＢＣ abc Straße Łódź", "abc abc straße lodz"),
        ("المـــدينة المدينة", "المدينة المدينة"),
        ("市立图书馆12号", "市 立 图 书 馆 12 号"),
        ("पानी नहीं", "पानी नहीं"),
        ("a\u00adb \ufeffc", "ab c"),
    ],
)
def test_what_the_matching_form_makes_of_a_text(
    twin: ModuleType, form: MatchingForm, text: str, words: str
) -> None:
    _, tokens, _ = paragraphs_of(twin, [text], form)

    assert oracle.words(text) == tuple(words.split())
    assert tokens.tolist() == [token_hash(word) >> 32 for word in words.split()]


@pytest.mark.parametrize("script", ["latin", "cyrillic"])
def test_composed_and_decomposed_letters_are_the_same_words(
    twin: ModuleType, form: MatchingForm, script: str
) -> None:
    _, composed, _ = paragraphs_of(twin, [TEXTS[script]], form)
    _, decomposed, _ = paragraphs_of(twin, [TEXTS[f"{script}-nfd"]], form)

    assert composed.tolist() == decomposed.tolist()


# Paragraphs


def _spans(
    twin: ModuleType, form: MatchingForm, stories: list[str], titles: list[int]
) -> tuple[list[list[oracle.Span]], list[str], list[str]]:
    """Spans of characters of each story, and each paragraph cut by characters and by bytes."""
    made = buffer_of(stories, titles)
    first, low, high, start, end = twin.segment(*made, form)
    story = np.repeat(np.arange(len(stories)), np.diff(first))
    by_char = [stories[s][a:b] for s, a, b in zip(story, start, end, strict=True)]
    by_byte = [made.text[a:b].tobytes().decode() for a, b in zip(low, high, strict=True)]
    spans = list(zip(start.tolist(), end.tolist(), strict=True))
    bounds = zip(first[:-1].tolist(), first[1:].tolist(), strict=True)
    return [spans[a:b] for a, b in bounds], by_char, by_byte


@every_edge
def test_paragraphs_at_the_edges(
    twin: ModuleType, form: MatchingForm, stories: list[str]
) -> None:
    spans, by_char, by_byte = _spans(twin, form, stories, [0] * len(stories))

    assert spans == [oracle.paragraphs(story) for story in stories]
    assert by_char == by_byte


@few
@given(st.lists(st.tuples(st.one_of(texts, columns), st.integers(0, 30)), max_size=4))
def test_paragraphs_of_made_texts(
    twin: ModuleType, form: MatchingForm, titled: list[tuple[str, int]]
) -> None:
    stories = [text for text, _ in titled]
    titles = [min(title, len(text)) for text, title in titled]
    spans, by_char, by_byte = _spans(twin, form, stories, titles)

    assert spans == [oracle.paragraphs(*pair) for pair in zip(stories, titles, strict=True)]
    assert by_char == by_byte
    assert all(part and part == part.strip() for part in by_char)


# Shingles and scores


@few
@given(st.lists(texts, max_size=3), sizes)
def test_shingles_are_runs_of_words(
    twin: ModuleType, form: MatchingForm, stories: list[str], size: int
) -> None:
    first, tokens, _ = paragraphs_of(twin, stories, form)
    _, hashes = twin.shingles(tokens, first[:-1], np.diff(first), size)
    expected = [oracle.shingles(oracle.words(story), size) for story in stories]

    assert hashes.tolist() == [shingle_hash(shingle) for own in expected for shingle in own]


_VOCABULARY = ["harbour", "mayor", "flood", "the", "of", "市", "½", "5"]
_sentences = st.lists(st.lists(st.sampled_from(_VOCABULARY), max_size=25), min_size=1, max_size=5)


@few
@given(_sentences, st.integers(1, 5))
def test_shared_shingles_give_jaccard_and_containment(
    twin: ModuleType, form: MatchingForm, sentences: list[list[str]], size: int
) -> None:
    first, values = _shingle_runs(twin, form, sentences, size, distinct=True)
    left, right = pairs_of(len(sentences))
    shared, lengths = twin.intersections(first, values, left, right), np.diff(first)

    for a, b, both in zip(left, right, shared.tolist(), strict=True):
        union = lengths[a] + lengths[b] - both
        assert both / max(union, 1) == oracle.jaccard(sentences[a], sentences[b], size)
        assert both / max(lengths[a], 1) == oracle.containment(sentences[a], sentences[b], size)


@few
@given(_sentences, st.integers(1, 5), st.integers(0, 6))
def test_overlaps_are_those_of_sets(
    twin: ModuleType, form: MatchingForm, sentences: list[list[str]], size: int, lead: int
) -> None:
    first, hashes, lead_first, leads = (
        part
        for texts in (sentences, [words[:lead] for words in sentences])
        for part in _shingles(twin, form, texts, size)
    )
    left, right = pairs_of(len(sentences))
    found = twin.overlaps(first, hashes, lead_first, leads, left, right)
    whole = [set(oracle.shingles(words, size)) for words in sentences]
    front = [set(oracle.shingles(words[:lead], size)) for words in sentences]
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))

    assert [column.tolist() for column in found] == [
        [len(own) for own in whole],
        [len(own) for own in front],
        [len(whole[a] & whole[b]) for a, b in pairs],
        [len(front[a] & whole[b]) for a, b in pairs],
        [len(front[b] & whole[a]) for a, b in pairs],
    ]


@few
@given(_sentences, st.sampled_from([1, 2, 4]), st.integers(0, 12))
def test_a_sample_holds_the_hashes_of_its_rate(
    twin: ModuleType, form: MatchingForm, sentences: list[list[str]], rate: int, short: int
) -> None:
    first, hashes = _shingles(twin, form, sentences, 2)
    words = twin.shingle_sample(first, hashes, rate, short, 0, 1 << 32).tolist()
    expected = set()
    for run, own in enumerate(np.split(hashes, first[1:-1])):
        expected |= {
            (value >> 32) << 32 | run
            for value in own.tolist()
            if value % rate == 0 or len(own) <= short
        }

    assert words == sorted(expected)


@few
@given(_sentences)
def test_shared_word_pairs_give_dice(
    twin: ModuleType, form: MatchingForm, sentences: list[list[str]]
) -> None:
    first, values = _shingle_runs(twin, form, sentences, 2, distinct=False)
    left, right = pairs_of(len(sentences))
    shared, lengths = twin.intersections(first, values, left, right), np.diff(first)

    for a, b, both in zip(left, right, shared.tolist(), strict=True):
        total = lengths[a] + lengths[b]
        assert 2 * both / max(total, 1) == oracle.dice(sentences[a], sentences[b])


@few
@given(st.integers(0, 99), st.integers(0, 9), st.integers(0, 8))
def test_alike_are_rows_that_agree_often(
    twin: ModuleType, seed: int, count: int, least: int
) -> None:
    signature = np.random.default_rng(seed).integers(0, 3, (9, 8), dtype=np.uint32)
    rows = np.arange(count, dtype=np.int64)[::-1].copy()
    a, b = twin.alike(signature, rows, np.array([0, count]), least)
    pairs = sorted(combinations(range(count), 2), key=lambda pair: pair[::-1])

    assert list(zip(a.tolist(), b.tolist(), strict=True)) == [
        (i, j)
        for i, j in pairs
        if sum(x == y for x, y in zip(*signature[rows[[i, j]]], strict=True)) >= least
    ]


def _shingles(
    twin: ModuleType, form: MatchingForm, sentences: list[list[str]], size: int
) -> tuple[np.ndarray, np.ndarray]:
    made = buffer_of(["|".join(words) for words in sentences])
    token_first, tokens, _ = twin.tokenise(made.text, made.offsets[:-1], made.offsets[1:], form)
    found: tuple[np.ndarray, np.ndarray] = twin.shingles(
        tokens, token_first[:-1], np.diff(token_first), size
    )
    return found


def _shingle_runs(
    twin: ModuleType, form: MatchingForm, sentences: list[list[str]], size: int, distinct: bool
) -> tuple[np.ndarray, np.ndarray]:
    first, hashes = _shingles(twin, form, sentences, size)
    owner = np.repeat(np.arange(len(sentences)), np.diff(first))
    runs: tuple[np.ndarray, np.ndarray] = twin.sorted_runs(hashes, owner, len(sentences), distinct)
    return runs


@few
@given(run_lists)
def test_intersections_count_with_multiplicity(twin: ModuleType, lists: list[list[int]]) -> None:
    left, right = pairs_of(len(lists))
    shared = twin.intersections(*runs_of(lists), left, right)

    assert shared.tolist() == [
        (Counter(lists[a]) & Counter(lists[b])).total() for a, b in zip(left, right, strict=True)
    ]


@few
@given(run_lists)
def test_document_frequencies_count_stories(twin: ModuleType, lists: list[list[int]]) -> None:
    first = np.cumsum([0, *map(len, lists)])
    tokens = np.array([n << 12 | n for numbers in lists for n in numbers], np.uint32)
    counted = twin.document_frequencies(tokens, first[:-1], first[1:])
    expected = Counter(n for numbers in lists for n in set(numbers))

    assert {int(n): int(counted[n]) for n in np.flatnonzero(counted)} == dict(expected)


def test_terms_of_very_many_stories_are_counted_once_a_story(twin: ModuleType) -> None:
    stories = 140_000  # the compiled twin stamps them with 16 bits
    tokens = np.tile(np.array([5 << 12, 5 << 12, 6 << 12], np.uint32), stories)
    first = np.arange(0, 3 * stories + 1, 3)
    counted = twin.document_frequencies(tokens, first[:-1], first[1:])

    assert counted[5] == counted[6] == stories


# Buckets


@few
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 9))), st.integers(2, 5))
def test_pairs_of_buckets(
    twin: ModuleType, words: set[tuple[int, int]], cap: int
) -> None:
    keys = np.array(sorted(key << 32 | story for key, story in words), np.uint64)
    pairs, runs = twin.bucket_pairs(keys, cap)
    expected, overfull = oracle.bucket_pairs(words, cap)

    assert {divmod(int(pair), 2**32) for pair in pairs} == expected
    assert {int(keys[a]) >> 32: b - a for a, b in runs.tolist()} == overfull


@few
@given(st.integers(0, 5), st.integers(1, 6), st.integers(1, 4))
def test_band_keys_are_equal_where_the_rows_are(
    twin: ModuleType, seed: int, bands: int, rows: int
) -> None:
    signature = np.random.default_rng(seed).integers(0, 2, (6, bands * rows), dtype=np.uint32)
    keys = twin.band_keys(signature, bands, rows)

    for band in range(bands):
        own = signature[:, band * rows : (band + 1) * rows]
        for a, b in combinations(range(6), 2):
            assert (keys[a, band] == keys[b, band]) == np.array_equal(own[a], own[b])


def test_mix64_of_arrays_is_that_of_integers(reference: ModuleType) -> None:
    numbers = [0, 1, 2**31, 2**32, 2**63, 2**64 - 1]

    assert reference.mix64(np.array(numbers, np.uint64)).tolist() == [mix64(n) for n in numbers]
