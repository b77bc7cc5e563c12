"""Findings that the user does not want to hear of, by outlet, and ignores that have no use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from fnmatch import fnmatchcase
from operator import itemgetter
from typing import NamedTuple

from dedup.model import Finding

PerSource = Mapping[str, Sequence[str]]
"""Prefixes of rules by glob of outlets."""

Entry = tuple[str, str]
"""A glob of outlets and a prefix of rules that is ignored in them."""


class Ignored(NamedTuple):
    """The findings that stay, and the entries (glob, prefix) that took none."""

    findings: list[Finding]
    unused: list[Entry]


class Ignores:
    """The entries of ``per_source`` that fit outlets which are there.

    Globs take names of outlets in any case. An entry counts as unused only if one of ``outlets``
    fits its glob: settings are shared by feeds that do not hold every outlet.
    """

    def __init__(self, per_source: PerSource, outlets: Iterable[str]) -> None:
        self._entries = {
            outlet: [
                (glob, code)
                for glob, codes in per_source.items() if _fits(outlet, glob) for code in codes
            ]
            for outlet in sorted(set(outlets) if per_source else ())
        }  # fmt: skip

    def applied(self, findings: Iterable[Finding]) -> tuple[list[Finding], set[Entry]]:
        """The findings that are not ignored in their outlet, and the entries that took others."""
        if not self._entries:
            return list(findings), set()
        kept: list[Finding] = []
        used: set[Entry] = set()
        for row in findings:
            hits = [
                (glob, code) for glob, code in self._entries.get(row.source, ())
                if code == "ALL" or row.rule.startswith(code)
            ]  # fmt: skip
            used.update(hits)
            if not hits:
                kept.append(row)
        return kept, used

    def unused(self, used: Set[Entry]) -> list[Entry]:
        """The entries that took none of all findings, by glob, in the order of the settings."""
        asked = dict.fromkeys(entry for listed in self._entries.values() for entry in listed)
        return sorted((entry for entry in asked if entry not in used), key=itemgetter(0))


def unwanted(
    findings: Iterable[Finding], per_source: PerSource, sources: Iterable[str]
) -> Ignored:
    """Leave out findings of rules that are ignored in their outlet, one of ``sources``."""
    ignores = Ignores(per_source, sources)
    kept, used = ignores.applied(findings)
    return Ignored(kept, ignores.unused(used))


def _fits(outlet: str, glob: str) -> bool:
    return bool(outlet) and fnmatchcase(outlet.lower(), glob.lower())
