"""``dedup report``: a run as one page for a browser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote

import typer

from dedup.cli import exits
from dedup.cli.options import DETECTION, GENERAL, INPUT, PROGRESS, RULES, Flags, command
from dedup.errors import ConfigError, OutputError
from dedup.model import TABLE_ROWS

if TYPE_CHECKING:
    from dedup.cli.configuration import Loaded
    from dedup.model import Tables
    from dedup.report.page import Beside

EXAMPLES = """
dedup report run/ -o report.html                a run of `dedup scan` as one page
dedup report feeds/ -o report.html              without one; the tables go to report-run/
dedup report run/ -o report.html --redact       no word of the stories in it
dedup report run/ -o report.html --in archive/  the stories were moved since
"""


def report(
    flags: Flags,
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="FILE", rich_help_panel="Output",
                     help="The page to write, as in report.html."),
    ],
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RUN|PATHS", show_default=False,
            help="A run of `dedup scan`; or files, folders, globs, to be scanned now.",
        ),
    ] = None,
    moved: Annotated[
        list[str] | None,
        typer.Option("--in", metavar="PATH", rich_help_panel="Input",
                     help="Where the stories of the run are now (repeatable)."),
    ] = None,
    redact: Annotated[
        bool,
        typer.Option("--redact", rich_help_panel="Output",
                     help="Leave out every word of the stories: titles, texts, facts."),
    ] = False,
    max_size: Annotated[
        float,
        typer.Option("--max-size", metavar="MB", min=0.2, rich_help_panel="Output",
                     help="Show less rather than write a larger page."),
    ] = 2.0,
) -> int:
    """Write what was found as one page for a browser.

    The page is one file that needs no network: pictures of the whole, and the largest, the most
    doubtful and some random clusters, pairs, stories and findings in full. The complete tables
    are the run it was made of; for PATHS they are written beside it. The exit code is 0 whatever
    was found.
    """
    from dedup.api.page import page, reader_of, write_page
    from dedup.cli import gather
    from dedup.store import is_run

    if not paths:
        raise ConfigError("name a run, or the PATHS to scan: dedup report RUN -o report.html")
    loaded = gather.load_settings(flags)
    target = Path(output)
    run = Path(paths[0]) if len(paths) == 1 and is_run(Path(paths[0])) else None
    if run is None:
        if moved:
            raise ConfigError("--in says where the stories of a run are now; PATHS say it already")
        run = target.with_name(f"{target.stem}-run")
        tables = _scanned(flags, loaded, paths, target, run)
    else:
        tables = gather.tables(flags, loaded, None, str(run))
        _refuse_inputs(target, tables)
    made = page(
        tables, reader_of(gather.input_options(loaded), moved), beside=_beside(tables, run, target),
        redact=redact, most_bytes=int(max_size * 1_000_000),
    )  # fmt: skip
    write_page(target, made.html)
    if not flags.quiet:
        if made.missing_texts:
            exits.say(f"note: {made.missing_texts} --in PATH says where they are now")
        size = target.stat().st_size / 1e6
        exits.say(f"wrote {output}, {size:.1f} MB; its tables are in {run}")
    return exits.Code.PASSED


def _scanned(flags: Flags, loaded: Loaded, paths: list[str], target: Path, run: Path) -> Tables:
    """Tables of the stories at these paths, written beside the page."""
    from dedup import store
    from dedup.cli import gather

    gather.refuse_input_as_output(str(target), paths, gather.input_options(loaded))
    gather.require_run_folder(str(run))
    tables = gather.tables(flags, loaded, paths, None)
    store.write_run(run, tables)
    return tables


def _refuse_inputs(target: Path, tables: Tables) -> None:
    """OutputError when the page would take the place of a file the run was made of."""
    place = target.resolve()
    for given in tables.manifest.get("inputs", ()):
        if Path(given["path"]).resolve() == place:
            raise OutputError(f"{target} is an input of the run; name another output")


def _beside(tables: Tables, run: Path, target: Path) -> list[Beside]:
    """The files of the run, and the way to them from the page."""
    from dedup.report.page import Beside

    try:
        way = os.path.relpath(run.resolve(), target.resolve().parent)
    except ValueError:
        # Another drive: no link leads there.
        return []
    found = []
    for name in TABLE_ROWS:
        for file in sorted(run.glob(f"{name}.*")):
            href = quote(f"{Path(way).as_posix()}/{file.name}")
            found.append(Beside(file.name, href, len(getattr(tables, name))))
    return found


COMMANDS = {
    "report": command(report, INPUT, DETECTION, RULES, PROGRESS, GENERAL, examples=EXAMPLES)
}
