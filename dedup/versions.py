"""Versions of a story: which replaces which, and which text was taken back.

What wire practice says (UPDATE 2, CORRECTED, kill notices) and the time of publication order the
stories that were found to be versions of one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from dedup import wire
from dedup.wire import Wire

NUMBERED = 2
"""Versions with a number from which on numbers say more than time."""

Pairs = Iterable[tuple[int, int]]


class Version(NamedTuple):
    """A story as one version among others; ``hours`` since 1970, infinite when unknown."""

    wire: Wire
    hours: float
    words: int


def superseded(pairs: Pairs, versions: Mapping[int, Version]) -> dict[int, int]:
    """For each story that another one updates, the latest of those it was compared with."""
    order = _Order(versions)
    newer: dict[int, set[int]] = {}
    for a, b in pairs:
        older, newest = order([a, b])
        newer.setdefault(older, set()).add(newest)
    return {older: order(list(all_))[-1] for older, all_ in sorted(newer.items())}


def supersedes(pairs: Pairs, versions: Mapping[int, Version]) -> dict[int, int]:
    """For each story that updates another, the latest earlier version of it."""
    order = _Order(versions)
    older: dict[int, set[int]] = {}
    for a, b in pairs:
        first, newest = order([a, b])
        older.setdefault(newest, set()).add(first)
    return {newest: order(list(all_))[-1] for newest, all_ in sorted(older.items())}


def may_take_back(told: Wire) -> bool:
    """Whether a story may be one of a pair of which :func:`withdrawn` names any."""
    return wire.withdrawn(told) or told.kind == "kill" or "corrected" in told.kinds


def withdrawn(pairs: Pairs, versions: Mapping[int, Version]) -> set[int]:
    """Stories whose text a correction or a kill notice took back, and the notices themselves.

    ``pairs`` are stories found to be copies or versions of one another.
    """
    found = set()
    order = _Order(versions)
    for a, b in pairs:
        for one, other in ((a, b), (b, a)):
            newer, older = versions[one].wire, versions[other].wire
            if wire.withdrawn(newer) or newer.kind == "kill":
                found |= {one, other}
            elif _corrects(newer, older) and order([a, b])[-1] == one:
                found.add(other)
    return found


def _corrects(newer: Wire, older: Wire) -> bool:
    return "corrected" in newer.kinds and "corrected" not in older.kinds


class _Order:
    """Puts earlier versions first; of versions that nothing tells apart, the shorter one."""

    def __init__(self, versions: Mapping[int, Version]) -> None:
        self._versions = versions
        self._keys: dict[int, tuple[float, ...]] = {}

    def __call__(self, stories: list[int]) -> list[int]:
        """The stories in their order."""
        numbered = sum(self._versions[story].wire.version is not None for story in stories)
        if numbered < NUMBERED:
            return sorted(stories, key=self._key)
        by_size = sorted(stories, key=lambda story: (self._versions[story].words, story))
        chain = [(self._versions[story].wire, self._versions[story].hours) for story in by_size]
        return [by_size[place] for place in wire.in_order(chain)]

    def _key(self, story: int) -> tuple[float, ...]:
        if story not in self._keys:
            own = self._versions[story]
            self._keys[story] = (*wire.order_key(own.wire, own.hours), own.words, story)
        return self._keys[story]
