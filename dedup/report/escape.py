"""Text made safe to show: scraped text is hostile to terminals, logs and readers.

Whatever cannot be seen is shown as an escape: control characters (also as C1), bidirectional
overrides and isolates, zero-width characters, line and paragraph separators, lone surrogates,
tag characters, private and unassigned code points. Spaces of every width stay as they are.

A log of GitHub Actions is read by a runner that takes ``::error::`` at the beginning of a line, and
``##[error]`` anywhere in it, for a command: neither is ever written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"

_SHORT = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_LAST_BMP = 0xFFFF
_MARKS_PER_CELL = 4
"""Most code points a cell may take on average: stacked accents must not make a line endless."""


def escape(text: str) -> str:
    r"""Show the text with everything invisible as an escape: ``\n``, ``\x1b``, ``\u202e``."""
    if _is_harmless(text):
        return text
    return "".join(shown for shown, _ in _units(text))


def escape_json(text: str) -> str:
    r"""JSON of one line with everything invisible as ``\uXXXX``: the same value, safe to show."""
    text = text.replace("##[", r"##\u005b")
    if text.isprintable():
        return text
    return "".join(_json_unit(ch) if _is_hidden(ch) else ch for ch in text)


def cells(text: str) -> int:
    """Columns of a terminal that the escaped text takes."""
    if text.isascii() and _is_harmless(text):
        return len(text)
    return sum(width for _, width in _units(text))


def shorten(text: str, width: int) -> str:
    """Escaped text in at most ``width`` cells, cut with an ellipsis, never inside an escape."""
    if len(text) <= width and text.isascii() and _is_harmless(text):
        return text
    limit = width * _MARKS_PER_CELL
    kept: list[str] = []
    used = fitting = 0
    for shown, cost in _units(text[: limit + 1]):
        used += cost
        if used > width or len(kept) == limit:
            return "".join(kept[:fitting]) + ELLIPSIS
        kept.append(shown)
        # One cell is kept free for the ellipsis.
        fitting = len(kept) if used < width else fitting
    return "".join(kept)


def wrap(text: str, width: int, max_lines: int) -> list[str]:
    """Escaped text in lines of at most ``width`` cells; white space becomes single spaces."""
    lines: list[str] = []
    line, used = "", 0
    for word in _words(text, width):
        cost = cells(word)
        if line and used + 1 + cost > width:
            lines.append(line)
            if len(lines) == max_lines:
                lines[-1] = shorten(f"{line} {word}", width)
                return lines
            line, used = "", 0
        line, used = (f"{line} {word}", used + 1 + cost) if line else (word, cost)
    return [*lines, line] if line else lines


def _words(text: str, width: int) -> Iterator[str]:
    """Escaped words; those wider than a line in pieces."""
    for word in text.split():
        if cells(word) <= width:
            yield escape(word)
            continue
        piece, used = "", 0
        for shown, cost in _units(word):
            if piece and used + cost > width:
                yield piece
                piece, used = "", 0
            piece, used = piece + shown, used + cost
        yield piece


def _units(text: str) -> Iterator[tuple[str, int]]:
    """Each code point as shown, and the cells it takes."""
    opening = _command_at(text)
    sharps = 0
    for at, ch in enumerate(text):
        if at == opening or (ch == "[" and sharps >= 2):
            yield f"\\x{ord(ch):02x}", 4
        elif " " <= ch <= "~":
            yield ch, 1
        elif _is_hidden(ch):
            shown = _escaped(ch)
            yield shown, len(shown)
        else:
            yield ch, _width(ch)
        sharps = sharps + 1 if ch == "#" else 0


def _is_harmless(text: str) -> bool:
    return text.isprintable() and "##[" not in text and _command_at(text) < 0


def _command_at(text: str) -> int:
    """Where a text that would begin a line as a command begins it; -1 for any other."""
    bare = text.lstrip()
    return len(text) - len(bare) if bare.startswith("::") else -1


def _is_hidden(ch: str) -> bool:
    return not ch.isprintable() and unicodedata.category(ch) != "Zs"


def _escaped(ch: str) -> str:
    point = ord(ch)
    if ch in _SHORT:
        return _SHORT[ch]
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point <= _LAST_BMP else f"\\U{point:08x}"


def _json_unit(ch: str) -> str:
    point = ord(ch)
    if point <= _LAST_BMP:
        return f"\\u{point:04x}"
    high, low = divmod(point - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def _width(ch: str) -> int:
    if unicodedata.category(ch) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(ch) in "WF" else 1
