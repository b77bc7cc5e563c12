"""Rows of a label file: CSV, TSV, JSON Lines or a JSON array, plain or compressed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dedup.errors import ConfigError, InputError
from dedup.formats import InputOptions, find_inputs
from dedup.formats.compression import read_all
from dedup.formats.inputs import InputFile
from dedup.formats.shown import listed, shown

Row = Mapping[str, Any]

_WIDEST_CELL = 1 << 27
"""Characters of a CSV cell: Python's own limit of 131,072 is shorter than some paragraphs."""


class LabelTable(NamedTuple):
    """The rows of a file, and its name for messages."""

    path: str
    rows: Sequence[Row]

    def column(self, part: str, named: Mapping[str, str], guesses: Sequence[str]) -> str | None:
        """The column that holds a part: the one named for it, or the first guess that is there.

        ConfigError when a column was named and is not there.
        """
        there = list(self.rows[0]) if self.rows else []
        wanted = named.get(part)
        if wanted is not None and wanted not in there:
            raise ConfigError(
                f"{shown(self.path)}: no column {shown(wanted)!r} for {part}; the columns there "
                f"are: {listed(there)}"
            )
        by_case = {name.lower(): name for name in reversed(there)}
        return wanted or next((by_case[guess] for guess in guesses if guess in by_case), None)

    def needed(self, part: str, named: Mapping[str, str], guesses: Sequence[str]) -> str:
        """As :meth:`column`; ConfigError when there is none."""
        column = self.column(part, named, guesses)
        if column is None:
            there = listed(self.rows[0]) if self.rows else "none"
            raise ConfigError(
                f"{shown(self.path)}: no column for {part} (tried {', '.join(guesses)}); the "
                f"columns there are: {there}; name it with --column {part}=NAME"
            )
        return column


def read_rows(path: str) -> LabelTable:
    """The rows of a label file. InputError when it cannot be read or holds none."""
    file = one_file(path)
    text = text_of(file)
    rows: Sequence[Row]
    if file.format in ("csv", "tsv"):
        rows = _delimited(text, "\t" if file.format == "tsv" else None)
    elif file.format == "jsonl":
        rows = _json_lines(text, path)
    elif file.format == "json":
        rows = as_objects(_parsed(text, path), path)
    else:
        raise InputError(
            f"{shown(path)}: labels are CSV, TSV, JSON Lines or a JSON array; write "
            f"{shown(path)}:csv if that is what it is"
        )
    if not rows:
        raise InputError(f"{shown(path)}: no labels in it")
    return LabelTable(path, rows)


def one_file(path: str) -> InputFile:
    """The one file a path names. InputError for anything else."""
    found = find_inputs([path], InputOptions())
    if len(found) != 1 or found[0].location is None:
        raise InputError(f"{shown(path)}: name one file of labels")
    return found[0]


def text_of(file: InputFile) -> str:
    """The text of a file in UTF-8, without a byte order mark."""
    try:
        return read_all(file).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{shown(file.path)}: labels must be UTF-8 ({error.reason})") from error


def as_objects(value: object, path: str) -> Sequence[Row]:
    """The objects of a JSON array. InputError for anything else."""
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return value
    raise InputError(f"{shown(path)}: a JSON array of objects was expected")


def json_of(path: str) -> object:
    """What a JSON file holds."""
    return _parsed(text_of(one_file(path)), path)


def _parsed(text: str, path: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{shown(path)}: not JSON ({error})") from error


def _delimited(text: str, delimiter: str | None) -> list[Row]:
    head = text.partition("\n")[0]
    mark = delimiter or max(",;\t|", key=lambda char: (head.count(char), char == ","))
    rows: list[Row] = []
    before = csv.field_size_limit(_WIDEST_CELL)
    try:
        rows.extend(csv.DictReader(io.StringIO(text, newline=""), delimiter=mark))
    finally:
        csv.field_size_limit(before)
    return rows


def _json_lines(text: str, path: str) -> list[Row]:
    rows: list[Row] = []
    # Not splitlines, which also splits at separators that JSON allows inside strings.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            row = _parsed(line, f"{path} line {number}")
            if not isinstance(row, dict):
                raise InputError(f"{shown(path)} line {number}: an object was expected")
            rows.append(row)
    return rows
