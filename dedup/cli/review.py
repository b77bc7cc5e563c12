"""``dedup review``: is it right? A person answers for a sample of the findings."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from dedup.cli import exits
from dedup.cli.options import GENERAL, INPUT, RULES, Flags, command
from dedup.errors import ConfigError, InputError, OutputError

if TYPE_CHECKING:
    from dedup.formats import InputOptions
    from dedup.model import Tables
    from dedup.review import Claim, LabelsFile
    from dedup.settings import Settings

EXAMPLES = """
dedup review run/                                   answer in the terminal; q ends, and it goes on
dedup review run/ --web                             the same in a browser of this machine
dedup review run/ --select BLP --sample 300         furniture alone, and more of it
dedup review run/ --stats --precision 0.98          how right is each rule, and what threshold?
dedup review run/ --export golden -o pairs.csv      labelled pairs for `dedup eval`
"""

_LABELS = "labels.jsonl"
_SAMPLE, _USE = "Questions", "Answers"


RunFolder = Annotated[str, typer.Argument(metavar="RUN", help="Folder of a `dedup scan`.")]
Web = Annotated[
    bool, typer.Option("--web", help="Ask in a web page that only this machine can open.")
]
Port = Annotated[
    int,
    typer.Option("--port", metavar="N", min=0, max=65535,
                 help="Port of the page; 0 is a free one."),
]
Places = Annotated[
    list[str] | None,
    typer.Option("--in", metavar="PATH", rich_help_panel="Input",
                 help="Where the stories are now, if not where they were scanned."),
]
Labels = Annotated[
    str | None,
    typer.Option("--labels", metavar="FILE", rich_help_panel=_USE,
                 help="File of the answers; else labels.jsonl in the run."),
]
Sample = Annotated[
    int,
    typer.Option("--sample", metavar="N", min=1, rich_help_panel=_SAMPLE,
                 help="Questions asked; a larger sample begins with the smaller one."),
]
DrawSeed = Annotated[
    int,
    typer.Option("--draw-seed", metavar="N", rich_help_panel=_SAMPLE,
                 help="Another seed, another sample."),
]
Stats = Annotated[
    bool,
    typer.Option("--stats", rich_help_panel=_USE,
                 help="Print the precision of each rule, and ask nothing."),
]
Precision = Annotated[
    float,
    typer.Option("--precision", metavar="SHARE", min=0, max=1, rich_help_panel=_USE,
                 help="With --stats: name the threshold that would reach this."),
]
Format = Annotated[
    Literal["text", "json"],
    typer.Option("--output-format", rich_help_panel=_USE, help="How --stats prints."),
]
Kind = Annotated[
    Literal["ignore", "baseline", "lexicon", "golden"] | None,
    typer.Option("--export", rich_help_panel=_USE,
                 help="Write what the answers are good for: lines to keep, a baseline of wrong "
                 "findings, a lexicon of furniture, or labelled pairs."),
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="FILE", rich_help_panel=_USE,
                 help="With --export: write there; else to standard output."),
]


class Reviewed(NamedTuple):
    """A run, what it claims, and the settings it was computed with."""

    tables: Tables
    claims: list[Claim]
    settings: Settings
    options: InputOptions


def review(
    flags: Flags,
    run: RunFolder,
    web: Web = False,
    port: Port = 0,
    paths: Places = None,
    labels: Labels = None,
    sample: Sample = 100,
    draw_seed: DrawSeed = 1,
    stats: Stats = False,
    precision: Precision = 0.95,
    output_format: Format = "text",
    export: Kind = None,
    output: Output = None,
) -> int:
    """Answer yes or no to a sample of what was found, and learn how right it is.

    Half of the questions lie near a threshold, half are drawn from all. Scores are shown once you
    have answered. Every answer is saved at once, by content: stop when you like, go on later, scan
    again and keep them. --stats says how right each rule is, --export puts the answers to use.
    """
    if sum((web, stats, export is not None)) > 1:
        raise ConfigError("--web, --stats and --export exclude each other: choose one")
    if output and not export:
        raise ConfigError("-o goes with --export: say what to write, such as --export golden")
    from dedup.review import LabelsFile

    reviewed = _reviewed(flags, run)
    kept = LabelsFile(Path(labels) if labels else Path(run) / _LABELS)
    if stats:
        _write_stats(reviewed, kept, precision, output_format)
    elif export:
        _write_export(flags, reviewed, kept, paths, export, output)
    else:
        _ask(reviewed, kept, paths, (sample, draw_seed), port if web else None)
    return exits.Code.PASSED


def _reviewed(flags: Flags, run: str) -> Reviewed:
    from dedup.cli import gather
    from dedup.review import claims
    from dedup.settings import Settings

    loaded = gather.load_settings(flags)
    tables = gather.tables(flags, loaded, None, run)
    settings = Settings.model_validate(tables.manifest["settings"])
    return Reviewed(tables, claims(tables, settings), settings, gather.input_options(loaded))


def _ask(
    reviewed: Reviewed, kept: LabelsFile, paths: list[str] | None, drawn: tuple[int, int],
    port: int | None,
) -> None:
    """Ask in the terminal, or on a port."""
    from dedup.review import Session, draw, read_texts
    from dedup.review.cards import Deck

    size, seed = drawn
    queue = draw(reviewed.claims, size, seed)
    if not queue:
        raise InputError("nothing in this run can be reviewed: it has no findings about stories "
                         "or paragraphs, or --select leaves none")  # fmt: skip
    texts = read_texts((one.question for one in queue), reviewed.tables, paths, reviewed.options)
    deck = Deck(reviewed.tables, texts, reviewed.claims)
    with kept, ExitStack() as stack:
        session = Session(queue, kept, seed)
        if port is None:
            from dedup.review import terminal

            keys = stack.enter_context(terminal.terminal_keys())
            terminal.review(session, deck, keys, sys.stdout)
        else:
            from dedup.review import web

            web.serve(session, deck, port, _announce)
            exits.say(f"{session.answered} of {len(queue)} answered; all are saved")


def _announce(address: str) -> None:
    typer.echo(address)
    sys.stdout.flush()
    exits.say("open that address in a browser of this machine; q in the page, or Ctrl-C here, ends")


def _write_stats(
    reviewed: Reviewed, kept: LabelsFile, precision: float, output_format: str
) -> None:
    from dedup.report.evaluation import WRITERS
    from dedup.review import evaluation

    found = evaluation(reviewed.claims, kept.labels, reviewed.settings, precision)
    WRITERS[output_format](found, [], sys.stdout)


def _write_export(
    flags: Flags, reviewed: Reviewed, kept: LabelsFile, paths: list[str] | None, kind: str,
    output: str | None,
) -> None:
    from dedup.review import EXPORTS, read_texts
    from dedup.review.exports import needed

    questions = needed(kind, reviewed.claims, kept.labels, reviewed.tables)
    texts = read_texts(questions, reviewed.tables, paths, reviewed.options)
    made = EXPORTS[kind](reviewed.claims, kept.labels, reviewed.tables, texts)
    if output is None:
        typer.echo(made.text, nl=False)
    else:
        try:
            Path(output).write_text(made.text, encoding="utf-8", newline="\n")
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(
                f"{output}: cannot be written ({reason}); name another file with -o"
            ) from error
    for note in () if flags.quiet else made.notes:
        exits.say(note)


COMMANDS = {"review": command(review, INPUT, RULES, GENERAL, examples=EXAMPLES)}
