"""Keeps the memory of a scan below its limit: of mapped columns, and of what was freed."""

from __future__ import annotations

import mmap
import os
import threading
from collections.abc import Callable
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

SHARE = 0.6
"""Share of the limit from which memory is let go. The rest is for the processes of a crew (0.4 GB
of two), and for what is mapped until the next look: NumPy holds the interpreter lock while it
gathers a column, of a million stories up to 1.5 GB."""

LITTLE = 0.1
"""Where less than this share was freed and kept, memory is in use and the limit too low for it."""

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
        self._limit, self._release = SHARE * limit, release
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin to watch."""
        if _STATM.exists():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Watch no longer."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        rest, held = 0, 0
        with _STATM.open("rb", buffering=0) as statm:
            while not self._over.wait(NEAR if 2 * held > self._limit else EVERY):
                held = _resident(statm)
                if held <= self._limit:
                    continue
                self._release()
                rest -= 1
                if rest < 0 and (held := _resident(statm)) > self._limit:
                    trim()
                    rest = PAUSE if held - _resident(statm) < LITTLE * held else 0


def resident() -> int:
    """Bytes of memory this process has, mapped files included; 0 where the system does not tell."""
    try:
        with _STATM.open("rb", buffering=0) as statm:
            return _resident(statm)
    except OSError:
        return 0


def _resident(statm: FileIO) -> int:
    """The same, of the file held open: every look waits for the interpreter lock but once."""
    return int(os.pread(statm.fileno(), 100, 0).split()[1]) * mmap.PAGESIZE
