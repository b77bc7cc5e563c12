"""How many stories the clusters hold."""

from __future__ import annotations

from collections.abc import Iterable
from math import log10

from dedup.report.page.svg import Picture, bar, drawing, words
from dedup.report.page.wording import counted, grouped

_CLASSES = ((2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, 50), (51, 100), (101, 500))
_ROW, _BAR = 38, 12


def sizes(members: Iterable[int]) -> Picture:
    """A bar for each class of sizes, its length the logarithm of the clusters in it."""
    rows = _classes(list(members))
    longest = max((log10(1 + clusters) for _, clusters, _ in rows), default=1)
    parts: list[str] = []
    for number, (label, clusters, stories) in enumerate(rows):
        y = 4 + number * _ROW
        figure = f"{counted(clusters, 'cluster')}, {counted(stories, 'story', 'stories')}"
        parts += [
            words(0, y + 12, label, look="name"),
            words(100, y + 12, figure, look="figure", anchor="end"),
            bar(0, y + 18, 100, _BAR, "ground"),
            bar(0, y + 18, 100 * log10(1 + clusters) / longest, _BAR, "copy", number=clusters,
                title=f"{label}: {figure}"),
        ]  # fmt: skip
    said = "; ".join(f"{label}: {grouped(clusters)} clusters" for label, clusters, _ in rows)
    return Picture(
        "sizes",
        drawing("sizes", "Clusters by size", said or "no clusters", 8 + _ROW * len(rows), parts),
        ("Stories in a cluster", "Clusters", "Stories"),
        tuple(rows),
    )


def _classes(members: list[int]) -> list[tuple[str, int, int]]:
    """Label, clusters and stories of each class, up to the largest that holds any."""
    rows = []
    bounds = [*_CLASSES, (_CLASSES[-1][1] + 1, max([*members, 0]))]
    for low, high in bounds:
        inside = [size for size in members if low <= size <= high]
        label = str(low) if low == high else f"{low} to {high}"
        rows.append((f"{label} stories", len(inside), sum(inside)))
    while rows and not rows[-1][1]:
        rows.pop()
    return rows
