"""Parquet: rows dropped and texts changed, and the table as it was put together again.

A Parquet file cannot be written twice with the same bytes by different versions of a library, so
what comes back is an equal table: rows, columns, order, schema and metadata.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from dedup.clean.edits import Actions, action_on, spans_of
from dedup.clean.journal import Journal
from dedup.clean.log import Edit, FileEntry
from dedup.clean.plan import Drop, Held, Key, Strip
from dedup.clean.removed import removed_line
from dedup.clean.spans import without
from dedup.clean.streams import Sink, digest_of
from dedup.errors import MismatchError
from dedup.formats import InputFile, InputOptions, Record, open_records, write_rows
from dedup.formats.compression import read_all, require
from dedup.model import Story, encode

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from dedup.clean.files import Tally

_ROWS = 4096
"""Rows held at a time: about 12 MB of ordinary stories."""

WHOLE_ROW = -1
"""``Edit.at`` of a row that went."""


class TableCleaning:
    """One Parquet input: :meth:`read` plans and logs its changes, :meth:`write` makes them."""

    def __init__(
        self,
        index: int,
        source: InputFile,
        options: InputOptions,
        actions: Actions,
        journal: Journal,
        tally: Tally,
    ) -> None:
        self.column = ""
        self.rows = 0
        self.held: list[Held] = []
        self._index, self._source, self._options = index, source, options
        self._actions, self._journal, self._tally = actions, journal, tally
        self._dropped: set[int] = set()
        self._texts: dict[int, str] = {}

    @property
    def changes(self) -> int:
        """How many rows are changed or dropped."""
        return len(self._dropped) + len(self._texts)

    def read(self) -> list[Key]:
        """Go through the rows, log what is to change, and tell which planned records were met."""
        met = []
        originals = _Rows(self._source)
        for record in open_records(self._source, self._options):
            story = record.story
            self.column = str(record.key) or self.column
            if story is None:
                continue
            self._came_in(story)
            action = action_on(record, self._actions) if self._actions else None
            if action is not None:
                met.append(Key(story.path, story.line, story.story_id))
            if isinstance(action, Drop):
                self._drop(record, story, action, originals.row(record.start))
            elif action is not None and any(p.rule == "INP903" for p in record.problems):
                reason = "its text is not valid and would be changed beyond the paragraph"
                self.held.append(Held(met[-1], action[0].rules[0], reason))
                self._tally.bytes_out += len(encode(story.text))
            elif action is not None:
                self._strip(record, story, action)
            else:
                self._tally.bytes_out += len(encode(story.text))
        return met

    def _came_in(self, story: Story) -> None:
        self.rows += 1
        self._tally.stories_in += 1
        self._tally.stories_kept += 1
        self._tally.bytes_in += len(encode(story.text))

    def _drop(self, record: Record, story: Story, why: Drop, row: pa.Table) -> None:
        self._dropped.add(record.start)
        self._tally.stories_kept -= 1
        self._tally.stories_removed += 1
        self._tally.bytes_removed += len(encode(story.text))
        edit = self._edit(story, "drop", why, WHOLE_ROW, _packed_row(row))
        self._journal.add([edit], [removed_line(record, story, why, _fields(row))])

    def _strip(self, record: Record, story: Story, strips: tuple[Strip, ...]) -> None:
        spans = spans_of(record, strips)
        edits, gone = [], 0
        for (start, end), why in zip(spans, strips, strict=True):
            removed = story.text[start:end].encode()
            edits.append(self._edit(story, "strip", why, start - gone, removed))
            gone += end - start
            self._tally.bytes_removed += len(removed)
        self._texts[record.start] = left = without(story.text, spans)
        self._tally.bytes_out += len(encode(left))
        self._tally.stories_changed += 1
        self._tally.count_strips(strips)
        self._journal.add(edits, [removed_line(record, story, why) for why in strips])

    def _edit(self, story: Story, action: str, why: Drop | Strip, at: int, removed: bytes) -> Edit:
        return Edit(
            self._index, story.story_id, story.line, action, why.rules, why.kept_id,
            why.cluster_id, why.score, at, removed,
        )  # fmt: skip

    def write(self, entry: FileEntry, target: Path, pool: Executor) -> FileEntry:
        """Write the cleaned table; the entry with sizes and hashes of both files."""
        source = self._source
        if not self.changes and source.location is not None:
            shutil.copyfile(source.location, target)
            entry = entry._replace(codec=source.compression)
        else:
            with Sink(target, entry.codec, pool) as sink:
                pipe = cast("BinaryIO", _Pipe(sink))
                write_rows(source, self._options, pipe, self._dropped, self._texts)
        before = digest_of(source, pool)
        after = digest_of(InputFile(entry.path, target, "parquet", entry.codec), pool)
        return entry._replace(
            bytes_in=before.length, sha256_in=before.hexdigest(),
            bytes_out=after.length, sha256_out=after.hexdigest(),
        )  # fmt: skip


def same_rows(source: InputFile, cleaned: InputFile, column: str, edits: Iterable[Edit]) -> bool:
    """Whether the cleaned table and its edits give the rows, schema and metadata of the source."""
    wanted, got = open_table(source), open_table(cleaned)
    if not wanted.schema_arrow.equals(got.schema_arrow, check_metadata=True):
        return False
    left = _Rows(source)
    for table in restored(got, column, edits):
        if not _equal(table, left.take(table.num_rows)):
            return False
    return not left.take(1).num_rows


def restored(
    cleaned: pq.ParquetFile, column: str, edits: Iterable[Edit]
) -> Iterator[pa.Table]:
    """Tables of some rows each that make up the original of an opened cleaned table."""
    pyarrow = _pyarrow()
    kept = _Rows(None, cleaned)
    pieces: list[pa.Table] = []
    held = row = 0
    for number, group in groupby(edits, key=lambda edit: edit.line - 1):
        if number < row:
            raise MismatchError(f"the decisions are not in order at row {number + 1}")
        while row < number:
            piece = kept.take(min(number - row, _ROWS))
            if not piece.num_rows:
                raise MismatchError(f"it ends before row {number + 1}")
            pieces.append(piece)
            row, held = row + piece.num_rows, held + piece.num_rows
        pieces.append(_row_of(list(group), kept, column))
        row, held = row + 1, held + 1
        if held >= _ROWS:
            yield _joined(pyarrow, pieces)
            pieces, held = [], 0
    while (piece := kept.take(_ROWS)).num_rows:
        pieces.append(piece)
        yield _joined(pyarrow, pieces)
        pieces = []
    if pieces:
        yield _joined(pyarrow, pieces)


def restore_table(entry: FileEntry, edits: Iterable[Edit], cleaned: Path, sink: Sink) -> None:
    """Write the original table of a cleaned one."""
    parquet: Any = require("pyarrow.parquet", "parquet", "to restore Parquet files")
    table = open_table(InputFile(entry.path, cleaned, "parquet", entry.codec))
    with sink, parquet.ParquetWriter(
        _Pipe(sink), table.schema_arrow, compression=compression_of(table)
    ) as writer:
        for rows in restored(table, entry.column, edits):
            writer.write_table(rows)


class _Pipe(io.RawIOBase):
    """A sink as the file that pyarrow wants to write to."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._place = 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, block: object) -> int:
        """Pass the bytes on."""
        piece = bytes(memoryview(cast("bytes", block)))
        self._sink.write(piece)
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        """How many bytes were written."""
        return self._place


