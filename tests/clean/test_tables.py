"""Parquet: rows and texts go, and an equal table comes back."""

from __future__ import annotations

import gzip
import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.clean import restore
from dedup.clean.log import Edit
from dedup.clean.tables import restored
from dedup.errors import MismatchError
from dedup.formats import InputOptions, find_inputs, open_records
from dedup.model import Finding, Story
from tests.clean.cleaning import Choose, drop, run_clean, strip, tree

pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

AD = "Реклама"
# Parquet calls the elements of a list so; another name would not be read back.
TAGS = pa.list_(pa.field("element", pa.string()))
GOES, COPY, STAYS, NULL = "ad", "copy", "stay", "null"


def _table(kinds: list[str], text_type: pa.DataType) -> pa.Table:
    texts = {GOES: f"One wall.\n\n{AD}\n\nTwo walls.\n", COPY: "Same.", STAYS: "Stays.", NULL: None}
    count = len(kinds)
    columns = {
        "id": pa.array([f"s{n}" for n in range(count)]),
        "n": pa.array([math.nan if n % 3 else float(n) for n in range(count)]),
        "tags": pa.array([["a", None][: n % 3] for n in range(count)], TAGS),
        "body": pa.array([texts[kind] for kind in kinds], text_type),
        "when": pa.array([n if n % 2 else None for n in range(count)], pa.timestamp("ms", "UTC")),
        "source": pa.array([f"o{n % 2}" for n in range(count)]).dictionary_encode(),
    }
    fields = [
        pa.field(name, column.type, metadata={"k": "v"} if name == "n" else None)
        for name, column in columns.items()
    ]
    schema = pa.schema(fields, metadata={"origin": "test"})
    return pa.Table.from_arrays(list(columns.values()), schema=schema)


def _choose(kinds: list[str]) -> Choose:
    def choose(story: Story) -> list[Finding]:
        kind = kinds[int(story.story_id[1:])]
        if kind == GOES:
            return strip(story, AD)
        return drop(story, "keeper") if kind == COPY else []

    return choose


def _same(one: pa.Table, other: pa.Table) -> bool:
    return bool(
        one.schema.equals(other.schema, check_metadata=True)
        and repr(one.to_pylist()) == repr(other.to_pylist())
    )


@pytest.mark.parametrize(
    "text_type",
    [pa.string(), pa.large_string(), pa.binary(), pa.dictionary(pa.int32(), pa.string())],
    ids=str,
)
@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from([GOES, COPY, STAYS, NULL]), max_size=9), st.integers(1, 4))
def test_an_equal_table_comes_back(text_type: pa.DataType, kinds: list[str], group: int) -> None:
    kinds = [STAYS, *kinds]
    table = _table(kinds, text_type)

    def choose(story: Story) -> list[Finding]:
        kind = kinds[int(story.story_id[1:])]
        if kind == GOES:
            return strip(story, AD)
        return drop(story, "s0") if kind == COPY else []

    with tempfile.TemporaryDirectory(dir=".") as here:
        pq.write_table(table, f"{here}/a.parquet", row_group_size=group, compression="zstd")
        report = run_clean([f"{here}/a.parquet"], f"{here}/out", choose)
        counts = report.counts
        assert counts.stories_in == len(kinds) - kinds.count(NULL)
        assert counts.stories_removed == kinds.count(COPY)
        assert counts.paragraphs_removed == kinds.count(GOES)
        assert counts.bytes_in == counts.bytes_out + counts.bytes_removed
        left = pq.read_table(f"{here}/out/a.parquet")
        assert left.schema.equals(table.schema, check_metadata=True)
        assert left.num_rows == len(kinds) - kinds.count(COPY)
        assert not any(AD.encode() in str(text).encode() for text in left["body"].to_pylist())
        restore(Path(here, "out"), None, Path(here, "back"))
        assert _same(pq.read_table(f"{here}/back/a.parquet"), table)


