"""What members of a group have in common, word by word, and what fills the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dedup.boilerplate.pattern import SLOTS
from dedup.expressions import later

_TYPED = ("n", "url", "email", "handle", "date", "name", "credit")
"""Slots from the narrowest to the widest; a filling that is none of them is a title."""

_PATTERNS = {name: later(SLOTS[name]) for name in _TYPED}
_GLUED = later(r"([:|»])(?=[^\s/\d])")  # "More:Title", but no address and no time of day
_NO_BRACES = str.maketrans("{}", "()")
"""Braces are for slots alone; words are compared without such signs."""

_MOST = 0.9
"""Share of the fillings that a slot must fit to be named after them."""


class Form(NamedTuple):
    """A template: literal words before and behind one slot, and what the texts fill it with."""

    before: str
    fillings: tuple[str, ...]
    behind: str

    @property
    def slot(self) -> str:
        """What the slot is called."""
        filled = [filling.strip(" .:;,|-()[]") for filling in self.fillings if filling]
        for name in _TYPED:
            fit = sum(_PATTERNS[name].fullmatch(filling) is not None for filling in filled)
            if filled and fit >= _MOST * len(filled):
                return name
        return "title"

    @property
    def pattern(self) -> str:
        """As the lexicon writes it: ``Read also: {title}``."""
        before, behind = (part.translate(_NO_BRACES) for part in (self.before, self.behind))
        return " ".join(part for part in (before, f"{{{self.slot}}}", behind) if part)

    @property
    def literal(self) -> str:
        """The words around the slot."""
        return f"{self.before} {self.behind}".strip()


def form(folded: Sequence[str]) -> Form:
    """What folded texts share at their beginnings and ends, and what fills the rest.

    Words are compared without regard to case; those of the first text are kept. The slot may be
    empty in some.
    """
    split = [_GLUED.sub(r"\1 ", text).split() for text in folded]
    lower = [[word.lower() for word in words] for words in split]
    shortest = min(map(len, lower))
    before = _common(lower, shortest)
    behind = _common([words[::-1] for words in lower], shortest - before)
    fillings = tuple(" ".join(words[before : len(words) - behind]) for words in split)
    first = split[0]
    tail = " ".join(first[len(first) - behind :]) if behind else ""
    return Form(" ".join(first[:before]), fillings, tail)


def _common(rows: Sequence[Sequence[str]], most: int) -> int:
    """How many words all rows begin with."""
    size = 0
    while size < most and len({row[size] for row in rows}) == 1:
        size += 1
    return size
