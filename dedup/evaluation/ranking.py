"""Rankings: what every threshold on a score would give."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from dedup.evaluation.figures import PLACES, ratio

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 21))
"""Where a sweep looks: every twentieth from 0.05 to 1."""


class Point(NamedTuple):
    """What a threshold gives: everything of at least this score is called."""

    score: float
    precision: float
    recall: float


def curve(scores: Sequence[float], truths: Sequence[bool]) -> list[Point]:
    """A point for each different score, the highest first; empty when nothing is true.

    Items of equal score come in together: no order among them is invented.
    """
    total = sum(truths)
    ranked = sorted(zip(scores, truths, strict=True), key=lambda item: -item[0])
    points: list[Point] = []
    hits = called = 0
    for score, tied in groupby(ranked, key=lambda item: item[0]):
        outcomes = [truth for _, truth in tied]
        hits, called = hits + sum(outcomes), called + len(outcomes)
        if total:
            points.append(Point(score, hits / called, hits / total))
    return points


def average_precision(scores: Sequence[float], truths: Sequence[bool]) -> float | None:
    """The area under the precision-recall curve as a sum of steps; None when nothing is true.

    Each step of recall counts with the precision at its end, as scikit-learn defines it; there is
    no interpolation.
    """
    points = curve(scores, truths)
    if not points:
        return None
    before = [0.0, *(point.recall for point in points)]
    steps = zip(points, before, strict=False)
    return round(sum(p.precision * (p.recall - earlier) for p, earlier in steps), PLACES)


def recall_at(points: Sequence[Point], precision: float) -> float | None:
    """The highest recall of any threshold that is at least so precise; 0 if none is."""
    if not points:
        return None
    return round(max((p.recall for p in points if p.precision >= precision), default=0.0), PLACES)


class Swept(NamedTuple):
    """A line of a threshold sweep; precision is None where nothing is called."""

    threshold: float
    called: int
    precision: float | None
    recall: float | None


def sweep(scores: Sequence[float], truths: Sequence[bool]) -> list[Swept]:
    """Precision and recall at every one of THRESHOLDS, as if the score alone decided."""
    total = sum(truths)
    judged = list(zip(scores, truths, strict=True))
    swept = []
    for threshold in THRESHOLDS:
        outcomes = [truth for score, truth in judged if score >= threshold]
        hits = sum(outcomes)
        swept.append(Swept(threshold, len(outcomes), ratio(hits, len(outcomes)),
                           ratio(hits, total)))
    return swept
