"""Run the benchmark: all tools in turn, round after round, and write what they took.

python -m benchmarks.run --sizes 10000,100000 --rounds 3
python -m benchmarks.run --sizes 1000000 --rounds 1 --tools "daft,dedup scan"
python -m benchmarks.run --quick
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpus, results, tools, truth
from benchmarks.measure import Usage, measure
from benchmarks.results import Row
from benchmarks.tools import BASELINE, BY_NAME, REPOSITORY, SCAN, STORY_ONLY, Tool

HERE = Path(__file__).resolve().parent
WARM_UP = 3_000
"""Stories every tool sees before anything is measured, so that caches of compiled code are warm."""

QUICK = (STORY_ONLY.name, SCAN.name, BASELINE, "gaoya")
QUICK_STORIES = 5_000


@dataclass(slots=True)
class Bench:
    """Where things are kept, and the limits of a run."""

    home: Path
    timeout: float
    environments: Path = field(init=False)
    work: Path = field(init=False)

    def __post_init__(self) -> None:
        self.environments = self.home / "environments"
        self.work = self.home / f"work-{os.getpid()}"

    def corpus(self, stories: int, seed: int) -> Path:
        """A generated corpus, made when it is not there."""
        path = self.home / "corpora" / f"{stories}-{seed}.jsonl"
        if not path.exists():
            say(f"generating {stories:,} stories")
            corpus.write(path, stories, seed)
        return path

    def once(self, tool: Tool, path: Path) -> Usage:
        """Run a tool on a corpus; what it found stays in the folder ``work``."""
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        return measure(
            tools.command(tool, path, self.work, self.environments), self.work / "log.txt",
            self.timeout, cwd=REPOSITORY, environment=tools.environment(tool, self.work),
        )  # fmt: skip


class About(NamedTuple):
    """What every row of a run has in common: when, of which commit, where, and how busy it was."""

    run: str
    commit: str
    machine: str
    load: float


@dataclass(slots=True)
class Trial:
    """What a tool took in each round on one corpus, and how good what it found is."""

    tool: Tool
    rounds: list[Usage] = field(default_factory=list)
    score: truth.Score = field(default_factory=lambda: truth.Score(0, 0.0, {}))
    failure: str = ""

    def turn(self, bench: Bench, path: Path, true: truth.Truth) -> None:
        """One more round, unless it failed before."""
        if self.failure:
            return
        used = bench.once(self.tool, path)
        self.failure = used.failure
        if not self.failure:
            self.rounds.append(used)
            if len(self.rounds) == 1:
                self.score = tools.score(self.tool, bench.work, true)

    def row(self, path: Path, stories: int, about: About) -> Row:
        """The row of the results; a tool that failed once has failed."""
        rounds = [] if self.failure else [used._asdict() for used in self.rounds]
        for used in rounds:
            used.pop("failure")
        version = self.tool.version or _own_version()
        return Row(
            self.tool.name, version, stories, path.stem, rounds=rounds, recall=self.score.recall,
            precision=self.score.precision, claimed=self.score.claimed, failure=self.failure,
            run=about.run, commit=about.commit, machine=about.machine, load=about.load,
        )  # fmt: skip


def compare(
    bench: Bench, chosen: Sequence[Tool], path: Path, rounds: int, about: About
) -> Iterator[list[Row]]:
    """The rows of all tools on one corpus after each round, in which they take turns."""
    say(f"{path.name}: counting out the truth")
    true = truth.read(path)
    trials = [Trial(tool) for tool in chosen]
    for number in range(rounds):
        for trial in trials:
            _read_ahead(path)
            trial.turn(bench, path, true)
            say(f"{path.name}, round {number + 1}: {trial.tool.name} {_told(trial)}")
        yield results.with_ratios([trial.row(path, len(true.root), about) for trial in trials])


def _read_ahead(path: Path) -> None:
    """Read the corpus once, so that nobody is the first to fetch it from the disk."""
    with path.open("rb", buffering=0) as file:
        while file.read(1 << 24):
            pass


def _told(trial: Trial) -> str:
    if trial.failure:
        return f"failed: {trial.failure}"
    used = trial.rounds[-1]
    return f"{used.wall:.2f} s, CPU {used.cpu:.2f} s, {used.memory / 1e6:.0f} MB"


def about_this_run() -> About:
    """What is to be said of a run that begins now."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    cores = len(os.sched_getaffinity(0))
    machine = (
        f"{_processor()}, {cores} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )
    return About(
        datetime.now(UTC).strftime("%Y-%m-%d %H:%M"),
        _git("describe", "--always", "--dirty"),
        machine,
        round(os.getloadavg()[0], 2),
    )


def _processor() -> str:
    with Path("/proc/cpuinfo").open(encoding="utf-8") as lines:
        named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.machine()


def _git(*arguments: str) -> str:
    said = subprocess.run(
        ["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"


def _own_version() -> str:
    from dedup import __version__

    return __version__


def ready(bench: Bench, chosen: Sequence[Tool]) -> list[Tool]:
    """The tools that can be run, their environments made; the others are told of."""
    kept = []
    for tool in chosen:
        try:
            if not tools.installed(tool, bench.environments):
                say(f"installing {', '.join(tool.requires)}")
                tools.install(tool, bench.environments)
            kept.append(tool)
        except (subprocess.CalledProcessError, OSError) as error:
            say(f"{tool.name} cannot be installed and is left out: {error}")
    return kept


def warm_up(bench: Bench, chosen: Sequence[Tool], seed: int) -> None:
    """Run every tool once on a small corpus: what it compiles and caches is then there."""
    path = bench.corpus(WARM_UP, seed)
    for tool in chosen:
        bench.once(tool, path)


def quick(bench: Bench, seed: int, rounds: int) -> int:
    """Compare with the fastest peers on a small corpus; 1 when we fail or miss our recall."""
    about = about_this_run()
    wanted = [BY_NAME[name] for name in QUICK]
    wanted = [
        tool for tool in wanted
        if tool.name == BASELINE or tools.installed(tool, bench.environments)
    ]  # fmt: skip
    chosen = ready(bench, wanted)
    path = bench.corpus(QUICK_STORIES, seed)
    warm_up(bench, chosen, seed)
    *_, rows = compare(bench, chosen, path, rounds, about)
    print(results.table(rows))
    wrong = [reason for row in rows if (reason := below_floor(row))]
    for reason in wrong:
        say(reason)
    return 1 if wrong else 0


def below_floor(row: Row) -> str:
    """What is wrong with a row of ours, or nothing."""
    if not BY_NAME[row.tool].ours:
        return ""
    if row.failure:
        return f"{row.tool} failed: {row.failure}"
    floor, least = BY_NAME[row.tool].floor, min(row.recall["0.8"], row.recall["0.7"])
    return f"{row.tool}: recall {least:.4f} is below {floor}" if least < floor else ""


def full(bench: Bench, asked: argparse.Namespace) -> int:
    """Measure, join what was measured to the results there are, and write page and plots."""
    if not (asked.sizes or asked.corpus):
        publish(asked.results, [])
        return 0
    about = about_this_run()
    chosen = ready(bench, [BY_NAME[name] for name in asked.tools])
    paths = [*asked.corpus, *(bench.corpus(size, asked.seed) for size in asked.sizes)]
    warm_up(bench, chosen, asked.seed)
    wrong: list[str] = []
    for path in paths:
        # After every round: a run of hours that is interrupted has measured what it has measured.
        for rows in compare(bench, chosen, path, asked.rounds, about):
            publish(asked.results, rows)
        print(results.table(rows))
        wrong += [reason for row in rows if (reason := below_floor(row))]
    for reason in wrong:
        say(reason)
    return 1 if wrong else 0


def publish(path: Path, rows: Sequence[Row]) -> None:
    """Join rows to the results at ``path``, and write the page and the plots beside them."""
    from benchmarks import plots

    kept = results.merged(results.load(path), rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    results.save(path, kept)
    (path.parent / "RESULTS.md").write_text(results.page(kept), "utf-8")
    plots.write(kept, path.parent)


def say(text: str) -> None:
    """Tell the person who waits."""
    print(text, file=sys.stderr, flush=True)


def _names(text: str) -> list[str]:
    names = [*BY_NAME] if text == "all" else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in BY_NAME:
            raise argparse.ArgumentTypeError(f"no tool {name!r}: there are {', '.join(BY_NAME)}")
    return names


def _at_least_one(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("one round at least")
    return int(text)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Compare dedup with its peers.")
    parser.add_argument("--quick", action="store_true", help="5,000 stories, the fastest peers")
    parser.add_argument(
        "--sizes", default=[], help="stories: 10000,100000; none: only write the page again",
        type=lambda text: [int(size) for size in text.split(",") if size],
    )  # fmt: skip
    parser.add_argument("--corpus", type=Path, action="append", default=[],
                        help="a ready corpus, its truth beside it (repeatable)")  # fmt: skip
    parser.add_argument("--rounds", type=_at_least_one, default=3)
    parser.add_argument("--tools", type=_names, default=[*BY_NAME], help="names, or all")
    parser.add_argument("--seed", type=int, default=corpus.SEED)
    parser.add_argument("--timeout", type=float, default=3600, help="seconds a run may take")
    parser.add_argument("--home", type=Path, default=REPOSITORY / "build" / "bench",
                        help="folder for environments, corpora and work")  # fmt: skip
    parser.add_argument("--results", type=Path, default=HERE / "results.json")
    asked = parser.parse_args()
    bench = Bench(asked.home.resolve(), asked.timeout)
    try:
        return quick(bench, asked.seed, asked.rounds) if asked.quick else full(bench, asked)
    finally:
        shutil.rmtree(bench.work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
