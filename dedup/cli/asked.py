"""What ``dedup eval`` was asked to measure, and the call that measures it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.errors import ConfigError, InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dedup.cli.configuration import Loaded
    from dedup.cli.options import Flags
    from dedup.evaluation import Evaluation
    from dedup.formats import InputOptions
    from dedup.judge import Where


@dataclass(frozen=True, slots=True)
class Asked:
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


class Job:
    """The evaluation that was asked for, with the settings and inputs of the command line."""

    def __init__(self, flags: Flags, asked: Asked) -> None:
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

        stories = PathIntake(tuple(self._asked.paths or ()), self._options).stories()
        with ProgressLine(self._flags.progress) as progress:
            return evaluate_plants(
                stories, self._loaded.settings, seeds, sample, self._asked.worst, progress
            )

    def refuse_input_as_output(self, output: str) -> None:
        """OutputError when writing the file ``output`` would destroy labels or stories."""
        target = Path(output).resolve()
        if any(file.resolve() == target for file in self.files()):
            raise OutputError(
                f"{output} is also an input and would be overwritten; name another file"
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
