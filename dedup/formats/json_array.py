"""A JSON document: an array of objects, or a single one. It is held in memory as a whole.

Many a ``.json`` file is JSON Lines in truth: one whose first object is followed by another is read
as such.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from dedup.formats import jsonl
from dedup.formats.encodings import byte_positions, decode
from dedup.formats.json_text import DECODER, WHITESPACE, complaint
from dedup.formats.records import Record
from dedup.formats.source import Source
from dedup.model import Problem


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the document that holds a value or an error; between them lie frames."""

    start: int
    end: int
    value: Any = None
    error: str = ""
    element: bool = True


def records(source: Source) -> Iterator[Record]:
    """The objects as records, and what lies between them as frames."""
    content = b"".join(source.blocks)
    decoded = decode(content, source.encoding.codec)
    text = decoded.marked
    if _is_lines(text):
        yield from jsonl.records(replace(source, blocks=iter([content])))
        return
    pieces = list(_pieces(text))
    places = [place for piece in pieces for place in (piece.start, piece.end)]
    bytes_at = byte_positions(content, text, decoded.codec, places)
    notes = [source.problem("INP903", decoded.note, 1)] if decoded.note else []
    base, last, line, counted = len(source.bom), 0, 1, 0
    for index, piece in enumerate(pieces):
        start, end = bytes_at[2 * index : 2 * index + 2]
        if start > last:
            yield Record(line, base + last, content[last:start])
        line += text.count("\n", counted, piece.start)
        counted = piece.start
        blank = Record(line, base + start, content[start:end], codec=decoded.codec)
        yield _record(source, blank, piece, notes)
        notes, last = [], end
    if last < len(content):
        yield Record(line, base + last, content[last:])


def _record(source: Source, blank: Record, piece: _Piece, notes: list[Problem]) -> Record:
    if piece.error:
        broken = source.problem("INP901", piece.error, blank.line)
        return replace(blank, problems=(broken, *notes))
    return jsonl.object_record(source, blank, piece.value, notes, element=piece.element)


def _is_lines(text: str) -> bool:
    """Whether a document is JSON Lines: another object begins on the line after the first."""
    start = _skip(text, 0)
    if not text.startswith("{", start):
        return False
    feed = text.find("\n", start)
    try:
        place = _skip(text, DECODER.raw_decode(text, start)[1])
    except (ValueError, RecursionError):
        place = _skip(text, feed) if feed >= 0 else 0
        return place > 0 and text.startswith('{"', place) and text[place - 1] == "\n"
    return text.startswith("{", place)


def _skip(text: str, place: int) -> int:
    """The place of the next character that is no white space."""
    match = WHITESPACE.match(text, place)
    return match.end() if match else place


def _pieces(text: str) -> Iterator[_Piece]:
    """The elements of an array, or the one value; what cannot be parsed is one broken piece."""
    start = _skip(text, 0)
    if start == len(text):
        return
    if not text.startswith("[", start):
        piece = _value_at(text, start)
        yield replace(piece, element=False)
        yield from _left_over(text, piece.end)
        return
    place = _skip(text, start + 1)
    while not text.startswith("]", place):
        piece = _value_at(text, place)
        yield piece
        place = _skip(text, piece.end)
        if text.startswith(",", place):
            place = _skip(text, place + 1)
        elif not text.startswith("]", place):
            if not piece.error:
                yield _rest(text, place, "a comma or a bracket is missing")
            return
    yield from _left_over(text, place + 1)


def _value_at(text: str, place: int) -> _Piece:
    """The value that begins here; up to the end of the text, an error if there is none."""
    try:
        value, end = DECODER.raw_decode(text, place)
    except json.JSONDecodeError as error:
        return _rest(text, place, complaint(error))
    except (ValueError, RecursionError) as error:
        return _rest(text, place, f"not JSON that can be read: {error}")
    return _Piece(place, end, value)


def _left_over(text: str, place: int) -> Iterator[_Piece]:
    """What follows the end of the document, as an error."""
    place = _skip(text, place)
    if place < len(text):
        yield _rest(text, place, "more than one JSON document")


def _rest(text: str, place: int, error: str) -> _Piece:
    message = f"{error}; nothing from here to the end of the file was read"
    return _Piece(place, len(text), error=message, element=False)
