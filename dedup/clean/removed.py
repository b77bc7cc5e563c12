"""What was taken out, for people and programs to look through: rows of ``removed.jsonl``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from dedup.clean.log import json_line, pack
from dedup.clean.plan import Drop, Strip
from dedup.formats import Record
from dedup.model import Story, encode


def removed_line(
    record: Record, story: Story, why: Drop | Strip, fields: Mapping[str, Any] | None = None
) -> bytes:
    """One removed story or paragraph as one line of JSON; ``fields`` is a record without bytes."""
    row = _common(story, why)
    if isinstance(why, Drop):
        row |= {"text": _text(story.text), "record": fields or _record(record)}
    else:
        row |= {
            "paragraph": why.paragraph,
            "start": why.start,
            "end": why.end,
            "text": _text(story.text[why.start : why.end]),
        }
    return json_line(row)


def _common(story: Story, why: Drop | Strip) -> dict[str, Any]:
    return {
        "action": "drop" if isinstance(why, Drop) else "strip",
        "rule": why.rules[0],
        "rules": why.rules,
        "story_id": _text(story.story_id),
        "source": _text(story.source),
        "path": _text(story.path),
        "line": story.line,
        "title": _text(story.title),
        "published": _text(story.published),
        "kept_id": why.kept_id,
        "cluster_id": why.cluster_id,
        "score": why.score,
        "evidence": why.evidence,
    }


def _record(record: Record) -> object:
    """The record as it was: the object, for JSON; else its bytes. A text file is its text."""
    if record.syntax == "json":
        try:
            return orjson.loads(record.raw)
        except orjson.JSONDecodeError:
            return pack(record.raw)
    return pack(record.raw) if record.syntax == "csv" else None


def _text(text: str) -> str:
    return text if text.isascii() else encode(text).decode()
