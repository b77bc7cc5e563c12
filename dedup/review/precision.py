"""How right each rule is, from the answers, and which threshold would make it as right as wished.

Claims near a threshold are asked about more often than their number deserves. So each rule's claims
are parted into those near the threshold and the rest, and every answer counts for as many claims as
there are in its part for each one answered (post-stratification). The share that was confirmed,
weighted so, is the precision. Its interval is Wilson's for the effective number of answers,
(sum of weights)² / sum of squared weights (Kish 1965), which is the plain number where all weights
are equal. Answers of "unsure" count for nothing and are listed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dedup.evaluation import Evaluation, Table, wilson
from dedup.evaluation.figures import PLACES
from dedup.review.claims import THRESHOLDS, UNSURE, Claim, Key
from dedup.review.labels_file import Label
from dedup.setting_values import kebab
from dedup.settings import Settings

Labels = Mapping[Key, Label]

LEAST = 5
"""Answers that a threshold must rest on to be named."""


class Weighed(NamedTuple):
    """An answered claim: whether it was confirmed, and how many claims it stands for."""

    claim: Claim
    right: bool
    weight: float


class Precision(NamedTuple):
    """The precision of what was weighed, with Wilson's 95 % interval."""

    share: float
    low: float
    high: float


class RulePrecision(NamedTuple):
    """How right a rule is. ``precision`` is None without a yes or no.

    ``claims`` counts distinct ones; ``covered`` is the share of them that the answers speak for,
    under 1 while only claims near the threshold, or only others, were answered.
    """

    rule: str
    claims: int
    right: int
    wrong: int
    unsure: int
    precision: Precision | None
    covered: float


class Reached(NamedTuple):
    """The lowest thresholds at which a rule would be as right as wished; None where none is known.

    ``by_estimate`` goes by the precision itself, ``surely`` by the lower end of its interval.
    """

    rule: str
    setting: str
    now: float
    by_estimate: float | None
    surely: float | None
    answers: int


def evaluation(
    claims: Sequence[Claim], labels: Labels, settings: Settings, wished: float
) -> Evaluation:
    """The answers as tables: precision by rule, and the thresholds that would reach ``wished``."""
    rows = by_rule(claims, labels)
    known = {claim.question.key for claim in claims}
    fitting = sum(key in known for key in labels)
    elsewhere = len(labels) - fitting
    title = f"Review: {fitting} questions of this run answered"
    title += f", {elsewhere} of other runs or settings" if elsewhere else ""
    return Evaluation(title, (), (_precision_table(rows), _threshold_table(
        [reached(rule, claims, labels, settings, wished) for rule in THRESHOLDS], wished)))


def by_rule(claims: Iterable[Claim], labels: Labels) -> list[RulePrecision]:
    """A row for each rule that something was found of."""
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        if claim.finding is not None:
            found.setdefault(claim.rule, []).append(claim)
    return [_of_rule(rule, found[rule], labels) for rule in sorted(found)]


def _of_rule(rule: str, claims: Sequence[Claim], labels: Labels) -> RulePrecision:
    answered = weighed(claims, labels)
    right = sum(one.right for one in answered)
    unsure = sum(
        claim.question.key in labels and labels[claim.question.key].answer == UNSURE
        for claim in claims
    )
    covered = sum(one.weight for one in answered) / len(claims)
    return RulePrecision(rule, len(claims), right, len(answered) - right, unsure,
                         precision(answered), round(covered, PLACES))  # fmt: skip


def weighed(claims: Iterable[Claim], labels: Labels) -> list[Weighed]:
    """The claims that were confirmed or denied, each with the number of claims it stands for."""
    claims = list(claims)
    size = Counter(map(_part, claims))
    answered = [
        (claim, labels[claim.question.key].answer)
        for claim in claims
        if claim.question.key in labels and labels[claim.question.key].answer != UNSURE
    ]
    asked = Counter(_part(claim) for claim, _ in answered)
    return [
        Weighed(claim, answer == claim.right, size[_part(claim)] / asked[_part(claim)])
        for claim, answer in answered
    ]


def _part(claim: Claim) -> tuple[bool, bool]:
    return claim.finding is not None, claim.near


def precision(answered: Sequence[Weighed]) -> Precision | None:
    """The weighted share that was confirmed; None of nothing."""
    total = sum(one.weight for one in answered)
    if not total:
        return None
    share = sum(one.weight for one in answered if one.right) / total
    effective = total**2 / sum(one.weight**2 for one in answered)
    return Precision(round(share, PLACES), *wilson(share, effective))


def reached(
    rule: str, claims: Sequence[Claim], labels: Labels, settings: Settings, wished: float
) -> Reached:
    """The thresholds of a rule at which all that it would then claim is as right as wished.

    Every answered score is tried. Below today's threshold only pairs within ``NEAR`` of it are
    known, so no lower threshold is ever named.
    """
    scored = [claim for claim in claims if claim.rule == rule and claim.score is not None]
    answered = sorted(weighed(scored, labels), key=lambda one: -(one.claim.score or 0))
    by_estimate = surely = None
    for count, one in enumerate(answered, 1):
        score = one.claim.score
        tied = count < len(answered) and answered[count].claim.score == score
        found = precision(answered[:count])
        if tied or found is None or count < LEAST:
            continue
        by_estimate = score if found.share >= wished else by_estimate
        surely = score if found.low >= wished else surely
    name = THRESHOLDS[rule]
    return Reached(rule, kebab(name), getattr(settings, name), by_estimate, surely, len(answered))


def _precision_table(rows: Sequence[RulePrecision]) -> Table:
    return Table(
        "Precision by rule (claims differ in content; 95 % interval)",
        ("rule", "claims", "right", "wrong", "unsure", "precision", "from", "to", "speaks for"),
        tuple(
            (row.rule, row.claims, row.right, row.wrong, row.unsure,
             *(row.precision or (None, None, None)), row.covered)
            for row in rows
        ),
    )  # fmt: skip


def _threshold_table(rows: Sequence[Reached], wished: float) -> Table:
    return Table(
        f"Lowest threshold with a precision of {wished:g}: by the estimate, and surely (the "
        "interval's lower end)",
        ("rule", "setting", "now", "estimate", "surely", "answers"),
        tuple(row for row in rows if row.answers),
    )
