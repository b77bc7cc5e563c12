"""How likely each paragraph of a batch is furniture, and why it is thought so."""

from __future__ import annotations

from types import ModuleType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.furniture.features import COLUMNS, Looks, Stories, looks, raw_parts
from dedup.boilerplate.furniture.place import BESIDE, beside, in_place, stories_holding
from dedup.boilerplate.furniture.reasons import GROUPS, NUMBER, Reason
from dedup.boilerplate.furniture.weights import Weights
from dedup.kernels.reference import I64
from dedup.kernels.reference_furniture import I32, Bools
from dedup.text.matching_form import MatchingForm

Floats = npt.NDArray[np.float64]


class Likeness(NamedTuple):
    """A paragraph that is probably furniture, and the strongest reasons, strongest first."""

    probability: float
    reasons: tuple[str, ...]


class Scores(NamedTuple):
    """The paragraphs that were asked about (n), their features, margins and probabilities.

    ``raw`` is the score of their own looks alone, in 64ths of a logit.
    """

    rows: I64
    raw: I32
    features: I32
    margins: I64
    probabilities: Floats


class Scorer:
    """The model with everything it needs. Immutable; threads may share it.

    1.5 s of processor time for 100,000 generated stories of 12 paragraphs, with compiled kernels.
    """

    def __init__(self, weights: Weights, form: MatchingForm, kernels: ModuleType) -> None:
        self._weights, self._form, self._kernels = weights, form, kernels
        self._at_best = at_best(weights)

    def likely(self, stories: Stories, least: float) -> dict[int, Likeness]:
        """Paragraphs that reach a probability and are not marked, in order.

        Only stories that hold a paragraph which may reach it are looked at in full.
        """
        seen = looks(stories, self._weights.classes, self._form, self._kernels)
        raw = self._raw(stories, seen)
        part = stories_holding(self._may_reach(stories, seen, raw, least), stories, seen, raw)
        found = self._scores(part.stories, part.looks, part.parts)
        certain = (found.probabilities >= least) & ~part.stories.marked[found.rows]
        chosen = np.flatnonzero(certain)
        reasons = self._reasons(found, chosen)
        return {
            paragraph: Likeness(probability, why)
            for paragraph, probability, why in zip(
                part.paragraphs[found.rows[chosen]].tolist(),
                found.probabilities[chosen].tolist(), reasons, strict=True,
            )
        }  # fmt: skip

    def scores(self, stories: Stories) -> Scores:
        """Probabilities of all paragraphs that are not plainly prose."""
        seen = looks(stories, self._weights.classes, self._form, self._kernels)
        return self._scores(stories, seen, self._raw(stories, seen))

    def _may_reach(self, stories: Stories, seen: Looks, raw: I32, least: float) -> Bools:
        """Which asked paragraphs may reach a probability, whatever costs more to know of them."""
        hopes: I64 = self._kernels.tree_sums(
            beside(stories, seen, raw, self._kernels), *self._at_best
        )
        # The curve rises; what interpolating may lose is less than the step it is rounded to.
        reached: Bools = self._probabilities(hopes) >= least - 0.001
        return reached & ~stories.marked[seen.rows]

    def _scores(self, stories: Stories, seen: Looks, raw: I32) -> Scores:
        features = in_place(stories, seen, raw, self._weights.common, self._kernels)
        margins = self._margins(features)
        return Scores(seen.rows, raw[:, 3], features, margins, self._probabilities(margins))

    def _probabilities(self, margins: I64) -> Floats:
        weights = self._weights
        return np.round(np.interp(margins, weights.margins, weights.probabilities), 3)

    def _raw(self, stories: Stories, seen: Looks) -> I32:
        rows, wording = seen.rows, self._weights.wording
        sums = self._kernels.gram_sums(
            stories.buffer, stories.byte_start[rows], stories.byte_end[rows], stories.tokens,
            stories.token_start[rows], stories.words[rows], self._weights.classes, self._form,
            wording.chars, wording.words,
        )  # fmt: skip
        shape = sum(wording.shape[kind] for kind in seen.categories.T)
        return raw_parts(sums, shape)

    def _margins(self, features: I32) -> I64:
        weights = self._weights
        sums: I64 = self._kernels.tree_sums(
            features, weights.columns, weights.limits, weights.leaves
        )
        return sums

    def _reasons(self, found: Scores, chosen: I64) -> list[tuple[str, ...]]:
        """What speaks loudest: how far the margin falls when a group of columns is as usual."""
        usual = np.repeat(found.features[None, chosen], len(GROUPS), axis=0)
        for number, group in enumerate(GROUPS):
            usual[number][:, group.columns] = self._weights.typical[group.columns]
        margins = self._margins(usual.reshape(-1, len(COLUMNS))).reshape(len(GROUPS), -1)
        falls = (found.margins[chosen] - margins).T
        order = np.argsort(-falls, axis=1, kind="stable")
        return [
            _said([GROUPS[i] for i in ranked if fall[i] > 0], own)
            for own, fall, ranked in zip(
                found.features[chosen].tolist(), falls.tolist(), order.tolist(), strict=True
            )
        ]  # fmt: skip


def at_best(weights: Weights) -> tuple[I32, I32, I32]:
    """The trees as they are where only the columns of :func:`beside` are known: at their best.

    A question about another column may be answered either way, so both its answers get the better
    leaf, and the sum of the leaves is never below that of the trees as they are.
    """
    columns, leaves = weights.columns.copy(), weights.leaves.copy()
    for branch in (0, 1):
        unknown = columns[:, 1 + branch] >= BESIDE
        own = leaves[:, 2 * branch : 2 * branch + 2]
        own[unknown] = own[unknown].max(axis=1, keepdims=True)
    unknown = columns[:, 0] >= BESIDE
    leaves[unknown] = leaves[unknown].max(axis=1, keepdims=True)
    columns[columns >= BESIDE] = 0
    return columns, weights.limits, leaves


def _said(groups: list[Reason], own: list[int]) -> tuple[str, ...]:
    said = (group.words(own) for group in groups)
    return tuple([words for words in said if words][:NUMBER])
