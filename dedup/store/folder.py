"""The folder of a run: what may be replaced, the swap, and the manifest."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, Final, Literal

import orjson

from dedup.errors import InputError, MismatchError, OutputError
from dedup.model import SCHEMA_VERSION, TABLE_ROWS

TableFormat = Literal["jsonl", "parquet"]

MANIFEST: Final = "manifest.json"
FORMAT_NAME: Final = "dedup-run"
SUFFIXES: Final = {"jsonl": ".jsonl", "parquet": ".parquet"}


def is_run(folder: Path) -> bool:
    """Whether the folder holds a run of any schema version."""
    try:
        manifest = orjson.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    header = manifest.get("format") if isinstance(manifest, dict) else None
    return isinstance(header, dict) and header.get("name") == FORMAT_NAME


def refuse_foreign(folder: Path) -> None:
    """OutputError when the folder holds something that is not a run."""
    try:
        occupied = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
    except OSError as error:
        raise OutputError(f"cannot look into {str(folder)!r}: {error.strerror}") from error
    if occupied and not is_run(folder):
        raise OutputError(
            f"{str(folder)!r} exists and is not a run folder; nothing in it was touched. "
            "Name a new folder, an empty one, or an earlier run"
        )


def swap(part: Path, folder: Path) -> None:
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
    ours = {MANIFEST, *(name + suffix for name in TABLE_ROWS for suffix in SUFFIXES.values())}
    for entry in aside.iterdir():
        if entry.name not in ours:
            entry.rename(folder / entry.name)
    shutil.rmtree(aside)


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
    if header.get("tables") not in SUFFIXES or set(header.get("rows", ())) != set(TABLE_ROWS):
        raise damaged(folder / MANIFEST, "its format entry is not one this program writes")
    return manifest


def damaged(path: Path, reason: str) -> MismatchError:
    """The error for a table or manifest that is not what was written."""
    return MismatchError(f"the run is damaged at {str(path)!r} ({reason}): scan again")
