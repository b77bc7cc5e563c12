"""The workspace: the columns of one scan in files, so that a corpus may be larger than memory.

Files are mapped into memory: what is looked at is there, what is not takes none. They outlive the
process, so a scan that was killed goes on from what it had finished.

Columns are plain little-endian arrays, appended to while stories are read, then mapped: plain,
because kernels want a column in one piece, and an Arrow file would hold it in as many as there were
batches.
"""

from __future__ import annotations

import errno
import json
import mmap
import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from dedup.errors import MismatchError, OutputError

Column = npt.NDArray[Any]

SCHEMA = 4
"""Of the files here: a workspace of another one is not resumed."""

_IDENTITY, _JOURNAL, _LOCK, _STAGE = "workspace.json", "batches.jsonl", "lock", "stage-{}.json"
_PREAD = getattr(os, "pread", None)
"""Reads at a place; where there is none (Windows), the map is looked at."""
_ADVISE = getattr(os, "posix_fadvise", None)
"""Says what will be read; where there is none (macOS, Windows), each read waits for the one before.
"""
_CACHED = 1 << 30
"""Bytes of a column up to which the disk's cache is taken to hold it: to say what will be read
takes 1 µs a place. A million stories have two such columns, text and tokens."""
_SLICES = "slices"
"""A folder in which finished slices of the tables wait: see :mod:`dedup.store.writing`."""
_RELEASE = getattr(mmap, "MADV_DONTNEED", None)
"""Of a shared map this only lets go of memory; where it is unknown, the system decides alone."""
_SCATTERED = getattr(mmap, "MADV_RANDOM", None)
"""Then no more is read from the disk than what is looked at: else much of what is around it, which
drives out of a small memory what is wanted. In a container of 2 GB 164 GB had been read before the
pairs of a million stories were measured; now 38 GB until they are related.
"""


