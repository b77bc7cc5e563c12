"""The way back: the input files from the cleaned ones and the decision log alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from dedup.clean.files import cleaned_file
from dedup.clean.log import Edit, FileEntry, Header, read_edits, read_header
from dedup.clean.places import codec_of, refuse_existing
from dedup.clean.stage import staging
from dedup.clean.streams import Digest, Sink, digest_of, rebuilt
from dedup.errors import InputError, MismatchError, OutputError
from dedup.formats.compression import read_blocks
from dedup.formats.shown import shown


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What `restore` wrote: files, edits undone, and decompressed bytes.

    ``tables`` are Parquet files, which come back as equal tables, not with the same bytes.
    """

    to: Path
    files: int
    edits: int
    bytes: int
    tables: int


def restore(out: Path, decisions: Path | None, to: Path) -> RestoreReport:
    """Write the inputs of a `clean` again, to a new folder ``to`` (a file, if one was cleaned).

    Decompressed bytes are those of the input, each file checked by its SHA-256.

    Raises :class:`MismatchError` when the cleaned files were changed since, or are not the ones
    of the log; :class:`OutputError` when ``to`` holds something already. Then nothing is written.
    """
    log = decisions if decisions is not None else _log_of(out)
    try:
        stream = log.open("rb")
    except OSError as error:
        reason = error.strerror or "cannot be opened"
        raise InputError(f"{shown(str(log))}: {reason}; name the decision log") from error
    with stream, ThreadPoolExecutor(1) as pool:
        header = read_header(stream, log)
        _refuse(out, to, header)
        edits = read_edits(stream, log)
        with staging(to) as stage:
            root = stage.file(to) if header.single else stage.folder(to)
            for index, entry in enumerate(header.files):
                target = root if header.single else root / entry.path
                target.parent.mkdir(parents=True, exist_ok=True)
                place = _Place(
                    out if header.single else out / (entry.out or ""),
                    target,
                    codec_of(to) if header.single else entry.codec,
                )
                _restore(entry, _own(edits, index, entry, log), place, pool)
            if next(edits, None) is not None:
                raise MismatchError(f"{shown(str(log))}: holds more decisions than files")
    return RestoreReport(
        to,
        len(header.files),
        sum(entry.edits for entry in header.files),
        sum(entry.bytes_in for entry in header.files),
        sum(entry.kind == "parquet" for entry in header.files),
    )


class _Place(NamedTuple):
    """Where a cleaned file is, where its original goes, and how that is compressed."""

    cleaned: Path
    target: Path
    codec: str


def _log_of(out: Path) -> Path:
    return out / "decisions.jsonl" if out.is_dir() else Path(f"{out}.decisions.jsonl")


def _refuse(out: Path, to: Path, header: Header) -> None:
    if header.single == out.is_dir() or not out.exists():
        what = "file" if header.single else "folder"
        raise MismatchError(f"{shown(str(out))}: there is no {what} there, as the decisions say")
    if header.single and to.is_dir():
        raise OutputError(f"{shown(str(to))} is a folder: name a file, one was cleaned")
    if not header.single and to.resolve().is_relative_to(out.resolve()):
        raise OutputError(f"{shown(str(to))} lies in the cleaned folder: choose another path")
    refuse_existing(to, single=header.single)


def _own(edits: Iterator[Edit], index: int, entry: FileEntry, log: Path) -> Iterator[Edit]:
    """The edits of one file, which come next."""
    count = 0
    for edit in islice(edits, entry.edits):
        if edit.file != index:
            raise MismatchError(f"{shown(str(log))}: the decisions are not in the files' order")
        count += 1
        yield edit
    if count < entry.edits:
        raise MismatchError(f"{shown(str(log))}: cut off, decisions are missing at the end")


def _restore(entry: FileEntry, edits: Iterator[Edit], place: _Place, pool: Executor) -> None:
    if entry.out is not None and not place.cleaned.is_file():
        raise MismatchError(f"{shown(str(place.cleaned))}: the cleaned file is gone")
    if entry.copied and place.codec == entry.codec:
        shutil.copyfile(place.cleaned, place.target)
        whole = digest_of(cleaned_file(entry, place.target), pool)
        _refuse_other(place.cleaned, whole, entry.bytes_in, entry.sha256_in)
    elif entry.kind == "parquet":
        from dedup.clean.tables import restore_table

        read = digest_of(cleaned_file(entry, place.cleaned), pool)
        _refuse_other(place.cleaned, read, entry.bytes_out, entry.sha256_out)
        restore_table(entry, edits, place.cleaned, Sink(place.target, place.codec, pool))
    else:
        _restore_bytes(entry, edits, place, pool)


def _restore_bytes(entry: FileEntry, edits: Iterator[Edit], place: _Place, pool: Executor) -> None:
    read = Digest(pool)

    def noted(blocks: Iterable[bytes]) -> Iterator[bytes]:
        for block in blocks:
            read.update(block)
            yield block

    blocks = () if entry.out is None else read_blocks(cleaned_file(entry, place.cleaned))
    try:
        with Sink(place.target, place.codec, pool) as sink:
            for piece in rebuilt(noted(blocks), edits):
                sink.write(piece)
    except MismatchError as error:
        raise MismatchError(f"{shown(str(place.cleaned))}: {error}") from error
    _refuse_other(place.cleaned, read, entry.bytes_out, entry.sha256_out)
    if sink.digest.hexdigest() != entry.sha256_in:
        raise MismatchError(f"{shown(entry.path)}: the decisions do not give the original back")


def _refuse_other(path: Path, read: Digest, size: int, sha256: str) -> None:
    if read.length != size or read.hexdigest() != sha256:
        raise MismatchError(
            f"{shown(str(path))} was changed since it was cleaned: it cannot be restored; give the "
            "file as `clean` wrote it"
        )
