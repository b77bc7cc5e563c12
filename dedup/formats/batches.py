"""Stories into columns, a batch at a time, across inputs."""

from __future__ import annotations

from itertools import accumulate

from dedup.model import Problem, Story, StoryBatch

FIRST_BYTES = 1 << 19
"""Text in the first batch; each one after it may hold twice as much, up to the size asked for. So a
feed of a megabyte is shared out among the cores, and a corpus is not cut into thousands."""


class BatchBuilder:
    """Fills one :class:`StoryBatch` after another.

    ``batch`` and ``chunks`` (the texts in UTF-8) may be appended to directly, one entry in each
    column a story; ``offsets`` and ``text`` are made when the batch is taken. ``room`` is how many
    stories may still come, over all batches.
    """

    def __init__(self, batch_bytes: int, limit: int | None = None) -> None:
        self.batch_bytes = min(batch_bytes, FIRST_BYTES)
        self._most_bytes = batch_bytes
        self.batch = StoryBatch()
        self.chunks: list[bytes] = []
        self.size = 0
        self._taken = 0
        self._limit = limit

    @property
    def room(self) -> int:
        """How many more stories may come: any number, unless there is a limit."""
        if self._limit is None:
            return 1 << 62
        return self._limit - self._taken - len(self.chunks)

    @property
    def filled(self) -> int:
        """Stories and problems in the batch so far."""
        return len(self.chunks) + len(self.batch.problems)

    @property
    def is_full(self) -> bool:
        """Whether it is time to take the batch: by bytes of text, or by number of problems."""
        return self.size >= self.batch_bytes or len(self.batch.problems) >= 100_000

    def add(self, story: Story) -> None:
        """One more story."""
        chunk = self.batch.enter(story)
        self.chunks.append(chunk)
        self.size += len(chunk)

    def add_problems(self, problems: tuple[Problem, ...]) -> None:
        """What could not be read as it should be."""
        self.batch.problems.extend(problems)

    def take(self) -> StoryBatch:
        """The batch so far; the next one begins empty."""
        batch = self.batch
        batch.text = b"".join(self.chunks)
        batch.offsets = [0, *accumulate(map(len, self.chunks))]
        self._taken += len(self.chunks)
        self.batch, self.chunks, self.size = StoryBatch(), [], 0
        self.batch_bytes = min(self._most_bytes, 2 * self.batch_bytes)
        return batch
