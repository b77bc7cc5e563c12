"""``dedup clean`` and ``dedup restore``: the corpus without what repeats, and the way back."""

from __future__ import annotations

import shutil
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from dedup.cli import exits
from dedup.cli.options import (
    DETECTION,
    FIXES,
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

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dedup.clean import CleanReport, Plan
    from dedup.cli.configuration import Loaded
    from dedup.formats import InputFile, InputOptions
    from dedup.model import Tables

CLEAN_EXAMPLES = """
dedup clean feeds/ -o cleaned/ --dry-run           what would be done, in numbers
dedup clean feeds/ -o cleaned/ --diff              ... and paragraph by paragraph
dedup clean feeds/ -o cleaned/                     safe fixes
dedup clean feeds/ -o cleaned/ --unsafe --select DUP
dedup clean dump.jsonl.gz -o cleaned.jsonl.gz      one file to one file
zcat dump.gz | dedup clean - --input-format jsonl -o cleaned.jsonl
dedup clean corpus.jsonl --run run/ -o cleaned/    with the findings of an earlier scan
dedup restore cleaned/ --decisions cleaned/decisions.jsonl -o original/
"""

RESTORE_EXAMPLES = """
dedup restore cleaned/ --decisions cleaned/decisions.jsonl -o original/
dedup restore cleaned/ -o original/                             the log is found in cleaned/
dedup restore cleaned.jsonl -o original.jsonl                   one file
"""

_HELD_SHOWN = 5


def clean(
    flags: Flags,
    paths: Paths = None,
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="OUT", rich_help_panel="Output",
                     help="A new folder; for one input also a new file of its format."),
    ] = None,
    removed: Annotated[
        str | None,
        typer.Option("--removed", metavar="FILE", rich_help_panel="Output",
                     help="Everything that was taken out.  [default: OUT/removed.jsonl]"),
    ] = None,
    decisions: Annotated[
        str | None,
        typer.Option("--decisions", metavar="FILE", rich_help_panel="Output",
                     help="What `restore` needs.  [default: OUT/decisions.jsonl]"),
    ] = None,
    unsafe: Annotated[
        bool,
        typer.Option("--unsafe", rich_help_panel="Fixes",
                     help="Apply unsafe fixes too; `dedup rule` says which are."),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", rich_help_panel="Fixes",
                     help="Write nothing; say what would be done."),
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", rich_help_panel="Fixes",
                     help="Write nothing; show what would be taken out of each story."),
    ] = False,
    run: Run = None,
) -> int:
    """Write the corpus without what repeats, and a log that can undo it.

    The input is never touched. Safe fixes only, unless --unsafe. OUT gets the cleaned files under
    their names, removed.jsonl and decisions.jsonl; what goes in is kept or listed, and the program
    checks that sum. Nothing is written when more of the words would go than --max-loss allows. The
    exit code is 0 when OUT was written.
    """
    from dedup.clean import NEEDED, Budget, apply, loss_table, losses
    from dedup.clean.places import places
    from dedup.cli import gather
    from dedup.cli.progress import ProgressLine
    from dedup.formats import find_inputs

    if output is None and not (dry_run or diff):
        raise ConfigError("name a place for the cleaned corpus with -o OUT, or try --dry-run")
    began = time.perf_counter()
    loaded = gather.load_settings(flags)
    options = gather.input_options(loaded)
    out, gone, log = (Path(name) if name else None for name in (output, removed, decisions))
    with _stdin_kept(paths, options) as options:
        if paths and out:
            # Said now rather than after the work; `apply` asks again.
            places(find_inputs(paths, options), out, gone, log)
        tables = gather.sifted(flags, loaded, None if run else paths, run, NEEDED, options)
        inputs = find_inputs(paths or _paths_of(tables), options)
        planned = _planned(tables, loaded, unsafe)
        if diff:
            return _show_diff(flags, inputs, options, planned)
        lost = losses(tables, planned, Budget(**loaded.settings.loss_budget))
        if dry_run:
            sys.stdout.writelines(loss_table(lost))
            sys.stdout.flush()
        lost.check()
        with ProgressLine(flags.progress) as progress:
            report = apply(
                inputs, options, planned, out, removed=gone, decisions=log, dry_run=dry_run,
                progress=progress, losses=lost,
            )
    _tell(flags, report, time.perf_counter() - began)
    return exits.Code.PASSED


