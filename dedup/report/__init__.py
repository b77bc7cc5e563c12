"""Reports of what a run found: for people and for machines, by name.

``write("concise", tables, sys.stdout)``; the names are in :data:`FORMATS`.
"""

from __future__ import annotations

from typing import Protocol, TextIO

from dedup.errors import ConfigError
from dedup.model import Tables
from dedup.report.objects import write_json, write_json_lines
from dedup.report.summary import summary_line
from dedup.report.terminal import write_concise, write_full

__all__ = ["FORMATS", "summary_line", "write"]


class Writer(Protocol):
    """Writes the findings of a run to a text stream, in one format."""

    def __call__(
        self,
        tables: Tables,
        stream: TextIO,
        *,
        color: bool,
        max_show: int | None,
        with_statistics: bool,
    ) -> None:
        """Write them."""


FORMATS: dict[str, Writer] = {
    "full": write_full,
    "concise": write_concise,
    "json": write_json,
    "json-lines": write_json_lines,
}


def write(
    name: str,
    tables: Tables,
    stream: TextIO,
    *,
    color: bool = False,
    max_show: int | None = None,
    statistics: bool = False,
) -> None:
    """Write a report, in the order of the tables; the same tables give the same bytes.

    ``max_show`` bounds the findings shown to people, never those given to machines.
    ``statistics`` writes counts per rule in place of the findings. Whatever comes from the input
    is escaped. ConfigError if no format has this name.
    """
    writer = FORMATS.get(name)
    if writer is None:
        raise ConfigError(f"no output format is called {name!r}: choose from {', '.join(FORMATS)}")
    writer(tables, stream, color=color, max_show=max_show, with_statistics=statistics)
