"""An input opened: its first bytes looked at, the rest still to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from dedup.formats.compression import read_blocks
from dedup.formats.encodings import HEAD, Encoding, sniff
from dedup.formats.fields import Census
from dedup.formats.inputs import InputFile
from dedup.formats.lines import joined_head
from dedup.formats.options import InputOptions
from dedup.model import Problem

NOT_TEXT = "a binary file: no text in any encoding"
NO_RECORDS = "no records"
NO_COLUMN = "no column holds the text: none of the rows is a story"


@dataclass(frozen=True, slots=True)
class Source:
    """What the readers get: ``blocks`` are the decompressed bytes after the byte order mark."""

    file: InputFile
    encoding: Encoding
    census: Census
    bom: bytes
    blocks: Iterator[bytes]

    def problem(self, rule: str, message: str, line: int, story_id: str = "") -> Problem:
        """A problem in this input."""
        return Problem(rule, message, self.file.path, line, story_id)

    def encoding_problems(self) -> tuple[Problem, ...]:
        """What is to be said about the encoding of the file as a whole."""
        if not self.encoding.guessed:
            return ()
        message = f"no byte order mark: read as {self.encoding.codec}, a guess"
        return (self.problem("INP903", f"{message}; --encoding says what it is", 1),)


def open_source(file: InputFile, options: InputOptions, census: Census) -> Source:
    """The input with its encoding told. InputError when it cannot be read."""
    blocks = read_blocks(file)
    head = joined_head(blocks, HEAD)
    encoding = sniff(head, options.encoding)
    rest = chain([head[encoding.bom :]], blocks) if len(head) > encoding.bom else blocks
    return Source(file, encoding, census, head[: encoding.bom], rest)
