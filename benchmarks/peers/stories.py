"""What every peer needs: the stories of a corpus, their shingles, and a file for what it found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import orjson

WORD = re.compile(r"\w+")
SHINGLE = 5
PERMUTATIONS = 128
BANDS, ROWS = 14, 9
"""What datasketch's optimiser makes of 128 permutations at a threshold of 0.7."""

BATCH = 1_000
"""Stories handed to a peer at a time; none holds the texts of more of them."""


def read(corpus: str) -> Iterator[tuple[str, str]]:
    """Id and text of each story."""
    with Path(corpus).open("rb") as lines:
        for line in lines:
            story = orjson.loads(line)
            yield story["id"], story["text"]


def batches(corpus: str) -> Iterator[tuple[list[str], list[str]]]:
    """Ids and texts of a thousand stories at a time."""
    stories = read(corpus)
    while batch := [*islice(stories, BATCH)]:
        ids, texts = zip(*batch, strict=True)
        yield [*ids], [*texts]


def shingles(text: str) -> set[str]:
    """The different five-word shingles of a text; of a shorter one its words."""
    words = WORD.findall(text.lower())
    if len(words) < SHINGLE:
        return {" ".join(words)}
    return {" ".join(row) for row in zip(*(words[i:] for i in range(SHINGLE)), strict=False)}


def write_pairs(out: str, pairs: Iterable[tuple[str, str]]) -> None:
    """Write pairs of stories that were found alike, each once."""
    with Path(out).open("w", encoding="utf-8") as file:
        file.write("pairs\n")
        file.writelines(f"{a}\t{b}\n" for a, b in pairs)


def write_clusters(out: str, clusters: Iterable[Iterable[str]]) -> None:
    """Write clusters of stories, of which no story is in two."""
    with Path(out).open("w", encoding="utf-8") as file:
        file.write("clusters\n")
        file.writelines("\t".join(members) + "\n" for members in clusters)


def components(groups: Iterable[list[str]]) -> list[list[str]]:
    """Clusters of stories that are linked by groups that overlap."""
    parent: dict[str, str] = {}

    def root(story: str) -> str:
        while parent.setdefault(story, story) != story:
            parent[story] = story = parent[parent[story]]
        return story

    for first, *rest in groups:
        for other in rest:
            parent[root(other)] = root(first)
    clusters: dict[str, list[str]] = {}
    for story in parent:
        clusters.setdefault(root(story), []).append(story)
    return [*clusters.values()]
