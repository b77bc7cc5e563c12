"""Which files the paths on a command line stand for."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from dedup.errors import ConfigError, InputError
from dedup.formats import InputOptions, find_inputs
from tests.formats.reader import read


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Title\n\nBody.\n")


def found(*paths: str, **options: object) -> list[str]:
    return [each.path for each in find_inputs(paths, InputOptions(**options))]  # type: ignore[arg-type]


def test_a_folder_is_walked_in_order_without_hidden_and_unknown_files(here: Path) -> None:
    touch(here, "f/b.txt", "f/a/z.txt", "f/.hidden.txt", "f/.git/x.txt", "f/pic.png", "f/a.jsonl")
    inputs = find_inputs(["f"], InputOptions())
    assert [each.path for each in inputs] == ["f/a/z.txt", "f/a.jsonl", "f/b.txt"]
    assert inputs.skipped == [("f/pic.png", "unknown extension")]
    assert not any(each.explicit for each in inputs)


def test_named_paths_keep_their_order_and_no_file_comes_twice(here: Path) -> None:
    touch(here, "b.txt", "a.txt")
    assert found("./b.txt", "a.txt", "b.txt", ".") == ["b.txt", "a.txt"]


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("*.txt", ["a.txt", "b.txt"]),
        ("**/*.txt", ["a.txt", "b.txt", "f/c.txt"]),
        ("[a]*", ["a.txt"]),
        ("f*", ["f/c.txt"]),
    ],
)
def test_globs(here: Path, pattern: str, paths: list[str]) -> None:
    touch(here, "a.txt", "b.txt", "f/c.txt")
    assert found(pattern) == paths


def test_a_file_with_a_pattern_in_its_name_is_that_file(here: Path) -> None:
    touch(here, "a[1].txt", "a1.txt")
    assert found("a[1].txt") == ["a[1].txt"]


@pytest.mark.parametrize(
    ("name", "format_name", "compression"),
    [
        ("a.txt", "text", ""),
        ("a.JSONL", "jsonl", ""),
        ("a.ndjson.gz", "jsonl", "gzip"),
        ("a.json.zst", "json", "zstd"),
        ("a.csv.zstd", "csv", "zstd"),
        ("a.tsv", "tsv", ""),
        ("a.parquet", "parquet", ""),
    ],
)
def test_extensions(here: Path, name: str, format_name: str, compression: str) -> None:
    touch(here, name)
    (each,) = find_inputs([name], InputOptions())
    assert (each.format, each.compression, each.explicit) == (format_name, compression, True)


def test_a_suffix_or_the_option_says_the_format(here: Path) -> None:
    touch(here, "dump.dat", "dump.dat.gz", "f/x.log")
    formats = {
        each.path: (each.format, each.compression)
        for each in find_inputs(["dump.dat:jsonl", "dump.dat.gz:csv", "f:text"], InputOptions())
    }
    assert formats == {
        "dump.dat": ("jsonl", ""),
        "dump.dat.gz": ("csv", "gzip"),
        "f/x.log": ("text", ""),
    }
    (each,) = find_inputs(["dump.dat"], InputOptions(input_format="tsv"))
    assert each.format == "tsv"


def test_a_file_that_really_has_the_suffix_goes_first(here: Path) -> None:
    touch(here, "dump.txt:csv")
    with pytest.raises(InputError, match="does not tell its format"):
        find_inputs(["dump.txt:csv"], InputOptions())


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["nowhere.txt"], "nowhere.txt: no such file or folder; check the path"),
        (["nowhere.txt:html"], "'html' is not a format"),
        (["*.csv"], r"\*.csv: no file matches"),
        (["empty"], "empty: the folder is empty"),
        (["pics"], "nothing to read, 1 skipped, such as pics/a.png .unknown extension."),
        (["story"], "its name does not tell its format; write story:jsonl"),
        (["-"], "standard input has no name .*--input-format jsonl"),
        ([], "name files, folders, globs, or - for standard input"),
    ],
)
def test_what_cannot_be_found_says_what_to_do(here: Path, paths: list[str], message: str) -> None:
    (here / "empty").mkdir()
    touch(here, "pics/a.png", "story")
    with pytest.raises(InputError, match=message):
        find_inputs(paths, InputOptions())


def test_an_unknown_format_is_a_setting_gone_wrong(here: Path) -> None:
    touch(here, "a.txt")
    with pytest.raises(ConfigError, match=r"unknown input format 'xml'.*jsonl"):
        find_inputs(["a.txt"], InputOptions(input_format="xml"))


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        (("a.txt",), ["f/b.txt", "f/old/c.txt"]),
        (("old",), ["a.txt", "f/b.txt"]),
        (("old/",), ["a.txt", "f/b.txt"]),
        (("old/*",), ["a.txt", "f/b.txt"]),
        (("**/old/**",), ["a.txt", "f/b.txt"]),
        (("*.txt", "!c.txt"), ["f/old/c.txt"]),
        (("/b.txt",), ["a.txt", "f/old/c.txt"]),
        (("f/b.*",), ["a.txt", "f/old/c.txt"]),
        (("*.txt",), None),
    ],
)
def test_exclusion_holds_for_named_files_too(
    here: Path, exclude: tuple[str, ...], left: list[str] | None
) -> None:
    touch(here, "a.txt", "f/b.txt", "f/old/c.txt")
    if left is None:
        with pytest.raises(InputError, match="every file is left out"):
            found("a.txt", "f", exclude=exclude)
    else:
        assert found("a.txt", "f", exclude=exclude) == left


@pytest.mark.parametrize(
    ("include", "exclude", "left"),
    [
        (("b.txt", "c.txt"), (), ["f/b.txt", "f/old/c.txt"]),
        (("f/",), ("old",), ["f/b.txt"]),
        (("*.txt",), ("*.txt", "!a.*"), ["a.txt"]),
    ],
)
def test_only_what_is_included_is_read_and_exclusion_outweighs_it(
    here: Path, include: tuple[str, ...], exclude: tuple[str, ...], left: list[str]
) -> None:
    touch(here, "a.txt", "f/b.txt", "f/old/c.txt")
    assert found("a.txt", "f", include=include, exclude=exclude) == left


def test_a_pattern_that_is_none_is_refused(here: Path) -> None:
    touch(here, "a.txt")
    with pytest.raises(ConfigError, match=r"Invalid git pattern: '!'; write patterns as in a"):
        found("a.txt", exclude=("!",))


def test_text_ids_are_bare_names_unless_two_are_alike(here: Path) -> None:
    touch(here, "f/a/x.txt", "f/b/x.txt", "f/b/only.v2.txt", "g/y.txt", "h/y.txt", "h/y.text")
    ids = {each.path: each.story_id for each in find_inputs(["f", "g", "h"], InputOptions())}
    assert ids == {
        "f/a/x.txt": "a/x",
        "f/b/x.txt": "b/x",
        "f/b/only.v2.txt": "only.v2",
        "g/y.txt": "g/y",
        "h/y.txt": "h/y.txt",
        "h/y.text": "h/y.text",
    }


def test_standard_input_is_read_when_named(monkeypatch: pytest.MonkeyPatch) -> None:
    line = b'{"text": "From a pipe."}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    (story,) = read("-:jsonl").stories
    assert (story.story_id, story.text) == ("-:1", "From a pipe.")


@pytest.mark.skipif(os.name == "nt", reason="file names are bytes on POSIX systems only")
def test_a_file_name_that_is_not_unicode_is_readable_and_shown_clean(here: Path) -> None:
    Path(os.fsdecode(b"caf\xe9.txt")).write_text("Body.")
    (story,) = read(".").stories
    assert story.path == "caf\ufffd.txt"


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_what_is_no_regular_file_in_a_folder_is_skipped(here: Path) -> None:
    touch(here, "f/a.txt")
    (here / "f/dangling.txt").symlink_to("nowhere")
    inputs = find_inputs(["f"], InputOptions())
    assert [each.path for each in inputs] == ["f/a.txt"]
    assert inputs.skipped == [("f/dangling.txt", "not a regular file")]
