"""The results: ratios, how runs are joined, and the page and plots made from them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import plots, results, run
from benchmarks.results import Row
from benchmarks.tools import BY_NAME

GOLDEN = Path(__file__).with_name("golden.md")


def took(wall: float, memory: float = 5e8) -> dict[str, float]:
    return {"wall": wall, "cpu": 2 * wall, "memory": memory, "anonymous": memory / 2,
            "largest": memory}  # fmt: skip


def row(tool: str, stories: int, *walls: float, run: str = "2026-01-02 03:04") -> Row:
    return Row(
        tool, "1.0", stories, f"{stories}-7", run, "abc1234", "Processor | 2 cores",
        [took(wall, stories * 4e4) for wall in walls], {"0.8": 0.98, "0.7": 0.6, "0.5": 0.05},
        0.9994, 1200, load=0.04 if stories > 1000 else None,
    )  # fmt: skip


FAILED = replace(row("text-dedup", 1000), failure="exit 1: a `bad`\nend | of it")
ROWS = results.with_ratios([
    row("dedup scan", 1000, 1.5, 0.9, 1.0), row("daft", 1000, 2.0, 1.0, 1.25), FAILED,
    row("dedup scan", 100_000, 5.04), row("daft", 100_000, 6.3), row("gaoya", 100_000, 123.4),
])  # fmt: skip


def test_the_median_of_the_rounds_counts() -> None:
    assert row("daft", 10, 3.0, 1.0, 2.0).middle("wall") == 2.0
    assert row("daft", 10, 3.0, 1.0).middle("cpu") == 4.0


def test_ratios_are_to_daft_in_the_same_run_at_the_same_size() -> None:
    assert [one.ratio for one in ROWS] == [0.8, 1.0, None, 0.8, 1.0, 19.587]
    assert results.with_ratios([row("gaoya", 10, 1.0)])[0].ratio is None
    lone = results.with_ratios([row("gaoya", 10, 1.0), row("daft", 20, 1.0)])
    assert lone[0].ratio is None


def test_newer_rows_replace_older_ones_tool_by_tool_and_size_by_size() -> None:
    newer = row("daft", 1000, 9.0, run="2026-02-02 02:02")
    joined = results.merged(ROWS, [newer])
    assert [(one.stories, one.tool) for one in joined] == [
        (1000, "dedup scan"), (1000, "daft"), (1000, "text-dedup"),
        (100_000, "dedup scan"), (100_000, "daft"), (100_000, "gaoya"),
    ]  # fmt: skip
    assert joined[1] == newer
    assert results.merged([], joined) == results.merged(joined, joined) == joined


def test_rows_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    assert results.load(path) == []
    results.save(path, ROWS)
    assert results.load(path) == ROWS
    before = path.read_bytes()
    results.save(path, results.load(path))
    assert path.read_bytes() == before


def test_the_page_is_as_it_was() -> None:
    assert results.page(results.merged([], ROWS)) == GOLDEN.read_text("utf-8")


def test_plots_are_the_same_bytes_and_name_every_tool(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        plots.write(ROWS, folder)
    for name in ("seconds.svg", "memory.svg"):
        drawn = (one / name).read_bytes()
        assert drawn == (two / name).read_bytes()
        said = "".join(ElementTree.fromstring(drawn).itertext())  # noqa: S314 -- our own file
        assert all(tool in said for tool in ("dedup scan", "daft", "gaoya", "100,000"))
        assert "text-dedup" not in said  # it failed: there is nothing to draw


@given(st.lists(st.floats(0, 10), min_size=1, max_size=8).map(sorted))
def test_labels_keep_their_order_and_do_not_lie_on_one_another(places: list[float]) -> None:
    moved = plots.apart(places, 0.5)
    assert all(high - low > 0.49 for low, high in pairwise(moved))
    if all(high - low >= 0.5 for low, high in pairwise(places)):
        assert moved == places


@pytest.mark.parametrize(
    ("recall", "failure", "told"),
    [
        ({"0.8": 1.0, "0.7": 0.99}, "", ""),
        ({"0.8": 1.0, "0.7": 0.9899}, "", "dedup scan: recall 0.9899 is below 0.99"),
        ({}, "exit 2: no", "dedup scan failed: exit 2: no"),
    ],
)
def test_a_recall_of_ours_below_its_floor_fails(
    recall: dict[str, float], failure: str, told: str
) -> None:
    ours = replace(row("dedup scan", 10, 1.0), recall=recall, failure=failure)
    assert run.below_floor(ours) == told
    assert run.below_floor(replace(ours, tool="daft")) == ""


def test_committed_results_and_their_page_belong_together() -> None:
    folder = Path(results.__file__).parent
    rows = results.load(folder / "results.json")
    assert {one.tool for one in rows} <= set(BY_NAME)
    assert results.page(rows) == (folder / "RESULTS.md").read_text("utf-8")
