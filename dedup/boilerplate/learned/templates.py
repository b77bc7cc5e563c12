"""Lines of an outlet that begin, or end, with the same words and differ in the rest.

Nearly every sentence shares its first words with others, so only beginnings and ends that are
worded as pages are (:mod:`.wording`) are put together at all. That is decided from the hashes of
the words, for all paragraphs at once; texts are read of the few groups that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np

from dedup.boilerplate.fold import fold
from dedup.boilerplate.fold import tokens as tokens_of
from dedup.boilerplate.learned import judge
from dedup.boilerplate.learned.groups import (
    Bools,
    Floats,
    Groups,
    Layout,
    counted,
    grouped,
    reaching,
)
from dedup.boilerplate.learned.learned import TEMPLATE, Floors, Learned
from dedup.boilerplate.learned.slots import Form, form
from dedup.boilerplate.learned.wording import WORD_POINTS, Vocabulary, Wording, wording
from dedup.expressions import later
from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.kernels.equal import distinct, equal_runs
from dedup.kernels.reference import I64, U32, U64, mix64
from dedup.text.matching_form import MatchingForm

LONGEST = 40
"""Words of a paragraph that may be a template: a title with what stands around it."""

AT_ONCE = 1 << 20
"""Paragraphs whose wording is looked at together, which bounds the memory: some 50 MB."""

SCATTERED = 1 << 12
"""Rows far from one another whose words are looked up at a time: each brings in 64 KB and more of
its neighbourhood (in all 270 MB or more), which is let go of between two such lookups, not during
one."""

LEAST_WORDS = 2
"""Words of a paragraph that may be a template: one in common, one to fill the slot."""

LITERAL = 6
"""Words of the beginning or end that are compared, at most; longer ones are a refinement."""

SAMPLE = 400
"""Texts of a group from which its form is taken; more would only make it narrower."""

LEAST_FORMS = 3
"""Different texts without which it is no template but a line or two."""

LEAST_POINTS = 1.0
"""Points (see :mod:`.wording`) of the words in common, that a group is looked at."""

ENOUGH_POINTS = 4.0
"""Points from which on three words need no colon or the like between them and the slot."""

LEAST_DENSITY = 0.3
"""Density of the words in common, that they are furniture's rather than a sentence's."""

_SEPARATORS = tuple(":：|»›>→•·-")

AT_END = 0.5
"""Share of members near the end from which on they may read as sentences."""


class Points:
    """Points of words by their hash in the matching form, for looking at many at once.

    A stretch of a script without spaces is several tokens; its first two stand for it. Nearly all
    words have none, and a table over the upper half of their hash says so at once.
    """

    def __init__(self, words: Vocabulary, form: MatchingForm) -> None:
        listed = {**words.words, **words.stretches}
        tokens, first, counts = hashes(list(listed), form)
        behind = tokens[np.minimum(first + 1, len(tokens) - 1)]
        keys = np.where(counts > 1, _pair(tokens[first], behind), tokens[first].astype(np.uint64))
        order = np.argsort(keys)
        self._keys, self._values = keys[order], np.array(list(listed.values()))[order]
        self._begins = np.zeros(1 << 16, bool)
        self._begins[tokens[first] >> np.uint32(16)] = True

    def of(self, tokens: U32, places: I64) -> Floats:
        """Points of the tokens at ``places``."""
        points = np.zeros(len(places))
        own = tokens[places]
        some = np.flatnonzero(self._begins[own >> np.uint32(16)])
        own, behind = own[some], tokens[np.minimum(places[some] + 1, len(tokens) - 1)]
        for keys in (own.astype(np.uint64), _pair(own, behind)):
            place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            points[some] += np.where(self._keys[place] == keys, self._values[place], 0.0)
        return points


def learn_templates(
    tokens: U32,
    token_start: I64,
    words: I64,
    layout: Layout,
    taken: Bools,
    points: Points,
    text_of: Callable[[int], str],
    keeps: Callable[[str], bool],
    floors: Floors,
) -> Iterator[Learned]:
    """The templates of every outlet, first those found by their beginnings.

    ``taken`` paragraphs are explained already (by the lexicon, as a learned line), and what one
    template takes no other gets.
    """
    skipped = taken | (layout.outlet[layout.story] < 0) | (words > LONGEST) | (words < LEAST_WORDS)
    rows = np.flatnonzero(~skipped)
    free = np.ones(len(words), bool)
    for backwards in (False, True):
        worded = _worded(tokens, token_start, words, rows, backwards, points)
        ends = _Ends.of(tokens, token_start, words, distinct(np.concatenate(worded)), backwards)
        for size, some in enumerate(worded, 1):
            some = some[free[some]]
            groups = _alike(ends.of_rows(some, size), some, layout)
            groups = reaching(groups, layout, floors.stories, floors.days)
            if not backwards:
                groups = _parted(groups, size, text_of)
                groups = reaching(groups, layout, floors.stories, floors.days)
            for one in _judged(groups, layout, text_of, keeps):
                free[one.rows] = False
                yield one


def _worded(
    tokens: U32, token_start: I64, words: I64, rows: I64, backwards: bool, points: Points
) -> list[I64]:
    """For each number of words, the rows whose first (last) so many are worded as furniture."""
    parts = [
        _worded_some(tokens, token_start, words, rows[low : low + AT_ONCE], backwards, points)
        for low in range(0, max(len(rows), 1), AT_ONCE)
    ]
    return [np.concatenate(found) for found in zip(*parts, strict=True)]


def _worded_some(
    tokens: U32, token_start: I64, words: I64, rows: I64, backwards: bool, points: Points
) -> list[I64]:
    """The same of some rows."""
    total = np.zeros(len(rows))
    found = []
    for size in range(1, LITERAL + 1):
        long = np.flatnonzero(words[rows] > size)
        offset = words[rows[long]] - size if backwards else size - 1
        total[long] += points.of(tokens, token_start[rows[long]] + offset)
        own = total[long]
        enough = (own >= LEAST_POINTS) & (own >= LEAST_DENSITY * WORD_POINTS * size)
        found.append(rows[long[enough]])
    return found


class _Ends(NamedTuple):
    """The first (last) words of some rows, LITERAL of each: read together, as they lie apart."""

    rows: I64
    tokens: U32
    backwards: bool

    @classmethod
    def of(
        cls, tokens: U32, token_start: I64, words: I64, rows: I64, backwards: bool
    ) -> Self:
        """The ends of ``rows``, which ascend; of shorter ones words of their neighbours too."""
        begin = token_start[rows] + (words[rows] - LITERAL if backwards else 0)
        read = np.empty((len(rows), LITERAL), tokens.dtype)
        for low in range(0, len(rows), SCATTERED):
            some = slice(low, low + SCATTERED)
            places = begin[some, None] + np.arange(LITERAL)
            read[some] = tokens[np.clip(places, 0, len(tokens) - 1)]
        return cls(rows, read, backwards)

    def of_rows(self, rows: I64, size: int) -> U32:
        """The first (last) ``size`` words of some of the rows."""
        own = slice(-size, None) if self.backwards else slice(size)
        chosen: U32 = self.tokens[np.searchsorted(self.rows, rows), own]
        return chosen


def _alike(words: U32, rows: I64, layout: Layout) -> Groups:
    """Two and more paragraphs of an outlet with the same words, so many of each row."""
    key = mix64(layout.outlet[layout.story[rows]].astype(np.uint64) + np.uint64(1))
    for column in words.T:
        key = mix64(key * c.SHINGLE_STEP + column)
    equal = equal_runs(key)
    return Groups(rows[equal.rows], equal.first)


def _parted(groups: Groups, size: int, text_of: Callable[[int], str]) -> Groups:
    """The groups, each split in two: with a separator behind the words in common, and without."""
    labels = [_LABEL.match(text_of(row)) for row in groups.rows.tolist()]
    apart = np.array(
        [label is not None and len(tokens_of(fold(label[0]))) == size for label in labels], bool
    )
    return grouped(groups.rows, groups.owner, apart)


_LABEL = later(r"[^:：|»›→]{1,80}[:：|»›→](?!//)")


def _judged(
    groups: Groups,
    layout: Layout,
    text_of: Callable[[int], str],
    keeps: Callable[[str], bool],
) -> Iterator[Learned]:
    """The groups that are furniture; of each, the paragraphs that fit its form."""
    if not len(groups):
        return
    counts = counted(groups, layout, np.zeros(len(layout.story), bool))
    for group in range(len(groups)):
        rows = groups.members(group)
        texts = [text_of(int(row)) for row in _sample(rows)]
        folded = list(map(fold, texts))
        if len(set(map(str.lower, folded))) < LEAST_FORMS or any(map(keeps, texts)):
            continue
        shape = form(folded)
        own = _wording(shape, texts, bool(counts.tail[group] >= AT_END))
        if own is None:
            continue
        found = judge.reasons(own, counts.of(group))
        total = judge.points(found)
        if total >= judge.THRESHOLD:
            yield Learned(
                TEMPLATE, int(layout.outlet[layout.story[rows[0]]]), shape.pattern, (shape.slot,),
                rows, counts.of(group), tuple(found), total,
            )  # fmt: skip


def _wording(shape: Form, texts: Sequence[str], closing: bool) -> Wording | None:
    """How the group is worded: the words around the slot, the members' looks.

    None unless the slot is set apart from the literal words, or these say enough by themselves.
    Few groups come so far that their members are looked at, which takes longest.
    """
    literal = wording(shape.literal)
    if literal.points < LEAST_POINTS or literal.density < LEAST_DENSITY:
        return None
    enough = literal.points >= ENOUGH_POINTS and shape.literal.count(" ") >= 2
    parted = shape.before.endswith(_SEPARATORS) or shape.behind.startswith(_SEPARATORS)
    if not (enough or parted):
        return None
    members = [wording(text) for text in texts]
    own = literal._replace(
        words=sorted(member.words for member in members)[len(members) // 2],
        sentence=2 * sum(member.sentence for member in members) > len(members),
        quoted=2 * sum(member.quoted for member in members) > len(members),
        doubled=2 * sum(member.doubled for member in members) > len(members),
        label=False,
    )
    return own if enough or closing or not own.sentence else None


def _sample(rows: I64) -> I64:
    """Up to SAMPLE rows, spread evenly over the group."""
    places = np.linspace(0, len(rows) - 1, min(len(rows), SAMPLE)).astype(np.int64)
    return rows[distinct(places)]


def _pair(one: U32, two: U32) -> U64:
    return mix64(one.astype(np.uint64) * c.SHINGLE_STEP + two)


def hashes(words: Sequence[str], form: MatchingForm) -> tuple[U32, I64, I64]:
    """Token hashes of words or phrases, where each one's begin, and how many it has."""
    encoded = [word.encode() for word in words]
    lengths = np.array([len(word) for word in encoded], np.int64)
    ends = np.cumsum(lengths)
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    first, tokens, _ = reference.tokenise(buffer, ends - lengths, ends, form)
    return tokens, first[:-1], np.diff(first)
