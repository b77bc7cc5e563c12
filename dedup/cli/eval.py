"""``dedup eval``: is it right? Labels or planted copies in, figures out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dedup.cli import exits
from dedup.cli.options import DETECTION, GENERAL, INPUT, PROGRESS, Flags, Paths, Run, command
from dedup.errors import ConfigError, InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup.cli.configuration import Loaded
    from dedup.evaluation import Evaluation, Verdict
    from dedup.formats import InputOptions
    from dedup.judge import Where

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
    asked = _Asked(paths, run, pairs, paragraphs, set_, plant, worst, column, map_)
    job = _Job(flags, asked)
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


@dataclass(frozen=True, slots=True)
class _Asked:
    """What to measure, as it was given."""

    paths: list[str] | None
    run: str | None
    pairs: str | None
    paragraphs: str | None
    set_: str | None
    plant: bool
    worst: int
    column: list[str] | None
    map_: list[str] | None

    def __post_init__(self) -> None:
        asked = sum(map(bool, (self.pairs, self.paragraphs, self.set_, self.plant)))
        if asked != 1:
            raise ConfigError(
                "say what to measure, one of: --pairs FILE, --paragraphs FILE, --set NAME, --plant"
            )
        if self.run and not self.pairs:
            raise ConfigError("--run holds no texts: it goes with --pairs alone; name the PATHS")
        if not self.paths and (self.plant or self.set_):
            raise ConfigError("name the PATHS to read")

    @property
    def name(self) -> str:
        """What the floors of these labels are called unless a name is given."""
        labels = self.pairs or self.paragraphs
        return Path(labels).name.partition(".")[0] if labels else self.set_ or "planted"

    @property
    def columns(self) -> Mapping[str, str]:
        """The columns that were named."""
        from dedup.labels import parse_assignments

        return parse_assignments(self.column or (), "column")

    @property
    def mapping(self) -> Mapping[str, str]:
        """The labels that were explained."""
        from dedup.labels import parse_assignments

        return parse_assignments(self.map_ or (), "map")


class _Job:
    """The evaluation that was asked for, with the settings and inputs of the command line."""

    def __init__(self, flags: Flags, asked: _Asked) -> None:
        from dedup.cli import gather

        self._flags, self._asked = flags, asked
        self._loaded: Loaded = gather.load_settings(flags)
        self._options: InputOptions = gather.input_options(self._loaded)

    def labelled(self) -> Evaluation:
        """The tool held against labels."""
        if self._asked.pairs:
            return self._pairs(self._asked.pairs)
        if self._asked.paragraphs:
            return self._paragraphs(self._asked.paragraphs)
        from dedup.cli.progress import ProgressLine
        from dedup.judge import evaluate_set
        from dedup.labels import read_set

        found = read_set(self._asked.set_ or "", self._asked.paths or [])
        with ProgressLine(self._flags.progress) as progress:
            return evaluate_set(found, self._loaded.settings, self._asked.worst, progress)

    def planted(self, seeds: range, sample: int) -> Evaluation:
        """The tool on copies planted in the corpus."""
        from dedup.api.intake import PathIntake
        from dedup.cli.progress import ProgressLine
        from dedup.judge import evaluate_plants

        stories = list(PathIntake(tuple(self._asked.paths or ()), self._options).stories())
        with ProgressLine(self._flags.progress) as progress:
            return evaluate_plants(
                stories, self._loaded.settings, seeds, sample, self._asked.worst, progress
            )

    def files(self) -> list[Path]:
        """Every file that went in: labels and stories."""
        from dedup.formats import find_inputs

        asked = self._asked
        found = [Path(path) for path in (asked.pairs, asked.paragraphs) if path]
        for path in asked.paths or ():
            if asked.set_ and Path(path).is_dir():
                found += [file for file in Path(path).rglob("*") if file.is_file()]
            elif asked.set_:
                found.append(Path(path))
            else:
                inputs = find_inputs([path], self._options)
                found += [file.location for file in inputs if file.location is not None]
        return found

    def _pairs(self, path: str) -> Evaluation:
        from dedup.cli import gather
        from dedup.judge import evaluate_pairs, unknown_stories
        from dedup.labels import read_pairs
        from dedup.relate import RELATIONS

        labels = read_pairs(path, self._asked.columns, self._asked.mapping, RELATIONS)
        tables = gather.tables(self._flags, self._loaded, self._asked.paths, self._asked.run)
        missing = unknown_stories(tables, [story for label in labels for story in label[:2]])
        if missing:
            raise InputError(
                f"{path}: {len(missing)} of its stories are not in the corpus, such as "
                f"{missing[0]!r}; name all PATHS, and the field of the ids with --id-field"
            )
        return evaluate_pairs(tables, labels, where=self._where(), worst=self._asked.worst)

    def _paragraphs(self, path: str) -> Evaluation:
        from dedup.api.intake import PathIntake
        from dedup.cli import gather
        from dedup.cli.progress import ProgressLine
        from dedup.judge import evaluate_pages, evaluate_paragraphs, run_stories
        from dedup.labels import read_paragraphs

        asked = self._asked
        labels = read_paragraphs(path, asked.columns, asked.mapping)
        if labels.pages:
            if asked.paths:
                raise ConfigError("pages with `paras` are the stories themselves: leave out PATHS")
            with ProgressLine(self._flags.progress) as progress:
                stories = [page.story for page in labels.pages]
                tables = run_stories(stories, self._loaded.settings, progress)
            return evaluate_pages(tables, labels.pages, where=self._where(), worst=asked.worst)
        tables = gather.tables(self._flags, self._loaded, asked.paths, None)
        read = PathIntake(tuple(asked.paths or ()), self._options).stories()
        return evaluate_paragraphs(
            tables, read, labels.labels, where=self._where(), worst=asked.worst
        )

    def _where(self) -> Where:
        from dedup.judge import Where

        if self._asked.run:
            return Where(("--run", self._asked.run))
        fields = {f"--{key.replace('_', '-')}": str(value)
                  for key, value in self._flags.input.items() if key.endswith("_field")}
        words = [word for path in self._asked.paths or () for word in ("--in", path)]
        return Where((*words, *(word for pair in fields.items() for word in pair))
                     if words else ())


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
