"""What a caller may hand in, and how the same kind is handed back: stories, records, frames, paths.

An intake gives batches to the pipeline, and later makes the cleaned stories from a function that
says of each story whether it stays and with which text.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Protocol, TypeGuard

from dedup.errors import InputError
from dedup.model import Problem, Story, StoryBatch, encode

if TYPE_CHECKING:
    import pandas as pd

    from dedup.formats import InputOptions
    from dedup.formats.fields import Census

_NAMES = (str, os.PathLike)
BATCH_CHARACTERS = 8 << 20

if TYPE_CHECKING:
    Stories = (
        Iterable[Story | Mapping[str, Any] | str | os.PathLike[str]]
        | pd.DataFrame | str | os.PathLike[str]
    )  # fmt: skip
else:
    Stories = Iterable
"""What :func:`dedup.check` takes."""

Edit = Callable[[Story], str | None]
"""The text a story is to have, or None if it goes."""


class Intake(Protocol):
    """Stories that came in somehow and can be handed back in the same kind."""

    def batches(self) -> Iterator[StoryBatch]:
        """Everything that came in, in reading order."""

    def stories(self) -> Iterator[Story]:
        """Every story that could be read."""

    def edited(self, edit: Edit) -> Any:  # noqa: ANN401 -- the kind that came in
        """The same kind as came in, with every story edited; what was no story stays as it is."""


def receive(given: Stories, options: InputOptions) -> Intake:
    """The intake for what the caller handed in.

    A string or path alone is a file, a folder or a glob; strings in a list are texts, unless one
    of them is there as a file or ends like one. InputError for what is no story.
    """
    if isinstance(given, _NAMES):
        return PathIntake((os.fspath(given),), options)
    if _is_frame(given):
        return FrameIntake.of(given, options)
    if isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise InputError(
            f"cannot read stories from a {type(given).__name__}: give paths, a DataFrame, "
            "or a list of Story, dictionaries or texts"
        )
    items: list[Any] = list(given)
    if items and all(isinstance(item, _NAMES) for item in items):
        paths = tuple(os.fspath(item) for item in items)
        if any(isinstance(item, os.PathLike) or _like_path(item) for item in items):
            return PathIntake(paths, options)
    return ListIntake.of(items, options)


@dataclass(frozen=True, slots=True)
class PathIntake:
    """Files, folders and globs; read again when the cleaned stories are asked for."""

    paths: tuple[str, ...]
    options: InputOptions

    def batches(self) -> Iterator[StoryBatch]:
        """Everything in the files, in reading order."""
        from dedup.formats import find_inputs, read_batches

        yield from read_batches(find_inputs(self.paths, self.options), self.options)

    def stories(self) -> Iterator[Story]:
        """Every story in the files."""
        for batch in self.batches():
            yield from stories_of(batch)

    def edited(self, edit: Edit) -> list[Story]:
        """The stories that stay, with their new texts."""
        texts = ((story, edit(story)) for story in self.stories())
        return [replace(story, text=text) for story, text in texts if text is not None]


@dataclass(frozen=True, slots=True)
class ListIntake:
    """Story objects, dictionaries or texts; ``read`` holds the story of each, None if broken."""

    items: Sequence[Any]
    read: Sequence[Story | None]
    problems: Sequence[Problem]
    text_fields: Sequence[str]

    @classmethod
    def of(cls, items: Sequence[Any], options: InputOptions) -> ListIntake:
        """Read each item. Places are counted from 1, ids of texts and of records without from 0."""
        reader = _Reader(options)
        read = [reader.story(item, number) for number, item in enumerate(items)]
        reader.census.check_all("the stories")
        return cls(items, read, reader.problems, reader.text_fields)

    def batches(self) -> Iterator[StoryBatch]:
        """Everything that came in."""
        return batched(self.stories(), self.problems)

    def stories(self) -> Iterator[Story]:
        """Every story that could be read."""
        return (story for story in self.read if story is not None)

    def edited(self, edit: Edit) -> list[Any]:
        """The items that stay; the others are new objects only where their text changed."""
        kept = []
        for item, story, field in zip(self.items, self.read, self.text_fields, strict=True):
            text = None if story is None else edit(story)
            if story is None or text == story.text:
                kept.append(item)
            elif text is not None:
                kept.append(_with_text(item, field, text))
        return kept


@dataclass(frozen=True, slots=True)
class FrameIntake:
    """A pandas DataFrame, one story a row."""

    frame: pd.DataFrame
    rows: ListIntake

    @classmethod
    def of(cls, frame: pd.DataFrame, options: InputOptions) -> FrameIntake:
        """Read each row; missing values are empty."""
        columns = list(map(str, frame.columns))
        values = [_column(frame.iloc[:, place]) for place in range(len(columns))]
        records = [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]
        return cls(frame, ListIntake.of(records, options))

    def batches(self) -> Iterator[StoryBatch]:
        """Everything in the frame."""
        return self.rows.batches()

    def stories(self) -> Iterator[Story]:
        """Every row that has a text."""
        return self.rows.stories()

    def edited(self, edit: Edit) -> pd.DataFrame:
        """The rows that stay, with their index, in a new frame."""
        places: list[int] = []
        changed: dict[str, dict[int, str]] = {}
        for place, story in enumerate(self.rows.read):
            text = None if story is None else edit(story)
            if story is None or text is not None:
                places.append(place)
            if story is not None and text is not None and text != story.text:
                changed.setdefault(self.rows.text_fields[place], {})[place] = text
        kept = self.frame.iloc[places].copy()
        columns = list(map(str, self.frame.columns))
        for field, texts in changed.items():
            # Of columns with one name the last was read, as in a dictionary of the row.
            column = len(columns) - 1 - columns[::-1].index(field)
            series = kept.iloc[:, column]
            after = [texts.get(at, old) for at, old in zip(places, series.tolist(), strict=True)]
            kept.isetitem(column, type(series)(after, kept.index, series.dtype).array)
        return kept


class _Reader:
    """Makes stories of items, and remembers the problems and where each text was found."""

    def __init__(self, options: InputOptions) -> None:
        from dedup.formats.fields import Census

        self.census: Census = Census(options.fields)
        self.problems: list[Problem] = []
        self.text_fields: list[str] = []

    def story(self, item: object, number: int) -> Story | None:
        self.text_fields.append("")
        if isinstance(item, Story):
            return item
        if isinstance(item, str):
            return Story(str(number), item, line=number + 1)
        if isinstance(item, Mapping):
            return self._of_record(item, number)
        raise InputError(
            f"item {number} of the stories is a {type(item).__name__}: "
            "give Story, dictionaries or texts"
        )

    def _of_record(self, record: Mapping[str, Any], number: int) -> Story | None:
        from dedup.formats.fields import story_of

        names = self.census.names(tuple(map(str, record)))
        self.text_fields[-1] = names.text or ""
        story, problems = story_of(record, names, "", number + 1)
        # Records in memory have no file to be named after, only a place in the list.
        nameless = f":{number + 1}"
        self.problems += [
            problem._replace(story_id=str(number)) if problem.story_id == nameless else problem
            for problem in problems
        ]
        if story is not None and story.story_id == nameless:
            return replace(story, story_id=str(number))
        return story


def batched(stories: Iterable[Story], problems: Sequence[Problem]) -> Iterator[StoryBatch]:
    """Batches of about BATCH_CHARACTERS of text; the first one carries the problems."""
    waiting: list[Story] = []
    size = 0
    for story in stories:
        waiting.append(story)
        size += len(story.text)
        if size >= BATCH_CHARACTERS:
            yield StoryBatch.of(waiting, problems)
            waiting, size, problems = [], 0, ()
    yield StoryBatch.of(waiting, problems)


def stories_of(batch: StoryBatch) -> Iterator[Story]:
    """The rows of a batch as stories."""
    for index in range(len(batch)):
        raw = batch.text[batch.offsets[index] : batch.offsets[index + 1]]
        yield Story(
            batch.ids[index],
            raw.decode(),
            batch.titles[index],
            batch.sources[index],
            batch.published[index],
            batch.paths[index],
            batch.lines[index],
            len(raw[: batch.body_starts[index]].decode()),
            batch.ignores.get(index, ()),
        )


def _with_text(item: object, field: str, text: str) -> object:
    if isinstance(item, Story):
        return replace(item, text=text)
    return {**item, field: text} if isinstance(item, Mapping) else text


def _column(series: pd.Series[Any]) -> list[Any]:
    missing = series.isna().tolist()
    return [
        None if absent else value for value, absent in zip(series.tolist(), missing, strict=True)
    ]


def _is_frame(given: object) -> TypeGuard[pd.DataFrame]:
    """Whether it is a DataFrame; without pandas loaded nothing can be one."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(given, pandas.DataFrame)


def _like_path(text: str) -> bool:
    from dedup.formats.options import COMPRESSIONS, FORMATS

    if len(text) > 4096 or "\n" in text or "\0" in text:
        return False
    known = {suffix for suffixes in FORMATS.values() for suffix in suffixes} | set(COMPRESSIONS)
    named = " " not in text and PurePath(text).suffix.lower() in known
    return named or Path(encode(text).decode()).exists()
