"""Facts that were replaced, seen through windows: what a run over a corpus compares.

Where two stories differ is worked out for all pairs at once by a kernel
(:func:`dedup.kernels.reference.gaps`), and most of what differs can be told to hold no fact by
looking at the flags of its words. What remains comes here as a pair of short windows of text
around each difference, so the work does not grow with the length of the stories.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from dedup.facts.align import Alignment, Block, Passage
from dedup.facts.changes import Change
from dedup.facts.compare import Comparison
from dedup.facts.quotes import Quotes
from dedup.facts.sentences import Run
from dedup.facts.vocabulary import LANGUAGES, vocabulary
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


class Window(NamedTuple):
    """A stretch of text, and which characters of it differ from the other side's."""

    text: str
    low: int
    high: int


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


@lru_cache(maxsize=1 << 16)
def replaced_in(frame: Frame, language: str) -> tuple[Change, ...]:
    """The facts that were replaced in one frame; copies of a text share most of theirs."""
    return tuple(replaced([frame], language))


def replaced(frames: Sequence[Frame], language: str) -> list[Change]:
    """The facts that were replaced, and the negations that came or went, by place.

    Spans of the changes count from the start of a side's windows, joined.
    """
    if not frames:
        return []
    sides = [_Side([frame[n] for frame in frames]) for n in range(2)]
    comparison = _Framed(Alignment(sides[0].words, sides[1].words), vocabulary(language))
    for places in zip(*(side.places for side in sides), strict=True):
        comparison.passage(_passage(*places))
    return list(dict.fromkeys(comparison.changes))


class _Framed(Comparison):
    """A comparison of windows, which do not show where a quotation begins."""

    def quotes(self) -> tuple[Quotes, Quotes]:
        return Quotes(""), Quotes("")


class _Place(NamedTuple):
    """Tokens of a window, and those of them that differ."""

    low: int
    changed: int
    unchanged: int
    high: int


class _Side:
    """All windows of one side as words."""

    def __init__(self, windows: Sequence[Window]) -> None:
        self.words = Words("\n\n".join(window.text for window in windows))
        self.places: list[_Place] = []
        start = 0
        for window in windows:
            self.places.append(self._enter(window, start))
            start += len(window.text) + 2

    def _enter(self, window: Window, start: int) -> _Place:
        words = self.words
        low = len(words.keys)
        words.add(start, start + len(window.text))
        starts, high = words.starts, len(words.keys)
        inside = [n for n in range(low, high) if starts[n] < start + window.high]
        before = sum(words.ends[n] <= start + window.low for n in inside)
        return _Place(low, low + before, low + len(inside), high)


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
