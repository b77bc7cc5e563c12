"""A story as an editor has it on the desk: title, paragraphs, and the words in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from dedup.model import Story
from dedup.text.matching_form import DASH, DROPPED, SEPARATOR, SOLO, MatchingForm
from dedup.text.segment import segment


class Word(NamedTuple):
    """A word of a paragraph, or one character of a script without spaces: where it stands."""

    paragraph: int
    start: int
    end: int
    solo: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """Title and paragraphs of a story. ``whole`` is its text as it was read."""

    story_id: str
    title: str
    paragraphs: tuple[str, ...]
    whole: str

    @classmethod
    def of(cls, story: Story, form: MatchingForm) -> Self:
        """The draft of a story."""
        spans = segment(story.text, story.body_start, form)
        return cls(story.story_id, story.title,
                   tuple(story.text[start:end] for start, end in spans), story.text)

    def having(self, paragraphs: Sequence[str], title: str | None = None) -> Self:
        """The same story with other paragraphs, a blank line between them."""
        return replace(self, paragraphs=tuple(paragraphs), whole="\n\n".join(paragraphs),
                       title=self.title if title is None else title)

    def words(self, form: MatchingForm) -> list[Word]:
        """Every word, in order."""
        return [
            Word(number, start, end, solo)
            for number, text in enumerate(self.paragraphs)
            for start, end, solo in words_of(text, form)
        ]

    def with_words(self, changed: Sequence[tuple[Word, str]]) -> Self:
        """The draft with these words spelled otherwise."""
        paragraphs = list(self.paragraphs)
        for word, spelling in sorted(changed, reverse=True):
            text = paragraphs[word.paragraph]
            paragraphs[word.paragraph] = text[: word.start] + spelling + text[word.end :]
        return self.having(paragraphs)

    def spelled(self, word: Word) -> str:
        """How a word is spelled."""
        return self.paragraphs[word.paragraph][word.start : word.end]


def words_of(text: str, form: MatchingForm) -> Iterator[tuple[int, int, bool]]:
    """Spans of the words of a text as the matching form tells them apart, and whether solo."""
    kinds = form.kind[np.frombuffer(text.encode("utf-32-le", "replace"), np.uint32)].tolist()
    start = -1
    for at, kind in enumerate(kinds):
        if start >= 0 and kind in (SEPARATOR, SOLO, DASH):
            yield start, at, False
            start = -1
        if kind == SOLO:
            yield at, at + 1, True
        elif start < 0 and kind not in (SEPARATOR, DROPPED, DASH):
            start = at
    if start >= 0:
        yield start, len(text), False
