"""The built-in phrases understood: ``python -m dedup.boilerplate.index`` writes the index file."""

from __future__ import annotations

import json
from typing import Any

from dedup.boilerplate.lexicon import INDEX, Places, places
from dedup.boilerplate.phrases import Phrase, built_in_files, read_entries


def index_text() -> str:
    """What ``lexicons/index.json`` must hold for the lexicon files as they are."""
    entries = [entry for path in built_in_files() for entry in read_entries(path)]
    phrases = [phrase for entry in entries for phrase in entry.phrases]
    heads, tails = places(phrases)
    numbers = {phrase: number for number, phrase in enumerate(phrases)}
    stored = {
        "phrases": [(p.entry, p.language, p.rule, p.where, p.case, p.pattern) for p in phrases],
        "heads": _stored(heads, numbers),
        "tails": _stored(tails, numbers),
    }
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"), indent=0) + "\n"


def _stored(place: Places, numbers: dict[Phrase, int]) -> dict[str, Any]:
    keys = {word: [numbers[p] for p in place.by_key[word]] for word in sorted(place.by_key)}
    return {"literals": sorted(set(place.literals)), "keys": keys}


if __name__ == "__main__":
    INDEX.write_text(index_text(), encoding="utf-8")
