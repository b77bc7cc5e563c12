"""What is new, gone and changed between two runs: findings, pairs, clusters."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from dedup.errors import MismatchError
from dedup.gate.baseline import Key
from dedup.model import ClusterRow, Finding, PairRow, Tables

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Changes(Generic[Row]):
    """Rows of one kind: those only in the later run, those only in the earlier, both of others."""

    added: list[Row] = field(default_factory=list)
    removed: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, Row]] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {
            "added": len(self.added), "removed": len(self.removed), "changed": len(self.changed)
        }  # fmt: skip

    def __bool__(self) -> bool:
        """Whether there is any."""
        return any(self.counts.values())


class Cluster(NamedTuple):
    """A cluster as a whole; ``members`` are sorted, the keeper is one of them."""

    cluster_id: str
    kept_id: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two runs."""

    findings: Changes[Finding]
    pairs: Changes[PairRow]
    clusters: Changes[Cluster]

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.findings or self.pairs or self.clusters)


def difference(before: Tables, after: Tables) -> Difference:
    """What is new, gone and changed from the one run to the other.

    Findings are matched by rule and content, of equal ones those of the same story first, so that
    moving changes nothing; they have changed when level, keeper or fix have. Pairs and clusters
    are matched by the ids of their stories: a pair has changed when its relation has, a cluster
    when members or keeper have. MismatchError when the fingerprints of the runs do not compare.
    """
    _refuse_other_scheme(before, after)
    return Difference(
        _of_findings(before.findings, after.findings),
        _of_pairs(before.pairs, after.pairs),
        _of_clusters(_clusters(before.clusters), _clusters(after.clusters)),
    )


def _refuse_other_scheme(before: Tables, after: Tables) -> None:
    for name in ("hash", "matching_form"):
        one, other = (run.manifest.get("sketch", {}).get(name) for run in (before, after))
        if one != other:
            raise MismatchError(
                f"the runs were made with different fingerprints ({name} {one!r} and {other!r}): "
                "scan both with the same version of dedup"
            )


def _of_findings(before: Sequence[Finding], after: Sequence[Finding]) -> Changes[Finding]:
    """Match by key and place, then by key and story, then by key alone: what is left moved."""
    old, new, changed = list(before), list(after), []
    ways: tuple[Callable[[Finding], Hashable], ...] = (_in_place, _in_story, Key.of)
    for known in ways:
        waiting: defaultdict[Hashable, deque[Finding]] = defaultdict(deque)
        for row in old:
            waiting[known(row)].append(row)
        strangers = []
        for row in new:
            rows = waiting[known(row)]
            if not rows:
                strangers.append(row)
                continue
            same = rows.popleft()
            if same.story_id == row.story_id and _judgement(same) != _judgement(row):
                changed.append((same, row))
        new, left = strangers, {id(row) for rows in waiting.values() for row in rows}
        old = [row for row in old if id(row) in left]
    return Changes(new, old, changed)


def _in_place(row: Finding) -> Hashable:
    return Key.of(row), row.story_id, row.start


def _in_story(row: Finding) -> Hashable:
    return Key.of(row), row.story_id


def _judgement(row: Finding) -> tuple[object, ...]:
    return row.level, row.kept_id, row.fix


def _of_pairs(before: Iterable[PairRow], after: Iterable[PairRow]) -> Changes[PairRow]:
    old = {(row.a, row.b): row for row in before}
    new = {(row.a, row.b): row for row in after}
    return Changes(
        [row for ids, row in new.items() if ids not in old],
        [row for ids, row in old.items() if ids not in new],
        [(old[ids], row) for ids, row in new.items()
         if ids in old and old[ids].relation != row.relation],
    )  # fmt: skip


def _clusters(rows: Iterable[ClusterRow]) -> list[Cluster]:
    members: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        members[row.cluster_id, row.kept_id].add(row.story_id)
    return [Cluster(*name, tuple(sorted(ids))) for name, ids in sorted(members.items())]


def _of_clusters(before: Sequence[Cluster], after: Sequence[Cluster]) -> Changes[Cluster]:
    """Each cluster is matched with the one that shares most members with it."""
    homes: Mapping[str, list[int]] = _homes(before)
    shared = sorted(
        (-len({*before[old].members} & {*cluster.members}), new, old)
        for new, cluster in enumerate(after)
        for old in {old for member in cluster.members for old in homes.get(member, ())}
    )
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, new, old in shared:
        if new not in partner and old not in taken:
            partner[new] = old
            taken.add(old)
    return Changes(
        [cluster for new, cluster in enumerate(after) if new not in partner],
        [cluster for old, cluster in enumerate(before) if old not in taken],
        [(before[old], after[new]) for new, old in sorted(partner.items())
         if before[old][1:] != after[new][1:]],
    )  # fmt: skip


def _homes(clusters: Sequence[Cluster]) -> dict[str, list[int]]:
    homes: dict[str, list[int]] = {}
    for number, cluster in enumerate(clusters):
        for member in cluster.members:
            homes.setdefault(member, []).append(number)
    return homes
