"""Whatever an input holds: never a crash, never a silent skip."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup.errors import ConfigError, DedupError, InputError
from dedup.formats import InputOptions
from tests.formats.reader import agreed, in_folder, read, records

GOOD = b'{"text": "good"}\n'
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x02\x00\xff\xfe"

# name, content, texts that are read, problems (rule and line), a word of the first message
TABLE = [
    ("a.jsonl", b"", [], [("INP902", 1)], "no records"),
    ("a.jsonl", b"\xef\xbb\xbf", [], [("INP902", 1)], "no records"),
    ("a.jsonl", b"\n \r\n\t\n", [], [("INP902", 1)], "no records"),
    ("a.jsonl", GOOD + b'{"text": "cut of', ["good"], [("INP901", 2)], "cut off: unterminated"),
    ("a.jsonl", GOOD + b'{"text": "a"', ["good"], [("INP901", 2)], "cut off"),
    ("a.jsonl", b"{text: 1}\n" + GOOD, ["good"], [("INP901", 1)], "not JSON: "),
    ("a.jsonl", b"[1]\n" + GOOD, ["good"], [("INP901", 1)], "not an object but a list"),
    ("a.jsonl", b'"x"\n' + GOOD, ["good"], [("INP901", 1)], "not an object but a string"),
    ("a.jsonl", b"null\n12\n" + GOOD, ["good"], [("INP901", 1), ("INP901", 2)], "but null"),
    ("a.jsonl", b'{"text": null}\n' + GOOD, ["good"], [("INP901", 1)], "'text' is null"),
    ("a.jsonl", b'{"text": 5}\n' + GOOD, ["good"], [("INP901", 1)], "is a number"),
    ("a.jsonl", b'{"text": ["a"]}\n' + GOOD, ["good"], [("INP901", 1)], "is a list"),
    ("a.jsonl", b'{"t": "a"}\n' + GOOD, ["good"], [("INP901", 1)], "no field for it"),
    ("a.jsonl", b"[" * 100_000 + b"\n" + GOOD, ["good"], [("INP901", 1)], "nested too deep"),
    ("a.jsonl", b'{"text": "\\ud83d!"}\n', ["\ufffd!"], [("INP903", 1)], "no character"),
    ("a.jsonl", b'{"text": "a\tb", "n": NaN}\n', ["a\tb"], [], ""),
    ("a.jsonl", b'{"text": "a\\u0000\\u0007b"}\n', ["a\x00\x07b"], [], ""),
    ("a.jsonl", b'{"text": "a", "text": "b"}\n', ["b"], [], ""),
    ("a.jsonl", b'{"text": ""}\n', [""], [], ""),
    ("a.json", b"", [], [("INP902", 1)], "no records"),
    ("a.json", b" [ ] ", [], [("INP902", 1)], "no records"),
    ("a.json", b'[{"text": "1"},\n{"text": ', ["1"], [("INP901", 2)], "cut off"),
    ("a.json", b'[{"text": "1"}\n{"text": "2"}]', ["1"], [("INP901", 2)], "comma or a bracket"),
    ("a.json", b'[{"text": "1"}', ["1"], [("INP901", 1)], "comma or a bracket"),
    ("a.json", b'[{"text": "1"},]', ["1"], [], ""),
    ("a.json", b'[{"text": "1"}] x', ["1"], [("INP901", 1)], "more than one"),
    ("a.json", b'[{"text": "1"}, 3, {"text": "2"}]', ["1", "2"], [("INP901", 1)], "a number"),
    ("a.json", b"words", [], [("INP901", 1)], "not JSON"),
    ("a.json", b"[" * 100_000, [], [("INP901", 1)], "not JSON that can be read"),
    ("a.csv", b"", [], [("INP902", 1)], "no records"),
    ("a.csv", b"id,text\n", [], [("INP902", 1)], "no records"),
    ("a.csv", b"id,text\n1\n2,two\n3,x,y\n", ["two"], [("INP901", 2), ("INP901", 4)], "ragged"),
    ("a.csv", b'text\n"one"\n"two\nand', ["one"], [("INP901", 3)], "never closes"),
    ("a.csv", b'text,n\n\n"a ""b""\nc" d,1\n', ['a "b"\nc d'], [], ""),
    ("a.csv", b'text,n\nsay "hi",1\n', ['say "hi"'], [], ""),
    ("a.csv", b"text\n" + b"x" * 200_000 + b"\n", ["x" * 200_000], [], ""),
    ("a.csv", b"id, text\n1,\n", [""], [], ""),
    ("a.txt", b"", [], [("INP902", 1)], "the file is empty"),
    ("a.txt", b"\xff\xfe", [], [("INP902", 1)], "the file is empty"),
    ("a.txt", b"\x00ok\x07", ["\x00ok\x07"], [], ""),
    ("a.txt", PNG, [], [("INP901", 1)], "a binary file"),
    ("a.jsonl", PNG, [], [("INP901", 1)], "a binary file"),
    ("a.csv", PNG, [], [("INP901", 1)], "a binary file"),
]


@pytest.mark.parametrize(("name", "content", "texts", "rules", "word"), TABLE)
def test_bad_records_are_problems(
    tmp_path: Path,
    name: str,
    content: bytes,
    texts: list[str],
    rules: list[tuple[str, int]],
    word: str,
) -> None:
    # a second, good file: in a folder where no record at all has a text, that is an error
    folder = in_folder(tmp_path, "z.jsonl", b'{"text": "last"}\n')
    found = read(in_folder(tmp_path, name, content))
    assert found.texts == [*texts, "last"]
    assert found.rules == rules
    assert word in "".join(problem.message for problem in found.problems[:1])
    raw = records(folder)[0].raw if name == "z" else content
    assert raw == content


@pytest.mark.parametrize(("name", "content"), [row[:2] for row in TABLE if row[1] != PNG])
def test_both_ways_of_reading_agree(tmp_path: Path, name: str, content: bytes) -> None:
    path = in_folder(tmp_path, name, content) / name
    try:
        agreed(path)
    except DedupError as error:
        assert "fields there are" in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.csv", "a.json"])
def test_a_binary_file_that_was_named_is_an_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(PNG)
    with pytest.raises(InputError, match=r"a\..*: a binary file.*--encoding"):
        read(path)
    with pytest.raises(InputError, match="a binary file"):
        records(path)


def test_a_binary_file_in_a_folder_is_one_record_as_it_is(tmp_path: Path) -> None:
    (record,) = records(in_folder(tmp_path, "a.txt", PNG))
    assert (record.raw, record.story, record.is_frame) == (PNG, None, False)


def _zstd_cut() -> bytes:
    zstandard = pytest.importorskip("zstandard")
    return bytes(zstandard.compress(GOOD * 1000)[:-9])


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst"])
@pytest.mark.parametrize("whole", [True, False])
def test_compressed_files_that_are_cut_or_are_none(tmp_path: Path, name: str, whole: bool) -> None:
    cut = gzip.compress(GOOD * 1000)[:-9] if name.endswith("gz") else _zstd_cut()
    folder = in_folder(tmp_path, name, GOOD if whole else cut)
    with pytest.raises(InputError, match=r"not a whole (gzip|zstd) file"):
        read(folder / name)
    in_folder(tmp_path, "z.jsonl", GOOD)
    found = read(folder)
    assert found.texts[-1] == "good"
    assert found.rules == [("INP901", 0)]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(InputError, match="permission denied"):
        read(path)


def test_a_file_that_goes_away_between_finding_and_reading(tmp_path: Path) -> None:
    from dedup.formats import find_inputs, read_batches

    path = tmp_path / "a.txt"
    path.write_text("x")
    inputs = find_inputs([str(path)], InputOptions())
    path.unlink()
    with pytest.raises(InputError, match="cannot be read"):
        list(read_batches(inputs, InputOptions()))


@pytest.mark.parametrize("encoding", ["no-such", "base64", "rot13"])
def test_an_encoding_that_is_none(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    with pytest.raises(ConfigError, match=r"unknown encoding .*try utf-8"):
        read(path, options=InputOptions(encoding=encoding))


_PIECES = [*b'{}[]":,;\\ \t\n\x00a1\xe9\xff', b'"text"', b"\\ud83d", b"\r\n", b"\xc3\xa9", b"null"]
_SCRAPS = st.lists(st.sampled_from(_PIECES), max_size=30).map(
    lambda pieces: b"".join(bytes([p]) if isinstance(p, int) else p for p in pieces)
)


@given(content=st.one_of(_SCRAPS, st.binary(max_size=60)), data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
def test_any_bytes_can_be_read(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(["a.jsonl", "a.json", "a.csv", "a.tsv", "a.txt"]))
    start = data.draw(st.sampled_from([b"", b"text,id\n", b"\xef\xbb\xbf", b"\xff\xfe"]))
    path = tmp_path_factory.mktemp("any") / name
    path.write_bytes(start + content)
    try:
        found = agreed(path)
    except InputError:
        return
    assert not all(record.is_frame for record in found)
