"""Bytes on their way out: compressed, counted, hashed; and cleaned bytes made whole again."""

from __future__ import annotations

import gzip
import hashlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from dedup.clean.log import Edit
from dedup.errors import MismatchError
from dedup.formats import InputFile
from dedup.formats.compression import read_blocks, require

BLOCK = 1 << 20
"""Bytes written and hashed at a time: below 64 kB the calls cost more than the work."""

_AHEAD = 8
"""Blocks that may wait for the hashing thread, so that slow hashing does not fill the memory."""


class Digest:
    """Length and SHA-256 of a stream; hashing long ones is left to ``pool`` (one worker)."""

    def __init__(self, pool: Executor) -> None:
        self.length = 0
        self._pool = pool
        self._hash = hashlib.sha256()
        self._jobs: deque[Future[None]] = deque()
        self._pieces: list[bytes] = []
        self._held = 0

    def update(self, piece: bytes) -> None:
        """Take in more of the stream."""
        self.length += len(piece)
        self._held += len(piece)
        self._pieces.append(piece)
        if self._held >= BLOCK:
            self._jobs.append(self._pool.submit(self._hash.update, b"".join(self._pieces)))
            self._pieces, self._held = [], 0
            if len(self._jobs) > _AHEAD:
                self._jobs.popleft().result()

    def hexdigest(self) -> str:
        """The hash of all that came so far."""
        while self._jobs:
            self._jobs.popleft().result()
        self._hash.update(b"".join(self._pieces))
        self._pieces, self._held = [], 0
        return self._hash.hexdigest()


def digest_of(source: InputFile, pool: Executor) -> Digest:
    """Length and hash of a file's decompressed bytes."""
    digest = Digest(pool)
    for block in read_blocks(source):
        digest.update(block)
    return digest


class Sink:
    """A file being written, compressed by ``codec``; ``digest`` is of the bytes before that."""

    def __init__(self, path: Path | None, codec: str, pool: Executor) -> None:
        self.digest = Digest(pool)
        self._path, self._codec = path, codec
        self._pieces: list[bytes] = []
        self._held = 0
        self._stack = ExitStack()
        self._stream: BinaryIO | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            self._stream = _writer(self._stack, self._path, self._codec)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._stack.__exit__(kind, error, trace)

    def write(self, piece: bytes) -> None:
        """Add bytes at the end; without a path they are only counted and hashed."""
        self._pieces.append(piece)
        self._held += len(piece)
        if self._held >= BLOCK:
            self._flush()

    def _flush(self) -> None:
        block = b"".join(self._pieces)
        self._pieces, self._held = [], 0
        self.digest.update(block)
        if self._stream is not None:
            self._stream.write(block)


def _writer(stack: ExitStack, path: Path, codec: str) -> BinaryIO:
    stream = stack.enter_context(path.open("wb"))
    if codec == "gzip":
        # No name and no time in the header: cleaning twice gives the same bytes. Level 6 is gzip's
        # own default; Python's 9 takes three times as long for 1 % of the size.
        packed: Any = gzip.GzipFile("", "wb", 6, stream, mtime=0)
        return cast("BinaryIO", stack.enter_context(packed))
    if codec == "zstd":
        zstandard: Any = require("zstandard", "zstd", "to write .zst files")
        packed = zstandard.ZstdCompressor().stream_writer(stream, closefd=False)
        return cast("BinaryIO", stack.enter_context(packed))
    return stream


def rebuilt(blocks: Iterable[bytes], edits: Iterable[Edit]) -> Iterator[bytes]:
    """The original bytes: cleaned ones with what was removed put back in its places.

    Raises :class:`MismatchError` when an edit lies behind the end, or before the one before it.
    """
    source = _Reader(iter(blocks))
    for edit in edits:
        if edit.at < source.place or edit.instead < 0:
            raise MismatchError(f"the decisions are not in order at byte {edit.at}")
        yield from source.take(edit.at - source.place)
        yield edit.removed
        for _ in source.take(edit.instead):
            pass
    yield from source.rest()


class _Reader:
    """Blocks read as one stream; ``place`` is how many bytes were taken."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.place = 0
        self._blocks = blocks
        self._block = b""
        self._used = 0

    def take(self, count: int) -> Iterator[bytes]:
        while count:
            if self._used == len(self._block):
                self._block, self._used = next(self._blocks, b""), 0
                if not self._block:
                    raise MismatchError(f"it ends at byte {self.place}, which is too early")
            piece = self._block[self._used : self._used + count]
            self._used += len(piece)
            self.place += len(piece)
            count -= len(piece)
            yield piece

    def rest(self) -> Iterator[bytes]:
        yield self._block[self._used :]
        yield from self._blocks
