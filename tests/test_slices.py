"""Tables made slice by slice are the tables: for every rule, cut anywhere, in any process."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import api, pipeline
from dedup.api.recording import Recorded, Recorder
from dedup.api.settle import Settling
from dedup.boilerplate.learned import file
from dedup.engines.crew import AVAILABLE
from dedup.formats import InputOptions, find_inputs, read_batches
from dedup.model import TABLE_ROWS, Story, StoryBatch, Tables
from dedup.rules import RULES
from dedup.settings import Settings, build
from dedup.slices import Slice, Slices
from dedup.store import is_run, read_run, write_run
from tests.boilerplate.outlet import stories
from tests.cli.process import environment
from tests.laws.corpora import LOOSE, corpora, few
from tests.stages.kit import run, words

DATA = Path(__file__).resolve().parent.parent / "data"
BOX = "Jane Roe is a syndicated columnist of the Ledger and the author of two books on ferries."
GONE = "John Doe has written about lighthouses of the northern coast for more than thirty years."
LABELS = tuple(f"Video and Photos: {words('t', 4, n)}" for n in range(20))
WEIGHTS = (1, 90, 700)


def joined(slices: Slices, weight: int) -> Tables:
    """All slices of this weight, one after the other."""
    tables = Tables(templates=slices.templates)
    for part in slices.cut(weight):
        rows = slices.tables(part)
        for name in set(TABLE_ROWS) - {"templates"}:
            getattr(tables, name).extend(getattr(rows, name))
    tables.manifest = slices.told(len(tables.findings))
    return tables


def every_way(slices: Slices) -> list[Tables]:
    """The tables as a whole, then in slices of each weight."""
    return [pipeline.whole(slices), *(joined(slices, weight) for weight in WEIGHTS)]


def less_seconds(tables: Tables) -> Tables:
    """The tables without what may differ between equal runs."""
    told = {name: value for name, value in tables.manifest.items() if name != "stages"}
    return replace(tables, manifest=told)


@pytest.fixture(scope="module")
def every_rule(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with stories of which every rule has something to say, and files of settings."""
    folder = tmp_path_factory.mktemp("every-rule")
    shutil.copytree(DATA / "stories", folder / "stories" / "plain")
    shutil.copytree(DATA / "broken", folder / "stories" / "broken")
    shutil.copy(DATA / "stories.jsonl", folder / "stories")
    write(folder / "stories" / "outlet.jsonl", stories(BOX, LABELS, count=20))
    write(folder / "stories" / "copies.jsonl", copies(7))
    archive = run(*stories(GONE, count=20))
    (folder / "templates.toml").write_text(file.file_text(archive.templates), "utf-8")
    (folder / "kept.txt").write_text("A line that no story has at all.\n", "utf-8")
    return folder


def copies(count: int) -> list[Story]:
    """So many near copies; two ask for silence, some of it of no use."""
    asked = {1: ("DUP", "PAR201"), 2: ("BLP",)}
    return [
        Story(f"copy{n}", f"{words('w', 60)} {words('z', 2, n)}", source=f"Post {n}",
              ignore=asked.get(n, ()))
        for n in range(count)
    ]  # fmt: skip


