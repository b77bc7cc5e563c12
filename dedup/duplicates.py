"""From fingerprints to clusters of duplicate stories: nominate, measure, relate, cluster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType

import numpy as np
import numpy.typing as npt

from dedup import candidates, cluster, relate, score
from dedup.corpus import Corpus
from dedup.kernels.reference import I64, U64
from dedup.model import ClusterRow, PairRow, StoryRow
from dedup.settings import Settings
from dedup.text.matching_form import MatchingForm

FLOOR = 0.5
"""Jaccard score down to which LSH nominates with the recall asked for: pairs below the threshold
are measured and kept too, so that a user sees what nearly was a duplicate, and may move it. A
lower threshold lowers it."""

KEPT_JACCARD, KEPT_CONTAINMENT = 0.3, 0.5
"""A measured pair below both says nothing to a reader and is not kept in the tables."""

MEASURED_AT_ONCE = 500_000
"""Pairs, which bounds the memory: at most a million stories' shingles are held, some 4 GB; of
ordinary corpora a hundredth of that. (A kernel tells up to 16 million stories apart.)"""

LSH, PARAGRAPH, IDENTICAL = "lsh", "paragraph", "identical"


@dataclass(slots=True)
class Duplicates:
    """Which stories are copies of which, with everything measured on the way.

    ``original`` maps a story to the one with the very same content that is preferred; ``keeper``
    maps every story of a cluster, the keeper included, to its keeper. ``capped`` maps a story to
    the size of an overfull bucket it heads.
    """

    original: dict[int, int] = field(default_factory=dict)
    keeper: dict[int, int] = field(default_factory=dict)
    members: list[cluster.Candidate] = field(default_factory=list)
    pairs: list[PairRow] = field(default_factory=list)
    edge: dict[tuple[int, int], PairRow] = field(default_factory=dict)
    measured: int = 0
    capped: dict[int, int] = field(default_factory=dict)


def find(
    corpus: Corpus,
    settings: Settings,
    form: MatchingForm,
    kernels: ModuleType,
    spread: candidates.Spread = map,
) -> Duplicates:
    """All duplicate stories of a corpus."""
    words = corpus.stories.words.tolist()
    members = list(map(cluster.Candidate, words, corpus.hours, corpus.ids))
    found = Duplicates(members=members)
    found.original = _identical(corpus, members, settings.keep)
    different = _different(corpus, found.original, settings.shingle)
    pairs, by_band = _nominate(corpus, different, settings, kernels, spread, found)
    scores = _measure(corpus, pairs, settings, form, kernels)
    found.measured = len(scores)
    relations = _relate(corpus, scores, settings)
    shared = scores.shared_paragraphs > 0
    edges = []
    for i in _worth_keeping(scores, settings.threshold).tolist():
        a, b = int(scores.a[i]), int(scores.b[i])
        by = (LSH,) * bool(by_band[i]) + (PARAGRAPH,) * bool(shared[i])
        row = _row(corpus, scores, i, str(relations[i]), by)
        found.pairs.append(row)
        if row.relation in relate.DUPLICATES:
            found.edge[a, b] = row
            edges.append((a, b))
    found.keeper = cluster.assign(members, edges, settings.keep)
    join_copies(found.keeper, found.original)
    _pair_copies(corpus, found)
    found.pairs.sort(key=_by_scores)
    return found


def measure_pair(
    corpus: Corpus, settings: Settings, form: MatchingForm, kernels: ModuleType
) -> PairRow:
    """The two stories of a corpus of two, measured whatever they have in common."""
    if corpus.stories.words[0] and corpus.stories.exact[0] == corpus.stories.exact[1]:
        return _identical_row(corpus, 0, 1)
    scores = _measure(corpus, np.array([1], np.uint64), settings, form, kernels)
    relation = str(_relate(corpus, scores, settings)[0])
    keys = corpus.stories.band_keys
    by = (LSH,) * bool((keys[0] == keys[1]).any())
    return _row(corpus, scores, 0, relation, by + (PARAGRAPH,) * bool(scores.shared_paragraphs[0]))


def _identical(corpus: Corpus, members: list[cluster.Candidate], keep: str) -> dict[int, int]:
    """Stories whose content another, preferred one has too, with that one."""
    words, exact = corpus.stories.words, corpus.stories.exact
    filled = np.flatnonzero(words > 0)
    order = filled[np.argsort(exact[filled], kind="stable")]
    edges = np.flatnonzero(np.append(True, exact[order][1:] != exact[order][:-1]))
    original: dict[int, int] = {}
    for begin, end in zip(edges, np.append(edges[1:], len(order)), strict=True):
        if end - begin > 1:
            group = order[begin:end].tolist()
            first = min(group, key=lambda i: cluster.preference(members[i], keep))
            original.update({i: first for i in group if i != first})
    return original


def _different(corpus: Corpus, original: dict[int, int], shingle: int) -> I64:
    """Stories of a shingle at least, one of each content; shorter ones match only exactly."""
    eligible = corpus.stories.words >= shingle
    eligible[list(original)] = False
    return np.flatnonzero(eligible)


def _nominate(
    corpus: Corpus,
    different: I64,
    settings: Settings,
    kernels: ModuleType,
    spread: candidates.Spread,
    found: Duplicates,
) -> tuple[U64, npt.NDArray[np.bool_]]:
    """Candidate pairs of story numbers, and whether LSH nominated each."""
    rows, found_capped = candidates.band_pairs(
        corpus.stories.band_keys[different], settings.max_bucket, kernels, spread
    )
    found.capped = {int(different[head]): size for head, size in found_capped.items()}
    a, b = candidates.unpack(rows)
    by_band = (different[a].astype(np.uint64) << np.uint64(32)) | different[b].astype(np.uint64)
    own = corpus.comparable[np.isin(corpus.paragraphs.story[corpus.comparable], different)]
    by_paragraph = candidates.paragraph_pairs(
        corpus.paragraphs.exact[own], corpus.paragraphs.story[own], settings.max_bucket, kernels
    )
    pairs = candidates.distinct(np.concatenate([by_band, by_paragraph]))
    return pairs, np.isin(pairs, by_band)


def _measure(
    corpus: Corpus, pairs: U64, settings: Settings, form: MatchingForm, kernels: ModuleType
) -> score.Scores:
    a, b = candidates.unpack(pairs)
    none = np.empty(0)
    parts = [score.Scores(a[:0], b[:0], none, none, none, none, a[:0])]
    idf = score.blended_idf(corpus.frequencies, len(corpus), form) if len(pairs) else none
    for low in range(0, len(pairs), MEASURED_AT_ONCE):
        some = slice(low, low + MEASURED_AT_ONCE)
        parts.append(
            score.measure(
                a[some], b[some], corpus.paragraphs, corpus.tokens, idf, settings.shingle,
                settings.near_paragraph_min_words, kernels,
            )
        )  # fmt: skip
    return score.Scores.joined(parts)


def _relate(corpus: Corpus, scores: score.Scores, settings: Settings) -> npt.NDArray[np.str_]:
    words = np.minimum(corpus.stories.words[scores.a], corpus.stories.words[scores.b])
    return relate.relate(
        scores, words >= settings.min_words, settings.threshold, settings.min_cosine
    )


def _worth_keeping(scores: score.Scores, threshold: float) -> I64:
    contained = np.maximum(scores.containment_a, scores.containment_b)
    least = min(KEPT_JACCARD, threshold)
    return np.flatnonzero((scores.jaccard >= least) | (contained >= KEPT_CONTAINMENT))


def _row(
    corpus: Corpus, scores: score.Scores, i: int, relation: str, by: tuple[str, ...]
) -> PairRow:
    a, b = int(scores.a[i]), int(scores.b[i])
    return PairRow(
        a=corpus.ids[a],
        b=corpus.ids[b],
        relation=relation,
        jaccard=float(scores.jaccard[i]),
        containment_a=float(scores.containment_a[i]),
        containment_b=float(scores.containment_b[i]),
        cosine=float(scores.cosine[i]),
        title=score.title_score(corpus.title_words(a), corpus.title_words(b)),
        hours_apart=score.hours_apart(corpus.hours[a], corpus.hours[b]),
        facts=(),
        shared_paragraphs=int(scores.shared_paragraphs[i]),
        nominated_by=by,
    )


def join_copies(keeper: dict[int, int], original: Mapping[int, int]) -> None:
    """Put identical stories into the cluster of the story they are a copy of."""
    for copy, first in original.items():
        keeper[copy] = keeper.setdefault(first, first)


def _pair_copies(corpus: Corpus, found: Duplicates) -> None:
    for copy, first in found.original.items():
        a, b = min(copy, first), max(copy, first)
        found.edge[a, b] = _identical_row(corpus, a, b)
        found.pairs.append(found.edge[a, b])


def _by_scores(row: PairRow) -> tuple[object, ...]:
    """Sorts pairs as their columns stand; of records that share an id, some may have no time."""
    hours = -1.0 if row.hours_apart is None else row.hours_apart
    return (*row[:8], hours, *row[9:])


def _identical_row(corpus: Corpus, a: int, b: int) -> PairRow:
    return PairRow(
        a=corpus.ids[a],
        b=corpus.ids[b],
        relation=relate.IDENTICAL,
        jaccard=1.0,
        containment_a=1.0,
        containment_b=1.0,
        cosine=1.0,
        title=score.title_score(corpus.title_words(a), corpus.title_words(b)),
        hours_apart=score.hours_apart(corpus.hours[a], corpus.hours[b]),
        facts=(),
        shared_paragraphs=0,
        nominated_by=(IDENTICAL,),
    )


def story_rows(corpus: Corpus) -> list[StoryRow]:
    """The ``stories`` table before clusters are entered."""
    return [
        StoryRow(
            story_id, source, published, title, path, line, words, None, None, True, None,
            f"{exact:016x}", total,
        )
        for story_id, source, published, title, path, line, words, exact, total in zip(
            corpus.ids, corpus.sources, corpus.published, corpus.titles, corpus.paths,
            corpus.lines, corpus.stories.words.tolist(), corpus.stories.exact.tolist(),
            corpus.total_words.tolist(), strict=True,
        )
    ]  # fmt: skip


def enter_clusters(
    rows: Sequence[StoryRow], keeper: Mapping[int, int], original: Mapping[int, int]
) -> list[StoryRow]:
    """The rows with the cluster of each story and the story that stays for it.

    A cluster is named by its keeper's content, so the name outlives the run. ``rows`` have no
    cluster yet.
    """
    entered = list(rows)
    for story, kept in keeper.items():
        rule = None if story == kept else "DUP101" if story in original else "DUP102"
        entered[story] = rows[story]._replace(
            cluster_id=f"c{rows[kept].content}",
            kept_id=rows[kept].story_id,
            kept=rule != "DUP101",
            rule=rule,
        )
    return entered


def cluster_rows(
    rows: Sequence[StoryRow],
    keeper: Mapping[int, int],
    original: Mapping[int, int],
    members: Sequence[cluster.Candidate],
    keep: str,
) -> list[ClusterRow]:
    """The ``clusters`` table: every member, its keeper, and the key that decided between them.

    A keeper's own row names the key that put it before the next best.
    """
    second: dict[int, int] = {}
    for story in sorted(keeper, key=lambda i: cluster.preference(members[i], keep)):
        if keeper[story] != story:
            second.setdefault(keeper[story], story)
    table = []
    for story, kept in keeper.items():
        relation = relate.IDENTICAL if original.get(story) == kept else relate.DUPLICATE
        other = second[kept] if story == kept else story
        table.append(
            ClusterRow(
                f"c{rows[kept].content}",
                rows[story].story_id,
                rows[kept].story_id,
                "keeper" if story == kept else relation,
                cluster.decided_by(members[kept], members[other], keep),
            )
        )
    return sorted(table)
