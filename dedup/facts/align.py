"""Which words of two texts correspond, whatever the order of their paragraphs.

Runs of sentences without an equal on the other side are paired: first those between the same
equal sentences, then by the words they share; and within each pair the longest common subsequence
of words says what stayed. Long passages that this leaves over (a paragraph split or merged, a
sentence moved) are paired once more. Every choice is made on content, so neither the order of the
sides nor that of the paragraphs matters, ties between equal passages apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from dedup.facts.sentences import Run, Side, equals, unequal
from dedup.facts.words import Words, count

LONGEST_RUN = 4_000
"""Words of a run; beyond, its rest is left unpaired. Time and memory grow with the square: two
runs of this length take some 5 ms and 2 MB."""

_ALIKE = 0.5
"""Share of common words (Dice, figures taken as equal) from which two runs are paired."""
_WITHIN = 0.75
_FEW = 5
"""A run mostly inside a longer one is paired too, if it has a few words."""
_ALL_PAIRS = 150
_COMMON = 8
_CANDIDATES = 2
"""Of few runs all pairs are measured. Of more, those nominated: a word in more than so many runs
nominates none, and of those that share words so many are measured. With these the work grows with
the number of words, whatever the texts."""
_RESIDUE = 6
"""What is left over is paired once more if it has so many words in a row."""
_CHANCE = 2
_ANEW = 4
"""So few equal words between stretches of so many others are equal by chance."""


class Block(NamedTuple):
    """Tokens ``a + k`` and ``b + k`` are equal, for ``k`` below ``size``."""

    a: int
    b: int
    size: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of ``a`` and one of ``b`` that correspond, and the words they share, in order.

    ``late`` if it was found among what other passages leave over.
    """

    a: Run
    b: Run
    blocks: tuple[Block, ...]
    late: bool = False

    def gaps(self) -> Iterator[tuple[int, int, int, int]]:
        """Tokens of ``a`` and ``b`` between the blocks, before the first and after the last.

        Some are empty on both sides.
        """
        a, b = self.a.low, self.b.low
        for block in (*self.blocks, Block(self.a.high, self.b.high, 0)):
            yield a, block.a, b, block.b
            a, b = block.a + block.size, block.b + block.size


@dataclass(slots=True)
class Alignment:
    """What corresponds in two texts.

    The words that had to be read of each side, the passages that correspond, the runs that have
    no counterpart; how many words are equal in the paragraphs and sentences set aside (unread, or
    read and found equal); and whether a bound was reached.
    """

    a: Words
    b: Words
    passages: list[Passage] = field(default_factory=list)
    only_a: list[Run] = field(default_factory=list)
    only_b: list[Run] = field(default_factory=list)
    moved_a: set[int] = field(default_factory=set)
    moved_b: set[int] = field(default_factory=set)
    """Tokens that a passage leaves over and a later one holds."""
    unread: int = 0
    equal: int = 0
    partial: bool = False


def align(a: str, b: str) -> Alignment:
    """Align two texts."""
    found = Alignment(Words(a), Words(b))
    unread, one, two = unequal(a, b)
    found.unread = count("\n".join(unread))
    sides = Side(found.a, one), Side(found.b, two)
    found.partial = any(side.cut for side in sides)
    if all(side.words.keys for side in sides):
        _Pairing(found, *sides).run()
    else:
        found.only_a, found.only_b = (
            [Run(0, len(side.words.keys))] if side.words.keys else [] for side in sides
        )
    return found


