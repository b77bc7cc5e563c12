"""The files of wire practice understood: ``python -m dedup.wire.index`` writes the index file."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

from dedup.wire.entries import NAMES, Entry, files, read_entries, word_key
from dedup.wire.forms import ALWAYS, INDEX
from dedup.wire.names import name_tables


def index_text() -> str:
    """What ``practice/index.json`` must hold for the files as they are."""
    source = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    entries = [entry for path in files() for entry in read_entries(path)]
    stored = {**form_tables(entries, _signing(source)), "names": name_tables(source)}
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"), indent=0) + "\n"


def _signing(source: dict[str, Any]) -> str:
    """The agencies that bylines and notices of rights name, as one group, longest first."""
    names = {n for agency in source["bare"]["names"] for n in source["agencies"][agency]}
    names |= {name.upper() for name in names}
    return "(?:" + "|".join(map(re.escape, sorted(names, key=lambda n: (-len(n), n)))) + ")"


def form_tables(entries: list[Entry], agencies: str) -> dict[str, Any]:
    """Forms numbered in order, and for each place the numbers by key."""
    forms: list[tuple[str, ...]] = []
    keys: dict[str, dict[str, list[int]]] = {}
    for entry in entries:
        words = sorted({word_key(word) for word in entry.words}) or [ALWAYS]
        for place in entry.where:
            by_key = keys.setdefault(place, {})
            for expression in entry.expressions(agencies):
                for word in words:
                    by_key.setdefault(word, []).append(len(forms))
                forms.append((entry.name, entry.what, entry.kind, place, expression))
    return {"forms": forms, "keys": keys}


if __name__ == "__main__":
    INDEX.write_text(index_text(), encoding="utf-8")
