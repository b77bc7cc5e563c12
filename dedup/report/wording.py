"""The words in which findings are told: where, what, and what would be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dedup.model import Finding
from dedup.report.escape import escape, shorten
from dedup.report.summary import grouped

MESSAGE_CELLS = 200
ID_CELLS = 80
_RELATED_SHOWN = 5
_VALUES_SHOWN = 4
_QUOTED = 100
WORKINGS = ("pattern",)
"""Evidence about how a rule works; `dedup explain` shows it."""

_ACTIONS = {"drop": "drop the story", "strip": "strip the paragraph"}
_STRIP_PART = "strip this part of the paragraph"
_SAFETY = {"safe": "safe: `dedup clean`", "unsafe": "unsafe: `dedup clean --unsafe`"}


def line_of(finding: Finding) -> int:
    """Line where the record begins, or the paragraph in a file that is one story; 1 or more."""
    return max(int(finding.evidence.get("line", finding.line)), 1)


def place(finding: Finding) -> str:
    """``path:line:1``; a story that came from no file goes by its id."""
    if not finding.path:
        return f"story {shorten(finding.story_id, ID_CELLS)}"
    return f"{escape(finding.path)}:{line_of(finding)}:1"


def paragraph(finding: Finding) -> str:
    """``paragraph 3: ``, or nothing when the story as a whole is meant."""
    return "" if finding.paragraph is None else f"paragraph {finding.paragraph}: "


def message(finding: Finding) -> str:
    """The message, with the score and the story that stays where there are any."""
    # A score of 1 is what the message says in words: the same, repeats.
    notes = [] if finding.score in (None, 1.0) else [f"{finding.score:.2f}"]
    if finding.kept_id is not None and finding.kept_id != finding.story_id:
        notes.append(f"kept: {shorten(finding.kept_id, ID_CELLS)}")
    ending = f" ({', '.join(notes)})" if notes else ""
    return shorten(finding.message, MESSAGE_CELLS) + ending


def subject(finding: Finding) -> str:
    """``story 4712, paragraph 3``; empty where no story is meant."""
    parts = [f"story {shorten(finding.story_id, ID_CELLS)}"] if finding.story_id else []
    if finding.paragraph is not None:
        parts.append(f"paragraph {finding.paragraph}")
    return ", ".join(parts)


def fix_note(finding: Finding) -> str:
    """`` [safe fix]``, or nothing."""
    return f" [{finding.fix.safety} fix]" if finding.fix.safety in _SAFETY else ""


def excerpt(finding: Finding) -> str:
    """What the evidence quotes of the paragraph, untouched but for the sign that it was cut."""
    text = finding.evidence.get("text", "")
    if not isinstance(text, str):
        return ""
    # The evidence quotes the beginning of a long paragraph only.
    cut = finding.end is not None and finding.end - (finding.start or 0) > len(text)
    return f"{text} …" if cut and len(text) >= _QUOTED else text


def details(
    finding: Finding, left_out: Sequence[str] = WORKINGS
) -> Iterator[tuple[str, str]]:
    """Related stories, evidence and fix, each with its label."""
    if finding.related:
        yield "related", _listing(finding.related, _RELATED_SHOWN)
    words = _evidence_words(finding.evidence, left_out)
    if words:
        yield "evidence", words
    if finding.fix.action in _ACTIONS and finding.fix.safety in _SAFETY:
        action = _STRIP_PART if finding.evidence.get("glued") else _ACTIONS[finding.fix.action]
        yield "fix", f"{action} ({_SAFETY[finding.fix.safety]})"


def _evidence_words(evidence: Mapping[str, Any], left_out: Sequence[str]) -> str:
    """Evidence as words, sorted by name: ``cosine 0.98 · jaccard 0.93``."""
    names = (name for name in sorted(evidence) if name != "text" and name not in left_out)
    return " · ".join(f"{shorten(name, ID_CELLS)} {_value(evidence[name])}" for name in names)


def _listing(values: Sequence[Any], most: int) -> str:
    shown = ", ".join(_value(value) for value in values[:most])
    rest = len(values) - most
    return f"{shown} and {grouped(rest)} more" if rest > 0 else shown


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int):
        return grouped(value)
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list | tuple):
        return _listing(value, _VALUES_SHOWN)
    return shorten(str(value), ID_CELLS)
