"""Clusters of duplicates and the member of each that stays.

Built on verified edges only. The story with most verified neighbours takes them as its cluster,
then the next among the rest, and so on: so a chain A-B-C-D whose ends are strangers does not
become one cluster. The keeper is the preferred one among the members that are verified against
all the others; the story the cluster was built around always is.
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
    """The first key in which the two differ: why the one was kept and not the other.

    ``verified-against-all`` when the other is preferred by that key, but was not measured as a
    duplicate of every member.
    """
    for name, key in KEEP[keep]:
        one, other = key(kept), key(dropped)
        if one != other:
            return name if one < other else "verified-against-all"  # type: ignore[operator]
    return KEEP[keep][-1][0]


def assign(
    stories: Sequence[Candidate], edges: Iterable[tuple[int, int]], keep: str
) -> dict[int, int]:
    """The keeper of every clustered story, by index; a keeper is its own.

    ``edges`` are verified pairs. Stories without an edge, or whose neighbours all went to other
    clusters, are left out.
    """
    neighbours: dict[int, set[int]] = {}
    for a, b in edges:
        neighbours.setdefault(a, set()).add(b)
        neighbours.setdefault(b, set()).add(a)

    def liked(story: int) -> tuple[float | str | int, ...]:
        return (*preference(stories[story], keep), story)

    keeper: dict[int, int] = {}
    for hub in sorted(neighbours, key=lambda story: (-len(neighbours[story]), liked(story))):
        if hub in keeper:
            continue
        claimed = [other for other in neighbours[hub] if other not in keeper]
        if not claimed:
            continue
        members = {hub, *claimed}
        kept = min((m for m in members if members <= {m, *neighbours[m]}), key=liked)
        keeper.update(dict.fromkeys(members, kept))
    return keeper
