"""The gate of quality: ``make eval`` measures every labelled set and holds it to its floors.

python -m tests.quality.gate            every figure against its floor
python -m tests.quality.gate --raise    floors up to today's figures, less the margin
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from dedup.errors import DedupError
from dedup.evaluation import Figure, SetFloors, Verdict, compare, raised
from dedup.labels import digest_of
from dedup.labels.floors import FloorFile, read_floors, write_floors
from dedup.report.escape import escape, shorten
from dedup.report.evaluation import shown_value
from tests.quality.sets import SETS, Measured

REPOSITORY = Path(__file__).resolve().parents[2]
FLOORS = Path(__file__).with_name("floors.toml")
RAISE = "`make eval-raise`"
MISSING = (
    "the labelled sets are not here: {folder} is no folder. They are no part of the project; put "
    "them there or name their folder in DEDUP_CORPORA. Labels of your own: dedup eval --help"
)


class Held(NamedTuple):
    """A set after it was measured: its figures, and the verdict on each floor."""

    name: str
    measured: Measured
    verdicts: Sequence[Verdict]
    seconds: float

    @property
    def fallen(self) -> list[Verdict]:
        """The floors that were not reached."""
        return [verdict for verdict in self.verdicts if not verdict.passed]


def corpora() -> Path:
    """Where the labelled sets are looked for."""
    named = os.environ.get("DEDUP_CORPORA")
    return Path(named) if named else REPOSITORY.parent / "shared" / "corpora"


def digest(folder: Path) -> str:
    """The digest of the files of a set; its description is not one of them."""
    return digest_of(file for file in folder.iterdir() if file.suffix != ".md")


def measure(name: str, folder: Path, floors: FloorFile) -> tuple[Held, SetFloors]:
    """A set measured and held to its floors. MismatchError when its files are other ones."""
    chosen = SETS[name]
    kept = floors.of(name, digest(folder / chosen.folder))
    began = time.perf_counter()
    measured = chosen.measure(folder / chosen.folder)
    # F1 follows from precision and recall, which have floors of their own.
    figures = [figure for figure in measured.figures if not figure.name.endswith("F1")]
    measured = replace(measured, figures=figures)
    verdicts = compare(measured.figures, kept.floors)
    return Held(name, measured, verdicts, time.perf_counter() - began), kept


def shown(held: Held) -> str:
    """The set as a table: figure, counts, floor."""
    floors = {verdict.name: verdict for verdict in held.verdicts}
    lines = [f"{held.name}  ({held.seconds:.0f} s)"]
    lines += [_line(figure, floors.pop(figure.name, None)) for figure in held.measured.figures]
    lines += [f"  {escape(name):44} not measured, floor {floors[name].floor}" for name in floors]
    return "\n".join(lines)


def _line(figure: Figure, verdict: Verdict | None) -> str:
    counts = f"{figure.hits} of {figure.of}" if figure.of is not None else ""
    floor = "no floor" if verdict is None else f"floor {verdict.floor:.4f}"
    state = "" if verdict is None or verdict.passed else "  BELOW ITS FLOOR"
    note = f"  [{figure.note}]" if figure.note else ""
    return (f"  {escape(figure.name):44} {shown_value(figure.value):>7}  {counts:16}{floor}"
            f"{state}{note}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 all floors held, 1 a floor fell, 2 the sets are not there or are other ones."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.quality.gate",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], help="these sets only")
    parser.add_argument("--raise", dest="raising", action="store_true",
                        help="raise floors to today's figures less the margin, never lower them")
    parser.add_argument("--lost", action="store_true",
                        help="list the content that safe fixes would take")
    options = parser.parse_args(arguments)
    folder = corpora()
    if not folder.is_dir():
        sys.stderr.write(f"error: {MISSING.format(folder=folder)}\n")
        return 2
    try:
        return _run(options.sets or list(SETS), folder, options.raising, options.lost)
    except DedupError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2


def _run(names: Sequence[str], folder: Path, raising: bool, lost: bool) -> int:
    floors = read_floors(FLOORS, missing=True)
    fallen = 0
    for name in names:
        held, kept = measure(name, folder, floors)
        fallen += len(held.fallen)
        print(shown(held), end="\n\n", flush=True)
        for line in held.measured.lost if lost else ():
            print(f"    lost: {shorten(line, 120)}")
        if raising:
            higher = raised(held.measured.figures, kept.floors, floors.margin)
            floors = floors.having(name, SetFloors(kept.digest, higher))
            write_floors(FLOORS, floors, RAISE)
    print(f"{fallen} floors fallen" if fallen else "every floor held")
    return 1 if fallen else 0


if __name__ == "__main__":
    sys.exit(main())
