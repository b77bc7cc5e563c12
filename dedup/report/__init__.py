"""Reports of what a run found: for people and for machines, by name.

``write("concise", tables, sys.stdout)``; the names are in :data:`FORMATS`.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Protocol, TextIO

from dedup.errors import ConfigError
from dedup.model import Tables
from dedup.report.look import Look
from dedup.report.redact import redacted
from dedup.report.summary import Tally, summary_line

__all__ = ["FORMATS", "Look", "Tally", "summary_line", "write"]


class Writer(Protocol):
    """Writes the findings of a run to a text stream, in one format."""

    def __call__(self, tables: Tables, stream: TextIO, look: Look) -> None:
        """Write them."""


FORMATS = {
    "full": "terminal",
    "concise": "terminal",
    "grouped": "grouped",
    "json": "objects",
    "json-lines": "objects",
    "csv": "rows",
    "markdown": "markdown",
    "sarif": "sarif",
    "gitlab": "gitlab",
    "github": "github",
    "junit": "junit",
}
"""Every format and the module that writes it, which is imported when it is asked for."""

EVERYTHING = ("json", "json-lines", "csv")
"""Formats that hold the findings a baseline knows too, told apart by their column ``new``."""

WITHOUT_STATISTICS = ("sarif", "gitlab", "github", "junit")
"""Formats that are lists of findings by their nature."""


def write(
    name: str,
    tables: Tables,
    stream: TextIO,
    *,
    color: bool = False,
    max_show: int | None = None,
    statistics: bool = False,
    root: str = "",
    fail_on: str = "",
    redact: bool = False,
) -> None:
    """Write a report; the same tables give the same bytes.

    ``max_show`` bounds the findings shown to people, never those given to machines.
    ``statistics`` writes counts per rule in place of the findings. ``root`` is the checkout from
    which services show paths, ``fail_on`` the mildest level that fails. ``redact`` leaves out all
    text of stories. Findings that a baseline knows are left out but for the formats that are
    tables (EVERYTHING). Whatever comes from the input is escaped. ConfigError if no format has
    this name, or it has no statistics.
    """
    if name not in FORMATS:
        raise ConfigError(f"no output format is called {name!r}: choose from {', '.join(FORMATS)}")
    if statistics and name in WITHOUT_STATISTICS:
        others = ", ".join(each for each in FORMATS if each not in WITHOUT_STATISTICS)
        raise ConfigError(f"{name} has no place for --statistics: choose from {others}")
    shown, known = selection(tables, redact=redact, everything=name in EVERYTHING)
    module = import_module(f"{__name__}.{FORMATS[name]}")
    writer: Writer = getattr(module, f"write_{name.replace('-', '_')}")
    writer(shown, stream, Look(color, max_show, statistics, root, fail_on, known))


def selection(tables: Tables, *, redact: bool, everything: bool = False) -> tuple[Tables, int]:
    """What a report may tell, and how many findings it leaves out because a baseline has them."""
    if redact:
        tables = redacted(tables)
    if everything or all(finding.new for finding in tables.findings):
        return tables, 0
    fresh = [finding for finding in tables.findings if finding.new]
    return replace(tables, findings=fresh), len(tables.findings) - len(fresh)
