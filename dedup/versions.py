"""Versions of a story: which replaces which, and which text was taken back.

What wire practice says (UPDATE 2, CORRECTED, kill notices) and the time of publication order the
stories that were found to be versions of one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dedup import wire
from dedup.wire import Wire

Pairs = Iterable[tuple[int, int]]


class Version(NamedTuple):
    """A story as one version among others; ``hours`` since 1970, infinite when unknown."""

    wire: Wire
    hours: float
    words: int


def superseded(pairs: Pairs, versions: Mapping[int, Version]) -> dict[int, int]:
    """For each story that another one updates, the latest of those it was compared with."""
    newer: dict[int, set[int]] = {}
    for a, b in pairs:
        older, newest = _in_order([a, b], versions)
        newer.setdefault(older, set()).add(newest)
    return {older: _in_order(sorted(all_), versions)[-1] for older, all_ in sorted(newer.items())}


def supersedes(pairs: Pairs, versions: Mapping[int, Version]) -> dict[int, int]:
    """For each story that updates another, the latest earlier version of it."""
    older: dict[int, set[int]] = {}
    for a, b in pairs:
        first, newest = _in_order([a, b], versions)
        older.setdefault(newest, set()).add(first)
    return {newest: _in_order(sorted(all_), versions)[-1] for newest, all_ in sorted(older.items())}


def withdrawn(pairs: Pairs, versions: Mapping[int, Version]) -> set[int]:
    """Stories whose text a correction or a kill notice took back, and the notices themselves.

    ``pairs`` are stories found to be copies or versions of one another.
    """
    found = set()
    for a, b in pairs:
        for one, other in ((a, b), (b, a)):
            newer, older = versions[one].wire, versions[other].wire
            if wire.withdrawn(newer) or newer.kind == "kill":
                found |= {one, other}
            elif _corrects(newer, older) and _in_order([a, b], versions)[-1] == one:
                found.add(other)
    return found


def _corrects(newer: Wire, older: Wire) -> bool:
    return "corrected" in newer.kinds and "corrected" not in older.kinds


def _in_order(stories: list[int], versions: Mapping[int, Version]) -> list[int]:
    """Earlier versions first; of versions that nothing tells apart, the shorter one."""
    by_size = sorted(stories, key=lambda story: (versions[story].words, story))
    order = wire.in_order([(versions[story].wire, versions[story].hours) for story in by_size])
    return [by_size[place] for place in order]
