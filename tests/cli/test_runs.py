"""``dedup scan``, and what the other commands make of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.process import SENTENCE, Dedup


def rows(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text().splitlines()]


@pytest.fixture
def scanned(run: Dedup, corpus: Path, tmp_path: Path) -> Path:
    done = run("scan", "corpus.jsonl", "-o", "run")
    assert done.returncode == 0, done.stderr
    return tmp_path / "run"


def test_scan_writes_every_table_and_says_what_is_next(
    run: Dedup, corpus: Path, tmp_path: Path
) -> None:
    done = run("scan", "corpus.jsonl", "-o", "run")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "dedup: wrote run; next: dedup check --run run"
    assert {path.stem for path in (tmp_path / "run").iterdir()} == {
        "manifest", "stories", "paragraphs", "pairs", "clusters", "findings", "templates"
    }
    assert len(rows(tmp_path / "run", "stories")) == 5
    assert {row["rule"] for row in rows(tmp_path / "run", "findings")} >= {"DUP101", "DUP102"}


def test_parquet_tables(run: Dedup, corpus: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    assert run("scan", "corpus.jsonl", "-o", "run", "--table-format", "parquet").returncode == 0
    assert (tmp_path / "run" / "stories.parquet").is_file()
    assert run("check", "--run", "run").returncode == 1


def test_a_run_is_judged_like_its_stories(run: Dedup, scanned: Path) -> None:
    report = ("--output-format", "json-lines")
    assert run("check", "--run", "run", *report).stdout == run(
        "check", "corpus.jsonl", *report
    ).stdout


def test_a_run_can_be_held_to_more_but_not_to_less(run: Dedup, scanned: Path) -> None:
    strict = run("check", "--run", "run", "--threshold", "0.99", "--output-format", "json-lines")
    assert "DUP101" in strict.stdout
    assert "DUP102" not in strict.stdout
    loose = run("check", "--run", "run", "--threshold", "0.5")
    assert loose.returncode == 2
    assert "scan again" in loose.stderr


def test_rules_can_be_chosen_afterwards(run: Dedup, scanned: Path, tmp_path: Path) -> None:
    assert run("check", "--run", "run", "--ignore", "DUP,BLP").returncode == 0
    (tmp_path / "dedup.toml").write_text('ignore = ["DUP", "BLP"]')
    assert run("check", "--run", "run").returncode == 0


def test_a_setting_that_a_run_cannot_answer_for_is_refused(run: Dedup, scanned: Path) -> None:
    done = run("check", "--run", "run", "--min-words", "5")
    assert done.returncode == 2
    assert "min-words" in done.stderr


@pytest.mark.parametrize(
    ("output", "message"),
    [("corpus.jsonl", "is also an input"), ("feed", "holds other files")],
)
def test_scan_refuses_a_place_that_would_be_destroyed_before_it_begins(
    run: Dedup, corpus: Path, feed: Path, output: str, message: str
) -> None:
    done = run("scan", "corpus.jsonl", "-o", output)
    assert done.returncode == 2
    assert message in done.stderr


def test_an_earlier_run_is_replaced(run: Dedup, scanned: Path, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps({"id": "x", "text": SENTENCE}))
    assert run("scan", "one.jsonl", "-o", "run").returncode == 0
    assert len(rows(scanned, "stories")) == 1


def test_scan_needs_paths(run: Dedup) -> None:
    done = run("scan", "-o", "run")
    assert done.returncode == 2
    assert "name the PATHS" in done.stderr


def test_explain_a_pair_of_a_run(run: Dedup, scanned: Path) -> None:
    done = run("explain", "a", "c", "--run", "run")
    assert done.returncode == 0, done.stderr
    for word in ("Jaccard", "cosine", "0.70", "forty", "some"):
        assert word in done.stdout
    assert done.stdout == run("explain", "a", "c", "--in", "corpus.jsonl").stdout


def test_explain_a_story(run: Dedup, scanned: Path) -> None:
    done = run("explain", "a", "--run", "run")
    assert done.returncode == 0, done.stderr
    assert "BLP301" in done.stdout


def test_explain_a_text(run: Dedup, tmp_path: Path) -> None:
    text = f"{SENTENCE}\n\nAdvertisement\n"
    (tmp_path / "page.txt").write_text(text)
    done = run("explain", "--text", "page.txt")
    assert done.returncode == 0, done.stderr
    assert "BLP301" in done.stdout
    assert run("explain", "--text", "-", text=text).stdout == done.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a", "c"], "give one or two ids"),
        (["--run", "run"], "give one or two ids"),
        (["a", "b", "c", "--run", "run"], "give one or two ids"),
        (["a", "--text", "x"], "leave out ids"),
        (["a", "zz", "--run", "run"], "no story has the id 'zz'"),
        (["a", "--run", "none"], "none"),
        (["--text", "none.txt"], "none.txt"),
    ],
)
def test_explain_refuses(run: Dedup, scanned: Path, words: list[str], message: str) -> None:
    done = run("explain", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_explain_says_when_the_text_is_gone(run: Dedup, scanned: Path, corpus: Path) -> None:
    corpus.write_text("\n")
    done = run("explain", "a", "--run", "run")
    assert done.returncode == 2
    assert "no longer at corpus.jsonl line 1" in done.stderr
