"""``dedup stats``: counts and shares by outlet, by rule, by day."""

from __future__ import annotations

import time
from typing import Annotated, Literal

import typer

from dedup.cli import exits
from dedup.cli.options import (
    DETECTION,
    GENERAL,
    INPUT,
    PROGRESS,
    RULES,
    Flags,
    Paths,
    Run,
    command,
)
from dedup.errors import ConfigError

EXAMPLES = """
dedup stats feeds/                              by rule and by outlet
dedup stats --run run/ --by day                 of an earlier scan, day by day
dedup stats --run run/ --by outlet --select DUP --output-format json
"""


def stats(
    flags: Flags,
    paths: Paths = None,
    run: Run = None,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="rule|outlet|day", rich_help_panel="Report",
                     help="What to count by (repeatable); rule and outlet unless said."),
    ] = None,
    output_format: Annotated[
        Literal["text", "json"],
        typer.Option("--output-format", help="How to report.", rich_help_panel="Report"),
    ] = "text",
    output_file: Annotated[
        str | None,
        typer.Option("-o", "--output-file", metavar="FILE", rich_help_panel="Report",
                     help="Write the report there, not to standard output."),
    ] = None,
    max_show: Annotated[
        int | None,
        typer.Option("--max-show", metavar="N", min=0, rich_help_panel="Report",
                     help="Rows of each table shown to people; machines get all."),
    ] = None,
) -> int:
    """Count what was found: by rule, by outlet, by day.

    Duplicates are stories that another stands for; furniture and repeated are shares of the words.
    Days are those of publication, in UTC. The exit code is 0 whatever was found.
    """
    from dedup import stats as counts
    from dedup.cli import gather
    from dedup.cli.reports import report_stream
    from dedup.report.stats import BY, WRITERS

    unknown = [each for each in by or () if each not in BY]
    if unknown:
        raise ConfigError(f"--by {unknown[0]}: choose from {', '.join(BY)}")
    began = time.perf_counter()
    loaded = gather.load_settings(flags)
    if output_file:
        gather.refuse_overwriting(output_file, loaded, paths, run)
    tables = gather.tables(flags, loaded, paths, run)
    wanted = [each for each in BY if each in (by or ("rule", "outlet"))]
    with report_stream(output_file) as stream:
        WRITERS[output_format](counts.stats(tables), wanted, stream, max_show)
    gather.summarise(flags, tables, time.perf_counter() - began)
    return exits.Code.PASSED


COMMANDS = {
    "stats": command(stats, INPUT, DETECTION, RULES, PROGRESS, GENERAL, examples=EXAMPLES)
}