class Workspace:
    """The columns of one scan in a folder; see :class:`dedup.columns.Columns`.

    Parameters
    ----------
    folder : made if it is not there; whatever another scan left in it is removed.
    identity : what the columns follow from (inputs, settings, versions), as JSON has it.
    resume : whether to go on with what the folder holds.

    Raises
    ------
    MismatchError : there is something to resume, of another identity.
    OutputError : the folder cannot be written to, or another process works in it.
    """

    def __init__(
        self, folder: Path, identity: Mapping[str, object], *, resume: bool = False
    ) -> None:
        self.folder, self.slices = folder, folder / _SLICES
        self._open: dict[str, BinaryIO] = {}
        self._shape: dict[str, tuple[str, int, int]] = {}
        """Of each column: its type, the length of a row (0 for one value), and how many rows."""
        self._read: dict[str, FileIO] = {}
        self._maps: dict[str, mmap.mmap] = {}
        self._kept: dict[str, Column] = {}
        self._notes: list[bytes] = []
        self._for_good: set[str] = set()
        """Columns that others were given up for."""
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder)
            try:
                self._begin({"workspace": SCHEMA, **json.loads(json.dumps(identity))}, resume)
            except BaseException:
                self._lock.close()
                raise

    def _begin(self, wanted: Mapping[str, object], resume: bool) -> None:
        found = _read_json(self.folder / _IDENTITY)
        if resume and found is not None:
            _refuse_other(self.folder, found, wanted)
            self._recover()
        else:
            _clear(self.folder)
            _write_whole(self.folder / _IDENTITY, json.dumps(wanted, indent=1).encode())
        self._journal = (self.folder / _JOURNAL).open("ab")

    # Columns

    def add(self, name: str, rows: Column) -> None:
        """Append rows to a column. OutputError when the disk is full."""
        kind, width, count = self._shape.get(name, (rows.dtype.str, _width(rows), 0))
        with _writing(self.folder):
            self._file(name).write(np.ascontiguousarray(rows).data)
        self._shape[name] = kind, width, count + len(rows)

    def commit(self, note: bytes) -> None:
        """Write down that a batch is complete; a scan that is killed later resumes behind it."""
        line = json.dumps({"columns": self._shape, "note": note.decode()}).encode()
        with _writing(self.folder):
            for stream in self._open.values():
                stream.flush()
            self._journal.write(line + b"\n")
            self._journal.flush()
        self._notes.append(note)

    def notes(self) -> Sequence[bytes]:
        """The notes of all batches, in order."""
        return self._notes

    def rows(self, name: str) -> int:
        """How many rows a column has so far."""
        return self._shape[name][2] if name in self._shape else 0

    def whole(self, name: str) -> Column:
        """All rows of a column, mapped; nothing is to be added to it afterwards."""
        if name not in self._kept:
            self._close(name)
            self._kept[name] = self._mapped(name, *self._shape[name])
        return self._kept[name]

    def read(self, name: str, low: int, high: int) -> bytes:
        """Bytes of a column; of its file, not of the map."""
        if _PREAD is None:
            return bytes(self.whole(name)[low:high])
        found: bytes = _PREAD(self._reading(name), high - low, low)
        return found

    def ahead(self, name: str, low: Column, high: Column) -> None:
        """Let the system read rows of a column, if there is one and it is large."""
        kind, width, rows = self._shape.get(name, ("u1", 0, 0))
        size = max(width, 1) * np.dtype(kind).itemsize
        if _ADVISE is None or rows * size < _CACHED:
            return
        column = self._reading(name)
        begins, lengths = (low * size).tolist(), ((high - low) * size).tolist()
        for begin, length in zip(begins, lengths, strict=True):
            _ADVISE(column, begin, length, os.POSIX_FADV_WILLNEED)

    def _reading(self, name: str) -> int:
        """A file to read a column of; threads may ask for it at once."""
        if name not in self._read:
            self._close(name)
            self._read.setdefault(name, self._path(name).open("rb", buffering=0))
        return self._read[name].fileno()

    def keep(self, name: str, parts: Iterable[Column], instead: str = "") -> Column:
        """A column made of parts in a row, mapped; what was kept under the name is replaced.

        With ``instead`` the file of the column it was made of is removed, which one has still
        mapped keeps it: a scan that is killed later resumes with this one.
        """
        if name in self._for_good:
            return self.whole(name)
        self.drop(name)
        for part in parts:
            self.add(name, part)
        if instead and name in self._shape:
            self._give_up(instead, name)
        return self.whole(name)

    def _give_up(self, column: str, kept: str) -> None:
        """Remove a column for the one that was made of it."""
        self._close(kept)
        entry = {"kept": kept, "shape": self._shape[kept], "instead": column}
        with _writing(self.folder):
            self._journal.write(json.dumps(entry).encode() + b"\n")
            self._journal.flush()
        self.drop(column)
        self._for_good.add(kept)

    def drop(self, name: str) -> None:
        """Remove a column and its file; who has it mapped still keeps it."""
        self._close(name)
        for known in (self._kept, self._maps, self._shape):
            known.pop(name, None)
        with _writing(self.folder):
            self._path(name).unlink(missing_ok=True)

    def scattered(self, *names: str) -> None:
        """From now on these columns, which are mapped, are looked at here and there."""
        if _SCATTERED is not None:
            for name in self._maps.keys() & names:
                self._maps[name].madvise(_SCATTERED)

    def release(self) -> None:
        """Let go of the memory that mapped columns take."""
        if _RELEASE is not None:
            for each in list(self._maps.values()):
                each.madvise(_RELEASE)

    # Stages

    def finish(self, stage: str, found: Mapping[str, object]) -> None:
        """Write down what a stage found; a scan that is killed later need not run it again."""
        for name in list(self._open):
            self._close(name)
        shapes = {
            name: shape for name, shape in self._shape.items() if name.startswith(f"{stage}.")
        }
        entry = json.dumps({"found": found, "columns": shapes}).encode()
        with _writing(self.folder):
            _write_whole(self.folder / _STAGE.format(stage), entry)

    def finished(self, stage: str) -> Any:  # noqa: ANN401 -- what the stage found
        """What a finished stage found, None if it is not."""
        entry = _read_json(self.folder / _STAGE.format(stage))
        return None if entry is None else entry["found"]

    # The folder

    def close(self) -> None:
        """Close the files; the columns that were given out stay mapped."""
        for name in list(self._open):
            self._close(name)
        for stream in self._read.values():
            stream.close()
        self._journal.close()
        self._lock.close()

    def remove(self) -> None:
        """Close and delete everything."""
        self.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.column"

    def _file(self, name: str) -> BinaryIO:
        if name not in self._open:
            self._open[name] = self._path(name).open("ab")
        return self._open[name]

    def _close(self, name: str) -> None:
        if name in self._open:
            self._open.pop(name).close()

    def _mapped(self, name: str, kind: str, width: int, rows: int) -> Column:
        shape = (rows, width) if width else (rows,)
        size = rows * max(width, 1) * np.dtype(kind).itemsize
        if not size:
            return np.empty(shape, kind)
        with self._path(name).open("r+b") as stream:
            self._maps[name] = mmap.mmap(stream.fileno(), size)
        return np.frombuffer(self._maps[name], kind).reshape(shape)

    def _recover(self) -> None:
        """Take over the batches that are complete; what comes behind them is cut off."""
        complete = 0
        journal = self.folder / _JOURNAL
        lines = journal.read_bytes().splitlines(keepends=True) if journal.exists() else ()
        for line in lines:
            if not line.endswith(b"\n"):
                break
            self._take_over(json.loads(line))
            complete += len(line)
        if journal.exists():
            os.truncate(journal, complete)
        for path in self.folder.glob(_STAGE.format("*")):
            columns = json.loads(path.read_bytes())["columns"]
            self._shape |= {name: tuple(shape) for name, shape in columns.items()}
        for path in self.folder.glob("*.column"):
            kind, width, rows = self._shape.get(path.stem, ("u1", 0, 0))
            size = rows * max(width, 1) * np.dtype(kind).itemsize
            if path.stem not in self._shape:
                path.unlink()
            elif path.stat().st_size < size:
                raise MismatchError(
                    f"the workspace {str(self.folder)!r} is damaged ({path.name} is cut off): "
                    "run without --resume to begin anew"
                )
            else:
                os.truncate(path, size)

    def _take_over(self, entry: Mapping[str, Any]) -> None:
        """What a line of the journal says: a batch is complete, or a column stands for another."""
        if "note" in entry:
            self._notes.append(entry["note"].encode())
            self._shape = {name: tuple(shape) for name, shape in entry["columns"].items()}
        else:
            self._shape[entry["kept"]] = tuple(entry["shape"])
            self._shape.pop(entry["instead"])
            self._for_good.add(entry["kept"])


