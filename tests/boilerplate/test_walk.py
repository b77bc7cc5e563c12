"""The way through a phrase: never another answer than that of its expression."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.boilerplate import phrases
from dedup.boilerplate.fold import fold
from dedup.boilerplate.pattern import CASES, MOST, PLACES, SLOTS, expression, for_ascii
from dedup.boilerplate.phrases import LOOKED_AT, Entry, Phrase
from dedup.boilerplate.possible import alike, odd
from dedup.boilerplate.walk import NARROW, Walk

FILES = [*phrases.built_in_files()[::6], phrases.GLUED_FILE]
"""English, the glued ones, and some of every script."""


@cache
def entries() -> tuple[Entry, ...]:
    return tuple(chain.from_iterable(map(phrases.read_entries, FILES)))


@cache
def both(pattern: str, where: str, case: str) -> tuple[Walk, re.Pattern[str]]:
    return Walk(pattern, where, case), re.compile(expression(pattern, where, case))


def of_phrase(phrase: Phrase) -> tuple[Walk, re.Pattern[str]]:
    return both(phrase.pattern, phrase.where, phrase.case)


def changed(text: str) -> Iterator[str]:
    """The text, and others near it: some fit the same phrases, most do not."""
    words = text.split(" ")
    yield from (text, text.upper(), text.lower(), f"» {text} «", f'"{text}"', f"{text} {text}")
    yield from (f"{text}.", f"{text}: {text}", text + "x", text[1:], text[:-1])
    for at in range(len(words)):
        yield " ".join([*words[:at], *words[at + 1 :]])
        yield " ".join([*words[:at], "of", *words[at:]])
        yield " ".join([*words[:at], "-" + words[at], *words[at + 1 :]])


def test_every_phrase_and_whatever_is_near_its_examples() -> None:
    fit = other = 0
    for entry in entries():
        near = {fold(text) for one in entry.match[:4] for text in changed(one)}
        for phrase in entry.phrases:
            walk, whole = of_phrase(phrase)
            assert walk.known, phrase.pattern
            for text in near:
                said = whole.fullmatch(text) is not None
                fit, other = fit + said, other + (not said)
                assert walk.fits(text) == said, (phrase.pattern, phrase.where, phrase.case, text)
    assert fit > 3000
    assert other > fit


@cache
def pieces() -> list[str]:
    """Words of the phrases of the English file, and what is written around them."""
    words = {word for entry in entries()[:80] for text in entry.match for word in text.split()}
    return [*sorted(words), *"|:-/•,.([)]}@>", "->", "3", "2024", "10:30", "May 3, 2021", "Ann", ""]


@given(st.data())
def test_any_text_of_their_words(data: st.DataObject) -> None:
    entry = data.draw(st.sampled_from(entries()))
    phrase = data.draw(st.sampled_from(entry.phrases))
    some = st.lists(st.sampled_from(pieces()) | st.text(max_size=4), max_size=5).map(" ".join)
    example = data.draw(st.sampled_from([*entry.match, ""]))
    text = fold(f"{data.draw(some)}{data.draw(st.sampled_from(['', ' ']))}{example}"
                f"{data.draw(st.sampled_from(['', ' ']))}{data.draw(some)}")  # fmt: skip
    if odd(text):
        return
    walk, whole = of_phrase(phrase)
    assert walk.fits(text) == (whole.fullmatch(text) is not None), (phrase.pattern, text)


_WORDS = st.sampled_from(["a", "b", "ab", "a b", "É", "5", "-", "a-", "読", "σ"])
_PLAIN = st.sampled_from(sorted(NARROW)).map("{{{}}}".format) | _WORDS
_PATTERNS = st.recursive(
    _PLAIN | st.sampled_from(["{few}", "{title}", "{name}", "{end}", "{date}"]),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({'|'.join(parts)})+"),
        st.tuples(inner, inner).map(lambda two: f"[{two[0]}] {two[1]}"),
        st.tuples(inner, inner).map(lambda two: f"{two[0]} [{two[1]}]"),
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(" ".join),
    ),
    max_leaves=5,
)
_TEXTS = st.lists(
    st.sampled_from(["a", "b", "A", "AB", " ", " ", "|", "-", ">", "(", ")", ".", "5", "e", "E",
                     "読", "Σ", "ς", "@", ":", "10:30", "2024"]),
    max_size=9,
).map("".join)  # fmt: skip


@given(_PATTERNS, st.sampled_from(PLACES), st.sampled_from(CASES), st.lists(_TEXTS, max_size=8))
def test_any_pattern_on_any_text(pattern: str, where: str, case: str, texts: list[str]) -> None:
    walk, whole = Walk(pattern, where, case), re.compile(expression(pattern, where, case))
    for text in map(fold, texts):
        assert walk.fits(text) == (whole.fullmatch(text) is not None), (pattern, text)


@pytest.mark.parametrize("times", [1, 2, MOST, MOST + 1])
@pytest.mark.parametrize("between", [" ", " | ", "|", ", ", " - ", "", "  ", " || "])
def test_a_repeated_group_on_the_edge_of_too_often(times: int, between: str) -> None:
    walk, whole = both("(Share|Print this)+", "line", "any")

    for text in (between.join(["Share"] * times), between.join(["Print this"] * times)):
        assert walk.fits(text) == (whole.fullmatch(text) is not None)


def test_narrow_slots_do_not_look_at_what_stands_around() -> None:
    """Else where one ends would depend on what follows, which a way does not see."""
    for slot in NARROW:
        assert not re.search(r"\(\?[=!<]|\\b|\\Z|\$|\^(?![^\[]*\])", SLOTS[slot]), slot
        assert re.compile(SLOTS[slot]).fullmatch("") is None
        assert re.compile(for_ascii(SLOTS[slot])).fullmatch("") is None


def test_letters_are_alike_where_an_expression_takes_one_for_the_other() -> None:
    """All letters that case tells apart, against all others of them that are not odd."""
    every = map(chr, chain(range(0xD800), range(0xE000, 0x110000)))
    cased = [c for c in every if not odd(c) and (c.lower() != c or c.casefold() != c.upper())]
    assert len(cased) > 2500
    together: dict[str, set[str]] = {}
    for letter in cased:
        assert len(alike(letter)) == 1
        together.setdefault(alike(letter), set()).add(letter)
    line = "".join(cased)
    for letter in cased:
        assert set(re.findall(f"(?i:{letter})", line)) == together[alike(letter)], letter


def test_case_does_not_depend_on_what_stands_around() -> None:
    assert alike("ΟΔΟΣ ΟΔΟΣ") == alike("οδος οδοσ")
    assert Phrase("xx:one", "xx", "BLP301", "line", "any", "ΟΔΟΣ {title}").fits("οδος α")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("kiss it", "\u212ai\u017f\u017f it"),  # the Kelvin sign and the long s
        ("istanbul", "\u0130stanbul"),
        ("istanbul", "\u0131stanbul"),
        ("\u0131rmak", "irmak"),
        ("вода", "\u1c80ода"),
        ("\u1c80ода", "вода"),
    ],
)
def test_letters_that_count_as_one(pattern: str, text: str) -> None:
    phrase = Phrase("xx:one", "xx", "BLP301", "line", "any", pattern)

    assert phrase.compile().fullmatch(text)
    assert phrase.fits(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(Photo|Image) {mark} {credit}", "photo of the year goes to a village of ten"),
        ("Read more {sep} {title}", "Read more about it in the evening"),
        ("for {n} (hours|days)", "for many days"),
        ("{open} AP {close}", "AP"),
        ("Published {date}", "Published at last"),
        ("[Please] read on", "please do not"),
        ("Read {few} now", "read this then"),
    ],
)
def test_what_is_wanting_is_seen_without_an_expression(
    pattern: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phrase = Phrase("xx:one", "xx", "BLP301", "line", "any", pattern)
    assert not phrase.compile().fullmatch(text)
    fresh = Phrase("xx:one", "xx", "BLP301", "line", "any", pattern)
    monkeypatch.setattr(Phrase, "compile", lambda *_: pytest.fail("compiled"))
    monkeypatch.setattr(Walk, "_rest", lambda *_: pytest.fail("compiled"))

    assert not fresh.fits(text)


@given(st.lists(st.sampled_from(["read", "more", "READ MORE", "|", "x", "ſ", "Read more"])))
def test_the_answer_is_that_of_the_expression(words: list[str]) -> None:
    """For as many texts as are looked at, and for those after."""
    phrase = Phrase("xx:one", "xx", "BLP301", "prefix", "any", "(Read|See) more [{mark}]")
    text = fold(" ".join(words))

    said = {phrase.fits(text) for _ in range(LOOKED_AT + 2)}

    assert said == {phrase.compile().fullmatch(text) is not None}
