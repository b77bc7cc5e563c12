"""Places that are refused before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.clean.places import places
from dedup.errors import OutputError
from dedup.formats import InputOptions, find_inputs
from tests.clean.cleaning import run_clean, tree

RECORD = '{"id": "a", "text": "The wall stands."}\n'


@pytest.fixture(autouse=True)
def inputs(folder: Path) -> None:
    for name in ("in/a.jsonl", "in/b.jsonl", "full/x", "one.jsonl"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(RECORD.replace('"a"', f'"{name}"'), "utf-8")
    Path("empty").mkdir()


@pytest.mark.parametrize(
    ("paths", "out", "message"),
    [
        (["one.jsonl"], "one.jsonl", r"lies in what is read \(one.jsonl\)"),
        (["one.jsonl"], "./in/../one.jsonl", "lies in what is read"),
        (["in"], "in", r"lies in what is read \(in/\)"),
        (["in"], "in/clean", "lies in what is read"),
        (["in"], "full", "is not empty: choose a new folder"),
        (["one.jsonl"], "full", "is not empty"),
        (["one.jsonl"], "in/a.jsonl", "is already there: choose another path"),
        (["one.jsonl"], "full/x", "is already there"),
        (["in"], "out.jsonl", "the name of one file, and 2 inputs"),
        (["in/a.jsonl", "one.jsonl"], "out.jsonl", "name a folder for the output"),
        (["one.jsonl"], "out.csv", "which is jsonl: give a name ending in .jsonl"),
        (["one.jsonl"], "out.txt.gz", "keeps the format"),
        (["one.jsonl"], "full/x/out", "cannot be written"),
    ],
)
def test_a_place_that_would_hurt_is_refused(paths: list[str], out: str, message: str) -> None:
    before = tree(Path())
    with pytest.raises(OutputError, match=message):
        run_clean(paths, out, lambda story: [])
    assert tree(Path()) == before
    assert not Path("out").exists()


@pytest.mark.parametrize(
    ("removed", "decisions", "message"),
    [
        ("one.jsonl", None, "lies in what is read"),
        ("full/x", None, "is already there"),
        (None, "full/x", "is already there"),
        ("same", "same", "two outputs share one path"),
        ("out", None, "two outputs share one path"),
        ("out/one.jsonl", None, "where an input of that name goes"),
    ],
)
def test_logs_must_not_hurt_either(
    removed: str | None, decisions: str | None, message: str
) -> None:
    with pytest.raises(OutputError, match=message):
        run_clean(
            ["one.jsonl"], "out", lambda story: [],
            removed=Path(removed) if removed else None,
            decisions=Path(decisions) if decisions else None,
        )
    assert not Path("out").exists()


def test_an_input_named_like_a_log_asks_for_another_place() -> None:
    Path("one.jsonl").rename("removed.jsonl")
    with pytest.raises(OutputError, match="--removed or --decisions"):
        run_clean(["removed.jsonl"], "out", lambda story: [])
    run_clean(["removed.jsonl"], "out", lambda story: [], removed=Path("log.jsonl"))
    assert Path("out/removed.jsonl").read_text("utf-8") == RECORD.replace('"a"', '"one.jsonl"')


def test_an_empty_folder_is_filled_and_a_dotted_name_may_be_a_folder() -> None:
    run_clean(["in"], "empty", lambda story: [])
    assert set(tree(Path("empty"))) > {"a.jsonl", "b.jsonl"}
    run_clean(["in"], "v1.2", lambda story: [])
    assert Path("v1.2").is_dir()


def test_no_place_at_all_is_refused_unless_dry() -> None:
    with pytest.raises(OutputError, match="-o OUT"):
        run_clean(["in"], None, lambda story: [])


def test_two_inputs_of_one_name_are_refused() -> None:
    options = InputOptions()
    found = find_inputs(["-:jsonl", "one.jsonl"], options)
    Path("stdin.jsonl").write_text(RECORD, "utf-8")
    clash = [found[0], *find_inputs(["stdin.jsonl"], options)]
    with pytest.raises(OutputError, match="two inputs would be written to"):
        places(clash, Path("out"), None, None)
    assert places(found, Path("out"), None, None).names == ("stdin.jsonl", "one.jsonl")


def test_standard_input_goes_to_one_file() -> None:
    found = find_inputs(["-:jsonl"], InputOptions())
    made = places(found, Path("out.jsonl"), None, None)
    assert made.single
    assert made.paths == ("stdin.jsonl",)


def test_a_format_told_apart_from_the_name_is_kept() -> None:
    Path("dump.dat").write_text(RECORD, "utf-8")
    run_clean(["dump.dat:jsonl"], "out.dat", lambda story: [])
    assert Path("out.dat").read_text("utf-8") == RECORD
