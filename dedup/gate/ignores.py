"""Findings that the user does not want to hear of, by outlet, and ignores that have no use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from dedup.model import Finding

PerSource = Mapping[str, Sequence[str]]
"""Prefixes of rules by glob of outlets."""


class Ignored(NamedTuple):
    """The findings that stay, and the entries (glob, prefix) that took none."""

    findings: list[Finding]
    unused: list[tuple[str, str]]


def unwanted(
    findings: Iterable[Finding], per_source: PerSource, sources: Iterable[str]
) -> Ignored:
    """Leave out findings of rules that are ignored in their outlet.

    Globs take names of outlets in any case. An entry counts as unused only if one of ``sources``
    fits its glob: settings are shared by feeds that do not hold every outlet.
    """
    outlets = sorted(set(sources))
    entries = {
        outlet: [(glob, codes) for glob, codes in per_source.items() if _fits(outlet, glob)]
        for outlet in outlets
    }
    kept, used = [], set()
    for row in findings:
        hits = [
            (glob, code) for glob, codes in entries.get(row.source, ()) for code in codes
            if code == "ALL" or row.rule.startswith(code)
        ]  # fmt: skip
        used.update(hits)
        if not hits:
            kept.append(row)
    there = {glob for listed in entries.values() for glob, _ in listed}
    asked = [(glob, code) for glob in sorted(there) for code in per_source[glob]]
    return Ignored(kept, [entry for entry in asked if entry not in used])


def _fits(outlet: str, glob: str) -> bool:
    return bool(outlet) and fnmatchcase(outlet.lower(), glob.lower())
