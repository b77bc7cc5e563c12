"""Whether lexicon files hold what they promise: every entry against its own examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from dedup.boilerplate.glued import part
from dedup.boilerplate.glued_places import GluedPlaces
from dedup.boilerplate.lexicon import Lexicon, Match, numbered_lines, places, same
from dedup.boilerplate.phrases import GLUED_FILE, Entry, built_in_files, read_entries
from dedup.errors import ConfigError

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def problems(paths: Iterable[Path] | None = None) -> list[str]:
    """What is wrong with lexicon files, by default the built-in, a line each; empty when sound.

    Checked: the files can be read, ids are unique, every entry has an example, every example
    that must fit fits that entry first (only a phrase of another language with the same rule
    may come before it) and is found by its first or last words, and no example of content fits
    anything.
    """
    entries: list[Entry] = []
    found: list[str] = []
    for path in [*built_in_files(), GLUED_FILE] if paths is None else paths:
        try:
            entries += read_entries(path)
        except ConfigError as error:
            found.append(str(error))
    phrases = [phrase for entry in entries for phrase in entry.phrases]
    lexicon = Lexicon(*places(phrases), glued=GluedPlaces(phrases))
    found += _repeated_ids(entries)
    for entry in entries:
        found += _entry_problems(entry, lexicon)
    return found


def problems_of(path: Path) -> list[str]:
    """What is wrong with one file of the user's, each with its place; empty when it is sound.

    A ``.toml`` file is a lexicon, any other a list of lines, in which no line may repeat another in
    the form in which lines are compared.
    """
    if path.suffix != ".toml":
        return list(_repeated_lines(path))
    found = problems([path])
    return [each if each.startswith(f"{path}: ") else f"{path}: {each}" for each in found]


def _repeated_lines(path: Path) -> Iterator[str]:
    first: dict[str, int] = {}
    try:
        for number, line in numbered_lines(path):
            earlier = first.setdefault(same(line), number)
            if earlier != number:
                yield f"{path}:{number}: this line repeats line {earlier}; take one of them out"
    except ConfigError as error:
        yield str(error)


def _repeated_ids(entries: Iterable[Entry]) -> Iterator[str]:
    seen: set[str] = set()
    for entry in entries:
        if entry.name in seen:
            yield f"{entry.name}: this id is used twice"
        seen.add(entry.name)


def _entry_problems(entry: Entry, lexicon: Lexicon) -> Iterator[str]:
    if not _ID.fullmatch(entry.name.partition(":")[2]):
        yield f"{entry.name}: an id is lower-case words joined by hyphens"
    if not entry.match:
        yield f"{entry.name}: needs at least one example under `match`"
    if entry.glued:
        yield from glued_problems(entry, lexicon)
        return
    for example in entry.match:
        if not entry.finds(example):
            yield f"{entry.name}: {example!r} is not found by its first or last words"
        fault = _fault(entry, example, lexicon.match(example))
        if fault:
            yield fault
    for example in entry.content:
        match = lexicon.match(example)
        if match:
            yield f"{entry.name}: {example!r} is content, but {match.entry} takes it"


def glued_problems(entry: Entry, lexicon: Lexicon) -> Iterator[str]:
    """Examples of glued phrases are paragraphs; those of content are left whole."""
    for example in entry.match:
        parted = part(example, lexicon)
        found = [(p.match.rule, p.match.language) for p in parted.pieces] if parted else []
        if found != [(entry.rule, entry.language)] or (parted and parted.whole):
            yield f"{entry.name}: must take an end of {example!r}, not {found or 'nothing'}"
    for example in entry.content:
        if part(example, lexicon):
            yield f"{entry.name}: {example!r} is content, but an end of it is taken"


def _fault(entry: Entry, example: str, match: Match | None) -> str:
    if match is None:
        return f"{entry.name}: {example!r} must fit, but does not"
    elsewhere = match.language != entry.language and match.rule == entry.rule
    if match.entry != entry.name and not elsewhere:
        return f"{entry.name}: {example!r} is shadowed by {match.entry}"
    return ""
