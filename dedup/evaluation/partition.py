"""Partitions: clusters that labels imply, and how alike two clusterings are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from math import comb

from dedup.evaluation.figures import PLACES


def components(items: Iterable[str], edges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For each item the least item it hangs together with; an item without an edge is its own."""
    root = {item: item for item in items}

    def find(item: str) -> str:
        while root[item] != item:
            root[item] = root[root[item]]
            item = root[item]
        return item

    for a, b in edges:
        low, high = sorted((find(a), find(b)))
        root[high] = low
    return {item: find(item) for item in root}


def adjusted_rand(
    labelled: Mapping[str, Hashable], found: Mapping[str, Hashable]
) -> float | None:
    """The adjusted Rand index of two clusterings of the ``labelled`` items (Hubert, Arabie 1985).

    1 for equal clusterings, about 0 for unrelated ones, below 0 for worse than chance. An item
    that ``found`` does not hold stands alone. None for fewer than two items.
    """
    if len(labelled) < 2:
        return None
    pairs = Counter((labelled[item], found.get(item, (item,))) for item in labelled)
    rows: Counter[Hashable] = Counter()
    columns: Counter[Hashable] = Counter()
    for (row, column), count in pairs.items():
        rows[row] += count
        columns[column] += count
    both, in_rows, in_columns = (
        sum(comb(count, 2) for count in counts.values()) for counts in (pairs, rows, columns)
    )
    expected = in_rows * in_columns / comb(len(labelled), 2)
    most = (in_rows + in_columns) / 2
    if most == expected:
        # Both put every item alone, or all in one cluster: they agree.
        return 1.0
    return round((both - expected) / (most - expected), PLACES)
