"""From planned actions to changes of bytes, for every format but Parquet.

A change takes some bytes of the decompressed input out. Where deleting alone would not read as it
should, a few others stand in for them (see :func:`dedup.formats.cut`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dedup.clean.literals import less, literal_bytes
from dedup.clean.plan import Drop, Strip
from dedup.clean.spans import Span, cut_spans
from dedup.errors import MismatchError
from dedup.formats import InputFile, Record, cut, drop_spans
from dedup.formats.csv_cells import cell_ranges, cells_of
from dedup.formats.encodings import bom_length, byte_positions, decode
from dedup.formats.json_text import literal_ranges
from dedup.formats.shown import shown

Actions = Mapping[tuple[int, str], Drop | tuple[Strip, ...]]
"""What to do with the records of one input, by line and story id."""


class Change(NamedTuple):
    """Bytes ``start`` to ``end`` of the input go, ``instead`` comes in their place.

    ``why`` says what was decided; a change may carry out several strips at once.
    """

    start: int
    end: int
    record: Record
    why: tuple[Drop | Strip, ...]
    instead: bytes = b""


class Stretch(NamedTuple):
    """Some bytes of the input from ``start`` on, with the changes in them and what they hold."""

    start: int
    raw: bytes
    changes: Sequence[Change] = ()
    stories: int = 0
    dropped: int = 0
    gone: bool = False
    """Whether the file as a whole goes."""


def stretches(source: InputFile, records: Iterator[Record], actions: Actions) -> Iterator[Stretch]:
    """The input in pieces, with the changes each one is to have, in order.

    A JSON document comes as one piece: what goes with an element depends on its neighbours.
    """
    if actions and source.format in ("json", "text"):
        yield _document(list(records), actions)
        return
    for record in records:
        action = action_on(record, actions) if actions else None
        stories = int(record.story is not None)
        if action is None:
            yield Stretch(record.start, record.raw, (), stories)
        elif isinstance(action, Drop):
            change = Change(record.start, record.end, record, (action,))
            yield Stretch(record.start, record.raw, (change,), stories, 1)
        else:
            yield Stretch(record.start, record.raw, strip_changes(record, action), stories)


def action_on(record: Record, actions: Actions) -> Drop | tuple[Strip, ...] | None:
    """What is planned for a record."""
    if record.story is None:
        return None
    return actions.get((record.story.line, record.story.story_id))


def _document(records: Sequence[Record], actions: Actions) -> Stretch:
    changes: list[Change] = []
    dropped: dict[int, tuple[Record, Drop]] = {}
    for record in records:
        action = action_on(record, actions)
        if isinstance(action, Drop):
            dropped[record.start] = (record, action)
        elif action is not None:
            changes += strip_changes(record, action)
    raw = b"".join(record.raw for record in records)
    stories = sum(record.story is not None for record in records)
    alone = all(record.is_frame or record.start in dropped for record in records)
    if alone and stories == 1 and not any(record.element for record in records):
        ((record, action),) = dropped.values()
        whole = Change(0, len(raw), record, (action,))
        return Stretch(0, raw, (whole,), 1, 1, gone=True)
    changes += _drop_changes(records, dropped)
    return Stretch(0, raw, sorted(changes, key=lambda c: c.start), stories, len(dropped))


def _drop_changes(
    records: Sequence[Record], dropped: Mapping[int, tuple[Record, Drop]]
) -> Iterator[Change]:
    """A change for each dropped record, which takes a share of the commas around it."""
    starts = sorted(dropped)
    for low, high in drop_spans(records, dropped.keys()):
        inside = [start for start in starts if low <= start < high]
        edges = [low, *inside[1:], high]
        for index, start in enumerate(inside):
            record, action = dropped[start]
            yield Change(edges[index], edges[index + 1], record, (action,))


def strip_changes(record: Record, strips: tuple[Strip, ...]) -> list[Change]:
    """The changes that take paragraphs out of a record: one each, or one for all.

    Raises :class:`MismatchError` when the paragraphs are not of this text.
    """
    spans = spans_of(record, strips)
    ranges = literal_bytes(record, spans) if record.syntax == "json" else None
    wanted = None
    if ranges is None:
        wanted = cut(record, spans)
        ranges = _byte_ranges(record, spans)
    if wanted is None or less(record.raw, ranges) == wanted:
        return [
            Change(record.start + low, record.start + high, record, (strip,))
            for (low, high), strip in zip(ranges, strips, strict=True)
        ]
    low, high, instead = _difference(record.raw, wanted)
    return [Change(record.start + low, record.start + high, record, strips, instead)]


def spans_of(record: Record, strips: Sequence[Strip]) -> list[Span]:
    """The characters that go from a record's text."""
    story = record.story
    if story is None:
        raise MismatchError(f"the record at line {record.line} holds no story any more")
    try:
        return cut_spans(
            story.text, story.body_start, [(s.start, s.end) for s in strips],
            [s.glued for s in strips],
        )  # fmt: skip
    except MismatchError as error:
        raise MismatchError(f"{shown(story.path)}:{story.line}: {error}") from error


def _byte_ranges(record: Record, spans: Sequence[Span]) -> list[Span]:
    """Where in the record's bytes these characters of its text stand."""
    bom = bom_length(record.raw) if record.syntax == "text" else 0
    body = record.raw[bom:]
    marked = decode(body, record.codec).marked
    if record.syntax == "json":
        ranges = literal_ranges(marked, str(record.key), spans)
    elif record.syntax == "csv":
        cell = cells_of(marked, record.delimiter)[int(record.key)]
        ranges = cell_ranges(marked, cell, spans)
    else:
        ranges = list(spans)
    places = byte_positions(body, marked, record.codec, [p for span in ranges for p in span])
    return [(bom + a, bom + b) for a, b in zip(places[::2], places[1::2], strict=True)]


def _difference(old: bytes, new: bytes) -> tuple[int, int, bytes]:
    """The stretch of ``old`` that differs, and what stands there in ``new``."""
    low = _common(old, new)
    most = min(len(old), len(new)) - low
    back = _common(old[::-1][:most], new[::-1][:most])
    return low, len(old) - back, new[low : len(new) - back]


def _common(a: bytes, b: bytes) -> int:
    """Length of the longest common beginning, by halving."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        if a[low:middle] == b[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
