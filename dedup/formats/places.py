"""Some stories of some files, by where they stand: the way back from a table to the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import count

from dedup.formats.fields import Census
from dedup.formats.inputs import InputFile
from dedup.formats.jsonl import line_record
from dedup.formats.lines import whole_lines
from dedup.formats.options import InputOptions
from dedup.formats.reading import open_records
from dedup.formats.records import Record
from dedup.formats.source import open_source
from dedup.model import Story


def stories_at(
    inputs: Sequence[InputFile], options: InputOptions, places: Mapping[str, Set[int]]
) -> Iterator[Story]:
    """The stories on these lines of these files, as far as they are there.

    Of JSON Lines only the wanted lines are parsed, so that a few stories of a large corpus come
    as fast as the file can be read. InputError when a wanted file cannot be read.
    """
    for file in inputs:
        wanted = places.get(file.path)
        if wanted:
            yield from _of_file(file, options, wanted)


def _of_file(file: InputFile, options: InputOptions, wanted: Set[int]) -> Iterator[Story]:
    left = set(wanted)
    records = _lines(file, options, left) if file.format == "jsonl" else None
    for record in open_records(file, options) if records is None else records:
        if record.story is not None and record.story.line in left:
            left.discard(record.story.line)
            yield record.story
        if not left:
            return


def _lines(
    file: InputFile, options: InputOptions, wanted: Set[int]
) -> Iterator[Record] | None:
    """The wanted lines of JSON Lines as records; None where lines end otherwise than in UTF-8."""
    source = open_source(file, options, Census(options.fields))
    if source.encoding.unit != 1 or source.encoding.binary:
        return None
    return (
        line_record(source, raw, number, 0)
        for number, raw in _numbered(source.blocks)
        if number in wanted
    )


def _numbered(blocks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    numbers = count(1)
    for block in whole_lines(blocks):
        lines = block.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for raw in lines:
            yield next(numbers), raw
