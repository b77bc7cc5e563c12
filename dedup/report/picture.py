"""An evaluation as a picture: one SVG file without scripts, fonts or links, light and small.

Colours are from Okabe and Ito's palette, told apart by colour-blind readers; every line is
labelled at its end and dashed in its own way, so that the picture also works in grey.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape as escape_xml

from dedup.evaluation import Bars, Evaluation, Grid, Lines
from dedup.report.escape import escape, shorten

WIDTH = 720
_LEFT, _RIGHT, _PLOT = 150, 100, 260
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
_DASHES = ("", "7 4", "2 3", "9 3 2 3")
_INK, _FAINT, _RULE = "#222", "#666", "#ddd"
_ROW, _BAR = 26, 11
_LONGEST_NAME = 22
"""Cells of a name beside a row or a line."""


def svg(evaluation: Evaluation) -> str:
    """The charts of an evaluation under one another, each under its title."""
    parts: list[str] = []
    top = 46
    for chart in evaluation.charts:
        drawn, height = _drawn(chart)
        if drawn:
            parts.append(f'<g transform="translate(0 {top})">{drawn}</g>')
            top += height + 30
    title = shorten(evaluation.title, 90)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" '
        f'height="{top}" role="img" aria-label="{_attribute(title)}" '
        'font-family="system-ui, Helvetica, Arial, sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{top}" fill="#fff"/>\n'
        f"{_text(20, 28, title, size=15, weight='bold')}\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _drawn(chart: Lines | Grid | Bars) -> tuple[str, int]:
    """A chart and its height; nothing for one that has nothing to show."""
    if isinstance(chart, Lines):
        return _lines(chart)
    return _grid(chart) if isinstance(chart, Grid) else _bars(chart)


def _lines(chart: Lines) -> tuple[str, int]:
    width = WIDTH - _LEFT - _RIGHT
    top = 30
    parts = [_text(20, 14, chart.title, weight="600")]
    for step in range(0, 11, 2):
        at = step / 10
        y, x = top + _PLOT * (1 - at), _LEFT + width * at
        parts.append(_rule(_LEFT, y, _LEFT + width, y))
        parts.append(_text(_LEFT - 8, y + 4, f"{at:.1f}", anchor="end", fill=_FAINT))
        parts.append(_text(x, top + _PLOT + 18, f"{at:.1f}", anchor="middle", fill=_FAINT))
    parts.append(_text(_LEFT + width / 2, top + _PLOT + 38, chart.x, anchor="middle"))
    parts.append(_text(20, top + _PLOT / 2, chart.y))
    ends: list[tuple[float, float, str, str]] = []
    for number, (name, points) in enumerate(chart.series):
        if points:
            colour = _COLOURS[number % len(_COLOURS)]
            dash = _DASHES[number % len(_DASHES)]
            placed = [(_LEFT + width * x, top + _PLOT * (1 - y)) for x, y in points]
            parts.append(_polyline(placed, colour, dash))
            ends.append((*placed[-1], name, colour))
    parts += _end_labels(ends)
    return "".join(parts), top + _PLOT + 42


def _end_labels(ends: Iterable[tuple[float, float, str, str]]) -> list[str]:
    """Names at the ends of lines, pushed down where they would overlap."""
    parts, lowest = [], float("-inf")
    for x, y, name, colour in sorted(ends, key=lambda end: (end[1], end[2])):
        lowest = max(y, lowest + 15)
        parts.append(_text(x + 8, lowest + 4, name, fill=colour, weight="600"))
    return parts


def _grid(chart: Grid) -> tuple[str, int]:
    if not chart.rows:
        return "", 0
    wide = min(96.0, (WIDTH - _LEFT - 20) / len(chart.columns))
    parts = [_text(20, 14, chart.title, weight="600")]
    for column, name in enumerate(chart.columns):
        x = _LEFT + wide * (column + 0.5)
        parts.append(_text(x, 38, shorten(name, max(4, int(wide / 7))), anchor="middle"))
    for row, (name, counts) in enumerate(zip(chart.rows, chart.cells, strict=True)):
        y = 46 + row * 34
        total = sum(counts) or 1
        parts.append(_text(_LEFT - 10, y + 21, shorten(name, _LONGEST_NAME), anchor="end"))
        for column, count in enumerate(counts):
            x = _LEFT + wide * column
            part = count / total
            parts.append(
                f'<rect x="{x + 1:.1f}" y="{y + 1}" width="{wide - 2:.1f}" height="32" rx="3" '
                f'fill="{_COLOURS[0]}" fill-opacity="{0.04 + 0.86 * part:.2f}"/>'
            )
            ink = "#fff" if part > 0.5 else _INK
            parts.append(_text(x + wide / 2, y + 21, str(count), anchor="middle", fill=ink))
    return "".join(parts), 46 + len(chart.rows) * 34


def _bars(chart: Bars) -> tuple[str, int]:
    if not chart.rows:
        return "", 0
    width = WIDTH - _LEFT - _RIGHT
    bar = _BAR if len(chart.series) > 1 else 2 * _BAR
    tall = max(_ROW, bar * len(chart.series) + 8)
    bottom = 46 + tall * len(chart.rows)
    parts = [_text(20, 14, chart.title, weight="600"), _legend(chart.series)]
    for step in range(0, 11, 2):
        x = _LEFT + width * step / 10
        parts.append(_rule(x, 42, x, bottom))
        label = f"{step / 10:.1f}"
        parts.append(_text(x, bottom + 16, label, anchor="middle", fill=_FAINT))
    for row, (name, values) in enumerate(chart.rows):
        y = 46 + row * tall
        parts.append(_text(_LEFT - 10, y + tall / 2 + 2, shorten(name, _LONGEST_NAME),
                           anchor="end"))
        for number, value in enumerate(values):
            parts.append(_bar(y + number * bar, bar - 1, value, width, number))
    return "".join(parts), bottom + 22


def _bar(y: float, height: float, value: float | None, width: float, number: int) -> str:
    colour = _COLOURS[number % len(_COLOURS)]
    size = 11 if height > _BAR else 10
    if value is None:
        return _text(_LEFT + 6, y + height - 1, "not measured", size=size, fill=_FAINT)
    long = max(0.0, min(1.0, value)) * width
    label = _text(_LEFT + long + 6, y + height / 2 + size / 3, f"{value:.3f}", size=size)
    return (
        f'<rect x="{_LEFT}" y="{y}" width="{long:.1f}" height="{height}" fill="{colour}"/>{label}'
    )


def _legend(series: Sequence[str]) -> str:
    if len(series) < 2:
        return ""
    parts, x = [], _LEFT
    for number, name in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        parts.append(f'<rect x="{x}" y="24" width="10" height="10" fill="{colour}"/>')
        parts.append(_text(x + 16, 33, shorten(name, _LONGEST_NAME)))
        x += 30 + 7 * len(name)
    return "".join(parts)


def _polyline(points: Sequence[tuple[float, float]], colour: str, dash: str) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashed}/>'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_RULE}"/>'


def _text(
    x: float, y: float, words: str, *, anchor: str = "start", fill: str = _INK, size: int = 12,
    weight: str = "400",
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-size="{size}" '
        f'font-weight="{weight}">{escape_xml(escape(words))}</text>'
    )


def _attribute(words: str) -> str:
    return escape_xml(words, {'"': "&quot;"})
