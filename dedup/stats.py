"""Counts and shares of a run: by outlet, by rule, by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from dedup.model import Finding, StoryRow, Tables
from dedup.rules import RULES
from dedup.text.dates import UNKNOWN, hours

Place = tuple[str, int, str]
"""Path, line and id of a record: what a story and its findings have in common."""

_FURNITURE, _REPEATED = ("BLP30", "BLP311", "BLP312"), ("PAR201", "PAR202")
"""Rules that say what a paragraph is; that it looks like furniture (BLP313) is a guess."""


class GroupCount(NamedTuple):
    """The stories of an outlet, of a day, or all of them; words are those of paragraphs.

    ``duplicates`` are stories that another stands for (DUP101 to DUP103), ``touched`` stories with
    any finding. ``furniture`` and ``repeated`` count words that are boilerplate, or stand twice in
    their story. ``rules`` counts findings by rule.
    """

    name: str
    stories: int
    duplicates: int
    touched: int
    words: int
    furniture: int
    repeated: int
    findings: int
    rules: Mapping[str, int]

    @property
    def duplicate_share(self) -> float:
        """Duplicates among the stories."""
        return _share(self.duplicates, self.stories)

    @property
    def furniture_share(self) -> float:
        """Furniture among the words."""
        return _share(self.furniture, self.words)

    @property
    def repeated_share(self) -> float:
        """Words that stand twice in their story among the words."""
        return _share(self.repeated, self.words)


class RuleShare(NamedTuple):
    """The findings of a rule: in how many stories and outlets, and how many words they take."""

    rule: str
    name: str
    level: str
    findings: int
    stories: int
    share: float
    """Of the stories, 0..1."""
    outlets: int
    words: int


class Stats(NamedTuple):
    """What a run counts; groups are sorted by name, rules by their findings."""

    total: GroupCount
    outlets: Sequence[GroupCount]
    days: Sequence[GroupCount]
    rules: Sequence[RuleShare]


def stats(tables: Tables) -> Stats:
    """Counts of the stories and findings of a run; findings of no story count in the rules only."""
    by_story: defaultdict[Place, list[Finding]] = defaultdict(list)
    for row in tables.findings:
        by_story[row.path, row.line, row.story_id].append(row)
    return Stats(
        _count("all", tables.stories, by_story),
        _groups(tables.stories, by_story, lambda row: row.source),
        _groups(tables.stories, by_story, lambda row: day(row.published)),
        _rules(tables),
    )


def day(published: str) -> str:
    """The ISO date of a time of publication, in UTC; empty when it is not known."""
    at = hours(published) if published else UNKNOWN
    if at == UNKNOWN:
        return ""
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=at)).date().isoformat()
    except OverflowError:
        return ""


def _groups(
    stories: Iterable[StoryRow],
    by_story: Mapping[Place, Sequence[Finding]],
    name: Callable[[StoryRow], str],
) -> list[GroupCount]:
    groups: defaultdict[str, list[StoryRow]] = defaultdict(list)
    for row in stories:
        groups[name(row)].append(row)
    return [_count(group, rows, by_story) for group, rows in sorted(groups.items())]


def _count(
    name: str, stories: Sequence[StoryRow], by_story: Mapping[Place, Sequence[Finding]]
) -> GroupCount:
    found = [by_story.get((row.path, row.line, row.story_id), ()) for row in stories]
    rows = [row for of_story in found for row in of_story]
    return GroupCount(
        name,
        len(stories),
        sum(row.rule is not None for row in stories),
        sum(map(bool, found)),
        sum(row.total_words for row in stories),
        _words(rows, _FURNITURE),
        _words(rows, _REPEATED),
        len(rows),
        dict(sorted(Counter(row.rule for row in rows).items())),
    )


def _words(rows: Iterable[Finding], rules: Sequence[str]) -> int:
    """Words that the findings of these rules take, those of one place once."""
    places = {
        (row.path, row.line, row.story_id, row.start): int(row.evidence.get("words", 0))
        for row in rows if row.rule.startswith(tuple(rules))
    }  # fmt: skip
    return sum(places.values())


def _rules(tables: Tables) -> list[RuleShare]:
    by_rule: defaultdict[str, list[Finding]] = defaultdict(list)
    for row in tables.findings:
        by_rule[row.rule].append(row)
    shares = []
    for code, rows in by_rule.items():
        stories = {(row.path, row.line, row.story_id) for row in rows if row.story_id}
        shares.append(RuleShare(
            code, RULES[code].name if code in RULES else "", rows[0].level, len(rows),
            len(stories), _share(len(stories), len(tables.stories)),
            len({row.source for row in rows} - {""}), _words(rows, [code]),
        ))  # fmt: skip
    return sorted(shares, key=lambda row: (-row.findings, row.rule))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0
