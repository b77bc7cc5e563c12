"""Facts replaced inside an equal frame of words, as a run compares them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.facts import frames, scan
from dedup.facts.frames import Framed, Window, replaced, replaced_all
from dedup.facts.mentions import Mention
from dedup.facts.vocabulary import Vocabulary
from dedup.facts.words import Words

BEFORE, BEHIND = "officials in the town said that", "had been seen there in the evening"


def _frame(before: str, behind: str, *changed: str) -> list[Window]:
    return [
        Window(f"{before} {words} {behind}", len(before) + 1, len(before) + 1 + len(words))
        for words in changed
    ]


def _lines(*changed: str, language: str = "en", before: str = BEFORE) -> list[str]:
    one, other = _frame(before, BEHIND, *changed)
    return [str(change) for change in replaced(one, other, language)]


@pytest.mark.parametrize(
    ("one", "other", "line"),
    [
        ("14 people", "31 people", "14 → 31 people"),
        ("three boats", "four boats", "three → four boats"),
        ("Hart Smith", "Jane Jones", "Hart Smith → Jane Jones"),
        ("Secretary", "December", "Secretary → December"),
        ("$1.5 billion", "$1.6 billion", "$1.5 billion → $1.6 billion"),
        ("wolves", "not wolves", "added: not"),
    ],
)
def test_what_was_replaced(one: str, other: str, line: str) -> None:
    assert _lines(one, other)[:1] == [line]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14 people", "fourteen people"),
        ("$1.5 billion", "$1,500 million"),
        ("Hart Smith", "HART SMITH"),
        ("Hart Smith", "Mr. Smith"),
        ("Washington", "Washingtno"),
        ("no", "on"),
        ("big impact no", "bgi impatc on"),
        ("boats", "wolves"),
        ("a large wolf", "an enormous wolf"),
    ],
)
def test_what_is_no_other_fact(one: str, other: str) -> None:
    assert _lines(one, other) == []


def test_a_capital_that_begins_a_sentence_is_no_name() -> None:
    assert _lines("Boats", "Wolves", before="it was late in the evening.") == []


words = st.sampled_from(
    ["14", "31", "three", "Smith", "Jones", "Monday", "not", "no", "wolves", "$5", "5 %", "Oslo"]
)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(words, max_size=4), st.lists(words, max_size=4))
def test_the_sides_mirror_each_other(one: list[str], other: list[str]) -> None:
    a, b = _frame(BEFORE, BEHIND, " ".join(one), " ".join(other))
    forth, back = replaced(a, b, "en"), replaced(b, a, "en")

    assert len(forth) == len(back)
    assert replaced(a, a, "en") == ()
    assert all(change.matched for change in forth)


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.lists(words, max_size=4), min_size=2, max_size=4), st.booleans())
def test_windows_read_once_say_what_they_say_alone(
    changed: list[list[str]], german: bool
) -> None:
    """Copies of a story show the others the same windows, in whatever language they are read."""
    windows = _frame(BEFORE, BEHIND, *(" ".join(one) for one in changed))
    languages = ("en", "de") if german else ("en",)
    places = [Framed(a, b, lang) for a in windows for b in windows for lang in languages]

    assert replaced_all(places) == [replaced(*place) for place in places]


def test_a_window_is_read_once_however_many_it_is_held_against(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Eight versions of a sentence, each held against each: eight scans, and the same facts."""
    asked: list[str] = []

    def counting(words: Words, low: int, high: int, language: Vocabulary) -> list[Mention]:
        asked.append(words.text)
        return scan.scan(words, low, high, language)

    monkeypatch.setattr(frames, "scan", counting)
    line = "Police said {} people were hurt in the crash"
    windows = [Window(line.format(count), 12, 14) for count in range(31, 39)]
    places = [Framed(a, b, "en") for a, b in combinations(windows, 2)]
    together = replaced_all(places)

    assert len(together) == 28
    assert sorted(asked) == sorted({window.text for window in windows})
    assert together == [replaced(*place) for place in places]
    assert [(change.before, change.after) for change in together[0]] == [("31", "32")]
