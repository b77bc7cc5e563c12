"""``dedup eval``: is it right? Labels or planted copies in, figures out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dedup.cli import exits
from dedup.cli.options import DETECTION, GENERAL, INPUT, PROGRESS, Flags, Paths, Run, command
from dedup.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from dedup.evaluation import Evaluation, Verdict

EXAMPLES = """
dedup eval corpus.jsonl --pairs labels.csv                    pairs of stories: a, b, label
dedup eval corpus.jsonl --pairs p.csv --map same=duplicate --map other=unrelated
dedup eval corpus.jsonl --paragraphs lines.csv                paragraphs: id and number, or text
dedup eval --paragraphs pages.jsonl                           pages with a label on each paragraph
dedup eval --plant corpus.jsonl --seeds 3                     what would you miss on my data?
dedup eval --set spotsigs GoldSetOfDuplicates                 a public set, as it is published
dedup eval corpus.jsonl --pairs labels.csv --floors floors.toml --raise-floors
dedup eval corpus.jsonl --pairs labels.csv --picture quality.svg --output-format json
"""

_LABELS, _PLANTS, _REPORT, _GATE = "Labels", "Planted copies", "Report", "Gate"
_RAISE = "`dedup eval ... --raise-floors`"


Pairs = Annotated[
    str | None,
    typer.Option("--pairs", metavar="FILE", rich_help_panel=_LABELS,
                 help="Labelled pairs: CSV, TSV, JSON Lines or JSON with two ids and a label."),
]
Paragraphs = Annotated[
    str | None,
    typer.Option("--paragraphs", metavar="FILE", rich_help_panel=_LABELS,
                 help="Labelled paragraphs: story id and number, or text, and a label; or "
                 "pages with `paras`, which need no PATHS."),
]
Set = Annotated[
    Literal["news-copy", "core", "spotsigs"] | None,
    typer.Option("--set", rich_help_panel=_LABELS,
                 help="PATHS are a public set, in the shape it is published in."),
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", metavar="PART=NAME", rich_help_panel=_LABELS,
                 help="Column of the labels that holds a, b, label, id, paragraph or text."),
]
Meanings = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="LABEL=MEANING", rich_help_panel=_LABELS,
                 help="What a label stands for: a relation, furniture, content, or - to leave "
                 "it out."),
]
Plant = Annotated[
    bool,
    typer.Option("--plant", rich_help_panel=_PLANTS,
                 help="Plant edited copies of the stories at PATHS and look for them."),
]
Seeds = Annotated[
    int,
    typer.Option("--seeds", metavar="N", min=1, rich_help_panel=_PLANTS,
                 help="Passes with seeds of their own, averaged."),
]
PlantSeed = Annotated[
    int,
    typer.Option("--plant-seed", metavar="N", rich_help_panel=_PLANTS,
                 help="The first of these seeds."),
]
Sample = Annotated[
    int,
    typer.Option("--sample", metavar="N", min=2, rich_help_panel=_PLANTS,
                 help="Stories drawn for each pass, a copy planted of each."),
]
Format = Annotated[
    Literal["text", "json"],
    typer.Option("--output-format", help="How to report.", rich_help_panel=_REPORT),
]
Picture = Annotated[
    str | None,
    typer.Option("--picture", metavar="FILE", rich_help_panel=_REPORT,
                 help="Draw the figures there as well, as SVG."),
]
Worst = Annotated[
    int,
    typer.Option("--worst", metavar="N", min=0, rich_help_panel=_REPORT,
                 help="Show the N worst errors of each kind."),
]
Floors = Annotated[
    str | None,
    typer.Option("--floors", metavar="FILE", rich_help_panel=_GATE,
                 help="Exit with 1 when a figure is under its floor in this TOML file."),
]
Name = Annotated[
    str | None,
    typer.Option("--name", metavar="NAME", rich_help_panel=_GATE,
                 help="Table of the floors; else the name of the file of labels."),
]
Raise = Annotated[
    bool,
    typer.Option("--raise-floors", rich_help_panel=_GATE,
                 help="Raise the floors to today's figures less the margin in the file."),
]


def eval_(
    flags: Flags,
    paths: Paths = None,
    run: Run = None,
    pairs: Pairs = None,
    paragraphs: Paragraphs = None,
    set_: Set = None,
    column: Columns = None,
    map_: Meanings = None,
    plant: Plant = False,
    seeds: Seeds = 1,
    plant_seed: PlantSeed = 1,
    sample: Sample = 2000,
    output_format: Format = "text",
    picture: Picture = None,
    worst: Worst = 10,
    floors: Floors = None,
    name: Name = None,
    raise_floors: Raise = False,
) -> int:
    """Measure how right the tool is, on labels of your own or on copies planted in your corpus.

    Prints precision, recall and F1 with their counts, what was called what, what other thresholds
    would give, and the worst errors with the command that explains each. Exit code 1: a figure is
    under its floor in --floors.
    """
    if raise_floors and not floors:
        raise ConfigError("--raise-floors raises the floors of a file: name it with --floors")
    from dedup.cli.asked import Asked, Job

    asked = Asked(paths, run, pairs, paragraphs, set_, plant, worst, column, map_)
    job = Job(flags, asked)
    if picture:
        job.refuse_input_as_output(picture)
    drawn = range(plant_seed, plant_seed + seeds)
    found = job.planted(drawn, sample) if plant else job.labelled()
    verdicts: list[Verdict] = []
    if floors:
        from dedup.labels import digest_of, hold

        verdicts = hold(Path(floors), name or asked.name, found.all_figures, digest_of(job.files()),
                        raising=raise_floors, command=_RAISE)
    _write(found, verdicts, output_format, picture)
    passed = all(verdict.passed for verdict in verdicts)
    return exits.Code.PASSED if passed else exits.Code.FINDINGS


def _write(
    found: Evaluation, verdicts: list[Verdict], output_format: str, picture: str | None
) -> None:
    """The report on standard output, and the picture where it was asked for."""
    from dedup.report.evaluation import WRITERS
    from dedup.report.picture import svg

    if picture:
        try:
            Path(picture).write_text(svg(found), encoding="utf-8")
        except OSError as error:
            raise OutputError(
                f"{picture}: the picture cannot be written ({error.strerror or error}); name "
                "another file with --picture"
            ) from error
    WRITERS[output_format](found, verdicts, sys.stdout)


COMMANDS = {
    "eval": command(eval_, INPUT, DETECTION, PROGRESS, GENERAL, examples=EXAMPLES)
}
