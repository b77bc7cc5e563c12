"""A line of progress on standard error, drawn only when somebody watches and has to wait."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_PATIENCE = 1.0
"""Seconds before the first drawing: shorter work stays silent, and rich is not imported."""


class ProgressLine:
    """Callable as ``progress(stage, count)``; ``count`` is the stories done since the last call."""

    def __init__(self, when: str) -> None:
        self._wanted = when == "always" or (when == "auto" and sys.stderr.isatty())
        self._from = time.monotonic() + (0.0 if when == "always" else _PATIENCE)
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._stage, self._done = "", 0

    def __call__(self, stage: str, count: int) -> None:
        """Take note of a stage's progress."""
        if stage != self._stage:
            if self._progress is not None and self._task is not None:
                self._progress.remove_task(self._task)
            self._stage, self._done, self._task = stage, 0, None
        self._done += count
        if not self._wanted or time.monotonic() < self._from:
            return
        if self._progress is None:
            self._progress = _started()
        if self._task is None:
            self._task = self._progress.add_task(stage, total=None)
        shown = f"{stage}: {self._done:,} stories" if self._done else stage
        self._progress.update(self._task, description=shown)

    def __enter__(self) -> Self:
        """Begin; nothing is drawn yet."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the line away again."""
        if self._progress is not None:
            self._progress.stop()


def _started() -> Progress:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    progress.start()
    return progress
