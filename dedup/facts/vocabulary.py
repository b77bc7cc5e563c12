"""The words of each language that carry facts: numbers, months, percent, negations, titles.

One file a language under ``languages/``, one for what all share (``units.toml``), and one by which
a language is told (``languages.toml``). Alternatives of one entry are separated by "|".
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

from dedup.facts.changes import Kind
from dedup.facts.words import keys_of

V = TypeVar("V")

FALLBACK = "en"
LANGUAGES = tuple(sorted(
    path.name.removesuffix(".toml")
    for path in files("dedup.facts").joinpath("languages").iterdir()
    if path.name.endswith(".toml")
))  # fmt: skip
"""Every language with a file of its own."""
SAMPLE = 400
"""Characters from the start of a text that tell its language."""

_PERCENT_FIRST = frozenset(["百分之", "yuzde", "ร้อยละ"])
_WORDS = "".join(
    chr(n).lower() if chr(n).isalnum() or chr(n) == "_" else " " for n in range(128)
)
"""What stands for each ASCII character when the words of a text are told apart."""


class Phrases(Generic[V]):
    """Sequences of keys with what they mean; the longest that fits is found."""

    def __init__(self, entries: Iterable[tuple[tuple[str, ...], V]] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], V]]] = {}
        for keys, meaning in entries:
            if keys:
                self._by_first.setdefault(keys[0], []).append((keys, meaning))
        for found in self._by_first.values():
            found.sort(key=lambda entry: -len(entry[0]))

    def at(self, keys: Sequence[str], i: int, high: int) -> tuple[V, int] | None:
        """The meaning of the longest phrase at token ``i`` and the token behind it."""
        if i >= high:
            return None
        for phrase, meaning in self._by_first.get(keys[i], ()):
            end = i + len(phrase)
            if end <= high and (end == i + 1 or tuple(keys[i:end]) == phrase):
                return meaning, end
        return None

    def firsts(self) -> Iterable[str]:
        """The keys with which phrases begin."""
        return self._by_first.keys()


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted: ``USD``, ``%``, ``metre``; ``factor`` of the number before it."""

    kind: Kind
    name: str
    factor: float = 1.0
    before: bool = False
    """Whether it may stand before the number too."""


@dataclass(frozen=True, slots=True)
class East:
    """Numerals and signs of Chinese, Japanese and Korean."""

    digits: Mapping[str, int]
    tens: Mapping[str, int]
    myriads: Mapping[str, float]
    date: Mapping[str, str]
    half_day: Phrases[str]
    counters: frozenset[str]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything that reading facts in one language takes."""

    language: str
    decimal_comma: bool
    capital_months: bool
    numbers: Mapping[str, float]
    scales: Mapping[str, float]
    sequences: Phrases[float]
    by_twenties: bool
    joiners: frozenset[str]
    weak: frozenset[str]
    half: frozenset[str]
    ordinals: Mapping[str, int]
    months: Phrases[tuple[int, bool]]
    weekdays: Phrases[int]
    half_day: Phrases[str]
    oclock: frozenset[str]
    fixed_times: Mapping[str, int]
    negations: Phrases[str]
    titles: frozenset[str]
    particles: frozenset[str]
    endings: frozenset[str]
    articles: frozenset[str]
    not_names: frozenset[str]
    magnitudes: Mapping[str, float]
    money_magnitudes: Mapping[str, float]
    units: Phrases[Unit]
    zones: frozenset[str]
    east: East
    starters: frozenset[str] = field(default=frozenset())
    """Keys at which a number, date or negation may begin, besides digits."""
    telling: frozenset[str] = field(default=frozenset())
    """Keys that, changed, may change a fact, besides digits and capitals."""
    idle: frozenset[str] = field(default=frozenset())
    """Keys that neither begin nor end a name."""


def language_of(*texts: str) -> str:
    """The language most of whose commonest words occur at the start of the texts.

    Where none does, that of the script; English where that says nothing either.
    """
    owners, scripts = _languages()
    sample = " ".join(text[:SAMPLE] for text in texts)
    keys = sample.translate(_WORDS).split() if sample.isascii() else _keys(sample)
    votes: dict[str, int] = {}
    for common in [owners[key] for key in keys if key in owners]:
        for owner in common:
            votes[owner] = votes.get(owner, 0) + 1
    if votes:
        return min(votes, key=lambda name: (-votes[name], name != FALLBACK, name))
    letter = next((char for char in sample if char.isalpha()), "a")
    name = unicodedata.name(letter, "")
    return next((lang for script, lang in scripts.items() if name.startswith(script)), FALLBACK)


def languages_of(texts: Sequence[tuple[str, ...]]) -> list[str]:
    """The language of each of some texts, or of several together."""
    return [language_of(*together) for together in texts]


@cache
def _languages() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]]:
    owners: dict[str, tuple[str, ...]] = {}
    scripts: dict[str, str] = {}
    for name, entry in _table("languages.toml").items():
        scripts.setdefault(entry["script"], name)
        for word in entry["common"]:
            for key in _keys(word):
                owners[key] = (*owners.get(key, ()), name)
    return owners, scripts


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language; a constant, read on first use."""
    own, shared = _table(f"languages/{language}.toml"), _table("units.toml")
    months = [(key, (n, full)) for full, name in ((True, "months"), (False, "months_short"))
              for n, key in _numbered(own.get(name, ()), 1)]  # fmt: skip
    half_day = [(_keys(word), half) for half in ("am", "pm") for word in own.get(half, ())]
    built = Vocabulary(
        language=language,
        decimal_comma=own["decimal_comma"],
        capital_months=own["capital_months"],
        numbers=_number_words(own),
        scales=_first_keys(own.get("scales", {}), float),
        sequences=Phrases((_keys(word), float(value))
                          for value, words in own.get("sequences", {}).items() for word in words),
        by_twenties=own.get("by_twenties", False),
        joiners=_key_set(own.get("joiners", ())),
        weak=_key_set(own.get("weak", ())),
        half=_key_set(own.get("half", ())),
        ordinals=_first_keys(own.get("ordinals", {}), int),
        months=Phrases(months),
        weekdays=Phrases((key, n) for n, key in _numbered(own["weekdays"], 0)),
        half_day=Phrases(half_day),
        oclock=_key_set(own.get("oclock", ())),
        fixed_times=dict.fromkeys(_key_set(own.get("noon", ())), 720)
        | dict.fromkeys(_key_set(own.get("midnight", ())), 0),
        negations=Phrases((_keys(word), word) for word in own["negations"]),
        titles=_key_set(own.get("titles", ())),
        particles=_key_set(own.get("particles", ())),
        endings=frozenset(own.get("endings", ())),
        articles=_key_set(own.get("articles", ())),
        not_names=_key_set(own.get("not_names", ())),
        magnitudes=_first_keys(shared["magnitudes"], float),
        money_magnitudes=_first_keys(shared["magnitudes_of_money"], float),
        units=Phrases(_units(own, shared)),
        zones=_key_set(shared["zones"]["words"]),
        east=_east(shared),
    )  # fmt: skip
    return _with_starters(built)


