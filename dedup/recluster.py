"""A run at a higher threshold, from its tables alone."""

from __future__ import annotations

from collections.abc import Iterable

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
    original = _originals(tables, place)
    edges = _edges(tables.pairs, place, settings, original)
    members = [
        clusters.Candidate(row.n_words, hours(row.published), row.story_id)
        for row in tables.stories
    ]
    near = [pair for pair, row in edges.items() if row.relation == relate.DUPLICATE]
    keeper = clusters.assign(members, near, settings.keep)
    duplicates.join_copies(keeper, original)
    plain = [
        row._replace(cluster_id=None, kept_id=None, kept=True, rule=None) for row in tables.stories
    ]
    stories = duplicates.enter_clusters(plain, keeper, original)
    rows = [*_others(tables.findings, stories, place),
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


def _originals(tables: Tables, place: dict[str, int]) -> dict[int, int]:
    """Identical stories, with the one they are a copy of, as the run found them."""
    identical = [row for row in tables.pairs if row.relation == relate.IDENTICAL]
    first: dict[str, str] = {}
    copies = {i: row for i, row in enumerate(tables.stories) if row.rule == "DUP101"}
    copy_ids = {row.story_id for row in copies.values()}
    for pair in identical:
        copy, kept = (pair.a, pair.b) if pair.a in copy_ids else (pair.b, pair.a)
        first[copy] = kept
    return {i: place[first[row.story_id]] for i, row in copies.items() if row.story_id in first}


def _edges(
    pairs: Iterable[PairRow], place: dict[str, int], settings: Settings, original: dict[int, int]
) -> dict[tuple[int, int], PairRow]:
    edges = {}
    by_ids = {(row.a, row.b): row for row in pairs}
    for (a, b), row in by_ids.items():
        if _related(row, settings).relation == relate.DUPLICATE:
            edges[min(place[a], place[b]), max(place[a], place[b])] = row
    ids = {i: story_id for story_id, i in place.items()}
    for copy, kept in original.items():
        pair = sorted((ids.get(copy, ids[kept]), ids[kept]))
        edges[min(copy, kept), max(copy, kept)] = by_ids[pair[0], pair[1]]
    return edges


def _related(row: PairRow, settings: Settings) -> PairRow:
    """The pair's row with its relation at another threshold."""
    if row.relation != relate.DUPLICATE or row.jaccard >= settings.threshold:
        return row
    return row._replace(relation=relate.UNDECIDED)


def _others(
    rows: Iterable[Finding], stories: list[StoryRow], place: dict[str, int]
) -> list[Finding]:
    """Findings that the threshold does not move, in the clusters of now."""
    return [
        row._replace(cluster_id=stories[place[row.story_id]].cluster_id)
        if row.story_id in place
        else row
        for row in rows
        if row.rule not in _DUPLICATE_RULES
    ]


def _spoken(rows: Iterable[Finding], tables: Tables) -> list[Finding]:
    """Without the findings of stories whose record asked the run not to speak of them."""
    told = {row.story_id for row in tables.findings if row.rule in _DUPLICATE_RULES}
    silent = {row.story_id for row in tables.stories if row.rule} - told
    return [row for row in rows if row.story_id not in silent]
