"""A run folder: every table of one run and its manifest, written whole or not at all.

``manifest.json`` holds all that may differ between equal runs (times, durations, versions); the
tables of equal runs are equal byte for byte. Its ``format`` entry belongs to this package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from dedup import collector
from dedup.model import TABLE_ROWS, Tables
from dedup.store import json_lines, parquet
from dedup.store.folder import MANIFEST, SUFFIXES, TableFormat, damaged, is_run, read_manifest
from dedup.store.lines import Lines, lines
from dedup.store.writing import RunWriter, write_run, writing

__all__ = [
    "MANIFEST",
    "Lines",
    "RunWriter",
    "Sieves",
    "TableFormat",
    "is_run",
    "lines",
    "read_manifest",
    "read_run",
    "whole",
    "write_run",
    "writing",
]


Sieves = Mapping[str, Callable[[Any], Any]]
"""By name of a table what to keep of a row of it: the row or a leaner one, or None for nothing."""


def whole(*names: str) -> Sieves:
    """Sieves that leave all of some tables."""
    return dict.fromkeys(names, _whole)


def read_run(folder: Path, sieves: Sieves | None = None) -> Tables:
    """Tables of a run folder, equal to those it was written from.

    With ``sieves`` only the tables that they name are read, and what they leave is kept.

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
    form: ModuleType = parquet if header["tables"] == "parquet" else json_lines
    for name, sieve in (whole(*TABLE_ROWS) if sieves is None else sieves).items():
        path = folder / f"{name}{SUFFIXES[header['tables']]}"
        try:
            with collector.paused():
                count, rows = _sifted(form.read(path, TABLE_ROWS[name]), sieve)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged(path, f"{type(error).__name__}: {error}") from error
        if count != header["rows"][name]:
            raise damaged(path, f"{count} rows instead of {header['rows'][name]}")
        setattr(tables, name, rows)
    return tables


def _sifted(
    rows: Iterable[NamedTuple], sieve: Callable[[Any], Any]
) -> tuple[int, list[NamedTuple]]:
    """How many rows there are, and what the sieve leaves of them."""
    kept, count = [], 0
    for row in rows:
        count += 1
        if (left := sieve(row)) is not None:
            kept.append(left)
    return count, kept


def _whole(row: NamedTuple) -> NamedTuple:
    return row
