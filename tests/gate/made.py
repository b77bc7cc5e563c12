"""Findings and stories as short as a test wants them."""

from __future__ import annotations

from dedup.model import Finding, StoryRow
from dedup.rules import RULES


def finding(
    rule: str = "DUP101",
    fingerprint: str = "f",
    story: str = "a",
    *,
    path: str = "feed.jsonl",
    source: str = "",
    related: tuple[str, ...] = (),
    kept: str | None = None,
    new: bool = True,
    start: int | None = None,
) -> Finding:
    known = RULES[rule]
    return Finding(
        rule, known.level, "said", story, source, path, 1, None, start, None, None, kept, related,
        None, {}, known.fix, fingerprint, new,
    )  # fmt: skip


def story(name: str, published: str = "", source: str = "", path: str = "feed.jsonl") -> StoryRow:
    return StoryRow(name, source, published, "", path, 1, 10, None, None, True, None, name)
