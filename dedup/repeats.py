"""Paragraphs that repeat: inside a story (PAR201, PAR202) and from story to story (PAR203, PAR204).

Exact repeats have the same words in the matching form. Near repeats share word pairs: their score
is Dice's ``2 * shared / total`` over bigrams counted with multiplicity, which one changed word in
a paragraph of n words lowers to ``(n - 3) / (n - 1)``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import NamedTuple, Self
from unicodedata import decimal

import numpy as np
import numpy.typing as npt

from dedup import crowds
from dedup.candidates import Spread, band_pairs, unpack
from dedup.fingerprint import NOMINATING_SHINGLE, Bools, Paragraphs, Sketch
from dedup.kernels import constants as c
from dedup.kernels.equal import Runs, Sort, distinct, equal_runs, sorted_words
from dedup.kernels.reference import I64, U32, U64

Floats = npt.NDArray[np.float64]

_NUMBER = re.compile(r"\d+")
_BLANK = bytes(code if chr(code) in "0123456789" else 32 for code in range(256))
"""Makes spaces of all but digits."""
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
    eligible = eligible[_twice(paragraphs, eligible)]
    story, exact = paragraphs.story[eligible], paragraphs.exact[eligible]
    order = np.lexsort((eligible, exact, story))
    same = np.zeros(len(order), bool)
    same[1:] = (story[order][1:] == story[order][:-1]) & (exact[order][1:] == exact[order][:-1])
    heads = np.maximum.accumulate(np.where(same, 0, np.arange(len(order))))
    repeats = eligible[order[same]]
    result[repeats] = paragraphs.number[eligible[order[heads[same]]]]
    return result


def _twice(paragraphs: Paragraphs, chosen: I64) -> Bools:
    """Which of the chosen may stand in their story twice: sorting values alone tells, quickly."""
    story = paragraphs.story[chosen].astype(np.uint64)
    keys = paragraphs.exact[chosen] ^ (story * c.LENGTH_STEP)
    ascending = np.sort(keys)
    twice = ascending[1:][ascending[1:] == ascending[:-1]]
    place = np.minimum(np.searchsorted(twice, keys), max(len(twice) - 1, 0))
    found: Bools = twice[place] == keys if len(twice) else np.zeros(len(keys), bool)
    return found


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
    ones bands nominate, those with more than ``cap`` paragraphs two pairs of each. Exact scores
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
        screen = _Spans.of(paragraphs, tokens, rows).screen(least, kernels)
        one, other = unpack(band_pairs(keys, cap, kernels, screen=screen)[0])
        a, b = np.append(a, rows[one]), np.append(b, rows[other])
    every = _Spans(tokens, paragraphs.token_start, paragraphs.words)
    return _best(every.near(a, b, least, kernels), text_of)


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


SLACK = 0.2
"""How far below the score the share of a sample of word pairs may lie: over five standard
deviations of 128 of them."""

NEAR_AT_ONCE = 1 << 8
"""Pairs of paragraphs scored at the same time: a megabyte a core, and 80 that are mapped to read
them: they stand far from one another, and where the disk's cache is in large pieces every look
brings in 160 KB."""

_KNOWN = 100_000
"""Paragraphs whose numbers are remembered: some 30 MB."""


class Ahead(NamedTuple):
    """Is told what is looked at soon: the text of paragraphs, and tokens from here to there."""

    texts: Callable[[I64], object] = lambda paragraphs: None
    tokens: Callable[[I64, I64], object] = lambda low, high: None


AT_HAND = Ahead()
"""Nobody wants to be told."""


class _Spans(NamedTuple):
    """Where the words of some paragraphs stand among all tokens.

    Those of chosen paragraphs are held together: they are looked at here and there, and every look
    at a column that is mapped brings in 64 KB of it and more.
    """

    tokens: U32
    start: I64
    words: I64

    @classmethod
    def of(cls, paragraphs: Paragraphs, tokens: U32, chosen: I64) -> Self:
        """Those of the chosen paragraphs."""
        return cls(tokens, paragraphs.token_start[chosen], paragraphs.words[chosen])

    def take(self, places: I64) -> Self:
        """Some of them, or all in another order."""
        return self._replace(start=self.start[places], words=self.words[places])

    def bigrams(self, places: I64, kernels: ModuleType) -> tuple[I64, U64]:
        """Sorted runs of the word pairs of some of them, repeats kept."""
        first, hashes = kernels.shingles(
            self.tokens, self.start[places], self.words[places], BIGRAM
        )
        owner = np.repeat(np.arange(len(places)), np.diff(first))
        return kernels.sorted_runs(hashes, owner, len(places), False)  # type: ignore[no-any-return]

    def screen(
        self, least: float, kernels: ModuleType, spread: Spread = map, owner: I64 | None = None
    ) -> crowds.Screen:
        """Tells by a sample of word pairs which of them may score ``least``."""

        def of_some(places: I64) -> crowds.Sketches:
            return crowds.Sketches.of(*self.bigrams(places, kernels))

        def sketch(places: I64) -> crowds.Sketches:
            return crowds.in_parts(of_some, places, self.words[places], spread)

        return crowds.Screen(sketch, least - SLACK, owner)

    def near(
        self, a: I64, b: I64, least: float, kernels: ModuleType, spread: Spread = map,
        ahead: Ahead = AT_HAND,
    ) -> tuple[I64, I64, Floats]:  # fmt: skip
        """Those of the pairs ``a[i], b[i]`` of them that score at least ``least``."""

        def scored(low: int) -> tuple[I64, I64, Floats]:
            one, other = a[low : low + NEAR_AT_ONCE], b[low : low + NEAR_AT_ONCE]
            used, place = np.unique(np.concatenate([one, other]), return_inverse=True)
            left, right = place[: len(one)], place[len(one) :]
            ahead.tokens(self.start[used], self.start[used] + self.words[used])
            first, values = self.bigrams(used, kernels)
            scores = dice(first, kernels.intersections(first, values, left, right), left, right)
            enough = scores >= least
            return one[enough], other[enough], scores[enough]

        found = [(a[:0], b[:0], np.empty(0)), *spread(scored, range(0, len(a), NEAR_AT_ONCE))]
        one, other, scores = (np.concatenate(column) for column in zip(*found, strict=True))
        return one, other, scores


def dice(first: I64, shared: I64, a: I64, b: I64) -> Floats:
    """Dice scores of pairs of runs from what they share, rounded to 4 places."""
    lengths = np.diff(first)
    scores: Floats = np.round(2 * shared / np.maximum(lengths[a] + lengths[b], 1), 4)
    return scores


_Found = tuple[I64, I64, Floats]
"""Pairs of paragraphs, the earlier ones first, and their scores."""

BEST_AT_ONCE = 1 << 13
"""Pairs of which the best are chosen at the same time: a tenth of a second of work."""


def _best(found: _Found, text_of: Callable[[int], str]) -> list[Near]:
    """The best match of each later paragraph, of those whose numbers agree."""
    known: dict[int, frozenset[str]] = {}

    def numbers(paragraph: int) -> frozenset[str]:
        if paragraph not in known:
            if len(known) >= _KNOWN:
                known.clear()
            known[paragraph] = numbers_of(text_of(paragraph))
        return known[paragraph]

    best: list[Near] = []
    order = np.lexsort((found[0], -found[2], found[1]))
    for near in map(Near, *(column[order].tolist() for column in found)):
        if best and best[-1].later == near.later:
            continue
        if same_numbers(numbers(near.earlier), numbers(near.later)):
            best.append(near)
    return best


def same_numbers(one: frozenset[str], two: frozenset[str]) -> bool:
    """Whether one text's numbers are all in the other."""
    return one <= two or two <= one


