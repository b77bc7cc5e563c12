"""The paragraphs of two stories beside one another, those that say most picked out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from dedup.explain.align import Row, align

if TYPE_CHECKING:
    from dedup.model import Story, Tables
    from dedup.text.matching_form import MatchingForm

_LEFT_OUT = ("BLP", "PAR201", "PAR202")


class Sides(NamedTuple):
    """Paragraphs of both stories, and the rows that say which correspond.

    A paragraph that the scores leave out carries its rule in front: ``[BLP301] Advertisement``.
    """

    a: list[str]
    b: list[str]
    rows: list[Row]

    def most_telling(self, most: int) -> list[Row]:
        """At most so many rows, in their order: changes first, what is the same last."""
        rows = self.rows
        ranked = sorted(
            range(len(rows)), key=lambda i: (rows[i].exact, not is_changed(rows[i]), i)
        )
        return [rows[i] for i in sorted(ranked[:most])]


def sides(a: Story, b: Story, tables: Tables) -> Sides:
    """The paragraphs of two stories, aligned."""
    texts_a, texts_b = paragraphs_of(a), paragraphs_of(b)
    rows = align(texts_a, texts_b)
    return Sides(_noted(a, texts_a, tables), _noted(b, texts_b, tables), rows)


def paragraphs_of(story: Story, form: MatchingForm | None = None) -> list[str]:
    """The paragraphs of a story as text; for many stories, load the form but once."""
    from dedup.text.segment import segment

    return [story.text[low:high] for low, high in segment(story.text, story.body_start, form)]


def is_changed(row: Row) -> bool:
    """Whether both stories have the paragraph, in other words."""
    return row.a is not None and row.b is not None and not row.exact


def _noted(story: Story, texts: Sequence[str], tables: Tables) -> list[str]:
    left_out = {
        row.paragraph: row.rule
        for row in tables.findings
        if row.story_id == story.story_id and row.rule.startswith(_LEFT_OUT)
    }
    return [
        f"[{left_out[number]}] {text}" if number in left_out else text
        for number, text in enumerate(texts)
    ]