def _width(rows: Column) -> int:
    return int(rows.shape[1]) if rows.ndim > 1 else 0


def _read_json(path: Path) -> Any:  # noqa: ANN401 -- what was written
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _refuse_other(
    folder: Path, found: Mapping[str, object], wanted: Mapping[str, object]
) -> None:
    changed = sorted(key for key in {*found, *wanted} if found.get(key) != wanted.get(key))
    if changed:
        raise MismatchError(
            f"cannot resume: {', '.join(changed)} changed since the scan that left "
            f"{str(folder)!r}. Run without --resume to begin anew"
        )


def _clear(folder: Path) -> None:
    """Remove what another scan left; OutputError when the folder holds anything else."""
    ours = (".column", ".json", ".jsonl", ".part")
    for path in folder.iterdir():
        if path.name in (_LOCK, _SLICES):
            continue
        if not path.is_file() or path.suffix not in ours:
            raise OutputError(
                f"{str(folder)!r} holds other files ({path.name}); name an empty folder, or a new "
                "one, with --workspace"
            )
    shutil.rmtree(folder / _SLICES, ignore_errors=True)
    for path in folder.iterdir():
        if path.name != _LOCK:
            path.unlink()


def _locked(folder: Path) -> BinaryIO:
    """A file that only one process can hold; the system lets go of it when that ends."""
    stream = (folder / _LOCK).open("ab")
    try:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        pass  # where there is no such lock, nobody resumes while the first one runs
    except OSError as error:
        stream.close()
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        raise OutputError(
            f"another scan works in {str(folder)!r}: wait for it, or name another folder with "
            "--workspace"
        ) from error
    return stream


class _writing:
    """Turns what the system says about the disk into what the user can do about it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> None:
        """Nothing to be done."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise OutputError for an OSError."""
        if isinstance(error, OSError):
            raise OutputError(
                f"cannot write the workspace {str(self._folder)!r}: {error.strerror or error}. "
                "It takes about two and a half times the bytes of the text; name a folder with "
                "room with --workspace"
            ) from error
