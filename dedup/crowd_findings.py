"""DUP106 about paragraphs: so many look alike that not all of them were compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import NamedTuple

from dedup import repeats
from dedup.corpus import Corpus
from dedup.findings import of_story
from dedup.model import Finding, StoryRow
from dedup.settings import Settings


class Crowd(NamedTuple):
    """Paragraphs that share an overfull bucket: the first of them, and how many they are."""

    paragraph: int
    size: int


def of_corpus(
    corpus: Corpus, across: Mapping[int, int], settings: Settings, kernels: ModuleType
) -> dict[int, Crowd]:
    """The largest crowd that each story has the first paragraph of, by story, ascending.

    ``across`` are those of many stories: the size of each by its first paragraph.
    """
    p = corpus.paragraphs
    rows = p.content_at(corpus.comparable).nonzero()[0]
    inside = repeats.crowds_in_stories(
        p, corpus.comparable[rows], corpus.comparable_keys, rows, settings.max_bucket, kernels
    )
    found: dict[int, Crowd] = {}
    for first, size in (*across.items(), *inside.items()):
        story, crowd = int(p.story[first]), Crowd(int(p.number[first]), size)
        best = found.get(story)
        if best is None or (-size, crowd.paragraph) < (-best.size, best.paragraph):
            found[story] = crowd
    return dict(sorted(found.items()))


def findings(
    crowds: Mapping[int, Crowd], rows: Sequence[StoryRow], low: int, high: int, cap: int
) -> Iterator[Finding]:
    """DUP106 about the crowds of the stories from ``low`` to ``high``."""
    for story, crowd in crowds.items():
        if low <= story < high:
            yield of_story(
                "DUP106", rows[story],
                f"{crowd.size} paragraphs look like paragraph {crowd.paragraph} to LSH; not every "
                "pair of them was compared",
                evidence={"paragraph": crowd.paragraph, "bucket": crowd.size, "cap": cap},
            )  # fmt: skip
