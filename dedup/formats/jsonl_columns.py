"""JSON Lines straight into columns: the way large corpora come in.

orjson parses each line, and its values go into the batch's columns without an object for the
story. A line orjson refuses, and any record that is not as plain as most, takes the slower way
through :mod:`dedup.formats.jsonl`, which reads more and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from dedup.formats.batches import BatchBuilder
from dedup.formats.fields import as_text, rules_named
from dedup.formats.jsonl import line_record
from dedup.formats.lines import whole_lines
from dedup.formats.source import NO_RECORDS, Source
from dedup.model import StoryBatch


def batches(source: Source, builder: BatchBuilder) -> Iterator[StoryBatch]:
    """The full batches of an input; what is left stays in the builder."""
    line, silent = 0, True
    for block in whole_lines(source.blocks):
        at = 0
        while at < len(block):
            filled = builder.filled
            at, line = _add_lines(source, builder, block, at, line)
            silent = silent and builder.filled == filled
            if builder.room <= 0:
                return
            if builder.is_full:
                yield builder.take()
    if silent:
        builder.add_problems((source.problem("INP902", NO_RECORDS, 1),))


_STRIDE = 256
"""Lines between two looks at whether the batch is full: about 1 MB of ordinary stories."""


def _add_lines(
    source: Source, builder: BatchBuilder, block: bytes, at: int, line: int
) -> tuple[int, int]:
    """Put a stride of lines into the columns, as far as there is room.

    Gives where in the block the next line begins, and the number of the last. Lines are looked at
    where they lie: a copy of each would take as long as a third of the parsing.
    """
    room, loads, size, enter = builder.room, orjson.loads, len(block), _entrance(source, builder)
    view = memoryview(block)
    last = line + _STRIDE
    while at < size and line < last and room > 0:
        begin, end = at, block.find(b"\n", at)
        at = size if end < 0 else end + 1
        line += 1
        raw = view[begin : end if end >= 0 else size]
        try:
            record = loads(raw)
        except orjson.JSONDecodeError:
            record = None
        plain = type(record) is dict and enter(record, line)
        room -= 1 if plain else _add_slowly(source, builder, bytes(raw), line)
    return at, line


def _entrance(source: Source, builder: BatchBuilder) -> Callable[[dict[Any, Any], int], bool]:
    """A function that puts a record of a line into the columns of the batch in the making.

    It gives False, and does nothing, when there is no text or a part needs a second look.
    """
    batch, chunks, path, names_of = (
        builder.batch, builder.chunks, source.file.path, source.census.names
    )  # fmt: skip
    add_id, add_title, add_source = batch.ids.append, batch.titles.append, batch.sources.append
    add_published, add_path = batch.published.append, batch.paths.append
    add_line, add_start, add_chunk = batch.lines.append, batch.body_starts.append, chunks.append

    def enter(record: dict[Any, Any], line: int) -> bool:
        get = record.get
        text_name, id_name, title_name, date_name, source_name, ignore_name = names_of(
            tuple(record)
        )
        text = get(text_name)
        if type(text) is not str:
            return False
        # No key is None, so that a part which no field holds is empty.
        parts = get(id_name, ""), get(title_name, ""), get(date_name, ""), get(source_name, "")
        story_id, title, published, outlet = parts
        if not (
            type(story_id) is str and type(title) is str
            and type(published) is str and type(outlet) is str
        ):  # fmt: skip
            # orjson makes a float of an integer beyond 64 bits, and its last digits are lost
            if float in map(type, parts):
                return False
            story_id, title, published, outlet = (
                part if type(part) is str else as_text(part) for part in parts
            )
        if ignore_name is not None:
            batch.ignores[len(batch.ids)] = rules_named(record[ignore_name])
        chunk = text.encode()
        add_id(story_id or f"{path}:{line}")
        add_title(title)
        add_published(published)
        add_source(outlet)
        add_path(path)
        add_line(line)
        add_start(0)
        add_chunk(chunk)
        builder.size += len(chunk)
        return True

    return enter


def _add_slowly(source: Source, builder: BatchBuilder, raw: bytes, line: int) -> int:
    """Put what can be read of a line into the batch: 1 for a story, 0 for none."""
    record = line_record(source, raw, line, 0)
    builder.add_problems(record.problems)
    if record.story is None:
        return 0
    builder.add(record.story)
    return 1
