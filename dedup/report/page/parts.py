"""What the page is made of besides tables: texts, alignments, times and curves.

They need the stages of detection or the files, so the caller makes them; here is only their form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dedup.model import PairRow


class Paragraph(NamedTuple):
    """A paragraph of a story: its words, and how it begins."""

    words: int
    text: str


class Stretch(NamedTuple):
    """Some words of a paragraph: in both texts, only in the first, or only in the second.

    ``fact`` says that a changed fact is among them.
    """

    kind: Literal["same", "gone", "come", "cut"]
    text: str
    fact: bool = False


class TextRow(NamedTuple):
    """A paragraph of either story, or one of each that correspond; numbers are None if missing."""

    a: int | None
    b: int | None
    same: bool
    left: tuple[Stretch, ...]
    right: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Two texts aligned. ``sizes_a`` and ``sizes_b`` are words of every paragraph.

    ``joined`` holds every pair of corresponding paragraphs with whether their words are equal;
    ``rows`` those that are shown, ``hidden`` how many are not.
    """

    sizes_a: tuple[int, ...]
    sizes_b: tuple[int, ...]
    joined: tuple[tuple[int, int, bool], ...]
    rows: tuple[TextRow, ...]
    hidden: int


class Need(NamedTuple):
    """A score of a pair beside what it had to reach, None where it decides nothing."""

    name: str
    value: float
    least: float | None
    purpose: str


class PairView(NamedTuple):
    """A measured pair with its evidence; ``sides`` is None where a text could not be read."""

    pair: PairRow
    reason: str
    needs: tuple[Need, ...]
    sides: SideBySide | None


@dataclass(frozen=True, slots=True)
class Material:
    """Everything the page shows that no table holds.

    ``hours`` are publication times in hours since 1970 by story id, missing where unknown.
    ``curve`` has (Jaccard, share LSH nominates where words were edited, where blocks were).
    ``texts`` holds the paragraphs of the chosen stories, ``pairs`` the chosen pairs by ids.
    """

    hours: Mapping[str, float] = field(default_factory=dict)
    curve: Sequence[tuple[float, float, float]] = ()
    texts: Mapping[str, Sequence[Paragraph]] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], PairView] = field(default_factory=dict)
    missing_texts: str = ""
    """Why texts are missing, for the reader; empty when they are not."""
