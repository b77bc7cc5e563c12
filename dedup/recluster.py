"""A run at a higher threshold, from its tables alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup import cluster as clusters
from dedup import duplicates, findings, relate
from dedup.errors import ConfigError
from dedup.model import Finding, PairRow, StoryRow, Tables
from dedup.settings import Settings
from dedup.text.dates import hours

_DUPLICATE_RULES = ("DUP101", "DUP102")


def recluster(tables: Tables, threshold: float) -> Tables:
    """The tables as a higher threshold would have them, without reading a text again.

    Duplicates, clusters and keepers are decided anew from the measured pairs. Paragraph findings
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
    place = {row.story_id: i for i, row in reversed(list(enumerate(tables.stories)))}
    members = [
        clusters.Candidate(row.n_words, hours(row.published), row.story_id)
        for row in tables.stories
    ]
    original = _originals(tables.stories, members, settings.keep)
    edges = _edges(tables.pairs, tables.stories, place, settings, original)
    near = [pair for pair, row in edges.items() if row.relation == relate.DUPLICATE]
    keeper = clusters.assign(members, near, settings.keep)
    duplicates.join_copies(keeper, original)
    plain = [
        row._replace(cluster_id=None, kept_id=None, kept=True, rule=None) for row in tables.stories
    ]
    stories = duplicates.enter_clusters(plain, keeper, original)
    rows = [*_others(tables.findings, stories),
            *_spoken(findings.of_duplicates(stories, original, keeper, edges), tables)]  # fmt: skip
    chosen = findings.chosen(rows, settings, {})
    table = duplicates.cluster_rows(stories, keeper, original, members, settings.keep)
    counts = {
        **tables.manifest["counts"],
        "duplicates": sum(story != kept for story, kept in keeper.items()),
        "clusters": len(set(keeper.values())),
        "findings": len(chosen),
    }
    manifest = {
        **tables.manifest,
        "settings": settings.model_dump(mode="json", by_alias=True),
        "counts": counts,
    }
    pairs = [_related(row, settings) for row in tables.pairs]
    return Tables(
        stories, tables.paragraphs, pairs, table, chosen, tables.templates, manifest
    )


def _originals(
    rows: Sequence[StoryRow], members: Sequence[clusters.Candidate], keep: str
) -> dict[int, int]:
    """Stories whose content a preferred one has too, with that one, as the run found them."""
    groups: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        if row.n_words:
            groups.setdefault(row.content, []).append(i)
    original: dict[int, int] = {}
    for group in groups.values():
        first = min(group, key=lambda i: clusters.preference(members[i], keep))
        original.update({i: first for i in group if i != first})
    return original


def _edges(
    pairs: Iterable[PairRow],
    rows: Sequence[StoryRow],
    place: dict[str, int],
    settings: Settings,
    original: dict[int, int],
) -> dict[tuple[int, int], PairRow]:
    """Measured pairs of duplicates. Of records that share an id, pairs tell only the id."""
    edges = {}
    by_ids = {(row.a, row.b): row for row in pairs}
    for (a, b), row in by_ids.items():
        if a != b and _related(row, settings).relation == relate.DUPLICATE:
            edges[min(place[a], place[b]), max(place[a], place[b])] = row
    for copy, kept in original.items():
        one, other = sorted((rows[copy].story_id, rows[kept].story_id))
        edges[min(copy, kept), max(copy, kept)] = by_ids[one, other]
    return edges


def _related(row: PairRow, settings: Settings) -> PairRow:
    """The pair's row with its relation at another threshold."""
    if row.relation != relate.DUPLICATE or row.jaccard >= settings.threshold:
        return row
    return row._replace(relation=relate.UNDECIDED)


def _others(rows: Iterable[Finding], stories: Sequence[StoryRow]) -> list[Finding]:
    """Findings that the threshold does not move, in the clusters of now."""
    cluster_of = {(row.path, row.line, row.story_id): row.cluster_id for row in stories}
    return [
        row._replace(cluster_id=cluster_of.get((row.path, row.line, row.story_id)))
        for row in rows
        if row.rule not in _DUPLICATE_RULES
    ]


def _spoken(rows: Iterable[Finding], tables: Tables) -> list[Finding]:
    """Without the findings of stories whose record asked the run not to speak of them."""
    told = {row.story_id for row in tables.findings if row.rule in _DUPLICATE_RULES}
    silent = {row.story_id for row in tables.stories if row.rule} - told
    return [row for row in rows if row.story_id not in silent]
