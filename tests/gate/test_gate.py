"""Levels, limits, ignores and focus."""

from __future__ import annotations

from typing import Any

import pytest

from dedup.errors import ConfigError
from dedup.gate import Limits, RuleLevel, in_focus, judged, levelled, unwanted
from dedup.model import Finding
from tests.gate.made import finding


def levels(rows: list[Finding], **given: RuleLevel) -> list[str]:
    return [row.level for row in levelled(rows, given)]


def test_the_longest_prefix_decides_the_level() -> None:
    rows = [finding("DUP101"), finding("DUP102"), finding("PAR203"), finding("BLP301")]
    given = {"DUP": RuleLevel("warning"), "DUP102": RuleLevel("note"), "PAR2": RuleLevel("error")}
    assert levels(rows, **given) == ["warning", "note", "error", "error"]
    assert levels(rows, ALL=RuleLevel("note"), BLP=RuleLevel(None, 9)) == [
        "note", "note", "note", "note"
    ]
    assert levels(levelled(rows, given)) == ["error", "error", "note", "error"], "levels of now"


@pytest.mark.parametrize(
    ("given", "new", "level"),
    [
        (RuleLevel(None, 3), 2, "warning"),
        (RuleLevel(None, 3), 3, "error"),
        (RuleLevel("error", 3), 2, "warning"),
        (RuleLevel("note", 3), 2, "note"),
        (RuleLevel("note", 3), 3, "error"),
        (RuleLevel("note", 1), 0, "note"),
    ],
)
def test_error_if_counts_new_findings(given: RuleLevel, new: int, level: str) -> None:
    rows = [finding(new=place < new) for place in range(3)]
    assert levels(rows, DUP101=given) == [level] * 3


OLD_AND_NEW = [
    finding("DUP101", story="a", new=False), finding("PAR201", story="a"),
    finding("DUP103", story="b"), finding("DUP104", story="c"),
]
"""Two errors (one of them new), a warning and a note."""


@pytest.mark.parametrize(
    ("limits", "failed"),
    [
        ({}, ["max-new"]),
        ({"fail_on": "never", "max_findings": 0}, []),
        ({"max_new": 1}, []),
        ({"fail_on": "warning", "max_new": 1}, ["max-new"]),
        ({"fail_on": "note", "max_new": 3}, []),
        ({"max_findings": 2}, []),
        ({"max_findings": 1}, ["max-findings"]),
        ({"max_findings": 1, "max_new": 0}, ["max-findings", "max-new"]),
        ({"max_ratio": 0.1}, []),
        ({"fail_on": "note", "max_ratio": 0.29}, ["max-ratio"]),
        ({"fail_on": "note", "max_ratio": 0.3}, []),
    ],
)
def test_the_limits(limits: dict[str, Any], failed: list[str]) -> None:
    reasons = judged(OLD_AND_NEW, 10, Limits(**limits)).reasons
    assert [text.partition(":")[0] for text in reasons] == failed


def test_without_new_findings_the_gate_is_open() -> None:
    assert judged([finding(new=False)], 1, Limits()).passed
    assert judged([], 0, Limits(max_ratio=0.0)).passed


def test_what_was_let_pass_is_told() -> None:
    verdict = judged(OLD_AND_NEW, 10, Limits(max_new=4))
    assert verdict.allowed == ("max-new: 1 new finding at or above error, 4 allowed",)
    assert [row.rule for row in verdict.graver] == ["DUP101", "PAR201"]


def test_rules_are_ignored_by_outlet() -> None:
    rows = [finding("BLP303", source="Reuters UK"), finding("BLP301", source="Reuters UK"),
            finding("BLP303", source="AP"), finding("BLP303")]  # fmt: skip
    per_source = {"reuters*": ("BLP303", "DUP"), "ap": ("PAR",), "dpa": ("BLP",)}
    kept, unused = unwanted(rows, per_source, [row.source for row in rows])
    assert kept == rows[1:]
    assert unused == [("ap", "PAR"), ("reuters*", "DUP")], "of outlets that are there"
    assert unwanted(rows, {"*": ("ALL",)}, ["AP", "Reuters UK", ""]).findings == rows[3:]


def test_a_focus_takes_what_touches_it() -> None:
    rows = [
        finding(story="a", path="x/1.txt"), finding(story="b", path="y/2.txt", related=("a",)),
        finding(story="c", path="y/3.txt", kept="a"), finding(story="d", path="y/4.txt"),
    ]  # fmt: skip
    paths = [(row.story_id, row.path) for row in rows]

    def focus(*names: str) -> str:
        return "".join(row.story_id for row in in_focus(rows, names, paths))

    assert (focus("a"), focus("d"), focus("a", "d")) == ("abc", "d", "abcd")
    assert (focus("x/"), focus("1.txt"), focus("y/*"), focus("3.*")) == ("abc", "abc", "bcd", "c")


@pytest.mark.parametrize("name", ["none", "z/*", "!"])
def test_a_focus_on_nothing_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match=f"--focus {name}"):
        in_focus([finding()], [name], [("a", "feed.jsonl")])
