"""Findings as SARIF 2.1.0, in the measure of GitHub's code scanning.

Limits are GitHub's, from its documentation of SARIF support: 10 MB compressed, 25,000 results of
which 5,000 are shown, 1,000 locations of a result of which 100 are shown, 20 tags of a rule of
which 10 are shown, 1,024 characters of a description, and no empty string.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TextIO

from dedup.model import Finding, StoryRow, Tables
from dedup.report import wording
from dedup.report.escape import shorten
from dedup.report.look import Look
from dedup.report.objects import json_line
from dedup.report.order import gravest_first, numbered
from dedup.report.places import Places
from dedup.report.sarif_rules import LEVELS, driver
from dedup.report.summary import grouped

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 25_000
MOST_SHOWN = 5_000
MOST_RELATED = 100
LARGEST = 9_500_000
"""Bytes of results, compressed; the rest of the 10 MB is for the rules."""

_NAME_CELLS = 200
_TEXT_CELLS = 2000
_LINKED = re.compile(r"(?: of | in | as | by | at )")


class _Context(NamedTuple):
    """What every result needs to know of the run."""

    places: Places
    stories: Mapping[str, StoryRow]
    rules: Mapping[str, int]
    numbers: Mapping[int, int]


def write_sarif(tables: Tables, stream: TextIO, look: Look) -> None:
    """One run: rules that fired, results by gravity, and how many were cut."""
    findings = gravest_first(tables.findings)
    codes = sorted({finding.rule for finding in findings[:MOST_RESULTS]})
    context = _Context(
        Places(look.root),
        {row.story_id: row for row in tables.stories},
        {rule: index for index, rule in enumerate(codes)},
        {id(finding): number for finding, number in numbered(tables.findings)},
    )
    results = _fitting([json_line(_result(each, context)) for each in findings[:MOST_RESULTS]])
    run = json_line(_run(tables, codes, len(results), look))
    joined = ",\n".join(results)
    stream.write(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[\n')
    stream.write(f'{run[:-1]},"results":[\n{joined}\n]}}]}}\n')


def _run(tables: Tables, codes: Sequence[str], written: int, look: Look) -> dict[str, Any]:
    found = len(tables.findings)
    run: dict[str, Any] = {
        "tool": {"driver": driver(codes, str(tables.manifest.get("version", "")))},
        "automationDetails": {"id": "dedup/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True}],
        "properties": {"findings": found, "written": written, "cut": found - written,
                       "inBaseline": look.known},
    }  # fmt: skip
    if written < found:
        run["invocations"][0]["toolExecutionNotifications"] = [
            {"level": "warning", "message": {"text": _cut(written, found)}}
        ]
    return run


def _cut(written: int, found: int) -> str:
    return (
        f"{grouped(written)} of {grouped(found)} findings are here, the gravest first: GitHub "
        f"takes {grouped(MOST_RESULTS)} and shows {grouped(MOST_SHOWN)}, in 10 MB"
    )


def _fitting(lines: list[str]) -> list[str]:
    """As many of the first lines as fit when they are compressed."""
    encoded = [line.encode() for line in lines]
    # What is smaller than the limit as it stands needs no trial; few runs are larger.
    if sum(map(len, encoded)) <= LARGEST:
        return lines
    press = zlib.compressobj()
    size = 0
    for number, line in enumerate(encoded):
        size += len(press.compress(line))
        if size > LARGEST:
            return lines[:number]
    return lines


def _result(finding: Finding, context: _Context) -> dict[str, Any]:
    known = [story_id for story_id in finding.related if story_id in context.stories]
    related = [
        _related(number, context.stories[story_id], context)
        for number, story_id in enumerate(known[:MOST_RELATED])
    ]
    result = {
        "ruleId": finding.rule,
        "ruleIndex": context.rules[finding.rule],
        "level": finding.level if finding.level in LEVELS else "none",
        "message": {"text": _linked(finding, known)},
        "locations": [_location(finding, context)],
        "partialFingerprints": _fingerprints(finding, context.numbers[id(finding)]),
        "properties": _properties(finding),
    }
    return {**result, "relatedLocations": related} if related else result


def _location(finding: Finding, context: _Context) -> dict[str, Any]:
    location = _physical(finding.path, wording.line_of(finding), context)
    if finding.story_id:
        location["logicalLocations"] = [_logical(finding)]
    return location


def _physical(path: str, line: int, context: _Context) -> dict[str, Any]:
    # One line, never more: an alert is shown on a pull request only if all its lines changed.
    region = {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": 2}
    place = {"artifactLocation": {"uri": context.places.uri(path)}, "region": region}
    return {"physicalLocation": place}


def _logical(finding: Finding) -> dict[str, Any]:
    name = shorten(finding.story_id, _NAME_CELLS)
    if finding.paragraph is None:
        return {"name": name, "kind": "record"}
    full = f"{name}/{finding.paragraph}"
    return {"name": str(finding.paragraph), "fullyQualifiedName": full, "kind": "paragraph"}


def _related(number: int, row: StoryRow, context: _Context) -> dict[str, Any]:
    """A story with its place: GitHub takes no location without one."""
    name = shorten(row.story_id, _NAME_CELLS)
    return {
        "id": number,
        **_physical(row.path, max(row.line, 1), context),
        "logicalLocations": [{"name": name, "kind": "record"}],
        "message": {"text": _unlinked(f"story {name}")},
    }


def _linked(finding: Finding, known: Sequence[str]) -> str:
    """What is said of which story, with the first known related one as a link to its location.

    GitHub shows a related location only where the message links to it.
    """
    about = wording.subject(finding)
    words = _message(finding, known[0] if known else None)
    return f"{_unlinked(about)}: {words}" if about else words


def _message(finding: Finding, partner: str | None) -> str:
    words = wording.message(finding)
    if partner is None:
        return _unlinked(words) or finding.rule
    name = shorten(partner, wording.ID_CELLS)
    link = f"[story {_unlinked(name)}](0)"
    for found in _LINKED.finditer(f" {words}"):
        start = found.end() - 1
        if words.startswith(name, start):
            before, after = words[:start], words[start + len(name) :]
            return f"{_unlinked(before)}{link}{_unlinked(after)}"
    return f"{_unlinked(words)} ({link})"


def _unlinked(text: str) -> str:
    """Text in which no bracket begins a link (SARIF 2.1.0, 3.11.6)."""
    return re.sub(r"([\\\[\]])", r"\\\1", text)


def _fingerprints(finding: Finding, number: int) -> dict[str, str]:
    """Our key, and GitHub's where its own would say nothing.

    The upload hashes the first 100 characters of a line: in a text that is the paragraph itself,
    in a data file it is the names of the fields.
    """
    known_by = f"{finding.fingerprint or 'none'}:{number + 1}"
    own = {"dedupStory/v1": known_by}
    return own if "line" in finding.evidence else {"primaryLocationLineHash": known_by, **own}


def _properties(finding: Finding) -> dict[str, Any]:
    """All else that is known of a finding; nothing empty."""
    columns = finding._asdict()
    for name in ("rule", "level", "message", "path", "line", "related"):
        del columns[name]
    columns["fix"] = finding.fix._asdict()
    columns["evidence"] = {
        shorten(name, _NAME_CELLS): _bounded(value)
        for name, value in sorted(finding.evidence.items())
    }
    return {
        name: _bounded(value) for name, value in columns.items() if value not in ("", None, {})
    }


def _bounded(value: object) -> object:
    """A text, or each text of a list, as it is unless it is absurdly long."""
    if isinstance(value, list | tuple):
        return [_bounded(each) for each in value]
    long = isinstance(value, str) and len(value) > _TEXT_CELLS
    return shorten(str(value), _TEXT_CELLS) if long else value
