"""What of two texts has no equal on the other side, sentence by sentence.

Equal paragraphs are set aside unread, then equal sentences of the others, wherever they stand.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dedup.expressions import later
from dedup.facts.words import Words

MOST_WORDS = 20_000
"""Words of a side that are aligned; of two texts of equal paragraphs none are."""

_BREAK = later(r"\n[^\S\n]*\n\s*")
_LINE = later(r"\n\s*")
_SENTENCE = later(
    r"[.!?…؟।۔。！？]"
    # Not behind "J.", "Mr." or "Dec.": a capital and at most two letters more.
    r"(?<!\b[^\W\d_]\.)(?<!\b[A-Z][a-z]\.)(?<!\b[A-Z][a-z]{2}\.)"
    r"(?:[\"'“”’»)\]]*\s+|(?<=[。！？])[」』”]*)"
)

Spans = list[tuple[int, int]]


class Run(NamedTuple):
    """Tokens ``low`` to ``high`` of one side.

    ``left`` and ``right`` name the equal sentences around them in the paragraph, 0 where there is
    none.
    """

    low: int
    high: int
    left: int = 0
    right: int = 0


class Sentence(NamedTuple):
    """A sentence by its characters, with the number of its pair of equals, 0 if it has none."""

    start: int
    end: int
    match: int


Paragraph = list[Sentence]


def unequal(a: str, b: str) -> tuple[list[str], list[Paragraph], list[Paragraph]]:
    """The texts that both sides have, and the sentences of the paragraphs without an equal.

    Sentences that have an equal in another paragraph are numbered by their pair.
    """
    texts = a, b
    spans = _paragraphs(a), _paragraphs(b)
    pairs = equals(*map(_cut, texts, spans))
    unread = [a[slice(*spans[0][i])] for i in pairs]
    sides = [
        [_split(text, *span, _SENTENCE, True) for k, span in enumerate(own) if k not in used]
        for text, own, used in zip(texts, spans, (set(pairs), set(pairs.values())), strict=True)
    ]
    flat = [[span for paragraph in side for span in paragraph] for side in sides]
    pairs = equals(*map(_cut, texts, flat))
    unread += [a[slice(*flat[0][i])] for i in pairs]
    numbers = [{k: n for n, k in enumerate(own, 1)} for own in (pairs, pairs.values())]
    return unread, _numbered(sides[0], numbers[0]), _numbered(sides[1], numbers[1])


def _cut(text: str, spans: Spans) -> list[str]:
    return [text[start:end].strip() for start, end in spans]


def _paragraphs(text: str) -> Spans:
    """Spans of paragraphs: between blank lines, or lines where there is no blank one."""
    return _split(text, 0, len(text), _BREAK if _BREAK.search(text) else _LINE, False)


def _split(text: str, low: int, high: int, pattern: re.Pattern[str], keep: bool) -> Spans:
    """Spans between matches of the pattern; ``keep`` leaves the match with what precedes it."""
    spans = []
    for match in pattern.finditer(text, low, high):
        spans.append((low, match.end() if keep else match.start()))
        low = match.end()
    if low < high:
        spans.append((low, high))
    return spans


def equals(a: list[str], b: list[str]) -> dict[int, int]:
    """Places in ``a`` of texts that ``b`` has too, with their place there; first with first."""
    places: dict[str, list[int]] = {}
    for j in range(len(b) - 1, -1, -1):
        places.setdefault(b[j], []).append(j)
    return {i: found.pop() for i, text in enumerate(a) if (found := places.get(text))}


def _numbered(paragraphs: list[Spans], numbers: dict[int, int]) -> list[Paragraph]:
    result, k = [], 0
    for paragraph in paragraphs:
        result.append([Sentence(*span, numbers.get(k + n, 0)) for n, span in enumerate(paragraph)])
        k += len(paragraph)
    return result


class Side:
    """The sentences of one side without an equal, as tokens, and what stands around them."""

    def __init__(self, words: Words, paragraphs: list[Paragraph]) -> None:
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
