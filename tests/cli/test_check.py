"""``dedup check``: the verdict, and what goes where."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.process import OTHER, SENTENCE, Dedup


def rules_of(report: str) -> list[str]:
    return sorted(json.loads(line)["rule"] for line in report.splitlines())


def test_findings_give_exit_1_report_on_stdout_summary_on_stderr(run: Dedup, feed: Path) -> None:
    done = run("check", "feed", "--output-format", "concise")
    assert done.returncode == 1
    assert [line.split(": ")[1][:6] for line in done.stdout.splitlines()] == ["BLP301", "PAR201"]
    assert done.stdout.startswith("feed/wall.txt:5:1: BLP301 paragraph 1: ")
    assert done.stderr.startswith("2 stories · 2 findings")
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stdout + done.stderr


def test_files_that_are_left_out_are_told(run: Dedup, feed: Path) -> None:
    (feed / "picture.jpg").write_bytes(b"\xff\xd8")
    assert "note: files left out in folders: 1; -v names them" in run("check", "feed").stderr
    verbose = run("check", "feed", "-v").stderr
    assert "left out feed/picture.jpg: unknown extension" in verbose
    assert re.search(r"dedup: stage +seconds +MB/s +share\n(dedup: [a-z ]+ +[\d.]+ .*\n)+", verbose)
    assert re.search(r"dedup: read +\d+\.\d\d +\d+\.\d +\d+%  stories read, cut into", verbose)
    assert run("check", "feed", "-q").stderr == ""


def test_nothing_found_is_exit_0_and_silence_on_stdout(run: Dedup, feed: Path) -> None:
    done = run("check", "feed/harvest.txt")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("1 story · 0 findings")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--exit-zero"], 0),
        (["--fail-on", "never"], 0),
        (["--ignore", "BLP,PAR201"], 0),
        (["--select", "DUP"], 0),
        (["--select", "BLP301"], 1),
        (["--config", "fail-on=never"], 0),
        (["--run", "x"], 2),
    ],
)
def test_the_gate(run: Dedup, feed: Path, words: list[str], code: int) -> None:
    assert run("check", "feed", *words).returncode == code


def test_fail_on_note(run: Dedup, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("Title\n\nToo short.\n")
    assert run("check", "short.txt").returncode == 0
    assert run("check", "short.txt", "--fail-on", "note").returncode == 1


@pytest.mark.parametrize("name", ["full", "concise", "json", "json-lines"])
def test_every_format_writes_to_a_file_what_it_writes_to_stdout(
    run: Dedup, feed: Path, tmp_path: Path, name: str
) -> None:
    shown = run("check", "feed", "--output-format", name)
    filed = run("check", "feed", "--output-format", name, "-o", "report", "-q")
    assert (filed.returncode, filed.stdout, filed.stderr) == (1, "", "")
    assert (tmp_path / "report").read_text("utf-8") == shown.stdout
    assert "BLP301" in shown.stdout


def test_statistics_and_max_show(run: Dedup, feed: Path) -> None:
    assert len(run("check", "feed", "--statistics").stdout.splitlines()) == 2
    bounded = run("check", "feed", "--output-format", "concise", "--max-show", "1").stdout
    assert bounded.splitlines()[1].startswith("… and 1 more")


def test_standard_input_needs_a_format(run: Dedup) -> None:
    record = json.dumps({"id": "a", "text": f"{SENTENCE}\n\n{OTHER}\n\n{SENTENCE}"})
    done = run("check", "-", "--input-format", "jsonl", "--output-format", "json-lines",
               text=f"{record}\n")
    assert (done.returncode, rules_of(done.stdout)) == (1, ["PAR201"])
    assert "--input-format" in run("check", "-", text="x").stderr


def test_settings_come_from_the_nearest_file(run: Dedup, feed: Path, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.dedup]\nignore = ["BLP"]\n')
    report = ["check", "feed", "--output-format", "json-lines"]
    assert rules_of(run(*report).stdout) == ["PAR201"]
    assert rules_of(run(*report, "--isolated").stdout) == ["BLP301", "PAR201"]
    assert rules_of(run(*report, env={"DEDUP_IGNORE": "PAR"}).stdout) == ["BLP301"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name the PATHS to read"),
        (["none.jsonl"], "none.jsonl: no such file or folder"),
        (["feed", "--run", "run"], "PATHS and --run exclude each other"),
        (["--run", "none"], "none"),
        (["feed", "-o", "feed/wall.txt"], "is also an input"),
        (["feed", "-o", "none/report"], "none/report"),
        (["empty"], "empty"),
        (["records.jsonl"], "body_text"),
        (["feed", "--threshold", "2"], "must be a number from 0 to 1"),
    ],
)
def test_what_cannot_be_done_is_exit_2_and_one_line(
    run: Dedup, feed: Path, tmp_path: Path, words: list[str], message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "records.jsonl").write_text('{"nr": 1, "body_text": "x"}\n')
    done = run("check", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dedup: error: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_a_record_that_cannot_be_read_is_a_finding(run: Dedup, tmp_path: Path) -> None:
    whole = json.dumps({"id": "a", "text": SENTENCE})
    (tmp_path / "a.jsonl").write_text(f'{whole}\n{{"id": "b", "te')
    done = run("check", "a.jsonl", "--output-format", "json-lines")
    assert done.returncode == 1
    assert "INP901" in rules_of(done.stdout)


@pytest.mark.parametrize(
    ("words", "env", "colored"),
    [
        ([], {}, False),
        (["--color", "always"], {}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_color(
    run: Dedup, feed: Path, words: list[str], env: dict[str, str], colored: bool
) -> None:
    done = run("check", "feed", *words, env=env)
    assert ("\x1b[" in done.stdout) is colored


def test_hostile_names_are_escaped(run: Dedup, tmp_path: Path) -> None:
    done = run("check", "no\x1b[31m\u202e\nsuch")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr


def test_every_file_of_an_ascii_locale_gets_utf8(run: Dedup, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("標題\n\nAdvertisement\n\nПривіт.\n", "utf-8")
    done = run("check", "a.txt", env={"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 1
    assert "標題" in done.stdout
