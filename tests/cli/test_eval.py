"""``dedup eval`` as a process: what it prints, what it writes, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.process import OTHER, SENTENCE, Dedup


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text("a,b,label\na,b,1\na,c,1\nd,e,0\n", "utf-8")
    return path


def test_pairs_are_measured_and_errors_can_be_looked_at(
    run: Dedup, corpus: Path, labels: Path
) -> None:
    labels.write_text("a,b,label\na,b,1\na,c,1\nb,c,0\nd,e,1\n", "utf-8")
    done = run("eval", str(corpus), "--pairs", str(labels))
    assert (done.returncode, done.stderr) == (0, "")
    assert "recall             0.6667  (2 of 3" in done.stdout
    assert "wrongly called" in done.stdout
    command = next(line.split() for line in done.stdout.splitlines() if "explain b c" in line)
    shown = run(*command[1:])
    assert (shown.returncode, shown.stderr) == (0, "")


def test_a_scan_answers_too(run: Dedup, corpus: Path, labels: Path, tmp_path: Path) -> None:
    run("scan", str(corpus), "-o", str(tmp_path / "run"), "-q")
    from_run = run("eval", "--run", str(tmp_path / "run"), "--pairs", str(labels))
    from_paths = run("eval", str(corpus), "--pairs", str(labels))
    assert from_run.stdout.splitlines()[:9] == from_paths.stdout.splitlines()[:9]


def test_paragraphs_of_pages_need_no_paths(run: Dedup, tmp_path: Path) -> None:
    page = {"id": "p", "paras": [["boilerplate", "Advertisement"], ["content", SENTENCE],
                                 ["boilerplate", OTHER]]}  # fmt: skip
    (tmp_path / "pages.jsonl").write_text(json.dumps(page), "utf-8")
    done = run("eval", "--paragraphs", "pages.jsonl", "--output-format", "json")
    figures = {figure["name"]: figure["value"] for figure in json.loads(done.stdout)["figures"]}
    assert (figures["precision"], figures["recall"]) == (1.0, 0.5)


def test_planted_copies_with_a_picture(run: Dedup, corpus: Path, tmp_path: Path) -> None:
    done = run("eval", "--plant", str(corpus), "--seeds", "2", "--picture", "planted.svg")
    assert (done.returncode, done.stderr) == (0, "")
    assert "seeds 1, 2" in done.stdout
    assert run("eval", "--plant", str(corpus), "--seeds", "2").stdout == done.stdout
    root = ET.parse(tmp_path / "planted.svg").getroot()  # noqa: S314 -- our own output
    assert root.tag == "{http://www.w3.org/2000/svg}svg"


def test_floors_hold_rise_and_fall(run: Dedup, corpus: Path, labels: Path, tmp_path: Path) -> None:
    words = ("eval", str(corpus), "--pairs", str(labels), "--floors", "floors.toml")
    assert run(*words).returncode == 2
    raised = run(*words, "--raise-floors")
    assert raised.returncode == 0
    assert run(*words).returncode == 0
    floors = tmp_path / "floors.toml"
    assert '["labels".floors]' in floors.read_text("utf-8")
    fallen = run(*words, "--threshold", "1")
    assert fallen.returncode == 1
    assert "BELOW ITS FLOOR" in fallen.stdout
    labels.write_text(labels.read_text("utf-8") + "c,d,0\n", "utf-8")
    other = run(*words)
    assert other.returncode == 2
    assert "measured on other files" in other.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["corpus.jsonl"], "say what to measure, one of"),
        (["corpus.jsonl", "--plant", "--pairs", "labels.csv"], "say what to measure, one of"),
        (["--plant"], "name the PATHS"),
        (["--plant", "--run", "r"], "--run holds no texts"),
        (["--pairs", "labels.csv"], "name the PATHS"),
        (["corpus.jsonl", "--plant", "--raise-floors"], "name it with --floors"),
        (["corpus.jsonl", "--pairs", "nowhere.csv"], "no such file"),
        (["corpus.jsonl", "--pairs", "labels.csv", "--map", "1=twin"], "a label stands for one of"),
        (["corpus.jsonl", "--pairs", "labels.csv", "--id-field", "title"], "are not in the corpus"),
        (["corpus.jsonl", "--plant", "--picture", "no/where.svg"], "cannot be written"),
        (["corpus.jsonl", "--plant", "--picture", "corpus.jsonl"], "is also an input"),
        (["corpus.jsonl", "--pairs", "labels.csv", "--picture", "./labels.csv"], "also an input"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    run: Dedup, corpus: Path, labels: Path, words: list[str], message: str
) -> None:
    assert corpus.exists()
    assert labels.exists()
    done = run("eval", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
