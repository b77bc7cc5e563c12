"""Learning the furniture model from labelled pages: two steps, both small.

First a logistic regression over hashed character and word grams and the categories of a
paragraph's shape. Then trees of two levels over its raw score, its place and its neighbours. The
raw scores that trees learn from, and the margins that probabilities are learned from, come from
regressions and trees that have not seen the paragraph's outlet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from dedup.boilerplate.furniture import corpora
from dedup.boilerplate.furniture.corpora import CONTENT, UNKNOWN
from dedup.boilerplate.furniture.examples import (
    INNER_FOLDS,
    Examples,
    Tools,
    read,
    stories_with,
)
from dedup.boilerplate.furniture.features import CATEGORIES, GRAM_UNIT, UNIT, raw_parts
from dedup.boilerplate.furniture.place import in_place
from dedup.boilerplate.furniture.weights import Weights, Wording
from dedup.kernels import reference_furniture as ref
from dedup.kernels.reference import I64, Array
from dedup.kernels.reference_furniture import I32, Bools

Floats = npt.NDArray[np.float64]

CHAR_ENTRIES, WORD_ENTRIES = 1 << 16, 1 << 15
"""Entries of the tables of gram weights."""
_EMPHASIS = 3.0
"""How much grams count beside categories: a gram's share is small, a category is 0 or 1."""
_STRENGTH = 0.3
"""Inverse regularisation; 0.3 was better than 1 on outlets left out (raw AP .879 to .875)."""
_TREES = 200
LEAF_UNIT = 1024
"""Leaves are in 1,024ths of a logit."""
_PAGE_CAP = 60
"""Asked paragraphs from which a page weighs no more: a few endless lists are not the world."""
_COMMON_SHARE = 0.05
"""Share of the pages that a common word stands in."""
_TALKS = 3
"""One clean story in so many is shown as an interview as well."""
_POINTS = 40
"""Points of the calibration, at most."""

WORDING_MIX = {"wide": 1.0, "clean": 0.1}
TREES_MIX = {"rough": 1.0, "tight": 0.1, "clean": 0.1, "talks": 0.1}
"""How much each view counts. ``rough`` alone scores best on pages cut like it, where the last
blocks are always furniture; the others keep stories that end with their text from paying."""
STORIES = {"news_abp": 12, "reuters21578": 20, "multiling": 6}
"""Corpora of nearly clean stories, and each how many-th story is taken."""


