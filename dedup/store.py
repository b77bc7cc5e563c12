"""A run folder: every table of one run and its manifest, written whole or not at all.

``manifest.json`` holds all that may differ between equal runs (times, durations, versions); the
tables of equal runs are equal byte for byte. Its ``format`` entry belongs to this module.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal, NamedTuple, get_type_hints

import orjson

from dedup import collector
from dedup.errors import InputError, MismatchError, MissingExtra, OutputError
from dedup.model import SCHEMA_VERSION, TABLE_ROWS, Finding, Fix, Tables

TableFormat = Literal["jsonl", "parquet"]

MANIFEST: Final = "manifest.json"
_FORMAT_NAME: Final = "dedup-run"
_SUFFIXES: Final = {"jsonl": ".jsonl", "parquet": ".parquet"}
_LINE: Final = orjson.OPT_APPEND_NEWLINE
_BUFFER_BYTES: Final = 1 << 20


def write_run(folder: Path, tables: Tables, table_format: TableFormat = "jsonl") -> None:
    """Write a run folder: ``manifest.json`` and one file a table.

    All of it is written beside ``folder`` and then renamed, so a reader sees a whole run or none.
    An older run there is replaced; files in it that are not part of a run (labels, reports) stay.

    Evidence is text-keyed JSON: lists come back as lists, tuples too. In Parquet it is a JSON
    string, because its keys differ from rule to rule.

    Raises
    ------
    OutputError
        The folder holds something that is not a run, or cannot be written.
    MissingExtra
        Parquet is asked for and pyarrow is not installed.
    """
    if table_format not in _SUFFIXES:
        raise OutputError(f"unknown table format {table_format!r}: choose jsonl or parquet")
    folder = Path(os.path.realpath(folder))
    _refuse_foreign(folder)
    write_table = _parquet_writer() if table_format == "parquet" else _write_jsonl
    part = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    try:
        part.mkdir(parents=True)
        for name in TABLE_ROWS:
            write_table(part / f"{name}{_SUFFIXES[table_format]}", name, getattr(tables, name))
        (part / MANIFEST).write_bytes(_manifest_bytes(tables, table_format))
        _swap(part, folder)
    except OSError as error:
        raise OutputError(
            f"cannot write the run {str(folder)!r}: {error.strerror or error}. "
            "Choose another folder, one that need not be a mount point"
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def read_run(folder: Path) -> Tables:
    """Tables of a run folder, equal to those it was written from.

    Raises
    ------
    InputError
        There is no run in the folder.
    MismatchError
        Another version of this program wrote it, or a table of it is missing, cut off or altered.
    """
    manifest = read_manifest(folder)
    header = manifest.pop("format")
    tables = Tables(manifest=manifest)
    read_table = _parquet_reader() if header["tables"] == "parquet" else _read_jsonl
    for name, row_type in TABLE_ROWS.items():
        path = folder / f"{name}{_SUFFIXES[header['tables']]}"
        try:
            with collector.paused():
                rows = list(read_table(path, row_type))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise _damaged(path, f"{type(error).__name__}: {error}") from error
        if len(rows) != header["rows"][name]:
            raise _damaged(path, f"{len(rows)} rows instead of {header['rows'][name]}")
        setattr(tables, name, rows)
    return tables


def is_run(folder: Path) -> bool:
    """Whether the folder holds a run of any schema version."""
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    header = manifest.get("format") if isinstance(manifest, dict) else None
    return isinstance(header, dict) and header.get("name") == _FORMAT_NAME


# Folders


def _refuse_foreign(folder: Path) -> None:
    try:
        occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise OutputError(f"cannot look into {str(folder)!r}: {error.strerror}") from error
    if occupied and not is_run(folder):
        raise OutputError(
            f"{str(folder)!r} exists and is not a run folder; nothing in it was touched. "
            "Name a new folder, an empty one, or an earlier run"
        )


def _swap(part: Path, folder: Path) -> None:
    """Put the new folder in the place of the old; what was not part of the old run moves over."""
    if not folder.exists():
        part.rename(folder)
        return
    aside = part.with_suffix(".old")
    folder.rename(aside)
    try:
        part.rename(folder)
    except BaseException:
        aside.rename(folder)
        raise
    ours = {MANIFEST, *(name + suffix for name in TABLE_ROWS for suffix in _SUFFIXES.values())}
    for entry in aside.iterdir():
        if entry.name not in ours:
            entry.rename(folder / entry.name)
    shutil.rmtree(aside)


# The manifest


def _manifest_bytes(tables: Tables, table_format: TableFormat) -> bytes:
    rows = {name: len(getattr(tables, name)) for name in TABLE_ROWS}
    header = {
        "name": _FORMAT_NAME, "schema_version": SCHEMA_VERSION, "tables": table_format, "rows": rows
    }  # fmt: skip
    return _dumps({**tables.manifest, "format": header}, _LINE | orjson.OPT_INDENT_2)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder, its ``format`` entry included; raises as ``read_run``."""
    if not is_run(folder):
        raise InputError(
            f"{str(folder)!r} is not a run folder (no {MANIFEST} of a run in it). "
            "`dedup scan PATHS -o RUN` writes one"
        )
    manifest: dict[str, Any] = orjson.loads((folder / MANIFEST).read_bytes())
    header = manifest["format"]
    if header.get("schema_version") != SCHEMA_VERSION:
        raise MismatchError(
            f"the run {str(folder)!r} has table schema {header.get('schema_version')}, this program"
            f" reads {SCHEMA_VERSION}: scan again, or use the version of dedup that wrote it"
        )
    if header.get("tables") not in _SUFFIXES or set(header.get("rows", ())) != set(TABLE_ROWS):
        raise _damaged(folder / MANIFEST, "its format entry is not one this program writes")
    return manifest


