"""Parquet: rows in, rows out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from dedup.formats import InputOptions, find_inputs, write_rows
from tests.formats.reader import agreed, read

arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")


def test_strings_that_are_not_utf8_are_read_and_written_as_they_are(tmp_path: Path) -> None:
    raw = [b"plain", "Zürich “geht”".encode("cp1252"), None]
    offsets = arrow.py_buffer(
        arrow.array([0, 5, 5 + len(raw[1] or b"")], arrow.int32()).buffers()[1]
    )
    strings = arrow.StringArray.from_buffers(
        2, offsets, arrow.py_buffer(b"".join(each for each in raw if each))
    )
    path = tmp_path / "a.parquet"
    parquet.write_table(arrow.table({"text": strings, "id": [1, 2]}), path)
    agreed(path)
    found = read(path)
    assert found.texts == ["plain", "Zürich “geht”"]
    assert [(p.rule, p.line, p.story_id) for p in found.problems] == [("INP903", 2, "2")]
    target = io.BytesIO()
    write_rows(find_inputs([str(path)], InputOptions())[0], InputOptions(), target, (), {0: "new"})
    again = parquet.read_table(target)
    assert again.schema.field("text").type == arrow.string()
    assert again.column("text").cast(arrow.binary()).to_pylist() == [b"new", raw[1]]


def test_a_table_without_rows_or_without_a_text(tmp_path: Path) -> None:
    parquet.write_table(arrow.table({"text": arrow.array([], "string")}), tmp_path / "a.parquet")
    parquet.write_table(arrow.table({"n": [1, 2]}), tmp_path / "b.parquet")
    parquet.write_table(arrow.table({"text": [1, 2]}), tmp_path / "c.parquet")
    parquet.write_table(arrow.table({"text": ["T"]}), tmp_path / "d.parquet")
    (tmp_path / "e.parquet").write_bytes(b"PAR1")
    found = read(tmp_path)
    assert found.texts == ["T"]
    assert [(Path(p.path).name, p.rule, p.line) for p in found.problems] == [
        ("a.parquet", "INP902", 1),
        ("b.parquet", "INP901", 1),
        ("c.parquet", "INP901", 1),
        ("c.parquet", "INP901", 2),
        ("e.parquet", "INP901", 0),
    ]


def test_dates_and_times_become_iso_strings(tmp_path: Path) -> None:
    when = arrow.array([1_767_571_200], arrow.timestamp("s", "UTC"))
    parquet.write_table(arrow.table({"text": ["T"], "date": when}), tmp_path / "a.parquet")
    assert read(tmp_path).stories[0].published == "2026-01-05T00:00:00+00:00"
