"""Clusters of copies and the member of each that stays.

Built on verified edges only. An edge says that one story can stand for another: of duplicates
either can, of a contained story only the one that holds it. The story that can stand for most
takes them as its cluster, then the next among the rest, and so on: so a chain A-B-C-D whose ends
are strangers does not become one cluster. Archived stories take theirs first. The keeper is the
preferred one among the members that can stand for all the others; the story the cluster was built
around always can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple, Protocol, TypeVar

from dedup.text.dates import UNKNOWN

Cell = TypeVar("Cell", covariant=True)

COMPLETE = 0.9
"""Share of the words of a cluster's longest member that a version needs to count as complete:
the latest take of a story may be a headline."""


class Candidate(NamedTuple):
    """What the choice of a keeper looks at.

    ``words`` of content; ``hours`` since 1970. ``withdrawn`` is a text that a correction or a kill
    notice took back, ``agency`` one that its agency published itself, ``rank`` the place of its
    source in the user's order (0 is the best). ``archived`` stories are not reported on.
    """

    words: int
    hours: float
    story_id: str
    withdrawn: bool = False
    agency: bool = False
    rank: int = 0
    archived: bool = False


class _Column(Protocol[Cell]):
    """Cells by number: a list or an array."""

    def __getitem__(self, at: int, /) -> Cell:
        """The cell of a number."""


class Members(Sequence[Candidate]):
    """The stories of a corpus as candidates, made of its columns when asked for.

    ``ranks`` are the places of sources in the user's order. What was put in the place of a story
    is remembered.
    """

    def __init__(
        self,
        words: _Column[int] = (),
        hours: _Column[float] = (),
        ids: Sequence[str] = (),
        sources: Sequence[str] = (),
        ranks: Mapping[str, int] | None = None,
        archived: _Column[bool] = (),
    ) -> None:
        self._words, self._hours, self._ids = words, hours, ids
        self._sources, self._ranks, self._archived = sources, ranks or {}, archived
        self._known: dict[int, Candidate] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, story: int) -> Candidate:  # type: ignore[override]
        """The story of a number; there are no slices."""
        known = self._known.get(story)
        if known is not None:
            return known
        return Candidate(
            int(self._words[story]), float(self._hours[story]), self._ids[story],
            rank=self._ranks.get(self._sources[story], len(self._ranks)) if self._ranks else 0,
            archived=bool(self._archived[story]),
        )  # fmt: skip

    def put(self, story: int, member: Candidate) -> None:
        """Let this be the story of a number."""
        self._known[story] = member


_Key = tuple[str, Callable[[Candidate, int], float | str]]
_ARCHIVED: _Key = ("archived", lambda story, longest: not story.archived)
_STANDING: _Key = ("not-withdrawn", lambda story, longest: story.withdrawn)
_LONGEST: _Key = ("longest", lambda story, longest: -story.words)
_EARLIEST: _Key = ("earliest", lambda story, longest: story.hours)
_COMPLETE: _Key = ("complete", lambda story, longest: story.words < COMPLETE * longest)
_LATEST: _Key = (
    "latest", lambda story, longest: -story.hours if story.hours < UNKNOWN else UNKNOWN
)  # fmt: skip
_AGENCY: _Key = ("agency", lambda story, longest: not story.agency)
_SOURCE: _Key = ("source-order", lambda story, longest: story.rank)
_FIRST: _Key = ("first-id", lambda story, longest: story.story_id)

KEEP: Mapping[str, tuple[_Key, ...]] = {
    "agency": (_ARCHIVED, _STANDING, _AGENCY, _COMPLETE, _EARLIEST, _LONGEST, _FIRST),
    "longest": (_ARCHIVED, _STANDING, _LONGEST, _EARLIEST, _FIRST),
    "earliest": (_ARCHIVED, _STANDING, _EARLIEST, _LONGEST, _FIRST),
    "latest": (_ARCHIVED, _STANDING, _COMPLETE, _LATEST, _LONGEST, _FIRST),
    "source": (_ARCHIVED, _STANDING, _SOURCE, _COMPLETE, _EARLIEST, _LONGEST, _FIRST),
    "first": (_ARCHIVED, _STANDING, _FIRST),
    "none": (_ARCHIVED, _STANDING, _LONGEST, _EARLIEST, _FIRST),
}
"""Ordered keys of each way to choose; the smaller value stays. With ``none`` a cluster has a
keeper in name only: nothing is dropped."""


def preference(story: Candidate, keep: str, longest: int) -> tuple[float | str, ...]:
    """Sorts the story that should stay before the others of a cluster.

    ``longest`` is the most words that a member of the cluster has.
    """
    return tuple(key(story, longest) for _, key in KEEP[keep])


def decided_by(kept: Candidate, dropped: Candidate, keep: str, longest: int) -> str:
    """The first key in which the two differ: why the one was kept and not the other.

    ``verified-against-all`` when the other is preferred by that key, but cannot stand for every
    member.
    """
    for name, key in KEEP[keep]:
        one, other = key(kept, longest), key(dropped, longest)
        if one != other:
            return name if one < other else "verified-against-all"  # type: ignore[operator]
    return KEEP[keep][-1][0]


def assign(
    stories: Sequence[Candidate], edges: Iterable[tuple[int, int]], keep: str
) -> dict[int, int]:
    """The keeper of every clustered story, by index; a keeper is its own.

    ``edges`` are verified: the first story can stand for the second. Stories without an edge, or
    whose neighbours all went to other clusters, are left out.
    """
    stands_for: dict[int, set[int]] = {}
    for one, other in edges:
        stands_for.setdefault(one, set()).add(other)
    keeper: dict[int, int] = {}
    known = {story: stories[story] for story in {*stands_for, *chain(*stands_for.values())}}

    def wide(story: int) -> tuple[float | str | int, ...]:
        own = known[story]
        alone = preference(own, keep, own.words)
        return (not own.archived, -len(stands_for[story]), *alone, story)

    for hub in sorted(stands_for, key=wide):
        if hub in keeper:
            continue
        claimed = [other for other in stands_for[hub] if other not in keeper]
        if claimed:
            members = {hub, *claimed}
            keeper.update(dict.fromkeys(members, preferred(known, members, stands_for, keep)))
    return keeper


def preferred(
    stories: Mapping[int, Candidate],
    members: set[int],
    stands_for: Mapping[int, set[int]],
    keep: str,
) -> int:
    """The member to keep, among those that can stand for all the others."""
    longest = max(stories[m].words for m in members)
    able = (m for m in members if members <= {m, *stands_for.get(m, ())})
    return min(able, key=lambda m: (*preference(stories[m], keep, longest), m))