def restore(
    flags: Flags,
    cleaned: Annotated[
        str, typer.Argument(metavar="OUT", help="What `dedup clean` wrote.", show_default=False)
    ],
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="DIR", rich_help_panel="Output",
                     help="A new folder (or file) for the original."),
    ],
    decisions: Annotated[
        str | None,
        typer.Option("--decisions", metavar="FILE", rich_help_panel="Output",
                     help="The log of that clean.  [default: OUT/decisions.jsonl]"),
    ] = None,
) -> int:
    """Undo a clean, byte for byte.

    Sizes and hashes are checked before and after; a cleaned file that was changed since is refused.
    """
    from dedup.clean import restore as put_back
    from dedup.report.summary import grouped

    report = put_back(Path(cleaned), Path(decisions) if decisions else None, Path(output))
    if not flags.quiet:
        exits.note(
            f"restored {grouped(report.files)} files · {grouped(report.edits)} deletions undone · "
            f"{grouped(report.bytes)} bytes"
        )
        if report.tables:
            exits.say(f"note: {report.tables} Parquet files come back as equal tables, "
                      "not with the same bytes")
    return exits.Code.PASSED


@contextmanager
def _stdin_kept(paths: list[str] | None, options: InputOptions) -> Iterator[InputOptions]:
    """Options under which standard input, if it is among the paths, can be read twice.

    It is read to find what repeats and again to clean, so it is put into a temporary file.
    """
    if "-" not in (paths or []):
        yield options
        return
    with TemporaryDirectory(prefix="dedup-") as folder:
        kept = Path(folder, "stdin")
        with kept.open("wb") as stream:
            shutil.copyfileobj(sys.stdin.buffer, stream)
        yield replace(options, stdin=kept)


def _planned(tables: Tables, loaded: Loaded, unsafe: bool) -> Plan:
    from dedup.clean import plan
    from dedup.rules import select

    chosen = select(loaded.settings.select, loaded.settings.ignore)
    return plan(tables, unsafe=unsafe, select=chosen)


def _paths_of(tables: Tables) -> list[str]:
    """The files a run was made of, as it speaks of them."""
    from dedup.clean import UNREADABLE

    broken = {found.path for found in tables.findings if found.rule in UNREADABLE}
    return sorted(({row.path for row in tables.stories} | broken) - {""})


def _show_diff(
    flags: Flags, inputs: Sequence[InputFile], options: InputOptions, planned: Plan
) -> int:
    from dedup.clean import diff as lines_of

    colored = flags.colored(sys.stdout)
    for line in lines_of(inputs, options, planned, color=colored):
        sys.stdout.write(line)
    sys.stdout.flush()
    return exits.Code.PASSED


def _tell(flags: Flags, report: CleanReport, seconds: float) -> None:
    """Say what was done, and what was left undone so that nothing gets lost."""
    from dedup.report.summary import grouped

    for held in report.held[:_HELD_SHOWN]:
        exits.say(f"note: {held.key.story_id}: {held.rule} not applied: {held.reason}")
    if len(report.held) > _HELD_SHOWN:
        exits.say(f"note: ... and {grouped(len(report.held) - _HELD_SHOWN)} more not applied")
    for path in report.unreadable:
        exits.say(f"warning: {path} could not be read and was copied as it is")
    if flags.quiet:
        return
    counts = report.counts
    parts = f" and {grouped(counts.parts_removed)} parts of some" if counts.parts_removed else ""
    would = "would have " if report.dry_run else ""
    exits.note(
        f"{would}kept {grouped(counts.stories_kept)} of {grouped(counts.stories_in)} stories · "
        f"{grouped(counts.paragraphs_removed)} paragraphs{parts} taken out of "
        f"{grouped(counts.stories_changed)} · {grouped(counts.bytes_removed)} of "
        f"{grouped(counts.bytes_in)} bytes · {seconds:.1f} s"
    )
    if report.losses.emptied:
        exits.say(f"note: {grouped(report.losses.emptied)} stories were nothing but furniture and "
                  "are empty now")
    if not report.dry_run:
        exits.say(f"wrote {report.out}; undo: dedup restore {report.out} "
                  f"--decisions {report.decisions} -o DIR")


COMMANDS = {
    "clean": command(
        clean, INPUT, DETECTION, RULES, FIXES, PROGRESS, GENERAL, examples=CLEAN_EXAMPLES
    ),
    "restore": command(restore, GENERAL, examples=RESTORE_EXAMPLES),
}
