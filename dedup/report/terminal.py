"""Findings for people: a line each (``concise``), or with their reasons (``full``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TextIO

from dedup.model import Finding, StoryRow, Tables
from dedup.report import wording
from dedup.report.escape import cells, escape, shorten, wrap
from dedup.report.look import Look
from dedup.report.summary import grouped, statistics
from dedup.rules import RULES

_WIDTH = 100
_EXCERPT_LINES = 3
_COLORS = {"error": "1;31", "warning": "1;33", "note": "1;36", "bold": "1", "dim": "2"}


def write_concise(tables: Tables, stream: TextIO, look: Look) -> None:
    """``path:line:column: CODE message (score, kept: id) [safe fix]``, a line a finding."""
    if look.statistics:
        write_statistics(tables, stream, look)
        return
    for finding in islice(tables.findings, look.max_show):
        place = paint(wording.place(finding), "bold", look.color)
        code = paint(escape(finding.rule), finding.level, look.color)
        stream.write(f"{place}: {code} {told(finding)}\n")
    write_rest(tables, stream, look)


def write_full(tables: Tables, stream: TextIO, look: Look) -> None:
    """Write findings by story: message, excerpt, evidence, and what would be done about them."""
    if look.statistics:
        write_statistics(tables, stream, look)
        return
    rows = {(row.path, row.line, row.story_id): row for row in tables.stories}
    for story, findings in _by_story(islice(tables.findings, look.max_show)).items():
        stream.write(paint(_heading(findings[0], rows.get(story)), "bold", look.color) + "\n")
        for finding in findings:
            stream.writelines(f"{line}\n" for line in finding_lines(finding, color=look.color))
        stream.write("\n")
    write_rest(tables, stream, look)


def finding_lines(
    finding: Finding, *, color: bool = False, text: str = "", thorough: bool = False
) -> Iterator[str]:
    """One finding with its reasons, indented.

    ``text`` is its paragraph, else what the evidence quotes of it. ``thorough`` shows evidence
    that explains the working of a rule, not the finding.
    """
    code = paint(escape(finding.rule), finding.level, color)
    yield f"  {code} {wording.paragraph(finding)}{wording.message(finding)}"
    for line in wrap(text or wording.excerpt(finding), _WIDTH - 6, _EXCERPT_LINES):
        yield f"    {paint('│', 'dim', color)} {line}"
    for label, words in wording.details(finding, () if thorough else wording.WORKINGS):
        yield f"    {paint(f'{label:<9}', 'dim', color)}{words}"


def told(finding: Finding) -> str:
    """Paragraph, message and fix of a finding on one line."""
    words = wording.paragraph(finding) + wording.message(finding)
    return words + wording.fix_note(finding)


def _by_story(findings: Iterable[Finding]) -> dict[tuple[str, int, str], list[Finding]]:
    stories: dict[tuple[str, int, str], list[Finding]] = {}
    for finding in findings:
        stories.setdefault((finding.path, finding.line, finding.story_id), []).append(finding)
    return stories


def _heading(finding: Finding, row: StoryRow | None) -> str:
    parts = [wording.place(finding)]
    if finding.story_id and finding.path:
        parts.append(f"story {shorten(finding.story_id, wording.ID_CELLS)}")
    if row is not None:
        parts += [shorten(text, wording.ID_CELLS) for text in (row.source, row.title) if text]
    return " · ".join(parts)


def write_rest(tables: Tables, stream: TextIO, look: Look) -> None:
    """Say how many findings ``max_show`` has hidden, if any."""
    hidden = 0 if look.max_show is None else len(tables.findings) - look.max_show
    if hidden > 0:
        stream.write(f"… and {grouped(hidden)} more; --max-show shows more of them\n")


def write_statistics(tables: Tables, stream: TextIO, look: Look) -> None:
    """Counts per rule, a line a rule."""
    counts = statistics(tables)
    width = max((cells(grouped(row.findings)) for row in counts), default=0)
    for row in counts:
        level = paint(f"{row.level:<8}", row.level, look.color)
        fix = {"safe": "[safe fix]", "unsafe": "[unsafe fix]"}.get(row.fixable, "")
        name = row.name if row.rule in RULES else "(a rule this version does not know)"
        line = f"{grouped(row.findings):>{width}}  {escape(row.rule)}  {level} {fix:<13}{name}"
        stream.write(line.rstrip() + "\n")


def paint(text: str, name: str, color: bool) -> str:
    """The text in the colour of a level, or ``bold`` or ``dim``."""
    code = _COLORS.get(name) if color else None
    return f"\x1b[{code}m{text}\x1b[0m" if code else text
