"""Where the columns of a corpus are kept: in memory, or in files that are mapped into it.

A column grows batch by batch while stories are read, and is one array afterwards. Strings are two
columns, their bytes and where each ends, so that a million titles are no million objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, ValuesView
from typing import Any, Protocol, overload

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.lexicon import Match
from dedup.kernels.reference import I64, U8

Column = npt.NDArray[Any]

_AT_ONCE = 4096
"""Strings decoded at a time when all are wanted."""


class Columns(Protocol):
    """Keeps columns by name; all rows of one have the same type and shape.

    What was read is added batch by batch, each batch ended by :meth:`commit`; what is made of it
    later is kept whole.
    """

    def add(self, name: str, rows: Column) -> None:
        """Append rows (along the first axis) to a column."""

    def commit(self, note: bytes) -> None:
        """A batch is complete: its rows were added, and what is no column of it is in the note."""

    def notes(self) -> Sequence[bytes]:
        """The notes of all batches, in order."""

    def rows(self, name: str) -> int:
        """How many rows a column has so far."""

    def whole(self, name: str) -> Column:
        """All rows of a column that was added to. It may be written to only by who kept it."""

    def read(self, name: str, low: int, high: int) -> bytes:
        """Bytes ``low`` to ``high`` of a column of bytes, which nothing is added to any more.

        For who reads here and there: a place that is looked at in a mapped column brings 64 KB of
        its neighbourhood into memory.
        """

    def ahead(self, name: str, low: I64, high: I64) -> None:
        """Rows ``low[i]`` to ``high[i]`` of a column, if it is there, are looked at soon.

        Whoever looks at one place after the other waits for the disk each time, which can do
        dozens at once.
        """

    def keep(self, name: str, parts: Iterable[Column], instead: str = "") -> Column:
        """A column made of parts in a row; what was kept under the name before is replaced.

        The column it was made of may be given up for it: the one it stands ``instead`` of. Such a
        column is kept for good: whoever keeps it again gets it, and the parts are not made.
        """

    def drop(self, name: str) -> None:
        """Remove a column that was added to and is wanted no more."""

    def finish(self, stage: str, found: Mapping[str, object]) -> None:
        """A stage is finished: what it found, as JSON has it, and columns kept as ``stage.*``."""

    def finished(self, stage: str) -> Any:  # noqa: ANN401 -- what the stage found
        """What a stage found that was finished, by this process or an earlier one; else None."""

    def scattered(self, *names: str) -> None:
        """These columns are from now on looked at here and there, no longer from end to end."""

    def release(self) -> None:
        """Let go of memory that mapped files take; their contents come back when looked at."""


class Memory:
    """Columns as arrays in memory: what a feed of a few megabytes takes."""

    def __init__(self) -> None:
        self._parts: dict[str, list[Column]] = {}
        self._rows: dict[str, int] = {}
        self._notes: list[bytes] = []

    def add(self, name: str, rows: Column) -> None:
        """Append rows to a column."""
        self._parts.setdefault(name, []).append(rows)
        self._rows[name] = self.rows(name) + len(rows)

    def commit(self, note: bytes) -> None:
        """Remember the note of a batch."""
        self._notes.append(note)

    def notes(self) -> Sequence[bytes]:
        """The notes of all batches, in order."""
        return self._notes

    def rows(self, name: str) -> int:
        """How many rows a column has so far."""
        return self._rows.get(name, 0)

    def whole(self, name: str) -> Column:
        """All rows of a column."""
        parts = self._parts[name]
        if len(parts) > 1:
            parts[:] = [np.concatenate(parts)]
        return parts[0]

    def read(self, name: str, low: int, high: int) -> bytes:
        """Bytes of a column."""
        return bytes(self.whole(name)[low:high])

    def ahead(self, name: str, low: I64, high: I64) -> None:
        """Memory is there."""

    def keep(self, name: str, parts: Iterable[Column], instead: str = "") -> Column:
        """The parts in a row; nobody asks for them by name."""
        del name
        kept = np.concatenate(list(parts))
        self.drop(instead)
        return kept

    def drop(self, name: str) -> None:
        """Remove a column."""
        self._parts.pop(name, None)
        self._rows.pop(name, None)

    def finish(self, stage: str, found: Mapping[str, object]) -> None:
        """Nothing outlives the process, and in it nobody asks."""

    def finished(self, stage: str) -> None:
        """There was no earlier process."""

    def scattered(self, *names: str) -> None:
        """Memory is the same everywhere."""

    def release(self) -> None:
        """Nothing is mapped."""


class Strings(Sequence[str]):
    """Strings that lie in one buffer: string ``i`` is ``buffer[starts[i]:ends[i]]``.

    UTF-8 in which lone surrogates (ids and names of files hold them) stand as they are.
    """

    __slots__ = ("_buffer", "_ends", "_starts")

    def __init__(self, buffer: U8, starts: I64, ends: I64) -> None:
        self._buffer = view(buffer)
        self._starts, self._ends = starts, ends

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Strings: ...
    def __getitem__(self, index: int | slice) -> str | Strings:
        """One string, or some of them, which share the buffer."""
        if isinstance(index, slice):
            return self.take(index)
        return self._decoded(int(self._starts[index]), int(self._ends[index]))

    def __iter__(self) -> Iterator[str]:
        buffer = self._buffer
        for low in range(0, len(self), _AT_ONCE):
            some = slice(low, low + _AT_ONCE)
            for start, end in zip(
                self._starts[some].tolist(), self._ends[some].tolist(), strict=True
            ):
                yield str(buffer[start:end], "utf-8", "surrogatepass")

    def take(self, rows: slice | I64) -> Strings:
        """Some of the strings, or all in another order; the bytes stay where they are."""
        return Strings(np.asarray(self._buffer), self._starts[rows], self._ends[rows])

    def places(self, rows: I64) -> tuple[U8, I64, I64]:
        """The buffer, and where in it each of some strings begins, and its bytes."""
        starts = self._starts[rows]
        return np.asarray(self._buffer), starts, self._ends[rows] - starts

    def _decoded(self, start: int, end: int) -> str:
        return str(self._buffer[start:end], "utf-8", "surrogatepass")


def some(column: Sequence[str], rows: I64) -> Iterable[str]:
    """Some strings of a column, read together."""
    return column.take(rows) if isinstance(column, Strings) else [column[i] for i in rows.tolist()]


def view(buffer: U8) -> memoryview:
    """The bytes of a column, of which slices are no copies."""
    return memoryview(buffer)  # type: ignore[arg-type]  # NumPy's arrays are buffers


def joined(values: Sequence[str]) -> tuple[bytes, I64]:
    """Strings in a row as :class:`Strings` holds them, and how many bytes each takes."""
    together = "".join(values)
    if together.isascii():
        return together.encode(), np.fromiter(map(len, values), np.int64, len(values))
    encoded = [value.encode("utf-8", "surrogatepass") for value in values]
    return b"".join(encoded), np.fromiter(map(len, encoded), np.int64, len(encoded))


def add_strings(columns: Columns, name: str, values: Sequence[str]) -> None:
    """Append strings to the column that :func:`strings` gives back."""
    together, lengths = joined(values)
    columns.add(f"{name}.ends", np.cumsum(lengths) + columns.rows(f"{name}.bytes"))
    columns.add(f"{name}.bytes", np.frombuffer(together, np.uint8))


def strings(columns: Columns, name: str, order: I64 | None = None) -> Strings:
    """All strings of a column, in the order they were added or in the one given."""
    ends = columns.whole(f"{name}.ends")
    starts = np.append(0, ends[:-1]).astype(np.int64) if len(ends) else ends
    if order is not None:
        starts = columns.keep(f"sorted.{name}.starts", [starts[order]])
        ends = columns.keep(f"sorted.{name}.ends", [ends[order]])
    return Strings(columns.whole(f"{name}.bytes"), starts, ends)


class Marks(Mapping[int, Match]):
    """What the lexicon says of paragraphs: of ``paragraphs``, ascending, the entry of each.

    A million marks name a few hundred entries.
    """

    __slots__ = ("codes", "matches", "paragraphs")

    def __init__(self, paragraphs: I64, codes: I64, matches: Sequence[Match]) -> None:
        self.paragraphs, self.codes, self.matches = paragraphs, codes, tuple(matches)

    def __len__(self) -> int:
        return len(self.paragraphs)

    def __iter__(self) -> Iterator[int]:
        return iter(self.paragraphs.tolist())

    def __getitem__(self, paragraph: int) -> Match:
        at = int(np.searchsorted(self.paragraphs, paragraph))
        if at == len(self) or self.paragraphs[at] != paragraph:
            raise KeyError(paragraph)
        return self.matches[int(self.codes[at])]

    def values(self) -> ValuesView[Match]:
        """The entries, in the order of the paragraphs, without looking for each."""
        return _Entries(self)

    def between(self, low: int, high: int) -> Marks:
        """The marks of paragraphs ``low`` to ``high``, that one left out."""
        some = slice(*np.searchsorted(self.paragraphs, [low, high]).tolist())
        return Marks(self.paragraphs[some], self.codes[some], self.matches)


class _Entries(ValuesView[Match]):
    def __init__(self, marks: Marks) -> None:
        super().__init__(marks)
        self._of = marks

    def __iter__(self) -> Iterator[Match]:
        return map(self._of.matches.__getitem__, self._of.codes.tolist())
