"""The garbage collector, kept out of work that makes rows by the hundred thousand."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """No collection of cycles inside: rows, plans and findings all stay, and none makes a cycle.

    Each full collection would walk all of them again and again: a quarter of the time of a large
    run, a third of a large clean, half of reading a run back.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
