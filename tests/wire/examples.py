"""The examples of the files of wire practice, read as stories."""

from __future__ import annotations

import tomllib

from dedup.wire.entries import CUT, DATELINES, Entry, files, read_entries

ENTRIES = [entry for path in files() for entry in read_entries(path)]
BODY = "Oil fell on Monday."


def cut(example: str) -> tuple[str, str]:
    """What stands before the cut of an example, and what after it."""
    before, _, after = example.partition(CUT)
    return before, after


def with_examples(side: str) -> list[Entry]:
    """The entries that have examples in a title, at a head or at a tail."""
    return [entry for entry in ENTRIES if entry.match.get(side)]


def datelines(kind: str) -> list[str]:
    """``match`` or ``content`` of the datelines of all languages."""
    tables = tomllib.loads(DATELINES.read_text(encoding="utf-8"))
    return [line for name, table in tables.items() if name != "source" for line in table[kind]]


def all_marked() -> list[str]:
    """Every example as it stands in a text."""
    sides = [line for entry in ENTRIES for lines in entry.match.values() for line in lines]
    return [example.replace(CUT, "") for example in [*sides, *datelines("match")]]
