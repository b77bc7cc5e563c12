"""Relations: what a measured pair of stories is to one another.

So far three answers: ``identical``, ``duplicate`` and ``undecided``. The finer relations
(contained, update, template, shared_block, unrelated) belong here: :func:`relate` sees every
score of a pair and is the only place that names one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dedup.score import Scores

IDENTICAL, DUPLICATE, CONTAINED = "identical", "duplicate", "contained"
UPDATE, TEMPLATE = "update", "template"
SHARED_BLOCK, UNRELATED = "shared_block", "unrelated"
UNDECIDED = "undecided"

RELATIONS = (IDENTICAL, DUPLICATE, CONTAINED, UPDATE, TEMPLATE, SHARED_BLOCK, UNRELATED)
"""Every relation there is, from the closest to none; labels are spoken of in the same words."""

ONE_STORY = frozenset({IDENTICAL, DUPLICATE, CONTAINED, UPDATE})
"""The relations between texts of one story: what an evaluation wants found."""

DUPLICATES = frozenset({IDENTICAL, DUPLICATE})
"""The relations that make one of two stories superfluous."""


def relate(
    scores: Scores, long: npt.NDArray[np.bool_], threshold: float, min_cosine: float
) -> npt.NDArray[np.str_]:
    """The relation of each measured pair of different content.

    A duplicate reaches both the Jaccard threshold and the least cosine: cosine alone never makes
    one, and a form report about another company shares its phrases but not its rare words. Both
    stories must be ``long``: forms of a line or two reach 0.7 with other names in them.
    """
    near = long & (scores.jaccard >= threshold) & (scores.cosine >= min_cosine)
    return np.where(near, DUPLICATE, UNDECIDED)
