"""Findings as CSV, a row a finding, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from typing import Any, TextIO

from dedup.model import Finding, Fix, Tables
from dedup.report.escape import escape
from dedup.report.look import Look
from dedup.report.objects import json_line
from dedup.report.summary import RuleCount, statistics

COLUMNS = (
    *Finding._fields[: Finding._fields.index("fix")],
    *Fix._fields,
    *Finding._fields[Finding._fields.index("fix") + 1 :],
)
"""The columns of a finding; what is to be done about it stands in two of them."""

LONGEST_CELL = 32_767
"""Characters a cell holds in Excel and LibreOffice; a longer one spills into the next rows."""

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula, the full-width forms too."""


def write_csv(tables: Tables, stream: TextIO, look: Look) -> None:
    """A header and a row a finding (or rule); ``related`` and ``evidence`` hold JSON.

    Separator comma, quotes doubled, lines end with a newline, no byte order mark. A text that a
    spreadsheet would take for a formula begins with an apostrophe; what is invisible is escaped,
    so that no cell holds a line break.
    """
    writer = csv.writer(stream, lineterminator="\n")
    if look.statistics:
        writer.writerow(RuleCount._fields)
        writer.writerows([_cell(value) for value in row] for row in statistics(tables))
        return
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _values(row)] for row in tables.findings)


def _values(finding: Finding) -> list[Any]:
    columns = finding._asdict() | finding.fix._asdict()
    columns["related"] = json_line(finding.related)
    columns["evidence"] = json_line(dict(sorted(finding.evidence.items())))
    return [columns[name] for name in COLUMNS]


def _cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return str(value).lower() if isinstance(value, bool) else value
    text = escape(str(value))
    text = f"'{text}" if text.lstrip().startswith(_FORMULA) else text
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
