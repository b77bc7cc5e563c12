"""Relations: what a measured pair of stories is to one another.

The decision is a short list of questions, asked in order over evidence that was measured before;
the first that is answered with yes names the relation and is recorded with the pair. The
thresholds were chosen on one half of the labelled development pairs (stories with an even number
in the hash of their id) and checked on the other.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
I64 = npt.NDArray[np.int64]

IDENTICAL, DUPLICATE, CONTAINED = "identical", "duplicate", "contained"
UPDATE, TEMPLATE = "update", "template"
SHARED_BLOCK, UNRELATED = "shared_block", "unrelated"

RELATIONS = (IDENTICAL, DUPLICATE, CONTAINED, UPDATE, TEMPLATE, SHARED_BLOCK, UNRELATED)
"""Every relation, from the closest to none."""

COPIES = frozenset({IDENTICAL, DUPLICATE, CONTAINED})
"""Relations that make one of two stories superfluous."""

ONE_STORY = COPIES | {UPDATE}
"""The relations between texts of one story."""

SAME_STORY = 0.5
"""Jaccard score below which, short of containment, two stories only share passages: no labelled
duplicate lies below, nine tenths of the labelled form reports do."""

LEAD = 0.5
"""Share of a lead that must stand in the other story. Labelled duplicates share two thirds and
more, 20 of 21 galleries, menus and carried-over sections a tenth and less, the last one 0.49."""

SHORTER = 0.9
"""Length of a contained story against the one that holds it: of two as long as one another neither
contains the other, each has words of its own."""

WORDS_PER_FACT = 20
"""One fact replaced in fewer words than this, and it is a form filled in for another event."""

SAME_NEWS_HOURS = 72.0
"""Hours within which a story is updated. With facts replaced after more, it is next week's figures
in last week's sentences."""

PASSAGES_JACCARD, PASSAGES_CONTAINMENT = 0.3, 0.5
"""Scores from which two stories are said to share passages; a pair below both says nothing to a
reader and is not kept in the tables."""


class Evidence(NamedTuple):
    """What is known of a pair of different stories when its relation is asked for.

    Scores lie in 0..1; ``containment`` is that of the shorter story, ``words`` are its words, and
    ``length`` is its share of the longer one's. ``facts_changed`` counts the facts that were
    replaced in an equal frame of words, ``names_changed`` the names among them; None when they
    were not compared.
    """

    jaccard: float
    containment: float
    length: float
    cosine: float
    lead: float
    words: int
    aligned: float | None = None
    hours_apart: float | None = None
    facts_changed: int | None = None
    names_changed: int = 0


class Limits(NamedTuple):
    """The settings that decide: the user's thresholds."""

    threshold: float
    min_cosine: float
    aligned: float
    containment: float
    min_words: int


class Decision(NamedTuple):
    """A relation, and the question that decided."""

    relation: str
    decided_by: str


DECISIONS = (
    Decision(UNRELATED, "little-in-common"),
    Decision(SHARED_BLOCK, "passages-only"),
    Decision(SHARED_BLOCK, "leads-differ"),
    Decision(TEMPLATE, "form-filled-anew"),
    Decision(TEMPLATE, "another-day"),
    Decision(SHARED_BLOCK, "too-short"),
    Decision(UPDATE, "facts-changed"),
    Decision(DUPLICATE, "threshold"),
    Decision(DUPLICATE, "aligned"),
    Decision(CONTAINED, "containment"),
    Decision(UPDATE, "rewritten"),
    Decision(IDENTICAL, "same-words"),
)
"""Every decision, in the order of the questions; of two stories of the same words none is asked."""


class Evidences(NamedTuple):
    """:class:`Evidence` of many pairs as columns.

    What is not known is nan, and -1 of ``facts_changed``.
    """

    jaccard: Floats
    containment: Floats
    length: Floats
    cosine: Floats
    lead: Floats
    words: I64
    aligned: Floats
    hours_apart: Floats
    facts_changed: I64


def alike_all(e: Evidences, limits: Limits) -> Bools:
    """:func:`alike` of many pairs."""
    much = (e.jaccard >= min(SAME_STORY, limits.threshold)) | (e.containment >= limits.containment)
    return much & (e.lead >= min(LEAD, limits.threshold))


def relate_all(e: Evidences, limits: Limits) -> npt.NDArray[np.uint8]:
    """:func:`relate` of many pairs, as numbers of ``DECISIONS``."""
    little = e.jaccard < min(PASSAGES_JACCARD, limits.threshold)
    passages = e.jaccard < min(SAME_STORY, limits.threshold)
    changed = e.facts_changed > 0
    aligned = np.nan_to_num(e.aligned, nan=0.0) >= max(limits.aligned, limits.threshold)
    questions = [
        little & (e.containment < PASSAGES_CONTAINMENT),
        passages & (e.containment < limits.containment),
        e.lead < min(LEAD, limits.threshold),
        changed & (e.facts_changed * WORDS_PER_FACT > e.words),
        changed & (np.nan_to_num(e.hours_apart, nan=0.0) > SAME_NEWS_HOURS),
        e.words < limits.min_words,
        changed,
        (e.jaccard >= limits.threshold) & (e.cosine >= limits.min_cosine),
        aligned,
        (e.containment >= limits.containment) & (e.length <= SHORTER),
    ]
    return np.select(questions, range(len(questions)), len(questions)).astype(np.uint8)


def alike(e: Evidence, limits: Limits) -> bool:
    """Whether a pair may be the same story, so that its facts are worth comparing."""
    return _much_in_common(e, limits) and e.lead >= min(LEAD, limits.threshold)


def relate(e: Evidence, limits: Limits) -> Decision:
    """The relation of a pair, and what decided it."""
    if not _passages_in_common(e, limits):
        return Decision(UNRELATED, "little-in-common")
    if not _much_in_common(e, limits):
        return Decision(SHARED_BLOCK, "passages-only")
    if e.lead < min(LEAD, limits.threshold):
        return Decision(SHARED_BLOCK, "leads-differ")
    if e.facts_changed and e.facts_changed * WORDS_PER_FACT > e.words:
        return Decision(TEMPLATE, "form-filled-anew")
    if e.facts_changed and (e.hours_apart or 0) > SAME_NEWS_HOURS:
        return Decision(TEMPLATE, "another-day")
    if e.words < limits.min_words:
        return Decision(SHARED_BLOCK, "too-short")
    if e.facts_changed:
        return Decision(UPDATE, "facts-changed")
    return _of_equal_facts(e, limits)


def _of_equal_facts(e: Evidence, limits: Limits) -> Decision:
    """The relation of two versions of a story in which no fact was replaced."""
    if e.jaccard >= limits.threshold and e.cosine >= limits.min_cosine:
        return Decision(DUPLICATE, "threshold")
    if (e.aligned or 0) >= max(limits.aligned, limits.threshold):
        return Decision(DUPLICATE, "aligned")
    if e.containment >= limits.containment and e.length <= SHORTER:
        return Decision(CONTAINED, "containment")
    return Decision(UPDATE, "rewritten")


def _passages_in_common(e: Evidence, limits: Limits) -> bool:
    return (
        e.jaccard >= min(PASSAGES_JACCARD, limits.threshold)
        or e.containment >= PASSAGES_CONTAINMENT
    )


def _much_in_common(e: Evidence, limits: Limits) -> bool:
    return e.jaccard >= min(SAME_STORY, limits.threshold) or e.containment >= limits.containment

