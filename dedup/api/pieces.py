"""Lines of JSON put together from pieces of bytes, a column at a time and no object per row."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from dedup.columns import Strings
from dedup.kernels.reference import I64, U8, U64

_CONTROL, _QUOTE, _BACKSLASH = 0x20, ord('"'), ord("\\")
_SURROGATES, _FIRST_OF_THEM = 0xED, 0xA0
"""The first byte of a lone surrogate as UTF-8 would have it, and the least that may follow it;
less follows where the character is Korean."""


class Unwritable(Exception):
    """A text that has no UTF-8: its rows are to be written one by one."""


class Pieces(NamedTuple):
    """Pieces of bytes, one a row: ``lengths[i]`` bytes of the buffer from ``starts[i]`` on."""

    buffer: U8
    starts: I64
    lengths: I64

    def __len__(self) -> int:
        return len(self.starts)

    @classmethod
    def of(cls, pieces: Sequence[bytes]) -> Pieces:
        """These pieces."""
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        return cls(np.frombuffer(b"".join(pieces), np.uint8), np.cumsum(lengths) - lengths, lengths)

    def take(self, rows: npt.NDArray[Any]) -> Pieces:
        """The pieces of some rows, or of all in another order; the bytes stay where they are."""
        return Pieces(self.buffer, self.starts[rows], self.lengths[rows])


def joined(columns: Sequence[Pieces | bytes], rows: int, kernels: ModuleType) -> Pieces:
    """Of each row its pieces one after the other; a column of plain bytes is alike in all rows."""
    base: dict[int, int] = {}
    pool: list[U8] = []
    starts, lengths = (np.empty((rows, len(columns)), np.int64) for _ in range(2))
    held = 0
    for number, column in enumerate(columns):
        each = _alike(column, rows) if isinstance(column, bytes) else column
        if id(each.buffer) not in base:
            base[id(each.buffer)] = held
            held += len(each.buffer)
            pool.append(each.buffer)
        starts[:, number] = base[id(each.buffer)] + each.starts
        lengths[:, number] = each.lengths
    text = kernels.gathered(np.concatenate(pool), starts.ravel(), lengths.ravel())
    whole = lengths.sum(axis=1)
    return Pieces(text, np.cumsum(whole) - whole, whole)


def _alike(piece: bytes, rows: int) -> Pieces:
    return Pieces(np.frombuffer(piece, np.uint8), np.zeros(rows, np.int64),
                  np.full(rows, len(piece)))  # fmt: skip


def escaped(strings: Sequence[str], rows: I64, kernels: ModuleType) -> Pieces:
    """Some of the strings as they stand between the quotes of JSON. Raises Unwritable."""
    raw = _bytes_of(strings, rows)
    text = kernels.gathered(raw.buffer, raw.starts, raw.lengths)
    ends = np.cumsum(raw.lengths)
    special = (text < _CONTROL) | (text == _QUOTE) | (text == _BACKSLASH)
    begins = np.flatnonzero(text[:-1] == _SURROGATES)
    if (text[begins + 1] >= _FIRST_OF_THEM).any():
        raise Unwritable
    starts, lengths = ends - raw.lengths, raw.lengths.copy()
    some = np.unique(np.searchsorted(ends, np.flatnonzero(special), side="right"))
    told = Pieces.of([orjson.dumps(strings[row])[1:-1] for row in rows[some].tolist()])
    starts[some], lengths[some] = len(text) + told.starts, told.lengths
    return Pieces(np.concatenate([text, told.buffer]), starts, lengths)


def _bytes_of(strings: Sequence[str], rows: I64) -> Pieces:
    if isinstance(strings, Strings):
        return Pieces(*strings.places(rows))
    chosen = (strings[row] for row in rows.tolist())
    return Pieces.of([text.encode("utf-8", "surrogatepass") for text in chosen])


def decimals(values: npt.NDArray[Any]) -> Pieces:
    """Whole numbers >= 0 in decimal figures."""
    width = len(str(int(values.max(initial=0))))
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    figures = (values[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    lengths = np.maximum((values[:, None] >= powers).sum(axis=1), 1)
    return Pieces(figures.ravel(), np.arange(1, len(values) + 1) * width - lengths, lengths)


_FIGURES = np.frombuffer(b"0123456789abcdef", np.uint8)


def hexadecimal(values: U64) -> Pieces:
    """Hashes of 64 bits in sixteen hexadecimal figures."""
    octets = values.astype(">u8").view(np.uint8)
    figures = _FIGURES[np.stack([octets >> 4, octets & 15], axis=1)]
    count = len(values)
    return Pieces(figures.ravel(), np.arange(count) * 16, np.full(count, 16))
