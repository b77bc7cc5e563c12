"""What cleaning needs of the tables of a run, which may be too large to be held whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dedup.model import Finding, StoryRow

UNREADABLE = ("INP901", "INP902", "INP903")
"""Rules whose findings name a file of the input that may hold no story."""


def _of_story(row: StoryRow) -> StoryRow:
    """Which record a story is, whose, and how many words it has."""
    return StoryRow(
        row.story_id, row.source, "", "", row.path, row.line, 0, None, None, True, None, "",
        row.total_words,
    )  # fmt: skip


def _of_finding(finding: Finding) -> Finding | None:
    """The finding if something may be done about it, or if it names a file without a story."""
    if finding.fix.safety == "none":
        return finding if finding.rule in UNREADABLE else None
    return finding._replace(message="", related=())


NEEDED: Mapping[str, Callable[[Any], Any]] = {"stories": _of_story, "findings": _of_finding}
"""What to keep of each row, by table; with the plan 2.8 GB for a million stories."""
