"""Floors: figures that must not fall, held to the very labels they were measured on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import floor
from typing import NamedTuple

from dedup.evaluation.figures import PLACES, Figure


@dataclass(frozen=True, slots=True)
class SetFloors:
    """The floors of one labelled set, by name of figure, and the digest of its files."""

    digest: str = ""
    floors: Mapping[str, float] = field(default_factory=dict)


class Verdict(NamedTuple):
    """A figure against its floor; ``value`` is None when it was not measured this time."""

    name: str
    value: float | None
    floor: float

    @property
    def passed(self) -> bool:
        """Whether it was measured and is not below its floor."""
        return self.value is not None and self.value >= self.floor


def compare(figures: Iterable[Figure], floors: Mapping[str, float]) -> list[Verdict]:
    """A verdict for every floor, by name; figures without a floor are not judged."""
    values = {figure.name: figure.value for figure in figures}
    return [Verdict(name, values.get(name), floors[name]) for name in sorted(floors)]


def raised(
    figures: Iterable[Figure], floors: Mapping[str, float], margin: float
) -> dict[str, float]:
    """The floors at today's figures less the margin, none of them lower than it was.

    Figures without a value get no floor; floors whose figure was not measured stay.
    """
    higher = dict(floors)
    for figure in figures:
        if figure.value is not None:
            # Downwards, so that a figure never fails its own floor by rounding.
            scale = 10**PLACES
            target = floor(round((figure.value - margin) * scale, 3)) / scale
            higher[figure.name] = max(target, higher.get(figure.name, target))
    return higher
