"""Nothing from the input reaches a terminal unseen, and no line is endless."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.report.escape import cells, escape, escape_json, shorten, wrap

_ANY = st.text(st.characters(), max_size=40)
_HOSTILE = st.text(
    st.sampled_from("ab \x1b\x00\x7f\x9b\u202e\u2066\u200b\u2028\ufeff\ud800\U000e0041漢é\u0301\n"),
    max_size=60,
)


def _harmless(text: str) -> bool:
    return all(ch.isprintable() or unicodedata.category(ch) == "Zs" for ch in text)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("déjà vu 漢字 \u00a0 🙂", "déjà vu 漢字 \u00a0 🙂"),
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("\x00\x7f\x9b", r"\x00\x7f\x9b"),
        ("one\ntwo\r\n\t", r"one\ntwo\r\n\t"),
        ("\u202eevil\u2066", r"\u202eevil\u2066"),
        ("zero\u200bwidth\ufeff\u200d", r"zero\u200bwidth\ufeff\u200d"),
        ("\u2028\u2029\x85", r"\u2028\u2029\x85"),
        ("\ud800", r"\ud800"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_is_invisible_is_shown_as_an_escape(raw: str, shown: str) -> None:
    assert escape(raw) == shown


@given(_ANY | _HOSTILE)
def test_nothing_hidden_is_left(text: str) -> None:
    assert _harmless(escape(text))
    assert _harmless(escape_json(text))
    assert all(map(_harmless, [shorten(text, 9), *wrap(text, 9, 2)]))


@given(_ANY | _HOSTILE)
def test_escaped_json_has_the_same_value(text: str) -> None:
    assert json.loads(escape_json(json.dumps(text, ensure_ascii=False))) == text


@given(_ANY | _HOSTILE, st.integers(1, 20))
def test_a_shortened_line_fits_and_is_a_beginning(text: str, width: int) -> None:
    short = shorten(text, width)

    assert cells(short) <= width
    assert short == escape(text) or escape(text).startswith(short.removesuffix("…"))


def test_a_cut_never_splits_an_escape_or_a_wide_character() -> None:
    assert shorten("abc\x1b\x1b", 8) == r"abc\x1b…"
    assert shorten("abc\x1b\x1b", 7) == "abc…"
    assert shorten("漢字漢字", 6) == "漢字…"
    assert shorten("漢字漢字", 8) == "漢字漢字"


def test_stacked_marks_do_not_make_a_line_endless() -> None:
    assert len(shorten("e" + "\u0301" * 10_000, 20)) <= 81


@given(_ANY | _HOSTILE, st.integers(12, 30), st.integers(1, 3))
def test_wrapped_lines_fit(text: str, width: int, lines: int) -> None:
    wrapped = wrap(text, width, lines)

    assert len(wrapped) <= lines
    assert all(line and cells(line) <= width for line in wrapped)


def test_words_are_kept_whole_where_they_fit() -> None:
    assert wrap("one two  three\nfour", 9, 3) == ["one two", "three", "four"]
    assert wrap("one two three four", 9, 1) == ["one two …"]
    assert wrap("onetwothreefour", 12, 3) == ["onetwothreef", "our"]
    assert wrap("", 9, 3) == []
