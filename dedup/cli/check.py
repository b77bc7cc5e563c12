"""``dedup check``: find, report, and set the exit code."""

from __future__ import annotations

import time
from typing import Annotated, Literal

import typer

from dedup.cli import exits
from dedup.cli.gate_options import (
    Against,
    BaselineFromRef,
    ExitZero,
    Focus,
    PruneBaseline,
    WriteBaseline,
)
from dedup.cli.options import (
    DETECTION,
    GATE,
    GENERAL,
    INPUT,
    PROGRESS,
    RULES,
    Flags,
    Paths,
    Run,
    command,
)

EXAMPLES = """
dedup check feeds/                                     the verdict is the exit code: 0 or 1
dedup check feeds/ --fail-on warning --ignore BLP305   stricter, but for rights notices
dedup check feeds/ --statistics                        counts per rule
dedup check dump.jsonl.gz --text-field body            a field of another name
zcat dump.gz | dedup check - --input-format jsonl      from standard input
dedup check --run run/ --threshold 0.8                 an earlier scan, held to more
dedup check feeds/ --write-baseline                    accept what is there ...
dedup check feeds/ --baseline .dedup-baseline.jsonl    ... and fail on what is new only
dedup check feeds/ --baseline-from-ref origin/main     the same without a file
dedup check feeds/ --against archive/                  what of it is in the archive already?
dedup check feeds/ --output-format json-lines -o findings.jsonl
dedup check feeds/ --output-format github --report sarif=dedup.sarif     for a GitHub workflow
"""

NEEDED = ("stories", "clusters", "findings")
"""Tables that reports and the gate look at; a quarter of the memory would go to the others."""


def check(
    flags: Flags,
    paths: Paths = None,
    run: Run = None,
    against: Against = None,
    output_format: Annotated[
        Literal[
            "full", "concise", "grouped", "json", "json-lines", "csv", "markdown", "sarif",
            "gitlab", "github", "junit",
        ],
        typer.Option("--output-format", help="How to report.", rich_help_panel="Report"),
    ] = "full",
    output_file: Annotated[
        str | None,
        typer.Option("-o", "--output-file", metavar="FILE", rich_help_panel="Report",
                     help="Write the report there, not to standard output."),
    ] = None,
    report: Annotated[
        list[str] | None,
        typer.Option("--report", metavar="FORMAT=FILE", rich_help_panel="Report",
                     help="Write a report in this format to this file too (repeatable)."),
    ] = None,
    redact: Annotated[
        bool,
        typer.Option("--redact", help="No text of stories in any report.",
                     rich_help_panel="Report"),
    ] = False,
    statistics: Annotated[
        bool,
        typer.Option("--statistics", help="Counts per rule in place of the findings.",
                     rich_help_panel="Report"),
    ] = False,
    max_show: Annotated[
        int | None,
        typer.Option("--max-show", metavar="N", min=0, rich_help_panel="Report",
                     help="Show the first N findings to people; machines get all."),
    ] = None,
    write_baseline: WriteBaseline = False,
    prune_baseline: PruneBaseline = False,
    baseline_from_ref: BaselineFromRef = None,
    focus: Focus = None,
    exit_zero: ExitZero = False,
) -> int:
    """Find what repeats and report it; the exit code is the verdict.

    Writes no corpus. Exit code 0: nothing new at or above --fail-on, or no more than the limits of
    the gate allow. 1: findings. 2: the job could not be done. 130: interrupted.
    """
    from dedup.api.settle import verdict
    from dedup.cli import gather
    from dedup.cli.accepted import Accepted
    from dedup.cli.reports import Reports

    began = time.perf_counter()
    loaded = gather.load_settings(flags)
    reports = Reports(output_format, output_file, report or (), statistics, max_show, redact)
    for path in reports.paths:
        gather.refuse_overwriting(path, loaded, paths, run)
    accepted = Accepted(
        flags, loaded, paths, against, write_baseline, prune_baseline, baseline_from_ref, focus
    )
    accepted.check()
    tables = gather.tables(flags, loaded, paths, run, against=against, needed=NEEDED)
    tables = gather.focused(accepted.apply(tables, gather.input_options(loaded)), focus)
    judged = verdict(tables, loaded.settings)
    code = exits.Code.PASSED if judged.passed or exit_zero else exits.Code.FINDINGS
    try:
        reports.write(flags, tables, loaded.settings.fail_on)
    except BrokenPipeError:
        # The reader had enough; what was found is still what was found.
        return code
    gather.summarise(flags, tables, time.perf_counter() - began)
    gather.tell_verdict(flags, loaded, judged, baseline_from_ref)
    return code


COMMANDS = {
    "check": command(
        check, INPUT, DETECTION, RULES, GATE, PROGRESS, GENERAL, examples=EXAMPLES
    )
}