class _Pairing:
    """Finds the passages of an alignment."""

    def __init__(self, found: Alignment, a: Side, b: Side) -> None:
        self.found = found
        self.sides = a, b
        codes = {key: chr(n) for n, key in enumerate(dict.fromkeys(a.words.keys + b.words.keys), 1)}
        plain = {key: chr(0) if key[0].isdigit() else code for key, code in codes.items()}
        self.exact = tuple("".join([codes[key] for key in side.words.keys]) for side in self.sides)
        self.masked = tuple("".join([plain[key] for key in side.words.keys]) for side in self.sides)

    def run(self) -> None:
        """Pair runs, then what they leave over."""
        self._equal_sentences()
        only_a, only_b = self._alike(*self._between_the_same(*(side.runs() for side in self.sides)))
        more_a, more_b = self._residues()
        if (more_a or more_b) and (only_a or more_a) and (only_b or more_b):
            first = len(self.found.passages)
            rest = self._alike(only_a + more_a, only_b + more_b)
            left = set(rest[0]), set(rest[1])
            only_a = [run for run in only_a if run in left[0]]
            only_b = [run for run in only_b if run in left[1]]
            residues = set(more_a), set(more_b)
            late = [replace(passage, late=True) for passage in self.found.passages[first:]]
            self.found.passages[first:] = late
            for passage in late:
                if passage.a in residues[0]:
                    self.found.moved_a.update(range(passage.a.low, passage.a.high))
                if passage.b in residues[1]:
                    self.found.moved_b.update(range(passage.b.low, passage.b.high))
        self.found.only_a, self.found.only_b = only_a, only_b

    def _equal_sentences(self) -> None:
        """Number the sentences that are equal in their matching form."""
        texts = [[exact[low:high] for _, low, high, _ in side.sentences]
                 for side, exact in zip(self.sides, self.exact, strict=True)]  # fmt: skip
        number = len(self.sides[0].sentences) + 1
        for i, j in equals(*texts).items():
            if texts[0][i]:
                self.found.equal += len(texts[0][i])
                for side, k in zip(self.sides, (i, j), strict=True):
                    paragraph, low, high, _ = side.sentences[k]
                    side.sentences[k] = (paragraph, low, high, number + i)

    def _between_the_same(self, a: list[Run], b: list[Run]) -> tuple[list[Run], list[Run]]:
        """Pair runs that stand before or behind the same equal sentence, if they are alike."""
        by_left = {run.left: k for k, run in enumerate(b) if run.left > 0}
        by_right = {run.right: k for k, run in enumerate(b) if run.right > 0}
        used: set[int] = set()
        rest = []
        for run in a:
            for k in (by_left.get(run.left), by_right.get(run.right)):
                if k is not None and k not in used and self._pair(run, b[k], check=True):
                    used.add(k)
                    break
            else:
                rest.append(run)
        return rest, [run for k, run in enumerate(b) if k not in used]

    def _pair(self, a: Run, b: Run, check: bool = False) -> bool:
        """Align the words of two runs; with ``check`` only if enough of them are the same."""
        passage = self._common(a, b)
        if check:
            equal = sum(block.size for block in passage.blocks)
            sizes = a.high - a.low, b.high - b.low
            if not _enough(equal, *sizes) and not _enough(self._overlap(a, b), *sizes):
                return False
        self.found.passages.append(passage)
        return True

    def _common(self, a: Run, b: Run) -> Passage:
        """The longest common subsequence of two runs, found from the same side in either order."""
        self.found.partial |= max(a.high - a.low, b.high - b.low) > LONGEST_RUN
        one = self._text(self.exact, 0, a)[:LONGEST_RUN]
        two = self._text(self.exact, 1, b)[:LONGEST_RUN]
        turned = self._surface(0, a) > self._surface(1, b)
        steps = LCSseq.opcodes(two, one) if turned else LCSseq.opcodes(one, two)
        blocks = []
        for step in steps:
            if step.tag == "equal":
                i, j = step.src_start, step.dest_start
                i, j = (j, i) if turned else (i, j)
                blocks.append(Block(a.low + i, b.low + j, step.src_end - step.src_start))
        return Passage(a, b, tuple(_firm(blocks, a, b)))

    def _text(self, texts: tuple[str, ...], side: int, run: Run) -> str:
        return texts[side][run.low : run.high]

    def _overlap(self, a: Run, b: Run) -> int:
        """How many words two runs share, figures taken as equal, whatever their order."""
        one, two = sorted(self._text(self.masked, 0, a)), sorted(self._text(self.masked, 1, b))
        return _shared("".join(one), "".join(two))

    def _alike(self, a: list[Run], b: list[Run]) -> tuple[list[Run], list[Run]]:
        """Pair runs by the words they share, the most alike first."""
        if not a or not b:
            return a, b
        found = sorted(self._measured(a, b))
        used_a, used_b = set[int](), set[int]()
        for _, _, i, j in found:
            if i not in used_a and j not in used_b:
                used_a.add(i)
                used_b.add(j)
                self._pair(a[i], b[j])
        return ([run for k, run in enumerate(a) if k not in used_a],
                [run for k, run in enumerate(b) if k not in used_b])  # fmt: skip

    def _measured(
        self, a: list[Run], b: list[Run]
    ) -> Iterator[tuple[float, list[str], int, int]]:
        bags = [["".join(sorted(self._text(self.masked, side, run))) for run in runs]
                for side, runs in enumerate((a, b))]  # fmt: skip
        few = len(a) * len(b) <= _ALL_PAIRS
        for i, j in product(range(len(a)), range(len(b))) if few else _nominated(*bags):
            sizes = a[i].high - a[i].low, b[j].high - b[j].low
            shared = _shared(bags[0][i], bags[1][j])
            if _enough(shared, *sizes):
                # The texts break ties, in one order whichever side they are on.
                texts = sorted((self._surface(0, a[i]), self._surface(1, b[j])))
                yield -2 * shared / sum(sizes), texts, i, j

    def _surface(self, side: int, run: Run) -> str:
        return self.sides[side].words.surface(run.low, run.high)

    def _residues(self) -> tuple[list[Run], list[Run]]:
        """Long stretches that the passages leave over."""
        more: tuple[list[Run], list[Run]] = ([], [])
        for low_a, high_a, low_b, high_b in (g for p in self.found.passages for g in p.gaps()):
            for own, low, high in ((more[0], low_a, high_a), (more[1], low_b, high_b)):
                if _RESIDUE <= high - low <= LONGEST_RUN:
                    own.append(Run(low, high))
        return more


