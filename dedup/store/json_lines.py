"""Tables as JSON lines: one object a row, its keys in the order of the columns."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from dedup.store.lines import lines, loads
from dedup.store.restoring import restorer

_BUFFER_BYTES: Final = 1 << 20


def write(path: Path, name: str, rows: Sequence[NamedTuple]) -> None:
    """Write rows of a table to a file, which is a table or a part of one."""
    with path.open("wb", buffering=_BUFFER_BYTES) as stream:
        stream.writelines(lines(name, rows))


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
