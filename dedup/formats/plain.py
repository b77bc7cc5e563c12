"""A text file is one story: its first block is the title, the rest its body."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.expressions import later
from dedup.formats.encodings import decode, unescape
from dedup.formats.records import Record
from dedup.formats.source import Source
from dedup.model import Story

_BREAKS = r"(?>\r\n|[\n\r\v\f\x85\u2028\u2029])"
_SPACE = r"[^\S\n\r\v\f\x85\u2028\u2029]"
_BREAK = later(_BREAKS)
_LEAD = later(r"\s*")
_BLANK_LINES = later(rf"{_BREAKS}(?>{_SPACE}*{_BREAKS})+")


LONGEST_TITLE = 200
"""Characters up to which a line that stands alone in its file is a title: headlines of wires have
up to 150."""


def split_title(text: str) -> tuple[str, int]:
    """The title of a text and the character its body starts at.

    The title is the first block, up to the first blank line, its line breaks folded to spaces.
    Where there is but one block it is the body, unless it is a single short line: a story all of
    whose paragraphs were taken out is still no more than its title.
    """
    lead = _LEAD.match(text)
    start = lead.end() if lead else 0
    gap = _BLANK_LINES.search(text, start)
    if gap is None or not text[gap.end() :].strip():
        only = text.strip()
        short = 0 < len(only) <= LONGEST_TITLE and not _BREAK.search(only)
        return (only, len(text)) if short else ("", 0)
    title = " ".join(line.strip() for line in _BREAK.split(text[start : gap.start()]))
    return title, gap.end()


def records(source: Source) -> Iterator[Record]:
    """The whole file as one record."""
    content = b"".join(source.blocks)
    decoded = decode(content, source.encoding.codec)
    text = unescape(decoded.marked)
    title, body_start = split_title(text)
    file = source.file
    problems = source.encoding_problems()
    if decoded.note:
        problems = (*problems, source.problem("INP903", decoded.note, 1, file.story_id))
    story = Story(
        file.story_id, text, title, path=file.path, line=1, body_start=body_start, plain=True
    )
    yield Record(1, 0, source.bom + content, story, problems, "text", decoded.codec)
