"""A run at a higher threshold, from its tables alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from dedup import cluster as clusters
from dedup import duplicates, findings, pairs, relate
from dedup.cluster_rows import Clusters
from dedup.duplicates import Duplicates
from dedup.edges import Edges, PairColumns
from dedup.errors import ConfigError
from dedup.model import Finding, PairRow, StoryRow, Tables
from dedup.pair_rows import PairTable
from dedup.paragraph_findings import rows_of
from dedup.relation_findings import of_relations
from dedup.settings import Settings
from dedup.story_rows import restanding
from dedup.text.dates import hours

if TYPE_CHECKING:
    from dedup.wire import Wire

_DUPLICATE_RULES = "DUP"


def recluster(tables: Tables, threshold: float) -> Tables:
    """The tables as a higher threshold would have them, without reading a text again.

    Relations, clusters and keepers are decided anew from the measured pairs. Paragraph findings
    stay: PAR203 and PAR204 leave out stories that were copies at the threshold of the run.

    Raises
    ------
    ConfigError : the threshold is below that of the run, whose pairs do not reach so far.
    """
    settings = Settings.model_validate(tables.manifest["settings"])
    if threshold < settings.threshold:
        raise ConfigError(
            f"threshold {threshold} is below {settings.threshold}, with which this run was made: "
            "run again with the lower one"
        )
    settings = settings.model_copy(update={"threshold": threshold})
    found = _decided_anew(tables, settings)
    stories = restanding(tables.stories, found, settings.keep)
    rows = [*_others(tables.findings, stories),
            *of_relations(stories, found, settings)]  # fmt: skip
    chosen = rows_of(findings.chosen(rows, settings, {
        (row.path, row.line, row.story_id): row.ignore for row in stories if row.ignore
    }))  # fmt: skip
    counts = {
        **tables.manifest["counts"],
        "duplicates": sum(story != kept for story, kept in found.keeper.items()),
        "clusters": len(set(found.keeper.values())),
        "findings": len(chosen),
    }
    manifest = {
        **tables.manifest,
        "settings": settings.model_dump(mode="json", by_alias=True),
        "counts": counts,
    }
    return Tables(
        stories,
        tables.paragraphs,
        PairTable(found, [row.story_id for row in stories]).rows(0, len(stories)),
        _clusters(stories, found, settings.keep).rows(),
        chosen,
        tables.templates,
        manifest,
    )


def _clusters(stories: Sequence[StoryRow], found: Duplicates, keep: str) -> Clusters:
    contents = np.array([int(row.content, 16) for row in stories], np.uint64)
    return Clusters(found, contents, keep)


def _decided_anew(tables: Tables, settings: Settings) -> Duplicates:
    """The run's pairs with the relations of these settings, and its clusters built from them.

    Of records that share an id, pairs tell only the id: the first of them is taken.
    """
    stories = tables.stories
    place = {row.story_id: i for i, row in reversed(list(enumerate(stories)))}
    rank = duplicates.ranks(settings)
    sources = [row.source for row in stories]
    found = Duplicates(members=clusters.Members(
        [row.n_words for row in stories], [hours(row.published) for row in stories],
        [row.story_id for row in stories], sources, rank, [False] * len(stories),
    ))  # fmt: skip
    wires = {i: _wire(row) for i, row in enumerate(stories)}
    found.enter(wires, wires, sources)
    number = {content: n for n, content in enumerate({row.content for row in stories})}
    contents = np.array([number[row.content] for row in stories], np.uint64)
    found.original = duplicates.identical(found.members, contents, settings.keep)
    same = {}
    rows: dict[tuple[int, int], PairRow] = {}
    for row in tables.pairs:
        a, b = place[row.a], place[row.b]
        if row.relation == relate.IDENTICAL:
            same[row.a, row.b] = row
        elif a != b:
            words = min(stories[a].n_words, stories[b].n_words)
            rows[min(a, b), max(a, b)] = pairs.decided(row, words, settings)
    ids = [row.story_id for row in stories]
    found.edge = Edges(PairColumns.of(rows), ids)
    duplicates.settle(found, settings)
    for copy, kept in found.original.items():
        one, other = sorted((stories[copy].story_id, stories[kept].story_id))
        rows[min(copy, kept), max(copy, kept)] = same[one, other]
    found.edge = Edges(PairColumns.of(rows), ids)
    return found


def _wire(row: StoryRow) -> Wire:
    """What the row says of wire practice."""
    from dedup.wire import KINDS, PLAIN, Wire

    kind = next((kind for kind in KINDS if kind in row.marks), PLAIN)
    return Wire(
        row.title, kind, row.version, agency=row.agency or None, notice=row.notice,
        kinds=row.marks,
    )  # fmt: skip


def _others(rows: Iterable[Finding], stories: Sequence[StoryRow]) -> list[Finding]:
    """Findings that the threshold does not move, in the clusters of now."""
    cluster_of = {(row.path, row.line, row.story_id): row.cluster_id for row in stories}
    return [
        row._replace(cluster_id=cluster_of.get((row.path, row.line, row.story_id)))
        for row in rows
        if not row.rule.startswith(_DUPLICATE_RULES)
    ]

