"""A run in numbers: one pass over its findings, for all the pictures at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from dedup.model import Finding, StoryRow, Tables

COPIES = ("DUP101", "DUP102", "DUP103")
"""The rules by which a story is superfluous."""

_EXAMPLES = 3

_record = itemgetter(Finding._fields.index("story_id"), Finding._fields.index("path"),
                     Finding._fields.index("line"))  # fmt: skip


class Step(NamedTuple):
    """A step of the funnel: what it takes, in words, and the words that are left after it."""

    name: str
    taken: int
    left: int
    fix: str
    """``safe``, ``unsafe``, or empty for a state between steps."""


class Marked(NamedTuple):
    """A story with findings in its paragraphs: its row, words, findings of each kind.

    ``words`` are those of boilerplate and of repeats inside the story.
    """

    row: StoryRow
    words: int
    repeats: int
    boilerplate: int

    @property
    def share(self) -> float:
        """Share of its words that is boilerplate or repeats, 0..1."""
        return min(1.0, self.words / self.row.total_words) if self.row.total_words else 0.0


@dataclass(slots=True)
class Outlet:
    """What one outlet ran: stories, copies among them by rule, words, words of boilerplate."""

    name: str
    stories: int = 0
    copies: Counter[str] = field(default_factory=Counter)
    words: int = 0
    boilerplate: int = 0
    days: Counter[int] = field(default_factory=Counter)
    copy_days: Counter[int] = field(default_factory=Counter)


@dataclass(slots=True)
class Entry:
    """Boilerplate that one entry of the lexicon, or one learned line, found."""

    rule: str
    name: str
    pattern: str
    findings: int = 0
    words: int = 0
    stories: int = 0
    outlets: set[str] = field(default_factory=set)
    first: float = float("inf")
    last: float = float("-inf")
    examples: dict[str, None] = field(default_factory=dict)
    because: tuple[str, ...] = ()
    """What speaks for a learned line; the lexicon's entries need no reasons."""
    _last_record: tuple[str, str, int] | None = None

    def add(self, finding: Finding, hours: float | None) -> None:
        """One more place where it was found."""
        self.findings += 1
        self.words += int(finding.evidence.get("words", 0))
        self.outlets.add(finding.source)
        record = (finding.story_id, finding.path, finding.line)
        if record != self._last_record:
            self.stories += 1
            self._last_record = record
        if hours is not None:
            self.first, self.last = min(self.first, hours), max(self.last, hours)
        if len(self.examples) < _EXAMPLES:
            self.examples[str(finding.evidence.get("text", ""))] = None


@dataclass(slots=True)
class Counts:
    """Everything the pictures count."""

    words: int = 0
    stories: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """Findings by rule, level and safety of the fix."""
    outlets: dict[str, Outlet] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    marked: list[Marked] = field(default_factory=list)

    def funnel(self) -> list[Step]:
        """From the words read to the words kept, step by step."""
        steps, left = [Step("Words read", 0, self.words, "")], self.words
        for name, fix in _STEPS:
            if not fix:
                steps.append(Step(name, 0, left, ""))
                continue
            left -= self.taken[name]
            steps.append(Step(name, self.taken[name], left, fix))
        return steps


_COPY, _STRIP_SAFE, _REPEAT_SAFE = "Identical copies", "Boilerplate", "Repeats inside a story"
_NEAR, _STRIP_UNSAFE = "Near copies, older versions", "Doubtful lines, paragraphs"
_STEPS = (
    (_COPY, "safe"), (_STRIP_SAFE, "safe"), (_REPEAT_SAFE, "safe"),
    ("Kept by safe fixes", ""),
    (_NEAR, "unsafe"), (_STRIP_UNSAFE, "unsafe"),
    ("Kept by all fixes", ""),
)  # fmt: skip


