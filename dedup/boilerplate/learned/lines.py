"""Lines that repeat to the word in the stories of one outlet."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dedup.boilerplate.learned import judge
from dedup.boilerplate.learned.groups import (
    Counts,
    Groups,
    Layout,
    counted,
    reaching,
)
from dedup.boilerplate.learned.learned import LINE, Floors, Learned
from dedup.boilerplate.learned.wording import wording
from dedup.kernels.equal import Sort, equal_runs, sorted_words
from dedup.kernels.reference import I64, U64, mix64

LONGEST = 400
"""Words. A gallery of captions in one paragraph has as many; what is longer is an article."""


def learn_lines(
    exact: U64,
    words: I64,
    layout: Layout,
    text_of: Callable[[int], str],
    keeps: Callable[[str], bool],
    floors: Floors,
    sort: Sort = sorted_words,
) -> Iterator[Learned]:
    """The lines of every outlet that repeat, and are judged to be furniture.

    ``exact`` and ``words`` are the paragraphs' hashes and lengths. Left out are lines that the
    lexicon knows or the user ``keeps``, and stories that name no outlet. ``sort`` is that of the
    kernels.
    """
    if not len(exact):
        return
    groups, counts = _repeating(exact, words, layout, floors, sort)
    for group, head in enumerate(groups.heads.tolist()):
        text = text_of(head)
        found = judge.reasons(wording(text), counts.of(group))
        total = judge.points(found)
        if total >= judge.THRESHOLD and not keeps(text):
            yield Learned(
                LINE, int(layout.outlet[layout.story[head]]), text, (), groups.members(group),
                counts.of(group), tuple(found), total,
            )  # fmt: skip


def _repeating(
    exact: U64, words: I64, layout: Layout, floors: Floors, sort: Sort
) -> tuple[Groups, Counts]:
    """Groups of equal paragraphs of an outlet that reach the floors, and their counts."""
    rows = np.flatnonzero((layout.outlet >= 0)[layout.story] & (words > 0) & (words <= LONGEST))
    # An outlet's own hash, so that what other outlets publish changes nothing.
    own = mix64(layout.outlet.astype(np.uint64) + np.uint64(1))[layout.story]
    own ^= exact
    repeating = np.zeros(len(exact), bool)
    equal = equal_runs(own, rows, sort)
    repeating[equal.rows] = True
    equal = equal.among(~layout.known)
    groups = reaching(Groups(*equal), layout, floors.stories, floors.days)
    return groups, counted(groups, layout, repeating)
