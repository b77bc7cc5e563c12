"""Groups of paragraphs with something in common, and what can be counted of each group at once.

Columns in, columns out: no Python runs per paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dedup.kernels.reference import I64

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

ENDS = 2
"""A line is at the head when so many paragraphs or fewer come before it (less one), and at the
tail when so many or fewer follow: pages put a credit or a link around what they end with."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where every paragraph of the corpus stands: columns of P paragraphs, and per story.

    ``outlet`` is -1 for stories that name none; ``witness`` is the class of copies of each
    story; ``day`` counts days since 1970, -1 where unknown. ``after`` is the number of paragraphs
    behind in the story. ``known`` marks what the lexicon took.
    """

    story: I64
    number: I64
    after: I64
    known: Bools
    outlet: I64
    witness: I64
    day: I64


@dataclass(slots=True)
class Groups:
    """G groups as runs of paragraphs: group ``g`` is ``rows[first[g]:first[g + 1]]``, sorted."""

    rows: I64
    first: I64

    def __len__(self) -> int:
        return len(self.first) - 1

    @property
    def owner(self) -> I64:
        """The group of each row."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    @property
    def heads(self) -> I64:
        """The first paragraph of each group."""
        return self.rows[self.first[:-1]]

    def members(self, group: int) -> I64:
        """The paragraphs of a group."""
        return self.rows[self.first[group] : self.first[group + 1]]

    def chosen(self, groups: I64 | Bools) -> Groups:
        """Some of the groups."""
        picked = np.flatnonzero(groups) if groups.dtype == bool else groups
        sizes = np.diff(self.first)[picked]
        inside = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        rows = self.rows[np.repeat(self.first[:-1][picked], sizes) + inside]
        return Groups(rows, np.concatenate(([0], np.cumsum(sizes))).astype(np.int64))


def grouped(rows: I64, *keys: npt.NDArray[Any]) -> Groups:
    """Rows with equal keys, the first key the slowest; rows ascend inside of a group."""
    order = np.lexsort((rows, *keys[::-1]))
    fresh = np.ones(len(order), bool)
    fresh[1:] = False
    for key in keys:
        fresh[1:] |= key[order][1:] != key[order][:-1]
    first = np.append(np.flatnonzero(fresh), len(order)).astype(np.int64)
    return Groups(rows[order], first)


def distinct(groups: Groups, values: I64) -> I64:
    """How many different values each group has; negative ones do not count."""
    owner, values = groups.owner[values >= 0], values[values >= 0]
    order = np.lexsort((values, owner))
    owner, values = owner[order], values[order]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (values[1:] != values[:-1])
    return np.bincount(owner[fresh], minlength=len(groups)).astype(np.int64)


def modal(groups: Groups, values: I64) -> tuple[I64, Floats]:
    """The most frequent value of each group (the smallest of several) and its share."""
    owner = groups.owner
    pairs, counts = np.unique(np.column_stack([owner, values]), axis=0, return_counts=True)
    order = np.lexsort((pairs[:, 1], -counts, pairs[:, 0]))
    lead = order[np.unique(pairs[order, 0], return_index=True)[1]]
    return pairs[lead, 1], counts[lead] / np.maximum(np.diff(groups.first), 1)


def share(groups: Groups, flags: Bools) -> Floats:
    """The share of each group's rows that are flagged."""
    sums = np.bincount(groups.owner, weights=flags, minlength=len(groups))
    result: Floats = sums / np.maximum(np.diff(groups.first), 1)
    return result


def reaching(groups: Groups, layout: Layout, stories: int, days: int) -> Groups:
    """The groups in so many stories (copies once), on so many days if any of them has a date."""
    groups = groups.chosen(np.diff(groups.first) >= stories)
    story = layout.story[groups.rows]
    dated = distinct(groups, layout.day[story])
    enough = distinct(groups, layout.witness[story]) >= stories
    return groups.chosen(enough & ((dated >= days) | (dated == 0)))


