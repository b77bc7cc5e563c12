"""What the tests of the readers share: write a file, read it, look at the stories."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from dedup.formats import InputOptions, Record, find_inputs, open_records, read_batches
from dedup.model import Problem, Story, StoryBatch


class Read(NamedTuple):
    stories: list[Story]
    problems: list[Problem]

    @property
    def rules(self) -> list[tuple[str, int]]:
        """Rule and line of each problem."""
        return [(problem.rule, problem.line) for problem in self.problems]

    @property
    def texts(self) -> list[str]:
        return [story.text for story in self.stories]


def rows_of(batch: StoryBatch) -> list[Story]:
    """The stories of a batch, back from its columns."""
    rows = []
    for index in range(len(batch)):
        raw = batch.text[batch.offsets[index] : batch.offsets[index + 1]]
        rows.append(
            Story(
                batch.ids[index],
                raw.decode(),
                batch.titles[index],
                batch.sources[index],
                batch.published[index],
                batch.paths[index],
                batch.lines[index],
                len(raw[: batch.body_starts[index]].decode()),
                batch.ignores.get(index, ()),
                index in batch.plain,
            )
        )
    return rows


def read(*paths: Path | str, options: InputOptions | None = None) -> Read:
    """Everything in these inputs, by way of batches."""
    options = options or InputOptions()
    inputs = find_inputs([str(path) for path in paths], options)
    found = Read([], [])
    for batch in read_batches(inputs, options):
        found.stories.extend(rows_of(batch))
        found.problems.extend(batch.problems)
    return found


def records(path: Path | str, options: InputOptions | None = None) -> list[Record]:
    """All records of one input."""
    options = options or InputOptions()
    (found,) = find_inputs([str(path)], options)
    return list(open_records(found, options))


def in_folder(tmp_path: Path, name: str, content: bytes) -> Path:
    """A file in a folder of its own; the path of the folder."""
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


def agreed(path: Path, options: InputOptions | None = None) -> Sequence[Record]:
    """The records of a file, after checking the first law and that both ways of reading agree."""
    found = records(path, options)
    if path.suffix != ".parquet":
        assert b"".join(record.raw for record in found) == path.read_bytes()
        assert [record.start for record in found] == _starts(found)
    by_batch = read(path, options=options)
    assert [record.story for record in found if record.story] == by_batch.stories
    assert [problem for record in found for problem in record.problems] == by_batch.problems
    return found


def _starts(found: Sequence[Record]) -> list[int]:
    starts, place = [], 0
    for record in found:
        starts.append(place)
        place += len(record.raw)
    return starts