def count(tables: Tables, hours: Mapping[str, float]) -> Counts:
    """The numbers of a run; ``hours`` are publication times by story id, where known."""
    counts = Counts(sum(row.total_words for row in tables.stories), len(tables.stories))
    rows: dict[tuple[str, str, int], StoryRow] = {}
    for row in tables.stories:
        rows[row.story_id, row.path, row.line] = row
        _enter_story(counts, row, hours.get(row.story_id))
    for record, group in groupby(tables.findings, _record):
        findings = list(group)
        for finding in findings:
            counts.rules[finding.rule, finding.level, finding.fix.safety] += 1
        known = rows.get(record)
        if known is not None:
            _enter_findings(counts, known, findings, hours.get(record[0]))
    return counts


def _enter_story(counts: Counts, row: StoryRow, hours: float | None) -> None:
    outlet = counts.outlets.get(row.source)
    if outlet is None:
        outlet = counts.outlets[row.source] = Outlet(row.source)
    outlet.stories += 1
    outlet.words += row.total_words
    if hours is not None:
        outlet.days[int(hours // 24)] += 1


def _enter_findings(
    counts: Counts, row: StoryRow, findings: Sequence[Finding], hours: float | None
) -> None:
    outlet = counts.outlets[row.source]
    copy = next((f.rule for f in findings if f.rule in COPIES), None)
    if copy is not None:
        outlet.copies[copy] += 1
        if hours is not None:
            outlet.copy_days[int(hours // 24)] += 1
    strips = [f for f in findings if f.start is not None]
    boilerplate = [f for f in strips if f.rule.startswith("BLP")]
    for finding in boilerplate:
        _entry(counts, finding).add(finding, hours)
    outlet.boilerplate += sum(words for _, words in _apart(boilerplate))
    if strips:
        own = [f for f in strips if f.rule not in ("PAR203", "PAR204")]
        words = sum(words for _, words in _apart(own))
        counts.marked.append(Marked(row, words, len(strips) - len(boilerplate), len(boilerplate)))
    _take(counts, row, findings, strips)


def _take(
    counts: Counts, row: StoryRow, findings: Sequence[Finding], strips: Iterable[Finding]
) -> None:
    """Count what the fixes of a story's findings would take, as `dedup clean` applies them."""
    drops = {f.fix.safety for f in findings if f.fix.action == "drop"}
    if "safe" in drops:
        counts.taken[_COPY] += row.total_words
        return
    fixable = [f for f in strips if f.fix.action == "strip" and f.fix.safety != "none"]
    safe = [f for f in fixable if f.fix.safety == "safe"]
    gone = 0
    for rule, words in _apart(safe):
        counts.taken[_STRIP_SAFE if rule.startswith("BLP") else _REPEAT_SAFE] += words
        gone += words
    if "unsafe" in drops:
        counts.taken[_NEAR] += row.total_words - gone
    elif len(fixable) > len(safe):
        counts.taken[_STRIP_UNSAFE] += sum(words for _, words in _apart(fixable)) - gone


def _apart(findings: Iterable[Finding]) -> Iterator[tuple[str, int]]:
    """Rule and words of each stretch of text, stretches that overlap counted once."""
    rule, words, end = "", 0, -1
    for start, back, code, count in sorted(
        (f.start or 0, -(f.end or 0), f.rule, int(f.evidence.get("words", 0))) for f in findings
    ):
        if rule and start < end:
            words, end = max(words, count), max(end, -back)
            continue
        if rule:
            yield rule, words
        rule, words, end = code, count, -back
    if rule:
        yield rule, words


def _entry(counts: Counts, finding: Finding) -> Entry:
    """The entry of the lexicon behind a finding, or the line that was learned."""
    evidence = finding.evidence
    pattern = str(evidence.get("pattern", evidence.get("template", "")))
    name = str(evidence.get("entry", pattern))
    key = (finding.rule, name)
    entry = counts.entries.get(key)
    if entry is None:
        entry = counts.entries[key] = Entry(
            finding.rule, name, pattern, because=tuple(map(str, evidence.get("because", ())))
        )
    return entry
