"""The nouns of the tool: stories, findings, pairs, clusters, and the tables they live in.

Standard library only, so that every layer may import this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

from dedup.expressions import later

SCHEMA_VERSION = 1

_SURROGATE = later("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Story:
    """One story as read.

    ``text`` is untouched; every offset the tool reports counts its characters (code points).
    ``body_start`` is where the paragraphs begin: past the title for a plain-text file, else 0.
    ``path`` and ``line`` say where it came from; ``line`` is 1-based, 0 when unknown.
    """

    story_id: str
    text: str
    title: str = ""
    source: str = ""
    published: str = ""
    path: str = ""
    line: int = 0
    body_start: int = 0
    ignore: tuple[str, ...] = ()
    plain: bool = False
    """Whether the file is the story, so that a line of the text is a line of the file."""


class Problem(NamedTuple):
    """A record that could not be read as it should be: becomes an ``INP9xx`` finding."""

    rule: str
    message: str
    path: str
    line: int
    story_id: str = ""


@dataclass(slots=True)
class StoryBatch:
    """Stories in columns, in reading order, with their texts as one UTF-8 buffer.

    ``text[offsets[i]:offsets[i + 1]]`` is story ``i``; ``body_starts`` counts bytes from the
    start of the story. ``problems`` holds what could not be read in this stretch of input.
    """

    ids: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    body_starts: list[int] = field(default_factory=list)
    ignores: dict[int, tuple[str, ...]] = field(default_factory=dict)
    plain: set[int] = field(default_factory=set)
    text: bytes = b""
    offsets: list[int] = field(default_factory=lambda: [0])
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def of(cls, stories: Sequence[Story], problems: Sequence[Problem] = ()) -> StoryBatch:
        """Columns from rows. Lone surrogates in a text are replaced by U+FFFD."""
        batch = cls(problems=list(problems))
        chunks = [batch.enter(story) for story in stories]
        batch.offsets = [0, *accumulate(map(len, chunks))]
        batch.text = b"".join(chunks)
        return batch

    def enter(self, story: Story) -> bytes:
        """Put a story into the columns, all but its text, which is given back in UTF-8."""
        if story.ignore:
            self.ignores[len(self.ids)] = story.ignore
        if story.plain:
            self.plain.add(len(self.ids))
        self.ids.append(story.story_id)
        self.titles.append(story.title)
        self.sources.append(story.source)
        self.published.append(story.published)
        self.paths.append(story.path)
        self.lines.append(story.line)
        head = story.text[: story.body_start]
        self.body_starts.append(len(encode(head)) if head else 0)
        return encode(story.text)


def encode(text: str) -> bytes:
    """UTF-8 bytes of a text, one character for one character: lone surrogates become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text).encode()


class Fix(NamedTuple):
    """What `clean` would do about a finding, and whether it does so without ``--unsafe``."""

    action: str
    """``drop`` (the story), ``strip`` (the paragraph) or ``none``."""
    safety: str
    """``safe``, ``unsafe`` or ``none``."""


NO_FIX = Fix("none", "none")


class Finding(NamedTuple):
    """One thing found, with everything a reader needs to trust, silence or undo it.

    ``paragraph`` is 0-based among the story's paragraphs; ``start`` and ``end`` are character
    offsets into the story's text as read; all three are None when the story as a whole is meant.
    ``score`` lies in 0..1. ``fingerprint`` hashes the rule and the content, never a position: it
    outlives moving, renaming and reordering, and several findings may share one. ``new`` says
    that no baseline holds the finding.
    """

    rule: str
    level: str
    message: str
    story_id: str
    source: str
    path: str
    line: int
    paragraph: int | None
    start: int | None
    end: int | None
    cluster_id: str | None
    kept_id: str | None
    related: tuple[str, ...]
    score: float | None
    evidence: Mapping[str, Any]
    fix: Fix
    fingerprint: str
    new: bool = True


