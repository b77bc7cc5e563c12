"""``python -m dedup.boilerplate.furniture.measure CORPORA``: how well the model does, in tables.

Every outlet is scored by a model that has seen nothing of it: the outlets are in five parts, and
all of :func:`dedup.boilerplate.furniture.learn.fit` runs without the part that is scored.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.furniture.corpora import CONTENT, FURNITURE, INLINE, UNKNOWN
from dedup.boilerplate.furniture.examples import FOLDS, Examples
from dedup.boilerplate.furniture.learn import LEAF_UNIT, Views, fit
from dedup.boilerplate.furniture.scorer import Scorer
from dedup.boilerplate.furniture.train import tools
from dedup.kernels.reference import I64

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

THRESHOLD = 0.9
KNOWN = 3 * LEAF_UNIT
"""What a mark of the lexicon adds to a margin that is even at least; from 2 to 8 logits all do as
well."""


class Measured(NamedTuple):
    """Columns of P paragraphs of a view: label, lexicon mark, raw score, margin, probability."""

    part: Examples
    raw: Floats
    margin: Floats
    probability: Floats

    @property
    def labels(self) -> I64:
        """CONTENT, FURNITURE or UNKNOWN."""
        return self.part.labels

    @property
    def together(self) -> Floats:
        """The margin, the lexicon's mark taken for evidence."""
        return np.where(self.marked, np.maximum(self.margin, 0) + KNOWN, self.margin)

    @property
    def marked(self) -> Bools:
        """What the lexicon knows."""
        return self.part.stories.marked

    def of(self, names: Sequence[str]) -> Bools:
        """The paragraphs of these sets that have a label."""
        wanted = np.array([page.corpus in names for page in self.part.pages])
        known: Bools = self.labels != UNKNOWN
        return wanted[self.part.page] & known


def held_out(views: Views) -> dict[str, Measured]:
    """Every view scored by models that have not seen the outlet."""
    found = {
        name: Measured(
            part, np.full(len(part.labels), -np.inf), np.full(len(part.labels), -np.inf),
            np.zeros(len(part.labels)),
        )
        for name, part in views.parts.items()
    }  # fmt: skip
    for fold in range(FOLDS):
        scorer = Scorer(fit(views, fold), views.tools.form, views.tools.furniture_kernels)
        for name, part in views.parts.items():
            scores = scorer.scores(part.stories)
            own = part.of_asked_page(part.fold) == fold
            rows, measured = scores.rows[own], found[name]
            measured.raw[rows] = scores.raw[own]
            measured.margin[rows] = scores.margins[own]
            measured.probability[rows] = scores.probabilities[own]
    return found


class Ranked(NamedTuple):
    """How a ranking does: average precision, best F1, recall at two precisions."""

    average: float
    f1: float
    at_90: float
    at_95: float


def ranked(labels: I64, scores: Floats) -> Ranked:
    """Figures of a ranking; paragraphs that were not asked stand last."""
    from sklearn.metrics import average_precision_score, precision_recall_curve

    finite = np.nan_to_num(scores, neginf=-1e9, posinf=1e9)
    precision, recall, _ = precision_recall_curve(labels, finite)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    return Ranked(
        float(average_precision_score(labels, finite)), float(f1.max()),
        float(recall[precision >= 0.90].max()), float(recall[precision >= 0.95].max()),
    )  # fmt: skip


def _rankings(m: Measured) -> Iterator[str]:
    yield "| Ranking | AP | F1 | recall at precision .90 | at .95 |\n|---|---|---|---|---|\n"
    rows = m.of(INLINE)
    rankings = {
        "wording and shape alone": m.raw, "model": m.margin,
        "lexicon first, then model": np.where(m.marked, np.inf, m.margin),
        "model, the lexicon as evidence": m.together,
    }  # fmt: skip
    for name, scores in rankings.items():
        r = ranked(m.labels[rows], scores[rows])
        yield f"| {name} | {r.average:.3f} | {r.f1:.3f} | {r.at_90:.3f} | {r.at_95:.3f} |\n"


def _reliability(m: Measured) -> Iterator[str]:
    yield "\n| Probability | paragraphs | mean | furniture | not in the lexicon | furniture |\n"
    yield "|---|---|---|---|---|---|\n"
    rows = m.of(INLINE) & (m.probability > 0)
    edges = (0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.98, 1.01)
    for low, high in pairwise(edges):
        own = rows & (m.probability >= low) & (m.probability < high)
        new = own & ~m.marked
        shares = [_share(m.labels[of] == FURNITURE) for of in (own, new)]
        said = _share(m.probability[own])
        yield (f"| {low:.2f}-{min(high, 1):.2f} | {own.sum()} | {said} | {shares[0]} | "
               f"{new.sum()} | {shares[1]} |\n")  # fmt: skip


def _share(values: Floats | Bools) -> str:
    return f"{values.mean():.3f}" if len(values) else "-"


def _by_group(m: Measured, groups: dict[str, Bools]) -> Iterator[str]:
    """Found, wrong, precision, recall at the threshold, by the model and beside the lexicon."""
    yield "\n| Group | furniture | content | flagged | right | precision | recall "
    yield "| beside the lexicon | right |\n"
    yield "|---|---|---|---|---|---|---|---|---|\n"
    flagged = m.probability >= THRESHOLD
    for name, own in groups.items():
        furniture = own & (m.labels == FURNITURE)
        hits, content = own & flagged, own & (m.labels == CONTENT)
        new = hits & ~m.marked
        yield (f"| {name} | {furniture.sum()} | {content.sum()} | {hits.sum()} "
               f"| {(furniture & hits).sum()} | {_share(furniture[hits])} "
               f"| {_share(flagged[furniture])} | {new.sum()} | {(new & furniture).sum()} |\n"
               )  # fmt: skip


def _groups(m: Measured) -> dict[str, Bools]:
    corpora = [page.corpus for page in m.part.pages]
    groups = {name: m.of([name]) for name in dict.fromkeys(corpora)}
    languages = np.array([f"{page.corpus} {page.language}" for page in m.part.pages])
    for name in sorted({str(n) for n in languages if n.startswith(("bp_fundus", "multiling"))}):
        own = (languages == name)[m.part.page] & (m.labels != UNKNOWN)
        if own.sum() >= 50:
            groups[name] = own
    return {"bp_inline": m.of(INLINE), **groups}


def report(found: dict[str, Measured]) -> Iterator[str]:
    """The tables of the card."""
    rough = found["rough"]
    yield from _rankings(rough)
    yield from _reliability(rough)
    yield from _by_group(rough, _groups(rough))
    yield "\nPages cut down to their content, and stories that are nearly clean:\n"
    yield from _by_group(found["tight"], {"bp_inline": found["tight"].of(INLINE)})
    yield from _by_group(found["clean"], _groups(found["clean"]))
    yield from _by_group(found["talks"], {"interviews": found["talks"].labels != UNKNOWN})


def main(arguments: list[str]) -> int:
    """Exit code: 0, or 2 where the folder is missing."""
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        sys.stderr.write("usage: python -m dedup.boilerplate.furniture.measure CORPORA\n")
        return 2
    sys.stdout.writelines(report(held_out(Views.of(Path(arguments[0]), tools()))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
