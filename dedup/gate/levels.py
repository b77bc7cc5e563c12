"""The level of each finding: its rule's, the user's, or one that depends on how many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dedup.model import Finding
from dedup.rules import LEVELS, RULES, longest_prefix


class RuleLevel(NamedTuple):
    """What the user set for a rule or a family of rules.

    ``error_if`` is a number of new findings: so many are errors, fewer warnings at most.
    """

    level: str | None = None
    error_if: int | None = None


def levelled(findings: Iterable[Finding], levels: Mapping[str, RuleLevel]) -> list[Finding]:
    """The findings at the levels that hold now, whatever they were before.

    ``levels`` are by code or prefix; the longest prefix that has a level (or an ``error_if``)
    decides. Findings of rules this version does not know stay as they are.
    """
    rows = list(findings)
    return at_levels(rows, Counter(row.rule for row in rows if row.new), levels)


def at_levels(
    findings: Iterable[Finding], new: Mapping[str, int], levels: Mapping[str, RuleLevel]
) -> list[Finding]:
    """The same for a part of the findings; ``new`` counts those of each rule among all."""
    rows = list(findings)
    level_of = {
        code: _level(code, new.get(code, 0), levels) for code in {row.rule for row in rows}
    }
    return [
        row if level_of[row.rule] in ("", row.level) else row._replace(level=level_of[row.rule])
        for row in rows
    ]


def _level(code: str, new: int, levels: Mapping[str, RuleLevel]) -> str:
    """The level that holds for a rule; empty for one this version does not know."""
    if code not in RULES:
        return ""
    given = {prefix: each for prefix, each in levels.items() if each.level is not None}
    counted = {prefix: each for prefix, each in levels.items() if each.error_if is not None}
    by_level, by_count = longest_prefix(code, given), longest_prefix(code, counted)
    level = (levels[by_level].level if by_level else None) or RULES[code].level
    if by_count is None:
        return level
    if new >= (levels[by_count].error_if or 0):
        return "error"
    return min(level, "warning", key=LEVELS.index)
