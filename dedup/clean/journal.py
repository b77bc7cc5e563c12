"""The two logs while they are written: decisions, and what was removed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from dedup.clean.log import Edit, Header, edit_line, read_edits

Mark = tuple[int, int, int]
"""A place in the logs to go back to: bytes of one, bytes of the other, edits."""


class Journal:
    """Collects edits and removed things in files; without paths it only counts edits."""

    def __init__(self, rows: Path | None, removed: Path | None) -> None:
        self.edits = 0
        self._path = rows
        self._rows: BinaryIO | None = None if rows is None else rows.open("wb")
        self._removed: BinaryIO | None = None if removed is None else removed.open("wb")

    @property
    def writes(self) -> bool:
        """Whether rows go anywhere: making them can be left out otherwise."""
        return self._rows is not None

    def add(self, edits: Sequence[Edit], removed: Sequence[bytes]) -> None:
        """Log some edits, and lines for what they removed."""
        self.edits += len(edits)
        if self._rows is not None and self._removed is not None:
            self._rows.writelines(map(edit_line, edits))
            self._removed.writelines(removed)

    def mark(self) -> Mark:
        """Where the logs stand now."""
        return (
            0 if self._rows is None else self._rows.tell(),
            0 if self._removed is None else self._removed.tell(),
            self.edits,
        )

    def rewind(self, mark: Mark) -> None:
        """Forget what was logged since."""
        for stream, place in ((self._rows, mark[0]), (self._removed, mark[1])):
            if stream is not None:
                stream.seek(place)
                stream.truncate()
        self.edits = mark[2]

    def since(self, mark: Mark) -> Iterator[Edit]:
        """The edits logged since, read back from the file."""
        if self._path is None or self._rows is None or self.edits == mark[2]:
            return
        self._rows.flush()
        with self._path.open("rb") as stream:
            stream.seek(mark[0])
            yield from islice(read_edits(stream, self._path), self.edits - mark[2])

    def close(self) -> None:
        """Close both files; what was written must be on its way to the disk."""
        for stream in (self._rows, self._removed):
            if stream is not None:
                stream.close()

    def finish(self, header: Header, target: Path) -> None:
        """Write the decision log: the header, then the edits."""
        self.close()
        if self._path is not None:
            with target.open("wb") as log, self._path.open("rb") as rows:
                log.write(header.line())
                shutil.copyfileobj(rows, log, 1 << 20)
