"""Writing a run: slices of its tables, made by whichever process, joined in order.

Each slice is a folder of parts, one a table, under its number: there whole, with what was told of
it, or not there. The tables grow beside the run and take its place when all is done.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final

import orjson

from dedup.errors import OutputError
from dedup.model import SCHEMA_VERSION, TABLE_ROWS, Tables
from dedup.store import json_lines, parquet
from dedup.store.folder import FORMAT_NAME, MANIFEST, SUFFIXES, TableFormat, refuse_foreign, swap
from dedup.store.lines import LINE, Lines, dumps

_TOLD: Final = "told.json"

_FULL: Final = (
    "Make room, or choose a folder on another disk; a scan that keeps its workspace (-o) goes on "
    "from here with --resume"
)
_ELSEWHERE: Final = "Choose another folder, one that need not be a mount point"


class RunWriter:
    """A run in the making, at ``folder`` when it is finished.

    ``parts`` is where its slices wait to be joined. Slices are written in any order and by any
    process, and joined in the order of the tables.
    """

    def __init__(
        self, folder: Path, made: Path, parts: Path, table_format: TableFormat
    ) -> None:
        self._folder, self._made, self._parts, self._format = folder, made, parts, table_format
        self._form: ModuleType = parquet if table_format == "parquet" else json_lines
        suffix = SUFFIXES[table_format]
        self._tables = {
            name: self._form.Joined(made / f"{name}{suffix}", name) for name in TABLE_ROWS
        }
        self._rows = dict.fromkeys(TABLE_ROWS, 0)

    def told(self, number: int) -> dict[str, Any] | None:
        """What was told of a slice that is written, by this run or one before it; else None."""
        try:
            told: dict[str, Any] = orjson.loads((self._place(number) / _TOLD).read_bytes())
        except FileNotFoundError:
            return None
        return told

    def write(
        self,
        number: int,
        tables: Tables,
        told: Mapping[str, Any],
        made: Mapping[str, Lines] = MappingProxyType({}),
    ) -> None:
        """Write a slice, and what is to be known of it when it is not read again.

        The tables that are ``made`` of lines already are written as they are.
        """
        place = self._place(number)
        making = place.with_name(f"{place.name}.{os.getpid()}")
        with _refusing(self._folder):
            making.mkdir()
            for name in TABLE_ROWS:
                if name in made:
                    (making / name).write_bytes(made[name].text)
                else:
                    self._form.write(making / name, name, getattr(tables, name))
            rows = {
                name: made[name].rows if name in made else len(getattr(tables, name))
                for name in TABLE_ROWS
            }
            (making / _TOLD).write_bytes(orjson.dumps({**told, "rows": rows}))
            making.rename(place)

    def join(self, number: int, *, keep: bool = False) -> dict[str, Any]:
        """Add a slice that was written to the tables; give what was told of it.

        Its parts go, unless they are to be kept.
        """
        place, told = self._place(number), self.told(number) or {}
        with _refusing(self._folder):
            for name, table in self._tables.items():
                table.append(place / name)
                self._rows[name] += told["rows"][name]
            if not keep:
                shutil.rmtree(place)
        return told

    def finish(self, manifest: Mapping[str, Any]) -> None:
        """Put the run in its place, with this manifest."""
        with _refusing(self._folder):
            for table in self._tables.values():
                table.close()
            self._tables = {}
            header = {
                "name": FORMAT_NAME, "schema_version": SCHEMA_VERSION, "tables": self._format,
                "rows": self._rows,
            }  # fmt: skip
            told = dumps({**manifest, "format": header}, LINE | orjson.OPT_INDENT_2)
            (self._made / MANIFEST).write_bytes(told)
            swap(self._made, self._folder)

    def close(self) -> None:
        """Let go of the tables of a run that came to nothing."""
        for table in self._tables.values():
            with suppress(OSError):
                table.close()

    def _place(self, number: int) -> Path:
        return self._parts / f"{number:06d}"


@contextmanager
def writing(
    folder: Path, table_format: TableFormat = "jsonl", parts: Path | None = None
) -> Iterator[RunWriter]:
    """A run to be written: ``folder`` is as it was until it is finished, then whole.

    ``parts`` is a folder for slices that is to be left as it is when this ends, so that another
    run finds the slices that were written; without it they are beside ``folder`` and go. Only one
    process may write with it at a time, and what one that was killed left of its tables goes.

    Raises
    ------
    OutputError
        The folder holds something that is not a run, or cannot be written.
    MissingExtra
        Parquet is asked for and pyarrow is not installed.
    """
    if table_format not in SUFFIXES:
        raise OutputError(f"unknown table format {table_format!r}: choose jsonl or parquet")
    if table_format == "parquet":
        parquet.require()
    folder = Path(os.path.realpath(folder))
    refuse_foreign(folder)
    name = f".{folder.name}.{secrets.token_hex(4) if parts is None else 'kept'}"
    made, own = folder.with_name(f"{name}.part"), folder.with_name(f"{name}.slices")
    try:
        with _refusing(folder):
            if parts is not None and made.exists():
                shutil.rmtree(made)
            made.mkdir(parents=True)
            place = own if parts is None else parts / table_format
            place.mkdir(parents=True, exist_ok=True)
            writer = RunWriter(folder, made, place, table_format)
        with closing(writer):
            yield writer
    finally:
        for left in (made, own):
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    """What the system refuses is told as an error of the output."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise OutputError(
            f"cannot write the run {str(folder)!r}: {error.strerror or error}. "
            f"{_FULL if full else _ELSEWHERE}"
        ) from error


def write_run(folder: Path, tables: Tables, table_format: TableFormat = "jsonl") -> None:
    """Write a run folder: ``manifest.json`` and one file a table.

    All of it is written beside ``folder`` and then renamed, so a reader sees a whole run or none.
    An older run there is replaced; files in it that are not part of a run (labels, reports) stay.

    Evidence is text-keyed JSON: lists come back as lists, tuples too. In Parquet it is a JSON
    string, because its keys differ from rule to rule.

    Raises as :func:`writing` does.
    """
    with writing(folder, table_format) as run:
        run.write(0, tables, {})
        run.join(0)
        run.finish(tables.manifest)
