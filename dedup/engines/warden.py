"""Keeps the memory of a scan below its limit: of mapped columns, and of what was freed."""

from __future__ import annotations

import mmap
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from dedup.engines.allocator import trim

_STATM = Path("/proc/self/statm")

EVERY, NEAR = 0.02, 0.005
"""Seconds between two looks, and from half of the limit on. A core that reads a mapped file from
end to end maps 5 GB a second, and up to 20 where it reads here and there, since the system maps
64 KB around every place."""

SHARE, ROOM, LEAST = 0.6, 1_300_000_000, 0.25
"""Share of the limit from which memory is let go, if that leaves so many bytes of room: for the
processes of a crew, and for what is mapped until the next look, which waits for the interpreter
lock that NumPy holds while it gathers a column (a million stories at 2 GB: up to 1.3 GB). Below the
least share all work would be mapping."""

STEP = 0.12
"""Share of the limit that may be mapped (0.15 GB of libraries are, too) though memory is over it:
where what is in use passes the limit alone, all work would be mapping again what the last look let
go of. Near paragraphs of five million stories at 4 GB took twice the processor time so."""

LITTLE = 0.1
"""Where less than this share can be given back, memory is in use and the limit too low for it."""

PAUSE = 40
"""Looks after which the C library is asked again then: it goes through all it has (10 ms)."""


class Warden:
    """Looks at the memory this process has, and lets go of some when it nears the limit.

    ``release`` is called for what is mapped, and what was freed is given back to the system.
    Pages of mapped columns count as memory of the process until somebody wants them elsewhere,
    which on an idle machine is never: a scan would seem to take all of its text. Where the system
    does not tell (it does on Linux), nothing is done.
    """

    def __init__(self, limit: int, release: Callable[[], None]) -> None:
        self._limit = max(min(SHARE * limit, limit - ROOM), LEAST * limit)
        self._step = STEP * limit
        self._release = release
        self._statm: FileIO | None = None
        self._last = 0
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin to watch."""
        if _STATM.exists():
            self._statm = _STATM.open("rb", buffering=0)
            self.look()  # so that the watch knows how near the limit it begins
            self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Watch no longer."""
        self._end()
        if self._statm is not None:
            self._statm.close()
            self._statm = None

    @contextmanager
    def resting(self) -> Iterator[None]:
        """For the length of a block there is no thread that watches: a process may be forked.

        What is mapped is let go of before.
        """
        self._end()
        self._release()
        try:
            yield
        finally:
            if self._statm is not None:
                self._begin()

    def _begin(self) -> None:
        self._over.clear()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _end(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def look(self) -> bool:
        """Let go of what is mapped if there is too much memory; whether there still is.

        Called by threads between two pieces of work too: the watch waits for the interpreter lock.
        """
        if self._statm is None:
            return False
        held, mapped = self._held(self._statm)
        if held > self._limit and mapped > self._step:
            self._release()
            held, _ = self._held(self._statm)
        return held > self._limit

    def _held(self, statm: FileIO) -> tuple[int, int]:
        held, mapped = _resident(statm)
        self._last = held
        return held, mapped

    def _watch(self) -> None:
        rest = PAUSE  # a process that lives for a piece of work has nothing worth it
        while not self._over.wait(NEAR if 2 * self._last > self._limit else EVERY):
            rest -= 1
            if self.look() and rest < 0:
                held = self._last
                trim()
                rest = PAUSE if held - resident() < LITTLE * held else 0


def resident() -> int:
    """Bytes of memory this process has, mapped files included; 0 where the system does not tell."""
    try:
        with _STATM.open("rb", buffering=0) as statm:
            return _resident(statm)[0]
    except OSError:
        return 0


def _resident(statm: FileIO) -> tuple[int, int]:
    """The same, and what of it is mapped files, of the file held open.

    Every look waits for the interpreter lock but once.
    """
    _, held, mapped, *_ = os.pread(statm.fileno(), 100, 0).split()
    return int(held) * mmap.PAGESIZE, int(mapped) * mmap.PAGESIZE
