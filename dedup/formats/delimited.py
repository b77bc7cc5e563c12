"""CSV and TSV: a header, then a story a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from dedup.formats.csv_cells import cells_of, find_delimiter, still_open
from dedup.formats.encodings import Decoded, Encoding, decode, unescape
from dedup.formats.fields import Names, story_of
from dedup.formats.lines import raw_lines
from dedup.formats.records import Record
from dedup.formats.source import NO_COLUMN, Source


class _Row(NamedTuple):
    """A row's bytes; ``whole`` is False when the input ends inside a quoted cell."""

    line: int
    start: int
    raw: bytes
    whole: bool


class _Header(NamedTuple):
    """The columns: how they are told apart, how many, and where each field used stands."""

    delimiter: str
    width: int
    names: Names
    columns: dict[str, int]


def records(source: Source) -> Iterator[Record]:
    """A record for each row; the header and blank lines are frames."""
    lines = raw_lines(source.blocks, source.encoding)
    first = next(lines, b"")
    first_text = decode(first, source.encoding.codec).marked
    delimiter = "\t" if source.file.format == "tsv" else find_delimiter(first_text)
    header = None
    for row in _rows(chain([first], lines), len(source.bom), delimiter, source.encoding):
        decoded = decode(row.raw, source.encoding.codec)
        if not decoded.marked.rstrip("\r\n"):
            yield Record(row.line, row.start, row.raw)
        elif not row.whole:
            yield _broken(source, row, "a quote that never closes: nothing after it was read")
        elif header is None:
            header = _header(source, decoded.marked, delimiter)
            problems = () if header.names.text else (source.problem("INP901", NO_COLUMN, row.line),)
            yield Record(row.line, row.start, row.raw, None, problems)
        elif not header.names.text:
            yield Record(row.line, row.start, row.raw)
        else:
            yield _row_record(source, row, decoded, header)


def _rows(lines: Iterable[bytes], start: int, delimiter: str, encoding: Encoding) -> Iterator[_Row]:
    """Physical lines joined where a quoted cell goes over a line's end."""
    inside, waiting, line, size = False, list[bytes](), 1, 0
    mark, is_narrow = delimiter.encode(), encoding.unit == 1
    for raw in lines:
        waiting.append(raw)
        size += len(raw)
        inside = still_open(raw if is_narrow else _narrow(raw, encoding), mark, inside)
        if not inside:
            yield _Row(line, start, b"".join(waiting), whole=True)
            line, start, size = line + len(waiting), start + size, 0
            waiting.clear()
    if waiting:
        yield _Row(line, start, b"".join(waiting), whole=False)


def _narrow(raw: bytes, encoding: Encoding) -> bytes:
    """The line in an encoding whose quotes and delimiters are single bytes."""
    return decode(raw, encoding.codec).marked.encode("utf-8", "replace")


def _header(source: Source, text: str, delimiter: str) -> _Header:
    titles = [unescape(cell.value(text)).strip() for cell in cells_of(text, delimiter)]
    names = source.census.names(tuple(titles))
    used = {name for name in names if name is not None}
    columns = {title: index for index, title in enumerate(titles) if title in used}
    return _Header(delimiter, len(titles), names, columns)


def _row_record(source: Source, row: _Row, decoded: Decoded, header: _Header) -> Record:
    text = decoded.marked
    cells = cells_of(text, header.delimiter)
    if len(cells) != header.width:
        message = f"a ragged row: {len(cells)} columns, the header has {header.width}"
        return _broken(source, row, message)
    values = {name: cells[index].value(text) for name, index in header.columns.items()}
    values = {name: unescape(value) for name, value in values.items()}
    story, problems = story_of(values, header.names, source.file.path, row.line)
    if decoded.note:
        story_id = story.story_id if story else ""
        problems.append(source.problem("INP903", decoded.note, row.line, story_id))
    key = header.columns[header.names.text or ""]
    return Record(
        row.line,
        row.start,
        row.raw,
        story,
        tuple(problems),
        "csv",
        decoded.codec,
        key,
        header.delimiter,
    )


def _broken(source: Source, row: _Row, message: str) -> Record:
    problem = source.problem("INP901", message, row.line)
    return Record(row.line, row.start, row.raw, None, (problem,))
