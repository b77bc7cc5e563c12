"""The little language of the lexicon."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.boilerplate.fold import first_words, fold, key, last_words
from dedup.boilerplate.openings import openings
from dedup.boilerplate.pattern import SLOTS, PatternError, expression, for_ascii


def fits(pattern: str, text: str, where: str = "line", case: str = "any") -> bool:
    return re.fullmatch(expression(pattern, where, case), fold(text)) is not None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("Read also {sep} {title}", "READ ALSO | Rain is expected"),
        ("Read also {sep} {title}", "  Read\nalso: Rain is expected"),
        ("Read also {sep} {title}", "» Read also – Rain is expected"),
        ("Read also {sep} {title}", "(Read also: Rain is expected)"),
        ("[Please] read more", "Read more…"),
        ("[Please] read more", "Please read more."),
        ("Read [more] [here]", "read here"),
        ("(Share|Print|Email)+", "Share | Print | Email"),
        ("(Share|Print|Email)+", "Email Share"),
        ("Comments ({n}|{open}{n}{close})", "Comments (12)"),
        ("{n} comments", "1,204 comments"),
        ("{name} contributed", "Ann van Other contributed."),
        ("広告{mark}{title}", "広告：あすの天気"),
        ("Publicité", "PUBLICITE"),
        ("© [Copyright] {year}", "© 2019"),
        ("Mail {address}", "Mail desk@news.example"),
        ("Updated {date}", "Updated 4 May 2021, 10.30 a.m."),
        ("Published {day}", "Published May 3rd, 2021"),
        ("Publicado el {day}", "Publicado el 3 de mayo de 2021"),
        ("Опубликовано {day}", "Опубликовано 3 мая 2021"),
        ("{word} {day}, {clock}", "Mon, 21.04.2024, 20:24"),
        ("입력 {ymd}", "입력 2021년 5월 4일"),
        ("Կարդացեք նաև {sep} {title}", "Կարդացեք նաև՝ Ինչ գիտենք"),
        ("More from {source}{end}", "More from Example News »"),
        ("Get the {few} newsletter", "Get the Example.com newsletter"),
    ],
)
def test_fits(pattern: str, text: str) -> None:
    assert fits(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("Read also {sep} {title}", "Read also the report of the committee"),
        ("Read also {sep} {title}", "Read-also stories are rare"),
        ("Related {mark} {headline}", "Related: The court said it would rule on Monday."),
        ("Related {mark} {headline}", "Related: he is my cousin"),
        ("Follow {source}", "Follow the money"),
        ("Advertisement", "“Advertisement”"),
        ("Advertisement", "Advertisement?"),
        ("(Share|Print)+", "Share prices"),
        ("{n} comments", "Some comments"),
        ("Copyright {year}", "Copyright 1019"),
        ("Published {day}", "Published in 2021 by a small press"),
        ("{word} {day}, {clock}", "21.04.2024"),
        ("More from {source}{end}", "More from Smith:"),
        ("Get the {few} newsletter", "Get the point. Read the newsletter"),
    ],
)
def test_does_not_fit(pattern: str, text: str) -> None:
    assert not fits(pattern, text)


_PAIRS = [
    tuple(map(re.compile, (whole, for_ascii(whole))))
    for where in ("line", "prefix", "suffix", "head")
    for slot in sorted(SLOTS)
    for pattern in (f"Read {{{slot}}} now", f"More (at|{{{slot}}})")
    for whole in (expression(pattern, where),)
]
_ASCII_LINES = st.lists(
    st.sampled_from(["Read", "now", "More", "at", "|", "-", "by", "Ann", "B.", "5", "2024", ":",
                     "(", ")", "a.b", "@x", "www.a.example", "It's", "", "_", "\x1f"])
    | st.text(st.characters(codec="ascii"), max_size=4),
    max_size=8,
).map(" ".join)  # fmt: skip


@given(_ASCII_LINES)
def test_the_expression_for_ascii_fits_the_same_of_it(line: str) -> None:
    for text in (line, f"Read {line} now", f"More {line}"):
        for whole, for_it in _PAIRS:
            assert bool(whole.fullmatch(text)) == bool(for_it.fullmatch(text)), whole.pattern


def test_only_sets_are_changed_for_ascii() -> None:
    assert for_ascii(r"\[é\]x[^é]y[é-ü]z[a-zа-я]é[\]é]") == r"\[é\]x[\s\S]y[^\s\S]z[a-z]é[\]]"


def test_a_prefix_ends_at_the_end_of_a_word() -> None:
    assert fits("Subscribe to our news", "Subscribe to our news, every day.", "prefix")
    assert not fits("Subscribe to our news", "Subscribe to our newspaper", "prefix")
    assert fits("著作権は", "著作権は本社に帰属します", "prefix")


def test_a_suffix_begins_at_the_beginning_of_a_word() -> None:
    assert fits("in your inbox", "All the news in your inbox.", "suffix")
    assert not fits("in your inbox", "All the news within your inbox", "suffix")


def test_upper_case_is_evidence_where_a_phrase_asks_for_it() -> None:
    assert fits("more {mark} {headline}", "MORE: Ten charts", case="upper")
    assert not fits("more {mark} {headline}", "More: Ten charts", case="upper")
    assert not fits("Read:", "read:", case="exact")


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("Read (also", "missing"),
        ("Read also)", "unexpected"),
        ("Read {nothing}", "unknown slot"),
        ("(Read||See)", "empty alternative"),
        ("Read | also", "unexpected"),
        ("[Read] [also]", "must not be optional"),
        ("Read {", "cannot read"),
    ],
)
def test_faults_are_named(pattern: str, fault: str) -> None:
    with pytest.raises(PatternError, match=fault):
        expression(pattern)


@pytest.mark.parametrize(
    ("pattern", "heads", "tails"),
    [
        ("[Please] read more", ["Please read", "read more"], ["read more"]),
        ("Advertisement", ["Advertisement"], ["Advertisement"]),
        ("(Share|Print)+", ["Print", "Share"], ["Print", "Share"]),
        ("{n} comments", [""], ["comments"]),
        ("関連記事{sep}{title}", ["関連"], [""]),
        ("( |", None, None),
        ("Editor's pick", ["Editor's"], ["pick"]),
        ("Previous article{headline}", ["Previous"], [""]),
        ("Previous (post|page) {title}", ["Previous page", "Previous post"], [""]),
        ("{open}{n}{close} comments", [""], ["comments"]),
        ("ఫేస్‌బుక్ {n}", ["ఫేస్బుక్"], [""]),
    ],
)
def test_literal_first_and_last_words(
    pattern: str, heads: list[str] | None, tails: list[str] | None
) -> None:
    if heads is None:
        with pytest.raises(PatternError):
            openings(pattern)
        return
    assert openings(pattern) == heads
    assert openings(pattern, closing=True) == tails


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("{word} {day}", "Mon, May 3, 2021"),
        ("{day} {clock}", "3. Mai 2021 17:47"),
        ("{name} can be reached at {address}", "Ann Other can be reached at ann@news.example"),
        ("{day} {clock} [(AM|PM)] [(ET|GMT|CET)]", "May 3, 2021 7:47 PM ET"),
    ],
)
def test_slots_of_few_endings_are_found_by_them(pattern: str, text: str) -> None:
    assert fits(pattern, text)
    assert set(last_words(text)) & {key(word) for word in openings(pattern, closing=True)}


def test_many_alternatives_give_one_word_each() -> None:
    words = "|".join(f"w{number}" for number in range(9))
    assert openings(f"({words}) ({words})") == [f"w{number}" for number in range(9)]


def test_first_and_last_words_skip_what_is_no_word() -> None:
    assert first_words("  >> ( Also on a page") == ("also on", "also")
    assert last_words("… in your “Inbox” »") == ("your inbox", "inbox")
    assert first_words("——") == ("", "")
    assert first_words("広告です") == ("広 告", "広")
    assert first_words("विज्ञापन") == ("विज्ञापन", "विज्ञापन")


@pytest.mark.parametrize("piece", ["a ", "( ", "Ab ", "- | ", "x.", "Share ", "a; and ", "“", "1,"])
def test_hostile_lines_take_no_time(piece: str) -> None:
    line = piece * (600 // len(piece))
    patterns = [
        "{names} contributed to {few} {title} report", "(Share|Print|Email)+", "{title} {sep} {n}",
        "{open}Photo by {credit} {close}", "{source} {sep} {headline} rights", "{date} {sep} x",
    ]  # fmt: skip
    began = time.process_time()
    for pattern in patterns:
        for where in ("line", "suffix"):
            fits(pattern, line, where)
    assert time.process_time() - began < 2.0
