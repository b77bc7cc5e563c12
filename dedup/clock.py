"""How long each stage of a run takes; kept in the manifest, never in a table."""

from __future__ import annotations

import time
from typing import Any

STAGES = {
    "set up": "settings, tables and kernels loaded, processes begun",
    "read": "stories read, cut into paragraphs and fingerprinted",
    "learn": "boilerplate learned from what outlets repeat",
    "nominate": "pairs of stories nominated by bands, samples and shared paragraphs",
    "practice": "wire practice read of stories that were nominated",
    "measure": "pairs measured",
    "relate": "facts compared, relations named",
    "settle": "versions ordered, clusters and keepers chosen",
    "share": "paragraphs found that stand in several stories",
    "write": "rows of the tables made, and written",
}
"""Every stage of a run, in order, and what is done in it."""


class Clock:
    """Counts the seconds of one stage after the other."""

    def __init__(self) -> None:
        self._seconds = dict.fromkeys(STAGES, 0.0)
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        """What was done since the last time was this stage."""
        now = time.perf_counter()
        self._seconds[stage] += now - self._last
        self._last = now

    def stages(self, text_bytes: int) -> list[dict[str, Any]]:
        """Of each stage its seconds, megabytes of text a second, and share of all the time."""
        total = sum(self._seconds.values()) or 1.0
        return [
            {
                "stage": stage,
                "seconds": round(seconds, 3),
                "megabytes_a_second": round(text_bytes / 1e6 / seconds, 1) if seconds else None,
                "share": round(seconds / total, 4),
            }
            for stage, seconds in self._seconds.items()
        ]
