"""The catalogue of rules and the page each of them has."""

from __future__ import annotations

import re

import pytest

from dedup import rules
from dedup.errors import ConfigError
from dedup.setting_values import kebab
from dedup.settings import InputSettings, Settings

SETTING_NAMES = {kebab(name) for name in Settings.model_fields} | {
    f"input.{kebab(name)}" for name in InputSettings.model_fields
}


@pytest.mark.parametrize("code", list(rules.RULES))
def test_every_rule_has_a_full_page(code: str) -> None:
    page = rules.page(code)
    for part in (page.meaning, page.computed, page.fix, page.example, page.silence):
        assert len(part.strip()) > 20
    assert page.example.strip().count(code) == 1
    assert f"--ignore {code}" in page.silence
    assert set(page.settings) <= SETTING_NAMES


@pytest.mark.parametrize("code", list(rules.RULES))
def test_a_page_names_only_settings_that_exist(code: str) -> None:
    page = rules.page(code)
    text = page.meaning + page.computed + page.fix + page.silence
    named = set(re.findall(r"`(?:--config )?([a-z]+(?:-[a-z]+)+)(?:=[^`]*)?`", text))
    assert named <= SETTING_NAMES


@pytest.mark.parametrize("code", list(rules.RULES))
def test_what_a_page_says_of_the_fix_is_what_the_catalogue_says(code: str) -> None:
    safety = rules.RULES[code].fix.safety
    assert rules.page(code).fix.strip().lower().startswith(safety)


def test_no_page_without_a_rule() -> None:
    import tomllib
    from importlib import resources

    pages = tomllib.loads(resources.files("dedup").joinpath("rule_pages.toml").read_text("utf-8"))
    assert list(pages) == list(rules.RULES)


@pytest.mark.parametrize("word", ["DUP102", "dup102", "near-duplicate-story"])
def test_a_rule_is_found_by_code_or_name(word: str) -> None:
    assert rules.find(word).code == "DUP102"


@pytest.mark.parametrize(
    ("word", "nearest"), [("DUP12", "DUP102"), ("near-duplicate-stories", "near-duplicate-story")]
)
def test_an_unknown_rule_is_answered_with_the_nearest(word: str, nearest: str) -> None:
    with pytest.raises(ConfigError, match=f"did you mean '{nearest}'"):
        rules.find(word)


@pytest.mark.parametrize(
    ("chosen", "ignored", "expected"),
    [
        (("ALL",), (), set(rules.RULES)),
        (("DUP10",), (), {f"DUP10{n}" for n in range(1, 7)}),
        (("DUP", "PAR"), ("PAR", "DUP10", "DUP101"), set()),
        (("ALL",), ("PAR", "BLP", "INP", "DUP10"), set()),
        (("ALL", "DUP101"), ("PAR", "BLP", "INP", "DUP10"), {"DUP101"}),
        (("PAR", "PAR201"), ("PAR20",), {"PAR201"}),
        ((), (), set()),
    ],
)
def test_the_longer_prefix_wins(
    chosen: tuple[str, ...], ignored: tuple[str, ...], expected: set[str]
) -> None:
    assert rules.select(chosen, ignored) == expected


def test_levels_are_ordered() -> None:
    assert rules.at_least("error", "warning")
    assert rules.at_least("note", "note")
    assert not rules.at_least("note", "warning")


def test_prefixes_that_fit_nothing_are_named() -> None:
    assert rules.unknown_prefixes(("DUP", "XYZ", "ALL", "PAR9")) == ["XYZ", "PAR9"]
