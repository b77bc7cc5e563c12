"""Whether a line that repeats is furniture: a sum of weights, each for something that is shown.

The weights are hand-set, in units of a logarithm of odds (about one point for "three times as
likely"), after reading lines of news_abp that repeat in three stories of an outlet: 213 labelled as
furniture, 141 as something else, and 219 more. Fits that left one outlet out led to the kinds of
evidence; no outlet there was kept unread, so the figures on it are no estimate for others. They
are round because the samples are small: some 70 labelled lines that the lexicon does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dedup.boilerplate.learned.wording import Wording

THRESHOLD = 0.0
"""Points from which on a line counts as furniture."""


class Reason(NamedTuple):
    """A piece of evidence: what was seen, and what it adds."""

    seen: str
    weight: float


PRIOR = Reason("repeats", -1.0)
"""Most of what repeats and is no known furniture is content: headings, names, quotes."""


def reasons(wording: Wording, counts: Mapping[str, Any]) -> list[Reason]:
    """What speaks for and against a line, the weightiest first."""
    found = [PRIOR, *_of_wording(wording), *_of_place(wording, counts), *_of_use(wording, counts)]
    weighed = [Reason(seen, round(weight, 2)) for seen, weight in found]
    return sorted(
        (reason for reason in weighed if reason.weight), key=lambda r: (-abs(r.weight), r.seen)
    )


def points(found: list[Reason]) -> float:
    """The sum of the weights."""
    return round(sum(reason.weight for reason in found), 2)


def _of_wording(wording: Wording) -> Iterator[Reason]:
    density = wording.density
    full = min(wording.points, 6) / 6 * min(1, density / 0.25)
    yield Reason("worded as pages are", 2.5 * density + 2.5 * full)
    if wording.address:
        yield Reason("holds an address", 0.4)
    if wording.doubled:
        yield Reason("says its beginning twice", 2.5)
    if wording.bracketed and wording.words > _FEW:
        yield Reason("stands in brackets", 0.8)
    if wording.name:
        yield Reason("looks like a name or heading", -2.5)
    if wording.words <= _FEW:
        yield Reason("has three words at most", -1.2)
    if wording.quoted and density < _WORDED:
        yield Reason("quotes someone", -3.0)
    if wording.attribution and density < _WORDED:
        yield Reason("says whose words stand above", -2.0)
    if wording.label and density < _HALF:
        yield Reason("introduces what follows", -1.2)


def _of_place(wording: Wording, counts: Mapping[str, Any]) -> Iterator[Reason]:
    """A sentence at a fixed place is a note of the outlet's; one that wanders is a quotation."""
    head, tail, trust = counts["head"], counts["tail"], _trust(wording)
    yield Reason("stands near the end", 1.0 * tail * trust)
    yield Reason("stands at the start", 0.4 * head * trust)
    settled = trust * counts["fixed"] * max(tail, 0.7 * head, 0.4)
    if wording.sentence and not wording.quoted:
        yield Reason("a sentence that has its place", 1.8 * settled)
    if wording.sentence and wording.density < 0.15:
        appeal = min(wording.points, 6) / 6 * min(1, wording.density / 0.1)
        yield Reason("a sentence that wanders", -2.5 * (1 - settled) * (1 - appeal))


def _of_use(wording: Wording, counts: Mapping[str, Any]) -> Iterator[Reason]:
    carried = 0.8 * min(2 * counts["carried"], 1)
    yield Reason("carried by much of the outlet", carried * _trust(wording))
    yield Reason("beside known furniture", 0.5 * counts["beside"])
    if wording.density < _WORDED:
        inside = counts["block"] * (1 - counts["tail"])
        yield Reason("inside a block that travels", -1.5 * inside)
    if wording.words <= _SPEAKER:
        often = counts["occurrences"] / max(counts["held"], 1) - 1.2
        yield Reason("many times in one story", -min(max(often, 0), 1))


def _trust(wording: Wording) -> float:
    """How much the place of a line says: little, of a sentence that hardly has words of pages.

    Wires close in set phrases ("Terms were not disclosed.").
    """
    return max(0.3, min(1.0, wording.density / 0.05)) if wording.sentence else 1.0


_FEW, _SPEAKER = 3, 8
_WORDED, _HALF = 0.3, 0.5
