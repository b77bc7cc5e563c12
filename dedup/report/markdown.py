"""Findings as Markdown: for a comment, a page, or the summary of a job.

Whatever comes from the input stands in ``<code>`` with every sign of Markdown and HTML written as
a character reference: no link, image, mention, formula or markup can come of it.
"""

from __future__ import annotations

from collections.abc import Container
from typing import TextIO

from dedup.model import Finding, Tables
from dedup.report import wording
from dedup.report.escape import escape, shorten
from dedup.report.look import Look
from dedup.report.order import gravest_first
from dedup.report.places import Places
from dedup.report.summary import counts_line, grouped, statistics
from dedup.rules import LEVELS, RULES

LARGEST = 1024 * 1024
"""Bytes of a job summary that GitHub takes; a larger one is rejected whole. Source: GitHub's
documentation of workflow commands, "Adding a job summary"."""

_RESERVE = 512
"""Bytes kept free for the sentence that says what was cut."""

_PATH_CELLS = 200
_PLAIN = frozenset(" ,-./;()%=+")
"""ASCII that means nothing inside ``<code>``, besides letters and digits."""

_COUNTS = "| Findings | Rule | Level | What it is | Fix |\n| ---: | --- | --- | --- | --- |\n"
_FINDINGS = "| Level | Rule | Where | Story | What |\n| --- | --- | --- | --- | --- |\n"


def write_markdown(tables: Tables, stream: TextIO, look: Look) -> None:
    """A heading, counts by rule, and a table of findings, the gravest first: never over 1 MiB."""
    stream.write(document(tables, look, LARGEST))


def document(tables: Tables, look: Look, room: int, most: int | None = None) -> str:
    """The document in at most ``room`` bytes, with at most ``most`` findings.

    Findings that do not fit are left out from the end, and their number is told. Empty when there
    is not even room for the counts.
    """
    head = _head(tables, look)
    used = _size(head) + _size(_FINDINGS) + _RESERVE
    if used > room:
        return ""
    if look.statistics or not tables.findings:
        return head
    places, rows = Places(look.root), []
    for finding in gravest_first(tables.findings)[: _fewest(most, look.max_show)]:
        row = _row(finding, places)
        used += _size(row)
        if used > room:
            break
        rows.append(row)
    return f"{head}\n{_FINDINGS}{''.join(rows)}{_rest(len(tables.findings) - len(rows))}"


def code(text: str) -> str:
    """Text from the input, shown as it is and never understood."""
    shown = escape(text)
    plain = _PLAIN - {"."} if "www." in shown.lower() else _PLAIN
    safe = (
        ch if ch.isalnum() or not ch.isascii() or ch in plain else f"&#{ord(ch)};" for ch in shown
    )
    return f"<code>{''.join(safe)}</code>"


def _head(tables: Tables, look: Look) -> str:
    found, new = len(tables.findings), " new" if look.known else ""
    noun = "finding" if found == 1 else "findings"
    title = f"{grouped(found)}{new} {noun}" if found else f"nothing{new} found"
    known = f" The baseline holds {grouped(look.known)} more." if look.known else ""
    head = f"## dedup: {title}\n\n{counts_line(tables)}.{known}\n"
    rows = [
        f"| {grouped(row.findings)} | {_own(row.rule, RULES)} | {_own(row.level, LEVELS)} "
        f"| {RULES[row.rule].summary if row.rule in RULES else '-'} | {row.fixable} |\n"
        for row in statistics(tables)
    ]
    return f"{head}\n{_COUNTS}{''.join(rows)}" if rows else head


def _row(finding: Finding, places: Places) -> str:
    where = "-"
    if finding.path:
        where = f"{code(shorten(places.path(finding.path), _PATH_CELLS))}:"
        where += str(wording.line_of(finding))
    about = code(shorten(finding.story_id, wording.ID_CELLS)) if finding.story_id else "-"
    number = "" if finding.paragraph is None else f", paragraph {finding.paragraph}"
    what = code(wording.message(finding)) + wording.fix_note(finding).replace("[", "(").replace(
        "]", ")"
    )
    level, rule = _own(finding.level, LEVELS), _own(finding.rule, RULES)
    return f"| {level} | {rule} | {where} | {about}{number} | {what} |\n"


def _own(word: str, vocabulary: Container[str]) -> str:
    """A word of ours as it is, any other as code."""
    return word if word in vocabulary else code(shorten(word, wording.ID_CELLS))


def _rest(hidden: int) -> str:
    if not hidden:
        return ""
    noun = "finding is" if hidden == 1 else "findings are"
    return (
        f"\n{grouped(hidden)} more {noun} not shown here, none graver than the last one shown: "
        "`--report json-lines=FILE` writes them all.\n"
    )


def _fewest(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
