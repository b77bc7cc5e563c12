"""Stories that others are compared with and that are not reported on.

They take part in everything: they teach furniture, hold paragraphs and stand for copies. Where one
of them can stay for a copy it does, whatever ``keep`` says, so that no copy of an archived story
passes; what would be said of themselves is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from dedup.corpus import Corpus
from dedup.finding_rows import paragraph_rows
from dedup.model import Finding, StoryRow, Tables


def without_archive(tables: Tables, corpus: Corpus) -> Tables:
    """The tables of the stories that are no archive, and the pairs that hold one of them.

    Findings whose counterpart is archived say where that stands: ``against`` in the evidence. The
    manifest counts these stories only; its entry ``against`` tells what they were compared with.
    """
    if not corpus.against:
        return tables
    stories = [row for row in tables.stories if row.path not in corpus.against]
    own = {row.story_id for row in stories}
    places = _places(row for row in tables.stories if row.path in corpus.against)
    findings = [
        _told(row, own, places) for row in tables.findings if row.path not in corpus.against
    ]
    members = {(row.cluster_id, row.story_id) for row in stories}
    return replace(
        tables,
        stories=stories,
        findings=findings,
        paragraphs=paragraph_rows(findings),
        pairs=[row for row in tables.pairs if row.a in own or row.b in own],
        clusters=[row for row in tables.clusters if (row.cluster_id, row.story_id) in members],
        manifest=_manifest(tables.manifest, corpus, stories, findings),
    )


def _places(rows: Iterable[StoryRow]) -> dict[str, str]:
    return {row.story_id: f"{row.path}:{row.line}" for row in rows}


def _told(row: Finding, own: set[str], places: Mapping[str, str]) -> Finding:
    """The finding with the place of its counterpart, if that is archived."""
    other = row.kept_id or (row.related[0] if row.related else None)
    archived = other in places and (other not in own or other == row.story_id)
    if other is None or not archived:
        return row
    return row._replace(evidence={**row.evidence, "against": places[other]})


def _manifest(
    manifest: Mapping[str, Any], corpus: Corpus, stories: list[StoryRow], findings: list[Finding]
) -> dict[str, Any]:
    own = ~corpus.archived
    paragraphs = corpus.paragraphs
    here = own[paragraphs.story]
    marked = here & paragraphs.boilerplate
    glued = sum(
        piece.words for paragraph, parting in corpus.glued.items() if here[paragraph]
        for piece in parting.pieces
    )  # fmt: skip
    ids = {row.story_id for row in stories}
    counts = {
        **manifest["counts"],
        "stories": len(stories),
        "words": int(corpus.total_words[own].sum()),
        "boilerplate_words": int(paragraphs.words[marked].sum()) + glued,
        "boilerplate_paragraphs": int(np.count_nonzero(marked)),
        "paragraphs": int(np.count_nonzero(here)),
        "duplicates": sum(row.rule is not None for row in stories),
        "clusters": len({row.cluster_id for row in stories} - {None}),
        "findings": len(findings),
    }
    broken = sum(problem.path in corpus.against for problem in corpus.problems)
    return {
        **manifest,
        "counts": counts,
        "caps": [cap for cap in manifest["caps"] if cap["story_id"] in ids],
        "against": {"stories": len(corpus) - len(stories), "problems": broken},
    }
