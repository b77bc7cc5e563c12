"""Paragraphs: every kind of line break, blank line and column that wires and scrapers write."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.text import matching_form
from dedup.text.segment import segment
from tests.kernels import oracle

FORM = matching_form.load()

PROSE = (
    "The ferry company said on Monday that services to the northern islands would resume once the "
    "storm had passed, probably on Thursday morning. About four hundred passengers spent a second "
    "night in the terminal at Brennhavn, where the Red Cross handed out blankets and soup. The "
    "harbour master said the swell was the highest in eleven years."
)
LATER = (
    "The union of deck hands repeated its demand for shorter shifts. Talks with the ministry are "
    "to go on next week, a spokeswoman said, and neither side expects a settlement before the "
    "summer timetable begins. Ticket prices rose by four percent in the spring."
)


def parts(text: str, body_start: int = 0) -> list[str]:
    """The paragraphs of a text, each as the characters it spans."""
    return [text[start:end] for start, end in segment(text, body_start, FORM)]


def wrapped(width: int, indent: str = "", *paragraphs: str) -> str:
    """Paragraphs in columns, one below the other, as a telex has them."""
    columns = [
        textwrap.fill(paragraph, width, initial_indent=indent, break_on_hyphens=False)
        for paragraph in (paragraphs or (PROSE, LATER))
    ]
    return "\n".join(columns)


def joined(part: str) -> str:
    """A paragraph on one line."""
    return " ".join(part.split())


# Breaks and blank lines


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\x85", "\v", "\f", "\u2028", "\u2029"])
def test_every_line_break_ends_a_line(newline: str) -> None:
    assert parts(f"One.{newline}Two.") == ["One.", "Two."]
    assert parts(f"One{newline}line.{newline}{newline}Two.") == [f"One{newline}line.", "Two."]
    assert parts(f"One.{newline}Two.{newline}") == ["One.", "Two."]


@pytest.mark.parametrize(
    "blank",
    ["", " ", "\t", "\xa0", "\u3000\u3000", "\u2003 ", "\u200b", "\ufeff", "\x00", "\u2060"],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_line_of_white_space_is_blank(blank: str, newline: str) -> None:
    text = f"One{newline}line.{newline}{blank}{newline}Two.{newline}{blank}{newline}{newline}Three."

    assert parts(text) == [f"One{newline}line.", "Two.", "Three."]


def test_cr_lf_is_one_break_and_lf_cr_two() -> None:
    assert parts("a\r\nb\r\n\r\nc") == ["a\r\nb", "c"]
    assert parts("a\n\rb\nc") == ["a", "b\nc"]


def test_a_lone_cr_before_a_cr_lf_leaves_a_blank_line() -> None:
    assert parts("a\r\r\nb\nc") == ["a", "b\nc"]


def test_paragraphs_are_trimmed_and_their_inside_is_untouched() -> None:
    text = "\ufeff  \u3000One  two\t\n   three \xa0\n\n\tFour\u200b\x00\n\n"

    assert parts(text) == ["One  two\t\n   three", "Four"]


@pytest.mark.parametrize("text", ["", "\n", " \n\n \r\n\u3000", "\u200b\ufeff\x00", "\u2028\u2029"])
def test_a_text_of_white_space_has_no_paragraph(text: str) -> None:
    assert parts(text) == []


def test_blank_lines_before_the_text_do_not_count() -> None:
    assert parts("\n\n\nOne.\nTwo.\n") == ["One.", "Two."]


def test_a_trailing_blank_line_counts_wherever_it_stands() -> None:
    assert parts("One\nline.\n\n") == ["One\nline."]
    assert parts("One.\nTwo.\n \n") == ["One.\nTwo."]


def test_taking_the_last_paragraph_away_leaves_the_others() -> None:
    text = "One\nline.\n\nTwo\nlines.\n\nThree."

    assert parts(text) == ["One\nline.", "Two\nlines.", "Three."]
    assert parts(text.removesuffix("Three.")) == ["One\nline.", "Two\nlines."]


# Texts without blank lines


def test_single_breaks_separate_where_there_is_no_blank_line() -> None:
    text = f"{PROSE}\n{LATER}\nEnds."

    assert parts(text) == [PROSE, LATER, "Ends."]


def test_long_lines_are_not_columns() -> None:
    half = len(PROSE) // 2
    lines = [PROSE[:half], PROSE[half:].strip(), LATER, PROSE]

    assert parts("\n".join(lines)) == lines


@pytest.mark.parametrize("width", range(60, 81, 4))
def test_hard_wrapped_text_with_indents_is_joined(width: int) -> None:
    found = parts(wrapped(width, "    "))

    assert list(map(joined, found)) == [PROSE, LATER]


@pytest.mark.parametrize("width", range(60, 81, 4))
def test_hard_wrapped_text_without_indents_is_joined_where_lines_were_full(width: int) -> None:
    """A paragraph ends where the next word would have fitted; if none fits, nobody could tell."""
    text = wrapped(width)
    found = parts(text)

    assert joined(" ".join(found)) == f"{PROSE} {LATER}"
    last = textwrap.wrap(PROSE, width)[-1]
    widest = max(map(len, text.split("\n")))
    assert list(map(joined, found)) == (
        [PROSE, LATER] if len(last) + 1 + len("The") <= widest else [f"{PROSE} {LATER}"]
    )


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\u2028"])
def test_wrapping_is_seen_with_any_line_break(newline: str) -> None:
    found = parts(wrapped(66, "   ").replace("\n", newline))

    assert list(map(joined, found)) == [PROSE, LATER]


def test_a_column_under_a_common_margin_is_joined() -> None:
    found = parts(textwrap.indent(wrapped(64, "   "), " " * 8))

    assert list(map(joined, found)) == [PROSE, LATER]


def test_wrapped_text_with_blank_lines_keeps_to_them() -> None:
    text = f"{textwrap.fill(PROSE, 70)}\n\n{textwrap.fill(LATER, 70)}"

    assert list(map(joined, parts(text))) == [PROSE, LATER]


@pytest.mark.parametrize(
    "items",
    [
        ["Hall open 9-17", "Museum closed", "Pool open 7-21", "Library open 10-18", "Zoo closed"],
        [f"{team} 2, Visitors {n}" for n, team in enumerate(["Rovers", "United", "Athletic Club"])],
        [
            "Gold: Ines Valdemar, Aldmoor Rowing Club, in a time of 6:41.20",
            "Silver: Petra Lund, 6:44.90",
            "Bronze: Maja Oksanen, 6:45.11",
            "Fourth: Ida Rask, 6:47.02",
            "Fifth: Tove Brandt, 6:52.00",
        ],
        ["Question: Why?", "Answer: Because.", "Question: When?", "Answer: Soon."],
    ],
    ids=["opening hours", "scores", "one long line", "interview"],
)
def test_a_list_of_short_lines_stays_a_list(items: list[str]) -> None:
    assert parts("\n".join(items)) == items


def test_three_lines_are_too_few_for_a_column() -> None:
    lines = textwrap.wrap(PROSE, 70)[:3]

    assert parts("\n".join(lines)) == lines


@pytest.mark.parametrize(("width", "joins"), [(39, False), (40, True), (100, True), (101, False)])
def test_columns_are_forty_to_a_hundred_wide(width: int, joins: bool) -> None:
    lines = ["x" * (width - 2) + " y"] * 4

    assert len(parts("\n".join(lines))) == (1 if joins else 4)


def test_columns_of_a_script_without_spaces_are_joined() -> None:
    """Any character fits where one is left, so a line that is not full ends a paragraph."""
    first, second = "市政府周三宣布" * 25, "渔民说潮水很高" * 17
    columns = [text[i : i + 42] for text in (first, second) for i in range(0, len(text), 42)]

    assert [part.replace("\n", "") for part in parts("\n".join(columns))] == [first, second]


# Titles, sizes, offsets


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n \n"])
def test_the_title_is_no_paragraph(gap: str) -> None:
    title = "Заголовок: 市 é"
    text = f"{title}{gap}One.\nTwo."

    assert parts(text, len(title) + len(gap)) == ["One.", "Two."]
    assert parts(text, len(title)) == ["One.", "Two."]
    assert parts(text, len(text)) == []


def test_a_huge_line_is_one_paragraph() -> None:
    text = "word " * 400_000

    assert segment(text, 0, FORM) == [(0, len(text) - 1)]


def test_twenty_thousand_lines_are_as_many_paragraphs() -> None:
    assert len(segment("a\n" * 20_000, 0, FORM)) == 20_000


def test_a_text_with_lone_surrogates_is_segmented() -> None:
    assert parts("One \ud800.\n\nTwo.") == ["One \ud800.", "Two."]


_anything = st.text(
    alphabet=st.sampled_from(
        [*"ab市. -", "\n", "\n", "\r", "\u2028", "\u3000", "\u200b", "é", "👍"]
    ),
    max_size=80,
)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(_anything, st.integers(0, 80))
def test_spans_are_ordered_trimmed_and_hold_everything_visible(text: str, begin: int) -> None:
    begin = min(begin, len(text))
    spans = segment(text, begin, FORM)
    edges = [begin, *(edge for span in spans for edge in span), len(text)]

    assert spans == oracle.paragraphs(text, begin)
    assert edges == sorted(edges)
    between = "".join(text[edges[i] : edges[i + 1]] for i in range(0, len(edges), 2))
    assert not between.strip("\u200b\ufeff\u2060\x00" + "\n\r \u3000\u2028")
    assert all(part == part.strip() and part for part in parts(text, begin))
