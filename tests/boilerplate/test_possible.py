"""What is told before an expression is compiled: never other than what the expression says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.boilerplate import phrases
from dedup.boilerplate.fold import fold
from dedup.boilerplate.pattern import parse
from dedup.boilerplate.phrases import LOOKED_AT, Phrase
from dedup.boilerplate.possible import lowered, possible

FILES = [*phrases.built_in_files()[::6], phrases.GLUED_FILE]
"""English, the glued ones, and some of every script."""


def test_whatever_fits_is_possible() -> None:
    """Every example of an entry against every phrase of it, in small letters and capitals."""
    asked = 0
    for entry in (entry for path in FILES for entry in phrases.read_entries(path)):
        texts = [fold(cased(text)) for text in entry.match for cased in (str, str.upper, str.lower)]
        for phrase in entry.phrases:
            expression, nodes = phrase.compile(), parse(phrase.pattern)
            for folded in filter(expression.fullmatch, texts):
                asked += 1
                assert possible(nodes, phrase.case, lowered(folded)), (phrase.pattern, folded)
    assert asked > 1000


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("kiss it", "\u212ai\u017f\u017f it"),  # the Kelvin sign and the long s
        ("istanbul", "\u0130stanbul"),
        ("istanbul", "\u0131stanbul"),
        ("\u0131rmak", "irmak"),
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
    ],
)
def test_what_is_wanting_is_seen_without_an_expression(
    pattern: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    phrase = Phrase("xx:one", "xx", "BLP301", "line", "any", pattern)
    assert not phrase.compile().fullmatch(text)
    fresh = Phrase("xx:one", "xx", "BLP301", "line", "any", pattern)
    monkeypatch.setattr(Phrase, "compile", lambda *_: pytest.fail("compiled"))

    assert not fresh.fits(text)


@given(st.lists(st.sampled_from(["read", "more", "READ MORE", "|", "x", "ſ", "Read more"])))
def test_the_answer_is_that_of_the_expression(words: list[str]) -> None:
    """For as many texts as are looked at, and for those after."""
    phrase = Phrase("xx:one", "xx", "BLP301", "prefix", "any", "(Read|See) more [{mark}]")
    text = fold(" ".join(words))

    said = {phrase.fits(text) for _ in range(LOOKED_AT + 2)}

    assert said == {phrase.compile().fullmatch(text) is not None}
