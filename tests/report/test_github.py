"""Annotations are read as the runner reads them; the summary of a job stays under its limit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Tables
from dedup.report import github, outputs
from dedup.report.places import checkout
from tests.report.samples import HOSTILE, SAMPLE, hostile_tables, many, written


class Command(NamedTuple):
    """A workflow command as the runner understands it."""

    name: str
    properties: dict[str, str]
    message: str


def understood(line: str) -> Command | None:
    """What the runner makes of a line: its rules (ActionCommand.TryParseV2), written anew."""
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    head, found, message = line[2:].partition("::")
    if not found:
        return None
    name, _, given = head.partition(" ")
    pairs = (part.partition("=") for part in given.split(",") if part)
    return Command(name, {key.strip(): decoded(value, "%3A:", "%2C,") for key, _, value in pairs},
                   decoded(message))  # fmt: skip


def decoded(text: str, *more: str) -> str:
    for code in ("%0D\r", "%0A\n", *more, "%25%"):
        text = text.replace(code[:3], code[3:])
    return text


def commands(tables: Tables) -> list[Command]:
    lines = written("github", tables).splitlines()
    return [found for found in map(understood, lines) if found]


def test_an_annotation_says_where_what_and_which() -> None:
    first = commands(SAMPLE)[2]
    assert first == Command(
        "error",
        {"file": "feeds/monday.jsonl", "line": "2", "endLine": "2",
         "title": "DUP101 identical-story"},
        "story ap-2: the same text as ap-1 (kept: ap-1) [safe fix]",
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_the_runner_sees_our_commands_and_no_other(text: str) -> None:
    tables = hostile_tables(text)
    found = commands(tables)
    assert [command.name for command in found] == ["error", "notice"]
    for command in found:
        assert set(command.properties) <= {"file", "line", "endLine", "title"}
        assert command.properties.get("line", "1") == "1"


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30))
def test_a_path_reaches_the_runner_as_it_is(path: str) -> None:
    if path == "-" or path.startswith("::") or "##[" in path:
        return
    (command,) = commands(replace(SAMPLE, findings=[SAMPLE.findings[2]._replace(path=path)]))
    assert command.properties["file"] == path


def test_ten_of_a_level_and_the_cut_is_stated() -> None:
    text = written("github", many(100))
    found = [command for command in map(understood, text.splitlines()) if command]
    names = [command.name for command in found]
    assert names == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert text.splitlines()[-1] == (
        "30 of 100 findings are annotated, at most 10 of a level; the job summary lists more"
    )


def test_nothing_found_is_nothing_said() -> None:
    assert written("github", Tables()) == ""


@pytest.mark.parametrize("taken", [0, 900_000, 1_040_000, 1_048_570, 2_000_000])
def test_a_job_summary_stays_under_its_limit(tmp_path: Path, taken: int) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"x" * taken)
    tables = many(3_000, message="very " * 60)
    problem = outputs.append_job_summary(tables, {outputs.SUMMARY: str(path)})
    text = path.read_text("utf-8")
    assert path.stat().st_size <= max(1024 * 1024, taken)
    assert text.startswith("x" * taken)
    assert ("## dedup: 3 000 findings" in text) == (taken < 1_048_000)
    assert bool(problem) == (taken >= 1_048_000)
    assert problem == "" or "no room is left" in problem


def test_a_summary_says_how_many_it_leaves_out() -> None:
    text = github.job_summary(many(3_000), 0)
    assert text.count("<code>feeds/monday.jsonl</code>:") == github.MOST_IN_SUMMARY
    assert "2 000 more findings are not shown here" in text
    close = github.job_summary(many(3_000), 1024 * 1024 - 5_000)
    assert 0 < close.count("<code>feeds/monday.jsonl</code>:") < 40
    assert len(close.encode()) <= 5_000


def test_without_a_runner_there_is_no_summary(tmp_path: Path) -> None:
    assert outputs.append_job_summary(SAMPLE, {}) == ""
    missing = str(tmp_path / "none" / "summary")
    assert "cannot be written" in outputs.append_job_summary(SAMPLE, {outputs.SUMMARY: missing})


def test_the_checkout_is_the_runners_or_gits(tmp_path: Path) -> None:
    inside = tmp_path / "repo" / "feeds"
    inside.mkdir(parents=True)
    assert checkout(str(inside), {}) in (str(inside), checkout(str(tmp_path), {}))
    (tmp_path / "repo" / ".git").mkdir()
    assert checkout(str(inside), {}) == str(tmp_path / "repo")
    assert checkout(str(inside), {"GITHUB_WORKSPACE": str(tmp_path)}) == str(tmp_path)
    assert checkout(str(inside), {"CI_PROJECT_DIR": str(tmp_path)}) == str(tmp_path)
    assert checkout(str(inside), {"GITHUB_WORKSPACE": "/elsewhere"}) == str(tmp_path / "repo")


