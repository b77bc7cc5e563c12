"""Which words of two texts correspond, whatever the order of their paragraphs.

Equal paragraphs are set aside unread, then equal sentences of the others. What is left, runs of
sentences without an equal, is paired: first those between the same equal sentences, then by the
words they share; and within each pair the longest common subsequence of words says what stayed.
Long passages that this leaves over (a paragraph split or merged, a sentence moved) are paired once
more. Every choice is made on content, so neither the order of the sides nor that of the paragraphs
matters, ties between equal passages apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from dedup.facts.words import Words, count

MOST_WORDS = 20_000
"""Words of a side that are aligned; of two texts of equal paragraphs none are."""

LONGEST_RUN = 4_000
"""Words of a run; beyond, its rest is left unpaired. Time and memory grow with the square: two
runs of this length take some 5 ms and 2 MB."""

_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n\s*")
_SENTENCE = re.compile(
    r"[.!?…؟।۔。！？]"
    r"(?<!\b[^\W\d_]\.)(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)"  # "J. Smith", "Mr. Smith", "Dec. 30"
    r"(?:[\"'“”’»)\]]*\s+|(?<=[。！？])[」』”]*)"
)

_ALIKE = 0.5
"""Share of common words (Dice, figures taken as equal) from which two runs are paired."""
_WITHIN = 0.75
_FEW = 5
"""A run mostly inside a longer one is paired too, if it has a few words."""
_COMMON = 8
_CANDIDATES = 2
"""A word in more runs than this nominates none; so many nominated runs are measured. With these
the work grows with the number of words, whatever the texts."""
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


class Run(NamedTuple):
    """Tokens ``low`` to ``high`` of one side; ``left`` and ``right`` name the equal sentences
    around them in the paragraph, 0 where there is none."""

    low: int
    high: int
    left: int = 0
    right: int = 0


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
        """Tokens of ``a`` and ``b`` between the blocks, before the first and after the last; some
        are empty on both sides."""
        a, b = self.a.low, self.b.low
        for block in (*self.blocks, Block(self.a.high, self.b.high, 0)):
            yield a, block.a, b, block.b
            a, b = block.a + block.size, block.b + block.size


@dataclass(slots=True)
class Alignment:
    """The words that had to be read of each side, the passages that correspond, the runs that
    have no counterpart; how many words are equal in the paragraphs and sentences set aside (unread, or
    read and found equal), and whether a bound was reached."""

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
    sentences = _unequal(found, _paragraphs(a), _paragraphs(b))
    sides = tuple(_Side(words, own) for words, own in zip((found.a, found.b), sentences, strict=True))
    found.partial = any(side.cut for side in sides)
    if all(side.words.keys for side in sides):
        _Pairing(found, *sides).run()
    else:
        found.only_a, found.only_b = ([Run(0, len(s.words.keys))] if s.words.keys else [] for s in sides)
    return found


def _paragraphs(text: str) -> list[tuple[int, int]]:
    """Spans of paragraphs: between blank lines, or lines where there is no blank one."""
    return _split(text, 0, len(text), _BREAK if _BREAK.search(text) else _LINE, False)


def _split(
    text: str, low: int, high: int, pattern: re.Pattern[str], keep: bool
) -> list[tuple[int, int]]:
    """Spans between matches of the pattern; ``keep`` leaves the match with what precedes it."""
    spans = []
    for match in pattern.finditer(text, low, high):
        spans.append((low, match.end() if keep else match.start()))
        low = match.end()
    if low < high:
        spans.append((low, high))
    return spans


class _Sentence(NamedTuple):
    start: int
    end: int
    match: int
    """Number of its pair of equal sentences, 0 if it has none."""


_Paragraph = list[_Sentence]


def _unequal(
    found: Alignment, a: list[tuple[int, int]], b: list[tuple[int, int]]
) -> tuple[list[_Paragraph], list[_Paragraph]]:
    """The sentences of the paragraphs that have no equal, those with an equal numbered."""
    texts = found.a.text, found.b.text
    pairs = _equals(*([text[s:e].strip() for s, e in spans] for text, spans in zip(texts, (a, b), strict=True)))
    found.unread += count("\n".join(texts[0][a[i][0] : a[i][1]] for i in pairs))
    taken = set(pairs), set(pairs.values())
    sides: list[list[list[tuple[int, int]]]] = [
        [_split(text, s, e, _SENTENCE, True) for k, (s, e) in enumerate(spans) if k not in used]
        for text, spans, used in zip(texts, (a, b), taken, strict=True)
    ]
    flat = [[span for paragraph in side for span in paragraph] for side in sides]
    equal = _equals(*([text[s:e].strip() for s, e in spans] for text, spans in zip(texts, flat, strict=True)))
    found.unread += count("\n".join(texts[0][flat[0][i][0] : flat[0][i][1]] for i in equal))
    numbers = ({i: n for n, i in enumerate(equal, 1)}, {j: n for n, j in enumerate(equal.values(), 1)})
    return _numbered(sides[0], numbers[0]), _numbered(sides[1], numbers[1])


def _equals(a: list[str], b: list[str]) -> dict[int, int]:
    """Places in ``a`` of texts that ``b`` has too, with their place there; the first with the first."""
    places: dict[str, list[int]] = {}
    for j in range(len(b) - 1, -1, -1):
        places.setdefault(b[j], []).append(j)
    return {i: found.pop() for i, text in enumerate(a) if (found := places.get(text))}


def _numbered(paragraphs: list[list[tuple[int, int]]], numbers: dict[int, int]) -> list[_Paragraph]:
    result, k = [], 0
    for paragraph in paragraphs:
        result.append([_Sentence(s, e, numbers.get(k + n, 0)) for n, (s, e) in enumerate(paragraph)])
        k += len(paragraph)
    return result


class _Side:
    """The sentences of one side without an equal, as tokens, and what stands around them."""

    def __init__(self, words: Words, paragraphs: list[_Paragraph]) -> None:
        self.words = words
        self.cut = False
        self.sentences: list[tuple[int, int, int, int]] = []
        """Paragraph, first token, token behind, number of the pair (tokens are empty then)."""
        for n, paragraph in enumerate(paragraphs):
            for start, end, match in paragraph:
                self._add(n, start, end, match)

    def _add(self, paragraph: int, start: int, end: int, match: int) -> None:
        low = len(self.words.keys)
        if low > MOST_WORDS:
            self.cut = True
        elif not match:
            self.words.add(start, end)
        if match or len(self.words.keys) > low:
            self.sentences.append((paragraph, low, len(self.words.keys), match))

    def runs(self) -> list[Run]:
        """What is left between equal sentences of a paragraph."""
        found: list[Run] = []
        paragraph, left, low, high = -1, 0, 0, 0
        for number, start, end, match in [*self.sentences, (-1, 0, 0, 0)]:
            if (number != paragraph or match) and high > low:
                found.append(Run(low, high, left, match if number == paragraph else 0))
            if match:
                low, left = end, match
            elif number != paragraph:
                low, left = start, 0
            paragraph, high = number, end
        return found


class _Pairing:
    """Finds the passages of an alignment."""

    def __init__(self, found: Alignment, a: _Side, b: _Side) -> None:
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
        for i, j in _equals(*texts).items():
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
        long = max(a.high - a.low, b.high - b.low) > LONGEST_RUN
        self.found.partial |= long
        ones, twos = self._text(self.exact, 0, a)[:LONGEST_RUN], self._text(self.exact, 1, b)[:LONGEST_RUN]
        turned = self._words(0, a) > self._words(1, b) if ones != twos else False
        if turned:
            ones, twos = twos, ones
        blocks = []
        for step, low, high, other, _ in LCSseq.opcodes(ones, twos).as_list():
            if step == "equal":
                i, j = (other, low) if turned else (low, other)
                blocks.append(Block(a.low + i, b.low + j, high - low))
        return Passage(a, b, tuple(_firm(blocks, a, b)))

    def _text(self, texts: tuple[str, ...], side: int, run: Run) -> str:
        return texts[side][run.low : run.high]

    def _words(self, side: int, run: Run) -> list[str]:
        return self.sides[side].words.keys[run.low : run.high]

    def _overlap(self, a: Run, b: Run) -> int:
        """How many words two runs share, figures taken as equal, whatever their order."""
        return (Counter(self._text(self.masked, 0, a)) & Counter(self._text(self.masked, 1, b))).total()

    def _alike(self, a: list[Run], b: list[Run]) -> tuple[list[Run], list[Run]]:
        """Pair runs by the words they share, the most alike first."""
        if not a or not b:
            return a, b
        found = sorted(self._measured(a, b))
        used_a, used_b = set[int](), set[int]()
        for _, _, _, i, j in found:
            if i not in used_a and j not in used_b:
                used_a.add(i)
                used_b.add(j)
                self._pair(a[i], b[j])
        return ([run for k, run in enumerate(a) if k not in used_a],
                [run for k, run in enumerate(b) if k not in used_b])  # fmt: skip

    def _measured(
        self, a: list[Run], b: list[Run]
    ) -> Iterator[tuple[float, list[str], list[str], int, int]]:
        counts = [[Counter(self._text(self.masked, side, run)) for run in runs]
                  for side, runs in enumerate((a, b))]  # fmt: skip
        for i, j in self._nominated(counts[0], counts[1]):
            shared = (counts[0][i] & counts[1][j]).total()
            sizes = a[i].high - a[i].low, b[j].high - b[j].low
            if _enough(shared, *sizes):
                # The texts break ties, in one order whichever side they are on.
                words = sorted((self._words(0, a[i]), self._words(1, b[j])))
                yield -2 * shared / sum(sizes), words[0], words[1], i, j

    def _nominated(
        self, a: list[Counter[str]], b: list[Counter[str]]
    ) -> Iterable[tuple[int, int]]:
        """Pairs of runs that share the most words that few runs have, seen from either side."""
        found: dict[tuple[int, int], None] = {}
        for near, far, turned in ((a, b, False), (b, a, True)):
            places: dict[str, list[int]] = {}
            for j, words in enumerate(far):
                for word in words:
                    places.setdefault(word, []).append(j)
            for i, words in enumerate(near):
                votes: dict[int, int] = {}
                for word in words:
                    found_in = places.get(word, ())
                    if len(found_in) <= _COMMON:
                        for j in found_in:
                            votes[j] = votes.get(j, 0) + 1
                for j, _ in sorted(votes.items(), key=lambda vote: -vote[1])[:_CANDIDATES]:
                    found[(j, i) if turned else (i, j)] = None
        return found

    def _residues(self) -> tuple[list[Run], list[Run]]:
        """Long stretches that the passages leave over."""
        more: tuple[list[Run], list[Run]] = ([], [])
        for low_a, high_a, low_b, high_b in (g for p in self.found.passages for g in p.gaps()):
            for own, low, high in ((more[0], low_a, high_a), (more[1], low_b, high_b)):
                if _RESIDUE <= high - low <= LONGEST_RUN:
                    own.append(Run(low, high))
        return more


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