@dataclass(slots=True)
class Counts:
    """What was counted of G groups; shares lie in 0..1."""

    stories: I64
    """Stories, copies of one another counted once."""
    occurrences: I64
    held: I64
    """Stories, copies counted too."""
    days: I64
    since: I64
    until: I64
    """First and last day; -1 when no story has a date."""
    head: Floats
    tail: Floats
    fixed: Floats
    """Share of the occurrences that stand at the most usual distance from start or end."""
    distance: I64
    """That distance from the end (0: the last paragraph)."""
    beside: Floats
    """Share with a paragraph beside them that the lexicon took."""
    block: Floats
    """Share that stand between other paragraphs that repeat."""
    carried: Floats
    """Share of the outlet's stories of that time that hold the line."""

    def of(self, group: int) -> dict[str, Any]:
        """The counts of one group by name."""
        return {name: getattr(self, name)[group].item() for name in self.__slots__}


def counted(groups: Groups, layout: Layout, repeating: Bools) -> Counts:
    """Count everything; ``repeating`` says which paragraphs of the corpus repeat at all."""
    rows = groups.rows
    story = layout.story[rows]
    after, number = layout.after[rows], layout.number[rows]
    days = layout.day[story]
    distance, from_end = modal(groups, after)
    _, from_start = modal(groups, number)
    since, until = _span(groups, days)
    held = distinct(groups, story)
    before_known, behind_known = _beside(layout, rows, layout.known)
    fresh = repeating & ~layout.known
    before_again, behind_again = _beside(layout, rows, fresh)
    return Counts(
        stories=distinct(groups, layout.witness[story]),
        occurrences=np.diff(groups.first),
        held=held,
        days=distinct(groups, days),
        since=since,
        until=until,
        head=share(groups, number < ENDS),
        tail=share(groups, after <= ENDS),
        fixed=np.maximum(from_end, from_start),
        distance=distance,
        beside=np.maximum(share(groups, before_known), share(groups, behind_known)),
        block=share(groups, before_again) * share(groups, behind_again),
        carried=held / np.maximum(_outlet_stories(groups, layout, since, until), 1),
    )


def _beside(layout: Layout, rows: I64, flags: Bools) -> tuple[Bools, Bools]:
    """Whether the paragraph before, and the one behind, is flagged and of the same story."""
    before = (layout.number[rows] > 0) & flags[np.maximum(rows - 1, 0)]
    behind = (layout.after[rows] > 0) & flags[np.minimum(rows + 1, len(flags) - 1)]
    return before, behind


def _span(groups: Groups, days: I64) -> tuple[I64, I64]:
    """First and last known day of each group."""
    since = np.full(len(groups), np.iinfo(np.int64).max)
    until = np.full(len(groups), -1, np.int64)
    dated = days >= 0
    np.minimum.at(since, groups.owner[dated], days[dated])
    np.maximum.at(until, groups.owner[dated], days[dated])
    return np.where(until < 0, -1, since), until


def _outlet_stories(groups: Groups, layout: Layout, since: I64, until: I64) -> I64:
    """How many stories the outlet of each group has between its first and last day.

    All of the outlet's where nothing is dated; without a date among others, none.
    """
    outlet = layout.outlet[layout.story[groups.heads]]
    width = int(layout.day.max(initial=0)) + 3
    stamps = np.sort(layout.outlet * width + layout.day + 1)
    dated = until >= 0
    low = np.where(dated, since + 1, 0)
    high = np.where(dated, until + 1, width - 1)
    return np.asarray(
        np.searchsorted(stamps, outlet * width + high, "right")
        - np.searchsorted(stamps, outlet * width + low, "left"),
        np.int64,
    )


def names(values: Sequence[str]) -> tuple[list[str], I64]:
    """The different names, sorted, and the number of each value's; -1 for an empty one."""
    known = sorted(set(values) - {""})
    numbers = {name: number for number, name in enumerate(known)}
    return known, np.array([numbers.get(value, -1) for value in values], np.int64)