def write(path: Path, made: list[Story]) -> None:
    rows = [
        {"id": s.story_id, "source": s.source, "date": s.published, "text": s.text,
         "dedup_ignore": list(s.ignore)}
        for s in made
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def settings_of(folder: Path, **more: Any) -> Settings:
    return build(**{
        "jobs": 1, "kernels": "reference", "max_cluster": 2,
        "templates": (str(folder / "templates.toml"),),
        "ignore_lines": (str(folder / "kept.txt"),),
        "per_source_ignores": {"Morning*": ("BLP312", "DUP105"), "post ?": ("INP902",)},
        "rules": {"BLP": {"level": "note"}, "DUP102": {"error-if": 9}, "INP905": {"error-if": 2}},
        **more,
    })  # fmt: skip


def test_slices_are_the_tables_for_every_rule(every_rule: Path) -> None:
    settings = settings_of(every_rule)
    inputs = find_inputs([str(every_rule / "stories")], InputOptions())
    batches = read_batches(inputs, InputOptions())

    whole, *sliced = pipeline.sliced(batches, settings, every_way)

    assert {row.rule for row in whole.findings} == set(RULES)
    for tables in sliced:
        assert less_seconds(tables) == less_seconds(whole)


@few
@given(made=corpora(most=9), archived=st.booleans(), ids=st.integers(1, 9), placed=st.booleans())
def test_slices_are_the_tables_of_any_stories(
    made: list[Story], archived: bool, ids: int, placed: bool
) -> None:
    """Ids repeat, records have no place, some are archived: what sorts them is not unique."""
    made = [
        replace(story, story_id=f"s{number % ids}", line=number if placed else 0,
                path="old" if archived and number % 3 == 0 else "new", ignore=("PAR", "BLP305"))
        for number, story in enumerate(made)
    ]  # fmt: skip

    whole, *sliced = pipeline.sliced(
        [StoryBatch.of(made)], build(**LOOSE), every_way, against=frozenset(["old"])
    )

    for tables in sliced:
        assert less_seconds(tables) == less_seconds(whole)


@pytest.fixture
def cut_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets scans cut their slices at another weight."""
    cut = Slices.cut
    return lambda weight: monkeypatch.setattr(Slices, "cut", lambda slices: cut(slices, weight))


@pytest.mark.parametrize(("weight", "more"), [
    (1, {}), (700, {}), (90, {"rules": {}}), (90, {"rules": {}, "per_source_ignores": {}}),
    (90, {"ignore": ("INP905",)}), (90, {"select": ("DUP", "INP905", "BLP304")}),
])  # fmt: skip
def test_a_recorded_run_is_the_one_that_was_scanned(
    every_rule: Path, tmp_path: Path, cut_at: Callable[[int], None], weight: int,
    more: Mapping[str, Any],
) -> None:  # fmt: skip
    """Ignores and levels, which may need all findings, are applied to slices as to the whole."""
    settings, paths = settings_of(every_rule, **more), [str(every_rule / "stories")]
    scanned = api.scan(paths, settings, origin=lambda _: "dedup.toml:3")
    cut_at(weight)

    told = api.record(
        tmp_path / "run", paths, settings, origin=lambda _: "dedup.toml:3"
    )

    write_run(tmp_path / "whole", scanned)
    recorded = read_run(tmp_path / "run")
    assert less_seconds(recorded) == less_seconds(read_run(tmp_path / "whole"))
    assert told.manifest == recorded.manifest
    assert told.tally.levels == {
        level: count for level in ("error", "warning", "note")
        if (count := sum(row.level == level for row in scanned.findings))
    }  # fmt: skip


def test_slices_that_were_written_are_not_made_again(
    every_rule: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, paths = settings_of(every_rule, rules={}, per_source_ignores={}), [str(every_rule)]
    api.record(tmp_path / "whole", paths, settings)
    made: list[int] = []
    rows = Slices.tables

    def failing(slices: Slices, part: Slice) -> Tables:
        made.append(part.low)
        if len(made) == 4:
            raise KeyboardInterrupt
        return rows(slices, part)

    def record(slices: Slices) -> Recorded:
        recorder = Recorder(tmp_path / "run", "jsonl", 1, lambda stage, n: None, tmp_path / "kept")
        return recorder.record(slices, Settling(settings, slices.outlets, None))

    cut = Slices.cut
    monkeypatch.setattr(Slices, "cut", lambda slices: cut(slices, 90))
    monkeypatch.setattr(Slices, "tables", failing)
    batches = list(read_batches(find_inputs(paths, InputOptions()), InputOptions()))
    with pytest.raises(KeyboardInterrupt):
        pipeline.sliced(batches, settings, record)
    assert not (tmp_path / "run").exists()
    first = made[:3]

    pipeline.sliced(batches, settings, record)

    assert len(made) > len(first) + 4
    assert not set(first) & set(made[4:])
    for name in TABLE_ROWS:
        one, two = (tmp_path / run / f"{name}.jsonl" for run in ("whole", "run"))
        assert one.read_bytes() == two.read_bytes()


FORKED = """
import sys
from dedup.cli import main
from dedup.slices import Slice, Slices
cut = Slices.cut
Slices.cut = lambda slices: cut(slices, 300)
sys.argv = ["dedup", *sys.argv[1:]]
main()
"""


def scan_apart(
    *words: str, program: str = FORKED, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, "scan", *words], capture_output=True, text=True,
        timeout=120, check=False, env=environment(), cwd=cwd,
    )  # fmt: skip


@pytest.mark.parametrize("table_format", ["jsonl", "parquet"])
def test_processes_write_the_same_bytes(
    every_rule: Path, tmp_path: Path, table_format: str
) -> None:
    if table_format == "parquet":
        pytest.importorskip("pyarrow")
    for jobs in ("1", "2"):
        done = scan_apart(
            str(every_rule / "stories"), "-o", str(tmp_path / jobs), "-j", jobs,
            "--table-format", table_format, "--isolated",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    for name in TABLE_ROWS:
        one, two = (tmp_path / jobs / f"{name}.{table_format}" for jobs in ("1", "2"))
        assert one.read_bytes() == two.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["1", "2"]


VANISHES = FORKED.replace("sys.argv = ", """
import os
parent, tables = os.getpid(), Slices.tables
def vanishing(slices, part):
    if os.getpid() != parent and part.low:
        os._exit(9)
    return tables(slices, part)
Slices.tables = vanishing
sys.argv = """)


@pytest.mark.skipif(not AVAILABLE, reason="processes are forked on Linux only")
def test_a_process_that_is_gone_is_told_and_leaves_nothing(
    every_rule: Path, tmp_path: Path
) -> None:
    write_run(tmp_path / "run", Tables())

    done = scan_apart(str(every_rule / "stories"), "-o", str(tmp_path / "run"), "-j", "2",
                      "--isolated", program=VANISHES)  # fmt: skip

    assert (done.returncode, done.stdout) == (2, "")
    assert "a process of this run ended before its work was done" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    assert is_run(tmp_path / "run")
    assert read_run(tmp_path / "run").stories == []


WATCHED = FORKED.replace("sys.argv = ", """
import os
from pathlib import Path
from dedup import framing, pipeline
from dedup.engines.warden import Warden
pipeline.SHARED_OUT = framing.WORDS_AT_ONCE = framing.READ_TOGETHER = 1
begun = Warden.__enter__
def watched(warden):
    with Path("watched").open("a") as told:
        print(os.getpid(), warden._limit, file=told)
    return begun(warden)
Warden.__enter__ = watched
sys.argv = """)


@pytest.mark.skipif(not AVAILABLE, reason="processes are forked on Linux only")
def test_the_memory_of_every_process_that_reads_stories_is_watched(
    every_rule: Path, tmp_path: Path
) -> None:
    done = scan_apart(str(every_rule / "stories"), "-o", str(tmp_path / "run"), "-j", "2",
                      "--isolated", "--memory", "1GB", program=WATCHED, cwd=tmp_path)  # fmt: skip

    assert done.returncode == 0, done.stderr
    told = [line.split() for line in (tmp_path / "watched").read_text().splitlines()]
    first, *others = (process for process, _ in told)
    assert len({*others} - {first}) >= 2
    assert {limit for _, limit in told} == {"250000000.0"}
