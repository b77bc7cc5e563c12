"""The quick way to the bytes of a paragraph in a JSON record, for the usual spellings.

Nearly every writer of JSON escapes only what it must, or all beyond ASCII. Then the text, spelled
that way, is found as it stands, and the place of a character is the length of the spelling before
it: 15 times as fast as walking through the escapes, which is left to :func:`dedup.formats.cut`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import orjson

from dedup.clean.spans import Span, without
from dedup.formats import Record

Spell = Callable[[str], bytes]


def literal_bytes(record: Record, spans: Sequence[Span]) -> list[Span] | None:
    """The bytes of the record that spell these spans of its text; None if there is doubt.

    There is none when deleting them was tried and gives the text without the spans.
    """
    if record.story is None or record.codec != "utf-8":
        return None
    text, raw = record.story.text, record.raw
    spell: Spell = _ascii if raw.isascii() and not text.isascii() else orjson.dumps
    try:
        literal = spell(text)
        start = raw.find(literal)
        if start < 0:
            return None
        ranges = _ranges(text, start + 1, spans, spell)
        value = orjson.loads(less(raw, ranges))
    except (ValueError, TypeError):
        return None
    fits = isinstance(value, dict) and value.get(record.key) == without(text, spans)
    return ranges if fits else None


def _ascii(text: str) -> bytes:
    return json.dumps(text).encode("ascii")


def _ranges(text: str, start: int, spans: Sequence[Span], spell: Spell) -> list[Span]:
    """Where the spans lie in the literal whose first character is at byte ``start``."""
    ranges, last, byte = [], 0, start
    for low, high in spans:
        first = byte + len(spell(text[last:low])) - 2
        byte = first + len(spell(text[low:high])) - 2
        ranges.append((first, byte))
        last = high
    return ranges


def less(raw: bytes, ranges: Sequence[Span]) -> bytes:
    """The bytes without these ranges, which are sorted and do not overlap."""
    edges = [0, *(edge for span in ranges for edge in span), len(raw)]
    return b"".join(raw[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
