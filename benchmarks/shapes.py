"""Shapes no newsroom sends, each against an ordinary corpus of the same bytes.

    python benchmarks/shapes.py [SHAPE ...] [--stories 10000] [--full] [--write]

Every shape is made at two sizes and scanned by a process of its own; so is an ordinary corpus of
as many bytes. What counts is the ratio of the two, and that twice the size takes twice as long.
``--full`` makes each once, as large as a flood may be: it takes an hour and two gigabytes.
``--write`` writes SHAPES.md beside this file; without it the table goes to standard output.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.shape_stories import SHAPES, ordinary

HERE = Path(__file__).parent
SAMPLED = 0.1
"""Seconds between two looks at the memory of a scan and its processes."""

FULL = {
    "identical": 100_000, "one-menu": 100_000, "one-menu-of-outlets": 20_000, "one-long": 106_000,
    "one-word": 100_000, "one-band": 10_000, "every-band": 10_000, "under-the-cap": 10_000,
    "buffalo-each": 50_000, "buffalo-many": 25_000, "one-form": 20_000, "one-line": 20_000,
    "nested": 10_000, "one-paragraph": 20_000, "short-paragraphs": 20_000,
}  # fmt: skip
"""Sizes of floods: 100,000 stories, a million of one word each, one of 100 MB; fewer of those whose
shares of time are the same from some 20 MB on."""


class Cost(NamedTuple):
    """What a scan took and what it said; seconds, and megabytes of all its processes."""

    stories: int
    megabytes: float
    wall: float
    cpu: float
    peak: float
    pairs: int
    findings: dict[str, int]
    caps: int


def scan(corpus: Path, folder: Path) -> Cost:
    """One scan with all tables, in a process of its own."""
    run = Path(tempfile.mkdtemp(dir=folder)) / "run"
    words = [sys.executable, "-m", "dedup", "scan", str(corpus), "-o", str(run), "-q"]
    began = time.perf_counter()
    process = subprocess.Popen(words, stderr=subprocess.PIPE)
    peak = 0.0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        peak = max(peak, _held(process.pid))
        time.sleep(SAMPLED)
    wall = time.perf_counter() - began
    if status:
        told = process.stderr.read().decode() if process.stderr else ""
        raise SystemExit(f"{corpus.name}: {told}")
    manifest = json.loads((run / "manifest.json").read_text("utf-8"))
    counts = manifest["counts"]
    cost = Cost(
        counts["stories"], corpus.stat().st_size / 1e6, wall, used.ru_utime + used.ru_stime,
        max(peak, used.ru_maxrss / 1024), counts["pairs_measured"], _findings(run),
        len(manifest["caps"]),
    )  # fmt: skip
    shutil.rmtree(run.parent)
    return cost


def _held(pid: int) -> float:
    """Megabytes of a process and those it began, what they share counted once (Linux)."""
    total = 0.0
    for one in [pid, *_children(pid)]:
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text("ascii").splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _findings(run: Path) -> dict[str, int]:
    """Findings of each rule."""
    found: Counter[str] = Counter()
    with (run / "findings.jsonl").open("rb") as lines:
        for line in lines:
            found[json.loads(line)["rule"]] += 1
    return dict(sorted(found.items()))


def write(stories: Iterator[dict[str, str]], path: Path) -> Path:
    """The stories as JSON lines."""
    with path.open("w", encoding="utf-8") as lines:
        for story in stories:
            lines.write(json.dumps(story, ensure_ascii=False) + "\n")
    return path


class Ordinary:
    """Ordinary corpora, each the beginning of the next larger one: written once, and cut."""

    def __init__(self, folder: Path) -> None:
        self._whole, self._part = folder / "whole.jsonl", folder / "ordinary.jsonl"
        self._stories = ordinary(1 << 60)
        self._whole.touch()

    def of(self, size: int) -> Path:
        """A corpus of as many bytes, and what is left of the last story."""
        with self._whole.open("a", encoding="utf-8") as lines:
            while lines.tell() < size:
                lines.write(json.dumps(next(self._stories), ensure_ascii=False) + "\n")
        with self._whole.open("rb") as whole, self._part.open("wb") as part:
            shutil.copyfileobj(whole, part)
            whole.seek(size)
            whole.readline()
            part.truncate(whole.tell())
        return self._part


def table(rows: list[tuple[str, Cost, Cost]]) -> Iterator[str]:
    """The costs of shapes, each with that of the ordinary corpus, as a table of Markdown."""
    yield ("| shape | stories | MB | wall s | CPU s | peak MB | pairs measured | findings | caps "
           "| CPU, ordinary = 1 | wall | memory |")  # fmt: skip
    yield "|---|--:|--:|--:|--:|--:|--:|---|--:|--:|--:|--:|"
    for name, own, plain in rows:
        found = ", ".join(f"{rule} {count:,}" for rule, count in own.findings.items()) or "none"
        yield (
            f"| {name} | {own.stories:,} | {own.megabytes:.1f} | {own.wall:.1f} | {own.cpu:.1f} "
            f"| {own.peak:.0f} | {own.pairs:,} | {found} | {own.caps} "
            f"| {own.cpu / plain.cpu:.2f} | {own.wall / plain.wall:.2f} "
            f"| {own.peak / plain.peak:.2f} |"
        )


def main() -> None:
    """Measure the shapes that are named, or all."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("shapes", nargs="*", metavar="SHAPE", help=", ".join(SHAPES))
    parser.add_argument("--stories", type=int, default=10_000, help="the smaller size of two")
    parser.add_argument("--once", action="store_true", help="the one size only")
    parser.add_argument("--full", action="store_true", help="each once, as large as a flood may be")
    parser.add_argument("--write", action="store_true", help="write SHAPES.md")
    asked = parser.parse_args()
    unknown = set(asked.shapes) - set(SHAPES)
    if unknown:
        parser.error(f"no shape is called {', '.join(sorted(unknown))}: {', '.join(SHAPES)}")
    sizes = [asked.stories] if asked.once else [asked.stories, 2 * asked.stories]
    names = asked.shapes or list(FULL if asked.full else SHAPES)
    made = [(name, [FULL.get(name, sizes[0])] if asked.full else sizes) for name in names]
    rows = list(measured(made))
    lines = [*heading(), *table(rows)]
    if asked.write:
        (HERE / "SHAPES.md").write_text("\n".join(lines) + "\n", "utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


def measured(made: list[tuple[str, list[int]]]) -> Iterator[tuple[str, Cost, Cost]]:
    """The costs of each shape at its sizes, and of an ordinary corpus of as many bytes."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        plain = Ordinary(place)
        for name, sizes in made:
            for size in sizes:
                path = write(SHAPES[name](size), place / f"{name}.jsonl")
                own = scan(path, place)
                row = name, own, scan(plain.of(path.stat().st_size), place)
                path.unlink()
                sys.stderr.write(list(table([row]))[-1] + "\n")
                yield row


def heading() -> list[str]:
    """What was measured, where and when."""
    processor = "unknown processor"
    if Path("/proc/cpuinfo").exists():
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                processor = line.partition(":")[2].strip()
                break
    today = datetime.now(UTC).date().isoformat()
    cores = len(os.sched_getaffinity(0))
    return [
        "# Shapes no newsroom sends", "",
        "Made by `make bench-shapes` (`benchmarks/shapes.py`); the shapes are described in "
        "`benchmarks/shape_stories.py`.",
        f"{today}, {processor}, {cores} cores. A full `dedup scan`, each in a process of its own, "
        "against an ordinary corpus",
        "of as many bytes. Memory is that of all processes together.", "",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
