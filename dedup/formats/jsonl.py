"""JSON Lines: one object a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from dedup.formats.encodings import decode
from dedup.formats.fields import story_of
from dedup.formats.json_text import parse
from dedup.formats.lines import raw_lines
from dedup.formats.records import Record
from dedup.formats.source import Source
from dedup.model import Problem


def records(source: Source) -> Iterator[Record]:
    """A record for each line; blank lines are frames."""
    start = len(source.bom)
    for line, raw in enumerate(raw_lines(source.blocks, source.encoding), 1):
        yield line_record(source, raw, line, start)
        start += len(raw)


def line_record(source: Source, raw: bytes, line: int, start: int) -> Record:
    """One line as a record, whatever is in it."""
    ordinary = _plain_object(source, raw)
    if ordinary is not None:
        return object_record(source, Record(line, start, raw), ordinary, [])
    line_end = b"\n" if source.encoding.unit == 1 else b""
    decoded = decode(raw.removesuffix(line_end), source.encoding.codec)
    if not decoded.marked.strip():
        return Record(line, start, raw)
    notes = [source.problem("INP903", decoded.note, line)] if decoded.note else []
    try:
        value = parse(decoded.marked.removesuffix("\n"))
    except ValueError as error:
        broken = source.problem("INP901", str(error), line)
        return Record(line, start, raw, None, (broken, *notes))
    return object_record(source, Record(line, start, raw, codec=decoded.codec), value, notes)


def _plain_object(source: Source, raw: bytes) -> dict[str, Any] | None:
    """The object of an ordinary line, quickly; None for any other, which takes a closer look."""
    if source.encoding.codec not in (None, "utf-8"):
        return None
    try:
        value: object = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    return value if type(value) is dict and float not in map(type, value.values()) else None


def object_record(
    source: Source, record: Record, value: object, notes: list[Problem], *, element: bool = False
) -> Record:
    """The record with the story that a parsed value holds, or with what is wrong with it."""
    line = record.line
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a string", type(None): "null"}.get(type(value), "a number")
        broken = source.problem("INP901", f"not an object but {kind}", line)
        return Record(line, record.start, record.raw, None, (broken, *notes), element=element)
    names = source.census.names(tuple(value))
    story, problems = story_of(value, names, source.file.path, line)
    if notes:
        problems = [problem for problem in problems if problem.rule != "INP903"]
    if story is not None:
        notes = [note._replace(story_id=story.story_id) for note in notes]
    return Record(
        line,
        record.start,
        record.raw,
        story,
        (*problems, *notes),
        "json",
        record.codec,
        names.text or "",
        element=element,
    )
