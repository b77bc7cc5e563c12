"""Work on many pieces of text of which some are equal: each is sent and read once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from dedup.candidates import Spread

Asked = TypeVar("Asked", bound=Hashable)
Found = TypeVar("Found")

AT_ONCE = 250
"""Pieces in one batch: some hundredths of a second of work, so that who has the last one is not
waited for, and a hundred kilobytes to send."""


def once_each(
    work: Callable[[Sequence[Asked]], Sequence[Found]], asked: Iterable[Asked], apart: Spread
) -> dict[Asked, Found]:
    """What ``work`` finds in each different piece, ``apart`` doing it batch by batch."""
    different = list(dict.fromkeys(asked))
    batches = (different[low : low + AT_ONCE] for low in range(0, len(different), AT_ONCE))
    return dict(zip(different, chain.from_iterable(apart(work, batches)), strict=True))
