"""What was learned: a line or template of an outlet, with the evidence for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dedup.boilerplate.learned.judge import Reason
from dedup.kernels.reference import I64

if TYPE_CHECKING:
    from dedup.boilerplate.learned.file import Stored

LINE, TEMPLATE = "BLP311", "BLP312"


@dataclass(frozen=True, slots=True)
class Learned:
    """A line (BLP311) or template (BLP312).

    ``pattern`` is the line as first seen, or the words around the slots; ``rows`` are its
    paragraphs, ascending. ``counts`` are those of :class:`~.groups.Counts`.
    """

    rule: str
    outlet: int
    pattern: str
    slots: tuple[str, ...]
    rows: I64
    counts: Mapping[str, Any]
    reasons: tuple[Reason, ...]
    points: float
    stored: Stored | None = None
    """The entry of a file of templates it was read from, if it was."""


@dataclass(frozen=True, slots=True)
class Floors:
    """What a line needs before it is looked at: different stories, and days where dates are."""

    stories: int
    days: int
