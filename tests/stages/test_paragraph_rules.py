"""PAR201 to PAR204: golden cases, and every threshold from both sides."""

from __future__ import annotations

import random
from unicodedata import decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup import pipeline, repeats
from dedup.model import StoryBatch
from dedup.repeats import numbers_of, same_numbers
from dedup.settings import build
from tests.kernels import oracle
from tests.stages.kit import found, marked, run, story, words

pytestmark = pytest.mark.usefixtures("kernels")

EIGHT = "The bridge over the river opened on Friday"
SEVEN = "The bridge over the river opened yesterday"


# PAR201


def test_a_repeated_paragraph_is_found_where_it_stands_again() -> None:
    text = story("a", EIGHT, words("m", 20), EIGHT.upper() + "!", words("n", 20), EIGHT)
    tables = run(text)

    assert marked(tables, "PAR") == [("PAR201", "a", 2), ("PAR201", "a", 4)]
    for row in found(tables, "PAR"):
        assert text.text[row.start : row.end].strip("!").casefold() == EIGHT.casefold()
        assert (row.level, row.score, row.fix) == ("error", 1.0, ("strip", "safe"))
        assert row.evidence["repeat_of"] == 0
    assert [row[:2] for row in tables.paragraphs] == [("a", 2), ("a", 4)]
    assert tables.stories[0].n_words == 8 + 20 + 20


def test_a_repeat_of_too_few_words_is_no_repeat() -> None:
    text = story("a", SEVEN, words("m", 20), SEVEN)

    assert marked(run(text), "PAR") == []
    assert marked(run(text, min_paragraph_words=7), "PAR") == [("PAR201", "a", 2)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "“It’s over,” the café’s owner said at 10:30",
            "It's over - THE CAFE'S OWNER said, at 10.30",
        ),
        (
            "قَالَ الوَزيرُ إنّ المدينة استقبلت ١٢٣٤ زائرًا هذا العام",
            "قال الوزير ان المدينة استقبلت 1234 زائرا هذا العام",
        ),
        ("市政府宣布修建１２座新图书馆", "市政府 宣布，修建12座 新图书馆。"),
        ("नगर पालिका ने १२३ नए पुस्तकालय खोलने की घोषणा", "नगर पालिका ने 123 नए पुस्तकालय खोलने की घोषणा।"),
    ],
    ids=["latin", "arabic", "cjk", "devanagari"],
)  # fmt: skip
def test_the_same_words_in_other_dress_are_a_repeat(one: str, other: str) -> None:
    assert marked(run(story("a", one, words("m", 20), other)), "PAR201") == [("PAR201", "a", 2)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"{EIGHT} with 14 guests", f"{EIGHT} with 31 guests"),
        (f"{EIGHT} at 5 degrees", f"{EIGHT} at -5 degrees"),
        (f"{EIGHT} for €5", f"{EIGHT} for $5"),
        ("नगर पालिका ने नए पुस्तकालय खोलने की घोषणा की", "नगर पालिका ने नए पुस्तकालय खोलने का घोषणा की"),
    ],
    ids=["number", "sign", "currency", "vowel sign"],
)
def test_another_fact_is_no_repeat(one: str, other: str) -> None:
    assert marked(run(story("a", one, words("m", 20), other)), "PAR201") == []


def test_the_same_paragraph_in_two_stories_is_no_repeat_in_a_story() -> None:
    tables = run(story("a", EIGHT, words("m", 20)), story("b", EIGHT, words("n", 20)))

    assert marked(tables, "PAR201", "PAR202") == []


def test_furniture_that_repeats_is_furniture() -> None:
    line = "Advertisement"
    tables = run(story("a", line, words("m", 20), line, words("n", 20), line))

    assert marked(tables, "PAR") == []
    assert marked(tables, "BLP") == [("BLP301", "a", n) for n in (0, 2, 4)]


# PAR202


def _edited(prefix: str, count: int, *places: int) -> str:
    every = words(prefix, count).split()
    for place in places:
        every[place] = words("edited", 1, first=place)
    return " ".join(every)


@pytest.mark.parametrize(("least", "flagged"), [(0.8, True), (0.8001, False), (0.79, True)])
def test_one_word_of_eleven_changed_scores_four_fifths(least: float, flagged: bool) -> None:
    """Of ten word pairs eight are shared: (n - 3) / (n - 1)."""
    text = story("a", words("p", 11), words("m", 20), _edited("p", 11, 5))
    tables = run(text, near_paragraph=least, near_paragraph_min_words=11)

    assert marked(tables, "PAR") == [("PAR202", "a", 2)] * flagged
    assert [row.score for row in found(tables, "PAR")] == [0.8] * flagged


@pytest.mark.parametrize(("count", "flagged"), [(11, False), (12, True)])
def test_short_paragraphs_are_not_compared(count: int, flagged: bool) -> None:
    text = story("a", words("p", count), words("m", 20), _edited("p", count, count - 1))

    assert marked(run(text), "PAR") == [("PAR202", "a", 2)] * flagged


