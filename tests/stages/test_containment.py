"""Candidates by containment: what the sample of shingles finds, against stories compared whole."""

from __future__ import annotations

import random
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import candidates, containment
from dedup.columns import Memory
from dedup.fingerprint import Segmented, read_through
from dedup.kernels import reference
from dedup.model import Story, StoryBatch
from dedup.text import matching_form
from tests.kernels import oracle
from tests.kernels.both import compiled_kernels

FORM = matching_form.load()
SIZE = 5


@pytest.fixture(scope="module", params=["compiled", "reference"])
def twin(request: pytest.FixtureRequest) -> ModuleType:
    """Each set of kernels in its turn."""
    return compiled_kernels() if request.param == "compiled" else reference


def _read(texts: list[str], kernels: ModuleType) -> Segmented:
    batch = StoryBatch.of([Story(str(n), text) for n, text in enumerate(texts)])
    return read_through(batch.text, batch.offsets, batch.body_starts, FORM, kernels)


def _pairs(
    texts: list[str],
    kernels: ModuleType,
    chosen: list[int] | None = None,
    cap: int = 200,
    budget: int = containment.BUDGET,
) -> set[tuple[int, int]]:
    words = _containing(texts, kernels, chosen, cap, budget).pairs
    assert words.tolist() == sorted(set(words.tolist()))
    a, b = candidates.unpack(words)
    return set(zip(a.tolist(), b.tolist(), strict=True))


def _containing(
    texts: list[str],
    kernels: ModuleType,
    chosen: list[int] | None = None,
    cap: int = 200,
    budget: int = containment.BUDGET,
) -> containment.Containing:
    read = _read(texts, kernels)
    stories = np.array(range(len(texts)) if chosen is None else chosen, np.int64)
    return containment.containing_pairs(
        read.paragraphs, read.tokens, stories, SIZE, cap, kernels, Memory(), budget=budget
    )


def _words(prefix: str, count: int) -> str:
    return " ".join(f"{prefix}{n}" for n in range(count))


def test_a_brief_is_found_in_the_story_that_holds_it(twin: ModuleType) -> None:
    """100 briefs of 40 words, each re-paragraphed and in the middle of 3,000 others."""
    texts = []
    for number in range(100):
        brief = _words(f"b{number}x", 40)
        around = _words(f"a{number}x", 3000).split()
        texts += [brief, " ".join([*around[:1500], *brief.split(), *around[1500:]])]

    found = _pairs(texts, twin)
    assert found == {(2 * n, 2 * n + 1) for n in range(100)}


def test_half_of_a_story_is_enough_and_a_tenth_is_not(twin: ModuleType) -> None:
    texts = []
    for number in range(60):
        one = _words(f"s{number}x", 400).split()
        half = [*one[:200], *_words(f"h{number}x", 200).split()]
        tenth = [*one[:40], *_words(f"t{number}x", 360).split()]
        texts += [" ".join(one), " ".join(half), " ".join(tenth)]

    found = _pairs(texts, twin)
    assert len(found & {(3 * n, 3 * n + 1) for n in range(60)}) >= 58
    assert not found & {(3 * n, 3 * n + 2) for n in range(60)}


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 10**6))
def test_short_stories_are_compared_whole(twin: ModuleType, seed: int) -> None:
    """Of stories that keep every shingle, exactly those pairs that share enough of the shorter."""
    draw = random.Random(seed)
    texts = [
        " ".join(draw.choice("abcd") + draw.choice("xy") for _ in range(draw.randint(5, 40)))
        for _ in range(8)
    ]
    split = [text.split() for text in texts]
    expected = set()
    for a in range(8):
        for b in range(a + 1, 8):
            one, other = (set(oracle.shingles(split[n], SIZE)) for n in (a, b))
            shorter = min(len(split[a]), len(split[b])) - SIZE + 1
            if one & other and len(one & other) >= containment.LEAST * shorter:
                expected.add((a, b))

    assert _pairs(texts, twin) == expected


def test_only_the_given_stories_are_paired(twin: ModuleType) -> None:
    text = _words("w", 60)

    assert _pairs([text] * 4, twin, [0, 2, 3]) == {(0, 2), (0, 3), (2, 3)}
    assert _pairs([text], twin) == set()
    assert _pairs([text, text], twin, []) == set()


def test_a_phrase_of_very_many_stories_pairs_linearly(twin: ModuleType) -> None:
    texts = [f"{_words('form', 20)} {_words(f'own{n}x', 10)}" for n in range(containment.CAP + 20)]

    assert len(_pairs(texts, twin)) <= 2 * len(texts)
    full = texts[: containment.CAP]
    assert len(_pairs(full, twin)) == len(full) * (len(full) - 1) / 2
    assert len(_pairs(full, twin, cap=5)) <= 2 * len(full)


@pytest.mark.parametrize("budget", [1, containment.BUDGET])
def test_a_phrase_too_common_to_pair_all_its_stories_is_counted(
    twin: ModuleType, budget: int
) -> None:
    """Of twenty words in a row every shingle is kept, the stories being short."""
    count = containment.CAP + 20
    texts = [f"{_words('form', 20)} {_words(f'own{n}x', 10)}" for n in range(count)]
    texts += [_words("form", 9)] * 3

    found = _containing(texts, twin, budget=budget)
    assert found.crowded == containment.Crowded(20 - SIZE + 1, count + 3)
    few = _containing(texts[: containment.CAP], twin, budget=budget)
    assert few.crowded == containment.Crowded()


def test_the_order_of_threads_does_not_matter(
    twin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [f"{_words('all', 30)} {_words(f'own{n % 5}x', 60)}" for n in range(20)]
    expected = _pairs(texts, twin)
    monkeypatch.setattr(containment, "AT_ONCE", 3)

    assert _pairs(texts, twin) == expected


@pytest.mark.parametrize("budget", [1, 1000, 4000])
def test_little_memory_changes_nothing(
    twin: ModuleType, budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A budget of a byte reads the stories once for every few shingles."""
    draw = random.Random(9)
    pieces = [_words(f"piece{n}x", 30) for n in range(12)]
    texts = [" ".join(draw.sample(pieces, 3)) for _ in range(8)]
    expected = _pairs(texts, twin)
    monkeypatch.setattr(containment, "HEAPED", 2)

    assert expected
    assert _pairs(texts, twin, budget=budget) == expected
