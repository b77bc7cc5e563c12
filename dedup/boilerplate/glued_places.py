"""Phrases glued to the ends of paragraphs, by the words they begin or end with.

Those of this package stand in ``glued.toml`` and, understood, in ``glued.json``: see
:mod:`dedup.boilerplate.index`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from dedup.boilerplate.fold import first_words, key, last_words
from dedup.boilerplate.phrases import Phrase

GLUED_INDEX: Final = Path(__file__).parent / "glued.json"

HEAD, TAIL = "head", "tail"
_SIDES = ("head", "opening", "closing")


class GluedPlaces:
    """Phrases at the head of a paragraph by their first words; at its tail by either end.

    ``literals`` of each side map the words as they are written to the most words that a phrase
    with them may have.
    """

    def __init__(self, phrases: Iterable[Phrase] = ()) -> None:
        self.literals: dict[str, dict[str, int]] = {side: {} for side in _SIDES}
        self._by_key: dict[str, dict[str, list[Phrase]]] = {side: {} for side in _SIDES}
        self._first: dict[str, set[str]] = {side: set() for side in _SIDES}
        for phrase in phrases:
            if phrase.glued:
                first, last = phrase.found_by()
                self._add("head" if phrase.where == HEAD else "opening", first, phrase)
                self._add("closing", last, phrase)

    @classmethod
    def load(cls, own: Iterable[Phrase] = ()) -> GluedPlaces:
        """The phrases of this package, and before them the user's own."""
        places = cls(own)
        stored = json.loads(GLUED_INDEX.read_text(encoding="utf-8"))
        phrases = [Phrase(*fields) for fields in stored["phrases"]]
        for side in _SIDES:
            for literal, (longest, *numbers) in stored[side].items():
                for number in numbers:
                    places._enter(side, literal, phrases[number], longest)
        return places

    def stored(self) -> dict[str, Any]:
        """What :meth:`load` reads."""
        phrases: dict[Phrase, int] = {}
        sides: dict[str, dict[str, list[int]]] = {}
        for side in _SIDES:
            rows = sides[side] = {}
            for literal, longest in sorted(self.literals[side].items()):
                numbers = [
                    phrases.setdefault(phrase, len(phrases))
                    for phrase in self._by_key[side][key(literal)]
                ]
                rows[literal] = [longest, *numbers]
        rows_of_phrases = [
            [p.entry, p.language, p.rule, p.where, p.case, p.pattern] for p in phrases
        ]
        return {"phrases": rows_of_phrases, **sides}

    def _add(self, side: str, literals: Iterable[str], phrase: Phrase) -> None:
        for literal in dict.fromkeys(literals):
            self._enter(side, literal, phrase, phrase.longest())

    def _enter(self, side: str, literal: str, phrase: Phrase, longest: int) -> None:
        known = self.literals[side]
        known[literal] = max(longest, known.get(literal, 0))
        words = key(literal)
        self._first[side].add(words.partition(" ")[0])
        listed = self._by_key[side].setdefault(words, [])
        if phrase not in listed:
            listed.append(phrase)

    def at_head(self, span: str) -> list[Phrase]:
        """The phrases that a stretch may be which a paragraph begins with."""
        return _lookup(self._by_key["head"], first_words(span))

    def opened_by(self, span: str) -> list[Phrase]:
        """Those that a stretch at the end of a paragraph may be, going by its first words."""
        return _lookup(self._by_key["opening"], first_words(span))

    def closed_by(self, span: str) -> list[Phrase]:
        """Those that it may be going by its last words."""
        return _lookup(self._by_key["closing"], last_words(span))

    def begins(self, side: str, word: str) -> bool:
        """Whether a folded word is the first of a phrase found by its first words."""
        return word in self._first["head" if side == HEAD else "opening"]


def _lookup(by_key: Mapping[str, list[Phrase]], words: Iterable[str]) -> list[Phrase]:
    return [phrase for word in dict.fromkeys(words) for phrase in by_key.get(word, ())]
