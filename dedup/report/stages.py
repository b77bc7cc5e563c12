"""Where the time of a run went, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any


def stage_lines(
    stages: Sequence[Mapping[str, Any]], meanings: Mapping[str, str]
) -> Iterator[str]:
    """A line for each stage that took any time, under a line of headings.

    ``stages`` are those of a manifest; ``meanings`` says what is done in each.
    """
    yield f"{'stage':<9}{'seconds':>9}{'MB/s':>9}{'share':>7}"
    for row in stages:
        if row["seconds"]:
            speed = row["megabytes_a_second"]
            yield (
                f"{row['stage']:<9}{row['seconds']:>9.2f}{speed:>9.1f}{row['share']:>7.0%}  "
                f"{meanings.get(row['stage'], '')}"
            )
    yield f"{'all':<9}{sum(row['seconds'] for row in stages):>9.2f}"
