"""Every format: its golden file, the same bytes every time, and nothing the input smuggled in."""

from __future__ import annotations

import re
import unicodedata

import pytest

from dedup import report
from dedup.errors import ConfigError
from tests.report.samples import (
    GOLDEN,
    HOSTILE,
    SAMPLE,
    SECRETS,
    golden,
    hostile_tables,
    many,
    written,
)

FORMATS = list(report.FORMATS)
FOR_PEOPLE = ["full", "concise", "grouped", "markdown", "github"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_its_golden_file(name: str) -> None:
    assert written(name, SAMPLE) == golden(name).read_text("utf-8")


def test_there_is_no_golden_file_too_many() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(golden(n).name for n in FORMATS)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_text_in_every_field_reaches_every_format_and_does_nothing(
    name: str, text: str
) -> None:
    """Nothing invisible is left, and no line is a command to the runner of a workflow."""
    shown = written(name, hostile_tables(text))
    assert shown
    hidden = {ch for ch in shown if not ch.isprintable() and unicodedata.category(ch) != "Zs"}
    assert hidden <= {"\n"}
    assert "##[" not in shown
    commands = [line for line in shown.split("\n") if line.lstrip().startswith("::")]
    assert len(commands) == (2 if name == "github" else 0)
    assert all(re.match(r"::(error|notice) (file|title)=", line) for line in commands)


@pytest.mark.parametrize("name", FOR_PEOPLE)
def test_a_word_of_a_megabyte_floods_nobody(name: str) -> None:
    # Paths are never cut, but no file system has one this long.
    tables = hostile_tables("x" * 1_000_000)
    tables.findings = [found._replace(path="a.jsonl", rule="DUP102") for found in tables.findings]
    assert len(written(name, tables)) < 30_000


@pytest.mark.parametrize("name", FORMATS)
def test_redacted_reports_hold_no_text_of_stories(name: str) -> None:
    plain, hushed = written(name, SAMPLE), written(name, SAMPLE, redact=True)
    assert [secret for secret in SECRETS if secret in hushed] == []
    assert "a later version has other facts" in hushed
    assert [secret for secret in SECRETS if secret in plain] != []


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_depends_on_nothing_but_the_tables(name: str) -> None:
    assert written(name, many(40)) == written(name, many(40))


@pytest.mark.parametrize("name", ["sarif", "gitlab", "github", "markdown"])
def test_the_gravest_come_first_and_the_order_of_the_tables_settles_the_rest(name: str) -> None:
    tables = many(9)
    shown = written(name, tables)
    places = [shown.index(f"s-{n}") for n in (1, 4, 7, 2, 5, 8, 0, 3, 6)]
    assert places == sorted(places)


@pytest.mark.parametrize("name", [name for name in FORMATS if name not in report.EVERYTHING])
def test_what_the_baseline_holds_is_left_out(name: str) -> None:
    assert "ap-9" not in written(name, SAMPLE)
    assert "INP902" not in written(name, SAMPLE)


@pytest.mark.parametrize("name", report.EVERYTHING)
def test_tables_hold_what_the_baseline_holds_too(name: str) -> None:
    assert "ap-9" in written(name, SAMPLE)


@pytest.mark.parametrize("name", report.WITHOUT_STATISTICS)
def test_lists_of_findings_have_no_statistics(name: str) -> None:
    with pytest.raises(ConfigError, match="choose from full, concise, grouped, json"):
        written(name, SAMPLE, statistics=True)


@pytest.mark.parametrize("name", [n for n in FORMATS if n not in report.WITHOUT_STATISTICS])
def test_the_others_have(name: str) -> None:
    shown = written(name, SAMPLE, statistics=True)
    assert "BLP301" in shown
    assert "ap-1" not in shown


def test_groups_hold_what_belongs_together() -> None:
    blocks = written("grouped", SAMPLE).strip().split("\n\n")
    heads = [block.splitlines()[0] for block in blocks]
    assert heads[:2] == [
        "BLP301 advertisement-marker: 2 × Advertisement", "cluster c1: 3 stories, kept: ap-1",
    ]  # fmt: skip
    assert heads[2] == "INP901 unreadable-record: 1 finding"
    assert sum(len(block.splitlines()) - 1 for block in blocks) == 8


def test_groups_are_cut_after_so_many_findings() -> None:
    shown = written("grouped", SAMPLE, max_show=3)
    assert shown.count("feeds/") == 3
    assert shown.endswith("… and 5 more; --max-show shows more of them\n")
