"""Findings as annotations of a GitHub workflow, and the summary of its job.

Limits are GitHub's: ten annotations of a level in a step, a summary of 1 MiB in a step. Source:
GitHub's documentation of workflow commands; the runner's `ActionCommand` for what is escaped.
"""

from __future__ import annotations

from typing import TextIO

from dedup.model import Finding, Tables
from dedup.report import selection, wording
from dedup.report.escape import escape
from dedup.report.look import Look
from dedup.report.markdown import LARGEST, document
from dedup.report.order import gravest_first
from dedup.report.places import NO_FILE, Places
from dedup.report.summary import grouped
from dedup.rules import RULES

MOST_OF_A_LEVEL = 10
"""Annotations of a level that GitHub shows of one step."""

MOST_IN_SUMMARY = 1000
"""Findings in a job summary: more make the page slow and nobody reads them."""

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def write_github(tables: Tables, stream: TextIO, look: Look) -> None:
    """One ``::error file=…::`` a finding, ten a level, the gravest first; then what was cut."""
    places = Places(look.root)
    left = dict.fromkeys(_COMMANDS, MOST_OF_A_LEVEL)
    for finding in gravest_first(tables.findings):
        if left.get(finding.level, 0) > 0:
            left[finding.level] -= 1
            stream.write(_annotation(finding, places) + "\n")
    shown = MOST_OF_A_LEVEL * len(left) - sum(left.values())
    if shown < len(tables.findings):
        stream.write(
            f"{grouped(shown)} of {grouped(len(tables.findings))} findings are annotated, at most "
            f"{MOST_OF_A_LEVEL} of a level; the job summary lists more\n"
        )


def job_summary(tables: Tables, taken: int, *, root: str = "", redact: bool = False) -> str:
    """Markdown for a step's summary that holds ``taken`` bytes already; empty without room."""
    shown, known = selection(tables, redact=redact)
    look = Look(root=root, known=known)
    return document(shown, look, LARGEST - taken, MOST_IN_SUMMARY)


def _annotation(finding: Finding, places: Places) -> str:
    line = str(wording.line_of(finding))
    file = places.path(finding.path)
    rule = RULES.get(finding.rule)
    title = f"{finding.rule} {rule.name}" if rule else finding.rule
    properties = {"file": file, "line": line, "endLine": line} if file != NO_FILE else {}
    properties["title"] = title
    about = wording.subject(finding)
    words = f"{about}: {wording.message(finding)}" if about else wording.message(finding)
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.level]} {given}::{_message(words + wording.fix_note(finding))}"


def _message(text: str) -> str:
    """A command's message: percent signs and line ends as the runner decodes them."""
    return escape(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    """A property: as a message, and colons and commas too, which end it."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")
