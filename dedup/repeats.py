"""Paragraphs that repeat: inside a story (PAR201, PAR202) and from story to story (PAR203, PAR204).

Exact repeats have the same words in the matching form. Near repeats share word pairs: their score
is Dice's ``2 * shared / total`` over bigrams counted with multiplicity, which one changed word in
a paragraph of n words lowers to ``(n - 3) / (n - 1)``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import NamedTuple
from unicodedata import decimal

import numpy as np

from dedup.candidates import Spread, band_pairs, unpack
from dedup.fingerprint import NOMINATING_SHINGLE, Bools, Paragraphs, Sketch
from dedup.kernels.reference import I64, U32

_NUMBER = re.compile(r"\d+")
BIGRAM = 2

MANY = 2000
"""Paragraphs of a story up to which each is compared with each: two million pairs of signatures,
0.1 s. Of longer ones (a book, a database in one record) bands nominate, as across stories."""


class Near(NamedTuple):
    """A near repeat: indexes of the earlier and the later paragraph, and their score (0..1)."""

    earlier: int
    later: int
    score: float


def exact_in_story(paragraphs: Paragraphs, min_words: int) -> I64:
    """The ``repeat_of`` column: number of the first paragraph of its story with the same words.

    -1 for first occurrences, boilerplate and paragraphs under ``min_words``: short lines repeat
    by right (the speakers of an interview, headings).
    """
    result = np.full(len(paragraphs), -1, np.int64)
    eligible = np.flatnonzero(~paragraphs.boilerplate & (paragraphs.words >= min_words))
    story, exact = paragraphs.story[eligible], paragraphs.exact[eligible]
    order = np.lexsort((eligible, exact, story))
    same = np.zeros(len(order), bool)
    same[1:] = (story[order][1:] == story[order][:-1]) & (exact[order][1:] == exact[order][:-1])
    heads = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    repeats = eligible[order[same]]
    result[repeats] = paragraphs.number[eligible[order[heads[same]]]]
    return result


def near_in_story(
    paragraphs: Paragraphs,
    tokens: U32,
    signature: U32,
    sketch: Sketch,
    min_words: int,
    least: float,
    cap: int,
    text_of: Callable[[int], str],
    kernels: ModuleType,
) -> list[Near]:
    """Content paragraphs nearly equal to an earlier one of their story: the best match of each.

    Signatures nominate, all pairs of a story being compared, up to MANY paragraphs of it; in longer
    ones bands nominate, of which more than ``cap`` paragraphs give a star and a chain. Exact scores
    decide. Two paragraphs that each hold a number the other lacks tell different facts and do not
    repeat.
    """
    eligible = np.flatnonzero(paragraphs.content & (paragraphs.words >= min_words))
    story = paragraphs.story[eligible]
    alone = np.bincount(story, minlength=1)[story] < 2 if len(story) else np.empty(0, bool)
    eligible, story = eligible[~alone], story[~alone]
    if not len(eligible):
        return []
    wanted = math.floor(nominating_share(least, signature.shape[1]) * signature.shape[1])
    many = np.bincount(story)[story] > MANY
    few = eligible[~many]
    a, b = kernels.alike(signature, few, _groups(story[~many]), wanted)
    a, b = few[a], few[b]
    for rows in np.split(eligible[many], _groups(story[many])[1:-1]) if many.any() else ():
        keys = kernels.band_keys(signature[rows], sketch.paragraph_bands, sketch.paragraph_rows)
        one, other = unpack(band_pairs(keys, cap, kernels)[0])
        a, b = np.append(a, rows[one]), np.append(b, rows[other])
    return _best(_near(paragraphs, tokens, a, b, least, kernels), text_of)


def _groups(story: I64) -> I64:
    """Where each story's rows begin, and where the last one's end."""
    return np.append(np.flatnonzero(np.diff(story, prepend=-1)), len(story))


def nominating_share(least: float, permutations: int) -> float:
    """Share of equal signature slots from which two paragraphs may score ``least`` in Dice.

    A Dice score of ``d`` over word pairs means that each word was kept with chance ``sqrt(d)``,
    which leaves ``d ** 1.5`` of the word triples that signatures are made of. Lowered by five
    standard deviations of the estimate: a pair is missed once in millions.
    """
    kept: float = least ** (NOMINATING_SHINGLE / BIGRAM)
    jaccard = kept / (2 - kept)
    slack: float = 5 * math.sqrt(jaccard * (1 - jaccard) / permutations)
    return max(jaccard - slack, 0.0)


def _near(
    paragraphs: Paragraphs, tokens: U32, a: I64, b: I64, least: float, kernels: ModuleType
) -> Iterator[Near]:
    """Those of the pairs of paragraphs ``a[i], b[i]`` that score at least ``least``."""
    used, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    left, right = place[: len(a)], place[len(a) :]
    first, values = bigrams(paragraphs, tokens, used, kernels)
    scores = dice(first, kernels.intersections(first, values, left, right), left, right)
    for i in np.flatnonzero(scores >= least).tolist():
        yield Near(int(a[i]), int(b[i]), float(scores[i]))


def bigrams(
    paragraphs: Paragraphs, tokens: U32, chosen: I64, kernels: ModuleType
) -> tuple[I64, np.ndarray[tuple[int], np.dtype[np.uint64]]]:
    """Sorted runs of the chosen paragraphs' word pairs, repeats kept."""
    first, hashes = kernels.shingles(
        tokens, paragraphs.token_start[chosen], paragraphs.words[chosen], BIGRAM
    )
    owner = np.repeat(np.arange(len(chosen)), np.diff(first))
    return kernels.sorted_runs(hashes, owner, len(chosen), False)  # type: ignore[no-any-return]


