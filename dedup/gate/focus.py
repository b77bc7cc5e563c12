"""Findings that touch what one is looking at; everything is compared all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.errors import ConfigError
from dedup.model import Finding


def in_focus(
    findings: Iterable[Finding], focus: Sequence[str], paths: Iterable[tuple[str, str]]
) -> list[Finding]:
    """Findings of, or with, a story that is named by id or whose file a pattern matches.

    ``focus`` holds ids and patterns as a .gitignore has them; ``paths`` the id and path of every
    story. ConfigError for one that names no story: a slip here would be a green light.
    """
    if not focus:
        return [*findings]
    from pathspec import GitIgnoreSpec

    rows, known = [*findings], [*paths]
    ids = {story_id for story_id, _ in known}
    files = {path for _, path in known} | {row.path for row in rows}
    looked_at: set[str] = set()
    watched: set[str] = set()
    for each in focus:
        try:
            matched = {file for file in files if GitIgnoreSpec.from_lines([each]).match_file(file)}
        except ValueError as error:
            raise ConfigError(f"--focus {each}: {error}; name an id or a pattern") from error
        if each not in ids and not matched:
            raise ConfigError(f"--focus {each}: no story has this id, and no file matches it")
        watched |= matched
        looked_at |= {each} & ids
    looked_at |= {story_id for story_id, path in known if path in watched}
    return [
        row for row in rows
        if row.path in watched or not looked_at.isdisjoint((row.story_id, *_others(row)))
    ]  # fmt: skip


def _others(row: Finding) -> tuple[str, ...]:
    return (*row.related, row.kept_id) if row.kept_id else row.related
