"""The texts of the stories that are asked about, read again from where the run found them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from dedup.errors import InputError
from dedup.formats import InputOptions, find_inputs, stories_at
from dedup.formats.inputs import STDIN
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

    ``places`` name where the stories are now, if the run's own paths do not lead there any more.
    InputError when a file is gone, has changed since it was scanned, or lacks a story.
    """
    spots = {(spot.path, spot.line): spot for question in questions for spot in question.spots}
    if not spots:
        return {}
    paths = sorted({path for path, _ in spots})
    if STDIN in paths and not places:
        raise InputError(
            "the stories of this run came through standard input: save them in a file, and name "
            "it with --in"
        )
    inputs = find_inputs(places or paths, options)
    names = _names(inputs, paths)
    inputs[:] = [found for found in inputs if found.path in names]
    _refuse_changed(inputs, names, tables)
    lines: dict[str, set[int]] = {}
    for path, line in spots:
        lines.setdefault(path, set()).add(line)
    wanted = {path: lines[name] for path, name in names.items()}
    found: dict[tuple[str, int], Story] = {}
    for story in stories_at(inputs, options, wanted):
        spot = spots[names[story.path], story.line]
        if story.story_id in (spot.story_id, f"{story.path}:{story.line}"):
            found[spot.path, spot.line] = replace(story, story_id=spot.story_id)
    for place, spot in spots.items():
        if place not in found:
            raise _gone(spot)
    return found


def _names(inputs: Sequence[InputFile], paths: Sequence[str]) -> dict[str, str]:
    """What the run calls each of the files; those that it does not know are left out.

    A file goes by the path it was scanned as, or by one that ends so: ``feeds/a.txt`` is
    ``/archive/feeds/a.txt`` now. One file for one file may have any name.
    """
    if len(inputs) == len(paths) == 1:
        return {inputs[0].path: paths[0]}
    by_end: dict[str, list[str]] = {}
    for path in paths:
        by_end.setdefault(PurePath(path).name, []).append(path)
    names = {}
    for found in inputs:
        ends = [
            path for path in by_end.get(PurePath(found.path).name, ())
            if f"/{found.path}".endswith(f"/{path}")
        ]  # fmt: skip
        if ends:
            names[found.path] = max(ends, key=len)
    return names


def _refuse_changed(
    inputs: Sequence[InputFile], names: Mapping[str, str], tables: Tables
) -> None:
    sizes = {entry["path"]: entry["bytes"] for entry in tables.manifest.get("inputs", ())}
    for found in inputs:
        scanned = sizes.get(names[found.path])
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