def _shared(one: str, two: str) -> int:
    """How many words two sorted bags have in common, each as often as it occurs in both."""
    return int(LCSseq.similarity(one, two))


def _nominated(a: list[str], b: list[str]) -> Iterable[tuple[int, int]]:
    """Pairs of runs that share the most words that few runs have, seen from either side."""
    places: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
    for own, runs in zip(places, (a, b), strict=True):
        for n, words in enumerate(runs):
            for word in set(words):
                own.setdefault(word, []).append(n)
    votes: tuple[dict[int, dict[int, int]], dict[int, dict[int, int]]] = ({}, {})
    for word, in_a in places[0].items():
        in_b = places[1].get(word, ())
        if len(in_a) <= _COMMON and len(in_b) <= _COMMON:
            for i in in_a:
                for j in in_b:
                    votes[0].setdefault(i, {})[j] = votes[0].get(i, {}).get(j, 0) + 1
    for i, of_i in votes[0].items():
        for j, n in of_i.items():
            votes[1].setdefault(j, {})[i] = n
    found = {(i, j): None for i, of_i in votes[0].items() for j in _most(of_i)}
    return found | {(i, j): None for j, of_j in votes[1].items() for i in _most(of_j)}


def _most(votes: dict[int, int]) -> list[int]:
    """The few with the most votes, and all that have as many as the last of them."""
    if len(votes) <= _CANDIDATES:
        return list(votes)
    least = sorted(votes.values())[-_CANDIDATES]
    found = [n for n, count in votes.items() if count >= least]
    return found if len(found) <= _COMMON else sorted(found, key=lambda n: -votes[n])[:_COMMON]


def _enough(equal: int, a: int, b: int) -> bool:
    """Whether two runs of ``a`` and ``b`` words correspond when so many are equal."""
    few = min(a, b)
    return 2 * equal >= _ALIKE * (a + b) or (few >= _FEW and equal >= _WITHIN * few)


def _firm(blocks: list[Block], a: Run, b: Run) -> Iterator[Block]:
    """The blocks without the word or two that happen to be equal in a passage written anew."""
    end_a, end_b = a.low, b.low
    for k, block in enumerate(blocks):
        after = blocks[k + 1] if k + 1 < len(blocks) else Block(a.high, b.high, 0)
        before = max(block.a - end_a, block.b - end_b)
        behind = max(after.a - block.a, after.b - block.b) - block.size
        if block.size > _CHANCE or min(before, behind) < _ANEW:
            yield block
            end_a, end_b = block.a + block.size, block.b + block.size