def numbers_of(text: str) -> frozenset[str]:
    """The different numbers of a text: digits of every script are compared."""
    if not text.isascii():
        return frozenset(map(_plain, _NUMBER.findall(text)))
    # Most texts have no number, which is told five times as fast as it is looked for.
    digits = text.encode().translate(_BLANK).split()
    return frozenset(digit.lstrip(b"0").decode() for digit in digits)


def _plain(number: str) -> str:
    """A number in ASCII digits without leading zeros; ``int`` refuses over 4,300 digits."""
    if not number.isascii():
        number = "".join(str(decimal(digit)) for digit in number)
    return number.lstrip("0")


class Shared(NamedTuple):
    """Paragraphs that stand in an earlier story too, ascending: indexes of both, and the score.

    ``stories`` is how many different stories (copies of one another counted once) hold each.
    """

    later: I64
    first: I64
    score: Floats
    stories: I64

    @classmethod
    def of(cls, later: I64, first: I64, score: Floats, stories: I64) -> Shared:
        """The same from columns in any order."""
        order = np.argsort(later, kind="stable")
        return cls(later[order], first[order], score[order], stories[order])

    @classmethod
    def none(cls) -> Shared:
        """No paragraphs."""
        nothing = np.empty(0, np.int64)
        return cls(nothing, nothing, np.empty(0), nothing)

    def between(self, low: int, high: int) -> Shared:
        """Those of the paragraphs from ``low`` to ``high``."""
        part = slice(*np.searchsorted(self.later, (low, high)).tolist())
        return Shared(self.later[part], self.first[part], self.score[part], self.stories[part])


def exact_across(
    paragraphs: Paragraphs, chosen: I64, precedence: I64, cap: int, archived: Bools,
    sort: Sort = sorted_words,
) -> Shared:
    """Chosen paragraphs whose words stand in an earlier story as well.

    ``chosen`` ascend. ``precedence[story]`` ranks stories by time; a paragraph is flagged in all
    but the first. One that stands in more than ``cap`` stories is one fact and not one for each of
    them: it is flagged once, in the next story that is not ``archived``.
    """
    equal = in_precedence(paragraphs, equal_runs(paragraphs.exact, chosen, sort), precedence)
    picked, group = equal.rows, equal.owner
    story = paragraphs.story[picked]
    # Stories of a group lie together: the paragraphs are in the order of the stories' ranks.
    other = np.ones(len(story), bool)
    other[1:] = story[1:] != story[:-1]
    other[equal.first[:-1]] = True
    different = np.bincount(group[other], minlength=len(equal.first) - 1)
    head = equal.first[group]
    later = np.flatnonzero(story != story[head])
    crowded = different[group[later]] > cap
    later = np.append(later[~crowded], _heads(later[crowded], group, ~archived[story]))
    return Shared.of(
        picked[later], picked[head[later]], np.ones(len(later)), different[group[later]]
    )


