"""Judged pairs: what the labels say of two stories, and what was said of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from typing import NamedTuple

from dedup.evaluation.figures import (
    Error,
    Evaluation,
    Figure,
    Grid,
    Lines,
    Table,
    f1,
    precision_recall,
    share,
)
from dedup.evaluation.partition import adjusted_rand, components
from dedup.evaluation.ranking import Swept, average_precision, sweep

NOT_FOUND = "not found"
"""What is called of a pair that no stage measured."""


class JudgedPair(NamedTuple):
    """Two stories: the relation their label stands for, the relation found, the verified score."""

    a: str
    b: str
    label: str
    called: str
    score: float


def of_pairs(
    judged: Sequence[JudgedPair],
    same_story: Collection[str],
    clusters: Mapping[str, Hashable],
    order: Sequence[str],
    command: Callable[[str, str], str],
    worst: int = 10,
) -> Evaluation:
    """Precision, recall, F1, adjusted Rand index, confusion, threshold sweep, worst errors.

    Parameters
    ----------
    judged : the labelled pairs.
    same_story : the relations that make two stories texts of one story: what is to be found.
    clusters : the cluster of each story that is in one.
    order : the relations in the order in which tables show them.
    command : the command line that shows a pair.
    worst : most errors listed of either kind.
    """
    truths = [pair.label in same_story for pair in judged]
    called = [pair.called in same_story for pair in judged]
    both = sum(truth and call for truth, call in zip(truths, called, strict=True))
    scores = [pair.score for pair in judged]
    swept = sweep(scores, truths)
    grid = confusion(judged, order)
    figures = [
        *precision_recall(both, sum(called), sum(truths)),
        *_accuracies(judged, same_story),
        share("kept apart", len(judged) - sum(truths) - sum(called) + both,
              len(judged) - sum(truths)),
        Figure("average precision", average_precision(scores, truths),
               note="of the verified score alone"),
        Figure("ARI", _agreement(judged, same_story, clusters)),
    ]
    return Evaluation(
        f"pairs: {len(judged)} labelled, {sum(truths)} of them texts of one story",
        tuple(figures),
        (_as_table(grid), _sweep_table(swept)),
        (_sweep_lines(swept), grid),
        _errors(judged, same_story, command, worst),
    )


def confusion(judged: Sequence[JudgedPair], order: Sequence[str]) -> Grid:
    """How often a label (down) was called what (across); only relations that occur."""
    counts = Counter((pair.label, pair.called) for pair in judged)
    rows = _in_order({label for label, _ in counts}, order)
    columns = _in_order({called for _, called in counts}, order)
    cells = tuple(tuple(counts[row, column] for column in columns) for row in rows)
    return Grid("Called what? (label down, called across)", rows, columns, cells)


def _in_order(names: Collection[str], order: Sequence[str]) -> tuple[str, ...]:
    places = {name: place for place, name in enumerate(order)}
    return tuple(sorted(names, key=lambda name: (places.get(name, len(places)), name)))


def _accuracies(judged: Sequence[JudgedPair], same_story: Collection[str]) -> list[Figure]:
    """How many pairs of one story got the very relation of their label.

    Labels that only know ``duplicate`` say nothing of it: there the figure is left out.
    """
    related = [pair for pair in judged if pair.label in same_story]
    if len({pair.label for pair in related}) < 2:
        return []
    hits = sum(pair.label == pair.called for pair in related)
    return [share("relation accuracy", hits, len(related))]


def _agreement(
    judged: Sequence[JudgedPair], same_story: Collection[str], clusters: Mapping[str, Hashable]
) -> float | None:
    stories = sorted({story for pair in judged for story in (pair.a, pair.b)})
    edges = [(pair.a, pair.b) for pair in judged if pair.label in same_story]
    return adjusted_rand(components(stories, edges), clusters)


def _as_table(grid: Grid) -> Table:
    rows: list[tuple[str | int | float | None, ...]] = []
    rows += [(row, *cells) for row, cells in zip(grid.rows, grid.cells, strict=True)]
    return Table(grid.title, ("", *grid.columns), tuple(rows))


def _sweep_table(swept: Sequence[Swept]) -> Table:
    rows = tuple(
        (line.threshold, line.called, line.precision, line.recall, f1(line.precision, line.recall))
        for line in swept
    )
    head = ("score", "called", "precision", "recall", "F1")
    return Table("If the verified score alone decided", head, rows)


def _sweep_lines(swept: Sequence[Swept]) -> Lines:
    """Precision, recall and F1 over the threshold; where nothing is called a line ends."""
    values = {
        "precision": [(s.threshold, s.precision) for s in swept],
        "recall": [(s.threshold, s.recall) for s in swept],
        "F1": [(s.threshold, f1(s.precision, s.recall)) for s in swept],
    }
    series = tuple(
        (name, tuple((x, y) for x, y in points if y is not None))
        for name, points in values.items()
    )
    return Lines("If the verified score alone decided", "verified score at least", "", series)


def _errors(
    judged: Sequence[JudgedPair],
    same_story: Collection[str],
    command: Callable[[str, str], str],
    worst: int,
) -> tuple[Error, ...]:
    """Pairs called wrongly, false alarms first, the highest score first of either kind.

    A false alarm of a high score is the most costly; a miss of a high score the least excusable.
    """
    alarms = [p for p in judged if p.called in same_story and p.label not in same_story]
    misses = [p for p in judged if p.called not in same_story and p.label in same_story]
    return tuple(
        Error(kind, f"{pair.label}, called {pair.called}", pair.score, command(pair.a, pair.b))
        for kind, pairs in (("wrongly called", alarms), ("missed", misses))
        for pair in sorted(pairs, key=lambda p: (-p.score, p.a, p.b))[:worst]
    )