class Views:
    """The labelled pages, seen in several cuts, with the grams of those that wording needs."""

    def __init__(self, parts: Mapping[str, Examples], tools: Tools) -> None:
        self.parts = dict(parts)
        self.tools = tools
        self.grams = {name: grams(self.parts[name], tools) for name in WORDING_MIX}

    @classmethod
    def of(cls, folder: Path, tools: Tools) -> Views:
        """All development corpora there are in the folder."""
        pages = [page for name in corpora.PAGES for page in corpora.pages(folder, name)]
        stories = [
            story for name, every in STORIES.items()
            for story in corpora.stories(folder, name, every)
        ]  # fmt: skip
        return cls.cut(pages, stories, tools)

    @classmethod
    def cut(
        cls, pages: list[corpora.Page], stories: list[corpora.Page], tools: Tools
    ) -> Views:
        """Pages cut as rough extraction does, wider, and down to the content; clean stories."""
        cuts: dict[str, Callable[[corpora.Page], corpora.Page]] = {
            "rough": corpora.window,
            "wide": lambda page: corpora.window(page, 8, 14),
            "tight": lambda page: corpora.window(page, 0, 0),
        }
        parts = {name: read(map(cut, pages), tools) for name, cut in cuts.items()}
        talks = [talk for talk in map(corpora.talk, stories[::_TALKS]) if talk]
        return cls({**parts, "clean": read(stories, tools), "talks": read(talks, tools)}, tools)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which paragraphs to learn from: those of outlets outside ``held_out``."""

    held_out: int | None

    def pages(self, part: Examples) -> Bools:
        """Of each page, whether it may be learned from."""
        wanted: Bools = part.fold != (-1 if self.held_out is None else self.held_out)
        return wanted

    def asked(self, part: Examples) -> Bools:
        """The same of the paragraphs that the model is asked about and that have a label."""
        labelled: Bools = part.of_asked(part.labels) != UNKNOWN
        return labelled & self.pages(part)[part.page[part.looks.rows]]


def fit(views: Views, held_out: int | None = None) -> Weights:
    """The model of all outlets, or of those outside one fold."""
    parts, tools, chosen = views.parts, views.tools, Chosen(held_out)
    common = _common_words([parts["rough"], parts["clean"]], chosen)
    learned = _wording(views, chosen, None)
    raws = {name: np.zeros((len(parts[name].looks.rows), 4), np.int32) for name in TREES_MIX}
    for fold in range(INNER_FOLDS):
        unseen = _wording(views, chosen, fold)
        for name, raw in raws.items():
            rows = parts[name].of_asked_page(parts[name].inner) == fold
            raw[rows] = parts_of(parts[name], unseen, tools)[rows]
    features = {
        name: in_place(parts[name].stories, parts[name].looks, raw, common, tools.furniture_kernels)
        for name, raw in raws.items()
    }
    grown = _trees(views, features, chosen, None)
    margins, probabilities = _calibration(views, features, chosen)
    rough = parts["rough"]
    content = chosen.asked(rough) & (rough.of_asked(rough.labels) == CONTENT)
    typical = np.median(features["rough"][content], axis=0).astype(np.int32)
    return Weights(tools.classes, common, learned, *grown, typical, margins, probabilities)


def _common_words(parts: Sequence[Examples], chosen: Chosen) -> Bools:
    stories = np.sum([stories_with(part, chosen.pages(part)) for part in parts], axis=0)
    total = sum(int(chosen.pages(part).sum()) for part in parts)
    common: Bools = stories >= max(_COMMON_SHARE * total, 3)
    return common


def _weights(part: Examples, share: float, rows: Bools) -> Floats:
    asked = np.bincount(part.page[part.looks.rows], minlength=len(part.pages))
    return share * np.minimum(1.0, _PAGE_CAP / part.of_asked_page(np.maximum(asked, 1)))[rows]


def _rows(part: Examples, chosen: Chosen, left_out: int | None) -> Bools:
    rows = chosen.asked(part)
    return rows if left_out is None else rows & (part.of_asked_page(part.inner) != left_out)


def _wording(views: Views, chosen: Chosen, left_out: int | None) -> Wording:
    """The first step, without one inner fold."""
    matrices, labels, weights = [], [], []
    for name, share in WORDING_MIX.items():
        part = views.parts[name]
        rows = _rows(part, chosen, left_out)
        matrices.append(views.grams[name][rows])
        labels.append(part.of_asked(part.labels)[rows])
        weights.append(_weights(part, share, rows))
    return wording(vstack(matrices).tocsr(), np.concatenate(labels), np.concatenate(weights))


def _mixed(
    views: Views, features: Mapping[str, I32], chosen: Chosen, inner: Callable[[I64], Bools]
) -> tuple[I32, I64, Floats]:
    """Features, labels and weights of the views that trees learn from."""
    rows = {
        name: chosen.asked(part) & inner(part.of_asked_page(part.inner))
        for name, part in ((name, views.parts[name]) for name in TREES_MIX)
    }
    parts = [(name, views.parts[name], rows[name]) for name in TREES_MIX]
    return (
        np.concatenate([features[name][own] for name, _, own in parts]),
        np.concatenate([part.of_asked(part.labels)[own] for _, part, own in parts]),
        np.concatenate([_weights(part, TREES_MIX[name], own) for name, part, own in parts]),
    )


def _trees(
    views: Views, features: Mapping[str, I32], chosen: Chosen, left_out: int | None
) -> Trees:
    return trees(*_mixed(views, features, chosen, lambda inner: inner != left_out))


def _calibration(
    views: Views, features: Mapping[str, I32], chosen: Chosen
) -> tuple[I64, Floats]:
    """Margins and what share of the paragraphs with such a margin is furniture."""
    margins, labels, weights = [], [], []
    for fold in range(INNER_FOLDS):
        grown = _trees(views, features, chosen, fold)
        own, label, weight = _mixed(
            views, features, chosen, lambda inner, fold=fold: inner == fold  # type: ignore[misc]
        )
        margins.append(views.tools.furniture_kernels.tree_sums(own, *grown))
        labels.append(label)
        weights.append(weight)
    return calibration(*map(np.concatenate, (margins, labels, weights)))


def calibration(margins: I64, labels: I64, weights: Floats) -> tuple[I64, Floats]:
    """Points of a rising curve from margins to probabilities (isotonic regression)."""
    rising = IsotonicRegression(y_min=0.001, y_max=0.999).fit(margins, labels, weights)
    points = np.unique(np.quantile(margins, np.linspace(0, 1, _POINTS)).astype(np.int64))
    # The mean over a small window: steps of the isotonic fit would lump many margins together.
    width = max(int(points[-1] - points[0]) // 50, 1)
    window = np.linspace(-width, width, 21)
    smooth = np.array([rising.predict(np.clip(point + window, margins.min(), margins.max())).mean()
                       for point in points])  # fmt: skip
    return points, np.round(smooth, 3)


def grams(part: Examples, tools: Tools) -> csr_matrix:
    """Grams and categories of the asked paragraphs: what the regression weighs."""
    s, rows = part.stories, part.looks.rows
    n = len(rows)
    blocks = []
    for (owner, entry), width in (
        (ref.char_grams(s.buffer, s.byte_start[rows], s.byte_end[rows], tools.classes, tools.form,
                        CHAR_ENTRIES), CHAR_ENTRIES),
        (ref.word_grams(s.tokens, s.token_start[rows], s.words[rows], WORD_ENTRIES), WORD_ENTRIES),
    ):  # fmt: skip
        number = np.maximum(np.bincount(owner, minlength=n), 1)
        values = (_EMPHASIS / np.sqrt(number))[owner]
        blocks.append(csr_matrix((values, (owner, entry)), shape=(n, width)))
    categories = part.looks.categories
    kinds = categories.shape[1]
    blocks.append(csr_matrix(
        (np.ones(n * kinds), (np.repeat(np.arange(n), kinds), categories.ravel())),
        shape=(n, CATEGORIES),
    ))  # fmt: skip
    return hstack(blocks).tocsr()


def wording(matrix: csr_matrix, labels: I64, weight: Floats) -> Wording:
    """Weights of grams and categories, rounded to whole numbers."""
    fitted = LogisticRegression(
        C=_STRENGTH, solver="liblinear", tol=1e-3, max_iter=200, random_state=0
    ).fit(matrix, labels, sample_weight=weight)
    coefficients = fitted.coef_[0]
    chars, words, shape = np.split(coefficients, np.cumsum([CHAR_ENTRIES, WORD_ENTRIES]))
    most = np.iinfo(np.int16).max

    def table(values: Floats) -> npt.NDArray[np.int16]:
        scaled = np.round(values * _EMPHASIS * GRAM_UNIT)
        return np.clip(scaled, -most, most).astype(np.int16)

    shape_units = np.round(shape * UNIT).astype(np.int32)
    shape_units[:16] += round(float(fitted.intercept_[0]) * UNIT)
    return Wording(table(chars), table(words), shape_units)


def parts_of(part: Examples, learned: Wording, tools: Tools) -> I32:
    """Raw scores of the asked paragraphs by these weights."""
    s, rows = part.stories, part.looks.rows
    sums = tools.furniture_kernels.gram_sums(
        s.buffer, s.byte_start[rows], s.byte_end[rows], s.tokens, s.token_start[rows],
        s.words[rows], tools.classes, tools.form, learned.chars, learned.words,
    )  # fmt: skip
    return raw_parts(sums, learned.shape[part.looks.categories].sum(axis=1))


class Trees(NamedTuple):
    """Trees of two levels: see :func:`dedup.kernels.reference_furniture.tree_sums`."""

    columns: I32
    limits: I32
    leaves: I32


def trees(features: I32, labels: I64, weight: Floats) -> Trees:
    """Boosted trees of two levels over whole-number features."""
    fitted = boosted(features, labels, weight)
    # scikit-learn keeps its trees to itself; a test scores both ways.
    rows = [_tree(stage[0].nodes) for stage in fitted._predictors]
    columns, limits, leaves = (np.array(column, np.int32) for column in zip(*rows, strict=True))
    return Trees(columns, limits, leaves)


def boosted(features: I32, labels: I64, weight: Floats) -> HistGradientBoostingClassifier:
    """The trees as scikit-learn has them. Deeper ones were no better on outlets left out."""
    return HistGradientBoostingClassifier(
        max_iter=_TREES, learning_rate=0.1, max_depth=2, min_samples_leaf=100,
        l2_regularization=5.0, early_stopping=False, random_state=0,
    ).fit(features, labels, sample_weight=weight)  # fmt: skip


def _tree(nodes: Array) -> tuple[list[int], list[int], list[int]]:
    """A tree as a full one of two levels; a branch that asks nothing always says yes."""
    always = int(np.iinfo(np.int32).max)

    def question(node: Mapping[str, Any]) -> tuple[int, int]:
        if node["is_leaf"]:
            return 0, always
        return int(node["feature_idx"]), int(np.floor(node["num_threshold"]))

    def values(node: Mapping[str, Any]) -> list[int]:
        ends = [node, node] if node["is_leaf"] else [nodes[node["left"]], nodes[node["right"]]]
        return [round(float(end["value"]) * LEAF_UNIT) for end in ends]

    root = nodes[0]
    branches = [root, root] if root["is_leaf"] else [nodes[root["left"]], nodes[root["right"]]]
    asked = [question(root), *map(question, branches)]
    leaves = [value for branch in branches for value in values(branch)]
    return [column for column, _ in asked], [limit for _, limit in asked], leaves
