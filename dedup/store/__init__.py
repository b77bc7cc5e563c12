"""A run folder: every table of one run and its manifest, written whole or not at all.

``manifest.json`` holds all that may differ between equal runs (times, durations, versions); the
tables of equal runs are equal byte for byte. Its ``format`` entry belongs to this package.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

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
    "TableFormat",
    "is_run",
    "lines",
    "read_manifest",
    "read_run",
    "write_run",
    "writing",
]


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
    form: ModuleType = parquet if header["tables"] == "parquet" else json_lines
    for name, row_type in TABLE_ROWS.items():
        path = folder / f"{name}{SUFFIXES[header['tables']]}"
        try:
            with collector.paused():
                rows = list(form.read(path, row_type))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged(path, f"{type(error).__name__}: {error}") from error
        if len(rows) != header["rows"][name]:
            raise damaged(path, f"{len(rows)} rows instead of {header['rows'][name]}")
        setattr(tables, name, rows)
    return tables
