"""JSON Lines straight into columns: the way large corpora come in.

orjson parses each line, and its values go into the batch's columns without an object for the
story. A line orjson refuses, and any record that is not as plain as most, takes the slower way
through :mod:`dedup.formats.jsonl`, which reads more and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from dedup.formats.batches import BatchBuilder
from dedup.formats.fields import Names, as_text, rules_named
from dedup.formats.jsonl import line_record
from dedup.formats.lines import whole_lines
from dedup.formats.source import NO_RECORDS, Source
from dedup.model import StoryBatch


def batches(source: Source, builder: BatchBuilder) -> Iterator[StoryBatch]:
    """The full batches of an input; what is left stays in the builder."""
    line, silent = 0, True
    for block in whole_lines(source.blocks):
        lines = block.split(b"\n")
        if not lines[-1]:
            lines.pop()
        for first in range(0, len(lines), _STRIDE):
            filled = builder.filled
            _add_lines(source, builder, lines[first : first + _STRIDE], line + first)
            silent = silent and builder.filled == filled
            if builder.room <= 0:
                return
            if builder.is_full:
                yield builder.take()
        line += len(lines)
    if silent:
        builder.add_problems((source.problem("INP902", NO_RECORDS, 1),))


_STRIDE = 256
"""Lines between two looks at whether the batch is full: about 1 MB of ordinary stories."""


def _add_lines(source: Source, builder: BatchBuilder, lines: list[bytes], before: int) -> None:
    """Put these lines into the columns, as far as there is room."""
    room, names_of, loads = builder.room, source.census.names, orjson.loads
    for number, raw in enumerate(lines, before + 1):
        try:
            record = loads(raw)
        except orjson.JSONDecodeError:
            record = None
        plain = type(record) is dict and _add_plain(
            source, builder, record, names_of(tuple(record)), number
        )
        room -= 1 if plain else _add_slowly(source, builder, raw, number)
        if room <= 0:
            return


def _add_plain(
    source: Source, builder: BatchBuilder, record: dict[str, Any], names: Names, line: int
) -> bool:
    """Put a record into the columns, unless it has no text or a part needs a second look."""
    text = record[names.text] if names.text is not None else None
    parts = [record[name] if name is not None else "" for name in names[1:5]]
    for index, value in enumerate(parts):
        if type(value) is not str:
            # orjson makes a float of an integer beyond 64 bits, and its last digits are lost
            if type(value) is float:
                return False
            parts[index] = as_text(value)
    if type(text) is not str:
        return False
    story_id, title, published, outlet = parts
    batch = builder.batch
    if names.ignore is not None:
        batch.ignores[len(batch.ids)] = rules_named(record[names.ignore])
    batch.ids.append(story_id or f"{source.file.path}:{line}")
    batch.titles.append(title)
    batch.published.append(published)
    batch.sources.append(outlet)
    batch.paths.append(source.file.path)
    batch.lines.append(line)
    batch.body_starts.append(0)
    chunk = text.encode()
    builder.chunks.append(chunk)
    builder.size += len(chunk)
    return True


def _add_slowly(source: Source, builder: BatchBuilder, raw: bytes, line: int) -> int:
    """Put what can be read of a line into the batch: 1 for a story, 0 for none."""
    record = line_record(source, raw, line, 0)
    builder.add_problems(record.problems)
    if record.story is None:
        return 0
    builder.add(record.story)
    return 1
