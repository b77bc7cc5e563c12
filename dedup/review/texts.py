"""The texts of the stories that are asked about, read again from where the run found them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.errors import InputError
from dedup.formats import InputOptions, find_inputs, read_batches
from dedup.formats.shown import shown
from dedup.model import Story, Tables
from dedup.review.claims import Question, Spot

if TYPE_CHECKING:
    from dedup.formats import InputFile

Texts = Mapping[tuple[str, int], Story]
"""Stories by path and line."""


def read_texts(
    questions: Iterable[Question],
    tables: Tables,
    places: Sequence[str] | None,
    options: InputOptions,
) -> Texts:
    """The stories that the questions show: one pass over the files that hold them.

    ``places`` are the paths that were scanned, where the run's own names do not lead there any
    more. InputError when a file is gone, has changed since it was scanned, or lacks a story.
    """
    from dedup.api.intake import story_at

    spots = {(spot.path, spot.line): spot for question in questions for spot in question.spots}
    paths = {path for path, _ in spots}
    inputs = find_inputs(places or sorted(paths), options)
    inputs[:] = [found for found in inputs if found.path in paths]
    _refuse_changed(inputs, tables)
    found: dict[tuple[str, int], Story] = {}
    for batch in read_batches(inputs, options):
        for index, place in enumerate(zip(batch.paths, batch.lines, strict=True)):
            spot = spots.get(place)
            if spot is not None and batch.ids[index] in (spot.story_id, f"{place[0]}:{place[1]}"):
                found[place] = replace(story_at(batch, index), story_id=spot.story_id)
    for place, spot in spots.items():
        if place not in found:
            raise _gone(spot)
    return found


def _refuse_changed(inputs: Sequence[InputFile], tables: Tables) -> None:
    sizes = {entry["path"]: entry["bytes"] for entry in tables.manifest.get("inputs", ())}
    for found in inputs:
        scanned = sizes.get(found.path)
        if scanned is not None and found.location and _size(found.location) != scanned:
            raise InputError(
                f"{shown(found.path)} has changed since the run was scanned: scan again; labels "
                "are kept by content and will fit the new run"
            )


def _size(location: Path) -> int:
    try:
        return location.stat().st_size
    except OSError as error:
        raise InputError(f"{shown(str(location))}: {error.strerror}: scan again") from error


def _gone(spot: Spot) -> InputError:
    return InputError(
        f"the text of {shown(spot.story_id)!r} is no longer at {shown(spot.path)} line "
        f"{spot.line}: scan again, or name the place it was scanned from with --in"
    )
