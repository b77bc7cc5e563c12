"""Stories whose scores can be worked out on paper, and runs over them."""

from __future__ import annotations

from string import ascii_lowercase as _LETTERS
from typing import Any

from dedup import pipeline
from dedup.model import Finding, Story, StoryBatch, Tables
from dedup.settings import build


def words(prefix: str, count: int, first: int = 0) -> str:
    """``count`` different words without digits: paa pab pac ..."""
    numbers = range(first, first + count)
    return " ".join(f"{prefix}{_LETTERS[n // 26]}{_LETTERS[n % 26]}" for n in numbers)


def story(story_id: str, *paragraphs: str, **fields: Any) -> Story:
    """A story of these paragraphs."""
    return Story(story_id, "\n\n".join(paragraphs), **fields)


def run(*stories: Story, **settings: Any) -> Tables:
    """Tables of these stories on one thread."""
    return pipeline.run([StoryBatch.of(stories)], build(jobs=1, **settings))


def found(tables: Tables, *prefixes: str) -> list[Finding]:
    """The findings of some rules."""
    return [row for row in tables.findings if row.rule.startswith(prefixes)]


def marked(tables: Tables, *prefixes: str) -> list[tuple[str, str, int | None]]:
    """Rule, story and paragraph of those findings, in order."""
    return [(row.rule, row.story_id, row.paragraph) for row in found(tables, *prefixes)]


def near_copies(length: int, shared: int, shingle: int = 5) -> tuple[str, str]:
    """Two texts of ``length`` shingles each, of which they share the first ``shared``.

    Their Jaccard is ``shared / (2 * length - shared)``.
    """
    count = length + shingle - 1
    common = shared + shingle - 1
    return words("w", count), f"{words('w', common)} {words('x', count - common)}"
