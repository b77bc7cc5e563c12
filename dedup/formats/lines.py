"""Physical lines of a byte stream, in pieces whose joined bytes are the stream's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dedup.formats.encodings import Encoding


def whole_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end with a line feed; only the last one may not.

    A line longer than a block is joined once, however long it is.
    """
    waiting: list[bytes] = []
    for block in blocks:
        cut = block.rfind(b"\n") + 1
        if cut == 0:
            waiting.append(block)
            continue
        yield b"".join((*waiting, memoryview(block)[:cut]))
        waiting = [block[cut:]] if cut < len(block) else []
    if waiting:
        yield b"".join(waiting)


def raw_lines(blocks: Iterable[bytes], encoding: Encoding) -> Iterator[bytes]:
    """Each line with its line feed, byte order mark included in none: begin after it."""
    if encoding.unit == 1:
        for block in whole_lines(blocks):
            lines = block.split(b"\n")
            last = lines.pop()
            for line in lines:
                yield line + b"\n"
            if last:
                yield last
    else:
        yield from _wide_lines(b"".join(blocks), encoding)


def _wide_lines(content: bytes, encoding: Encoding) -> Iterator[bytes]:
    """Lines of UTF-16 or UTF-32, where a line feed is one only at a whole character's place."""
    feed = "\n".encode(encoding.codec or "utf-8")
    start = search = 0
    while (place := content.find(feed, search)) >= 0:
        search = place + 1
        if place % encoding.unit == 0:
            search = place + encoding.unit
            yield content[start:search]
            start = search
    if start < len(content):
        yield content[start:]


def joined_head(blocks: Iterator[bytes], least: int) -> bytes:
    """The first blocks, joined until they hold at least so many bytes or nothing more comes."""
    head = b""
    for block in blocks:
        head += block
        if len(head) >= least:
            break
    return head
