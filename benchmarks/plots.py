"""Two plots of the results, stories against seconds and against memory, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.results import Row
from benchmarks.tools import BY_NAME

# The colours of Okabe and Ito, which people who do not see red or green tell apart, the yellow
# left out for its contrast on white; markers differ as well.
_LINES = {
    "dedup stories": ("#000000", "o", "-"), "dedup scan": ("#D55E00", "s", "-"),
    "dedup scan 2GB": ("#D55E00", "d", "--"), "daft": ("#0072B2", "^", "-"),
    "gaoya": ("#009E73", "D", "-"), "rensa": ("#CC79A7", "v", "-"),
    "datasketch": ("#E69F00", "<", "-"), "datatrove": ("#56B4E9", ">", "-"),
    "text-dedup": ("#7F7F7F", "P", "-"),
}  # fmt: skip

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "dedup", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 10,
    "axes.spines.top": False, "axes.spines.right": False,
}  # fmt: skip

LABEL_GAP = 0.042
"""Least distance between two labels at the ends of lines, as a share of the height."""


def write(rows: Sequence[Row], folder: Path) -> None:
    """Write ``seconds.svg`` and ``memory.svg``; the same rows give the same bytes."""
    with rc_context(_STYLE):
        for name, title, value in (
            ("seconds", "Seconds of wall clock", lambda row: row.middle("wall")),
            ("memory", "Peak memory, gigabytes", lambda row: row.middle("memory") / 1e9),
        ):
            drawn(rows, title, value).savefig(
                folder / f"{name}.svg", metadata={"Date": None, "Creator": None}
            )


def drawn(rows: Sequence[Row], title: str, value: Callable[[Row], float]) -> Figure:
    """One plot, a line for each tool, its name at the end of it."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    ends: dict[str, tuple[float, float]] = {}
    for tool, (colour, marker, dashes) in _LINES.items():
        own = [row for row in rows if row.tool == tool and row.rounds]
        points = sorted((row.stories, value(row)) for row in own)
        if not points:
            continue
        ends[tool] = points[-1]
        axes.plot(
            [x for x, _ in points], [y for _, y in points], color=colour, marker=marker,
            linestyle=dashes, linewidth=2.5 if BY_NAME[tool].ours else 1.3, markersize=5,
        )  # fmt: skip
    _scales(axes, sorted({row.stories for row in rows}), title)
    _labels(axes, ends)
    return figure


def _scales(axes: Axes, sizes: Sequence[int], title: str) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(sizes)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{y:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("Stories")
    axes.set_title(title, loc="left", fontsize=11)
    axes.grid(visible=True, which="major", color="#DDDDDD", linewidth=0.8)
    axes.set_axisbelow(True)


def _labels(axes: Axes, ends: dict[str, tuple[float, float]]) -> None:
    """Names at the ends of the lines, moved apart where they would lie on one another.

    Faint dots lead to the name of a tool that was not measured up to the right edge: a stroke
    would look like a measurement.
    """
    low, high = axes.get_ylim()
    right = max((x for x, _ in ends.values()), default=1)
    names = sorted(ends, key=lambda tool: (ends[tool][1], tool))
    gap = LABEL_GAP * log(high / low)
    heights = apart([log(ends[tool][1]) for tool in names], gap)
    for tool, height in zip(names, heights, strict=True):
        whole = ends[tool][0] == right
        axes.annotate(
            tool, ends[tool], (right * 1.18, exp(height)), textcoords="data", va="center",
            color="#222222", fontweight="bold" if BY_NAME[tool].ours else "normal",
            arrowprops={"arrowstyle": "-", "color": _LINES[tool][0], "shrinkA": 0, "shrinkB": 3,
                        "relpos": (0, 0.5), "linestyle": "-" if whole else (0, (1, 4)),
                        "linewidth": 1.2 if whole else 0.8},
            annotation_clip=False,
        )  # fmt: skip


def apart(places: list[float], gap: float) -> list[float]:
    """Ascending places moved as little as brings neighbours ``gap`` apart, in their order."""
    moved = [*places]
    for _ in range(1000):
        close = [i for i in range(len(moved) - 1) if moved[i + 1] - moved[i] < gap * 0.999]
        for i in close:
            lack = (gap - (moved[i + 1] - moved[i])) / 2
            moved[i] -= lack
            moved[i + 1] += lack
        if not close:
            break
    return moved
