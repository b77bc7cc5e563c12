"""What every evaluation needs: a run over stories in memory, and how to look at an error."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

from dedup.model import Story, Tables

if TYPE_CHECKING:
    from dedup.evaluation import JudgedParagraph
    from dedup.settings import Settings

Progress = Callable[[str, int], None]


class Where(NamedTuple):
    """What `dedup explain` must be told to find the stories again."""

    words: tuple[str, ...] = ()

    def pair(self, a: str, b: str) -> str:
        """The command line that shows two stories; none where they are in no file."""
        return shlex.join(["dedup", "explain", a, b, *self.words]) if self.words else ""

    def paragraph(self, judged: JudgedParagraph) -> str:
        """The command line that shows the story of a paragraph."""
        return shlex.join(["dedup", "explain", judged.story_id, *self.words]) if self.words else ""


def run_stories(
    stories: Iterable[Story], settings: Settings, progress: Progress | None = None
) -> Tables:
    """Tables of stories in memory."""
    from dedup import pipeline
    from dedup.api.intake import batched

    return pipeline.run(batched(stories, ()), settings, progress)
