"""Findings about paragraphs in short, as most are: what is said, and where the paragraph stands.

A corpus has two or three of them a story. What many say alike is there once, and a row of eighteen
columns is made when someone asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from dedup.finding_rows import hash_fingerprint, place_of
from dedup.model import Finding, Fix, StoryRow
from dedup.rules import RULES


class Said(NamedTuple):
    """What is said of paragraphs, wherever they stand; the evidence but for their words."""

    rule: str
    message: str
    evidence: Mapping[str, Any]
    fix: Fix
    related: tuple[str, ...] = ()
    score: float | None = None


class ParagraphFinding(NamedTuple):
    """A finding about one paragraph of a story: its place there, and its words.

    ``exact`` hashes its words; ``line`` is the paragraph's own line when the file is the story.
    ``glued`` is where it stands in the paragraph as read (head, tail), if furniture was glued to
    that.
    """

    said: Said
    story: StoryRow
    paragraph: int
    start: int
    end: int
    exact: int
    words: int
    text: str
    line: int | None = None
    glued: str = ""

    @property
    def rule(self) -> str:
        """The code of its rule."""
        return self.said.rule

    @property
    def message(self) -> str:
        """What is said, in words."""
        return self.said.message

    @property
    def evidence(self) -> dict[str, Any]:
        """What is said of the paragraph, and its words."""
        told = {**self.said.evidence, "text": self.text, "words": self.words}
        if self.glued:
            told["glued"] = self.glued
        if self.line is not None:
            told["line"] = self.line
        return told

    @property
    def row(self) -> Finding:
        """The finding as the table has it."""
        said, story = self.said, self.story
        return Finding(
            said.rule, RULES[said.rule].level, said.message, story.story_id, story.source,
            story.path, story.line, self.paragraph, self.start, self.end, story.cluster_id, None,
            said.related, said.score, self.evidence, said.fix,
            hash_fingerprint(said.rule, self.exact),
        )  # fmt: skip


Entry: TypeAlias = Finding | ParagraphFinding


def rows_of(entries: Iterable[Entry]) -> list[Finding]:
    """The findings as the table has them."""
    return [entry.row if isinstance(entry, ParagraphFinding) else entry for entry in entries]


def record(entry: Entry) -> tuple[str, int, str]:
    """The path, line and id of the record that a finding is about."""
    of = entry.story if isinstance(entry, ParagraphFinding) else entry
    return of.path, of.line, of.story_id


def sort_key(entry: Entry) -> tuple[str, str, int, int, str, str]:
    """What the table is sorted by."""
    if isinstance(entry, Finding):
        return place_of(entry)
    said, story, paragraph, *_ = entry
    return story.story_id, story.path, story.line, paragraph, said.rule, said.message
