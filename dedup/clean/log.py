"""The decision log: what was taken out of which file, and the bytes themselves.

JSON lines. The first line is the header; every other line is one deletion, in the order of the
files and of the places in them. Together with the cleaned files it gives the input back.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, NamedTuple

import orjson

from dedup.clean.loss import Loss
from dedup.errors import MismatchError
from dedup.model import encode

FORMAT = "dedup-decisions"
VERSION = 1
"""Raised whenever an older `restore` could not read the log any more."""


_OPTIONS = orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY

_SEPARATORS = tuple(
    (char.encode(), f"\\u{ord(char):04x}".encode()) for char in ("\x85", "\u2028", "\u2029")
)
"""Ends of lines for `str.splitlines` and other readers of text; JSON takes them as they are."""


class FileEntry(NamedTuple):
    """One input file and what became of it; sizes and hashes are of the decompressed bytes.

    ``path`` is relative to the restored folder, ``out`` to the cleaned one (None: every record of
    the file went, so there is no such file); ``edits`` says how many rows of the log are its own.
    ``copied`` files had no edits and are the input as it was, compression included. ``column``
    is where the text stands in a Parquet file.
    """

    path: str
    out: str | None
    kind: str
    codec: str
    bytes_in: int = 0
    sha256_in: str = ""
    bytes_out: int = 0
    sha256_out: str = ""
    edits: int = 0
    copied: bool = False
    column: str = ""


class Edit(NamedTuple):
    """One change: ``removed`` stood in front of byte ``at`` of the cleaned file.

    ``instead`` bytes from there on are not the input's: they came in for what was removed. Nearly
    always there are none. In Parquet files the row is ``line`` - 1, and ``at`` counts characters
    of its cleaned text, or is -1 where the row as a whole went.
    """

    file: int
    story_id: str
    line: int
    action: str
    rules: tuple[str, ...]
    kept_id: str | None
    cluster_id: str | None
    score: float | None
    at: int
    removed: bytes
    instead: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """First line of the log."""

    tool_version: str
    single: bool
    files: tuple[FileEntry, ...]
    losses: tuple[Loss, ...] = ()
    """What each outlet lost; for the reader, `restore` has no use for it."""

    def line(self) -> bytes:
        """The header as one line of JSON."""
        return json_line(
            {
                "format": FORMAT,
                "version": VERSION,
                "tool_version": self.tool_version,
                "single": self.single,
                "losses": [_loss_row(loss) for loss in self.losses],
                "files": [entry._asdict() for entry in self.files],
            }
        )


def _loss_row(loss: Loss) -> dict[str, Any]:
    return {
        "outlet": encode(loss.name).decode(),
        "stories": loss.stories,
        "emptied": loss.emptied,
        "words": loss.words,
        "lost": loss.lost,
        "rules": dict(loss.rules),
    }


def edit_line(edit: Edit) -> bytes:
    """One change as one line of JSON."""
    fields = {
        "file": edit.file,
        "story_id": edit.story_id,
        "line": edit.line,
        "action": edit.action,
        "rules": edit.rules,
        "kept_id": edit.kept_id,
        "cluster_id": edit.cluster_id,
        "score": edit.score,
        "at": edit.at,
        "bytes": pack(edit.removed),
    }
    if edit.instead:
        fields["instead"] = edit.instead
    return json_line(fields)


def json_line(fields: dict[str, Any]) -> bytes:
    """The fields as one line of JSON, whatever a reader takes for the end of a line."""
    line = orjson.dumps(fields, default=_plain, option=_OPTIONS)
    if not line.isascii():
        for separator, escape in _SEPARATORS:
            line = line.replace(separator, escape)
    return line


def _plain(value: object) -> object:
    """Evidence of types that JSON does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    return sorted(map(str, value)) if isinstance(value, set | frozenset) else str(value)


def pack(raw: bytes) -> str | dict[str, str]:
    """The bytes as text where they are UTF-8, else as base64."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return {"b64": base64.b64encode(raw).decode("ascii")}


def unpack(packed: object) -> bytes:
    """The bytes that :func:`pack` was given."""
    if isinstance(packed, str):
        return packed.encode()
    if isinstance(packed, dict) and isinstance(packed.get("b64"), str):
        return base64.b64decode(packed["b64"], validate=True)
    raise ValueError("neither text nor base64")


def read_header(stream: BinaryIO, path: Path) -> Header:
    """The header of an open log; leaves the stream at the first deletion.

    Raises :class:`MismatchError` when the file is no decision log, is of another version, or
    names a file outside of its folder.
    """
    fields = _parse(stream.readline(), path, 1)
    if fields.get("format") != FORMAT:
        raise MismatchError(f"{path} is not a decision log: give the decisions.jsonl of `clean`")
    if fields.get("version") != VERSION:
        raise MismatchError(
            f"{path} has format version {fields.get('version')!r}, this dedup reads {VERSION}: "
            f"restore with the version that wrote it ({fields.get('tool_version')})"
        )
    try:
        files = tuple(_entry(row) for row in fields["files"])
        return Header(str(fields["tool_version"]), bool(fields["single"]), files)
    except (KeyError, TypeError, ValueError) as error:
        raise MismatchError(f"{path}:1: the header is damaged ({error})") from error


def read_edits(stream: BinaryIO, path: Path) -> Iterator[Edit]:
    """The deletions of an open log, after its header.

    Raises :class:`MismatchError` at a line that is damaged or cut off.
    """
    for number, line in enumerate(stream, 2):
        fields = _parse(line, path, number)
        try:
            yield _edit(fields)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise MismatchError(f"{path}:{number}: damaged ({error})") from error


def _parse(line: bytes, path: Path, number: int) -> dict[str, Any]:
    try:
        fields = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise MismatchError(f"{path}:{number}: not a decision log, or cut off ({error})") from error
    if not isinstance(fields, dict):
        raise MismatchError(f"{path}:{number}: not a decision log")
    return fields


def _edit(fields: dict[str, Any]) -> Edit:
    edit = Edit(
        fields["file"],
        fields["story_id"],
        fields["line"],
        fields["action"],
        tuple(fields["rules"]),
        fields["kept_id"],
        fields["cluster_id"],
        fields["score"],
        fields["at"],
        unpack(fields["bytes"]),
        fields.get("instead", 0),
    )
    for number in (edit.file, edit.line, edit.at, edit.instead):
        if type(number) is not int:
            raise TypeError(f"{number!r} is not a whole number")
    return edit


def _entry(row: dict[str, Any]) -> FileEntry:
    entry = FileEntry(**row)
    for name in (entry.path, entry.out):
        if name is not None and not _inside(name):
            raise ValueError(f"{name!r} leads out of the folder")
    return entry


def _inside(name: str) -> bool:
    """Whether a name stays below the folder it is joined to: a log may come from anywhere."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return bool(parts) and not PurePosixPath(name).is_absolute() and ".." not in parts
