"""Findings for people: a line each (``concise``), or with their reasons (``full``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TextIO

from dedup.model import Finding, StoryRow, Tables
from dedup.report.escape import cells, escape, shorten, wrap
from dedup.report.summary import grouped, statistics
from dedup.rules import RULES

_WIDTH = 100
_MESSAGE_CELLS = 200
_ID_CELLS = 80
_EXCERPT_LINES = 3
_RELATED_SHOWN = 5
_VALUES_SHOWN = 4
_QUOTED = 100
_WORKINGS = ("pattern",)
"""Evidence about how a rule works; `dedup explain` shows it."""

_COLORS = {"error": "1;31", "warning": "1;33", "note": "1;36", "bold": "1", "dim": "2"}
_ACTIONS = {"drop": "drop the story", "strip": "strip the paragraph"}
_STRIP_PART = "strip this part of the paragraph"
_SAFETY = {"safe": "safe: `dedup clean`", "unsafe": "unsafe: `dedup clean --unsafe`"}


def write_concise(
    tables: Tables, stream: TextIO, *, color: bool, max_show: int | None, with_statistics: bool
) -> None:
    """``path:line:column: CODE message (score, kept: id) [safe fix]``, a line a finding."""
    if with_statistics:
        _write_statistics(tables, stream, color)
        return
    for finding in islice(tables.findings, max_show):
        place = _paint(_place(finding), "bold", color)
        code = _paint(escape(finding.rule), finding.level, color)
        words = f"{_where(finding)}{_message(finding)}{_fix_note(finding)}"
        stream.write(f"{place}: {code} {words}\n")
    _write_rest(tables, stream, max_show)


def write_full(
    tables: Tables, stream: TextIO, *, color: bool, max_show: int | None, with_statistics: bool
) -> None:
    """Write findings by story: message, excerpt, evidence, and what would be done about them."""
    if with_statistics:
        _write_statistics(tables, stream, color)
        return
    rows = {(row.path, row.line, row.story_id): row for row in tables.stories}
    for story, findings in _by_story(islice(tables.findings, max_show)).items():
        stream.write(_paint(_heading(findings[0], rows.get(story)), "bold", color) + "\n")
        for finding in findings:
            stream.writelines(f"{line}\n" for line in finding_lines(finding, color=color))
        stream.write("\n")
    _write_rest(tables, stream, max_show)


def finding_lines(
    finding: Finding, *, color: bool = False, text: str = "", thorough: bool = False
) -> Iterator[str]:
    """One finding with its reasons, indented.

    ``text`` is its paragraph, else what the evidence quotes of it. ``thorough`` shows evidence
    that explains the working of a rule, not the finding.
    """
    code = _paint(escape(finding.rule), finding.level, color)
    yield f"  {code} {_where(finding)}{_message(finding)}"
    for line in wrap(text or _excerpt(finding), _WIDTH - 6, _EXCERPT_LINES):
        yield f"    {_paint('│', 'dim', color)} {line}"
    for label, words in _details(finding, () if thorough else _WORKINGS):
        yield f"    {_paint(f'{label:<9}', 'dim', color)}{words}"


def _evidence_words(evidence: Mapping[str, Any], left_out: Sequence[str]) -> str:
    """Evidence as words, sorted by name: ``cosine 0.98 · jaccard 0.93``."""
    names = (name for name in sorted(evidence) if name != "text" and name not in left_out)
    return " · ".join(f"{escape(name)} {_value(evidence[name])}" for name in names)


def _by_story(findings: Iterable[Finding]) -> dict[tuple[str, int, str], list[Finding]]:
    stories: dict[tuple[str, int, str], list[Finding]] = {}
    for finding in findings:
        stories.setdefault((finding.path, finding.line, finding.story_id), []).append(finding)
    return stories


def _heading(finding: Finding, row: StoryRow | None) -> str:
    parts = [_place(finding)]
    if finding.story_id and finding.path:
        parts.append(f"story {shorten(finding.story_id, _ID_CELLS)}")
    if row is not None:
        parts += [shorten(text, _ID_CELLS) for text in (row.source, row.title) if text]
    return " · ".join(parts)


def _place(finding: Finding) -> str:
    """Say where the record begins, or the paragraph, in a file that is one story.

    A story that came from no file goes by its id.
    """
    if not finding.path:
        return f"story {shorten(finding.story_id, _ID_CELLS)}"
    line = finding.evidence.get("line", finding.line)
    return f"{escape(finding.path)}:{max(line, 1)}:1"


def _where(finding: Finding) -> str:
    if finding.paragraph is None:
        return ""
    return f"paragraph {finding.paragraph}: "


def _message(finding: Finding) -> str:
    # A score of 1 is what the message says in words: the same, repeats.
    notes = [] if finding.score in (None, 1.0) else [f"{finding.score:.2f}"]
    if finding.kept_id is not None and finding.kept_id != finding.story_id:
        notes.append(f"kept: {shorten(finding.kept_id, _ID_CELLS)}")
    ending = f" ({', '.join(notes)})" if notes else ""
    return shorten(finding.message, _MESSAGE_CELLS) + ending


def _fix_note(finding: Finding) -> str:
    return f" [{finding.fix.safety} fix]" if finding.fix.safety in _SAFETY else ""


def _excerpt(finding: Finding) -> str:
    text = finding.evidence.get("text", "")
    if not isinstance(text, str):
        return ""
    # The evidence quotes the beginning of a long paragraph only.
    cut = finding.end is not None and finding.end - (finding.start or 0) > len(text)
    return f"{text} …" if cut and len(text) >= _QUOTED else text


def _details(finding: Finding, left_out: Sequence[str]) -> Iterator[tuple[str, str]]:
    if finding.related:
        yield "related", _listing(finding.related, _RELATED_SHOWN)
    words = _evidence_words(finding.evidence, left_out)
    if words:
        yield "evidence", words
    if finding.fix.action in _ACTIONS and finding.fix.safety in _SAFETY:
        action = _STRIP_PART if finding.evidence.get("glued") else _ACTIONS[finding.fix.action]
        yield "fix", f"{action} ({_SAFETY[finding.fix.safety]})"


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
    return shorten(str(value), _ID_CELLS)


def _write_rest(tables: Tables, stream: TextIO, max_show: int | None) -> None:
    hidden = 0 if max_show is None else len(tables.findings) - max_show
    if hidden > 0:
        stream.write(f"… and {grouped(hidden)} more; --max-show shows more of them\n")


def _write_statistics(tables: Tables, stream: TextIO, color: bool) -> None:
    counts = statistics(tables)
    width = max((cells(grouped(row.findings)) for row in counts), default=0)
    for row in counts:
        level = _paint(f"{row.level:<8}", row.level, color)
        fix = {"safe": "[safe fix]", "unsafe": "[unsafe fix]"}.get(row.fixable, "")
        name = row.name if row.rule in RULES else "(a rule this version does not know)"
        line = f"{grouped(row.findings):>{width}}  {escape(row.rule)}  {level} {fix:<13}{name}"
        stream.write(line.rstrip() + "\n")


def _paint(text: str, name: str, color: bool) -> str:
    code = _COLORS.get(name) if color else None
    return f"\x1b[{code}m{text}\x1b[0m" if code else text