def compression_of(table: pq.ParquetFile) -> str:
    """The compression of a table's first column, as the writer wants it called."""
    metadata = table.metadata
    if not metadata.num_row_groups or not metadata.num_columns:
        return "snappy"
    name = metadata.row_group(0).column(0).compression.lower()
    return "none" if name == "uncompressed" else str(name)


def _row_of(edits: list[Edit], kept: _Rows, column: str) -> pa.Table:
    """The original row that some edits speak of."""
    if edits[0].at == WHOLE_ROW:
        return _unpacked_row(edits[0].removed, kept.schema)
    row = kept.take(1)
    index = row.schema.get_field_index(column)
    if not row.num_rows or index < 0:
        raise MismatchError(f"there is no text in row {edits[0].line}")
    value = row.column(index)[0].as_py()
    text = value.decode() if isinstance(value, bytes) else value
    if not isinstance(text, str):
        raise MismatchError(f"there is no text in row {edits[0].line}")
    for edit in reversed(edits):
        text = text[: edit.at] + edit.removed.decode() + text[edit.at :]
    whole = text.encode() if isinstance(value, bytes) else text
    field = row.schema.field(index)
    return row.set_column(index, field, _pyarrow().array([whole], field.type))


class _Rows:
    """Rows of a table, taken from the front; only a few are in memory."""

    def __init__(self, source: InputFile | None, opened: pq.ParquetFile | None = None) -> None:
        self._source, self._opened = source, opened
        self._batches: Iterator[Any] | None = None
        self._table: Any = None
        self._row = 0

    @property
    def schema(self) -> pa.Schema:
        """The columns and their types."""
        return self._open().schema_arrow

    def _open(self) -> pq.ParquetFile:
        if self._opened is None and self._source is not None:
            self._opened = open_table(self._source)
        return self._opened

    def row(self, number: int) -> pa.Table:
        """The row of that number, which must not lie before the last one taken."""
        while self._row < number:
            self.take(min(number - self._row, _ROWS))
        return self.take(1)

    def take(self, count: int) -> pa.Table:
        """Up to so many rows as a table, none at the end."""
        if self._batches is None:
            self._batches = self._open().iter_batches(_ROWS)
            self._table = self.schema.empty_table()
        pyarrow = _pyarrow()
        while self._table.num_rows < count:
            batch = next(self._batches, None)
            if batch is None:
                break
            fresh = pyarrow.Table.from_batches([batch]).cast(self.schema)
            self._table = _joined(pyarrow, [self._table, fresh])
        taken = self._table.slice(0, count)
        self._table = self._table.slice(taken.num_rows)
        self._row += taken.num_rows
        return taken


