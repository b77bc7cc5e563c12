"""The kernels of the furniture model: both sets give the same, and what they should."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import kernels
from dedup.boilerplate.furniture import weights
from dedup.boilerplate.furniture.weights import Weights
from dedup.kernels import reference_furniture as reference
from dedup.text.matching_form import MatchingForm
from tests.kernels.made import EDGES, arrays, buffer_of, few, same, stories

Twins = tuple[ModuleType, ModuleType]


@pytest.fixture(scope="module")
def model() -> Weights:
    """The shipped weights: their classes are those of every character."""
    return weights.load()


@pytest.fixture(scope="module")
def twins(compiled: ModuleType) -> Twins:
    """Both sets of the furniture kernels."""
    return kernels.furniture(compiled), reference


def _agree(twins: Twins, name: str, *arguments: object) -> bool:
    one, two = (getattr(one_set, name)(*arguments) for one_set in twins)
    return same(one, two)


def test_both_sets_have_the_same_functions_with_the_same_parameters(twins: Twins) -> None:
    for name in twins[0].__all__:
        one, two = (inspect.signature(getattr(one_set, name)) for one_set in twins)
        assert list(one.parameters) == list(two.parameters), name


@pytest.mark.parametrize("texts", EDGES.values(), ids=EDGES.keys())
def test_they_agree_at_the_edges(
    twins: Twins, form: MatchingForm, model: Weights, texts: list[str]
) -> None:
    _all_agree(twins, form, model, texts)


@few
@given(st.lists(stories, max_size=4))
def test_they_agree_on_made_stories(
    twins: Twins, form: MatchingForm, model: Weights, groups: list[list[str]]
) -> None:
    _all_agree(twins, form, model, ["\n\n".join(group) for group in groups])


def _all_agree(twins: Twins, form: MatchingForm, model: Weights, texts: Sequence[str]) -> None:
    made = buffer_of(texts)
    plain = kernels.choose("reference")
    first, starts, ends, _, _ = plain.segment(made.text, made.offsets, made.skips, form)
    token_first, tokens, _ = plain.tokenise(made.text, starts, ends, form)
    at, words = token_first[:-1], np.diff(token_first)
    wording = model.wording
    text = (made.text, starts, ends)
    assert _agree(twins, "endings", *text, model.classes)
    assert _agree(twins, "shapes", *text, model.classes, form)
    assert _agree(
        twins, "gram_sums", *text, tokens, at, words, model.classes, form, wording.chars,
        wording.words,
    )  # fmt: skip
    rows = np.arange(len(starts))
    for prose, asked in ((rows % 2 == 0, rows), (rows % 3 > 0, rows[rows % 3 == 0]),
                         (rows < 0, rows)):  # fmt: skip
        assert _agree(twins, "echoes", tokens, at, words, first, prose, asked, model.common)


@few
@given(st.lists(st.integers(0, 12), max_size=8), st.integers(0, 99))
def test_surroundings_agree(twins: Twins, sizes: list[int], seed: int) -> None:
    first = np.cumsum([0, *sizes], dtype=np.int64)
    drawn = np.random.default_rng(seed)
    prose = drawn.random(first[-1]) < 0.3
    raw = np.where(prose, -384, drawn.integers(-300, 300, first[-1]))

    for share in (0.2, 1.0):
        rows = np.flatnonzero(drawn.random(first[-1]) < share)
        assert _agree(twins, "surroundings", raw, prose, first, rows)


@few
@given(st.integers(0, 30), st.integers(0, 20), st.integers(0, 99))
def test_trees_agree(twins: Twins, rows: int, trees: int, seed: int) -> None:
    features = arrays(seed, (rows, 7), np.int32, 9)
    columns, limits = arrays(seed, (trees, 3), np.int32, 7), arrays(1, (trees, 3), np.int32, 9)
    leaves = arrays(2, (trees, 4), np.int32, 99)

    assert _agree(twins, "tree_sums", features, columns, limits, leaves)


@pytest.fixture(params=["compiled", "reference"])
def one(request: pytest.FixtureRequest) -> ModuleType:
    """Each set of the furniture kernels in its turn."""
    chosen: ModuleType = request.getfixturevalue(request.param)
    return kernels.furniture(chosen)


def _spans(texts: Sequence[str]) -> Any:
    made = buffer_of(texts)
    return made.text, made.offsets[:-1], made.offsets[1:]


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("He said so.", reference.STOP), ("“He said so.”", reference.STOP),
        ("He said so (again.)", reference.STOP), ("Who?", reference.ASK), ("да!", reference.ASK),
        ("他说了。", reference.STOP), ("「そうだ。」", reference.STOP),
        ("उसने कहा।", reference.STOP),
        ("هل قال؟", reference.ASK), ("and so on...", reference.ELLIPSIS),
        ("and so on…", reference.ELLIPSIS), ("Read more", reference.LOWER),
        ("MORE", reference.UPPER), ("مزيد", reference.LETTER), ("อ่านต่อ", reference.LETTER),
        ("Page 3", reference.DIGIT), ("Related:", reference.COLON), ("(Reuters)", reference.LOWER),
        ("(", reference.OPEN), (")", reference.CLOSE), ("", reference.BLANK),
        (".", reference.STOP), ("Share |", reference.SIGN), ("e\u0301", reference.LOWER),
    ],
)  # fmt: skip
def test_how_a_paragraph_ends(one: ModuleType, model: Weights, text: str, ending: int) -> None:
    expected = reference.CLOSE if text == "(Reuters)" else ending

    assert one.endings(*_spans([text]), model.classes).tolist() == [expected]


def test_what_is_counted(one: ModuleType, model: Weights, form: MatchingForm) -> None:
    texts = ["Über UNS: 3 Ways, «да»!", "新闻 2", "", "  x"]
    found = one.shapes(*_spans(texts), model.classes, form)
    named = [dict(zip(reference.SHAPE, row, strict=True)) for row in found.tolist()]

    assert named[0] == {
        "lower": 8, "upper": 5, "letter": 0, "digit": 1, "stop": 1, "comma": 1, "colon": 1,
        "sign": 0, "quote": 2, "dash": 0, "initial": 3, "capitals": 1, "inner_stop": 0, "solo": 0,
        "start": reference.UPPER,
    }  # fmt: skip
    assert (named[1]["letter"], named[1]["solo"], named[1]["digit"]) == (2, 2, 1)
    assert set(named[2].values()) == {0}
    assert named[3]["start"] == reference.LOWER


def test_words_that_prose_uses_too(one: ModuleType) -> None:
    """Stories of word numbers; the second is prose, so is the fourth; word 1 is common."""
    story = [[2, 3, 1], [2, 4, 1], [4, 5, 5], [5, 2]]
    words = np.array([len(p) for p in story] * 2, np.int64)
    flat = [word for p in story for word in p] * 2
    tokens = (np.array(flat, np.uint32) << np.uint32(20)).astype(np.uint32)
    common = np.zeros(1 << 18, bool)
    common[1 << 6] = True
    prose = np.array([False, True, False, True] * 2)
    starts = np.cumsum(words) - words
    first = np.array([0, 4, 4, 8], np.int64)
    asked = np.array([0, 1, 2, 4, 7], np.int64)

    found = one.echoes(tokens, starts, words, first, prose, asked, common)

    # uncommon, in prose before, in prose behind, in the next prose, in the one before
    assert found.tolist() == [
        [2, 0, 1, 1, 0], [2, 0, 1, 1, 0], [3, 1, 2, 2, 1], [2, 0, 1, 1, 0], [2, 1, 0, 0, 1],
    ]  # fmt: skip


def test_grams_of_the_ends_alone_count(one: ModuleType, form: MatchingForm, model: Weights) -> None:
    """Beyond 32 code points from both ends nothing of the characters is looked at."""
    side = reference.SIDE
    texts = [f"{'ж' * side}{middle}{'b' * side}" for middle in ("", "x", "completely different")]
    buffer, starts, ends = _spans(texts)
    none = np.zeros(3, np.int64)
    sums = one.gram_sums(
        buffer, starts, ends, np.empty(0, np.uint32), none, none, model.classes, form,
        model.wording.chars, model.wording.words,
    )  # fmt: skip

    assert sums[1].tolist() == sums[2].tolist()
    assert sums[0, 1] == sum(2 * side + 2 - order + 1 for order in reference.ORDERS)
    assert sums[1, 1] == 2 * sum(side + 1 - order + 1 for order in reference.ORDERS)
    assert not sums[:, 2:].any()
