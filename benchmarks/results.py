"""Results: rows by tool and size, kept as JSON, and the page written from them.

A row is replaced by a newer one of the same tool and size, so a long run can be made apart from the
others and joined to them; each row knows the machine, the commit and the day it is from, and its
time against the fastest peer's in the same run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.tools import BASELINE, BY_NAME

MEGABYTE = 10**6


@dataclass(frozen=True, slots=True)
class Row:
    """What one tool did on one size of corpus in one run of the benchmark.

    ``rounds`` holds what each round took (the fields of ``measure.Usage``, without ``failure``);
    none when the tool failed, of which ``failure`` then tells. ``load`` is the load average of the
    machine in the minute before the run: of a machine that does nothing else it is near 0.
    """

    tool: str
    version: str
    stories: int
    corpus: str
    run: str
    commit: str
    machine: str
    rounds: Sequence[Mapping[str, float]]
    recall: Mapping[str, float] = field(default_factory=dict)
    precision: float = 0.0
    claimed: int = 0
    ratio: float | None = None
    load: float | None = None
    failure: str = ""

    def middle(self, name: str) -> float:
        """The median over the rounds."""
        return median(float(one[name]) for one in self.rounds)


def with_ratios(rows: Iterable[Row]) -> list[Row]:
    """The rows of one run, each with its time against that of the fastest peer at its size."""
    rows = list(rows)
    base = {row.stories: row.middle("wall") for row in rows if row.tool == BASELINE and row.rounds}
    return [
        Row(**{
            **{name: getattr(row, name) for name in Row.__slots__},
            "ratio": round(row.middle("wall") / base[row.stories], 3)
            if row.rounds and row.stories in base else None,
        })
        for row in rows
    ]  # fmt: skip


def merged(old: Iterable[Row], new: Iterable[Row]) -> list[Row]:
    """All rows, the newer one where two are of the same tool and size; sorted."""
    order = {name: place for place, name in enumerate(BY_NAME)}
    rows = {(row.stories, row.tool): row for row in [*old, *new]}
    return sorted(rows.values(), key=lambda row: (row.stories, order.get(row.tool, 99), row.tool))


def load(path: Path) -> list[Row]:
    """The rows of a file; none when it is not there."""
    if not path.exists():
        return []
    return [Row(**row) for row in json.loads(path.read_text("utf-8"))]


def save(path: Path, rows: Sequence[Row]) -> None:
    """Write the rows."""
    text = json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False)
    path.write_text(text + "\n", "utf-8")


_HEAD = """# Results

Written by `make bench` from [results.json](results.json); do not edit. What is measured, and how
recall, precision, time and memory are meant: [README](README.md).

![Seconds by stories](seconds.svg)

![Memory by stories](memory.svg)
"""

_COLUMNS = (
    "tool", "wall", f"× {BASELINE}", "CPU", "memory", "of it anonymous", "recall ≥ .8", ".7–.8",
    ".5–.7", "precision", "rounds", "run",
)  # fmt: skip


def page(rows: Sequence[Row]) -> str:
    """The results as Markdown."""
    parts = [_HEAD]
    for stories in sorted({row.stories for row in rows}):
        own = [row for row in rows if row.stories == stories]
        parts += [f"## {stories:,} stories\n", table(own), _failures(own)]
    parts += ["## Tools\n", _tools(rows), "## Runs\n", _runs(rows)]
    return "\n".join(part for part in parts if part)


def table(rows: Sequence[Row]) -> str:
    """One size of corpus: a line for each tool."""
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|---" + "|--:" * 9 + "|--:|---|"]
    lines += ["| " + " | ".join(_cells(row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def _cells(row: Row) -> list[str]:
    if not row.rounds:
        return [row.tool, "failed", *["–"] * 9, row.run]
    return [
        row.tool,
        f"{_three(row.middle('wall'))} s",
        "–" if row.ratio is None else f"{row.ratio:.2f}",
        f"{_three(row.middle('cpu'))} s",
        _memory(row.middle("memory")),
        _memory(row.middle("anonymous")),
        *(f"{row.recall[name]:.3f}" for name in ("0.8", "0.7", "0.5")),
        f"{row.precision:.3f}",
        str(len(row.rounds)),
        row.run,
    ]


def _three(seconds: float) -> str:
    """Three digits, and no more than they are worth."""
    if seconds < 10:
        return f"{seconds:.2f}"
    return f"{seconds:.1f}" if seconds < 100 else f"{seconds:.0f}"


def _memory(size: float) -> str:
    return f"{size / MEGABYTE:.0f} MB" if size < 1000 * MEGABYTE else f"{size / 1e9:.2f} GB"


def _failures(rows: Sequence[Row]) -> str:
    lines = [f"- {row.tool}: {_code(row.failure)}" for row in rows if row.failure]
    return "\n".join([*lines, ""]) if lines else ""


def _code(text: str) -> str:
    """Text that says what it says and does nothing else on the page."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"


def _tools(rows: Sequence[Row]) -> str:
    lines = ["| tool | version | how it is run | scored by |", "|---|---|---|---|"]
    versions = {row.tool: row.version for row in rows}
    lines += [
        f"| {tool.name} | {versions[tool.name]} | {tool.how} | {tool.finds} |"
        for tool in BY_NAME.values() if tool.name in versions
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _runs(rows: Sequence[Row]) -> str:
    told = [(row, "–" if row.load is None else f"{row.load:.1f}") for row in rows]
    runs = sorted({(row.run, row.commit, row.corpus, row.machine, load) for row, load in told})
    lines = ["| run | commit of dedup | corpus | machine | load before |", "|---|---|---|---|--:|"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in run) + " |" for run in runs]
    return "\n".join(lines) + "\n"
