"""What of a run is shown in full: a choice that is the same for the same tables.

A page of two megabytes cannot hold a corpus. It shows the largest, the weakest and the nearly
found, where mistakes are, and some at random, which tell how things usually are. Chance is a hash
of the id, so that the same run always gives the same page.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar
from zlib import crc32

from dedup.model import ClusterRow, Finding, PairRow, StoryRow, Tables
from dedup.report.page.counts import Counts, Marked

_T = TypeVar("_T")

ACCEPTED = ("identical", "duplicate", "contained")
"""Relations that make one story of a pair superfluous."""

_JUDGED = ("update", "template", "shared_block", "duplicate")
"""Relations of pairs that lie near the border, on one side or the other."""


class Limits(NamedTuple):
    """Most of each kind that is shown in full."""

    clusters: int = 36
    pairs: int = 32
    stories: int = 32
    findings: int = 400
    entries: int = 60
    outlets: int = 12

    def halved(self) -> Limits:
        """Half of each, but something."""
        return Limits(*(max(2, limit // 2) for limit in self))


class Chosen(NamedTuple):
    """What is shown in full, each with the reason why it is among them."""

    clusters: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[PairRow, str], ...]
    stories: tuple[tuple[Marked, str], ...]
    findings: tuple[Finding, ...]
    limits: Limits


def choose(tables: Tables, counts: Counts, limits: Limits | None = None) -> Chosen:
    """The clusters, pairs, stories and findings that the page shows."""
    limits = limits or Limits()
    clusters = members_of(tables.clusters)
    links = weakest_links(clusters, tables.pairs)
    chosen = _clusters(clusters, links, limits.clusters)
    pairs = _pairs(tables.pairs, [links[name] for name, _ in chosen if name in links], limits.pairs)
    return Chosen(
        tuple(chosen), tuple(pairs), tuple(_stories(counts.marked, limits.stories)),
        tuple(_findings(tables.findings, limits.findings)), limits,
    )  # fmt: skip


def members_of(rows: Iterable[ClusterRow]) -> dict[str, list[ClusterRow]]:
    """The members of every cluster, by its id."""
    clusters: dict[str, list[ClusterRow]] = {}
    for row in rows:
        clusters.setdefault(row.cluster_id, []).append(row)
    return clusters


def weakest_links(
    clusters: Mapping[str, Sequence[ClusterRow]], pairs: Iterable[PairRow]
) -> dict[str, PairRow]:
    """Of each cluster the pair of a member and its keeper that is least alike."""
    cluster_of = {
        tuple(sorted((row.story_id, row.kept_id))): row.cluster_id
        for rows in clusters.values()
        for row in rows
        if row.story_id != row.kept_id
    }
    weakest: dict[str, PairRow] = {}
    for pair in pairs:
        name = cluster_of.get((pair.a, pair.b))
        if name is not None and (name not in weakest or _weak(pair) < _weak(weakest[name])):
            weakest[name] = pair
    return weakest


def strength(pair: PairRow) -> float:
    """The score that made it what it is: containment for a contained story, Jaccard for others."""
    if pair.relation == "contained":
        return max(pair.containment_a, pair.containment_b)
    return pair.jaccard


def _weak(pair: PairRow) -> tuple[float, str, str]:
    return strength(pair), pair.a, pair.b


def _clusters(
    clusters: Mapping[str, Sequence[ClusterRow]], links: Mapping[str, PairRow], limit: int
) -> list[tuple[str, str]]:
    if len(clusters) <= limit:
        return [(name, "") for name in sorted(clusters, key=lambda n: (-len(clusters[n]), n))]
    third = max(1, limit // 3)
    chosen: dict[str, str] = {}
    for name in heapq.nsmallest(third, clusters, key=lambda n: (-len(clusters[n]), n)):
        chosen[name] = "one of the largest"
    doubtful = (name for name in links if name not in chosen)
    for name in heapq.nsmallest(third, doubtful, key=lambda n: (*_weak(links[n]), n)):
        chosen[name] = "one of the weakest"
    rest = (name for name in clusters if name not in chosen)
    for name in _at_random(rest, limit - len(chosen), lambda n: n):
        chosen[name] = "at random"
    return sorted(chosen.items(), key=lambda item: (-len(clusters[item[0]]), item[0]))


def _pairs(
    pairs: Sequence[PairRow], of_clusters: Sequence[PairRow], limit: int
) -> list[tuple[PairRow, str]]:
    """Pairs of the shown clusters, of both sides of the border, and some of each relation."""
    quarter = max(1, limit // 4)
    accepted = (p for p in pairs if p.relation == "duplicate")
    refused = (p for p in pairs if p.relation in _JUDGED and p.relation != "duplicate")
    by_relation: dict[str, list[PairRow]] = {}
    for pair in pairs:
        by_relation.setdefault(pair.relation, []).append(pair)
    chosen: dict[tuple[str, str], tuple[PairRow, str]] = {}

    def add(found: Iterable[PairRow], why: str) -> None:
        for pair in found:
            if len(chosen) < limit:
                chosen.setdefault((pair.a, pair.b), (pair, why))

    add(heapq.nsmallest(quarter, accepted, key=_weak), "among the weakest accepted")
    add(heapq.nsmallest(quarter, refused, key=lambda p: (-p.jaccard, p.a, p.b)),
        "among the most alike that are no duplicates")  # fmt: skip
    add(of_clusters[:quarter], "weakest link of a cluster above")
    share = max(1, limit // max(1, len(by_relation)))
    for relation in sorted(by_relation):
        some = _at_random(by_relation[relation], share, lambda p: f"{p.a}\0{p.b}")
        add(some, "at random")
    return list(chosen.values())


def _stories(marked: Sequence[Marked], limit: int) -> list[tuple[Marked, str]]:
    if len(marked) <= limit:
        return [(story, "") for story in sorted(marked, key=_most_marked)]
    third = max(1, limit // 3)
    chosen: dict[tuple[str, str, int], tuple[Marked, str]] = {}

    def add(found: Iterable[Marked], why: str) -> None:
        for story in found:
            row = story.row
            chosen.setdefault((row.story_id, row.path, row.line), (story, why))

    add(heapq.nsmallest(third, marked, key=_most_marked), "most of it would go")
    add(heapq.nsmallest(third, marked, key=lambda m: (-m.repeats, *_most_marked(m))),
        "most paragraphs repeat")  # fmt: skip
    add(_at_random(marked, limit - 2 * third, lambda m: m.row.story_id), "at random")
    return list(chosen.values())


def _most_marked(story: Marked) -> tuple[float, str, str, int]:
    row: StoryRow = story.row
    return -story.share, row.story_id, row.path, row.line


def _findings(findings: Sequence[Finding], limit: int) -> list[Finding]:
    """At most so many, of every rule as many as of any other, or all it has."""
    if len(findings) <= limit:
        return list(findings)
    by_rule: dict[str, list[int]] = {}
    for place, finding in enumerate(findings):
        by_rule.setdefault(finding.rule, []).append(place)
    chosen: list[int] = []
    left = limit
    for waiting, rule in enumerate(sorted(by_rule, key=lambda r: (len(by_rule[r]), r))):
        share = min(len(by_rule[rule]), left // (len(by_rule) - waiting))
        chosen += heapq.nsmallest(share, by_rule[rule], key=lambda i: _chance(findings[i]))
        left -= share
    return [findings[place] for place in sorted(chosen)]


def _chance(finding: Finding) -> tuple[int, str, int]:
    """Its place in an order by chance; the offset is spread as in Fibonacci hashing."""
    start = finding.start or 0
    name = crc32(finding.story_id.encode("utf-8", "surrogatepass"))
    return (name + 0x9E3779B1 * start) & 0xFFFFFFFF, finding.story_id, finding.line


def _at_random(items: Iterable[_T], limit: int, key: Callable[[_T], str]) -> list[_T]:
    """So many of the items, by a hash of their key: the same ones whatever the order."""
    def rank(item: _T) -> tuple[int, str]:
        name = key(item)
        return crc32(name.encode("utf-8", "surrogatepass")), name

    return heapq.nsmallest(limit, items, key=rank)
