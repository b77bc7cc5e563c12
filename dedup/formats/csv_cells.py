"""Delimited rows as text: where cells lie, what they hold, and what characters of theirs spell.

One reading for both detection and cleaning. It takes what Python's ``csv`` module takes: quotes
count at the start of a cell, a doubled quote inside is one quote, what follows a closing quote
belongs to the cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dedup.formats.source_map import Span, Token, source_ranges

DELIMITERS = ",;\t|"

_CLOSING = re.compile(r'[^"]*+(?:""[^"]*+)*+"')
_CLOSING_BYTES = re.compile(_CLOSING.pattern.encode())


class Cell(NamedTuple):
    """Where a cell lies in its row's text; ``closing`` is its closing quote, -1 if unquoted."""

    start: int
    end: int
    closing: int

    def value(self, source: str) -> str:
        """What the cell holds."""
        if self.closing < 0:
            return source[self.start : self.end]
        quoted = source[self.start + 1 : self.closing]
        return quoted.replace('""', '"') + source[self.closing + 1 : self.end]


def cells_of(source: str, delimiter: str) -> list[Cell]:
    """The cells of one row, its line end left out."""
    stop = len(source) - len(line_end(source))
    cells, place = [], 0
    while True:
        closing = -1
        if source.startswith('"', place):
            match = _CLOSING.match(source, place + 1, stop)
            closing = match.end() - 1 if match else -1
        end = source.find(delimiter, max(place, closing), stop)
        cells.append(Cell(place, end if end >= 0 else stop, closing))
        if end < 0:
            return cells
        place = end + 1


def line_end(source: str) -> str:
    """The line end a row has."""
    if source.endswith("\r\n"):
        return "\r\n"
    return source[-1:] if source.endswith(("\n", "\r")) else ""


def still_open(line: bytes, delimiter: bytes, inside: bool) -> bool:
    """Whether a quoted cell is open at the end of a physical line, given whether one was before."""
    if not inside and b'"' not in line:
        return False
    place = 0
    while True:
        if inside:
            match = _CLOSING_BYTES.match(line, place)
            if match is None:
                return True
            place = match.end()
        elif line.startswith(b'"', place):
            inside, place = True, place + 1
            continue
        inside = False
        place = line.find(delimiter, place) + 1
        if place == 0:
            return False


def find_delimiter(header: str) -> str:
    """The delimiter a header row holds most of outside quotes; a comma if it holds none."""
    bare = re.sub(r'"[^"]*"', "", header)
    counts = Counter(char for char in bare if char in DELIMITERS)
    return max(DELIMITERS, key=lambda char: (counts[char], -DELIMITERS.index(char)))


def _tokens(source: str, cell: Cell) -> Iterator[Token]:
    """The opening quote, doubled quotes and the closing quote of a cell."""
    if cell.closing < 0:
        return
    yield cell.start, cell.start + 1, 0
    for pair in re.compile('""').finditer(source, cell.start + 1, cell.closing):
        yield pair.start(), pair.end(), 1
    yield cell.closing, cell.closing + 1, 0


def cell_ranges(source: str, cell: Cell, spans: Sequence[Span]) -> list[Span]:
    """The stretches of a row's text that spell these spans of a cell's value."""
    return source_ranges(cell.start, _tokens(source, cell), spans)


def requoted(source: str, cell: Cell, value: str) -> str:
    """The row's text with another value in a cell, in quotes."""
    quoted = '"' + value.replace('"', '""') + '"'
    return source[: cell.start] + quoted + source[cell.end :]
