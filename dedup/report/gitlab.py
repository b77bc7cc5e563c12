"""Findings as a GitLab Code Quality report.

The widget compares two reports by fingerprint, so fingerprints are unique in a report and the
same in the next one. Source: GitLab's documentation of the Code Quality report format.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from typing import TextIO

from dedup.model import Finding, Tables
from dedup.report import wording
from dedup.report.look import Look
from dedup.report.objects import json_line
from dedup.report.order import gravest_first, numbered
from dedup.report.places import Places

_SEVERITY = {"error": "major", "warning": "minor", "note": "info"}


def write_gitlab(tables: Tables, stream: TextIO, look: Look) -> None:
    """An array of issues, one a line, the gravest first; an empty array when there is none."""
    places = Places(look.root)
    numbers = {id(finding): number for finding, number in numbered(tables.findings)}
    separator = "["
    for finding in gravest_first(tables.findings):
        issue = _issue(finding, numbers[id(finding)], places)
        stream.write(f"{separator}\n{json_line(issue)}")
        separator = ","
    stream.write("[]\n" if separator == "[" else "\n]\n")


def _issue(finding: Finding, number: int, places: Places) -> dict[str, object]:
    return {
        # The widget does not show check_name.
        "description": ": ".join(_description(finding)),
        "check_name": finding.rule,
        "fingerprint": _fingerprint(finding, number),
        "severity": _SEVERITY.get(finding.level, "info"),
        "location": {
            "path": places.path(finding.path),
            "lines": {"begin": wording.line_of(finding)},
        },
    }


def _description(finding: Finding) -> Iterator[str]:
    yield finding.rule
    about = wording.subject(finding)
    if about:
        yield about
    yield wording.message(finding)


def _fingerprint(finding: Finding, number: int) -> str:
    known_by = f"{finding.rule}\0{finding.fingerprint}\0{number}"
    return blake2b(known_by.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
