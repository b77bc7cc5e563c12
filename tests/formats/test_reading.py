"""Every format becomes the stories it holds."""

from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest

from dedup.errors import FieldError, InputError, MissingExtra
from dedup.formats import Fields, InputOptions, find_inputs, read_batches
from tests.formats.reader import agreed, read, records

STORY = {
    "guid": 17,
    "Headline": "Harbour reopens",
    "body": "Ships left on Monday.\n\nNone came.",
    "outlet": "The Quay",
    "pubDate": "2026-01-05",
}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    raw = content.encode() if isinstance(content, str) else content
    path.write_bytes(raw)
    return path


def check_story(path: Path) -> None:
    (story,) = read(path).stories
    assert story.story_id == "17"
    assert story.title == "Harbour reopens"
    assert story.text == "Ships left on Monday.\n\nNone came."
    assert story.source == "The Quay"
    assert story.published == "2026-01-05"
    assert story.path == path.as_posix()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", json.dumps(STORY) + "\n"),
        ("a.json", json.dumps([STORY], indent=1)),
        ("a.json", json.dumps(STORY, indent=1)),
        ("a.json", json.dumps(STORY) + "\n\n"),
        (
            "a.csv",
            "guid,Headline,body,outlet,pubDate\n"
            '17,Harbour reopens,"Ships left on Monday.\n\nNone came.",The Quay,2026-01-05\n',
        ),
        (
            "a.csv",
            "guid;Headline;body;outlet;pubDate\n"
            '17;Harbour reopens;"Ships left on Monday.\n\nNone came.";The Quay;2026-01-05',
        ),
        (
            "a.tsv",
            "guid\tHeadline\tbody\toutlet\tpubDate\r\n"
            '17\tHarbour reopens\t"Ships left on Monday.\n\nNone came."\tThe Quay\t2026-01-05\r\n',
        ),
    ],
)
def test_each_format_holds_the_same_story(tmp_path: Path, name: str, content: str) -> None:
    path = written(tmp_path, name, content)
    check_story(path)
    agreed(path)