def _damaged(path: Path, reason: str) -> MismatchError:
    return MismatchError(f"the run is damaged at {str(path)!r} ({reason}): scan again")


# JSON lines


def _write_jsonl(path: Path, name: str, rows: Sequence[NamedTuple]) -> None:
    lines = _finding_lines(rows) if TABLE_ROWS[name] is Finding else _plain_lines(rows)
    with path.open("wb", buffering=_BUFFER_BYTES) as stream:
        stream.writelines(lines)


def _plain_lines(rows: Sequence[NamedTuple]) -> Iterator[bytes]:
    columns: dict[str, Any] = {}
    for row in rows:
        columns.update(zip(row._fields, row, strict=True))
        yield _dumps(columns, _LINE)


def _finding_lines(rows: Sequence[Any]) -> Iterator[bytes]:
    """One line a finding, with the keys of its evidence sorted.

    One dictionary is filled again and again: building a new one a row costs 0.3 s in 300,000.
    """
    fields = Finding._fields
    columns: dict[str, Any] = dict.fromkeys(fields)
    for row in rows:
        columns.update(zip(fields, row, strict=True))
        columns["fix"] = {"action": row.fix.action, "safety": row.fix.safety}
        columns["evidence"] = row.evidence
        try:
            columns["evidence"] = orjson.Fragment(
                orjson.dumps(row.evidence, _jsonable, orjson.OPT_SORT_KEYS)
            )
            yield orjson.dumps(columns, _jsonable, _LINE)
        except TypeError:
            plain = json.dumps(row.evidence, default=_jsonable, sort_keys=True)
            columns["evidence"] = json.loads(plain)
            yield _dumps(columns, _LINE)


def _dumps(value: object, option: int) -> bytes:
    """JSON bytes. Lone surrogates (names of files, ids) go through the standard library."""
    try:
        return orjson.dumps(value, _jsonable, option)
    except TypeError:
        indent = 2 if option & orjson.OPT_INDENT_2 else None
        separators = (",", ": ") if indent else (",", ":")
        text = json.dumps(value, default=_jsonable, indent=indent, separators=separators)
        return text.encode() + b"\n"


def _loads(line: bytes) -> dict[str, Any]:
    try:
        columns: dict[str, Any] = orjson.loads(line)
    except ValueError:
        columns = json.loads(line)
    return columns


def _jsonable(value: object) -> object:
    """Plain form of what may turn up in evidence and manifests: NumPy scalars, sets, paths."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{type(value).__name__} has no place in a table")


def _read_jsonl(path: Path, row_type: type[NamedTuple]) -> Iterator[NamedTuple]:
    restore = _restorer(row_type)
    with path.open("rb") as stream:
        for line in stream:
            yield restore(_loads(line))


def _restorer(row_type: type[NamedTuple]) -> Callable[[dict[str, Any]], NamedTuple]:
    """Way from a JSON object to a row: tuples and the fix in their own types again."""
    values = itemgetter(*row_type._fields)
    make = row_type._make
    tuples = [name for name, hint in get_type_hints(row_type).items() if hint == tuple[str, ...]]
    has_fix = row_type is Finding

    def restore(columns: dict[str, Any]) -> NamedTuple:
        for name in tuples:
            columns[name] = tuple(columns[name])
        if has_fix:
            columns["fix"] = Fix(**columns["fix"])
        return make(values(columns))

    return restore


# Parquet


def _pyarrow() -> tuple[ModuleType, ModuleType]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtra("Parquet needs pyarrow: pip install 'wire-dedup[parquet]'") from error
    return pyarrow, parquet


def _parquet_writer() -> Callable[[Path, str, Sequence[NamedTuple]], None]:
    arrow, parquet = _pyarrow()

    def write(path: Path, name: str, rows: Sequence[NamedTuple]) -> None:
        schema = _arrow_schema(arrow, TABLE_ROWS[name])
        columns = zip(*map(_arrow_row, rows), strict=True) if rows else [()] * len(schema)
        arrays = [
            arrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)
        ]
        parquet.write_table(arrow.table(arrays, schema=schema), path, compression="zstd")

    return write


def _parquet_reader() -> Callable[[Path, type[NamedTuple]], Iterator[NamedTuple]]:
    arrow, parquet = _pyarrow()

    def read(path: Path, row_type: type[NamedTuple]) -> Iterator[NamedTuple]:
        restore = _restorer(row_type)
        try:
            batches = parquet.ParquetFile(path).iter_batches()
            for columns in (row for batch in batches for row in batch.to_pylist()):
                if row_type is Finding:
                    columns["evidence"] = _loads(columns["evidence"])
                yield restore(columns)
        except arrow.ArrowException as error:
            raise ValueError(str(error)) from error

    return read


def _arrow_row(row: NamedTuple) -> Sequence[object]:
    """Row as Arrow takes it; lone surrogates, which Arrow has no form for, become U+FFFD."""
    if isinstance(row, Finding):
        evidence = _dumps(row.evidence, orjson.OPT_SORT_KEYS).decode().rstrip()
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
