"""Restoring refuses what does not fit together, and writes nothing then."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedup.clean import restore
from dedup.errors import InputError, MismatchError, OutputError
from tests.clean.cleaning import names, run_clean, strip, tree

AD = "Advertisement"


@pytest.fixture(autouse=True)
def cleaned(folder: Path) -> None:
    for name in ("one", "two"):
        Path("in").mkdir(exist_ok=True)
        body = f"Title\n\nThe wall {name} stands.\n\n{AD}\n\nIt froze.\n"
        Path("in", f"{name}.txt").write_text(body, "utf-8")
    Path("in/same.txt").write_text("Nothing.\n", "utf-8")
    run_clean(["in"], "out", lambda s: strip(s, AD) if AD in s.text else [])


def _edit_header(change: Callable[[dict[str, Any]], None]) -> None:
    lines = Path("out/decisions.jsonl").read_text("utf-8").splitlines(keepends=True)
    header = json.loads(lines[0])
    change(header)
    lines[0] = json.dumps(header) + "\n"
    Path("out/decisions.jsonl").write_text("".join(lines), "utf-8")


def _edit_row(**fields: object) -> None:
    lines = Path("out/decisions.jsonl").read_text("utf-8").splitlines(keepends=True)
    lines[1] = json.dumps(json.loads(lines[1]) | fields) + "\n"
    Path("out/decisions.jsonl").write_text("".join(lines), "utf-8")


def _append(path: str, text: str) -> None:
    Path(path).write_text(Path(path).read_text("utf-8") + text, "utf-8")


def _drop_lines(count: int) -> None:
    lines = Path("out/decisions.jsonl").read_text("utf-8").splitlines(keepends=True)
    Path("out/decisions.jsonl").write_text("".join(lines[:-count]), "utf-8")


def _refused(message: str) -> None:
    before = tree(Path())
    with pytest.raises(MismatchError, match=message):
        restore(Path("out"), None, Path("back"))
    assert tree(Path()) == before
    assert names() == ["in", "out"]


def test_the_report_counts() -> None:
    report = restore(Path("out"), None, Path("deep/back"))
    assert tree(Path("deep/back")) == tree(Path("in"))
    size = sum(map(len, tree(Path("in")).values()))
    assert (report.files, report.edits, report.bytes, report.tables) == (3, 2, size, 0)


@pytest.mark.parametrize("name", ["one.txt", "same.txt"])
@pytest.mark.parametrize(
    "change",
    [lambda t: t + "more", lambda t: t[:-1], lambda t: t.replace("i", "j"), lambda t: ""],
    ids=["longer", "shorter", "altered", "emptied"],
)
def test_a_cleaned_file_that_was_changed_is_refused(
    name: str, change: Callable[[str], str]
) -> None:
    path = Path("out", name)
    path.write_text(change(path.read_text("utf-8")), "utf-8")
    _refused(name)


def test_a_cleaned_file_that_is_gone_is_refused() -> None:
    Path("out/one.txt").unlink()
    _refused(r"one\.txt: the cleaned file is gone")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda: _drop_lines(1), "cut off, decisions are missing"),
        (lambda: _drop_lines(3), "not a decision log"),
        (lambda: _append("out/decisions.jsonl", '{"file": 0'), ":4: not a decision log, or cut"),
        (lambda: _append("out/decisions.jsonl", "[]\n"), ":4: not a decision log"),
        (lambda: _edit_row(bytes="other"), "do not give the original back"),
        (lambda: _edit_row(bytes={"b64": "%"}), ":2: damaged"),
        (lambda: _edit_row(bytes=7), r":2: damaged \(neither text nor base64"),
        (lambda: _edit_row(at="7"), ":2: damaged .'7' is not a whole number"),
        (lambda: _edit_row(at=10_000), "ends at byte"),
        (lambda: _edit_row(at=-1), "not in order"),
        (lambda: _edit_row(file=1), "not in the files' order"),
        (lambda: _edit_header(lambda h: h.update(version=99)), "format version 99"),
        (lambda: _edit_header(lambda h: h.update(format="x")), "is not a decision log"),
        (lambda: _edit_header(lambda h: h.pop("files")), "header is damaged"),
        (lambda: _edit_header(lambda h: h["files"][0].update(path="../x")), "'../x' leads out"),
        (lambda: _edit_header(lambda h: h["files"][0].update(out="/etc/x")), "'/etc/x' leads out"),
        (lambda: _edit_header(lambda h: h["files"][0].update(path="..\\x")), r"x' leads out"),
        (lambda: _edit_header(lambda h: h["files"].pop()), "more decisions than files"),
        (lambda: _edit_header(lambda h: h.update(single=True)), "there is no file there"),
    ],
)  # fmt: skip
def test_decisions_that_do_not_fit_are_refused(change: Callable[[], None], message: str) -> None:
    change()
    _refused(message)


def test_a_log_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="name the decision log"):
        restore(Path("in"), None, Path("back"))


@pytest.mark.parametrize(
    ("to", "message"),
    [
        ("in", "is not empty"),
        ("in/one.txt", "is already there"),
        ("out/back", "lies in the cleaned folder"),
        ("in/one.txt/x", "cannot be written"),
    ],
)
def test_nothing_is_overwritten(to: str, message: str) -> None:
    before = tree(Path())
    with pytest.raises(OutputError, match=message):
        restore(Path("out"), None, Path(to))
    assert tree(Path()) == before


def test_one_file_is_restored_to_one_file() -> None:
    run_clean(["in/one.txt"], "one.txt", lambda s: strip(s, AD))
    with pytest.raises(OutputError, match="is a folder: name a file"):
        restore(Path("one.txt"), None, Path("in"))
    restore(Path("one.txt"), None, Path("back.txt.gz"))
    restore(Path("one.txt"), None, Path("back.txt"))
    assert Path("back.txt").read_bytes() == Path("in/one.txt").read_bytes()
    assert Path("back.txt.gz").read_bytes()[:2] == b"\x1f\x8b"
