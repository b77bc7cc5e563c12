"""Keeps the memory of a scan below its limit: of mapped columns, and of what was freed."""

from __future__ import annotations

import mmap
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from dedup.engines.allocator import trim

_STATM = Path("/proc/self/statm")

EVERY = 0.02
"""Seconds between two looks: a core reads 100 MB of a mapped file meanwhile."""

SHARE = 0.6
"""Share of the limit from which memory is let go. The rest is for the processes of a crew (0.4 GB
of two), and for what is mapped until the next look: NumPy holds the interpreter lock while it
gathers a column, of a million stories up to 1.5 GB."""

LITTLE = 0.1
"""Where less than this share could be let go of, memory is in use and the limit too low for it."""

PAUSE = 10
"""Looks that are left out then, so that the work is not held up by them."""


class Warden:
    """Looks at the memory this process has, and lets go of some when it nears the limit.

    What was freed is given back to the system, and ``release`` is called for what is mapped.
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
        while not self._over.wait(EVERY):
            before = resident()
            if before > self._limit:
                self._release()
                trim()
                if before - resident() < LITTLE * before:
                    self._over.wait(PAUSE * EVERY)


def resident() -> int:
    """Bytes of memory this process has, mapped files included; 0 where the system does not tell."""
    try:
        return int(_STATM.read_text("ascii").split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0
