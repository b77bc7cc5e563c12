"""Work on many pieces of text of which some are equal: each is read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TypeVar

Asked = TypeVar("Asked", bound=Hashable)
Found = TypeVar("Found")

AT_ONCE = 250
"""Pieces in one batch: what is read of one is remembered for the others, some megabytes."""


def once_each(
    work: Callable[[Sequence[Asked]], Sequence[Found]], asked: Iterable[Asked]
) -> dict[Asked, Found]:
    """What ``work`` finds in each different piece, batch by batch."""
    different: dict[Asked, None] = {}
    found = list(chain.from_iterable(map(work, _batches(asked, different))))
    return dict(zip(different, found, strict=True))


def _batches(asked: Iterable[Asked], different: dict[Asked, None]) -> Iterator[list[Asked]]:
    """The pieces that were not asked for before, batch by batch; they are entered."""
    batch: list[Asked] = []
    for piece in asked:
        if piece not in different:
            different[piece] = None
            batch.append(piece)
            if len(batch) == AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch
