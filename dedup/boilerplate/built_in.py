"""The phrases of this package, already understood: read from the files beside the lexicons."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from dedup.boilerplate.phrases import FOLDER, Phrase

if TYPE_CHECKING:
    from dedup.boilerplate.hashes import HashedWords

PHRASES: Final = FOLDER / "phrases.json"
LITERALS: Final = FOLDER / "literals.json"
HASHES: Final = FOLDER / "hashes.npz"


class BuiltIn:
    """Numbered phrases, and the literal words they begin or end with, each read when asked for.

    A run asks by hash and needs few phrases: it reads two files in 4 ms and makes the phrases it
    meets. Whoever asks by text (:meth:`Lexicon.match`) reads the literals too.
    """

    def __init__(self) -> None:
        self._rows: list[list[str]] = json.loads(PHRASES.read_text(encoding="utf-8"))
        self._phrases: dict[int, Phrase] = {}

    def phrase(self, number: int) -> Phrase:
        """The phrase of a number, made once."""
        if number not in self._phrases:
            self._phrases[number] = Phrase(*self._rows[number])
        return self._phrases[number]

    def literals(self, closing: bool = False) -> list[str]:
        """The first (or last) words as they are written in the phrases, sorted."""
        return list(self._literals["tails" if closing else "heads"])

    def phrases(self, words: str, closing: bool = False) -> list[Phrase]:
        """The phrases whose literal first (or last) words have this key."""
        return [self.phrase(number) for number in self._by_key[closing].get(words, ())]

    def hashed(self, closing: bool = False) -> HashedWords:
        """The same by the hashes of the words, for the shipped matching form."""
        return self._hashed[closing]

    @cached_property
    def _literals(self) -> dict[str, dict[str, Any]]:
        stored: dict[str, dict[str, Any]] = json.loads(LITERALS.read_text(encoding="utf-8"))
        return stored

    @cached_property
    def _by_key(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        by_key: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
        keys = self._literals["keys"]
        for side, found in zip(by_key, ("heads", "tails"), strict=True):
            for literal, numbers in self._literals[found].items():
                words = keys.get(literal) or literal.lower()
                known = side.get(words)
                side[words] = sorted({*known, *numbers}) if known else numbers
        return by_key

    @cached_property
    def _hashed(self) -> tuple[HashedWords, HashedWords]:
        import numpy as np

        from dedup.boilerplate.hashes import HashedWords

        with np.load(HASHES) as stored:
            arrays: dict[str, Any] = {name: stored[name] for name in stored.files}
        heads, tails = (
            HashedWords(*(arrays[f"{side}_{field}"] for field in HashedWords._fields))
            for side in ("heads", "tails")
        )
        return heads, tails
