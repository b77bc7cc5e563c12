"""Rows of measured pairs: every score, the facts that differ, the relation and what decided it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from dedup import relate, score
from dedup.corpus import Corpus
from dedup.fingerprint import Bools
from dedup.kernels.reference import I64
from dedup.model import PairRow
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.framing import Facts

LSH, PARAGRAPH, CONTAINMENT, IDENTICAL = "lsh", "paragraph", "containment", "identical"
"""Who may nominate a pair."""

def rows(
    corpus: Corpus,
    scores: score.Scores,
    by_lsh: Bools,
    by_containment: Bools,
    settings: Settings,
    compare: Compare,
) -> Iterator[tuple[int, int, PairRow]]:
    """The measured pairs that say something to a reader, with the numbers of their stories."""
    kept = _worth_keeping(scores, settings.threshold).tolist()
    measured = [
        row(corpus, scores, i, nominators(scores, i, bool(by_lsh[i]), bool(by_containment[i])))
        for i in kept
    ]
    words = np.minimum(corpus.stories.words[scores.a[kept]], corpus.stories.words[scores.b[kept]])
    places = zip(scores.a[kept].tolist(), scores.b[kept].tolist(), strict=True)
    related = with_relations(measured, words.tolist(), list(places), settings, compare)
    for i, pair in zip(kept, related, strict=True):
        yield int(scores.a[i]), int(scores.b[i]), pair


Compare: TypeAlias = "Callable[[I64, I64, Bools], Sequence[Facts]]"
"""Compares the facts of pairs of stories, given the numbers of their first and second ones and
whether one of them stands word for word in the other."""


def with_relations(
    measured: Sequence[PairRow],
    words: Sequence[int],
    places: Sequence[tuple[int, int]],
    settings: Settings,
    compare: Compare,
) -> list[PairRow]:
    """The rows with their relations, the facts compared of those that may be one story."""
    related = list(measured)
    alike = [
        i for i, pair in enumerate(measured)
        if relate.alike(evidence(pair, words[i]), _limits(settings))
    ]  # fmt: skip
    stories = np.array([places[i] for i in alike], np.int64).reshape(-1, 2)
    whole = np.array([_whole(measured[i]) for i in alike], bool)
    for i, found in zip(alike, compare(stories[:, 0], stories[:, 1], whole), strict=True):
        related[i] = related[i]._replace(
            facts=found.lines,
            facts_changed=found.changed,
            names_changed=found.names,
            aligned=found.aligned,
        )
    return [decided(pair, words[i], settings) for i, pair in enumerate(related)]


def _whole(pair: PairRow) -> bool:
    """Whether every shingle of one story is one of the other's.

    A fact that was replaced takes five shingles along, which four places of the share show in
    stories of up to 100,000 words.
    """
    return 1.0 in (pair.containment_a, pair.containment_b)


def nominators(
    scores: score.Scores, i: int, by_lsh: bool, by_containment: bool
) -> tuple[str, ...]:
    """Who nominated a pair."""
    by_paragraph = bool(scores.shared_paragraphs[i])
    return (LSH,) * by_lsh + (PARAGRAPH,) * by_paragraph + (CONTAINMENT,) * by_containment


def _worth_keeping(scores: score.Scores, threshold: float) -> I64:
    contained = np.maximum(scores.containment_a, scores.containment_b)
    least = min(relate.PASSAGES_JACCARD, threshold)
    return np.flatnonzero((scores.jaccard >= least) | (contained >= relate.PASSAGES_CONTAINMENT))


def row(corpus: Corpus, scores: score.Scores, i: int, nominated_by: tuple[str, ...]) -> PairRow:
    """One measured pair, its relation not named yet."""
    a, b = int(scores.a[i]), int(scores.b[i])
    return PairRow(
        a=corpus.ids[a],
        b=corpus.ids[b],
        relation="",
        decided_by="",
        jaccard=float(scores.jaccard[i]),
        containment_a=float(scores.containment_a[i]),
        containment_b=float(scores.containment_b[i]),
        cosine=float(scores.cosine[i]),
        lead=float(scores.lead[i]),
        aligned=None,
        title=score.title_score(corpus.title_words(a), corpus.title_words(b)),
        hours_apart=score.hours_apart(float(corpus.hours[a]), float(corpus.hours[b])),
        facts=(),
        facts_changed=None,
        names_changed=0,
        shared_paragraphs=int(scores.shared_paragraphs[i]),
        nominated_by=nominated_by,
    )


def identical(corpus: Corpus, a: int, b: int) -> PairRow:
    """Two stories of the same content."""
    return PairRow(
        a=corpus.ids[a],
        b=corpus.ids[b],
        relation=relate.IDENTICAL,
        decided_by="same-words",
        jaccard=1.0,
        containment_a=1.0,
        containment_b=1.0,
        cosine=1.0,
        lead=1.0,
        aligned=1.0,
        title=score.title_score(corpus.title_words(a), corpus.title_words(b)),
        hours_apart=score.hours_apart(float(corpus.hours[a]), float(corpus.hours[b])),
        facts=(),
        facts_changed=0,
        names_changed=0,
        shared_paragraphs=0,
        nominated_by=(IDENTICAL,),
    )


def decided(row: PairRow, words: int, settings: Settings) -> PairRow:
    """The row with the relation that its evidence and these settings lead to.

    ``words`` are those of the shorter story's content.
    """
    if row.relation == relate.IDENTICAL:
        return row
    decision = relate.relate(evidence(row, words), _limits(settings))
    return row._replace(relation=decision.relation, decided_by=decision.decided_by)


def evidence(row: PairRow, words: int) -> relate.Evidence:
    """What a row says about its relation."""
    less, more = sorted((row.containment_a, row.containment_b))
    return relate.Evidence(
        jaccard=row.jaccard,
        containment=more,
        length=less / more if more else 1.0,
        cosine=row.cosine,
        lead=row.lead,
        aligned=row.aligned,
        words=words,
        hours_apart=row.hours_apart,
        facts_changed=row.facts_changed,
        names_changed=row.names_changed,
    )


def _limits(settings: Settings) -> relate.Limits:
    return relate.Limits(
        settings.threshold, settings.min_cosine, settings.aligned, settings.containment,
        settings.min_words,
    )  # fmt: skip