def dice(
    first: I64, shared: I64, a: I64, b: I64
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Dice scores of pairs of runs from what they share, rounded to 4 places."""
    lengths = np.diff(first)
    scores: np.ndarray[tuple[int], np.dtype[np.float64]] = np.round(
        2 * shared / np.maximum(lengths[a] + lengths[b], 1), 4
    )
    return scores


def _best(found: Iterable[Near], text_of: Callable[[int], str]) -> list[Near]:
    known: dict[int, frozenset[str]] = {}

    def numbers(paragraph: int) -> frozenset[str]:
        if paragraph not in known:
            known[paragraph] = numbers_of(text_of(paragraph))
        return known[paragraph]

    best: dict[int, Near] = {}
    for near in sorted(found, key=lambda n: (n.later, -n.score, n.earlier)):
        if near.later not in best and same_numbers(numbers(near.earlier), numbers(near.later)):
            best[near.later] = near
    return list(best.values())


def same_numbers(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether one text's numbers are all in the other."""
    return one <= two or two <= one


def numbers_of(text: str) -> frozenset[str]:
    """The different numbers of a text: digits of every script are compared."""
    return frozenset(map(_plain, _NUMBER.findall(text)))


def _plain(number: str) -> str:
    """A number in ASCII digits without leading zeros; ``int`` refuses over 4,300 digits."""
    if not number.isascii():
        number = "".join(str(decimal(digit)) for digit in number)
    return number.lstrip("0")


class Shared(NamedTuple):
    """A paragraph that stands in an earlier story too: indexes of paragraphs, and the score.

    ``stories`` is how many different stories (copies of one another counted once) hold it.
    """

    first: int
    later: int
    score: float
    stories: int


def exact_across(
    paragraphs: Paragraphs, chosen: I64, precedence: I64, cap: int, archived: Bools
) -> list[Shared]:
    """Chosen paragraphs whose words stand in an earlier story as well.

    ``precedence[story]`` ranks stories by time; a paragraph is flagged in all but the first. One
    that stands in more than ``cap`` stories is one fact and not one for each of them: it is flagged
    once, in the next story that is not ``archived``.
    """
    exact = paragraphs.exact[chosen]
    order = np.lexsort((chosen, precedence[paragraphs.story[chosen]], exact))
    exact, picked = exact[order], chosen[order]
    fresh = np.append(True, exact[1:] != exact[:-1]) if len(exact) else np.empty(0, bool)
    first = np.flatnonzero(fresh)
    group = np.cumsum(fresh) - 1
    story = paragraphs.story[picked]
    # Stories of a group lie together: the paragraphs are in the order of the stories' ranks.
    other = np.append(True, story[1:] != story[:-1]) | fresh if len(story) else fresh
    different = np.bincount(group[other], minlength=len(first))
    later = np.flatnonzero(story != story[first][group])
    crowded = different[group[later]] > cap
    later = np.append(later[~crowded], _heads(later[crowded], group, ~archived[story]))
    return [
        Shared(head, paragraph, 1.0, stories)
        for head, paragraph, stories in zip(
            picked[first][group[later]].tolist(), picked[later].tolist(),
            different[group[later]].tolist(), strict=True,
        )
    ]  # fmt: skip


def _heads(rows: I64, group: I64, wanted: Bools) -> I64:
    """The first wanted row of each group."""
    rows = rows[wanted[rows]]
    heads: I64 = rows[np.diff(group[rows], prepend=-1) != 0]
    return heads


def near_across(
    paragraphs: Paragraphs,
    tokens: U32,
    chosen: I64,
    band_keys: U32,
    precedence: I64,
    least: float,
    cap: int,
    text_of: Callable[[int], str],
    kernels: ModuleType,
    spread: Spread = map,
) -> list[Shared]:
    """Chosen paragraphs nearly equal to one of an earlier story: the best match of each.

    ``band_keys`` belong to the chosen paragraphs; of paragraphs with the same words only the
    first story's is compared, so the caller passes one of each.
    """
    rank = precedence[paragraphs.story[chosen]]
    order = np.lexsort((chosen, rank))
    chosen, band_keys = chosen[order], band_keys[order]
    pairs, _ = band_pairs(band_keys, cap, kernels, spread)
    a, b = unpack(pairs)
    apart = paragraphs.story[chosen[a]] != paragraphs.story[chosen[b]]
    a, b = a[apart], b[apart]
    if not len(a):
        return []
    found = _best(_near(paragraphs, tokens, chosen[a], chosen[b], least, kernels), text_of)
    return [Shared(near.earlier, near.later, near.score, 2) for near in found]
