"""What a caller may say about its inputs, and the names of the formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FORMATS: Mapping[str, tuple[str, ...]] = {
    "text": (".txt", ".text"),
    "jsonl": (".jsonl", ".ndjson"),
    "json": (".json",),
    "csv": (".csv",),
    "tsv": (".tsv", ".tab"),
    "parquet": (".parquet", ".pq"),
}
"""Format names with the extensions they are known by."""

COMPRESSIONS: Mapping[str, str] = {".gz": "gzip", ".zst": "zstd", ".zstd": "zstd"}
"""Extensions of compressed files; the format's own extension comes before them."""


@dataclass(frozen=True, slots=True)
class Fields:
    """The record fields that hold a story; None means the usual names are tried."""

    text: str | None = None
    id: str | None = None
    title: str | None = None
    date: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class InputOptions:
    """How inputs are found and read.

    ``input_format`` is one of FORMATS and outweighs the extension; ``encoding`` is a Python codec
    name; ``limit`` is a number of stories over all inputs; ``include`` and ``exclude``
    hold patterns as a .gitignore has them, tried on the whole path and on that inside the folder,
    also of files that were named themselves; what both match is left out. ``stdin`` is a file
    that holds what came on standard input, for a caller who has to read it twice.
    """

    fields: Fields = field(default_factory=Fields)
    input_format: str | None = None
    encoding: str | None = None
    limit: int | None = None
    exclude: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    stdin: Path | None = None
