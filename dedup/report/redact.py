"""Tables without the text of stories, for reports that may be read where the stories may not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dedup.model import Finding, PairRow, StoryRow, Tables, TemplateRow
from dedup.rules import RULES

REDACTED = "(redacted)"

_PLAIN_MESSAGES = frozenset(
    ["DUP101", "DUP102", "DUP103", "DUP106", "PAR201", "PAR202", "PAR203", "PAR204",
     "BLP301", "BLP302", "BLP303", "BLP304", "BLP305", "BLP306", "INP902", "INP904", "INP905"]
)  # fmt: skip
"""Rules whose messages name ids, numbers, paths and entries of the lexicon, and quote nothing."""

_PLAIN_EVIDENCE = frozenset(
    ["relation", "decided_by", "nominated_by", "language", "glued", "entry", "first", "against",
     "position", "first_seen", "last_seen"]
)  # fmt: skip
"""Evidence in words that are ours, or in ids, dates and paths."""


def redacted(tables: Tables) -> Tables:
    """The same tables with every text, title, changed fact and learned line left out.

    What stays are ids, sources, paths, places, scores, counts and fingerprints. Evidence and
    messages stay only where they are known to quote nothing: a rule that is new here is silent.
    """
    return replace(
        tables,
        stories=[_story(row) for row in tables.stories],
        pairs=[_pair(row) for row in tables.pairs],
        findings=[_finding(finding) for finding in tables.findings],
        templates=[_template(row) for row in tables.templates],
    )


def _story(row: StoryRow) -> StoryRow:
    return row._replace(title="")


def _pair(row: PairRow) -> PairRow:
    return row._replace(facts=tuple(REDACTED for _ in row.facts))


def _template(row: TemplateRow) -> TemplateRow:
    return row._replace(template=REDACTED, slots=(), examples=(), because=())


def _finding(finding: Finding) -> Finding:
    message = finding.message
    if finding.rule not in _PLAIN_MESSAGES:
        rule = RULES.get(finding.rule)
        message = rule.summary if rule else REDACTED
    return finding._replace(message=message, evidence=_evidence(finding.evidence))


def _evidence(evidence: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in evidence.items()
        if name in _PLAIN_EVIDENCE or not isinstance(value, str | bytes | list | tuple | dict | set)
    }