class StoryRow(NamedTuple):
    """A row of the ``stories`` table; ``kept`` is what the safe fixes would leave.

    ``n_words`` counts the words of its content: boilerplate and repeats are left out.
    """

    story_id: str
    source: str
    published: str
    title: str
    path: str
    line: int
    n_words: int
    cluster_id: str | None
    kept_id: str | None
    kept: bool
    rule: str | None
    content: str
    """Hash of the words that count: equal for stories that are the same but for boilerplate."""
    total_words: int = 0
    """All words of its paragraphs, boilerplate and repeats too."""
    ignore: tuple[str, ...] = ()
    """Rules its record asks not to speak of."""
    marks: tuple[str, ...] = ()
    """Kinds of its wire markers (update, corrected, …); like the next three, read of stories that
    were compared with another."""
    version: int | None = None
    agency: str = ""
    notice: str = ""
    """``kill`` or ``correction`` where the text only says that another is withdrawn or wrong."""
    supersedes: str | None = None
    """The earlier version of the story that this one updates."""
    key: str = ""
    """Hash of its words but for the furniture that every corpus shows: what findings about it are
    known by from run to run, whatever is learned of its outlet meanwhile."""


class ParagraphRow(NamedTuple):
    """A row of the ``paragraphs`` table: a paragraph with a finding."""

    story_id: str
    paragraph: int
    start: int
    end: int
    rule: str


class PairRow(NamedTuple):
    """A measured pair: ``a`` sorts before ``b``; scores lie in 0..1, ``hours_apart`` is >= 0.

    ``containment_a`` is the share of ``a`` that stands in ``b``. ``decided_by`` names the question
    that decided the relation. ``lead`` is the share of a lead that stands in the other story,
    ``aligned`` the share of the longer story's words that do so in their order. ``facts`` are
    changed facts as lines, ``facts_changed`` how many were replaced in an equal frame of words
    (None, as ``aligned``: not compared), ``names_changed`` the names among them.
    """

    a: str
    b: str
    relation: str
    decided_by: str
    jaccard: float
    containment_a: float
    containment_b: float
    cosine: float
    lead: float
    aligned: float | None
    title: float
    hours_apart: float | None
    facts: tuple[str, ...]
    facts_changed: int | None
    names_changed: int
    shared_paragraphs: int
    nominated_by: tuple[str, ...]


class ClusterRow(NamedTuple):
    """A member of a cluster, the keeper included (its relation is ``keeper``)."""

    cluster_id: str
    story_id: str
    kept_id: str
    relation: str
    decided_by: str


class TemplateRow(NamedTuple):
    """A line or template of boilerplate learned for an outlet, with its evidence.

    ``stories`` counts copies of one another once, ``share`` is that of the outlet's stories of
    the time (0..1), ``outlets`` how many outlets hold the line. Days are ISO dates, empty where
    stories have none. ``position`` tells in words where in the story it stands.
    """

    outlet: str
    template: str
    slots: tuple[str, ...]
    stories: int
    days: int
    first_seen: str
    last_seen: str
    position: str
    examples: tuple[str, ...]
    rule: str
    occurrences: int
    outlets: int
    share: float
    points: float
    because: tuple[str, ...]


@dataclass(slots=True)
class Tables:
    """Everything one run found. Rows are sorted, so equal runs give equal bytes."""

    stories: list[StoryRow] = field(default_factory=list)
    paragraphs: list[ParagraphRow] = field(default_factory=list)
    pairs: list[PairRow] = field(default_factory=list)
    clusters: list[ClusterRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    templates: list[TemplateRow] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)


TABLE_ROWS: dict[str, type[NamedTuple]] = {
    "stories": StoryRow,
    "paragraphs": ParagraphRow,
    "pairs": PairRow,
    "clusters": ClusterRow,
    "findings": Finding,
    "templates": TemplateRow,
}
