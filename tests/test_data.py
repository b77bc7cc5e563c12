"""The sample stories: both forms hold the same, and what is found is what was written down."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from dedup.api import scan
from dedup.clean import Plan, apply, plan, restore
from dedup.formats import InputOptions, find_inputs
from dedup.model import Finding
from dedup.rules import RULES
from dedup.settings import Settings

SAMPLES = Path(__file__).resolve().parent.parent / "data"


class Expected(NamedTuple):
    """One line of expected.jsonl; ``where`` is the story's id, or for ``broken/`` file and line."""

    where: str
    rule: str
    paragraph: int | None


def _rows() -> list[dict[str, Any]]:
    lines = (SAMPLES / "expected.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _expected(broken: bool) -> Counter[Expected]:
    rows = [row for row in _rows() if ("path" in row) is broken]
    wheres = [f"{row['path']}:{row['line']}" if broken else row["story"] for row in rows]
    return Counter(
        Expected(where, row["rule"], row["paragraph"])
        for where, row in zip(wheres, rows, strict=True)
    )


def _findings(*paths: str) -> list[Finding]:
    found = scan([str(SAMPLES / path) for path in paths], Settings(), InputOptions(), None)
    return found.findings


def _name(finding: Finding) -> str:
    """The story's name in expected.jsonl: its id, which for a text file may be the file's path."""
    path = Path(finding.path)
    return path.stem if path.suffix == ".txt" else finding.story_id


def _by_story(findings: Iterable[Finding]) -> Counter[Expected]:
    return Counter(Expected(_name(f), f.rule, f.paragraph) for f in findings)


def _join() -> ModuleType:
    spec = importlib.util.spec_from_file_location("join", SAMPLES / "join.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_both_forms_hold_the_same_stories() -> None:
    joined = _join().joined().encode()
    assert (SAMPLES / "stories.jsonl").read_bytes() == joined, "run `make data`"


def test_every_text_file_has_its_line() -> None:
    ids = [
        json.loads(line)["id"] for line in (SAMPLES / "stories.jsonl").read_bytes().splitlines()
    ]
    assert sorted(ids) == sorted(path.stem for path in (SAMPLES / "stories").iterdir())


ELSEWHERE = {"BLP311", "BLP312", "BLP321", "BLP322", "DUP106", "INP905"}
"""Rules that take an outlet or an ignore, which files of text do not name, or many stories."""


def test_every_rule_is_shown() -> None:
    assert {row["rule"] for row in _rows()} == set(RULES) - ELSEWHERE


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("form", ["stories", "stories.jsonl"])
def test_findings_are_those_written_down(form: str) -> None:
    found, expected = _by_story(_findings(form)), _expected(broken=False)
    assert sorted((found - expected).elements()) == [], "found and not expected"
    assert sorted((expected - found).elements()) == [], "expected and not found"


@pytest.mark.parametrize("form", ["stories", "stories.jsonl"])
def test_findings_name_the_other_story(form: str) -> None:
    stem = {finding.story_id: _name(finding) for finding in _findings(form)}
    named = {
        (_name(finding), finding.rule): {
            stem.get(other, Path(other).stem) for other in (*finding.related, finding.kept_id or "")
        }
        for finding in _findings(form)
    }
    missing = [
        row
        for row in _rows()
        if row["related"] and row["related"] not in named[row["story"], row["rule"]]
    ]
    assert missing == []


def test_offsets_cut_out_the_paragraph() -> None:
    texts = {
        row["id"]: row["text"]
        for row in map(json.loads, (SAMPLES / "stories.jsonl").read_bytes().splitlines())
    }
    for finding in _findings("stories.jsonl"):
        if finding.start is not None and finding.end is not None:
            paragraph = texts[finding.story_id][finding.start : finding.end]
            assert paragraph == paragraph.strip()
            before = texts[finding.story_id][: finding.start]
            assert before == "" or before.endswith("\n")


def test_broken_input_is_reported_record_by_record() -> None:
    found = Counter(
        Expected(f"{Path(f.path).relative_to(SAMPLES).as_posix()}:{f.line}", f.rule, f.paragraph)
        for f in _findings("broken")
    )
    assert sorted(found.elements()) == sorted(_expected(broken=True).elements())


def _cleaned(source: Path, out: Path, *, unsafe: bool) -> Plan:
    paths = [str(source)]
    options = InputOptions()
    planned = plan(scan(paths, Settings(), options, None), unsafe=unsafe)
    apply(find_inputs(paths, options), options, planned, out)
    return planned


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
@pytest.mark.parametrize("form", ["stories", "broken"])
def test_cleaning_can_be_undone(form: str, unsafe: bool, tmp_path: Path) -> None:
    planned = _cleaned(SAMPLES / form, tmp_path / "cleaned", unsafe=unsafe)
    restore(tmp_path / "cleaned", None, tmp_path / "restored")
    assert _bytes_of(tmp_path / "restored") == _bytes_of(SAMPLES / form)
    assert (len(planned) > 0) is (form == "stories")


@pytest.mark.parametrize("unsafe", [False, True], ids=["safe", "unsafe"])
def test_a_clean_corpus_stays_as_it_is(unsafe: bool, tmp_path: Path) -> None:
    _cleaned(SAMPLES / "stories", tmp_path / "once", unsafe=unsafe)
    (tmp_path / "once" / "removed.jsonl").unlink()
    (tmp_path / "once" / "decisions.jsonl").unlink()
    assert len(_cleaned(tmp_path / "once", tmp_path / "twice", unsafe=unsafe)) == 0