def _heads(rows: I64, group: I64, wanted: Bools) -> I64:
    """The first wanted row of each group."""
    rows = rows[wanted[rows]]
    heads: I64 = rows[np.diff(group[rows], prepend=-1) != 0]
    return heads


def in_precedence(paragraphs: Paragraphs, equal: Runs, precedence: I64) -> Runs:
    """The runs, the paragraphs of each in the order of their stories' ranks."""
    words = equal.owner.astype(np.uint64) << np.uint64(32)
    words |= precedence[paragraphs.story[equal.rows]].astype(np.uint64)
    return Runs(equal.rows[np.argsort(words, kind="stable")], equal.first)


def different_words(
    paragraphs: Paragraphs, chosen: I64, precedence: I64, sort: Sort = sorted_words
) -> Bools:
    """Which of the chosen paragraphs, that ascend, are the first with their words."""
    equal = in_precedence(paragraphs, equal_runs(paragraphs.exact, chosen, sort), precedence)
    kept = np.ones(len(chosen), bool)
    kept[np.searchsorted(chosen, equal.rows)] = False
    kept[np.searchsorted(chosen, equal.rows[equal.first[:-1]])] = True
    return kept


def near_across(
    paragraphs: Paragraphs,
    tokens: U32,
    chosen: I64,
    band_keys: U32,
    rows: I64,
    precedence: I64,
    least: float,
    cap: int,
    text_of: Callable[[int], str],
    kernels: ModuleType,
    spread: Spread = map,
    apart: Spread = map,
    ahead: Ahead = AT_HAND,
) -> tuple[Shared, dict[int, int]]:
    """Chosen paragraphs nearly equal to one of an earlier story: the best match of each.

    ``rows`` are those of the chosen paragraphs in ``band_keys``; of paragraphs with the same words
    only the first story's is compared, so the caller passes one of each. ``spread`` runs kernels,
    ``apart`` reads texts. Besides, the paragraphs that come first in a bucket of more than ``cap``
    of several stories, with its size.
    """
    story = paragraphs.story[chosen]
    order = np.argsort(precedence[story], kind="stable")
    spans = _Spans.of(paragraphs, tokens, chosen).take(order)
    chosen, story, rows = chosen[order], story[order], rows[order]
    del order  # five million of each, of a million stories
    screen = spans.screen(least, kernels, spread, story)
    pairs, heads = band_pairs(band_keys, cap, kernels, spread, rows, screen)
    capped = {int(chosen[head]): size for head, size in heads.items()}
    a, b = unpack(pairs)
    different = story[a] != story[b]
    a, b = a[different], b[different]
    if not len(a):
        return Shared.none(), capped
    earlier, later, scores = spans.near(a, b, least, kernels, spread, ahead)

    def best_of(some: _Found) -> _Found:
        ahead.texts(distinct(np.concatenate(some[:2])))
        return _columns(_best(some, text_of))

    best = apart(best_of, _parted((chosen[earlier], chosen[later], scores)))
    earlier, later, scores = (np.concatenate(column) for column in zip(*best, strict=True))
    return Shared.of(later, earlier, scores, np.full(len(later), 2)), capped


def _parted(found: _Found) -> list[_Found]:
    """The pairs in parts, those of one later paragraph in the same."""
    earlier, later, scores = found
    order = np.argsort(later, kind="stable")
    edges = np.searchsorted(later[order], later[order[::BEST_AT_ONCE]])
    parts = np.split(order, edges[1:])
    return [(earlier[part], later[part], scores[part]) for part in parts]


def _columns(found: Sequence[Near]) -> _Found:
    count = len(found)
    return (
        np.fromiter((near.earlier for near in found), np.int64, count),
        np.fromiter((near.later for near in found), np.int64, count),
        np.fromiter((near.score for near in found), np.float64, count),
    )


def crowds_in_stories(
    paragraphs: Paragraphs, chosen: I64, band_keys: U32, rows: I64, cap: int, kernels: ModuleType
) -> dict[int, int]:
    """The first paragraphs of overfull buckets of stories of over MANY chosen ones, with the size.

    ``rows`` are those of the chosen paragraphs, which ascend, in ``band_keys``.
    """
    capped: dict[int, int] = {}
    edges = _groups(paragraphs.story[chosen])
    for place in np.flatnonzero(np.diff(edges) > MANY).tolist():
        low, high = edges[place : place + 2].tolist()
        _, heads = band_pairs(band_keys, cap, kernels, rows=rows[low:high])
        capped |= {int(chosen[low + head]): size for head, size in heads.items()}
    return capped
