"""Parquet: a story a row. Columns are read and written by pyarrow, from the extra ``parquet``."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO

from dedup.errors import InputError
from dedup.formats.compression import read_all, require
from dedup.formats.encodings import decode, unescape
from dedup.formats.fields import Census, Names, story_of
from dedup.formats.inputs import InputFile
from dedup.formats.options import InputOptions
from dedup.formats.records import Record
from dedup.formats.shown import shown
from dedup.formats.source import NO_COLUMN
from dedup.model import Problem

if TYPE_CHECKING:
    import pyarrow
    import pyarrow.parquet

_ROWS = 4096
"""Rows decoded at a time: about 12 MB of ordinary stories."""


def records(file: InputFile, census: Census) -> Iterator[Record]:
    """A record for each row, without bytes: ``start`` counts rows from 0, ``line`` from 1.

    InputError for what is not Parquet, MissingExtra without pyarrow.
    """
    arrow = require("pyarrow", "parquet", "to read Parquet files")
    start = 0
    try:
        with _opened(file) as table:
            names = census.names(tuple(table.schema_arrow.names))
            if names.text is None:
                problem = Problem("INP901", NO_COLUMN, file.path, 1)
                yield Record(1, 0, b"", None, (problem,), "parquet")
                return
            wanted = sorted({name for name in names if name is not None})
            for batch in table.iter_batches(_ROWS, columns=wanted):
                for row in _rows(batch):
                    yield _record(file, names, row, start)
                    start += 1
    except (arrow.ArrowException, OSError) as error:
        raise InputError(_unreadable(file, error)) from error


def _opened(file: InputFile) -> pyarrow.parquet.ParquetFile:
    parquet = require("pyarrow.parquet", "parquet", "to read Parquet files")
    if file.location is None or file.compression:
        return parquet.ParquetFile(io.BytesIO(read_all(file)))
    return parquet.ParquetFile(file.location)


def _rows(batch: pyarrow.RecordBatch) -> Iterator[dict[str, Any]]:
    """The rows of a batch; a string that is not UTF-8 comes as bytes."""
    columns = [_values(column) for column in batch.columns]
    for values in zip(*columns, strict=True):
        yield dict(zip(batch.schema.names, values, strict=True))


def _record(file: InputFile, names: Names, row: dict[str, Any], start: int) -> Record:
    note = ""
    text = row[names.text or ""]
    if isinstance(text, bytes):
        decoded = decode(text, None)
        row[names.text or ""], note = unescape(decoded.marked), decoded.note
    story, problems = story_of(row, names, file.path, start + 1)
    if note:
        story_id = story.story_id if story else ""
        problems.append(Problem("INP903", note, file.path, start + 1, story_id))
    key = names.text or ""
    return Record(start + 1, start, b"", story, tuple(problems), "parquet", key=key)


def write_rows(
    file: InputFile,
    options: InputOptions,
    target: Path | BinaryIO,
    dropped: Collection[int],
    texts: Mapping[int, str],
) -> None:
    """Write the table again without some rows and with other texts in some.

    ``dropped`` holds row numbers, ``texts`` maps row numbers to new texts, both counted from 0
    (``Record.start``). Schema, metadata, row groups and compression stay; every other value too.
    """
    arrow = require("pyarrow", "parquet", "to write Parquet files")
    parquet = require("pyarrow.parquet", "parquet", "to write Parquet files")
    gone, start = frozenset(dropped), 0
    with _opened(file) as table:
        schema = table.schema_arrow
        column = Census(options.fields).names(tuple(schema.names)).text
        with parquet.ParquetWriter(target, schema, compression=_codec(table)) as writer:
            for group in range(table.num_row_groups):
                rows = table.read_row_group(group)
                numbers = range(start, start + rows.num_rows)
                start += rows.num_rows
                if column is not None and any(number in texts for number in numbers):
                    rows = _retexted(arrow, rows, column, numbers, texts)
                if any(number in gone for number in numbers):
                    rows = rows.filter(arrow.array([number not in gone for number in numbers]))
                writer.write_table(rows)


def _retexted(
    arrow: ModuleType,
    rows: pyarrow.Table,
    column: str,
    numbers: range,
    texts: Mapping[int, str],
) -> pyarrow.Table:
    """The rows with other texts in the text column, of the same type as before."""
    index = rows.schema.get_field_index(column)
    field = rows.schema.field(index)
    values = _values(rows.column(index))
    for place, number in enumerate(numbers):
        if number in texts:
            values[place] = texts[number]
    is_raw = any(isinstance(value, bytes) for value in values)
    if is_raw:
        values = [value.encode() if isinstance(value, str) else value for value in values]
    plain = arrow.array(values, arrow.large_binary() if is_raw else arrow.large_string())
    if arrow.types.is_dictionary(field.type):
        plain = plain.cast(field.type.value_type).dictionary_encode()
    # not safe: a cast that checks would refuse the values that are not UTF-8 and stay as they are
    return rows.set_column(index, field, plain.cast(field.type, safe=False))


def _values(column: pyarrow.Array | pyarrow.ChunkedArray) -> list[Any]:
    """The values of a column; where a string is not UTF-8, bytes instead of strings."""
    arrow = require("pyarrow", "parquet", "to read Parquet files")
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        return list(column.cast(arrow.binary()).to_pylist())


def _codec(table: pyarrow.parquet.ParquetFile) -> str:
    """The compression of the file's first column, as the writer wants it called."""
    metadata = table.metadata
    if not metadata.num_row_groups or not metadata.num_columns:
        return "snappy"
    name = metadata.row_group(0).column(0).compression.lower()
    return "none" if name == "uncompressed" else str(name)


def _unreadable(file: InputFile, error: Exception) -> str:
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return f"{shown(file.path)}: not a readable Parquet file ({reason})"
