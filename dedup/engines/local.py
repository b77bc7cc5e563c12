"""The local engine: a stage over many batches on the cores of this machine.

Kernels release the interpreter lock, so threads use all cores without copying text. Stages that are
Python go to a crew of processes, where there is one.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from dedup.engines.crew import Crew

In = TypeVar("In")
Out = TypeVar("Out")


def cores(jobs: int) -> int:
    """Threads to use: ``jobs``, or every core this process may run on when it is 0."""
    return jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (
        jobs or os.cpu_count() or 1
    )


class LocalEngine:
    """Runs a stage on up to ``jobs`` threads; results come in the order of the batches.

    ``between`` is called by each thread when it has done a batch.
    """

    def __init__(
        self, jobs: int = 0, crew: Crew | None = None,
        between: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        self.jobs = cores(jobs)
        self._crew, self._between = crew, between

    def map(self, stage: Callable[[In], Out], batches: Iterable[In]) -> Iterator[Out]:
        """Results of ``stage`` for each batch, in order.

        At most ``jobs + 1`` batches are read ahead, which bounds the memory in flight.
        """

        def work(batch: In) -> Out:
            done = stage(batch)
            self._between()
            return done

        if self.jobs == 1:
            yield from map(work, batches)
            return
        waiting: deque[Future[Out]] = deque()
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                for batch in batches:
                    waiting.append(pool.submit(work, batch))
                    if len(waiting) > self.jobs:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def apart(self, stage: Callable[[In], Out], batches: Iterable[In]) -> Iterator[Out]:
        """The same for a stage that is Python: in other processes, if the crew knows it.

        Batches and results are copied on the way; a thread waits for each process.
        """
        if self._crew is not None and self._crew.does(stage):
            return self.map(partial(self._crew.do, stage), batches)
        return self.map(stage, batches)
