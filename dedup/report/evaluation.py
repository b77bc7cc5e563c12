"""An evaluation for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TextIO

from dedup.evaluation import Error, Evaluation, Figure, Table, Verdict
from dedup.report.escape import cells, escape, escape_json, shorten

_LONGEST_EXCERPT = 100
"""Cells of a quoted paragraph in the list of errors."""


def write_text(
    evaluation: Evaluation, verdicts: Sequence[Verdict], stream: TextIO
) -> None:
    """Figures with their counts and 95 % intervals, tables, the worst errors, floors that fell.

    Whatever comes from labels or stories is escaped.
    """
    parts = [escape(evaluation.title)]
    parts += [_figures(evaluation.figures)] if evaluation.figures else []
    parts += [_table(table) for table in evaluation.tables if table.rows]
    if evaluation.errors:
        parts.append(_errors(evaluation.errors))
    if verdicts:
        parts.append(_verdicts(verdicts))
    stream.write("\n\n".join(parts) + "\n")


def write_json(
    evaluation: Evaluation, verdicts: Sequence[Verdict], stream: TextIO
) -> None:
    """One object: ``title``, ``figures``, ``tables``, ``errors``, ``floors``."""
    value = {
        "title": evaluation.title,
        "figures": [
            {**figure._asdict(), "interval": figure.interval} for figure in evaluation.all_figures
        ],
        "tables": [table._asdict() for table in evaluation.tables],
        "errors": [error._asdict() for error in evaluation.errors],
        "floors": [{**verdict._asdict(), "passed": verdict.passed} for verdict in verdicts],
    }
    stream.write(escape_json(json.dumps(value, ensure_ascii=False)) + "\n")


WRITERS = {"text": write_text, "json": write_json}
"""How an evaluation can be written, by name."""


def shown_value(value: str | float | None) -> str:
    """A cell: shares with four places, counts as they are, a dash for what is not known."""
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else escape(str(value))


def _figures(figures: Sequence[Figure]) -> str:
    width = max((cells(figure.name) for figure in figures), default=0)
    return "\n".join(_figure(figure, width) for figure in figures)


def _figure(figure: Figure, width: int) -> str:
    line = f"{_padded(figure.name, width)}  {shown_value(figure.value)}"
    if figure.of is not None:
        line += f"  ({figure.hits} of {figure.of}"
        line += "; 95 % {:.3f}-{:.3f})".format(*figure.interval) if figure.interval else ")"
    return f"{line}  [{escape(figure.note)}]" if figure.note else line


def _table(table: Table) -> str:
    rows = [tuple(map(escape, table.head)), *(tuple(map(shown_value, row)) for row in table.rows)]
    widths = [max(cells(row[column]) for row in rows) for column in range(len(table.head))]
    words = {
        column for column in range(len(table.head))
        if column == 0 or any(isinstance(row[column], str) for row in table.rows)
    }  # fmt: skip
    lines = [
        "  ".join(
            cell + " " * (width - cells(cell)) if column in words
            else " " * (width - cells(cell)) + cell
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]  # fmt: skip
    return "\n".join([escape(table.title), *(f"  {line}" for line in lines)])


def _errors(errors: Sequence[Error]) -> str:
    lines = ["Worst errors"]
    for error in errors:
        score = "" if error.score is None else f" {error.score:.4f}"
        lines.append(f"  {escape(error.kind)}{score}: {shorten(error.what, _LONGEST_EXCERPT)}")
        if error.command:
            lines.append(f"    {escape(error.command)}")
    return "\n".join(lines)


def _verdicts(verdicts: Sequence[Verdict]) -> str:
    width = max(cells(verdict.name) for verdict in verdicts)
    fallen = sum(not verdict.passed for verdict in verdicts)
    lines = [f"Floors: {fallen} of {len(verdicts)} fallen"]
    for verdict in verdicts:
        state = "ok" if verdict.passed else "BELOW ITS FLOOR"
        if verdict.value is None:
            state = "NOT MEASURED"
        lines.append(f"  {_padded(verdict.name, width)}  {shown_value(verdict.value)}  "
                     f"floor {verdict.floor:.4f}  {state}")
    return "\n".join(lines)


def _padded(text: str, width: int) -> str:
    return escape(text) + " " * (width - cells(text))
