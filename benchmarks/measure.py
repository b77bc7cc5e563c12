"""Time and memory of a command and every process it starts. Linux only: it reads ``/proc``."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

EVERY = 0.05
"""Seconds between two looks at the memory."""

LOOK_FOR_NEW = 4
"""Looks after which new processes are searched for among all of the machine."""

_TICK = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


class Usage(NamedTuple):
    """What a command took: seconds of wall clock and of all processors, and bytes of memory.

    ``memory`` is the largest sum of proportional set sizes over the process tree: pages that
    processes share count once, files that are mapped count as far as they are in memory.
    ``anonymous`` is the largest sum of what is not backed by a file, ``largest`` the greatest
    resident set any single process ever had, by its own count (``VmHWM``; ``ru_maxrss`` would
    begin with the size of this process, of which every command is a fork). ``failure`` says what
    went wrong, or nothing.
    """

    wall: float
    cpu: float
    memory: int
    anonymous: int
    largest: int
    failure: str


@dataclass(slots=True)
class _Tree:
    """The processes of a session, and the most memory that was seen in them."""

    session: int
    pids: set[int] = field(default_factory=set)
    ticks: dict[int, int] = field(default_factory=dict)
    memory: int = 0
    anonymous: int = 0
    largest: int = 0
    _looks: int = 0
    _resident: float = 0
    _looked: float = 0

    def look(self) -> None:
        """Look at all processes once.

        The proportional size costs the kernel a walk over all pages, so it is asked for when the
        resident size, which costs nothing, has grown by a fiftieth, and every second.
        """
        if self._looks % LOOK_FOR_NEW == 0:
            self.pids |= {pid for pid in _all() if _stat(pid)[:1] == (self.session,)}
        self._looks += 1
        resident = 0
        for pid in sorted(self.pids):
            with contextlib.suppress(OSError):
                resident += _PAGE * int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
            if stat := _stat(pid):
                self.ticks[pid] = stat[1]
        now = time.perf_counter()
        if resident > 1.02 * self._resident or now - self._looked > 1:
            self._resident, self._looked = max(self._resident, resident), now
            sizes = [_rollup(pid) for pid in sorted(self.pids)]
            self.memory = max(self.memory, sum(size for size, _ in sizes))
            self.anonymous = max(self.anonymous, sum(size for _, size in sizes))
            self.largest = max(self.largest, 0, *map(_high_water, self.pids))

    @property
    def cpu(self) -> float:
        """Seconds of processor time that were seen, of processes nobody waited for as well."""
        return sum(self.ticks.values()) / _TICK


def _all() -> Iterator[int]:
    return (int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit())


def _stat(pid: int) -> tuple[int, int] | tuple[()]:
    """Session, and processor ticks of a process and its threads; nothing when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return ()
    return int(fields[3]), int(fields[11]) + int(fields[12])


def _rollup(pid: int) -> tuple[int, int]:
    """Proportional set size of a process in bytes, and its anonymous part with shared memory."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()[1:]
    except OSError:
        return 0, 0
    cells = (line.partition(":") for line in lines)
    sizes = {name: 1024 * int(rest.split()[0]) for name, _, rest in cells}
    return sizes.get("Pss", 0), sizes.get("Pss_Anon", 0) + sizes.get("Pss_Shmem", 0)


def _high_water(pid: int) -> int:
    """The largest resident set that a process has had so far, in bytes."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("utf-8", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    return 0


def measure(
    command: Sequence[str], log: Path, timeout: float, *, cwd: Path,
    environment: Mapping[str, str],
) -> Usage:  # fmt: skip
    """Run a command to its end, or to its end by force after ``timeout`` seconds.

    What it says goes to ``log``, whose last line is the failure when there is one.
    """
    begun = time.perf_counter()
    with log.open("wb") as out:
        child = subprocess.Popen(
            command, cwd=cwd, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    tree = _Tree(child.pid)
    late = False
    try:
        while True:
            tree.look()
            done, status, used = os.wait4(child.pid, os.WNOHANG)
            if done:
                break
            if not late and time.perf_counter() - begun > timeout:
                late = True
                os.killpg(child.pid, signal.SIGKILL)
            time.sleep(EVERY)
    finally:
        # Whatever it left behind, and itself when this process was interrupted.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    cpu = max(used.ru_utime + used.ru_stime, tree.cpu)
    failure = f"no end in {timeout:g} s" if late else _failure(child.returncode, log)
    return Usage(wall, cpu, tree.memory, tree.anonymous, tree.largest, failure)


def _failure(code: int, log: Path) -> str:
    if code == 0:
        return ""
    said = log.read_text("utf-8", "replace").strip().splitlines()
    return f"exit {code}: {said[-1][:200] if said else 'it said nothing'}"
