"""Every entry of the language files says what the file says it says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup.facts
from dedup.facts import frames
from dedup.facts.mentions import Date
from dedup.facts.scan import scan
from dedup.facts.vocabulary import language_of, vocabulary
from dedup.facts.words import Words

FOLDER = Path(dedup.facts.__file__).parent
LANGUAGES = sorted(path.stem for path in (FOLDER / "languages").glob("*.toml"))
TOLD_BY = tomllib.loads((FOLDER / "languages.toml").read_text("utf-8"))
SHARED = tomllib.loads((FOLDER / "units.toml").read_text("utf-8"))

NEGATION_FIRST = {"khong", "نه", "নয়"}
"""Zero in Vietnamese, nine in Persian and Bengali, but far more often "no"."""


def own(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / "languages" / f"{language}.toml").read_text("utf-8"))


def mentions(text: str, language: str) -> list[Any]:
    words = Words(text)
    words.add(0, len(text))
    return scan(words, 0, len(words.keys), vocabulary(language))


def entries(*names: str) -> list[tuple[str, str, int, str]]:
    return list(each(*names))


def each(*names: str) -> Iterator[tuple[str, str, int, str]]:
    for language in LANGUAGES:
        for name in names:
            for place, entry in enumerate(own(language).get(name, ())):
                for word in entry.split("|"):
                    yield language, name, place, word


def test_every_language_is_told_by_its_commonest_words() -> None:
    assert sorted(TOLD_BY) == LANGUAGES
    for language, entry in TOLD_BY.items():
        assert language_of(" ".join(entry["common"])) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [("Umsatz 5", "en"), ("Москва", "ru"), ("القاهرة", "ar"), ("दिल्ली", "hi"), ("東京", "zh"),
     ("서울", "ko"), ("กรุงเทพ", "th"), ("ঢাকা", "bn"), ("", "en"), ("123", "en")],
)  # fmt: skip
def test_where_no_common_word_occurs_the_script_tells(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(("language", "name", "place", "word"), entries("months", "months_short"))
def test_months(language: str, name: str, place: int, word: str) -> None:
    cased = word.title() if vocabulary(language).capital_months else word
    dates = [m for m in mentions(f"x 17 {cased} 1987", language) if m.kind == "date"]
    assert [m.readings for m in dates] == [(Date(1987, place + 1, 17),)]


@pytest.mark.parametrize(("language", "name", "place", "word"), entries("weekdays"))
def test_weekdays(language: str, name: str, place: int, word: str) -> None:
    cased = word.title() if vocabulary(language).capital_months else word
    dates = [m for m in mentions(f"x {cased}", language) if m.kind == "date"]
    assert [m.readings for m in dates] == [(Date(None, None, None, place),)]


@pytest.mark.parametrize(
    ("language", "name", "place", "word"), entries("zero_to_ten", "teens", "tens")
)
def test_number_words(language: str, name: str, place: int, word: str) -> None:
    value = {"zero_to_ten": place, "teens": place + 11, "tens": 10 * (place + 2)}[name]
    (found,) = mentions(f"x {word} x", language)
    assert found.readings == ((word,) if word in NEGATION_FIRST else (float(value),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_scales_and_percent(language: str) -> None:
    for value, words in own(language).get("scales", {}).items():
        for word in words:
            (found,) = mentions(f"7 {word}", language)
            assert found.readings == (7 * float(value),), word
    for word in own(language)["percent"]:
        before = f"{word} 7" if language in ("zh", "tr") or word == "ร้อยละ" else f"7 {word}"
        (found,) = mentions(before, language)
        assert (found.kind, found.readings) == ("percent", (7.0,)), word


@pytest.mark.parametrize("language", LANGUAGES)
def test_negations(language: str) -> None:
    for word in own(language)["negations"]:
        assert [m.kind for m in mentions(f"x {word} x", language)] == ["negation"], word


@pytest.mark.parametrize("code", SHARED["currency"])
def test_currencies(code: str) -> None:
    for word in SHARED["currency"][code]:
        (found,) = [m for m in mentions(f"7 {word}", "en") if m.family == "figure"]
        assert (found.kind, found.readings, found.unit) == ("money", (7.0,), code), word


@pytest.mark.parametrize("name", SHARED["measure"])
def test_measures(name: str) -> None:
    base, factor = SHARED["factors"].get(name, (name, 1))
    for word in SHARED["measure"][name]:
        (found,) = [m for m in mentions(f"7 {word}", "en") if m.family == "figure"]
        assert (found.readings, found.unit, found.factor) == ((7.0,), base, float(factor)), word


def test_the_shipped_telling_words_are_those_of_the_languages() -> None:
    assert frames.telling_words() == frames.collected_words(), "run python -m dedup.facts.frames"


@settings(max_examples=80, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(["The", "der", "e la", "9", "l'", "-", "\x1f", "THE"])))
def test_a_language_is_told_by_words_whatever_stands_between(parts: list[str]) -> None:
    """ASCII has a way of its own; an accent, which is no word of any list, takes the other."""
    plain = " ".join(parts)
    found = re.findall(r"\w+", plain.lower())

    assert language_of(plain) == language_of(" ".join(found)) == language_of(f"{plain} \u00b7")
