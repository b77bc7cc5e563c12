"""Facts that were replaced, seen through windows: what a run over a corpus compares.

Where two stories differ is worked out for all pairs at once by a kernel
(:func:`dedup.kernels.reference.gaps`), and most of what differs can be told to hold no fact by
looking at the flags of its words. What remains comes here as a pair of short windows of text
around each difference, so the work does not grow with the length of the stories.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from dedup.facts.align import Alignment, Block, Passage
from dedup.facts.changes import Change
from dedup.facts.compare import Comparison
from dedup.facts.mentions import Mention
from dedup.facts.names import same_name
from dedup.facts.quotes import Quotes
from dedup.facts.scan import scan
from dedup.facts.sentences import Run
from dedup.facts.vocabulary import LANGUAGES, Vocabulary, vocabulary
from dedup.facts.words import Words

WINDOW, NAME_WINDOW = 8, 5
"""Words to show on either side of a difference: more than those of a date or an amount; of what
can only be a name, enough for the rest of the name and a frame."""

_CONTRACTIONS = tuple(
    f"{verb}n't" for verb in (
        "are", "ca", "could", "did", "does", "do", "had", "has", "have", "is", "must", "need",
        "should", "was", "were", "wo", "would",
    )
)  # fmt: skip

_TELLING = "telling.json"

_NO_QUOTES = Quotes("")


class Window(NamedTuple):
    """A stretch of text, and which characters of it differ from the other side's."""

    text: str
    low: int
    high: int

    @property
    def changed(self) -> str:
        """The words that differ."""
        return self.text[self.low : self.high]


Frame = tuple[Window, Window]
"""The same place in two texts: equal words around what differs."""


def telling_words() -> dict[str, list[str]]:
    """Words of every language that can be a fact, as they are shipped; sorted.

    ``figures`` can be part of a number, a date or an amount, ``negations`` begin a negation. All
    languages' files together take 0.6 s to read, so their words are kept in one file, which
    ``python -m dedup.facts.frames`` writes anew.
    """
    stored = files("dedup.facts").joinpath(_TELLING).read_text("utf-8")
    return dict(json.loads(stored))


def collected_words() -> dict[str, list[str]]:
    """The same, collected from the languages' files."""
    known = list(map(vocabulary, LANGUAGES))
    negations = {word for each in known for word in each.negations.firsts()} | {*_CONTRACTIONS}
    figures = {word for each in known for word in each.telling} - negations - {"-"}
    return {"figures": sorted(figures), "negations": sorted(negations)}


class Framed(NamedTuple):
    """The same place in two texts, and the language they are read in."""

    a: Window
    b: Window
    language: str


def replaced_all(places: Sequence[Framed]) -> list[tuple[Change, ...]]:
    """The facts that were replaced in each of some places."""
    reading = _Reading()
    return [replaced(*place, reading) for place in places]


def replaced(
    a: Window, b: Window, language: str, reading: _Reading | None = None
) -> tuple[Change, ...]:
    """The facts that were replaced between two windows, and negations that came or went.

    Spans of the changes count from the windows' starts. What was read of either window is kept in
    ``reading``.
    """
    if _exchanged(a.changed, b.changed):
        return ()
    reading = _Reading() if reading is None else reading
    one, other = reading.words(a.text), reading.words(b.text)
    places = _entered(one, a), _entered(other, b)
    comparison = _Framed(Alignment(one, other), vocabulary(language), reading)
    comparison.passage(_passage(*places))
    comparison.pair_the_rest()
    comparison.pair_capitals(*places)
    return tuple(dict.fromkeys(comparison.changes))


def _exchanged(a: str, b: str) -> bool:
    """Whether two wordings differ by letters that changed places, as in "is no" and "si on"."""
    words, others = (side.lower().split() for side in (a, b))
    return len(words) == len(others) and all(
        x == y or (sorted(x) == sorted(y) and not any(map(str.isdigit, x)))
        for x, y in zip(words, others, strict=True)
    )


class _Reading:
    """Windows that were read: a story's is held against those of several others."""

    def __init__(self) -> None:
        self._words: dict[str, Words] = {}
        self._mentions: dict[tuple[str, str, int, int], list[Mention]] = {}

    def words(self, text: str) -> Words:
        """The words of a window."""
        found = self._words.get(text)
        if found is None:
            found = self._words[text] = Words(text)
            found.add(0, len(text))
        return found

    def mentions(self, words: Words, low: int, high: int, language: Vocabulary) -> list[Mention]:
        """The facts that some of the words mention."""
        asked = words.text, language.language, low, high
        found = self._mentions.get(asked)
        if found is None:
            found = self._mentions[asked] = scan(words, low, high, language)
        return found


class _Place(NamedTuple):
    """Tokens of a window, and those of them that differ."""

    low: int
    changed: int
    unchanged: int
    high: int


class _Framed(Comparison):
    """A comparison of windows, which do not show where a quotation begins."""

    def __init__(self, found: Alignment, vocabulary: Vocabulary, reading: _Reading) -> None:
        super().__init__(found, vocabulary)
        self._reading = reading

    def mentions(self, side: int, low: int, high: int) -> list[Mention]:
        return self._reading.mentions(self.words[side], low, high, self.vocabulary)

    def quotes(self) -> tuple[Quotes, Quotes]:
        return _NO_QUOTES, _NO_QUOTES

    def pair_the_rest(self) -> None:
        """Report a fact in the place of one of another kind: "on Tuesday", "on Mars"."""
        for one, other in zip(*self.loose, strict=False):
            if one.family != other.family:
                self._report(one, other, matched=True)

    def pair_capitals(self, a: _Place, b: _Place) -> None:
        """Report a capitalised word in the place of another, where no fact was known in either.

        "Secretary" is no name, but where "December" stood it is another fact.
        """
        if self.changes or not all(map(self._lone_capital, self.words, (a, b))):
            return
        one, other = (
            words.keys[place.changed] for words, place in zip(self.words, (a, b), strict=True)
        )
        titles = self.vocabulary.titles
        if not ((one in titles and other in titles) or same_name(one, other, self.vocabulary)):
            mentions = [
                Mention("name", place.changed, place.unchanged, (key,))
                for place, key in ((a, one), (b, other))
            ]
            self._report(mentions[0], mentions[1], matched=True)

    def _lone_capital(self, words: Words, place: _Place) -> bool:
        at = place.changed
        return place.unchanged == at + 1 and words.capitals[at] and not words.initial(at)


def _entered(words: Words, window: Window) -> _Place:
    """A window's words, and which of them differ."""
    inside = bisect_left(words.starts, window.high)
    before = bisect_right(words.ends, window.low, 0, inside)
    return _Place(0, before, inside, len(words.keys))


def _passage(a: _Place, b: _Place) -> Passage:
    """A window of each side: the equal words before and behind, as many as both show."""
    before = min(a.changed - a.low, b.changed - b.low)
    behind = min(a.high - a.unchanged, b.high - b.unchanged)
    blocks = (
        Block(a.changed - before, b.changed - before, before),
        Block(a.unchanged, b.unchanged, behind),
    )
    one, other = (
        Run(place.changed - before, place.unchanged + behind) for place in (a, b)
    )  # fmt: skip
    return Passage(one, other, tuple(block for block in blocks if block.size))


if __name__ == "__main__":
    text = json.dumps(collected_words(), ensure_ascii=False, indent=0)
    Path(__file__).with_name(_TELLING).write_text(text + "\n", "utf-8")
