"""The local engine: a stage over many batches on the threads of this machine.

Kernels release the interpreter lock, so threads use all cores without copying text.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")


def cores(jobs: int) -> int:
    """Threads to use: ``jobs``, or every core this process may run on when it is 0."""
    return jobs or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (
        jobs or os.cpu_count() or 1
    )


class LocalEngine:
    """Runs a stage on up to ``jobs`` threads; results come in the order of the batches."""

    def __init__(self, jobs: int = 0) -> None:
        self.jobs = cores(jobs)

    def map(self, stage: Callable[[In], Out], batches: Iterable[In]) -> Iterator[Out]:
        """Results of ``stage`` for each batch, in order.

        At most ``jobs + 1`` batches are read ahead, which bounds the memory in flight.
        """
        if self.jobs == 1:
            yield from map(stage, batches)
            return
        waiting: deque[Future[Out]] = deque()
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                for batch in batches:
                    waiting.append(pool.submit(stage, batch))
                    if len(waiting) > self.jobs:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()