def _with_starters(built: Vocabulary) -> Vocabulary:
    starts: set[str] = set(built.numbers) | set(built.half) | set(built.fixed_times)
    starts |= set(built.ordinals) | set(built.east.digits) | set(built.east.tens) | built.weak
    for phrases in (built.sequences, built.months, built.weekdays, built.negations, built.units,
                    built.east.half_day):  # fmt: skip
        starts.update(phrases.firsts())
    telling = starts | set(built.scales) | set(built.magnitudes) | set(built.money_magnitudes)
    telling |= {"-", *built.half_day.firsts(), *built.oclock, *built.zones}
    telling |= {*built.east.myriads, *built.east.date}
    return replace(
        built, starters=frozenset(starts),
        telling=frozenset(telling - built.weak - {"b", "t", "k"}),
        idle=built.titles | built.not_names,
    )  # fmt: skip


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(files("dedup.facts").joinpath(name).read_text("utf-8"))


def _keys(phrase: str) -> tuple[str, ...]:
    return tuple(keys_of(phrase))


def _key_set(words: Iterable[str]) -> frozenset[str]:
    return frozenset(key for word in words for key in _keys(word)[:1])


def _first_keys(table: Mapping[str, Sequence[str]], number: type[V]) -> dict[str, V]:
    return {key: number(float(value))  # type: ignore[call-arg]
            for value, words in table.items() for key in _key_set(words)}  # fmt: skip


def _numbered(entries: Iterable[str], first: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The place of each entry with the keys of each of its alternatives."""
    for n, entry in enumerate(entries, first):
        for word in entry.split("|"):
            yield n, _keys(word)


def _number_words(own: Mapping[str, Any]) -> dict[str, float]:
    found = {key[0]: float(n) for name, first in (("zero_to_ten", 0), ("teens", 11))
             for n, key in _numbered(own.get(name, ()), first)}  # fmt: skip
    tens = {key[0]: 10.0 * n for n, key in _numbered(own.get("tens", ()), 2)}
    found |= tens | _first_keys(own.get("more", {}), float)
    if "compound" in own:
        found |= _compounds(own, found, tens)
    return found


def _compounds(
    own: Mapping[str, Any], units: Mapping[str, float], tens: Mapping[str, float]
) -> dict[str, float]:
    """German numbers written as one word, below 1,000: ``zweihundertdreiunddreißig``."""
    small = {word: n for word, n in units.items() if 1 < n < 10} | {own["compound_one"]: 1.0}
    joined = {f"{unit}{own['compound']}{ten}": n + m
              for unit, n in small.items() for ten, m in tens.items()}  # fmt: skip
    below = {word: n for word, n in units.items() if 0 < n < 100} | joined
    for unit, n in small.items():
        head = f"{unit}{own['hundred']}"
        joined |= {head + rest: 100 * n + m for rest, m in below.items()} | {head: 100 * n}
    return joined


def _units(
    own: Mapping[str, Any], shared: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], Unit]]:
    for word in [*own["percent"], *shared["percent"]["%"]]:
        yield _keys(word), Unit("percent", "%", before=word in _PERCENT_FIRST)
    leading = frozenset(shared["currency_before"]["words"])
    for code, words in shared["currency"].items():
        for word in words:
            keys = _keys(word)
            yield keys, Unit("money", code, before=not keys[-1].isalnum() or word in leading)
    for code, words in shared["cents"].items():
        for word in words:
            yield _keys(word), Unit("money", code, 0.01)
    for name, words in shared["measure"].items():
        base, factor = shared["factors"].get(name, (name, 1))
        for word in words:
            yield _keys(word), Unit("number", base, float(factor))


def _east(shared: Mapping[str, Any]) -> East:
    signs = shared["east"]
    date = {sign: name for name in ("year", "month", "day", "hour", "minute")
            for sign in signs[name]}  # fmt: skip
    half_day = [(_keys(word), half) for half in ("am", "pm") for word in signs[half]]
    return East(
        signs["digits"], signs["tens"], signs["myriads"], date, Phrases(half_day),
        frozenset(shared["counters"]["east"]),
    )  # fmt: skip
