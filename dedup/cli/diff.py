"""``dedup diff``: what is new, gone and changed between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from dedup.cli import exits
from dedup.cli.gate_options import ExitZero
from dedup.cli.options import GENERAL, RULES, Flags, command

EXAMPLES = """
dedup diff before/ after/                              findings, pairs and clusters
dedup diff before/ after/ --select DUP --max-show 50
dedup diff before/ after/ --output-format json -o difference.json
dedup diff before/ after/ --fail-on error              1 only if new errors came
"""


def diff(
    flags: Flags,
    before: Annotated[str, typer.Argument(metavar="RUN_A", help="The earlier `dedup scan`.")],
    after: Annotated[str, typer.Argument(metavar="RUN_B", help="The later one.")],
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
        int,
        typer.Option("--max-show", metavar="N", min=0, rich_help_panel="Report",
                     help="Lines of each kind shown to people; machines get all."),
    ] = 20,
    fail_on: Annotated[
        Literal["any", "error", "warning", "note"],
        typer.Option("--fail-on", rich_help_panel="Gate",
                     help="What makes the exit code 1: any difference, or added findings at or "
                     "above a level."),
    ] = "any",
    exit_zero: ExitZero = False,
) -> int:
    """Show what is new, gone and changed between two runs.

    Findings are matched by rule and words, so that moving and renaming change nothing; pairs and
    clusters by the ids of their stories. Exit code 0: no difference. 1: one that --fail-on asks
    for. 2: the runs cannot be compared.
    """
    from dedup import api
    from dedup.cli import gather
    from dedup.cli.reports import report_stream
    from dedup.gate import difference
    from dedup.report.difference import WRITERS
    from dedup.rules import at_least

    loaded = gather.load_settings(flags)
    for run in (before, after):
        if output_file:
            gather.refuse_overwriting(output_file, loaded, None, run)
    given = gather.given(loaded)
    runs = (api.stored(Path(run), loaded.settings, given=given) for run in (before, after))
    found = difference(*runs)
    with report_stream(output_file) as stream:
        WRITERS[output_format](found, stream, max_show)
    added = found.findings.added
    failed = bool(found) if fail_on == "any" else any(at_least(f.level, fail_on) for f in added)
    return exits.Code.FINDINGS if failed and not exit_zero else exits.Code.PASSED


COMMANDS = {"diff": command(diff, RULES, GENERAL, examples=EXAMPLES)}
