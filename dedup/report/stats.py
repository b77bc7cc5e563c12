"""Counts and shares of a run, for people and for machines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any, TextIO

from dedup.model import SCHEMA_VERSION
from dedup.report.escape import cells, shorten
from dedup.report.objects import json_line
from dedup.report.summary import grouped
from dedup.stats import GroupCount, RuleShare, Stats

_NAME_CELLS = 48
_GROUP_HEAD = (
    "stories", "duplicates", "%", "words", "furniture %", "repeated %", "findings"
)  # fmt: skip
_RULE_HEAD = ("level", "findings", "stories", "%", "outlets", "words")

Cells = tuple[str, ...]

BY = ("rule", "outlet", "day")
"""What counts can be given by."""


def write_text(found: Stats, by: Sequence[str], stream: TextIO, max_show: int | None) -> None:
    """A table of each kind under one another. ``max_show`` bounds the rows of each.

    Whatever comes from the input is escaped.
    """
    tables: list[tuple[str, Cells, list[tuple[str, Cells]], Cells]] = []
    if "rule" in by:
        rows = [(f"{row.rule} {row.name}".strip(), _rule_cells(row)) for row in found.rules]
        tables.append(("rule", _RULE_HEAD, rows, ()))
    for kind, groups in (("outlet", found.outlets), ("day", found.days)):
        if kind in by:
            rows = [(row.name or "(none)", _group_cells(row)) for row in groups]
            tables.append((kind, _GROUP_HEAD, rows, _group_cells(found.total)))
    for place, (kind, head, rows, total) in enumerate(tables):
        shown = list(islice(rows, max_show))
        lines = [(kind, head), *shown, *([("all", total)] if total else [])]
        stream.write("\n" if place else "")
        stream.writelines(f"{line}\n" for line in _aligned(lines))
        if len(shown) < len(rows):
            stream.write(f"… and {grouped(len(rows) - len(shown))} more; "
                         "--max-show shows more of them\n")  # fmt: skip


def write_json(found: Stats, by: Sequence[str], stream: TextIO, max_show: int | None) -> None:
    """One object: ``total``, and a list for each kind, a row a line. Machines get every row."""
    del max_show
    stream.write(f'{{"schema_version":{SCHEMA_VERSION},"total":{json_line(_object(found.total))}')
    kinds: dict[str, list[dict[str, Any]]] = {
        "rule": [row._asdict() for row in found.rules],
        "outlet": [_object(row) for row in found.outlets],
        "day": [_object(row) for row in found.days],
    }
    for kind in by:
        rows = ",".join(f"\n{json_line(row)}" for row in kinds[kind])
        stream.write(f',\n"by_{kind}":[{rows}]')
    stream.write("}\n")


WRITERS = {"text": write_text, "json": write_json}
"""How counts can be written, by name."""


def _object(row: GroupCount) -> dict[str, Any]:
    shares = {
        "duplicate_share": row.duplicate_share, "furniture_share": row.furniture_share,
        "repeated_share": row.repeated_share,
    }  # fmt: skip
    return {**row._asdict(), **shares}


def _group_cells(row: GroupCount) -> tuple[str, ...]:
    return (
        grouped(row.stories), grouped(row.duplicates), _percent(row.duplicate_share),
        grouped(row.words), _percent(row.furniture_share), _percent(row.repeated_share),
        grouped(row.findings),
    )  # fmt: skip


def _rule_cells(row: RuleShare) -> tuple[str, ...]:
    return (
        row.level, grouped(row.findings), grouped(row.stories), _percent(row.share),
        grouped(row.outlets), grouped(row.words),
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


def _aligned(lines: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Lines in columns: the name to the left, the rest to the right."""
    named = [(shorten(name, _NAME_CELLS), row) for name, row in lines]
    first = max(cells(name) for name, _ in named)
    widths = [max(len(row[column]) for _, row in named) for column in range(len(named[0][1]))]
    return [
        "  ".join([name + " " * (first - cells(name)),
                   *(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))])
        for name, row in named
    ]  # fmt: skip
