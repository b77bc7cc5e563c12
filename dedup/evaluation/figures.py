"""Figures and what carries them: one shape for every kind of evaluation and every report.

Every figure is better the higher it is, so that a floor always means the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

PLACES = 4
_Z = 1.959964
"""Standard normal quantile of a two-sided interval of 95 %."""


class Figure(NamedTuple):
    """A number in 0..1 (the adjusted Rand index in -1..1), with the counts it came from.

    ``value`` is None when there was nothing to measure it on; ``hits`` and ``of`` are None for
    figures that are no share. ``note`` says what a reader must know before quoting it.
    """

    name: str
    value: float | None
    hits: int | None = None
    of: int | None = None
    note: str = ""

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval of a share (Wilson 1927); None for other figures."""
        if self.hits is None or not self.of:
            return None
        return wilson(self.hits / self.of, self.of)


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share seen in ``n`` trials (Wilson 1927), to four places.

    ``n`` need not be whole: weighted samples count as an effective number of trials. > 0.
    """
    centre = share + _Z**2 / (2 * n)
    spread = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return (
        round(max(0.0, (centre - spread) / scale), PLACES),
        round(min(1.0, (centre + spread) / scale), PLACES),
    )


class Table(NamedTuple):
    """A table of a report: cells are words, whole numbers, shares (floats) or None."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int | float | None, ...], ...]


class Error(NamedTuple):
    """Something called wrongly: how, what it is, and how to look at it."""

    kind: str
    what: str
    score: float | None
    command: str


class Lines(NamedTuple):
    """A picture of lines over one scale: ``series`` maps a name to its points (x, y in 0..1)."""

    title: str
    x: str
    y: str
    series: tuple[tuple[str, tuple[tuple[float, float], ...]], ...]


class Grid(NamedTuple):
    """A picture of counts in cells: labels down, what was called across."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[int, ...], ...]


class Bars(NamedTuple):
    """A picture of shares: each row holds a value for every name in ``series``, or None."""

    title: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[float | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was measured: figures first, then tables, pictures and the worst errors.

    ``details`` are figures as well, which a reader finds in the tables already.
    """

    title: str
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...] = ()
    charts: tuple[Lines | Grid | Bars, ...] = ()
    errors: tuple[Error, ...] = ()
    details: tuple[Figure, ...] = ()

    @property
    def all_figures(self) -> tuple[Figure, ...]:
        """Every figure that can have a floor."""
        return (*self.figures, *self.details)


def share(name: str, hits: int, of: int, note: str = "") -> Figure:
    """A share with its counts; its value is None when there is nothing to share."""
    return Figure(name, ratio(hits, of), hits, of, note)


def ratio(hits: int, of: int) -> float | None:
    """``hits / of`` to four places; None for none of none."""
    return round(hits / of, PLACES) if of else None


def f1(precision: float | None, recall: float | None) -> float | None:
    """The harmonic mean of the two; None where either is unknown, 0 where both are 0."""
    if precision is None or recall is None:
        return None
    total = precision + recall
    return round(2 * precision * recall / total, PLACES) if total else 0.0


def precision_recall(
    both: int, called: int, labelled: int, prefix: str = "", note: str = ""
) -> tuple[Figure, Figure, Figure]:
    """Precision, recall and F1 of ``both`` hits among the ``called`` and the ``labelled``."""
    precision = share(f"{prefix}precision", both, called, note)
    recall = share(f"{prefix}recall", both, labelled, note)
    harmonic = f1(precision.value, recall.value)
    return precision, recall, Figure(f"{prefix}F1", harmonic, note=note)
