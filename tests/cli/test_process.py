"""The command as a process among others: pipes, terminals, signals, disks."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.process import SENTENCE, Dedup, command, environment


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Enough findings to fill a pipe (64 kB) many times over."""
    path = tmp_path / "many.jsonl"
    body = f"Advertisement\n\n{SENTENCE}"
    lines = (json.dumps({"id": f"id-{i}", "text": f"{body} {i}"}) for i in range(1500))
    path.write_text("\n".join(lines), "utf-8")
    return path


@pytest.fixture
def long(tmp_path: Path) -> Path:
    """A corpus that takes the reference kernels seconds."""
    rng = random.Random(1)
    words = [f"word{i}" for i in range(5000)]
    path = tmp_path / "long.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        for i in range(2500):
            text = "\n\n".join(" ".join(rng.choices(words, k=60)) for _ in range(5))
            stream.write(json.dumps({"id": f"id-{i}", "text": text}) + "\n")
    return path


@pytest.mark.skipif(os.name == "nt", reason="no pipes of that kind")
@pytest.mark.parametrize("name", ["full", "concise", "grouped", "json-lines", "sarif"])
def test_a_reader_that_leaves_is_no_failure(many: Path, tmp_path: Path, name: str) -> None:
    with subprocess.Popen(
        command("check", str(many), "--output-format", name), cwd=tmp_path, env=environment(),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read().decode()
        assert process.wait(timeout=60) == 1
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


@pytest.mark.parametrize("words", [["--help"], ["rule"], ["config", "--schema"], ["check", "-h"]])
def test_a_reader_that_never_came_is_no_failure(words: list[str], tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        done = subprocess.run(
            command(*words), cwd=tmp_path, env=environment(), stdout=closed,
            stderr=subprocess.PIPE, timeout=60, check=False,
        )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told(feed: Path, tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            command("check", "feed", "-q"), cwd=tmp_path, env=environment(), stdout=full,
            stderr=subprocess.PIPE, timeout=60, check=False,
        )
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1
    assert "No space left" in done.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to a single process")
@pytest.mark.parametrize("words", [["check"], ["scan", "-o", "run"]])
def test_interrupted_while_reading(tmp_path: Path, words: list[str]) -> None:
    with subprocess.Popen(
        command(*words, "-", "--input-format", "jsonl"), cwd=tmp_path, env=environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:
        assert process.stdin is not None
        # More than a pipe holds: once it is written, the command is reading.
        process.stdin.write(json.dumps({"id": "a", "text": SENTENCE * 2000}) + "\n")
        process.stdin.flush()
        time.sleep(0.5)  # for what the pipe still holds: then it waits for more
        assert interrupted(process) == (130, "", "dedup: interrupted\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to a single process")
def test_interrupted_at_work_leaves_nothing_behind(long: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        command("clean", "long.jsonl", "-o", "out", "--config", "kernels=reference"),
        cwd=tmp_path, env=environment(TMPDIR=str(temporary)), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    ) as process:
        while process.poll() is None and not list(temporary.rglob("stage-read.json")):
            time.sleep(0.002)
        assert process.poll() is None, "the corpus is too small to interrupt"
        assert interrupted(process) == (130, "", "dedup: interrupted\n")
    assert sorted(tmp_path.iterdir()) == [long, temporary]
    assert list(temporary.iterdir()) == []


def interrupted(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error after Ctrl-C."""
    process.send_signal(signal.SIGINT)
    try:
        # Not `communicate`: closing standard input would end the reading by itself.
        code = process.wait(timeout=30)
    finally:
        process.kill()
    assert process.stdout is not None
    assert process.stderr is not None
    return code, process.stdout.read(), process.stderr.read()


def test_an_internal_error_is_one_line_and_a_traceback_on_request(
    feed: Path, tmp_path: Path
) -> None:
    script = (
        "import sys, dedup.pipeline\n"
        "def fail(*args, **more): raise RuntimeError('a\\x1bb')\n"
        "dedup.pipeline.sliced = fail\n"
        "from dedup.cli import main\n"
        "sys.argv[0] = 'dedup'\n"
        "main()"
    )
    done = [
        subprocess.run(
            [sys.executable, "-c", script, "check", "feed", *more], cwd=tmp_path,
            env=environment(), capture_output=True, text=True, timeout=60, check=False,
        )
        for more in ([], ["--debug"])
    ]
    assert [each.returncode for each in done] == [2, 2]
    assert [each.stdout for each in done] == ["", ""]
    assert done[0].stderr == (
        "dedup: internal error: RuntimeError: a\\x1bb; "
        "run again with --debug for the traceback\n"
    )
    assert "Traceback (most recent call last)" in done[1].stderr


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_terminal_gets_color_and_a_short_job_no_progress(feed: Path, tmp_path: Path) -> None:
    shown = on_terminal(tmp_path, "check", "feed", "--output-format", "concise")
    assert "\x1b[1" in shown
    assert "stories ·" in shown
    assert "\x1b[?25l" not in shown
    assert "\r\x1b" not in shown


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_progress_is_drawn_on_request_and_taken_away(feed: Path, tmp_path: Path) -> None:
    shown = on_terminal(tmp_path, "check", "feed", "--progress", "always")
    assert "\x1b[?25l" in shown
    assert "\x1b[?25h" in shown


def test_no_terminal_no_progress(run: Dedup, feed: Path) -> None:
    assert "\x1b" not in run("check", "feed", "--progress", "auto").stderr


def on_terminal(folder: Path, *words: str) -> str:
    """Output of a command whose standard streams are a terminal."""
    import pty

    ours, theirs = pty.openpty()
    with subprocess.Popen(
        command(*words), cwd=folder, env=environment(TERM="xterm"), stdin=theirs, stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        chunks = []
        while select.select([ours], [], [], 30)[0]:
            try:
                chunk = os.read(ours, 65536)
            except OSError:
                break
            if not chunk:
                break
            chunks.append(chunk)
        process.wait(timeout=30)
    os.close(ours)
    return b"".join(chunks).decode("utf-8", "replace")
