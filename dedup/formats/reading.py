"""Inputs to stories, in batches; and one input to its records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from dedup.errors import InputError
from dedup.formats import delimited, json_array, jsonl, parquet, plain
from dedup.formats.batches import BatchBuilder
from dedup.formats.fields import Census
from dedup.formats.inputs import InputFile
from dedup.formats.options import InputOptions
from dedup.formats.records import Record
from dedup.formats.shown import shown
from dedup.formats.source import NO_RECORDS, NOT_TEXT, Source, open_source
from dedup.model import Problem, StoryBatch

_READERS: dict[str, Callable[[Source], Iterator[Record]]] = {
    "text": plain.records,
    "jsonl": jsonl.records,
    "json": json_array.records,
    "csv": delimited.records,
    "tsv": delimited.records,
}

BATCH_BYTES = 8 << 20
"""Text in a batch, in bytes: large enough for compiled kernels, small enough to stream."""


def read_batches(
    inputs: Sequence[InputFile], options: InputOptions, batch_bytes: int = BATCH_BYTES
) -> Iterator[StoryBatch]:
    """All stories of all inputs in batches of about so many bytes of text, in reading order.

    What cannot be read as it should be is a problem in its batch. InputError when a file named by
    the user cannot be read at all; FieldError when none of the records of such a file, or of all
    inputs together, has a field for the text, or a field that was named is in no record.
    """
    builder = BatchBuilder(batch_bytes, options.limit)
    total = Census(options.fields)
    for file in inputs:
        census = Census(options.fields)
        try:
            yield from _file_batches(file, options, census, builder)
        except InputError as error:
            if file.explicit:
                raise
            builder.add_problems((Problem("INP901", str(error), file.path, 0),))
        if builder.room <= 0:
            break
        if file.explicit:
            census.check_text(file.path)
        total.add(census)
    else:
        total.check_all(inputs[0].path if len(inputs) == 1 else f"all {len(inputs)} inputs")
    if builder.chunks or builder.batch.problems:
        yield builder.take()


def _file_batches(
    file: InputFile, options: InputOptions, census: Census, builder: BatchBuilder
) -> Iterator[StoryBatch]:
    """The batches one input fills; what is left over stays in the builder."""
    if file.format == "jsonl":
        source = open_source(file, options, census)
        if source.encoding.codec in (None, "utf-8") and not source.encoding.binary:
            from dedup.formats import jsonl_columns

            yield from jsonl_columns.batches(source, builder)
            return
        rows = _source_records(source)
    else:
        rows = _records(file, options, census)
    for record in rows:
        builder.add_problems(record.problems)
        if record.story is not None:
            builder.add(record.story)
            if builder.room <= 0:
                return
        if builder.is_full:
            yield builder.take()


def open_records(file: InputFile, options: InputOptions) -> Iterator[Record]:
    """The records of one input, in order: see :class:`Record`.

    ``options.limit`` does not apply. InputError when the input cannot be read; a binary file in
    a folder is one broken record.
    """
    return _records(file, options, Census(options.fields))


def _records(file: InputFile, options: InputOptions, census: Census) -> Iterator[Record]:
    if file.format == "parquet":
        yield from _never_empty(file, parquet.records(file, census), 0)
    else:
        yield from _source_records(open_source(file, options, census))


def _source_records(source: Source) -> Iterator[Record]:
    """The records of an opened input, its byte order mark among them."""
    file = source.file
    if source.encoding.binary:
        yield _binary(source)
    elif file.format == "text":
        first = next(source.blocks, b"")
        if first:
            source = replace(source, blocks=chain([first], source.blocks))
            yield from plain.records(source)
        else:
            yield _empty(file, "the file is empty", 0, source.bom)
    else:
        notes = source.encoding_problems()
        if source.bom or notes:
            yield Record(1, 0, source.bom, None, notes)
        yield from _never_empty(file, _READERS[file.format](source), len(source.bom))


def _binary(source: Source) -> Record:
    """A binary file in a folder, kept as it is. InputError if it was named."""
    file = source.file
    if file.explicit:
        message = f"{shown(file.path)}: {NOT_TEXT}; if it is text, give --encoding"
        raise InputError(f"{message}, or say what format it is in with --input-format")
    problem = Problem("INP901", NOT_TEXT, file.path, 1)
    return Record(1, 0, source.bom + b"".join(source.blocks), None, (problem,))


def _never_empty(file: InputFile, records: Iterator[Record], start: int) -> Iterator[Record]:
    """The records, and one more that says so if there was none but frames."""
    silent = True
    for record in records:
        silent = silent and record.is_frame
        start = record.end
        yield record
    if silent:
        yield _empty(file, NO_RECORDS, start)


def _empty(file: InputFile, message: str, start: int, raw: bytes = b"") -> Record:
    return Record(1, start, raw, None, (Problem("INP902", message, file.path, 1),))
