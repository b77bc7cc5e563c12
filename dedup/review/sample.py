"""Which questions are asked, and in what order: the same for the same run and seed.

Every claim has a place in an order that only the seed and its content decide, so that those asked
first are a random sample of their kind. Rules take turns. Within a rule, claims near its threshold
and claims drawn from all take turns as well: wherever a reviewer stops there are both, the ones
that say where the threshold belongs and the ones that say how right the rule is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from dedup.review.claims import Claim, Key, Question

NEAR_THRESHOLD, RANDOM = "near", "random"


class Drawn(NamedTuple):
    """A question that was drawn: for which rule, and from which part (NEAR_THRESHOLD, RANDOM)."""

    question: Question
    rule: str
    part: str


def draw(claims: Sequence[Claim], size: int, seed: int) -> list[Drawn]:
    """At most ``size`` questions. A larger sample of the same seed begins with the smaller one."""
    by_rule: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda claim: _place(claim, seed)):
        by_rule.setdefault(claim.rule, []).append(claim)
    turns = _in_turn(_of_rule(by_rule[rule]) for rule in sorted(by_rule))
    return list(islice(_once(turns), size))


def _place(claim: Claim, seed: int) -> bytes:
    words = "\0".join((str(seed), claim.rule, *claim.question.key))
    return blake2b(words.encode(), digest_size=16).digest()


def _of_rule(claims: Sequence[Claim]) -> Iterator[Drawn]:
    near = (Drawn(claim.question, claim.rule, NEAR_THRESHOLD) for claim in claims if claim.near)
    all_found = (
        Drawn(claim.question, claim.rule, RANDOM) for claim in claims if claim.finding is not None
    )
    return _once(_in_turn((near, all_found)))


def _in_turn(rows: Iterable[Iterable[Drawn]]) -> Iterator[Drawn]:
    return (one for one in chain.from_iterable(zip_longest(*rows)) if one is not None)


def _once(drawn: Iterable[Drawn]) -> Iterator[Drawn]:
    """Each question where it comes first."""
    seen: set[Key] = set()
    for one in drawn:
        if one.question.key not in seen:
            seen.add(one.question.key)
            yield one
