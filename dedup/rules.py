"""The rules: stable codes, names, levels and fixes.

Codes are stable for ever. The long page of each rule (`dedup rule CODE`) is in ``rule_pages.toml``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import NamedTuple

from dedup.errors import ConfigError
from dedup.model import NO_FIX, Fix

LEVELS = ("note", "warning", "error")
"""From the mildest to the gravest."""


class Rule(NamedTuple):
    """One rule of the catalogue."""

    code: str
    name: str
    level: str
    fix: Fix
    summary: str


class RulePage(NamedTuple):
    """The long page of a rule: plain text, paragraphs separated by blank lines."""

    meaning: str
    computed: str
    settings: tuple[str, ...]
    """Names of the settings that change it, as they are written in a settings file."""
    fix: str
    example: str
    silence: str


_SAFE_DROP, _UNSAFE_DROP = Fix("drop", "safe"), Fix("drop", "unsafe")
_SAFE_STRIP, _UNSAFE_STRIP = Fix("strip", "safe"), Fix("strip", "unsafe")

_CATALOGUE = (
    Rule("DUP101", "identical-story", "error", _SAFE_DROP, "the same text as another story"),
    Rule("DUP102", "near-duplicate-story", "error", _UNSAFE_DROP, "nearly the text of another"),
    Rule("DUP103", "contained-story", "warning", _UNSAFE_DROP, "it stands in a longer story"),
    Rule("DUP104", "updated-story", "note", _UNSAFE_DROP, "a later version has other facts"),
    Rule("DUP105", "template-sibling", "note", NO_FIX, "the same form, another event"),
    Rule("DUP106", "oversized-cluster", "warning", NO_FIX, "too many copies to take on trust"),
    Rule("PAR201", "repeated-paragraph-in-story", "error", _SAFE_STRIP, "a paragraph twice"),
    Rule("PAR202", "near-repeated-paragraph-in-story", "warning", _UNSAFE_STRIP,
         "a paragraph nearly twice"),
    Rule("PAR203", "repeated-paragraph-across-stories", "note", _UNSAFE_STRIP,
         "a paragraph that stands in another story"),
    Rule("PAR204", "near-repeated-paragraph-across-stories", "note", NO_FIX,
         "a paragraph that nearly stands in another story"),
    Rule("BLP301", "advertisement-marker", "error", _SAFE_STRIP, "where an advertisement stood"),
    Rule("BLP302", "related-link", "error", _SAFE_STRIP, "a link to another story"),
    Rule("BLP303", "page-navigation", "error", _SAFE_STRIP, "buttons and menus of the page"),
    Rule("BLP304", "promotion", "warning", _SAFE_STRIP, "newsletter, app, subscription, follow us"),
    Rule("BLP305", "rights-notice", "note", _UNSAFE_STRIP, "copyright and terms"),
    Rule("BLP306", "credit-line", "note", _UNSAFE_STRIP, "who reported, edited, photographed"),
    Rule("BLP311", "learned-line", "warning", _UNSAFE_STRIP, "a line the outlet's pages repeat"),
    Rule("BLP312", "learned-template", "warning", _UNSAFE_STRIP,
         "a line the outlet's pages repeat, with changing parts"),
    Rule("BLP313", "furniture-like", "note", _UNSAFE_STRIP,
         "looks like page furniture, though nothing knows it"),
    Rule("BLP321", "template-vanished", "note", NO_FIX,
         "a template that an outlet no longer uses"),
    Rule("BLP322", "template-new", "note", NO_FIX, "learned, but not in the file of templates"),
    Rule("INP901", "unreadable-record", "error", NO_FIX, "a record that could not be read"),
    Rule("INP902", "empty-or-too-short", "note", NO_FIX, "no text to compare"),
    Rule("INP903", "broken-encoding", "warning", NO_FIX, "characters were lost or guessed"),
    Rule("INP904", "duplicate-id", "error", NO_FIX, "two records with one id"),
    Rule("INP905", "unused-ignore", "warning", NO_FIX, "an ignore that no longer ignores anything"),
)

RULES: dict[str, Rule] = {rule.code: rule for rule in _CATALOGUE}

UNUSED = "INP905"
"""The rule about ignores themselves."""


def at_least(level: str, floor: str) -> bool:
    """Whether a level is as grave as ``floor`` (one of LEVELS)."""
    return LEVELS.index(level) >= LEVELS.index(floor)


def select(codes: tuple[str, ...], ignore: tuple[str, ...] = ()) -> frozenset[str]:
    """The rules chosen by prefixes (``ALL``, ``BLP``, ``PAR20``, ``DUP101``), less the ignored.

    A longer prefix outweighs a shorter one, as in ``--select PAR --ignore PAR20 --select PAR201``.
    Unknown prefixes are the caller's to refuse: see :func:`unknown_prefixes`.
    """
    chosen = set()
    for code in RULES:
        wanted = max((_reach(code, prefix) for prefix in codes), default=-1)
        unwanted = max((_reach(code, prefix) for prefix in ignore), default=-1)
        if wanted > unwanted:
            chosen.add(code)
    return frozenset(chosen)


def unknown_prefixes(prefixes: tuple[str, ...]) -> list[str]:
    """Those of the prefixes that fit no rule."""
    return [p for p in prefixes if all(_reach(code, p) < 0 for code in RULES)]


def longest_prefix(code: str, prefixes: Iterable[str]) -> str | None:
    """Of the prefixes that fit a rule the one that settles most; None if none fits."""
    fitting = [prefix for prefix in prefixes if _reach(code, prefix) >= 0]
    return max(fitting, key=lambda prefix: _reach(code, prefix), default=None)


def find(word: str) -> Rule:
    """The rule with this code or name, in any case; ConfigError with the nearest otherwise."""
    names = {rule.name: rule for rule in RULES.values()}
    rule = RULES.get(word.upper()) or names.get(word.lower())
    if rule is not None:
        return rule
    close = difflib.get_close_matches(word.upper(), RULES, n=1) or difflib.get_close_matches(
        word.lower(), names, n=1
    )
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ConfigError(f"no rule is called {word!r}{hint}; `dedup rule` lists them all")


_NEXT_TABLE = r"(?=^\[[A-Z]{3}\d{3}\]\n|\Z)"


def page(code: str) -> RulePage:
    """The long page of a rule, by its code; ConfigError for a code that is none."""
    import tomllib
    from importlib import resources

    text = resources.files("dedup").joinpath("rule_pages.toml").read_text(encoding="utf-8")
    # Only this table is parsed: all of them take 0.1 s, a report of many rules needs most of them.
    table = re.search(rf"^\[{re.escape(code)}\]\n(.*?){_NEXT_TABLE}", text, re.M | re.S)
    if table is None:
        raise ConfigError(f"no rule is called {code!r}; `dedup rule` lists them all")
    fields = tomllib.loads(table[1])
    fields["settings"] = tuple(fields["settings"])
    return RulePage(**fields)


def _reach(code: str, prefix: str) -> int:
    """How many characters of the code a prefix settles; -1 if it does not fit."""
    if prefix == "ALL":
        return 0
    return len(prefix) if prefix and code.startswith(prefix) else -1
