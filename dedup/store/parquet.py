"""Tables as Parquet, a row group a part. Parts are Arrow streams: quick to write and to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import orjson

from dedup.errors import MissingExtra
from dedup.model import TABLE_ROWS, Finding
from dedup.store.lines import dumps, loads
from dedup.store.restoring import restorer


def require() -> tuple[ModuleType, ModuleType]:
    """Pyarrow and its Parquet module; MissingExtra where they are not installed."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow: pip install 'wire-dedup[parquet]'") from error
    return pyarrow, parquet


def write(path: Path, name: str, rows: Sequence[NamedTuple]) -> None:
    """Write rows of a table to a file, as a part of it."""
    arrow, _ = require()
    schema = _arrow_schema(arrow, TABLE_ROWS[name])
    columns = zip(*map(_arrow_row, rows), strict=True) if rows else [()] * len(schema)
    arrays = [
        arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)
    ]
    with arrow.ipc.new_file(str(path), schema) as stream:
        stream.write_table(arrow.table(arrays, schema=schema))


class Joined:
    """A table in the making, to which parts are appended."""

    def __init__(self, path: Path, name: str) -> None:
        self._arrow, parquet = require()
        self._schema = _arrow_schema(self._arrow, TABLE_ROWS[name])
        self._writer = parquet.ParquetWriter(path, self._schema, compression="zstd")

    def append(self, part: Path) -> None:
        """Add the rows of a part, as a row group."""
        with self._arrow.memory_map(str(part)) as source:
            table = self._arrow.ipc.open_file(source).read_all()
            if len(table):
                self._writer.write_table(table, row_group_size=len(table))

    def close(self) -> None:
        """No more parts."""
        self._writer.close()


def read(path: Path, row_type: type[NamedTuple]) -> Iterator[NamedTuple]:
    """Rows of a table."""
    arrow, parquet = require()
    restore = restorer(row_type)
    try:
        batches = parquet.ParquetFile(path).iter_batches()
        for columns in (row for batch in batches for row in batch.to_pylist()):
            if row_type is Finding:
                columns["evidence"] = loads(columns["evidence"])
            yield restore(columns)
    except arrow.ArrowException as error:
        raise ValueError(str(error)) from error


def _arrow_row(row: NamedTuple) -> Sequence[object]:
    """Row as Arrow takes it; lone surrogates, which Arrow has no form for, become U+FFFD."""
    if isinstance(row, Finding):
        evidence = dumps(row.evidence, orjson.OPT_SORT_KEYS).decode().rstrip()
        columns = {**row._asdict(), "evidence": evidence, "fix": row.fix._asdict()}
        return [_arrow_text(value) for value in columns.values()]
    return [_arrow_text(value) for value in row]


def _arrow_text(value: object) -> object:
    if isinstance(value, str):
        return value if value.isprintable() else _without_surrogates(value)
    if isinstance(value, tuple):
        return [_arrow_text(part) for part in value]
    return value


def _without_surrogates(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _arrow_schema(arrow: ModuleType, row_type: type[NamedTuple]) -> Sequence[Any]:
    text = arrow.string()
    types = {
        "int": arrow.int64(), "float": arrow.float64(), "bool": arrow.bool_(), "str": text,
        "tuple[str, ...]": arrow.list_(text), "Mapping[str, Any]": text,
        "Fix": arrow.struct([("action", text), ("safety", text)]),
    }  # fmt: skip
    hints = row_type.__annotations__
    columns = [(name, types[_hint(hints[name])]) for name in row_type._fields]
    schema: Sequence[Any] = arrow.schema(columns)
    return schema


def _hint(annotation: object) -> str:
    """Annotation of a row's field as written in the model, less its ``| None``."""
    written = getattr(annotation, "__forward_arg__", annotation)
    return str(written).removesuffix(" | None")
