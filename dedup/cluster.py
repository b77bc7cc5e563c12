"""Clusters of duplicates and the member of each that stays.

Built on verified edges only. Stories are taken in order of preference; one that no keeper has
claimed becomes a keeper and claims its unclaimed direct neighbours. So every member is verified
against its keeper, and a chain A-B-C whose ends are strangers does not become one cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from dedup.text.dates import UNKNOWN


class Candidate(NamedTuple):
    """What the choice of a keeper looks at: words of content, hours since 1970, id."""

    words: int
    hours: float
    story_id: str


_Key = tuple[str, Callable[[Candidate], float | str]]
_LONGEST: _Key = ("longest", lambda story: -story.words)
_EARLIEST: _Key = ("earliest", lambda story: story.hours)
_LATEST: _Key = ("latest", lambda story: -story.hours if story.hours < UNKNOWN else UNKNOWN)
_FIRST: _Key = ("first-id", lambda story: story.story_id)

KEEP: Mapping[str, tuple[_Key, ...]] = {
    "longest": (_LONGEST, _EARLIEST, _FIRST),
    "earliest": (_EARLIEST, _LONGEST, _FIRST),
    "latest": (_LATEST, _LONGEST, _FIRST),
    "first": (_FIRST,),
}
"""Ordered keys of each way to choose; the smaller value stays."""


def preference(story: Candidate, keep: str) -> tuple[float | str, ...]:
    """Sorts the story that should stay before the others."""
    return tuple(key(story) for _, key in KEEP[keep])


def decided_by(kept: Candidate, dropped: Candidate, keep: str) -> str:
    """The first key in which the two differ: why the one was kept and not the other."""
    for name, key in KEEP[keep]:
        if key(kept) != key(dropped):
            return name
    return KEEP[keep][-1][0]


def assign(
    stories: Sequence[Candidate], edges: Iterable[tuple[int, int]], keep: str
) -> dict[int, int]:
    """The keeper of every clustered story, by index; a keeper is its own.

    ``edges`` are verified pairs. Stories without an edge, or whose neighbours all went to other
    keepers, are left out.
    """
    neighbours: dict[int, list[int]] = {}
    for a, b in edges:
        neighbours.setdefault(a, []).append(b)
        neighbours.setdefault(b, []).append(a)
    keeper: dict[int, int] = {}
    for story in sorted(neighbours, key=lambda index: preference(stories[index], keep)):
        if story in keeper:
            continue
        claimed = [other for other in neighbours[story] if other not in keeper]
        if claimed:
            keeper[story] = story
            keeper.update(dict.fromkeys(claimed, story))
    return keeper
