"""Objects sent to another process through memory that both share.

A pipe takes 64 KB at a time, and both sides wait for one another in between: 5 ms of processor time
a megabyte, where a copy takes a tenth of it. So only the length of a parcel goes through the pipe.
"""

from __future__ import annotations

import mmap
import pickle
from multiprocessing.connection import Connection
from typing import Any, Self

ROOM = 64 << 20
"""Bytes that both sides share: a batch of stories (8 MB) read through takes some 30. Memory is
taken for what was ever sent, not for the room; what is longer goes through the pipe."""


class Parcels:
    """One end of a line between two processes that take turns: each sends, then waits.

    To be made before the one is forked off the other; the map is inherited.
    """

    def __init__(self, line: Connection, shared: mmap.mmap | None = None) -> None:
        self._line = line
        self._shared = mmap.mmap(-1, ROOM) if shared is None else shared

    def at(self, line: Connection) -> Self:
        """The other end."""
        return type(self)(line, self._shared)

    def send(self, what: object) -> None:
        """Send an object; what was received before must have been read."""
        self._line.send(self._packed(what))

    def receive(self) -> Any:  # noqa: ANN401 -- what the other side sent
        """The next object. EOFError when the other side is gone."""
        sent = self._line.recv()
        if isinstance(sent, bytes):
            return pickle.loads(sent)  # noqa: S301 -- of our own process
        with memoryview(self._shared) as shared, shared[:sent] as parcel:
            return pickle.loads(parcel)  # noqa: S301 -- of our own process

    def _packed(self, what: object) -> int | bytes:
        """How long it is in the shared memory, or all of it, if there is no room for it there."""
        self._shared.seek(0)
        try:
            pickle.Pickler(self._shared, pickle.HIGHEST_PROTOCOL).dump(what)
        except ValueError:  # of the map, at its end; another one is raised again here
            return pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
        return self._shared.tell()
