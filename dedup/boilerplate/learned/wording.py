"""How a line is worded: whether it speaks as pages do, and what it looks like.

Repetition alone cannot tell a newsletter box from a heading or a reprinted paragraph; wording
helps. Everything here reads one line and nothing else.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from dedup.boilerplate.fold import UNSPACED, fold, tokens
from dedup.expressions import later

WORDS = Path(__file__).parent / "words.toml"

STRONG, WEAK, SLIGHT = 2.0, 1.0, 0.5
"""Points of the three kinds of words in ``words.toml``."""

WORD_POINTS = 1.5
"""Points a word at which a line's density is 1."""

_WITHIN = later(rf"[{UNSPACED}\uac00-\ud7a3]")
_ADDRESS = later(
    r"https?://|www\.\w|\w@\w|(?<!\w)@\w|\w\.(?:com|org|net|info|news|co|io|tv|[a-z]{2}/)\b|[©®]"
)
_ATTRIBUTION = later(r"[-–—]{1,3} ?[^\W\d_]")
_OPENING = "\"“”«„‘「『"
_CLOSED = ".!?…。！？।۔؟।”\"»」』)"
_SENTENCE = (".", "!", "…", "。", "！", "।", "۔")
_LABEL = (":", "?", "：", "？", "؟")
_INITIAL = later(r"(?:[A-Z]\.)+")
_LINKING = frozenset(
    [
        *("of", "the", "and", "&", "for", "de", "la", "le", "du", "des", "der", "die", "das"),
        *("van", "von", "da", "do", "di", "del", "el", "al", "bin", "y", "et", "und", "e"),
    ]
)


class Wording(NamedTuple):
    """What one line says about itself. ``points`` and ``density`` are of furniture's words.

    ``density`` lies in 0..1: points for each word, 1 when each word is a strong one or two are
    weak ones to one strong. ``title`` is the share of words that begin with a capital.
    """

    words: int
    points: float
    density: float
    title: float
    capitals: bool
    sentence: bool
    label: bool
    quoted: bool
    attribution: bool
    """Whether it begins with a dash and a capital, as the name under a quotation does."""
    address: bool
    bracketed: bool
    numbers: int
    """How many of the words are numbers."""
    doubled: bool
    """Whether it says its beginning twice, as a caption under its own title does."""

    @property
    def name(self) -> bool:
        """A few words that say nothing of a page: persons, places and outlets, dates."""
        plain = self.points < 1 or self.density < _NAME_DENSITY
        capital = self.words <= _NAME_WORDS and self.title > _NAME_TITLE and not self.address
        date = self.words <= _DATE_WORDS and self.numbers >= _DATE_NUMBERS
        return plain and (capital or date)


_NAME_WORDS = 6
_NAME_DENSITY = 0.25
_NAME_TITLE = 0.7
_DATE_WORDS, _DATE_NUMBERS = 8, 2


class Vocabulary(NamedTuple):
    """Points by folded word, and by stretch for scripts where words are not separated."""

    words: dict[str, float]
    stretches: dict[str, float]

    def points(self, found: list[str], folded: str) -> float:
        """Points of a line. A word counts once, however often it stands there."""
        own = sum(self.words.get(word, 0.0) for word in set(found))
        if not _WITHIN.search(folded):
            return own
        return own + sum(points for part, points in self.stretches.items() if part in folded)


@cache
def vocabulary() -> Vocabulary:
    """The words of ``words.toml``; a constant, read on first use."""
    table = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    known = Vocabulary({}, {})
    for kinds in table.values():
        for kind, points in (("slight", SLIGHT), ("weak", WEAK), ("strong", STRONG)):
            for word in fold(kinds[kind]).lower().split():
                place = known.stretches if _WITHIN.search(word) else known.words
                place[word] = max(points, place.get(word, 0.0))
    return known


def wording(text: str) -> Wording:
    """What the line says about itself."""
    folded = fold(text)
    found = tokens(folded)
    count = _words(folded, found)
    points = vocabulary().points(found, folded.lower())
    parts = [part for part in folded.split() if part.lower() not in _LINKING]
    letters = list(filter(str.isalpha, folded))
    cased = any(sign.lower() != sign.upper() for sign in letters)
    upper = sum(_capital(part, cased) for part in parts)
    capital = sum(map(str.isupper, letters))
    bare = text.strip()
    return Wording(
        words=count,
        points=points,
        density=min(1.0, points / (WORD_POINTS * max(count, 1))),
        title=upper / max(len(parts), 1),
        capitals=len(letters) > 3 and capital > 0.9 * len(letters),
        sentence=count >= _PROSE_WORDS and bare.rstrip(_TRAILING).endswith(_SENTENCE),
        label=bare.endswith(_LABEL),
        quoted=_quoted(bare, count),
        attribution=_ATTRIBUTION.match(bare) is not None,
        address=_ADDRESS.search(text) is not None,
        bracketed=bare[:1] in "([{" and bare[-1:] in ")]}",
        numbers=sum(map(str.isdecimal, found)),
        doubled=_doubled(found),
    )


def _capital(part: str, cased: bool) -> bool:
    """Whether a word is one of a name: in scripts without capitals every short line may be."""
    first = part.lstrip(_LEADING)[:1]
    return not cased or first.isupper() or first.isdigit()


_LEADING = "([{\"'“‘-*•_"
_TRAILING = " \"'”’»)]*_"
_PROSE_WORDS = 4


def _words(folded: str, found: list[str]) -> int:
    """Words; where they are not separated, two characters of Han or kana make one, or four."""
    if not _WITHIN.search(folded):
        return len(found)
    single = [token for token in found if len(token) == 1 and _WITHIN.match(token)]
    ideographs = sum(token >= _FIRST_IDEOGRAPH for token in single)
    others = len(single) - ideographs
    return len(found) - len(single) + (ideographs + 1) // 2 + (others + 3) // 4


_FIRST_IDEOGRAPH = "\u3000"


def _quoted(bare: str, words: int) -> bool:
    """Whether a long line holds what someone said: it repeats because it was carried over."""
    marks = sum(bare.count(mark) for mark in _OPENING)
    return words >= _QUOTED_WORDS and marks > 0 and any(mark in bare[:200] for mark in _OPENING)


_QUOTED_WORDS = 20


def _doubled(found: list[str]) -> bool:
    return any(
        found[:size] == found[size : 2 * size] for size in range(2, min(len(found) // 2, 25) + 1)
    )
