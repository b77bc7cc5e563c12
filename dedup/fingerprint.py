"""Fingerprints: what a batch of stories becomes once its text has been read through.

Everything later works on these columns. A story's content is its paragraphs that are neither
boilerplate nor a repeat of an earlier one of the same story; paragraphs are the atoms, so leaving
one out needs no second look at the text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from random import Random
from types import ModuleType
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.kernels.reference import I64, U32, U64, mix64, powers
from dedup.text.matching_form import MatchingForm

Bools = npt.NDArray[np.bool_]


# Columns are neither compared nor shown whole, and each method that is made takes time to import.
@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Sketch:
    """How signatures are made: persisted with them, and never mixed."""

    shingle: int
    bands: int
    rows: int
    multipliers: U32
    addends: U32
    paragraph_bands: int = 16
    """16 bands of 4 rows find a paragraph of trigram Jaccard 0.7 with 0.99, of 0.8 surely."""
    paragraph_rows: int = 4


NOMINATING_SHINGLE = 3
"""Words in the shingles that signatures are made of. Lower than the 5 of the verified score, so
that an edited copy keeps more of them: nominate generously, decide strictly."""


@dataclass(slots=True, eq=False, repr=False)
class Paragraphs:
    """Columns of P paragraphs, ordered by story, then by place in the story.

    ``number`` counts from 0 in its story; ``start`` and ``end`` are characters of the story's
    text, ``byte_start`` and ``byte_end`` bytes of the buffer it was read from. ``poly`` is the
    unfinished polynomial over the tokens and ``exact`` the finished hash. ``repeat_of`` is the
    number of the first paragraph of the story with the same words, or -1.
    """

    story: I64
    number: I64
    start: I64
    end: I64
    byte_start: I64
    byte_end: I64
    token_start: I64
    words: I64
    poly: U64
    exact: U64
    boilerplate: Bools
    repeat_of: I64

    def __len__(self) -> int:
        return len(self.story)

    @property
    def content(self) -> Bools:
        """Which paragraphs count when stories are compared."""
        return ~self.boilerplate & (self.repeat_of < 0) & (self.words > 0)

    def content_at(self, rows: I64) -> Bools:
        """Which of some paragraphs count when stories are compared."""
        return ~self.boilerplate[rows] & (self.repeat_of[rows] < 0) & (self.words[rows] > 0)

    def of(self, stories: I64) -> tuple[I64, I64]:
        """The paragraphs of some stories, which ascend, and the place of each one's story."""
        low = np.searchsorted(self.story, stories)
        count = np.searchsorted(self.story, stories, side="right") - low
        return ranges(low, count), np.repeat(np.arange(len(stories)), count)

    def take(self, order: I64) -> Self:
        """These paragraphs in another order."""
        return type(self)(*(getattr(self, f.name)[order] for f in fields(self)))

    @classmethod
    def joined(cls, parts: Sequence[Paragraphs]) -> Paragraphs:
        """The paragraphs of several batches in a row."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


@dataclass(slots=True, eq=False, repr=False)
class Segmented:
    """A batch after its text was read: paragraphs and their tokens."""

    paragraphs: Paragraphs
    paragraph_first: I64
    tokens: U32

    @property
    def token_first(self) -> I64:
        """Where the tokens of each story begin, and where those of the last one end."""
        begins: I64 = np.append(self.paragraphs.token_start, len(self.tokens))
        return begins[self.paragraph_first]


def read_through(
    text: bytes,
    offsets: Sequence[int],
    body_starts: Sequence[int],
    form: MatchingForm,
    kernels: ModuleType,
) -> Segmented:
    """Paragraphs and tokens of a batch; nothing is marked as boilerplate or repeat yet."""
    buffer = np.frombuffer(text, np.uint8)
    first, byte_start, byte_end, start, end = kernels.segment(
        buffer, np.array(offsets, np.int64), np.array(body_starts, np.int64), form
    )
    token_first, tokens, poly = kernels.tokenise(buffer, byte_start, byte_end, form)
    words = np.diff(token_first)
    story = np.repeat(np.arange(len(first) - 1), np.diff(first))
    paragraphs = Paragraphs(
        story=story,
        number=np.arange(len(story)) - first[story],
        start=start,
        end=end,
        byte_start=byte_start,
        byte_end=byte_end,
        token_start=token_first[:-1],
        words=words,
        poly=poly,
        exact=finish(poly, words),
        boilerplate=np.zeros(len(story), bool),
        repeat_of=np.full(len(story), -1, np.int64),
    )
    return Segmented(paragraphs, first, tokens)


def trim(
    segmented: Segmented,
    text: bytes,
    chosen: I64,
    byte_start: I64,
    byte_end: I64,
    form: MatchingForm,
    kernels: ModuleType,
) -> None:
    """Let each chosen paragraph count as the words between two of its bytes, for all that follows.

    What stands before and behind (a dateline, a wire's marks, furniture) is then left out of
    hashes, signatures and scores. Words, hashes and tokens of these paragraphs change; where they
    stand does not. To be called before anything is computed from the tokens.

    Parameters
    ----------
    text : the batch's buffer, UTF-8.
    chosen : paragraphs, ascending.
    byte_start, byte_end : per chosen paragraph, the bytes of the buffer between which it counts.
    """
    paragraphs, tokens = segmented.paragraphs, segmented.tokens
    buffer = np.frombuffer(text, np.uint8)
    first, left, poly = kernels.tokenise(buffer, byte_start, byte_end, form)
    pieces, place = [], 0
    starts = paragraphs.token_start[chosen]
    for start, end, low, high in zip(
        starts.tolist(), (starts + paragraphs.words[chosen]).tolist(),
        first[:-1].tolist(), first[1:].tolist(), strict=True,
    ):  # fmt: skip
        pieces += [tokens[place:start], left[low:high]]
        place = end
    segmented.tokens = np.concatenate([*pieces, tokens[place:]])
    words = paragraphs.words
    words[chosen], paragraphs.poly[chosen] = np.diff(first), poly
    paragraphs.exact[chosen] = finish(poly, words[chosen])
    paragraphs.token_start[:] = np.cumsum(words) - words


def finish(poly: U64, words: I64) -> U64:
    """Exact hashes from polynomials over tokens and how many tokens there were."""
    return mix64(poly + words.astype(np.uint64) * c.LENGTH_STEP)


@dataclass(slots=True, eq=False, repr=False)
class StoryPrints:
    """Per story: words of its content, exact hash of its content, band keys (S, bands)."""

    words: I64
    exact: U64
    band_keys: U32


def paragraph_signatures(segmented: Segmented, sketch: Sketch, kernels: ModuleType) -> U32:
    """MinHash signatures (P, permutations) of a batch's paragraphs."""
    token_first = np.append(segmented.paragraphs.token_start, len(segmented.tokens))
    signature: U32 = kernels.signatures(
        segmented.tokens, token_first, NOMINATING_SHINGLE, sketch.multipliers, sketch.addends
    )
    return signature


_JOINED_AT_ONCE = 4096
"""Stories whose signatures are made before the next ones': 2 MB, which stay in the processor's
cache. A batch of 190,000 stories of one word took 100 MB of new memory and three times as long."""


def story_prints(
    segmented: Segmented, signature: U32, sketch: Sketch, kernels: ModuleType
) -> StoryPrints:
    """Fingerprints of a batch's stories.

    A story's signature is the element-wise minimum of its content paragraphs' signatures.
    """
    paragraphs, first = segmented.paragraphs, segmented.paragraph_first
    content, count = paragraphs.content, len(first) - 1
    keys = np.empty((count, sketch.bands), np.uint32)
    for low in range(0, count, _JOINED_AT_ONCE):
        some = slice(low, low + _JOINED_AT_ONCE)
        joined = kernels.join_signatures(signature, content, first[low : some.stop + 1])
        keys[some] = kernels.band_keys(joined, sketch.bands, sketch.rows)
    words, exact = content_hashes(paragraphs, content, count)
    return StoryPrints(words, exact, keys)


def content_hashes(paragraphs: Paragraphs, content: Bools, stories: int) -> tuple[I64, U64]:
    """Words and exact hash of each story's content, as if it were one paragraph.

    The polynomial of joined texts is ``left * step ** words(right) + right``, so where a text is
    cut into paragraphs does not matter.
    """
    story, words = paragraphs.story[content], paragraphs.words[content]
    total = np.bincount(story, weights=words, minlength=stories).astype(np.int64)
    before = np.cumsum(words) - words
    story_begin = np.concatenate(([0], np.cumsum(total)))[story]
    behind = total[story] - (before - story_begin) - words
    poly = np.zeros(stories, np.uint64)
    np.add.at(poly, story, paragraphs.poly[content] * powers(c.TOKEN_STEP, behind))
    return total, finish(poly, total)


def ranges(starts: I64, counts: I64) -> I64:
    """The indexes ``starts[i], starts[i] + 1, ...`` of all ranges in a row."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total)


class Trims(NamedTuple):
    """Words at the head and the tail of paragraphs that do not count when they are compared.

    ``paragraphs``, which ascend, are those that have any.
    """

    paragraphs: I64
    head: I64
    tail: I64

    @classmethod
    def none(cls) -> Self:
        """Every word counts."""
        return cls.of({})

    @classmethod
    def of(cls, words: Mapping[int, tuple[int, int]]) -> Self:
        """The words at head and tail of each paragraph that has any."""
        table = np.array([(i, *words[i]) for i in sorted(words)], np.int64).reshape(-1, 3)
        return cls(*np.ascontiguousarray(table.T))

    def at(self, chosen: I64) -> tuple[I64, I64]:
        """Head and tail of the chosen paragraphs."""
        head, tail = np.zeros(len(chosen), np.int64), np.zeros(len(chosen), np.int64)
        if len(self.paragraphs):
            place = np.searchsorted(self.paragraphs, chosen)
            place[place == len(self.paragraphs)] = 0
            found = self.paragraphs[place] == chosen
            head[found], tail[found] = self.head[place[found]], self.tail[place[found]]
        return head, tail


class Content(NamedTuple):
    """The tokens of some stories' content, one story after the other.

    ``start`` and ``words`` say where each story's tokens begin and how many they are;
    ``paragraphs`` are the paragraphs they come from, ``first`` where each of those begins and
    ``head`` how many of its words are left out before.
    """

    tokens: U32
    start: I64
    words: I64
    paragraphs: I64
    first: I64
    head: I64


def content_of(
    paragraphs: Paragraphs,
    tokens: U32,
    stories: I64,
    kernels: ModuleType,
    trims: Trims | None = None,
    without: Bools | None = None,
) -> Content:
    """The content of ``stories``, which ascend; paragraphs marked in ``without`` are left out."""
    chosen, owner = paragraphs.of(stories)
    kept = paragraphs.content_at(chosen)
    if without is not None:
        kept &= ~without[chosen]
    chosen, owner = chosen[kept], owner[kept]
    head, tail = (trims or Trims.none()).at(chosen)
    size = paragraphs.words[chosen] - head - tail
    words = np.bincount(owner, weights=size, minlength=len(stories)).astype(np.int64)
    own = kernels.gathered(tokens, paragraphs.token_start[chosen] + head, size)
    return Content(own, np.cumsum(words) - words, words, chosen, np.cumsum(size) - size, head)


def permutations(num_perm: int, seed: int) -> tuple[U32, U32]:
    """Multipliers and addends of datasketch's ``affine32`` permutations.

    Those of datasketch itself for any setting but the default, whose 128 pairs are the same draws
    of a Mersenne Twister: importing datasketch brings in SciPy, which takes longer than checking a
    feed does, and NumPy's generator 10 ms. A test holds the two together.
    """
    if (num_perm, seed) == (128, 1):
        draws = _draws(seed, 2 * num_perm)
        a = draws[:num_perm] % np.uint32(1 << 31) * np.uint32(2) + np.uint32(1)
        return a, draws[num_perm:]
    from datasketch import MinHash

    drawn: Any = MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations
    return drawn[0].astype(np.uint32), drawn[1].astype(np.uint32)


def _draws(seed: int, count: int) -> U32:
    """Numbers of 32 bits that ``numpy.random.RandomState(seed)`` draws first.

    The state follows from the seed by Knuth's multiplier, as in `init_genrand` of Matsumoto and
    Nishimura's mt19937ar.c (2002); Python's generator takes it over.
    """
    state = [seed]
    for place in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + place) % (1 << 32))
    twister = Random(0)  # noqa: S311 -- no secret: the draws are published with datasketch
    twister.setstate((3, (*state, 624), None))
    return np.array([twister.getrandbits(32) for _ in range(count)], np.uint32)
