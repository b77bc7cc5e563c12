"""The tools that are compared: what to install, what to run, and what each leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks import truth
from benchmarks.peers.stories import write_pairs

REPOSITORY = Path(__file__).resolve().parent.parent

PAIRS, CLUSTERS = "pairs", "clusters"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool, or one way of running it.

    ``requires`` are the packages of its environment; there is none for ways of running dedup,
    which run where the benchmark runs. ``finds`` says what it is scored by, ``floor`` which recall
    of pairs of Jaccard 0.7 and more it must have.
    """

    name: str
    version: str
    how: str
    finds: str = PAIRS
    requires: tuple[str, ...] = ()
    floor: float = 0.0

    @property
    def ours(self) -> bool:
        """Whether it is a way of running dedup."""
        return not self.requires


STORY_ONLY = Tool(
    "dedup stories", "", "story-only, like the peers, and every pair measured", floor=0.99
)
SCAN = Tool(
    "dedup scan", "", "everything: paragraphs, furniture, facts, relations, all tables", floor=0.99
)
SPARING = Tool(
    "dedup scan 2GB", "", "the same with `--memory 2GB`", floor=0.99
)
TOOLS = (
    STORY_ONLY,
    SCAN,
    SPARING,
    Tool("daft", "0.7.26", "14 bands of 9; case and punctuation as they are", CLUSTERS,
         ("daft==0.7.26", "orjson>=3.10")),
    Tool("gaoya", "0.2.2", "14 bands of 9; signatures that agree in 0.7", PAIRS,
         ("gaoya==0.2.2", "orjson>=3.10")),
    Tool("rensa", "0.5.0", "16 bands of 8; streamed", PAIRS,
         ("rensa==0.5.0", "orjson>=3.10")),
    Tool("datasketch", "2.0.0", "14 bands of 9; xxhash; streamed", PAIRS,
         ("datasketch==2.0.0", "xxhash>=3.4", "orjson>=3.10")),
    Tool("datatrove", "0.10.1", "14 bands of 8; words by regular expression", CLUSTERS,
         ("datatrove[io,processing]==0.10.1", "orjson>=3.10")),
    Tool("text-dedup", "0.4.0", "14 bands of 9; xxh3, 32 bits", CLUSTERS,
         ("text-dedup==0.4.0", "orjson>=3.10")),
)  # fmt: skip
BY_NAME: Mapping[str, Tool] = {tool.name: tool for tool in TOOLS}
BASELINE = "daft"
"""The fastest peer, in whose time that of all others is counted."""


def python_of(tool: Tool, environments: Path) -> Path:
    """The interpreter that runs a tool."""
    if tool.ours:
        return Path(sys.executable)
    folder = "Scripts" if os.name == "nt" else "bin"
    return environments / tool.name / folder / "python"


def installed(tool: Tool, environments: Path) -> bool:
    """Whether the environment of a tool is there, with the packages it is to have."""
    stamp = environments / tool.name / "installed.txt"
    return tool.ours or (stamp.exists() and stamp.read_text("utf-8") == _stamp(tool))


def install(tool: Tool, environments: Path) -> None:
    """Make the environment of a tool; CalledProcessError when a package cannot be had."""
    if installed(tool, environments):
        return
    folder = environments / tool.name
    venv.create(folder, clear=True, with_pip=True)
    pip = [str(python_of(tool, environments)), "-m", "pip", "install", "--quiet", *tool.requires]
    subprocess.run(pip, check=True)
    (folder / "installed.txt").write_text(_stamp(tool), "utf-8")


def _stamp(tool: Tool) -> str:
    return "\n".join(tool.requires) + "\n"


def command(tool: Tool, corpus: Path, work: Path, environments: Path) -> list[str]:
    """What to run on a corpus; everything it writes is under the folder ``work``."""
    python = str(python_of(tool, environments))
    if tool in (SCAN, SPARING):
        return [
            python, "-m", "dedup", "scan", str(corpus), "-o", str(work / "run"), "--isolated",
            "--quiet", *(["--memory", "2GB"] if tool is SPARING else []),
        ]  # fmt: skip
    module = "benchmarks.story_only" if tool is STORY_ONLY else (
        f"benchmarks.peers.{tool.name.replace('-', '_')}"
    )
    return [python, "-m", module, str(corpus), str(work / "found.tsv"), str(work)]


def environment(tool: Tool, work: Path) -> dict[str, str]:
    """The environment variables of a tool: its caches are new with every run, and in ``work``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DEDUP_")}
    if tool.ours:
        return kept | {"PYTHONPATH": str(REPOSITORY)}
    kept.pop("PYTHONPATH", None)
    return kept | {
        "HF_HOME": str(work / "huggingface"), "HF_HUB_OFFLINE": "1", "TMPDIR": str(work),
        "DAFT_PROGRESS_BAR": "0", "DO_NOT_TRACK": "1",
    }  # fmt: skip


def score(tool: Tool, work: Path, true: truth.Truth) -> truth.Score:
    """How good what a tool left in ``work`` is."""
    found = work / "found.tsv"
    if tool in (SCAN, SPARING):
        write_pairs(str(found), truth.pairs_of_run(work / "run"))
    return truth.score(found, true)
