"""``dedup diff`` and ``dedup stats`` as processes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.process import OTHER, Dedup


@pytest.fixture
def runs(run: Dedup, feed: Path) -> None:
    """A run ``a``, and a run ``b`` with one more copy and one advertisement less."""
    run("scan", "feed", "-o", "a", "-q")
    text = (feed / "wall.txt").read_text("utf-8")
    (feed / "wall.txt").write_text(text.replace("Advertisement\n\n", ""), "utf-8")
    (feed / "later.txt").write_text(f"Again\n\n{OTHER}\n", "utf-8")
    run("scan", "feed", "-o", "b", "-q")


@pytest.mark.usefixtures("runs")
def test_diff_says_what_came_and_went(run: Dedup, tmp_path: Path) -> None:
    done = run("diff", "a", "b")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[:3] == [
        "findings: 1 added, 1 removed, 0 changed",
        "  + feed/later.txt:1:1: DUP101 the same text as harvest (kept: harvest)",
        "  - feed/wall.txt:5:1: BLP301 paragraph 1: where an advertisement stood "
        "(en:advertisement)",
    ]
    assert run("diff", "b", "a", "--fail-on", "error", "--select", "DUP").returncode == 0
    assert run("diff", "a", "b", "--fail-on", "error").returncode == 1
    assert run("diff", "a", "b", "--exit-zero").returncode == 0
    assert run("diff", "a", "a").returncode == 0
    run("diff", "a", "b", "--output-format", "json", "-o", "difference.json")
    told = json.loads((tmp_path / "difference.json").read_text())
    assert told["clusters"]["added"][0]["members"] == ["harvest", "later"]


@pytest.mark.usefixtures("runs")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a", "none"], "none"),
        (["a", "feed"], "is not a run folder"),
        (["a", "b", "-o", "a/pairs.jsonl"], "is a part of the run a"),
    ],
)
def test_diff_of_what_is_no_run_is_exit_2(run: Dedup, words: list[str], message: str) -> None:
    done = run("diff", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


@pytest.mark.usefixtures("runs")
def test_stats_of_a_run_and_of_paths_are_the_same(run: Dedup) -> None:
    of_run = run("stats", "--run", "b", "--by", "outlet", "--by", "rule")
    of_paths = run("stats", "feed")
    assert (of_run.returncode, of_paths.returncode) == (0, 0)
    assert of_run.stdout == of_paths.stdout
    rows = [line.split()[0] for line in of_run.stdout.splitlines() if line]
    assert rows == ["rule", "DUP101", "PAR201", "outlet", "(none)", "all"]
    counted = json.loads(run("stats", "feed", "--by", "day", "--output-format", "json").stdout)
    assert (counted["total"]["stories"], counted["by_day"][0]["duplicates"]) == (3, 1)
    assert run("stats", "feed", "--by", "hour").returncode == 2
