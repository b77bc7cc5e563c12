"""JSON as text: parsing one object, and where in it the characters of a string lie."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]

from dedup.formats.source_map import Token, source_ranges

DECODER = json.JSONDecoder(strict=False)
"""Takes raw control characters in strings, as scraped files hold them, and NaN."""

WHITESPACE = re.compile(r"[ \t\r\n]*")

_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL
)
"""An escape; two of them where they are the halves of one character."""


def parse(source: str) -> object:
    """The value of a JSON text. ValueError says, in words for a person, what is wrong with it."""
    try:
        return DECODER.decode(source)
    except json.JSONDecodeError as error:
        raise ValueError(complaint(error)) from error
    except RecursionError as error:
        raise ValueError("not JSON that can be read: nested too deep") from error


def complaint(error: json.JSONDecodeError) -> str:
    """What is wrong, and whether the text just ends too early."""
    line = f"line {error.lineno}, " if error.lineno > 1 else ""
    where = f"{line}column {error.colno}"
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"not whole JSON, cut off: {error.msg.lower()}, {where}"
    return f"not JSON: {error.msg.lower()}, {where}"


def literal_span(source: str, key: str) -> tuple[int, int]:
    """Where the string value of a key lies in an object's text, without its quotes.

    Of a key that comes twice, the last, as when parsing. KeyError if no string is under that key.
    """
    found = None
    place = WHITESPACE.match(source).end() + 1  # type: ignore[union-attr]
    while True:
        place = WHITESPACE.match(source, place).end()  # type: ignore[union-attr]
        if source[place] == "}":
            break
        name, place = scanstring(source, place + 1, False)
        place = source.index(":", place) + 1
        start = WHITESPACE.match(source, place).end()  # type: ignore[union-attr]
        value, place = DECODER.raw_decode(source, start)
        if name == key:
            found = (start + 1, place - 1) if isinstance(value, str) else None
        place = WHITESPACE.match(source, place).end()  # type: ignore[union-attr]
        place += source[place] == ","
    if found is None:
        raise KeyError(key)
    return found


def _tokens(source: str, start: int, end: int) -> Iterator[Token]:
    """The escapes of a literal: each stands for one character."""
    for escape in _ESCAPE.finditer(source, start, end):
        yield escape.start(), escape.end(), 1


def literal_ranges(
    source: str, key: str, spans: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """The stretches of an object's text that spell these spans of the string under ``key``."""
    start, end = literal_span(source, key)
    return source_ranges(start, _tokens(source, start, end), spans)


def respelled(source: str, key: str, text: str) -> str:
    """The object's text with another string under ``key``."""
    start, end = literal_span(source, key)
    return source[:start] + json.dumps(text)[1:-1] + source[end:]
