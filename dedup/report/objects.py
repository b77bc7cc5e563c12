"""Findings for machines: one JSON object, or one object a line as in the ``findings`` table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

import orjson

from dedup.model import SCHEMA_VERSION, Finding, Tables
from dedup.report.escape import escape_json
from dedup.report.look import Look
from dedup.report.summary import statistics, summary


def write_json(tables: Tables, stream: TextIO, look: Look) -> None:
    """One object: ``schema_version``, ``summary``, and ``findings`` (or ``statistics``).

    Every finding stands on a line of its own. A bound to what is shown is for people; a machine
    gets everything.
    """
    key = "statistics" if look.statistics else "findings"
    stream.write(f'{{"schema_version":{SCHEMA_VERSION},"summary":{json_line(summary(tables))},')
    stream.write(f'"{key}":[')
    separator = "\n"
    for line in _lines(tables, look.statistics):
        stream.write(separator + line)
        separator = ",\n"
    stream.write("\n]}\n")


def write_json_lines(tables: Tables, stream: TextIO, look: Look) -> None:
    """One finding (or one rule's count) a line, the same objects as in the tables of a run."""
    stream.writelines(f"{line}\n" for line in _lines(tables, look.statistics))


def _lines(tables: Tables, with_statistics: bool) -> Iterator[str]:
    if with_statistics:
        return (json_line(row._asdict()) for row in statistics(tables))
    return map(finding_line, tables.findings)


def finding_line(finding: Finding) -> str:
    """A finding as JSON of one line, safe to show; whatever its evidence holds becomes plain."""
    columns = {**finding._asdict(), "fix": finding.fix._asdict()}
    evidence = dict(finding.evidence)
    try:
        plain = orjson.dumps(evidence, _plain, orjson.OPT_SORT_KEYS)
        columns["evidence"] = orjson.Fragment(plain)
        return escape_json(orjson.dumps(columns, _plain).decode())
    except TypeError:
        columns["evidence"] = json.loads(json.dumps(evidence, default=_plain, sort_keys=True))
        return json_line(columns)


def json_line(value: object) -> str:
    """JSON of one line, safe to show; NumPy scalars become numbers, what JSON lacks text."""
    try:
        return escape_json(orjson.dumps(value, _plain).decode())
    except TypeError:
        # Lone surrogates, from names of files for instance: only the standard library takes them.
        return escape_json(json.dumps(value, default=_plain, separators=(",", ":")))


def _plain(value: object) -> object:
    """NumPy scalars as numbers, anything else that JSON does not know as text."""
    return value.tolist() if hasattr(value, "tolist") else str(value)
