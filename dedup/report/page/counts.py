"""A run in numbers: one pass over its findings, for all the pictures at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from dedup.model import Finding, StoryRow, Tables

COPIES = ("DUP101", "DUP102", "DUP103")
"""The rules by which a story is superfluous."""

_ELSEWHERE = ("PAR203", "PAR204")
"""Rules of paragraphs that stand in other stories: nothing that would go by itself."""

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


class Drops(NamedTuple):
    """Stories that cleaning drops, as (path, line, id): by safe fixes, and by all of them."""

    safe: Set[tuple[str, int, str]]
    every: Set[tuple[str, int, str]]


def count(tables: Tables, hours: Mapping[str, float], drops: Drops) -> Counts:
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
            _enter_findings(counts, known, findings, hours.get(record[0]), drops)
    return counts


def _enter_story(counts: Counts, row: StoryRow, hours: float | None) -> None:
    outlet = counts.outlets.get(row.source)
    if outlet is None:
        outlet = counts.outlets[row.source] = Outlet(row.source)
    outlet.stories += 1
    outlet.words += row.total_words
    if hours is not None:
        outlet.days[int(hours // 24)] += 1


class _Strip(NamedTuple):
    """A stretch of text with a finding, in the order in which stretches are merged."""

    start: int
    back: int
    """Its end, negative: of two that begin together the longer comes first."""
    rule: str
    words: int
    safety: str


def _enter_findings(
    counts: Counts, row: StoryRow, findings: Sequence[Finding], hours: float | None, drops: Drops
) -> None:
    outlet = counts.outlets[row.source]
    strips: list[_Strip] = []
    for finding in findings:
        rule, (action, safety) = finding.rule, finding.fix
        if finding.start is not None:
            words = int(finding.evidence.get("words", 0))
            safety = safety if action == "strip" else "none"
            strips.append(_Strip(finding.start, -(finding.end or 0), rule, words, safety))
            if rule.startswith("BLP"):
                _entry(counts, finding).add(finding, hours)
        if rule in COPIES:
            outlet.copies[rule] += 1
            if hours is not None:
                outlet.copy_days[int(hours // 24)] += 1
    strips.sort()
    if strips:
        _mark(counts, outlet, row, strips)
    _take(counts, row, drops, strips)


def _mark(counts: Counts, outlet: Outlet, row: StoryRow, strips: Sequence[_Strip]) -> None:
    boilerplate = [strip for strip in strips if strip.rule.startswith("BLP")]
    own = [strip for strip in strips if strip.rule not in _ELSEWHERE]
    outlet.boilerplate += _words(boilerplate)
    repeats = len(strips) - len(boilerplate)
    counts.marked.append(Marked(row, _words(own), repeats, len(boilerplate)))


def _take(counts: Counts, row: StoryRow, drops: Drops, strips: Sequence[_Strip]) -> None:
    """Count what the fixes of a story's findings would take, as `dedup clean` applies them."""
    place = (row.path, row.line, row.story_id)
    fixable = [strip for strip in strips if strip.safety != "none"]
    if place in drops.safe:
        counts.taken[_COPY] += row.total_words
        if place not in drops.every:
            # Its keeper would go too and it is held back: all fixes keep what safe ones take.
            counts.taken[_NEAR] -= row.total_words - _words(fixable)
        return
    safe = [strip for strip in fixable if strip.safety == "safe"]
    gone = 0
    for rule, words in _apart(safe):
        counts.taken[_STRIP_SAFE if rule.startswith("BLP") else _REPEAT_SAFE] += words
        gone += words
    if place in drops.every:
        counts.taken[_NEAR] += row.total_words - gone
    elif len(fixable) > len(safe):
        counts.taken[_STRIP_UNSAFE] += _words(fixable) - gone


def _words(strips: Sequence[_Strip]) -> int:
    return sum(words for _, words in _apart(strips))


def _apart(strips: Sequence[_Strip]) -> list[tuple[str, int]]:
    """Rule and words of each stretch of text, sorted; stretches that overlap are counted once."""
    apart: list[tuple[str, int]] = []
    end = -1
    for start, back, rule, words, _ in strips:
        if start < end:
            rule, most = apart[-1]
            apart[-1] = rule, max(most, words)
            end = max(end, -back)
        else:
            apart.append((rule, words))
            end = -back
    return apart


def _entry(counts: Counts, finding: Finding) -> Entry:
    """The entry of the lexicon behind a finding, or the line that was learned, or its rule."""
    evidence = finding.evidence
    pattern = str(evidence.get("pattern", evidence.get("template", "")))
    name = str(evidence.get("entry", pattern)) or finding.rule
    key = (finding.rule, name)
    entry = counts.entries.get(key)
    if entry is None:
        entry = counts.entries[key] = Entry(
            finding.rule, name, pattern, because=tuple(map(str, evidence.get("because", ())))
        )
    return entry
