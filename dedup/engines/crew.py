"""A crew: processes beside this one, for work that is Python and would share one core.

Kernels let go of the interpreter lock, so threads are enough for them. Stories are read by
processes that were forked off when the run began, so they hold its tables already and only texts
and what was found travel. What is read of the corpus later (wire practice, facts, numbers, rows of
the tables) is shared out to processes forked off then: they hold the corpus, and only numbers of
stories and what was found travel.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from queue import SimpleQueue
from typing import Any, TypeVar

from dedup.engines.local import LocalEngine
from dedup.engines.parcel import Parcels
from dedup.errors import DedupError

Work = Callable[[Any], Any]
Given = TypeVar("Given")
Done = TypeVar("Done")

AVAILABLE = sys.platform == "linux"
"""Whether a process may be forked: on macOS system libraries forbid it, Windows knows it not."""


class Crew:
    """``size`` processes that know the given works, and do one piece at a time each.

    To be made by a process that runs no threads of its own: a fork copies but the one that asks.
    """

    def __init__(self, works: Sequence[Work], size: int) -> None:
        self._works = tuple(works)
        self._number = {id(work): number for number, work in enumerate(self._works)}
        self._idle: SimpleQueue[Parcels] = SimpleQueue()
        self._processes: list[ForkProcess] = []
        forks = multiprocessing.get_context("fork")
        ours: list[Connection] = []
        for _ in range(size):
            here, there = forks.Pipe()
            ours.append(here)
            parcels = Parcels(here)
            told = (parcels.at(there), works, tuple(ours), os.getpid())
            process = forks.Process(target=_serve, args=told, daemon=True)
            process.start()
            there.close()
            self._processes.append(process)
            self._idle.put(parcels)

    def does(self, work: Work) -> bool:
        """Whether the crew knows this work."""
        return id(work) in self._number

    def do(self, work: Work, given: object) -> Any:  # noqa: ANN401 -- what the work gives
        """One piece of work, done by whoever is idle; waits for it. Safe to call from threads.

        Raises what the work raises, and DedupError when the process is gone.
        """
        parcels = self._idle.get()
        try:
            parcels.send((self._number[id(work)], given))
            done, result = parcels.receive()
        except (EOFError, OSError) as error:
            raise DedupError(
                "a process of this run ended before its work was done, most likely for lack of "
                "memory: run with --jobs 1, or on fewer stories at once"
            ) from error
        finally:
            self._idle.put(parcels)
        if not done:
            raise result
        return result

    def dismiss(self) -> None:
        """End the processes; they hold nothing that could be lost."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()


@contextmanager
def hired(works: Sequence[Work], size: int) -> Iterator[Crew]:
    """A crew for the length of a block."""
    crew = Crew(works, size)
    try:
        yield crew
    finally:
        crew.dismiss()


def shared_out(
    work: Callable[[Given], Done], pieces: Sequence[Given], size: int
) -> Iterator[Done]:
    """What ``work`` makes of each piece, in order, done by ``size`` processes forked off now.

    They hold everything that is there already; only pieces and what was made travel. Where there
    is nothing to share, or no process may be forked, it is done here.
    """
    if size < 2 or len(pieces) < 2 or not AVAILABLE:
        yield from map(work, pieces)
        return
    size = min(size, len(pieces))
    with hired((work,), size) as crew:
        yield from LocalEngine(size, crew).apart(work, pieces)


def _serve(
    parcels: Parcels, works: Sequence[Work], others: Sequence[Connection], first: int
) -> None:
    """Do what is asked for until the other side hangs up; ``first`` is the process there."""
    _end_with(first)
    # An interrupt reaches the whole group of processes; the first one answers it for all.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Ends that were inherited would keep the line open when the first process is gone.
    for other in others:
        other.close()
    while True:
        try:
            number, given = parcels.receive()
            parcels.send(_answer(works[number], given))
        except (EOFError, OSError):
            return


def _end_with(first: int) -> None:
    """Let the system end this process as soon as the first one is gone, killed or not.

    It would otherwise finish its piece of work, and hold files until then that a scan which goes
    on with the work of the first one wants for itself.
    """
    with suppress(OSError, AttributeError):  # a system library that does not know the call
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != first:
        os._exit(1)


_PR_SET_PDEATHSIG = 1
"""Of Linux, in sys/prctl.h."""


def _answer(work: Work, given: object) -> tuple[bool, Any]:
    try:
        return True, work(given)
    except Exception as error:  # raised again where the work was asked for
        return False, error
