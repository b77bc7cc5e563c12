"""Findings for people, by what belongs together: a cluster of copies, a text in many places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple, TextIO

from dedup.model import Finding, Tables
from dedup.report import wording
from dedup.report.escape import escape, shorten
from dedup.report.look import Look
from dedup.report.order import rank
from dedup.report.summary import grouped
from dedup.report.terminal import paint, told, write_rest, write_statistics
from dedup.rules import RULES

_QUOTE_CELLS = 60


class Key(NamedTuple):
    """What findings have in common: a cluster, a rule and a text, or only a rule."""

    kind: str
    name: str
    text: str = ""


def write_grouped(tables: Tables, stream: TextIO, look: Look) -> None:
    """A block a cluster, a text in several places, and a block a rule for what stands alone.

    The gravest come first, then the largest.
    """
    if look.statistics:
        write_statistics(tables, stream, look)
        return
    sizes = Counter(row.cluster_id for row in tables.clusters)
    left = len(tables.findings) if look.max_show is None else look.max_show
    for key, findings in _groups(tables.findings):
        if left <= 0:
            break
        stream.write(_heading(key, findings, sizes, look.color) + "\n")
        same = key.kind == "text" and len({finding.message for finding in findings}) == 1
        for finding in findings[:left]:
            place = paint(wording.place(finding), "bold", look.color)
            words = _briefly(finding) if same else f"{_code(finding, look.color)} {told(finding)}"
            stream.write(f"  {place}: {words}\n")
        left -= len(findings)
        stream.write("\n")
    write_rest(tables, stream, look)


def _groups(findings: Iterable[Finding]) -> list[tuple[Key, list[Finding]]]:
    groups: dict[Key, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(_key(finding), []).append(finding)
    for key, alone in [(key, held) for key, held in groups.items() if len(held) == 1]:
        if key.kind == "text":
            del groups[key]
            groups.setdefault(Key("rule", key.name), []).extend(alone)
    # The order of the tables settles the rest: sorting is stable.
    return sorted(groups.items(), key=lambda group: (min(map(rank, group[1])), -len(group[1])))


def _key(finding: Finding) -> Key:
    if finding.paragraph is not None:
        return Key("text", finding.rule, finding.fingerprint)
    if finding.rule.startswith("DUP") and finding.cluster_id:
        return Key("cluster", finding.cluster_id)
    return Key("rule", finding.rule)


def _heading(
    key: Key, findings: list[Finding], sizes: Counter[str], color: bool
) -> str:
    if key.kind == "cluster":
        kept = sorted({finding.kept_id for finding in findings if finding.kept_id})
        stays = f", kept: {shorten(kept[0], wording.ID_CELLS)}" if len(kept) == 1 else ""
        size = max(sizes[key.name], len(findings))
        words = f"cluster {escape(key.name)}: {grouped(size)} stories{stays}"
        return paint(words, "bold", color)
    rule = RULES.get(key.name)
    name = f" {rule.name}" if rule else ""
    what = f"{grouped(len(findings))} {'finding' if len(findings) == 1 else 'findings'}"
    if key.kind == "text":
        quote = shorten(wording.excerpt(findings[0]), _QUOTE_CELLS)
        what = f"{grouped(len(findings))} × {quote}" if quote else f"{what} of one text"
    return f"{_code(findings[0], color)}{paint(name, 'bold', color)}: {what}"


def _briefly(finding: Finding) -> str:
    return f"{wording.subject(finding)}{wording.fix_note(finding)}"


def _code(finding: Finding, color: bool) -> str:
    return paint(escape(finding.rule), finding.level, color)
