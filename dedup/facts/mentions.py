"""The facts that a stretch of words mentions, in a form in which equal facts are equal."""

from __future__ import annotations

from typing import NamedTuple

from dedup.facts.changes import Kind


class Date(NamedTuple):
    """What a wording says of a date; None where it says nothing. Monday is weekday 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def fits(self, other: Date) -> bool:
        """Whether both can be the same day: nothing that both say differs."""
        return all(x is None or y is None or x == y for x, y in zip(self, other, strict=True))


Reading = float | Date | str
"""A number (minutes of the day, for a time), a date, or the words of a name or negation."""


class Mention(NamedTuple):
    """A fact in tokens ``low`` to ``high``: its possible readings, most likely first.

    ``unit`` is empty where nothing is said of it; a number counts ``factor`` of it. ``weak`` is a
    word such as "one" or "a", which is a number only where one stands in the other text.
    """

    kind: Kind
    low: int
    high: int
    readings: tuple[Reading, ...]
    unit: str = ""
    weak: bool = False
    factor: float = 1.0

    @property
    def family(self) -> str:
        """What it can be compared with: numbers of every kind with one another."""
        return "figure" if self.kind in NUMERIC else self.kind

    def same(self, other: Mention) -> bool:
        """Whether both mention the same fact."""
        if self.family != other.family:
            return bare_year(self) == bare_year(other) is not None
        if self.unit and other.unit and self.unit != other.unit:
            return False
        if self.unit and other.unit and self.factor != other.factor:
            return any(x == y for x in self.amounts() for y in other.amounts())
        return any(_equal(x, y) for x in self.readings for y in other.readings)

    def amounts(self) -> tuple[Reading, ...]:
        """The readings in whole units: cents as parts of a dollar."""
        return tuple(exact(x * self.factor) if isinstance(x, float) else x for x in self.readings)


NUMERIC: frozenset[Kind] = frozenset({"number", "money", "percent"})


def bare_year(mention: Mention) -> float | None:
    """The value of "2000", which may be a year or a number, where nothing tells which."""
    first = mention.readings[0]
    if isinstance(first, Date):
        return None if first.year is None or first != Date(first.year) else float(first.year)
    bare = mention.kind == "number" and not mention.unit
    return first if bare and isinstance(first, float) else None


def _equal(x: Reading, y: Reading) -> bool:
    if isinstance(x, Date) and isinstance(y, Date):
        return x.fits(y)
    return x == y


def exact(value: float) -> float:
    """The number without the last binary digits, so that 1.1 × 1,000,000 is 1,100,000."""
    return float(f"{value:.12g}")
