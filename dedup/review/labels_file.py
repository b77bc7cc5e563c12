"""The labels file: every answer of a review, one JSON object a line, only ever appended to.

A later line about the same question replaces the earlier. Lines hold nothing of when and where
they were given, so the same answers give the same bytes. Each is written whole and reaches the
disk before the next question is shown; of a process that is killed in the middle of a line the rest
of that line is dropped when the file is opened again.
"""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from dedup.errors import InputError, OutputError
from dedup.formats.shown import shown
from dedup.review.claims import NO, UNSURE, VERSION, YES, Key

HEADER = {"format": "dedup-labels", "version": 1}
WITHDRAWN = "withdrawn"
_APPENDING = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
_ANSWERS = (YES, VERSION, NO, UNSURE, WITHDRAWN)


class Label(NamedTuple):
    """An answer, and the question it was given to.

    ``rule``, ``drawn`` and ``seed`` say how the question was drawn, ``stories`` are the ids of the
    stories that were shown; only ``asks``, ``content`` and ``answer`` are ever read back.
    """

    asks: str
    content: tuple[str, ...]
    answer: str
    rule: str = ""
    drawn: str = ""
    seed: int = 0
    stories: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What the question is known by."""
        return (self.asks, *self.content)


class LabelsFile:
    """A labels file that was read, and can be appended to while it is open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.labels: dict[Key, Label] = {}
        """The answer that holds for each question, in the order in which they were given."""
        self._whole = 0
        self._open = -1
        self._ended = True
        self._read()

    def __enter__(self) -> Self:
        """Open the file for appending, for this process alone."""
        try:
            self._open = os.open(self.path, _APPENDING, 0o666)
            _lock(self._open, self.path)
            # Another process may have written while this one waited.
            self.labels.clear()
            self._read()
            os.ftruncate(self._open, self._whole)
            _keep_name(self.path)
        except OSError as error:
            raise self._unwritable(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        if self._open >= 0:
            os.close(self._open)
        self._open = -1

    def append(self, label: Label) -> None:
        """Write a label; when this returns it is on the disk. OutputError when it cannot be."""
        new = _line(HEADER) if not self._whole else b"" if self._ended else b"\n"
        new += _line(label._asdict())
        try:
            written = os.write(self._open, new)
            if written < len(new):
                os.ftruncate(self._open, self._whole)
                raise OSError(errno.ENOSPC, "only a part of the answer could be written")
            os.fsync(self._open)
        except OSError as error:
            raise self._unwritable(error) from error
        self._whole += written
        self._ended = True
        self._enter(label)

    def _enter(self, label: Label) -> None:
        self.labels.pop(label.key, None)
        if label.answer != WITHDRAWN:
            self.labels[label.key] = label

    def _read(self) -> None:
        stored = self._stored()
        *lines, rest = stored.split(b"\n")
        self._whole = len(stored)
        for number, line in enumerate(lines, 1):
            self._take(line, number)
        self._ended = not rest
        if rest:
            try:
                self._take(rest, len(lines) + 1)
            except InputError:
                # The key in flight when the process was killed.
                self._whole, self._ended = len(stored) - len(rest), True

    def _stored(self) -> bytes:
        reason = "it is no file"
        try:
            if self.path.is_file() or not self.path.exists():
                return self.path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            reason = error.strerror or str(error)
        raise InputError(
            f"{shown(str(self.path))}: cannot read these labels: {reason}; name another file "
            "with --labels"
        )

    def _take(self, line: bytes, number: int) -> None:
        if not line.strip():
            return
        try:
            columns = json.loads(line)
            if "format" in columns:
                self._check_header(columns)
                return
            label = _label(columns)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{shown(str(self.path))} line {number} is not a label of dedup: mend or delete "
                "that line, or name another file with --labels"
            ) from error
        self._enter(label)

    def _check_header(self, columns: dict[str, Any]) -> None:
        if columns != HEADER:
            raise InputError(
                f"{shown(str(self.path))} holds labels of another version of dedup (it says "
                f"{shown(str(columns))}): name another file with --labels"
            )

    def _unwritable(self, error: OSError) -> OutputError:
        return OutputError(
            f"{shown(str(self.path))}: the answer cannot be saved ({error.strerror or error}); "
            "all answers before it are. Name another file with --labels"
        )


def _label(columns: dict[str, Any]) -> Label:
    """The label in a line; ValueError, KeyError or TypeError for what is none."""
    asks, content, answer = columns["asks"], columns["content"], columns["answer"]
    words = isinstance(content, list) and all(isinstance(part, str) for part in content)
    if not (isinstance(asks, str) and words and answer in _ANSWERS):
        raise ValueError(answer)
    known = {name: columns[name] for name in ("rule", "drawn", "seed") if name in columns}
    return Label(asks, tuple(content), answer, stories=tuple(columns.get("stories", ())), **known)


def _line(columns: dict[str, Any]) -> bytes:
    return json.dumps(columns, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _lock(descriptor: int, path: Path) -> None:
    """Keep a second review out; its answers would go back to questions of this one."""
    try:
        import fcntl
    except ImportError:  # Windows has no such locks
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OutputError(
            f"{shown(str(path))}: another review is writing there: end it first, or name another "
            "file with --labels"
        ) from error


def _keep_name(path: Path) -> None:
    """Have the folder remember a new file, should the machine itself go down."""
    if os.name != "posix":
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
