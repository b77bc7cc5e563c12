"""Planted copies: what the tool finds of them, seed by seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedup import evaluation
from dedup.judge.pairs import Calls
from dedup.judge.where import Progress, run_stories
from dedup.model import Story
from dedup.planting import EDITS, Draft, drawn, plant
from dedup.relate import ONE_STORY, UPDATE
from dedup.text import matching_form
from dedup.text.matching_form import MatchingForm

if TYPE_CHECKING:
    from dedup.settings import Settings

PLANTED = "planted:"
"""What the id of a planted copy begins with."""


def evaluate_plants(
    stories: Iterable[Story],
    settings: Settings,
    seeds: Sequence[int],
    sample: int,
    worst: int = 10,
    progress: Progress | None = None,
) -> evaluation.Evaluation:
    """What the tool finds of copies planted in a sample of these stories, seed by seed.

    The stories pass by once; only the samples are held.
    """
    samples = drawn(stories, lambda story: story.story_id, sample, seeds)
    judged = [
        plant for seed in seeds for plant in _planted(samples[seed], settings, seed, progress)
    ]
    expected = {edit.name: edit.expected for edit in EDITS}
    return evaluation.of_plants(judged, expected, ONE_STORY, UPDATE, worst)


def _planted(
    stories: Sequence[Story], settings: Settings, seed: int, progress: Progress | None
) -> Iterator[evaluation.JudgedPlant]:
    """One pass: a copy of each story, and what a run over originals and copies calls the two."""
    copies = plant_copies(stories, seed, matching_form.load())
    calls = Calls(run_stories([*stories, *copies.values()], settings, progress))
    for (edit, original), copy in copies.items():
        call = calls.of(original, copy.story_id)
        yield evaluation.JudgedPlant(edit, seed, original, copy.story_id, *call)


def plant_copies(
    stories: Sequence[Story], seed: int, form: MatchingForm
) -> Mapping[tuple[str, str], Story]:
    """A planted copy of each story by its edit and the original's id.

    A copy keeps outlet and date of its original: what differs is the edit and nothing else.
    """
    by_id = {story.story_id: story for story in stories}
    copies = {}
    for copy in plant([Draft.of(story, form) for story in stories], seed, form):
        origin, text = by_id[copy.original], copy.draft.whole
        copies[copy.edit, copy.original] = replace(
            origin,
            story_id=f"{PLANTED}{copy.edit}:{copy.original}",
            text=text,
            title=copy.draft.title,
            # An edited text begins with its first paragraph, without the title of a text file.
            body_start=origin.body_start if text == origin.text else 0,
        )
    return copies
