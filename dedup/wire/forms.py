"""Forms looked up by the word they begin or end with, from the index file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dedup.wire.entries import FOLDER
from dedup.wire.names import Names

INDEX: Final = FOLDER / "index.json"
ALWAYS: Final = ""
"""The key of forms that begin with no certain word."""

_AFTER = {"lead": r"(?=\s|\S|\Z)", "line": r"[^\S\n]*(?=\n|\Z)", "title-end": r"\s*\Z"}


class Form:
    """One form of an entry; its expression is compiled when it is first needed."""

    __slots__ = ("_regex", "entry", "expression", "kind", "place", "what")

    def __init__(self, entry: str, what: str, kind: str, place: str, expression: str) -> None:
        self.entry = entry
        self.what = what
        self.kind = kind
        self.place = place
        self.expression = expression
        self._regex: re.Pattern[str] | None = None

    @property
    def regex(self) -> re.Pattern[str]:
        """The compiled expression, with what must follow at its place."""
        if self._regex is None:
            self._regex = re.compile(f"(?:{self.expression}){_AFTER.get(self.place, '')}")
        return self._regex


Table = dict[str, list[Form]]


def load() -> tuple[dict[str, Table], Names]:
    """The forms of each place by key, and the names, as ``practice/index.json`` holds them."""
    stored = json.loads(INDEX.read_text(encoding="utf-8"))
    return tables(stored["forms"], stored["keys"]), Names(stored["names"])


def tables(
    forms: Sequence[Sequence[str]], keys: Mapping[str, Mapping[str, Sequence[int]]]
) -> dict[str, Table]:
    """Forms by place and key, of what the index holds."""
    built = [Form(*fields) for fields in forms]
    return {
        place: {word: [built[number] for number in numbers] for word, numbers in by_key.items()}
        for place, by_key in keys.items()
    }


def values(match: re.Match[str], names: Names) -> dict[str, Any] | None:
    """What a form names: n, take, takes, agency, place, date, slug; None if it cannot be meant.

    An agency that is not known, or part 3 of 2, is chance.
    """
    found: dict[str, Any] = {
        name.partition("_")[0]: value
        for name, value in match.groupdict().items()
        if value is not None
    }
    if "agency" in found:
        found["agency"] = names.agency(found["agency"])
        if found["agency"] is None:
            return None
    for name in ("n", "take", "takes"):
        if name in found:
            found[name] = _NUMBERS.get(found[name].lower()) or int(found[name])
            if not found[name]:
                return None
    if found.get("takes", 99) < found.get("take", 0):
        return None
    return found


_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "first": 1, "second": 2,
            "third": 3}  # fmt: skip
