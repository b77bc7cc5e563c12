"""Orders and numbers that every report shares, so that equal runs give equal bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from dedup.model import Finding
from dedup.rules import LEVELS

_RANK = {level: rank for rank, level in enumerate(reversed(LEVELS))}


def gravest_first(findings: Iterable[Finding]) -> list[Finding]:
    """Findings by level, the gravest first; those of a level stay in the order of the tables."""
    return sorted(findings, key=rank)


def rank(finding: Finding) -> int:
    """0 for the gravest level; one that this version does not know comes last."""
    return _RANK.get(finding.level, len(_RANK))


def numbered(findings: Iterable[Finding]) -> Iterator[tuple[Finding, int]]:
    """Each finding with how many before it have its fingerprint.

    One line of furniture that stands in two stories gives two findings of one fingerprint; the
    number tells them apart and, but for which of them comes first, survives every move.
    """
    seen: Counter[str] = Counter()
    for finding in findings:
        yield finding, seen[finding.fingerprint]
        seen[finding.fingerprint] += 1
