"""Which field of a record is what, and the story made of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dedup.errors import FieldError
from dedup.formats.encodings import unescape
from dedup.formats.options import Fields
from dedup.formats.shown import listed, shown
from dedup.model import Problem, Story

GUESSES: Mapping[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "article_body", "maintext", "full_text"),
    "id": ("id", "guid", "url", "link", "_id"),
    "title": ("title", "headline"),
    "date": (
        "date", "published", "published_at", "pubdate", "publish_date", "timestamp", "created_at",
    ),
    "source": ("source", "outlet", "publisher", "domain", "site"),
}  # fmt: skip
"""The names tried for each part of a story, the first that is there wins, in any case."""

IGNORE_FIELD = "dedup_ignore"
"""A record's own list of rules that are not to be applied to it."""

_KINDS = {type(None): "null", bool: "a truth value", int: "a number", float: "a number",
          list: "a list", dict: "an object"}  # fmt: skip

_MOST_KEYS = 10_000
"""Different sets of field names remembered, so that hostile records cannot fill the memory."""


class Names(NamedTuple):
    """The field that holds each part in records of one shape; None where there is none."""

    text: str | None
    id: str | None
    title: str | None
    date: str | None
    source: str | None
    ignore: str | None


class Census:
    """The shapes of records met so far: chooses the fields, and knows whether any ever fitted."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self._names: dict[tuple[str, ...], Names] = {}
        self._seen: dict[str, None] = {}
        self._found: set[str] = set()

    def names(self, keys: tuple[str, ...]) -> Names:
        """The fields to read in a record with these keys."""
        names = self._names.get(keys)
        if names is None:
            names = self._choose(keys)
            if len(self._names) < _MOST_KEYS:
                self._names[keys] = names
                self._seen.update(dict.fromkeys(keys))
        return names

    def _choose(self, keys: tuple[str, ...]) -> Names:
        by_case: dict[str, str] = {}
        for key in keys:
            if key == key.lower() or key.lower() not in by_case:
                by_case[key.lower()] = key
        chosen = {}
        for part, guesses in GUESSES.items():
            wanted = getattr(self.fields, part)
            if wanted is None:
                chosen[part] = next((by_case[name] for name in guesses if name in by_case), None)
            else:
                chosen[part] = wanted if wanted in keys else None
            if chosen[part] is not None:
                self._found.add(part)
        return Names(**chosen, ignore=IGNORE_FIELD if IGNORE_FIELD in keys else None)

    def add(self, other: Census) -> None:
        """Take in what another census saw."""
        self._seen.update(other._seen)
        self._found |= other._found

    def check_text(self, path: str) -> None:
        """FieldError when there were records and none had a field for the text."""
        if self._seen and "text" not in self._found:
            raise FieldError(self._missing("text", path))

    def check_all(self, path: str) -> None:
        """FieldError when a field that was named, or any for the text, is in no record."""
        self.check_text(path)
        for part in GUESSES:
            if self._seen and getattr(self.fields, part) and part not in self._found:
                raise FieldError(self._missing(part, path))

    def _missing(self, part: str, path: str) -> str:
        wanted = getattr(self.fields, part)
        tried = repr(shown(wanted)) if wanted else f"called {', '.join(GUESSES[part])}"
        there = f"the fields there are: {listed(self._seen)}"
        return f"{shown(path)}: no field {tried}; {there}; name the right one with --{part}-field"


def as_text(value: object) -> str:
    """A field's value as a string: null is empty, numbers and the rest as JSON spells them."""
    if isinstance(value, str):
        return unescape(value)
    if value is None:
        return ""
    isoformat: Callable[[], str] | None = getattr(value, "isoformat", None)
    if isoformat is not None:
        return isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool | int | float | list | dict):
        return unescape(json.dumps(value, ensure_ascii=False, default=str))
    return str(value)


def rules_named(value: object) -> tuple[str, ...]:
    """The rules of a ``dedup_ignore`` field: a list, or a string with commas."""
    parts = value if isinstance(value, list) else as_text(value).split(",")
    return tuple(part for part in (as_text(each).strip() for each in parts) if part)


def story_of(
    record: Mapping[str, Any], names: Names, path: str, line: int
) -> tuple[Story | None, list[Problem]]:
    """The story a record holds, or None and why there is none.

    What is no character in the text (half a surrogate pair) becomes U+FFFD, which is a problem.
    """
    story_id = (as_text(record[names.id]) if names.id is not None else "") or f"{path}:{line}"
    text = record[names.text] if names.text is not None else None
    if not isinstance(text, str):
        return None, [Problem("INP901", _no_text(names, text), path, line, story_id)]
    clean = unescape(text)
    problems = []
    if clean != text:
        message = "bytes or escapes that are no character: replaced by U+FFFD"
        problems.append(Problem("INP903", message, path, line, story_id))
    story = Story(
        story_id=story_id,
        text=clean,
        title=as_text(record[names.title]) if names.title is not None else "",
        source=as_text(record[names.source]) if names.source is not None else "",
        published=as_text(record[names.date]) if names.date is not None else "",
        path=path,
        line=line,
        ignore=rules_named(record[names.ignore]) if names.ignore is not None else (),
    )
    return story, problems


def _no_text(names: Names, text: object) -> str:
    if names.text is None:
        return "no text: the record has no field for it"
    kind = _KINDS.get(type(text), type(text).__name__)
    return f"no text: {shown(names.text, 60)!r} is {kind}, not a string"
