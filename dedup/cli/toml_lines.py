"""On which line of a TOML file a key stands, which the standard library's parser does not tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dedup.expressions import later

_NAME = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_HEADER = later(rf"\s*\[\[?\s*({_DOTTED})\s*\]")
_KEY = later(rf"\s*({_DOTTED})\s*=")
_PART = later(_NAME)
_FENCE = later(r'"""|\'\'\'')

Path = tuple[str, ...]


def key_lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every key and table of a valid TOML text, by its path of keys.

    The paths are for :func:`line_of`, which takes keys in any case. Keys inside inline
    tables are left out: ask for the key that holds the table.
    """
    lines: dict[Path, int] = {}
    table: Path = ()
    for number, line in _outside_strings(text):
        header = _HEADER.match(line)
        if header:
            table = _path(header[1])
            lines.setdefault(table, number)
            continue
        key = _KEY.match(line)
        if key:
            path = _path(key[1])
            for length in range(1, len(path) + 1):
                lines.setdefault((*table, *path[:length]), number)
    return lines


def line_of(path: Path, lines: Mapping[Path, int]) -> int | None:
    """The line of a key, or of the nearest table around it; None when none of them has one."""
    known = tuple(map(_same, path))
    around = (known[:length] for length in range(len(known), 0, -1))
    return next((lines[part] for part in around if part in lines), None)


def _outside_strings(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines that do not begin inside a string of several lines."""
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not fence:
            yield number, line
        for mark in _FENCE.findall(line):
            if not fence:
                fence = mark
            elif mark == fence:
                fence = ""


def _path(dotted: str) -> Path:
    return tuple(_same(part.strip("\"'")) for part in _PART.findall(dotted))


def _same(key: str) -> str:
    """A key as it is compared: settings may be spelled ``min_words``, rules ``dup102``."""
    return key.lower().replace("_", "-")
