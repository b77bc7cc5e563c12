"""The lexicon files understood: ``python -m dedup.boilerplate.index`` writes what is shipped.

Reading and checking all lexicon files takes seconds, so their phrases, the literal words these
begin or end with and the hashes of those are kept beside them. A test holds them together.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from dedup.boilerplate.built_in import HASHES, LITERALS, PHRASES
from dedup.boilerplate.fold import key
from dedup.boilerplate.glued_places import GLUED_INDEX, GluedPlaces
from dedup.boilerplate.hashes import HashedWords, hashed_words
from dedup.boilerplate.phrases import GLUED_FILE, built_in_files, read_entries
from dedup.text import matching_form


class Index(NamedTuple):
    """What the three files hold."""

    phrases: list[list[str]]
    literals: dict[str, dict[str, Any]]
    """Heads and tails with the numbers of their phrases; keys that are not just lower case."""
    hashes: dict[str, HashedWords]
    glued: dict[str, Any]


def build() -> Index:
    """The index of the lexicon files as they are."""
    entries = [entry for path in built_in_files() for entry in read_entries(path)]
    phrases = [phrase for entry in entries for phrase in entry.phrases]
    literals: dict[str, dict[str, list[int]]] = {"heads": {}, "tails": {}}
    for number, phrase in enumerate(phrases):
        for side, found in zip(literals.values(), phrase.found_by(), strict=True):
            for literal in dict.fromkeys(found):
                side.setdefault(literal, []).append(number)
    form = matching_form.load()
    literals = {side: dict(sorted(found.items())) for side, found in literals.items()}
    keys = {each: key(each) for found in literals.values() for each in found}
    return Index(
        [[p.entry, p.language, p.rule, p.where, p.case, p.pattern] for p in phrases],
        literals | {"keys": {each: words for each, words in keys.items() if words != each.lower()}},
        {side: hashed_words(found, form) for side, found in literals.items()},
        GluedPlaces(
            phrase for entry in read_entries(GLUED_FILE) for phrase in entry.phrases
        ).stored(),
    )


def as_text(stored: list[list[str]] | dict[str, dict[str, Any]]) -> str:
    """JSON with a line for each phrase or literal, so that changes can be read."""
    if isinstance(stored, list):
        return "[\n" + ",\n".join(map(_compact, stored)) + "\n]\n"
    sides = (
        f"{_compact(side)}:{{\n"
        + ",\n".join(f"{_compact(literal)}:{_compact(found[literal])}" for literal in found)
        + "\n}"
        for side, found in stored.items()
    )
    return "{" + ",\n".join(sides) + "}\n"


def glued_text(stored: dict[str, Any]) -> str:
    """As :func:`as_text`, of glued phrases and the words they are found by."""
    sides = {side: found for side, found in stored.items() if side != "phrases"}
    phrases = as_text(stored["phrases"]).rstrip()
    return '{"phrases":' + phrases + ",\n" + as_text(sides).removeprefix("{")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write(index: Index) -> None:
    """Put the index beside the lexicon files."""
    PHRASES.write_text(as_text(index.phrases), encoding="utf-8")
    LITERALS.write_text(as_text(index.literals), encoding="utf-8")
    GLUED_INDEX.write_text(glued_text(index.glued), encoding="utf-8")
    columns = {
        f"{side}_{field}": column
        for side, words in index.hashes.items()
        for field, column in words._asdict().items()
    }
    np.savez_compressed(HASHES, **columns)


if __name__ == "__main__":
    write(build())
