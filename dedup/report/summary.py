"""What a run found, in numbers: for the summary line, the statistics and the JSON report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dedup.model import Finding, Tables
from dedup.rules import LEVELS, RULES

_SEPARATOR = " · "


class RuleCount(NamedTuple):
    """A line of ``--statistics``: how often a rule fired, and what `clean` does about it."""

    findings: int
    rule: str
    level: str
    name: str
    fixable: str
    """``safe``, ``unsafe`` or ``none``: the mildest any of its findings asks for."""


class Tally(NamedTuple):
    """What the summary line counts; tallies of the slices of a run add up to that of the run."""

    levels: Counter[str]
    """Findings of each level."""
    new: int = 0
    """Findings that no baseline holds."""

    @classmethod
    def of(cls, findings: Sequence[Finding]) -> Tally:
        """The tally of these findings."""
        return cls(Counter(row.level for row in findings), sum(row.new for row in findings))

    def plus(self, other: Tally) -> Tally:
        """The tally of both."""
        return Tally(self.levels + other.levels, self.new + other.new)

    @property
    def findings(self) -> int:
        """How many there are."""
        return self.levels.total()


def summary_line(manifest: Mapping[str, Any], tally: Tally, seconds: float) -> str:
    """One line for people: stories, findings, duplicates, share of boilerplate, time."""
    return _counts_line(manifest.get("counts", {}), tally) + _SEPARATOR + _duration(seconds)


def counts_line(tables: Tables) -> str:
    """The summary line of tables, without the time."""
    counts = {"stories": len(tables.stories), **tables.manifest.get("counts", {})}
    return _counts_line(counts, Tally.of(tables.findings))


def _counts_line(counts: Mapping[str, int], tally: Tally) -> str:
    parts = [_count(counts.get("stories", 0), "story", "stories")]
    parts.append(_count(tally.findings, "finding") + _breakdown(tally))
    duplicates, clusters = counts.get("duplicates", 0), counts.get("clusters", 0)
    if duplicates:
        parts.append(f"{_count(duplicates, 'duplicate')} in {_count(clusters, 'cluster')}")
    words, boilerplate = counts.get("words", 0), counts.get("boilerplate_words", 0)
    if words and boilerplate:
        parts.append(f"{_percent(boilerplate / words)} of words is boilerplate")
    return _SEPARATOR.join(parts)


def summary(tables: Tables) -> dict[str, Any]:
    """Give the same as an object: the run's counts, and its findings by level and by rule."""
    levels = Counter(finding.level for finding in tables.findings)
    return {
        **dict(sorted(tables.manifest.get("counts", {}).items())),
        "stories": tables.manifest.get("counts", {}).get("stories", len(tables.stories)),
        "findings": len(tables.findings),
        "new_findings": sum(finding.new for finding in tables.findings),
        "by_level": {level: levels[level] for level in reversed(LEVELS)},
        "by_rule": dict(sorted(Counter(finding.rule for finding in tables.findings).items())),
    }


def statistics(tables: Tables) -> list[RuleCount]:
    """Count findings per rule, the most frequent first."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in tables.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    counts = [_rule_count(code, findings) for code, findings in by_rule.items()]
    return sorted(counts, key=lambda row: (-row.findings, row.rule))


def _rule_count(code: str, findings: list[Finding]) -> RuleCount:
    name = RULES[code].name if code in RULES else ""
    gravest = max((finding.level for finding in findings), key=_gravity)
    safeties = {finding.fix.safety for finding in findings}
    fixable = next((safety for safety in ("safe", "unsafe") if safety in safeties), "none")
    return RuleCount(len(findings), code, gravest, name, fixable)


def _gravity(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _breakdown(tally: Tally) -> str:
    """Say how many are new (if not all are), and how many of each level there are."""
    if not tally.findings:
        return ""
    parts = [f"{grouped(tally.new)} new"] if tally.new < tally.findings else []
    levels = tally.levels
    parts += [_count(levels[level], level) for level in reversed(LEVELS) if levels[level]]
    return f" ({', '.join(parts)})"


def grouped(number: int) -> str:
    """Whole number with a space between thousands."""
    return f"{number:,}".replace(",", " ")


def _count(number: int, one: str, many: str = "") -> str:
    return f"{grouped(number)} {one if number == 1 else many or one + 's'}"


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.1f} %" if percent >= 0.05 else "< 0.1 %"


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{grouped(minutes)} min {rest} s"
