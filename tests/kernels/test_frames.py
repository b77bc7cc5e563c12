"""The kernels that compare facts: where tokens stand, and where two runs of tokens differ."""

from __future__ import annotations

import random
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.kernels import constants as c
from dedup.text.matching_form import MatchingForm
from tests.kernels import oracle
from tests.kernels.golden_texts import TEXTS
from tests.kernels.made import few, texts

Gap = tuple[int, int, int, int]


def _places(
    kernels: ModuleType, text: str, form: MatchingForm
) -> tuple[list[str], list[int]]:
    """The text of each token, and its flags."""
    encoded = text.encode()
    buffer = np.frombuffer(encoded, np.uint8)
    ends = np.array([0, len(encoded)])
    first, begin, end, flags = kernels.token_places(buffer, np.zeros(2, np.int64), ends, form)
    pieces = [encoded[i:j].decode() for i, j in zip(begin.tolist(), end.tolist(), strict=True)]
    assert first.tolist() == [0, 0, len(pieces)]
    return pieces, flags.tolist()


@few
@given(texts)
def test_the_places_of_tokens_hold_the_tokens(
    twin: ModuleType, form: MatchingForm, text: str
) -> None:
    pieces, flags = _places(twin, text, form)
    words = oracle.words(text)

    assert len(pieces) == len(words)
    for piece, word, flag in zip(pieces, words, flags, strict=True):
        # A dash is a token only before a digit, so it is looked at together with one.
        assert oracle.words(piece + "5" if word == "-" else piece)[0] == word
        assert bool(flag & c.DIGIT) == any(char.isdecimal() for char in word)
        first = next(char for char in piece if oracle.words(char) or word == "-")
        assert bool(flag & c.CAPITAL) == (first.isupper() or first.istitle())


@pytest.mark.parametrize("name", TEXTS)
def test_the_places_of_golden_texts(twin: ModuleType, form: MatchingForm, name: str) -> None:
    pieces, _ = _places(twin, TEXTS[name], form)

    assert [word for piece in pieces for word in oracle.words(piece)] == [
        word for word in oracle.words(TEXTS[name]) if word != "-"
    ]


@pytest.mark.parametrize(
    ("text", "initial"),
    [
        ("The mayor said. He left: Why? “Now” (Soon)", ["The", "He", "Why", "Now", "Soon"]),
        ("Mr. Smith and J. Doe met Gen. Hart in St. Paul", ["Mr"]),
        ("It rained all Monday. Smith left", ["It", "Smith"]),
        ("Он сказал. Иванов ушёл", ["Он", "Иванов"]),
        ("他说。好", ["他", "好"]),
    ],
)
def test_where_a_capital_says_little(
    twin: ModuleType, form: MatchingForm, text: str, initial: list[str]
) -> None:
    pieces, flags = _places(twin, text, form)

    found = [piece for piece, flag in zip(pieces, flags, strict=True) if flag & c.INITIAL]
    assert found == initial


def _gaps(kernels: ModuleType, a: list[int], b: list[int]) -> tuple[list[Gap], int]:
    tokens = np.array([*a, *b], np.uint32)
    starts, counts = np.array([0, len(a)]), np.array([len(a), len(b)])
    rows, aligned = kernels.gaps(tokens, starts, counts, np.array([0]), np.array([1]))
    assert not rows[:, 0].any()
    for low_a, high_a, low_b, high_b, before, behind in rows[:, 1:].tolist():
        assert a[low_a - before : low_a] == b[low_b - before : low_b]
        assert a[high_a : high_a + behind] == b[high_b : high_b + behind]
    return [tuple(row[1:5]) for row in rows.tolist()], int(aligned[0])


BASE = list(range(100, 130))


@pytest.mark.parametrize(
    ("other", "gaps", "aligned"),
    [
        (BASE, [], 30),
        ([*BASE[:9], 1, *BASE[10:]], [(9, 10, 9, 10)], 29),
        ([*BASE[:9], 1, 2, 3, *BASE[10:]], [(9, 10, 9, 12)], 29),
        ([*BASE[:9], *BASE[12:]], [(9, 12, 9, 9)], 27),
        ([*BASE[:9], 1, *BASE[9:]], [(9, 9, 9, 10)], 30),
        ([1, *BASE[1:]], [(0, 1, 0, 1)], 29),
        ([*BASE[:-1], 1], [(29, 30, 29, 30)], 29),
        ([*BASE, 1, 2], [(30, 30, 30, 32)], 30),
        ([*BASE[15:], *BASE[:15]], [], 30),
        (list(range(30)), [], 0),
        ([], [], 0),
        ([*BASE[:9], *range(12), *BASE[12:]], [], 27),
    ],
    ids=[
        "equal", "one word", "longer", "left out", "put in", "first", "last", "added", "moved",
        "strangers", "empty", "rewritten",
    ],
)  # fmt: skip
def test_gaps_of_known_edits(
    twin: ModuleType, other: list[int], gaps: list[Gap], aligned: int
) -> None:
    assert _gaps(twin, BASE, other) == (gaps, aligned)


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """A row of tokens, and the same after some edits; few kinds of tokens make it hard."""
    rng = random.Random(draw(st.integers(0, 10**6)))
    kinds = draw(st.sampled_from([2, 5, 1000]))
    one = [rng.randrange(kinds) for _ in range(rng.randint(0, 60))]
    other = list(one)
    for _ in range(rng.randint(0, 6)):
        low = rng.randint(0, len(other))
        high = min(low + rng.randint(0, 3), len(other))
        other[low:high] = [rng.randrange(kinds) for _ in range(rng.randint(0, 3))]
    if rng.random() < 0.3:
        cut = rng.randint(0, len(other))
        other = other[cut:] + other[:cut]
    return one, other


@few
@given(edited())
def test_both_sets_find_the_same_gaps(
    compiled: ModuleType, reference: ModuleType, rows: tuple[list[int], list[int]]
) -> None:
    assert _gaps(compiled, *rows) == _gaps(reference, *rows)


@few
@given(edited())
def test_a_gap_is_narrow_and_stands_in_an_equal_frame(
    twin: ModuleType, rows: tuple[list[int], list[int]]
) -> None:
    a, b = rows
    gaps, aligned = _gaps(twin, a, b)

    assert 0 <= aligned <= len(a)
    assert aligned == len(a) or a != b
    for low_a, high_a, low_b, high_b in gaps:
        assert (low_a, low_b) != (high_a, high_b)
        assert high_a - low_a <= c.GAP_WIDEST
        assert high_b - low_b <= c.GAP_WIDEST
        behind = a[high_a : high_a + c.GAP_FRAME], b[high_b : high_b + c.GAP_FRAME]
        assert behind[0] == behind[1]
        ends = (high_a, high_b) == (len(a), len(b))
        assert ends or len(behind[0]) == c.GAP_FRAME
        assert low_a == low_b == 0 or a[low_a - 1] == b[low_b - 1]


def test_gaps_are_linear_in_hostile_texts(compiled: ModuleType) -> None:
    """Two texts of one word, and two without a common word, of 300,000 words each."""
    for a, b in (([7] * 300_000, [7] * 200_000), (range(300_000), range(10**6, 10**6 + 300_000))):
        gaps, aligned = _gaps(compiled, list(a), list(b))
        assert len(gaps) <= 1
        assert aligned in (0, 200_000)
