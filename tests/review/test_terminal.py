"""The review in a real terminal: keys, resuming, being killed, hostile text."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from dedup.review import LabelsFile
from tests.cli.process import command, environment
from tests.review.process import Terminal


def labels(run: Path) -> list[str]:
    """The answers that hold, in their order."""
    return [label.answer for label in LabelsFile(run / "labels.jsonl").labels.values()]


def test_a_review_from_the_first_key_to_the_last(run_folder: Path) -> None:
    with Terminal(str(run_folder), cwd=run_folder.parent) as terminal:
        terminal.expect("1 of ")
        terminal.expect("\n> ")
        first = terminal.answer("y")
        assert "you: yes\n  dedup: BLP301 advertisement-marker: where an advertisement" in first
        assert "2 of " in first
        terminal.answer("N")
        terminal.answer("u")
        assert labels(run_folder) == ["yes", "no", "unsure"]
        assert "3 of " in terminal.answer("b")
        assert labels(run_folder) == ["yes", "no"]
        assert "4 of " in terminal.answer("s")
        assert "keys: " in terminal.answer("x")
        assert "keys: " in terminal.answer("\x1b[A")
        assert "q  quit" in terminal.answer("?")
        terminal.send("q")
        assert terminal.end() == 0
        assert "2 of " in terminal.screen.splitlines()[-1]
        assert terminal.screen.splitlines()[-1].endswith("answered; all are saved")


def test_it_goes_on_where_it_was_left(run_folder: Path) -> None:
    for expected in ("1 of ", "3 of "):
        with Terminal(str(run_folder), cwd=run_folder.parent) as terminal:
            terminal.expect("\n> ")
            assert f"\n{expected}" in terminal.screen
            terminal.answer("y")
            terminal.answer("y")
            terminal.send("\x04")  # Ctrl-D
            assert terminal.end() == 0
    assert labels(run_folder) == ["yes"] * 4


def test_back_leads_into_the_sitting_before(run_folder: Path) -> None:
    for keys in ("yy", "b"):
        with Terminal(str(run_folder), cwd=run_folder.parent) as terminal:
            terminal.expect("\n> ")
            for key in keys:
                terminal.answer(key)
            terminal.send("q")
            terminal.end()
    assert labels(run_folder) == ["yes"]


def test_scores_are_hidden_until_the_answer(run_folder: Path) -> None:
    with Terminal(
        str(run_folder), "--select", "DUP102", "--labels", "own.jsonl", cwd=run_folder.parent
    ) as terminal:
        terminal.expect("\n> ")
        question = terminal.screen.lower()
        for word in ("jaccard", "score", "0.", "dup1", "duplicate", "cosine"):
            assert word not in question
        assert "[-three-]{+some+}" in terminal.screen
        assert "Jaccard 0." in terminal.answer("y")
    assert not (run_folder / "labels.jsonl").exists()
    assert len(LabelsFile(run_folder.parent / "own.jsonl").labels) == 1


def test_killed_in_the_middle_every_answer_before_is_there(run_folder: Path) -> None:
    given = 0
    for sitting in range(4):
        with Terminal(str(run_folder), cwd=run_folder.parent) as terminal:
            terminal.expect("\n> ")
            for _ in range(3):
                terminal.answer("y")
                given += 1
            terminal.send("y")  # in flight
            terminal.kill()
            kept = labels(run_folder)
            assert given <= len(kept) <= given + 1, f"sitting {sitting}"
            given = len(kept)
    lines = (run_folder / "labels.jsonl").read_text().splitlines()
    assert all(json.loads(line) for line in lines)


def test_interrupting_leaves_the_terminal_as_it_was_and_says_130(run_folder: Path) -> None:
    with Terminal(str(run_folder), cwd=run_folder.parent) as terminal:
        terminal.expect("\n> ")
        terminal.answer("y")
        terminal.process.send_signal(2)
        assert terminal.end() == 130
    assert labels(run_folder) == ["yes"]


def test_keys_can_come_through_a_pipe(run_folder: Path) -> None:
    done = subprocess.run(
        command("review", str(run_folder)), input="y\nn\n\nu", text=True, check=False,
        capture_output=True, env=environment(), timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert labels(run_folder) == ["yes", "no", "unsure"]


def test_the_end_of_the_questions_can_be_taken_back(run_folder: Path) -> None:
    done = subprocess.run(
        command("review", str(run_folder), "--sample", "2"), input="yybn", text=True, check=False,
        capture_output=True, env=environment(), timeout=60,
    )  # fmt: skip
    assert "No question is left" in done.stdout
    assert labels(run_folder) == ["yes", "no"]


def test_nothing_of_a_hostile_text_reaches_the_terminal(run_folder: Path) -> None:
    done = subprocess.run(
        command("review", str(run_folder), "--sample", "1000"), input="u" * 1000, text=True,
        check=False, capture_output=True, env=environment(), timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert r"\x1b[2J\x1b]0;owned\x07<script>" in done.stdout
    shown = [ch for ch in done.stdout if not ch.isprintable() and ch != "\n"]
    assert shown == []
    assert max(map(len, done.stdout.splitlines())) < 120


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere"], "is not a run folder"),
        (["run", "--web", "--stats"], "exclude each other"),
        (["run", "-o", "x"], "goes with --export"),
        (["run", "--labels", "."], "cannot read these labels"),
        (["run", "--select", "INP"], "nothing in this run can be reviewed"),
        (["run", "--threshold"], "No such option"),
        (["run", "--in", "elsewhere"], "elsewhere"),
    ],
)
def test_what_cannot_be_done_is_said(run_folder: Path, words: list[str], message: str) -> None:
    done = subprocess.run(
        command("review", *words), cwd=run_folder.parent, text=True, check=False,
        capture_output=True, env=environment(), timeout=60, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_corpus_that_changed_since_is_refused(tmp_path: Path) -> None:
    from tests.review.made import scanned

    run = scanned(tmp_path)
    corpus = tmp_path / "corpus.jsonl"
    corpus.write_text(corpus.read_text() + '{"id": "late", "text": "One more."}\n')
    done = subprocess.run(
        command("review", str(run)), text=True, check=False, input="y",
        capture_output=True, env=environment(), timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert "has changed since the run was scanned: scan again" in done.stderr


@pytest.mark.parametrize("as_folder", [False, True])
def test_a_corpus_that_moved_is_found_with_in(tmp_path: Path, as_folder: bool) -> None:
    from tests.review.made import write_corpus

    (tmp_path / "old").mkdir()
    write_corpus(tmp_path / "old")
    (tmp_path / "old" / "more.txt").write_text("More\n\nAdvertisement\n\nNothing else today.\n")
    what = "old" if as_folder else "old/corpus.jsonl"

    def dedup(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command(*words), cwd=tmp_path, text=True, check=False, input="y",
                              capture_output=True, env=environment(), timeout=60)  # fmt: skip

    assert dedup("scan", what, "-o", "run").returncode == 0
    new = tmp_path / "new"
    new.mkdir()
    moved = (tmp_path / "old").rename(new / "old")
    lost = dedup("review", "run")
    assert lost.returncode == 2
    assert "no such file" in lost.stderr.lower()
    there = str(moved if as_folder else moved / "corpus.jsonl")
    found = dedup("review", "run", "--in", there)
    assert (found.returncode, found.stderr) == (0, "")
    assert labels(tmp_path / "run") == ["yes"]


def test_answers_stay_when_the_run_is_scanned_again(tmp_path: Path) -> None:
    from tests.review.made import write_corpus

    write_corpus(tmp_path)
    for sitting, keys in enumerate(("yn", "u"), 1):
        for words, text in ((["scan", "corpus.jsonl", "-o", "run"], ""), (["review", "run"], keys)):
            done = subprocess.run(command(*words), cwd=tmp_path, input=text, text=True, check=True,
                                  capture_output=True, env=environment(), timeout=60)  # fmt: skip
        assert f"{sitting + 1} of " in done.stdout.splitlines()[-1]
    assert labels(tmp_path / "run") == ["yes", "no", "unsure"]