def test_in_a_very_long_story_bands_nominate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tenth of 60 paragraphs comes again with one word changed, before and behind others."""
    paragraphs = [words(f"p{chr(97 + n // 26)}{chr(97 + n % 26)}", 40) for n in range(60)]
    again = [_edited(f"p{chr(97 + n // 26)}{chr(97 + n % 26)}", 40, 20) for n in range(0, 60, 10)]
    stories = (
        story("a", *paragraphs, *again), story("b", paragraphs[0], again[0]),
        story("c", *again, *paragraphs[::10]),
    )  # fmt: skip
    compared = found(run(*stories), "PAR202")
    assert len(compared) == 6 + 1 + 6
    monkeypatch.setattr("dedup.repeats.MANY", 11)
    assert found(run(*stories), "PAR202") == compared


def test_the_best_match_is_named_and_among_equals_the_first() -> None:
    base = words("p", 40)
    text = story("a", base, _edited("p", 40, 0, 39), _edited("p", 40, 20, 39), _edited("p", 40, 39))
    tables = run(text)

    assert [(r.paragraph, r.evidence["repeat_of"]) for r in found(tables, "PAR202")] == [
        (1, 0), (2, 0), (3, 0),
    ]  # fmt: skip
    assert all(row.fix == ("strip", "unsafe") for row in found(tables, "PAR202"))
    # Near repeats count as content: only what is surely superfluous is left out.
    assert tables.stories[0].n_words == 160


@settings(max_examples=40, deadline=None, derandomize=True, database=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(st.lists(st.tuples(st.integers(12, 60), st.integers(0, 12), st.integers(0, 9)), max_size=6))
def test_near_repeats_are_those_of_the_oracle(made: list[tuple[int, int, int]]) -> None:
    """Signatures only nominate: what scores enough is found, whatever was edited where."""
    paragraphs = [
        _edited("p", count, *random.Random(seed).sample(range(count), edits))
        for count, edits, seed in made
    ]
    expected = []
    tokens = [paragraph.split() for paragraph in paragraphs]
    for later, own in enumerate(tokens):
        scores = [oracle.dice(one, own) for one in tokens[:later]]
        if own not in tokens[:later] and max(scores, default=0) >= 0.8:
            expected.append((later, scores.index(max(scores)), round(max(scores), 4)))

    rows = found(run(story("a", *paragraphs)), "PAR202")
    assert [(row.paragraph, row.evidence["repeat_of"], row.score) for row in rows] == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("14 dead", "31 dead", False),
        ("14 dead in 2024", "dead in 2024", True),
        ("14 dead in 2024", "14 dead in 2025", False),
        ("no number", "7 or 8", True),
        ("١٤ قتيلا", "14 dead", True),
        ("007", "7", True),
        ("0", "00", True),
        ("0", "1", False),
        ("10-14", "10 to 14", True),
        ("9" * 5000, "8" * 5000, False),
        ("9" * 5000, "9" * 5000 + ".", True),
    ],
    ids=range(11),
)
def test_same_numbers(one: str, other: str, same: bool) -> None:
    numbers, others = numbers_of(one), numbers_of(other)

    assert same_numbers(numbers, others) is same
    assert same_numbers(others, numbers) is same


def test_paragraphs_that_tell_other_numbers_do_not_repeat() -> None:
    one, other = f"{words('p', 30)} 14 {words('q', 30)}", f"{words('p', 30)} 31 {words('q', 30)}"

    assert marked(run(story("a", one, other)), "PAR") == []
    assert marked(run(story("a", one, words("p", 30) + " " + words("q", 30))), "PAR202")


def test_a_number_of_five_thousand_digits_is_compared() -> None:
    huge = "7" * 5000

    tables = run(story("a", f"{words('p', 30)} {huge}", f"{words('p', 30)} {huge} again"))
    assert marked(tables, "PAR") == [("PAR202", "a", 1)]


# PAR203 and PAR204

OWN = {name: words(name, 60) for name in "abcd"}


def test_a_paragraph_of_an_earlier_story_is_found_in_the_later_ones() -> None:
    tables = run(
        story("a", OWN["a"], EIGHT, published="2024-03-03"),
        story("b", EIGHT, OWN["b"], published="2024-03-01"),
        story("c", OWN["c"], EIGHT, published="2024-03-02"),
        story("d", OWN["d"], EIGHT),
    )

    assert marked(tables, "PAR", "DUP") == [
        ("PAR203", "a", 1), ("PAR203", "c", 1), ("PAR203", "d", 1),
    ]  # fmt: skip
    for row in found(tables, "PAR203"):
        assert row.related == ("b",)
        assert (row.evidence["first_paragraph"], row.evidence["stories"]) == (0, 4)
        assert (row.level, row.fix) == ("note", ("strip", "unsafe"))


def test_without_times_the_first_id_is_first() -> None:
    tables = run(story("b", OWN["b"], EIGHT), story("a", OWN["a"], EIGHT))

    assert marked(tables, "PAR") == [("PAR203", "b", 1)]


def test_short_paragraphs_are_shared_by_right() -> None:
    pair = story("a", OWN["a"], SEVEN), story("b", OWN["b"], SEVEN)

    assert marked(run(*pair), "PAR") == []
    assert marked(run(*pair, min_paragraph_words=7), "PAR") == [("PAR203", "b", 1)]


@pytest.mark.parametrize(("stories", "noted"), [(5, 4), (6, 1)])
def test_a_paragraph_of_a_crowd_is_one_fact(stories: int, noted: int) -> None:
    crowd = [story(f"s{n}", words("abcdef"[n], 60), EIGHT) for n in range(stories)]

    tables = run(*crowd, max_bucket=5)

    rows = found(tables, "PAR203")
    assert [row.story_id for row in rows] == [f"s{n}" for n in range(1, noted + 1)]
    assert {row.evidence["stories"] for row in rows} == {stories}
    assert {row.fix for row in rows} == {("strip", "unsafe") if noted > 1 else ("none", "none")}
    assert [row.evidence.get("cap") for row in rows] == ([None] * 4 if noted > 1 else [5])


def test_the_note_of_a_crowd_stands_at_a_story_that_is_reported_on() -> None:
    crowd = [
        story(f"s{n}", words("abcdefg"[n], 60), EIGHT, path="old" if n < 4 else "new", line=n + 1)
        for n in range(7)
    ]
    batches = [StoryBatch.of(crowd)]

    tables = pipeline.run(
        batches, build(jobs=1, max_bucket=5), against=frozenset(["old"])
    )

    (row,) = found(tables, "PAR203")
    assert (row.story_id, row.related, row.evidence["stories"]) == ("s4", ("s0",), 7)


def test_copies_of_a_story_are_not_told_paragraph_by_paragraph() -> None:
    tables = run(story("a", OWN["a"], OWN["b"]), story("b", OWN["a"], OWN["b"]))

    assert marked(tables, "PAR", "DUP") == [("DUP101", "b", None)]


def test_a_repeat_in_its_story_is_not_told_again_as_shared() -> None:
    tables = run(story("a", OWN["a"], EIGHT), story("b", EIGHT, OWN["b"], EIGHT))

    assert marked(tables, "PAR") == [("PAR203", "b", 0), ("PAR201", "b", 2)]


@pytest.mark.parametrize(("least", "flagged"), [(0.8, True), (0.8001, False)])
def test_a_nearly_shared_paragraph_at_the_boundary(least: float, flagged: bool) -> None:
    """21 words, two of them changed apart from each other: 16 of 20 word pairs are shared."""
    tables = run(
        story("a", OWN["a"], words("p", 21)),
        story("b", OWN["b"], _edited("p", 21, 6, 13)),
        near_paragraph=least,
    )

    assert marked(tables, "PAR") == [("PAR204", "b", 1)] * flagged
    for row in found(tables, "PAR"):
        assert (row.score, row.related, row.fix) == (0.8, ("a",), ("none", "none"))


def test_nearly_shared_paragraphs_with_other_numbers_are_not_told() -> None:
    one, other = f"{words('p', 30)} 14 {words('q', 30)}", f"{words('p', 30)} 31 {words('q', 30)}"
    tables = run(story("a", OWN["a"], OWN["c"], one), story("b", OWN["b"], OWN["d"], other))

    assert marked(tables, "PAR") == []


def test_of_equal_paragraphs_only_the_first_is_nearly_shared() -> None:
    near, base = _edited("p", 30, 29), words("p", 30)
    tables = run(
        story("a", OWN["a"], base), story("b", OWN["b"], near), story("c", OWN["c"], near)
    )

    assert marked(tables, "PAR") == [("PAR204", "b", 1), ("PAR203", "c", 1)]


def test_the_best_is_told_however_many_pairs_are_looked_at_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each paragraph is nearly equal to those of all stories before; the nearest is named."""
    stories = [
        story(name, words(f"own{name}", 40), _edited("p", 30, *range(1, 2 * n, 2)),
              _edited("q", 30, *range(1, 2 * n, 2)))
        for n, name in enumerate("abcd")
    ]  # fmt: skip
    together = run(*stories)
    monkeypatch.setattr(repeats, "BEST_AT_ONCE", 1)
    parted = run(*stories)

    assert len(marked(together, "PAR204")) >= 4
    assert parted.findings == together.findings


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(st.sampled_from("0123456789 a.,-٣३²é\n"), max_size=20))
def test_numbers_are_runs_of_decimal_digits(text: str) -> None:
    plain = "".join(str(decimal(sign)) if sign.isdecimal() else " " for sign in text)

    assert numbers_of(text) == {number.lstrip("0") for number in plain.split()}
