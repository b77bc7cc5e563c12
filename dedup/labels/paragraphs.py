"""Labelled paragraphs: by place, by text, or whole pages with a label on every paragraph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from dedup.errors import InputError
from dedup.formats.shown import shown
from dedup.labels.mapping import CONTENT, FURNITURE, PARAGRAPH_LABELS, LabelMap, spelled
from dedup.labels.rows import LabelTable, Row, read_rows
from dedup.model import Story

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "story_id", "story", "doc", "page"),
    "paragraph": ("paragraph", "index", "number", "line"),
    "text": ("text", "paragraph_text", "content"),
    "label": ("label", "class", "kind"),
}
"""The names tried for each column, in small letters."""

PARAS = "paras"
"""The field of a page that lists its paragraphs: ``[label, text]``, or ``[label, score, text]``."""


class ParagraphLabel(NamedTuple):
    """A paragraph and what was said of it: by story and 0-based number, or by its text."""

    story_id: str
    paragraph: int | None
    text: str
    label: str
    furniture: bool


class Page(NamedTuple):
    """A page made into a story; ``labels`` name the places of its judged paragraphs in the text."""

    story: Story
    group: str
    labels: tuple[tuple[int, int, str, bool], ...]
    """Start, end, label, whether it means furniture."""


@dataclass(frozen=True, slots=True)
class ParagraphLabels:
    """What a file of labelled paragraphs holds: labels, or pages, never both."""

    labels: Sequence[ParagraphLabel] = ()
    pages: Sequence[Page] = field(default=())


def read_paragraphs(
    path: str, columns: Mapping[str, str], mapping: Mapping[str, str]
) -> ParagraphLabels:
    """The labelled paragraphs of a table, or of pages with a ``paras`` field.

    ``columns`` says which hold ``id``, ``paragraph``, ``text`` and ``label``, where they have other
    names than COLUMNS; ``mapping`` says of labels that are not in PARAGRAPH_LABELS whether they
    stand for furniture or content. A label maps to CONTENT and keeps its own name in reports.
    """
    table = read_rows(path)
    meaning = LabelMap(mapping, PARAGRAPH_LABELS, (FURNITURE, CONTENT))
    if PARAS in table.rows[0]:
        pages = [_page(row, number, path, meaning) for number, row in enumerate(table.rows, 1)]
        pages = _with_ids_of_their_own(pages)
        found = ParagraphLabels(pages=pages)
        some = any(page.labels for page in pages)
    else:
        found = ParagraphLabels(_labels(table, columns, meaning))
        some = bool(found.labels)
    meaning.check(path)
    if not some:
        raise InputError(f"{shown(path)}: every label is left out")
    return found


def _labels(
    table: LabelTable, columns: Mapping[str, str], meaning: LabelMap
) -> list[ParagraphLabel]:
    label = table.needed("label", columns, COLUMNS["label"])
    number = table.column("paragraph", columns, COLUMNS["paragraph"])
    # Without a number the text tells which paragraph is meant, wherever it stands.
    by_place = number is not None and "text" not in columns
    story = table.needed("id", columns, COLUMNS["id"]) if by_place else None
    text = None if by_place else table.needed("text", columns, COLUMNS["text"])
    found = []
    for at, row in enumerate(table.rows, 2):
        kind = meaning(row.get(label))
        if kind is not None:
            found.append(ParagraphLabel(
                spelled(row.get(story)) if story else "",
                _whole(row.get(number), table.path, at) if by_place and number else None,
                spelled(row.get(text)) if text else "",
                spelled(row.get(label)),
                kind == FURNITURE,
            ))  # fmt: skip
    return found


def _whole(value: Any, path: str, line: int) -> int:  # noqa: ANN401 -- a cell or a JSON value
    try:
        return int(spelled(value))
    except ValueError:
        raise InputError(
            f"{shown(path)} row {line}: {shown(spelled(value), 60)!r} is not the number of a "
            "paragraph; they count from 0"
        ) from None


def _with_ids_of_their_own(pages: Sequence[Page]) -> list[Page]:
    """Pages whose ids tell them apart: findings are matched by them."""
    uses = Counter(page.story.story_id for page in pages)
    return [
        page if uses[page.story.story_id] == 1
        else page._replace(
            story=replace(page.story, story_id=f"{page.story.story_id}#{page.story.line}")
        )
        for page in pages
    ]  # fmt: skip


def _page(row: Row, number: int, path: str, meaning: LabelMap) -> Page:
    """A page as a story, a blank line between its paragraphs, with the places of the labels."""
    parts: list[str] = []
    labels: list[tuple[int, int, str, bool]] = []
    at = 0
    for entry in row[PARAS] if isinstance(row[PARAS], list) else ():
        if not isinstance(entry, list) or len(entry) < 2 or not isinstance(entry[-1], str):
            raise InputError(
                f"{shown(path)} row {number}: a paragraph of {PARAS!r} is [label, text]"
            )
        text = " ".join(entry[-1].split())
        kind = meaning(entry[0])
        if text:
            if kind is not None:
                labels.append((at, at + len(text), spelled(entry[0]), kind == FURNITURE))
            parts.append(text)
            at += len(text) + 2
    outlet = spelled(row.get("outlet") or row.get("source"))
    story = Story(spelled(row.get("id")) or str(number), "\n\n".join(parts), source=outlet,
                  path=path, line=number)
    return Page(story, spelled(row.get("lang")), tuple(labels))
