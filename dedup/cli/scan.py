"""``dedup scan``: compute once, keep every table."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Literal

import typer

from dedup.cli import exits
from dedup.cli.options import DETECTION, GENERAL, INPUT, PROGRESS, RULES, Flags, Paths, command
from dedup.errors import ConfigError

EXAMPLES = """
dedup scan corpus.jsonl -o run/                    compute once ...
dedup check --run run/ --threshold 0.8             ... judge,
dedup explain ap-4711 rt-0815 --run run/           ... ask,
dedup clean corpus.jsonl --run run/ -o cleaned/    ... and clean, without computing again
dedup scan corpus/ -o run/ --table-format parquet -j 8
"""


def scan(
    flags: Flags,
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="RUN", rich_help_panel="Output",
                     help="Folder for the tables; a run that is there is replaced."),
    ],
    paths: Paths = None,
    table_format: Annotated[
        Literal["jsonl", "parquet"],
        typer.Option("--table-format", rich_help_panel="Output", help="Format of the tables."),
    ] = "jsonl",
    resume: Annotated[
        bool,
        typer.Option("--resume", rich_help_panel="Output",
                     help="Go on with a scan for RUN that was interrupted or killed."),
    ] = False,
) -> int:
    """Compute once and keep every table in a run folder.

    The folder holds manifest.json and the tables stories, paragraphs, pairs, clusters, findings
    and templates. `check`, `clean` and `explain` take it with --run. The exit code is 0 whatever
    was found; `dedup check --run RUN` gives the verdict.
    """
    from dedup.cli import gather

    if not paths:
        raise ConfigError("name the PATHS to scan; `-` reads standard input (with --input-format)")
    began = time.perf_counter()
    loaded = gather.load_settings(flags)
    gather.refuse_input_as_output(output, paths, gather.input_options(loaded))
    gather.require_run_folder(output)
    done = gather.recorded(
        flags, loaded, paths, Path(output), gather.input_options(loaded),
        table_format=table_format, resume=resume,
    )  # fmt: skip
    gather.tell_summary(flags, done.manifest, done.tally, time.perf_counter() - began)
    if not flags.quiet:
        exits.say(f"wrote {output}; next: dedup check --run {output}")
    return exits.Code.PASSED


COMMANDS = {"scan": command(scan, INPUT, DETECTION, RULES, PROGRESS, GENERAL, examples=EXAMPLES)}