def open_table(source: InputFile) -> pq.ParquetFile:
    """A Parquet input, opened."""
    parquet: Any = require("pyarrow.parquet", "parquet", "to clean Parquet files")
    if source.location is None or source.compression:
        return parquet.ParquetFile(io.BytesIO(read_all(source)))
    return parquet.ParquetFile(source.location)


def _pyarrow() -> ModuleType:
    return require("pyarrow", "parquet", "to clean Parquet files")


def _joined(pyarrow: ModuleType, pieces: list[pa.Table]) -> pa.Table:
    joined = pyarrow.concat_tables([piece for piece in pieces if piece.num_rows] or pieces[:1])
    return joined.unify_dictionaries()


def _packed_row(row: pa.Table) -> bytes:
    """One row as an Arrow stream, without the metadata that the file keeps anyway."""
    pyarrow = _pyarrow()
    sink = io.BytesIO()
    bare = row.replace_schema_metadata(None).combine_chunks()
    with pyarrow.ipc.new_stream(sink, bare.schema) as writer:
        writer.write_table(bare)
    return sink.getvalue()


def _unpacked_row(packed: bytes, schema: pa.Schema) -> pa.Table:
    pyarrow = _pyarrow()
    try:
        with pyarrow.ipc.open_stream(packed) as stream:
            return stream.read_all().cast(schema).replace_schema_metadata(schema.metadata)
    except (pyarrow.ArrowException, ValueError) as error:
        raise MismatchError(f"a removed row cannot be read ({error})") from error


def _fields(row: pa.Table) -> Mapping[str, Any] | None:
    """The values of a row by column; None where strings in it are not valid."""
    try:
        (values,) = row.to_pylist()
    except UnicodeDecodeError:
        return None
    return dict(values)


def _equal(one: pa.Table, other: pa.Table) -> bool:
    """Whether two tables hold the same values, a missing number (NaN) being equal to itself."""
    if one.num_rows != other.num_rows:
        return False
    return all(
        a.equals(b) or repr(a.to_pylist()) == repr(b.to_pylist())
        for a, b in zip(one.columns, other.columns, strict=True)
    )
