"""Choices that are hashes: the same for a seed on every machine, in any order of the stories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """A row of choices that follows from a seed and a name."""

    def __init__(self, seed: int, name: str) -> None:
        self._key = f"{seed}\0{name}"
        self._thrown = 0

    def below(self, limit: int) -> int:
        """A whole number from 0 to below ``limit``, which must be at least 1."""
        self._thrown += 1
        return _hashed(f"{self._key}\0{self._thrown}") % limit

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """So many of the items, or all of them, in their order."""
        places = list(range(len(items)))
        for at in range(min(count, len(places))):
            other = at + self.below(len(places) - at)
            places[at], places[other] = places[other], places[at]
        return [items[place] for place in sorted(places[:count])]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """All items in another order (Fisher, Yates)."""
        mixed = list(items)
        for at in range(len(mixed) - 1, 0, -1):
            other = self.below(at + 1)
            mixed[at], mixed[other] = mixed[other], mixed[at]
        return mixed


def sampled(names: Iterable[str], count: int, seed: int) -> list[str]:
    """So many of the names, in the order of the draw: that of the hashes of seed and name."""
    return sorted(names, key=lambda name: (_hashed(f"{seed}\0{name}"), name))[:count]


def _hashed(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
