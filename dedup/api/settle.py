"""What the user wants to hear of: ignores, levels and the baseline, applied to the findings."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dedup import gate
from dedup.finding_rows import in_order, of_file, paragraph_rows
from dedup.gate import Baseline, Limits, RuleLevel, Verdict
from dedup.gate import baseline as baselines
from dedup.model import Finding, Tables
from dedup.rules import UNUSED, select

if TYPE_CHECKING:
    from dedup.settings import Settings

Origin = Callable[[str], str]
"""Where a part of a table of settings was set, ``dedup.toml:7``; empty if that is not known."""


def settled(
    tables: Tables, settings: Settings, origin: Origin | None = None, *, fresh: bool = True
) -> Tables:
    """The tables without findings ignored in their outlet, the others at their levels.

    Of ``fresh`` tables, in which nothing was ignored before, ignores without use are findings.
    """
    sources = (row.source for row in tables.stories)
    ignored = gate.unwanted(tables.findings, settings.per_source_ignores, sources)
    rows = ignored.findings
    if fresh and UNUSED in select(settings.select, settings.ignore):
        rows += _unused(ignored.unused, origin or (lambda _: ""))
    return _with_findings(tables, gate.levelled(in_order(rows), _levels(settings)))


class Survey(NamedTuple):
    """What the findings of all slices say about each of them."""

    new: Counter[str]
    used: set[gate.Entry]

    def plus(self, other: Survey) -> Survey:
        """The same for both together."""
        return Survey(self.new + other.new, self.used | other.used)


class Settling:
    """The same as ``settled``, for fresh tables that come slice by slice.

    Levels may depend on how many findings there are, and whether an ignore is without use on all
    of them: where they do (``surveys``), every slice is looked at once before any is settled.
    """

    def __init__(self, settings: Settings, outlets: Iterable[str], origin: Origin | None) -> None:
        self._ignores = gate.Ignores(settings.per_source_ignores, outlets)
        self._levels, self._origin = _levels(settings), origin or (lambda _: "")
        self._tells = UNUSED in select(settings.select, settings.ignore)
        self._new: Counter[str] = Counter()
        self.nothing_asked = not (settings.per_source_ignores or self._levels)
        counted = any(each.error_if is not None for each in self._levels.values())
        self.surveys = counted or (self._tells and bool(settings.per_source_ignores))

    def surveyed(self, tables: Tables) -> Survey:
        """What a slice adds to the survey."""
        kept, used = self._ignores.applied(tables.findings)
        return Survey(Counter(row.rule for row in kept if row.new), used)

    def enter(self, survey: Survey) -> list[Finding]:
        """Take in what all slices say; findings about ignores without use, for their places."""
        unused = _unused(self._ignores.unused(survey.used), self._origin) if self._tells else []
        self._new = survey.new + Counter(row.rule for row in unused)
        return unused

    def settled(self, tables: Tables) -> Tables:
        """A slice without findings ignored in their outlet, the others at their levels."""
        if self.nothing_asked:
            return tables
        kept, _ = self._ignores.applied(tables.findings)
        findings = gate.at_levels(kept, self._new, self._levels)
        if findings == tables.findings:
            return tables
        return replace(tables, findings=findings, paragraphs=paragraph_rows(findings))


def accepting(tables: Tables, settings: Settings, baseline: Baseline) -> Tables:
    """The tables with what the baseline accepts no longer new, and levels that follow."""
    marked = gate.marked(tables.findings, baseline, tables.stories)
    return _with_findings(tables, gate.levelled(marked, _levels(settings)))


def with_baseline(tables: Tables, settings: Settings) -> Tables:
    """The same with the baseline of the settings, if they name one. Raises as ``read`` does."""
    if not settings.baseline:
        return tables
    scheme = baselines.scheme(tables.manifest)
    return accepting(tables, settings, baselines.read(Path(settings.baseline), scheme))


def verdict(tables: Tables, settings: Settings) -> Verdict:
    """Whether the findings are more than the settings allow."""
    limits = Limits(
        settings.fail_on, settings.max_new, settings.max_findings, settings.max_ratio
    )
    return gate.judged(tables.findings, len(tables.stories), limits)


def _levels(settings: Settings) -> dict[str, RuleLevel]:
    return {
        code: RuleLevel(each.level, each.error_if) for code, each in settings.rules.items()
    }


def _unused(entries: Iterable[tuple[str, str]], origin: Origin) -> list[Finding]:
    found = []
    for glob, code in entries:
        path, _, line = origin(f"per-source-ignores.{glob}").rpartition(":")
        # Reports speak of files from the working folder, as of the inputs.
        at = (os.path.relpath(path), int(line)) if path and line.isdigit() else ("", 0)
        message = f"per-source-ignores: nothing of {code} was found in {glob!r}"
        found.append(of_file(UNUSED, at, f"{glob}\0{code}", message, {"ignore": f"{glob}: {code}"}))
    return found


def _with_findings(tables: Tables, findings: list[Finding]) -> Tables:
    if findings == tables.findings:
        return tables
    counts = {**tables.manifest.get("counts", {}), "findings": len(findings)}
    return replace(
        tables, findings=findings, paragraphs=paragraph_rows(findings),
        manifest={**tables.manifest, "counts": counts},
    )  # fmt: skip
