"""The record layer: an input as a row of raw byte pieces, some of which hold a story.

Laws, for every format but Parquet:

- joined in order, ``Record.raw`` of all records is the decompressed input, byte for byte;
- ``cut(record, [])`` is ``record.raw``;
- reading ``cut(record, spans)`` again gives the story's text without these spans, and every
  other field as it was.

A Parquet file has no bytes of its own for a row: ``raw`` is empty there, ``start`` is the row's
number from 0, ``line`` the same from 1, and the changed table is written by
``dedup.formats.write_rows(input, options, target, dropped, texts)``: ``dropped`` holds starts,
``texts`` maps starts to new texts. Records come from ``dedup.formats.open_records(input,
options)``; it ignores ``options.limit``, so that the first law holds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from dedup.formats.csv_cells import cell_ranges, cells_of, requoted, still_open
from dedup.formats.encodings import bom_length, byte_positions, decode, encode_marked, unescape
from dedup.formats.json_text import literal_ranges, parse, respelled
from dedup.formats.source_map import Span, merged, without
from dedup.model import Problem, Story

Syntax = Literal["text", "json", "csv", "parquet"]


@dataclass(frozen=True, slots=True)
class Record:
    """A piece of an input: a story, something broken, or a frame (header, separator, blank line).

    ``start`` is where ``raw`` begins in the decompressed input, in bytes; ``line`` is where it
    begins, counted from 1. A frame has neither story nor problems. A broken record has no story
    and at least one problem; it is to be kept as it is. A story may have problems as well.
    """

    line: int
    start: int
    raw: bytes
    story: Story | None = None
    problems: tuple[Problem, ...] = ()
    syntax: Syntax = "text"
    codec: str = "utf-8"
    key: str | int = ""
    """Which value holds the text: the field's name in JSON, the column's number in CSV."""
    delimiter: str = ","
    element: bool = False
    """Whether it is an element of a JSON array, so that dropping it takes a comma along."""

    @property
    def is_frame(self) -> bool:
        """Whether it belongs to the file, not to a story: a header, a separator, a blank line."""
        return self.story is None and not self.problems

    @property
    def end(self) -> int:
        """Where the record ends in the decompressed input, in bytes."""
        return self.start + len(self.raw)


def cut(record: Record, spans: Iterable[Span]) -> bytes:
    """The record's bytes without these character spans of its story's text.

    Only the bytes of these characters go; an escape counts as the character it stands for. Where
    that would not read as it should (two halves of a surrogate pair that come together, a cell
    that then begins with a quote), the value as a whole is spelled anew. Spans may come in any
    order and overlap. ValueError for a record without a story, for a span outside the text, and
    for Parquet (see :func:`dedup.formats.write_rows`).
    """
    if record.story is None or record.syntax == "parquet":
        raise ValueError(f"nothing can be cut from the record at line {record.line}")
    text = record.story.text
    gone = merged(spans, len(text))
    if not gone:
        return record.raw
    wanted = without(text, gone)
    bom = bom_length(record.raw) if record.syntax == "text" else 0
    body = record.raw[bom:]
    marked = decode(body, record.codec).marked
    left = _delete(body, marked, record.codec, _source_ranges(record, marked, gone))
    if not _reads(record, marked, decode(left, record.codec).marked, wanted):
        left = _encode(_respelled(record, marked, wanted), record.codec)
    return record.raw[:bom] + left


def _source_ranges(record: Record, marked: str, spans: list[Span]) -> list[Span]:
    """Where these spans of the text stand in the record's characters."""
    if record.syntax == "json":
        return literal_ranges(marked, str(record.key), spans)
    if record.syntax == "csv":
        cell = cells_of(marked, record.delimiter)[int(record.key)]
        return merged(cell_ranges(marked, cell, spans), len(marked))
    return spans


def _delete(raw: bytes, marked: str, codec: str, ranges: list[Span]) -> bytes:
    """The bytes without those of these character ranges."""
    places = byte_positions(raw, marked, codec, [place for span in ranges for place in span])
    keep = [0, *places, len(raw)]
    return b"".join(raw[a:b] for a, b in zip(keep[::2], keep[1::2], strict=True))


def _reads(record: Record, before: str, after: str, wanted: str) -> bool:
    """Whether the changed characters of a record hold the wanted text, and all else as before."""
    if record.syntax == "json":
        try:
            after_object = parse(after)
        except ValueError:
            return False
        return isinstance(after_object, dict) and unescape(after_object[record.key]) == wanted
    if record.syntax == "csv":
        return _cells_read(record, before, after, wanted)
    return unescape(after) == wanted


def _cells_read(record: Record, before: str, after: str, wanted: str) -> bool:
    delimiter = record.delimiter
    values = [unescape(cell.value(before)) for cell in cells_of(before, delimiter)]
    values[int(record.key)] = wanted
    if [unescape(cell.value(after)) for cell in cells_of(after, delimiter)] != values:
        return False
    row = after.encode("utf-8", "replace")
    return bool(after.rstrip("\r\n")) and not still_open(row, delimiter.encode(), False)


def _respelled(record: Record, marked: str, text: str) -> str:
    if record.syntax == "json":
        return respelled(marked, str(record.key), text)
    if record.syntax == "csv":
        return requoted(marked, cells_of(marked, record.delimiter)[int(record.key)], text)
    return text


def _encode(marked: str, codec: str) -> bytes:
    try:
        return encode_marked(marked, codec)
    except UnicodeEncodeError:
        return unescape(marked).encode(codec, "replace")


def drop_spans(records: Iterable[Record], dropped: Collection[int]) -> list[Span]:
    """The byte ranges (start, end) to delete from the decompressed input to drop whole records.

    ``records`` are all records of one input, in order; ``dropped`` holds the ``start`` of each one
    to drop. Ranges are sorted and disjoint. A JSON array stays a valid array: a dropped element
    takes its comma along. Dropping the only story of a text file, or a file that is one JSON
    object, leaves no story: do not write that file at all.
    """
    gone: list[Span] = []
    kept_end = leading = None
    for record in records:
        if record.is_frame or not record.raw:
            continue
        drop = record.start in dropped
        if record.element:
            if drop and kept_end is None:
                leading = record.start if leading is None else leading
                gone.append((leading, record.end))
            elif drop:
                gone.append((kept_end or 0, record.end))
            elif leading is not None:
                gone.append((leading, record.start))
                leading = None
            kept_end = kept_end if drop else record.end
        elif drop:
            gone.append((record.start, record.end))
    return merged(gone, max((end for _, end in gone), default=0))
