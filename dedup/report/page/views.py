"""What the template gets: rows of text and numbers, everything in them safe to show already.

``text`` is what the search of the page looks in; ``number`` names the thing in links.
"""

from __future__ import annotations

from typing import NamedTuple

from dedup.report.page.parts import TextRow
from dedup.report.page.svg import Picture


class Member(NamedTuple):
    """A story of a cluster, as its table shows it."""

    story_id: str
    outlet: str
    published: str
    title: str
    relation: str
    words: int
    score: str
    pair: int | None
    """Number of the pair with the keeper among those shown, if it is."""


class ClusterView(NamedTuple):
    """A cluster with its lanes and members."""

    number: int
    cluster_id: str
    why: str
    title: str
    size: int
    outlets: int
    outlet_names: str
    hours: float
    span: str
    weakest: float
    weakest_score: str
    decided_by: str
    strip: str
    lanes: Picture
    members: tuple[Member, ...]
    hidden: int
    text: str


class Side(NamedTuple):
    """One story of a pair."""

    story_id: str
    outlet: str
    published: str
    title: str
    words: int


class PairSection(NamedTuple):
    """A pair with evidence, map and texts."""

    number: int
    why: str
    relation: str
    reason: str
    jaccard: float
    score: str
    a: Side
    b: Side
    apart: str
    nominated_by: str
    facts: tuple[str, ...]
    evidence: Picture
    joined: Picture | None
    rows: tuple[TextRow, ...]
    hidden: int
    text: str


class StoryLine(NamedTuple):
    """A paragraph of a story, as its list shows it."""

    number: int
    kind: str
    rules: tuple[str, ...]
    words: int
    text: str


class StorySection(NamedTuple):
    """A story as a barcode and as its paragraphs."""

    number: int
    why: str
    side: Side
    place: str
    marked: str
    share: float
    barcode: Picture | None
    lines: tuple[StoryLine, ...]
    hidden: int
    kinds: str
    text: str


class FindingRow(NamedTuple):
    """A finding as its row shows it."""

    rule: str
    name: str
    level: str
    rank: int
    message: str
    excerpt: str
    story_id: str
    outlet: str
    place: str
    score: float | None
    shown_score: str
    fix: str
    new: bool
    text: str


class EntryRow(NamedTuple):
    """A line of boilerplate with its evidence."""

    rule: str
    name: str
    pattern: str
    findings: int
    stories: int
    outlets: int
    outlet_names: str
    words: int
    first: str
    last: str
    examples: tuple[str, ...]
    because: tuple[str, ...]
    text: str
