"""The files of an archive: what a feed is compared with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from dedup.errors import ConfigError, InputError, MismatchError
from dedup.formats import InputFile, InputOptions, find_inputs
from dedup.store import is_run, read_manifest


def archive_inputs(
    named: Sequence[str], options: InputOptions, feed: Sequence[InputFile]
) -> list[InputFile]:
    """The files that these paths and runs name, without those of the feed.

    A run stands for the files it was made of, which are read again: its tables hold no texts.

    Raises
    ------
    InputError
        A path is not there, or holds nothing to read.
    MismatchError
        A file of a run is gone or has another size than it had.
    """
    if "-" in named:
        raise ConfigError("--against: standard input is for the feed; name files or a run")
    paths = [path for each in named for path in _paths(each)]
    taken = {os.path.realpath(file.location) for file in feed if file.location is not None}
    found = find_inputs(paths, replace(options, limit=None, stdin=None))
    return [
        file for file in found
        if file.location is not None and os.path.realpath(file.location) not in taken
    ]


def _paths(named: str) -> Iterator[str]:
    folder = Path(named)
    if not is_run(folder):
        yield named
        return
    for entry in read_manifest(folder).get("inputs", []):
        path, size = Path(entry["path"]), entry["bytes"]
        if size is None:
            raise InputError(f"the run {named!r} was made from standard input: name its files")
        if not path.is_file() or path.stat().st_size != size:
            raise MismatchError(
                f"{path} is not as it was when {named!r} was scanned: scan again, or name the "
                "files themselves"
            )
        yield str(path)