def test_compressed_files(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    line = json.dumps(STORY).encode() + b"\n"
    check_story(written(tmp_path, "a.jsonl.gz", gzip.compress(line)))
    half = len(line) // 2
    frames = zstandard.compress(line[:half]) + zstandard.compress(line[half:])
    check_story(written(tmp_path, "a.jsonl.zst", frames))
    found = records(tmp_path / "a.jsonl.zst")
    assert b"".join(record.raw for record in found) == line


@pytest.mark.parametrize(
    ("content", "title", "body"),
    [
        ("Title\n\nBody.", "Title", "Body."),
        ("\n\n Long \r\n title\r\n \t\r\n\r\nBody.\r\n", "Long title", "Body.\r\n"),
        ("Title\x85\x85Body", "Title", "Body"),
        ("Title\u2028\u2028Body", "Title", "Body"),
        ("Only one block\nof two lines\n\n", "", "Only one block\nof two lines\n\n"),
        ("Line\r\nLine", "", "Line\r\nLine"),
        (" \n", "", " \n"),
        ("Nul\x00\n\nB\x00dy\x07", "Nul\x00", "B\x00dy\x07"),
    ],
)
def test_a_text_file_is_a_title_and_a_body(
    tmp_path: Path, content: str, title: str, body: str
) -> None:
    path = written(tmp_path, "a.txt", content)
    (record,) = agreed(path)
    story = record.story
    assert story is not None
    assert (story.story_id, story.line, story.text) == ("a", 1, content)
    assert story.title == title
    assert story.text[story.body_start :] == body


def test_a_missing_id_is_path_and_line(here: Path) -> None:
    written(here, "a.jsonl", '{"text": "A"}\n\n{"text": "B", "id": null}\n{"text": "C", "id": ""}')
    assert [story.story_id for story in read("a.jsonl").stories] == [
        "a.jsonl:1",
        "a.jsonl:3",
        "a.jsonl:4",
    ]


def test_values_that_are_not_strings_become_strings(tmp_path: Path) -> None:
    record = (
        '{"text": "T", "id": 123456789012345678901234567890, "title": null, "date": 1.5,'
        ' "source": {"name": "Ü"}}'
    )
    path = written(tmp_path, "a.jsonl", record)
    agreed(path)
    (story,) = read(path).stories
    assert story.story_id == "123456789012345678901234567890"
    assert (story.title, story.published, story.source) == ("", "1.5", '{"name": "Ü"}')


@pytest.mark.parametrize("value", ['["BLP", " DUP102 "]', '"BLP,DUP102"'])
def test_a_record_can_ask_to_be_left_alone(tmp_path: Path, value: str) -> None:
    path = written(tmp_path, "a.jsonl", f'{{"text": "T", "dedup_ignore": {value}}}\n')
    agreed(path)
    assert read(path).stories[0].ignore == ("BLP", "DUP102")


def test_guesses_go_in_order_and_take_any_case(tmp_path: Path) -> None:
    line = '{"Content": "no", "BODY": "yes", "Url": "u", "link": "l", "Site": "s"}'
    (story,) = read(written(tmp_path, "a.jsonl", line)).stories
    assert (story.text, story.story_id, story.source) == ("yes", "u", "s")


def test_fields_that_are_named(tmp_path: Path) -> None:
    line = '{"text": "no", "story": "yes", "nr": 3}'
    options = InputOptions(fields=Fields(text="story", id="nr"))
    (story,) = read(written(tmp_path, "a.jsonl", line), options=options).stories
    assert (story.text, story.story_id) == ("yes", "3")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (Fields(), r"no field called text, .*; the fields there are: words, \\x1bid; .*text-field"),
        (Fields(text="Words"), r"no field 'Words'; .* words, .*--text-field"),
        (Fields(text="words", title="head"), "no field 'head'.*--title-field"),
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
def test_no_field_that_fits(tmp_path: Path, fields: Fields, message: str, name: str) -> None:
    content = "words,\x1bid\nx,1\n" if name == "a.csv" else '{"words": "x", "\\u001bid": 1}'
    path = written(tmp_path, name, content)
    with pytest.raises(FieldError, match=message):
        read(path, options=InputOptions(fields=fields))


def test_in_a_folder_one_file_without_the_field_is_a_problem_only(tmp_path: Path) -> None:
    written(tmp_path, "a.jsonl", '{"text": "T"}\n')
    written(tmp_path, "settings.json", '{"width": 3}')
    found = read(tmp_path)
    assert found.texts == ["T"]
    assert found.rules == [("INP901", 1)]


def test_rows_without_a_column_for_the_text_are_one_problem(tmp_path: Path) -> None:
    written(tmp_path, "a.jsonl", '{"text": "T"}\n')
    path = written(tmp_path, "pairs.csv", "a,b\n1,2\n3,4\n")
    found = read(tmp_path)
    assert (found.texts, found.rules) == (["T"], [("INP901", 1)])
    assert found.problems[0].message == "no column holds the text: none of the rows is a story"
    assert b"".join(record.raw for record in records(path)) == path.read_bytes()


def test_a_limit_counts_over_all_inputs(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        written(tmp_path, name, '{"text": "1"}\nbroken\n{"text": "2"}\n{"text": "3"}\n')
    assert read(tmp_path, options=InputOptions(limit=4)).texts == ["1", "2", "3", "1"]
    one = read(tmp_path, options=InputOptions(limit=1))
    assert (one.texts, one.problems) == (["1"], [])


def test_batches_are_cut_by_bytes_of_text(tmp_path: Path) -> None:
    lines = "".join(f'{{"id": {n}, "text": "{"x" * 100}"}}\n' for n in range(1000))
    inputs = find_inputs([str(written(tmp_path, "a.jsonl", lines))], InputOptions())
    batches = list(read_batches(inputs, InputOptions(), batch_bytes=20_000))
    assert [len(batch) for batch in batches] == [256, 256, 256, 232]
    assert [number for batch in batches for number in batch.ids] == [str(n) for n in range(1000)]


def test_batches_grow(tmp_path: Path) -> None:
    lines = "".join(f'{{"id": {n}, "text": "{"x" * 20_000}"}}\n' for n in range(200))
    inputs = find_inputs([str(written(tmp_path, "a.jsonl", lines))], InputOptions())
    sizes = [len(batch.text) for batch in read_batches(inputs, InputOptions(), batch_bytes=1 << 20)]
    assert sum(sizes) == 4_000_000
    assert 1 << 19 <= sizes[0] < 1 << 20
    assert min(sizes[1:-1]) >= 1 << 20


def test_a_line_longer_than_any_block(tmp_path: Path) -> None:
    text = "word " * (10 << 20)
    path = written(tmp_path, "a.jsonl", json.dumps({"text": text}) + '\n{"text": "after"}')
    assert [len(story) for story in read(path).texts] == [len(text), 5]


def test_json_lines_called_json(tmp_path: Path) -> None:
    lines = '{"text": "1"}\n{"text": "2"}\n'
    path = written(tmp_path, "a.json", lines)
    agreed(path)
    assert read(path).texts == ["1", "2"]
    broken = read(written(tmp_path, "b.json", '{"text": "1\n{"text": "2"}\n'))
    assert (broken.texts, broken.rules) == (["2"], [("INP901", 1)])


def test_parquet(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = arrow.table({key: [value, None] for key, value in STORY.items()} | {"n": [1, 2]})
    path = tmp_path / "a.parquet"
    parquet.write_table(table, path)
    first, second = agreed(path)
    assert first.story is not None
    assert (first.story.story_id, first.story.title) == ("17", "Harbour reopens")
    assert (first.raw, first.start, second.line) == (b"", 0, 2)
    assert [(p.rule, p.line) for p in second.problems] == [("INP901", 2)]
    (tmp_path / "b.parquet.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert len(read(tmp_path / "b.parquet.gz").stories) == 1
    path.write_bytes(b"PAR1 not")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        read(path)


@pytest.mark.parametrize(
    ("name", "module", "message"),
    [
        ("a.parquet", "pyarrow", r"pip install 'wire-dedup\[parquet\]'"),
        ("a.jsonl.zst", "zstandard", r"pip install 'wire-dedup\[zstd\]'"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str, message: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtra, match=message):
        read(written(tmp_path, name, b"x"))


def test_reading_plain_files_imports_nothing_heavy(tmp_path: Path) -> None:
    import subprocess

    written(tmp_path, "a.txt", "Title\n\nBody.")
    written(tmp_path, "b.jsonl", '{"text": "T"}\n')
    program = (
        "import sys\n"
        "from dedup.formats import *\n"
        f"inputs = find_inputs([{str(tmp_path)!r}], InputOptions())\n"
        "assert sum(map(len, read_batches(inputs, InputOptions()))) == 2\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'zstandard', 'charset_normalizer'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_parquet_table_is_written_with_its_schema_and_groups(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    from dedup.formats import write_rows

    schema = arrow.schema(
        [
            arrow.field("id", arrow.int16()),
            arrow.field("text", arrow.dictionary(arrow.int32(), arrow.string())),
            arrow.field("tags", arrow.list_(arrow.string())),
        ],
        metadata={b"made": b"here"},
    )
    rows = [{"id": n, "text": f"text {n}", "tags": [str(n)]} for n in range(6)]
    path = tmp_path / "a.parquet"
    parquet.write_table(
        arrow.Table.from_pylist(rows, schema), path, row_group_size=2, compression="gzip"
    )
    target = io.BytesIO()
    (found,) = find_inputs([str(path)], InputOptions())
    write_rows(found, InputOptions(), target, {0, 3}, {1: "new", 4: "newer"})
    again = parquet.ParquetFile(target)
    before = parquet.ParquetFile(path).schema_arrow
    assert again.schema_arrow.equals(before, check_metadata=True)
    assert again.metadata.row_group(0).column(0).compression == "GZIP"
    texts = again.read().to_pylist()
    rows[1]["text"], rows[4]["text"] = "new", "newer"
    assert texts == [rows[1], rows[2], rows[4], rows[5]]
