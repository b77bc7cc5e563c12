"""``dedup check`` with several reports: what is written, what is refused, what is kept silent."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dedup import report
from tests.cli.process import Dedup

STORIES = Path(__file__).resolve().parents[2] / "data" / "stories"


def test_one_run_writes_every_format_that_was_asked_for(
    run: Dedup, feed: Path, tmp_path: Path
) -> None:
    asked = [word for name in report.FORMATS for word in ("--report", f"{name}={name}.out")]
    done = run("check", "feed", "--output-format", "concise", *asked)
    assert done.returncode == 1
    assert done.stdout == (tmp_path / "concise.out").read_text("utf-8")
    for name in ("sarif", "junit", "csv"):
        alone = run("check", "feed", "--output-format", name, "-q")
        assert (tmp_path / f"{name}.out").read_text("utf-8") == alone.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--report", "sarif"], "write FORMAT=FILE"),
        (["--report", "xml=a"], "no format is called 'xml'"),
        (["--report", "csv=feed/wall.txt"], "feed/wall.txt is also an input"),
        (["--report", "csv=a", "--report", "json=a"], "both csv and json"),
        (["--report", "csv=a", "-o", "./a"], "both full and csv"),
        (["--report", "csv=none/a"], "none/a: the report cannot be written"),
        (["--report", "csv=feed"], "feed: the report cannot be written"),
        (["--output-format", "sarif", "--statistics"], "cannot be written as sarif"),
        (["--report", "csv=keep.txt", "--config", 'ignore-lines=["keep.txt"]'], "settings name"),
    ],
)
def test_what_cannot_be_written_is_told_and_nothing_is(
    run: Dedup, feed: Path, tmp_path: Path, words: list[str], message: str
) -> None:
    (tmp_path / "keep.txt").write_text("Keep this line\n")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = run("check", "feed", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_tables_of_a_run_are_not_overwritten(run: Dedup, feed: Path, tmp_path: Path) -> None:
    assert run("scan", "feed", "-o", "run", "-q").returncode == 0
    done = run("check", "--run", "run", "--report", "json-lines=run/findings.jsonl")
    assert done.returncode == 2
    assert "is a part of the run run" in done.stderr
    assert run("check", "--run", "run", "--report", "json-lines=findings.jsonl").returncode == 1


def test_a_workflow_gets_annotations_sarif_and_a_summary(
    run: Dedup, feed: Path, tmp_path: Path
) -> None:
    env = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "GITHUB_WORKSPACE": str(tmp_path)}
    done = run("check", "feed", "--output-format", "github", "--report", "sarif=d.sarif", env=env)
    assert done.stdout.splitlines()[0].startswith("::error file=feed/wall.txt,line=5,endLine=5,")
    assert (tmp_path / "summary.md").read_text().startswith("## dedup: 2 findings\n")
    sarif = json.loads((tmp_path / "d.sarif").read_text())
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
            for result in sarif["runs"][0]["results"]}  # fmt: skip
    assert uris == {"feed/wall.txt"}


def test_a_summary_that_cannot_be_written_is_a_warning(run: Dedup, feed: Path) -> None:
    env = {"GITHUB_STEP_SUMMARY": "none/summary.md"}
    done = run("check", "feed", "--output-format", "github", env=env)
    assert done.returncode == 1
    assert "warning: GITHUB_STEP_SUMMARY: the job summary cannot be written" in done.stderr


def test_no_summary_unless_the_format_is_githubs(run: Dedup, feed: Path, tmp_path: Path) -> None:
    env = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    run("check", "feed", "--report", "sarif=d.sarif", env=env)
    assert not (tmp_path / "summary.md").exists()


def test_redact_prints_no_four_words_of_any_story(run: Dedup, tmp_path: Path) -> None:
    """On every story of this project: sixteen languages, every rule, titles and facts too."""
    texts = [path.read_text("utf-8") for path in sorted(STORIES.glob("*.txt"))]
    said = {phrase for text in texts for phrase in phrases(text)} - page_words()
    for folder, words in (("plain", []), ("hushed", ["--redact"])):
        (tmp_path / folder).mkdir()
        asked = [f"--report={name}={folder}/{name}" for name in report.FORMATS]
        run("check", str(STORIES), *asked, "-q", *words)
    for name in report.FORMATS:
        hushed = (tmp_path / "hushed" / name).read_text("utf-8")
        assert "11-river-flood-copy" in hushed
        assert sorted(phrases(hushed) & said) == []
    quoting = [name for name in report.FORMATS
               if phrases((tmp_path / "plain" / name).read_text("utf-8")) & said]  # fmt: skip
    assert {"full", "grouped", "json", "json-lines", "csv", "sarif", "junit"} <= set(quoting)


def phrases(text: str) -> set[str]:
    words = re.findall(r"\w+", text.lower())
    return {" ".join(words[at : at + 4]) for at in range(len(words) - 3)}


def page_words() -> set[str]:
    """Phrases of the rules' own pages, which SARIF holds: they quote furniture as examples."""
    from dedup import rules

    pages = [rules.page(code) for code in rules.RULES]
    return {phrase for page in pages for part in (page.meaning, page.fix, page.silence)
            for phrase in phrases(part)}  # fmt: skip


