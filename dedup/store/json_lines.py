"""Tables as JSON lines: one object a row, its keys in the order of the columns."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import orjson

from dedup.model import TABLE_ROWS, Finding
from dedup.store.restoring import restorer

LINE: Final = orjson.OPT_APPEND_NEWLINE
_BUFFER_BYTES: Final = 1 << 20


def write(path: Path, name: str, rows: Sequence[NamedTuple]) -> None:
    """Write rows of a table to a file, which is a table or a part of one."""
    lines = _finding_lines(rows) if TABLE_ROWS[name] is Finding else _plain_lines(rows)
    with path.open("wb", buffering=_BUFFER_BYTES) as stream:
        stream.writelines(lines)


class Joined:
    """A table in the making, to which parts are appended."""

    def __init__(self, path: Path, name: str) -> None:
        self._stream: BinaryIO = path.open("wb")

    def append(self, part: Path) -> None:
        """Add the rows of a part; where the system can, their bytes stay in its hands."""
        with part.open("rb") as source:
            if not _copied(source, self._stream):
                shutil.copyfileobj(source, self._stream, _BUFFER_BYTES)

    def close(self) -> None:
        """No more parts."""
        self._stream.close()


def _plain_lines(rows: Sequence[NamedTuple]) -> Iterator[bytes]:
    columns: dict[str, Any] = {}
    for row in rows:
        columns.update(zip(row._fields, row, strict=True))
        yield dumps(columns, LINE)


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
            yield orjson.dumps(columns, _jsonable, LINE)
        except TypeError:
            plain = json.dumps(row.evidence, default=_jsonable, sort_keys=True)
            columns["evidence"] = json.loads(plain)
            yield dumps(columns, LINE)


def dumps(value: object, option: int) -> bytes:
    """JSON bytes. Lone surrogates (names of files, ids) go through the standard library."""
    try:
        return orjson.dumps(value, _jsonable, option)
    except TypeError:
        indent = 2 if option & orjson.OPT_INDENT_2 else None
        separators = (",", ": ") if indent else (",", ":")
        text = json.dumps(value, default=_jsonable, indent=indent, separators=separators)
        return text.encode() + b"\n"


def loads(line: bytes) -> dict[str, Any]:
    """The object of a line, lone surrogates in its texts too."""
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


def read(path: Path, row_type: type[NamedTuple]) -> Iterator[NamedTuple]:
    """Rows of a table."""
    restore = restorer(row_type)
    with path.open("rb") as stream:
        for line in stream:
            yield restore(loads(line))


def _copied(source: BinaryIO, target: BinaryIO) -> bool:
    """Whether the kernel copied the rest of one file to the end of the other."""
    if not hasattr(os, "copy_file_range"):
        return False
    target.flush()
    try:
        while os.copy_file_range(source.fileno(), target.fileno(), _KERNEL_BYTES):
            pass
    except OSError as error:
        # Not between these file systems: Python copies what is left, from where it stopped.
        if error.errno not in _NOT_HERE:
            raise
        return False
    return True


_KERNEL_BYTES: Final = 1 << 30
_NOT_HERE: Final = (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM)