def test_more_rows_than_are_held_at_once_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dedup.clean.tables._ROWS", 3)
    kinds = [STAYS, GOES, COPY, STAYS, STAYS, STAYS, STAYS, STAYS, COPY, COPY, GOES, STAYS] * 3
    table = _table(kinds, pa.string())
    pq.write_table(table, "a.parquet", row_group_size=5)
    choose = _choose(kinds)
    run_clean(
        ["a.parquet"], "out.parquet",
        lambda s: drop(s, "s0") if kinds[int(s.story_id[1:])] == COPY else choose(s),
    )  # fmt: skip
    report = restore(Path("out.parquet"), None, Path("back.parquet"))
    assert report.tables == 1
    assert _same(pq.read_table("back.parquet"), table)


def test_a_table_without_findings_is_copied() -> None:
    pq.write_table(_table([STAYS, NULL], pa.string()), "a.parquet")
    run_clean(["a.parquet"], "out", lambda story: [])
    assert tree(Path("out"))["a.parquet"] == Path("a.parquet").read_bytes()
    restore(Path("out"), None, Path("back"))
    assert tree(Path("back"))["a.parquet"] == Path("a.parquet").read_bytes()


def test_a_compressed_table_stays_compressed() -> None:
    table = _table([STAYS, GOES], pa.string())
    pq.write_table(table, "plain.parquet")
    Path("a.parquet.gz").write_bytes(gzip.compress(Path("plain.parquet").read_bytes()))
    run_clean(["a.parquet.gz"], "out", _choose([STAYS, GOES]))
    restore(Path("out"), None, Path("back"))
    Path("back.parquet").write_bytes(gzip.decompress(Path("back/a.parquet.gz").read_bytes()))
    assert _same(pq.read_table("back.parquet"), table)


def test_a_text_with_broken_bytes_is_left_alone() -> None:
    text = f"One \ufffd wall.\n\n{AD}\n\nTwo.\n".encode().replace("\ufffd".encode(), b"\xff")
    pq.write_table(pa.table({"id": ["s0"], "text": pa.array([text], pa.binary())}), "a.parquet")
    report = run_clean(["a.parquet"], "out", lambda story: strip(story, AD))
    assert [held.rule for held in report.held] == ["BLP301"]
    assert pq.read_table("out/a.parquet")["text"].to_pylist() == [text]


def test_a_changed_table_is_refused() -> None:
    pq.write_table(_table([STAYS, GOES], pa.string()), "a.parquet")
    run_clean(["a.parquet"], "out", _choose([STAYS, GOES]))
    pq.write_table(_table([STAYS, STAYS], pa.string()), "out/a.parquet")
    with pytest.raises(MismatchError, match="was changed since it was cleaned"):
        restore(Path("out"), None, Path("back"))
    assert not Path("back").exists()


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([(9, -1, b"")], "ends before row 9"),
        ([(1, -1, b"no stream")], "removed row cannot be read"),
        ([(3, 0, b"x"), (1, 0, b"x")], "not in order at row 1"),
        ([(2, 0, b"x")], "no text in row 2"),
        ([(4, 0, b"x")], "no text in row 4"),
    ],
)
def test_decisions_about_another_table_are_refused(
    edits: list[tuple[int, int, bytes]], message: str
) -> None:
    pq.write_table(_table([STAYS, NULL, STAYS], pa.string()), "a.parquet")
    made = [Edit(0, "", line, "strip", (), None, None, None, at, raw) for line, at, raw in edits]
    with pytest.raises(MismatchError, match=message):
        list(restored(pq.ParquetFile("a.parquet"), "body", made))


def test_stories_are_read_back_without_their_paragraphs() -> None:
    pq.write_table(_table([STAYS, GOES], pa.string()), "a.parquet")
    run_clean(["a.parquet"], "out", _choose([STAYS, GOES]))
    options = InputOptions()
    (source,) = find_inputs(["out/a.parquet"], options)
    texts = [record.story.text for record in open_records(source, options) if record.story]
    assert texts == ["Stays.", "One wall.\n\nTwo walls.\n"]
