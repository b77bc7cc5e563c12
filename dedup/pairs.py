"""Measured pairs: every score, the facts that differ, the relation and what decided it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from dedup import relate, score
from dedup.candidates import Spread
from dedup.corpus import Corpus
from dedup.edges import PairColumns
from dedup.fingerprint import Bools
from dedup.kernels.reference import I64
from dedup.model import PairRow
from dedup.score import Floats
from dedup.settings import Settings

if TYPE_CHECKING:
    from dedup.framing import FactColumns

_LSH, _PARAGRAPH, _CONTAINMENT, _IDENTICAL = 1, 2, 4, 8
"""Bits of the nominators, in the order in which they are named."""

_TITLES = 20_000
"""Pairs whose titles are compared together, the words of each title found once: a story stands in
many pairs, near one another. They take 50 ms."""

Compare: TypeAlias = "Callable[[I64, I64, Bools], FactColumns]"
"""Compares the facts of pairs of stories, given the numbers of their first and second ones and
whether one of them stands word for word in the other."""


def worth_keeping(scores: score.Scores, threshold: float) -> I64:
    """The measured pairs that say something to a reader."""
    contained = np.maximum(scores.containment_a, scores.containment_b)
    least = min(relate.PASSAGES_JACCARD, threshold)
    return np.flatnonzero((scores.jaccard >= least) | (contained >= relate.PASSAGES_CONTAINMENT))


def related(
    corpus: Corpus,
    scores: score.Scores,
    by_lsh: Bools,
    by_containment: Bools,
    settings: Settings,
    compare: Compare,
    apart: Spread = map,
) -> PairColumns:
    """The pairs with their relations, the facts compared of those that may be one story.

    ``apart`` compares the titles of some pairs each.
    """
    count = len(scores)
    found = PairColumns(
        a=scores.a,
        b=scores.b,
        jaccard=scores.jaccard,
        containment_a=scores.containment_a,
        containment_b=scores.containment_b,
        cosine=scores.cosine,
        lead=scores.lead,
        aligned=np.full(count, np.nan),
        title=_titles(corpus.titles, scores.a, scores.b, apart),
        hours_apart=score.hours_apart(corpus.hours[scores.a], corpus.hours[scores.b]),
        facts_changed=np.full(count, -1, np.int64),
        names_changed=np.zeros(count, np.int64),
        shared_paragraphs=scores.shared_paragraphs,
        nominated=(
            _LSH * by_lsh
            + _PARAGRAPH * (scores.shared_paragraphs > 0)
            + _CONTAINMENT * by_containment
        ).astype(np.uint8),
        decision=np.zeros(count, np.uint8),
    )
    words = np.minimum(corpus.stories.words[found.a], corpus.stories.words[found.b])
    limits = _limits(settings)
    alike = np.flatnonzero(relate.alike_all(_evidences(found, words), limits))
    if len(alike):
        facts = compare(found.a[alike], found.b[alike], _whole(found)[alike])
        found.aligned[alike] = facts.aligned
        found.facts_changed[alike] = facts.changed
        found.names_changed[alike] = facts.names
        found.facts = {int(alike[i]): lines for i, lines in facts.lines.items()}
    found.decision = relate.relate_all(_evidences(found, words), limits)
    return found


def _whole(found: PairColumns) -> Bools:
    """Of which pairs every shingle of one story is one of the other's.

    A fact that was replaced takes five shingles along, which four places of the share show in
    stories of up to 100,000 words.
    """
    return np.asarray((found.containment_a == 1) | (found.containment_b == 1), bool)


def _titles(titles: Sequence[str], a: I64, b: I64, apart: Spread) -> Floats:
    """The score of each pair of titles."""

    def scored(low: int) -> Floats:
        some = slice(low, low + _TITLES)
        used, place = np.unique(np.concatenate([a[some], b[some]]), return_inverse=True)
        words = [score.title_words(titles[story]) for story in used.tolist()]
        ones, others = np.split(place, 2)
        scores = [
            score.title_score(words[one], words[other])
            for one, other in zip(ones.tolist(), others.tolist(), strict=True)
        ]
        return np.array(scores, np.float64)

    return np.concatenate([np.empty(0), *apart(scored, range(0, len(a), _TITLES))])


def identical(
    corpus: Corpus, copies: I64, first: I64, apart: Spread = map
) -> PairColumns:
    """Pairs of stories of the same content; ``apart`` compares the titles of some each."""
    a, b = np.minimum(copies, first), np.maximum(copies, first)
    one, none = np.ones(len(a)), np.zeros(len(a), np.int64)
    return PairColumns(
        a=a,
        b=b,
        jaccard=one,
        containment_a=one,
        containment_b=one,
        cosine=one,
        lead=one,
        aligned=one,
        title=_titles(corpus.titles, a, b, apart),
        hours_apart=score.hours_apart(corpus.hours[a], corpus.hours[b]),
        facts_changed=none,
        names_changed=none,
        shared_paragraphs=none,
        nominated=np.full(len(a), _IDENTICAL, np.uint8),
        decision=np.full(len(a), len(relate.DECISIONS) - 1, np.uint8),
    )


def decided(row: PairRow, words: int, settings: Settings) -> PairRow:
    """The row with the relation that its evidence and these settings lead to.

    ``words`` are those of the shorter story's content.
    """
    if row.relation == relate.IDENTICAL:
        return row
    decision = relate.relate(evidence(row, words), _limits(settings))
    return row._replace(relation=decision.relation, decided_by=decision.decided_by)


def _evidences(found: PairColumns, words: I64) -> relate.Evidences:
    """What columns say about the relations."""
    less = np.minimum(found.containment_a, found.containment_b)
    more = np.maximum(found.containment_a, found.containment_b)
    return relate.Evidences(
        jaccard=found.jaccard,
        containment=more,
        length=np.divide(less, more, out=np.ones(len(more)), where=more > 0),
        cosine=found.cosine,
        lead=found.lead,
        words=words,
        aligned=found.aligned,
        hours_apart=found.hours_apart,
        facts_changed=found.facts_changed,
    )


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
