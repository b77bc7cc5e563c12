"""The run: tools take turns, a failure is a row, and what was measured is not lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import corpus, results, run, tools
from benchmarks.measure import Usage
from benchmarks.run import About, Bench, compare
from benchmarks.tools import BY_NAME, Tool

ABOUT = About("2026-01-02 03:04", "abc1234", "Processor, 2 cores", 0.25)
CHOSEN = [BY_NAME["gaoya"], BY_NAME["daft"]]


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "corpora" / "60-7.jsonl"
    corpus.write(path, 60, jobs=1)
    return path


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Tools that find nothing in 1, 2, 3 ... seconds, in the order in which they ran."""
    ran: list[str] = []

    def once(self: Bench, tool: Tool, path: Path) -> Usage:
        ran.append(tool.name)
        self.work.mkdir(parents=True, exist_ok=True)
        (self.work / "found.tsv").write_text(f"{tool.finds}\n", "utf-8")
        failure = "exit 1: enough" if ran.count("gaoya") == 3 and tool.name == "gaoya" else ""
        return Usage(float(len(ran)), 1.0, 2, 1, 2, failure)

    monkeypatch.setattr(Bench, "once", once)
    return ran


def test_tools_take_turns_and_rows_grow_round_by_round(
    made: Path, turns: list[str], tmp_path: Path
) -> None:
    rounds = list(compare(Bench(tmp_path, 60), CHOSEN, made, 2, ABOUT))
    assert turns == ["gaoya", "daft", "gaoya", "daft"]
    assert [[len(row.rounds) for row in rows] for rows in rounds] == [[1, 1], [2, 2]]
    gaoya, daft = rounds[-1]
    assert (gaoya.middle("wall"), daft.middle("wall")) == (2.0, 3.0)
    assert (gaoya.ratio, daft.ratio) == (0.667, 1.0)
    assert (gaoya.stories, gaoya.corpus, gaoya.version) == (60, "60-7", "0.2.2")
    assert (gaoya.run, gaoya.commit, gaoya.machine, gaoya.load) == ABOUT


def test_a_tool_that_fails_is_a_row_and_does_not_run_again(
    made: Path, turns: list[str], tmp_path: Path
) -> None:
    *_, (gaoya, daft) = compare(Bench(tmp_path, 60), CHOSEN, made, 4, ABOUT)
    assert turns.count("gaoya") == 3
    assert (gaoya.rounds, gaoya.failure, gaoya.ratio) == ([], "exit 1: enough", None)
    assert len(daft.rounds) == 4
    assert "| gaoya | failed |" in results.page([gaoya, daft])


def test_runs_are_joined_in_file_page_and_plots(
    made: Path, turns: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "out" / "results.json"
    bench = Bench(tmp_path, 60)
    for tool in CHOSEN:
        *_, rows = compare(bench, [tool], made, 1, ABOUT)
        run.publish(path, rows)
    assert [row.tool for row in results.load(path)] == ["daft", "gaoya"]
    assert (path.parent / "RESULTS.md").read_text("utf-8") == results.page(results.load(path))
    assert {"seconds.svg", "memory.svg"} <= {file.name for file in path.parent.iterdir()}


def test_a_quick_run_fails_on_recall_and_not_on_time(
    made: Path, turns: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr(run, "QUICK", ("dedup stories", "daft"))
    monkeypatch.setattr(run, "QUICK_STORIES", 60)
    monkeypatch.setattr(run, "WARM_UP", 60)
    monkeypatch.setattr(tools, "installed", lambda tool, environments: True)
    assert run.quick(Bench(tmp_path, 60), 7, 1) == 1
    said = capsys.readouterr()
    assert "dedup stories: recall 0.0000 is below 0.99" in said.err
    assert "| dedup stories |" in said.out
    monkeypatch.setattr(run, "below_floor", lambda row: "")
    assert run.quick(Bench(tmp_path, 60), 7, 1) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--tools", "dafft"], "no tool 'dafft'"),
        (["--rounds", "0"], "one round at least"),
    ],
)
def test_bad_arguments_are_told(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setattr("sys.argv", ["run", *arguments])
    with pytest.raises(SystemExit) as stopped:
        run.main()
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err
