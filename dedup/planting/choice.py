"""Choices that are hashes: the same for a seed on every machine, in any order of the stories."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
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


def drawn(
    items: Iterable[Item], name: Callable[[Item], str], count: int, seeds: Sequence[int]
) -> dict[int, list[Item]]:
    """For every seed so many of the items, in the order of the hashes of seed and name.

    The items pass by once and only those in the lead are held, whatever their number. Of items
    with one name the first is the one.
    """
    held: dict[int, dict[str, Item]] = {seed: {} for seed in seeds}
    # The largest hash first: what a smaller one drives out.
    order: dict[int, list[tuple[int, str]]] = {seed: [] for seed in seeds}
    for item in items:
        called = name(item)
        for seed in seeds:
            place = (-_hashed(f"{seed}\0{called}"), called)
            if called in held[seed] or (len(order[seed]) == count and place <= order[seed][0]):
                continue
            heapq.heappush(order[seed], place)
            held[seed][called] = item
            if len(order[seed]) > count:
                del held[seed][heapq.heappop(order[seed])[1]]
    return {
        seed: [held[seed][called] for _, called in sorted(order[seed], reverse=True)]
        for seed in seeds
    }


def _hashed(text: str) -> int:
    digest = blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
