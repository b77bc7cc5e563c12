"""Planted copies: what the tool finds of them, seed by seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dedup import evaluation
from dedup.judge.pairs import Calls
from dedup.judge.where import Progress, run_stories
from dedup.model import Story
from dedup.planting import EDITS, Draft, plant, sampled
from dedup.relate import ONE_STORY, UPDATE
from dedup.text import matching_form
from dedup.text.matching_form import MatchingForm

if TYPE_CHECKING:
    from dedup.settings import Settings

PLANTED = "planted:"
"""What the id of a planted copy begins with."""


def evaluate_plants(
    stories: Sequence[Story],
    settings: Settings,
    seeds: Sequence[int],
    sample: int,
    worst: int = 10,
    progress: Progress | None = None,
) -> evaluation.Evaluation:
    """What the tool finds of copies planted in a sample of these stories, seed by seed."""
    judged = [
        plant for seed in seeds for plant in _planted(stories, settings, seed, sample, progress)
    ]
    expected = {edit.name: edit.expected for edit in EDITS}
    return evaluation.of_plants(judged, expected, ONE_STORY, UPDATE, worst)


def _planted(
    stories: Sequence[Story], settings: Settings, seed: int, sample: int,
    progress: Progress | None,
) -> Iterator[evaluation.JudgedPlant]:
    """One pass: a sample, a copy of each story in it, and what a run over both calls them."""
    originals, copies = plant_copies(stories, seed, sample, matching_form.load())
    calls = Calls(run_stories([*originals, *copies.values()], settings, progress))
    for (edit, original), copy in copies.items():
        call = calls.of(original, copy.story_id)
        yield evaluation.JudgedPlant(edit, seed, original, copy.story_id, *call)


def plant_copies(
    stories: Sequence[Story], seed: int, sample: int, form: MatchingForm
) -> tuple[list[Story], Mapping[tuple[str, str], Story]]:
    """The stories drawn, and a planted copy of each by its edit and the original's id.

    A copy keeps outlet and date of its original: what differs is the edit and nothing else.
    """
    by_id = {story.story_id: story for story in stories}
    chosen = [by_id[story_id] for story_id in sampled(by_id, sample, seed)]
    copies = {}
    for copy in plant([Draft.of(story, form) for story in chosen], seed, form):
        origin = by_id[copy.original]
        copies[copy.edit, copy.original] = replace(
            origin, story_id=f"{PLANTED}{copy.edit}:{copy.original}", text=copy.draft.whole,
            title=copy.draft.title, body_start=0 if copy.draft.whole != origin.text
            else origin.body_start,
        )  # fmt: skip
    return chosen, copies
