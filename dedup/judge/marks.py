"""Paragraphs: which rules fired on them, held against labels."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from unicodedata import normalize

from dedup import evaluation
from dedup.judge.where import Where
from dedup.model import Finding, Story, Tables
from dedup.text import matching_form
from dedup.text.segment import segment

if TYPE_CHECKING:
    from dedup.labels import Page, ParagraphLabel

FURNITURE_RULES = "BLP"
"""What the codes of rules that find furniture begin with."""

PROBABLE = frozenset(["BLP313"])
"""Rules whose score is the probability that a paragraph is furniture."""

_COVERED = 0.5
"""Share of a paragraph's characters that a finding must cover to speak of the paragraph: of a
longer one only a span is taken out, and the paragraph stays."""


class _Marks:
    """Where rules fired, by story: asked for a stretch of its text, gives what covers it."""

    def __init__(self, findings: Iterable[Finding], rules: str) -> None:
        self._by_story: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            if finding.rule.startswith(rules) and finding.start is not None:
                self._by_story[finding.story_id].append(finding)
        for found in self._by_story.values():
            found.sort(key=lambda finding: (finding.start or 0, finding.rule))
        self._starts = {
            story: [finding.start or 0 for finding in found]
            for story, found in self._by_story.items()
        }

    def judged(
        self, story: Story, place: tuple[int, int], number: int, label: str, furniture: bool,
        group: str = "", line: str = "",
    ) -> evaluation.JudgedParagraph:
        """The paragraph at this place, with the rules that fired on at least half of it."""
        start, end = place
        fired = [finding for finding in self._touching(story.story_id, start, end)
                 if _overlap(finding, start, end) >= _COVERED * (end - start)]
        chances = [f.score for f in fired if f.rule in PROBABLE and f.score is not None]
        return evaluation.JudgedParagraph(
            story.story_id, number, label, furniture,
            tuple(sorted({finding.rule for finding in fired})),
            any(finding.fix.safety == "safe" for finding in fired),
            max(chances, default=None), group, line, story.text[start:end],
        )  # fmt: skip

    def _touching(self, story_id: str, start: int, end: int) -> list[Finding]:
        """Findings that begin before the stretch ends and end after it begins."""
        found = self._by_story.get(story_id, [])
        before = bisect_right(self._starts.get(story_id, []), end - 1)
        return [finding for finding in found[:before] if (finding.end or 0) > start]


def _overlap(finding: Finding, start: int, end: int) -> int:
    return min(finding.end or 0, end) - max(finding.start or 0, start)


def judge_pages(
    tables: Tables, pages: Iterable[Page], rules: str = FURNITURE_RULES
) -> list[evaluation.JudgedParagraph]:
    """What the rules of this prefix say of the labelled paragraphs of pages."""
    marks = _Marks(tables.findings, rules)
    return [
        marks.judged(page.story, (start, end), number, label, furniture, page.group)
        for page in pages
        for number, (start, end, label, furniture) in enumerate(page.labels)
    ]


def judge_paragraphs(
    tables: Tables,
    stories: Iterable[Story],
    labels: Sequence[ParagraphLabel],
    rules: str = FURNITURE_RULES,
) -> list[evaluation.JudgedParagraph]:
    """What the rules of this prefix say of labelled paragraphs.

    A label by place speaks of one paragraph, a label by text of every paragraph that has this
    text, letter and digit for letter and digit.
    """
    form = matching_form.load()
    marks = _Marks(tables.findings, rules)
    by_place = {(label.story_id, label.paragraph): label for label in labels
                if label.paragraph is not None}
    by_text = {line_key(label.text): label for label in labels if label.paragraph is None}
    wanted = {story_id for story_id, _ in by_place}
    judged = []
    for story in stories:
        if not by_text and story.story_id not in wanted:
            continue
        for number, (start, end) in enumerate(segment(story.text, story.body_start, form)):
            label = by_place.get((story.story_id, number))
            key = line_key(story.text[start:end]) if by_text else ""
            label = label or by_text.get(key)
            if label is not None:
                judged.append(marks.judged(
                    story, (start, end), number, label.label, label.furniture,
                    story.source if by_place else "", key,
                ))  # fmt: skip
    return judged


def line_key(text: str) -> str:
    """What two occurrences of a line have in common: letters and digits, folded; or all of it."""
    folded = normalize("NFKC", text).casefold()
    return "".join(filter(str.isalnum, folded)) or " ".join(text.split())


def evaluate_pages(
    tables: Tables, pages: Sequence[Page], *, where: Where, worst: int = 10, note: str = ""
) -> evaluation.Evaluation:
    """A run over pages held against the labels of their paragraphs."""
    return evaluation.of_paragraphs(judge_pages(tables, pages), where.paragraph, worst, note)


def evaluate_paragraphs(
    tables: Tables,
    stories: Iterable[Story],
    labels: Sequence[ParagraphLabel],
    *,
    where: Where,
    worst: int = 10,
) -> evaluation.Evaluation:
    """A run held against labelled paragraphs; labels by text also give figures by line."""
    judged = judge_paragraphs(tables, stories, labels)
    found = evaluation.of_paragraphs(judged, where.paragraph, worst)
    if all(label.paragraph is not None for label in labels):
        return found
    lines = evaluation.of_lines(judged)
    return replace(found, figures=(*lines, *found.figures))
