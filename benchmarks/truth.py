r"""What a tool should have found, and how much of it it did: one scorer for all.

Truth comes from the table beside a corpus alone: stories of one root are related, and how alike
two of them are is counted out in full, on sets of five-word shingles of the whole text (lower
case, ``\w+``). Nothing of dedup is used, so nothing of dedup can be wrong here in the same way.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.corpus import truth_path
from benchmarks.prose import I64, Floats

WORD = re.compile(r"\w+")
SHINGLE = 5
RANGES = {"0.8": (0.8, 1.01), "0.7": (0.7, 0.8), "0.5": (0.5, 0.7)}
"""Recall is given by the Jaccard score of the pairs: 0.8 and more, 0.7 to 0.8, 0.5 to 0.7."""


class Truth(NamedTuple):
    """The stories of a corpus by number, the root of each, and every pair of one root."""

    number: dict[str, int]
    root: I64
    a: I64
    b: I64
    jaccard: Floats


class Score(NamedTuple):
    """What a tool found: pairs it claimed, the share that is right, and recall by range."""

    claimed: int
    precision: float
    recall: dict[str, float]


def shingles(text: str) -> set[tuple[str, ...]]:
    """The different five-word shingles of a text; a shorter text is one of itself."""
    words = WORD.findall(text.lower())
    if len(words) < SHINGLE:
        return {tuple(words)}
    return set(zip(*(words[i:] for i in range(SHINGLE)), strict=False))


def jaccard(one: set[tuple[str, ...]], two: set[tuple[str, ...]]) -> float:
    """Share of the shingles of either that are in both."""
    return len(one & two) / len(one | two)


def read(corpus: Path) -> Truth:
    """The truth of a corpus; counted out once, then kept in a file beside it."""
    with table_of(corpus).open(encoding="utf-8", newline="") as table:
        rows = [(row["story"], row["root"]) for row in csv.DictReader(table)]
    number = {story: place for place, (story, _) in enumerate(rows)}
    root = np.array([number[top] for _, top in rows], np.int64)
    kept = corpus.with_suffix(".related.npz")
    if not kept.exists() or kept.stat().st_mtime < corpus.stat().st_mtime:
        a, b, scores = _counted_out(corpus, number, root)
        np.savez(kept, a=a, b=b, jaccard=scores)
    with np.load(kept) as related:
        return Truth(number, root, related["a"], related["b"], related["jaccard"])


def table_of(corpus: Path) -> Path:
    """The table with ``story`` and ``root`` beside a corpus, ours or that of a ready corpus."""
    for path in (truth_path(corpus), corpus.with_suffix(".clusters.csv")):
        if path.exists():
            return path
    raise FileNotFoundError(f"no truth beside {corpus}: {truth_path(corpus).name} is missing")


def _counted_out(corpus: Path, number: dict[str, int], root: I64) -> tuple[I64, I64, Floats]:
    """Every pair of stories of one root, with its Jaccard score."""
    size = np.bincount(root, minlength=len(root))
    groups: dict[int, list[int]] = {}
    for story in np.flatnonzero(size[root] > 1).tolist():
        groups.setdefault(int(root[story]), []).append(story)
    place: dict[int, int] = {}
    found: list[tuple[int, int, float]] = []
    with corpus.open("rb") as lines:
        offset = 0
        for line in lines:
            story = number[json.loads(line)["id"]]
            if size[root[story]] > 1:
                place[story] = offset
            offset += len(line)
        for members in groups.values():
            sets = []
            for story in members:
                lines.seek(place[story])
                sets.append(shingles(json.loads(lines.readline())["text"]))
            found += [
                (members[i], members[j], jaccard(sets[i], sets[j]))
                for i, j in combinations(range(len(members)), 2)
            ]
    a, b, scores = zip(*found, strict=True) if found else ((), (), ())
    return np.array(a, np.int64), np.array(b, np.int64), np.array(scores, np.float64)


def score(found: Path, truth: Truth) -> Score:
    """Precision and recall of a file that a tool wrote: ``pairs`` or ``clusters`` by line."""
    with found.open(encoding="utf-8") as lines:
        kind = lines.readline().strip()
        groups = (
            [truth.number[story] for story in line.rstrip("\n").split("\t")] for line in lines
        )
        if kind == "pairs":
            return score_pairs(groups, truth)
        if kind == "clusters":
            return score_clusters(groups, truth)
    raise ValueError(f"{found} says neither pairs nor clusters in its first line")


def score_pairs(pairs: Iterable[list[int]], truth: Truth) -> Score:
    """Score of pairs of story numbers; one that is claimed twice counts once."""
    stories = len(truth.root)
    packed = np.unique(
        np.array([min(pair) * stories + max(pair) for pair in pairs], np.int64)
    )
    a, b = packed // max(stories, 1), packed % max(stories, 1)
    right = int((truth.root[a] == truth.root[b]).sum())
    return _score(len(packed), right, np.isin(truth.a * stories + truth.b, packed), truth)


def score_clusters(clusters: Iterable[list[int]], truth: Truth) -> Score:
    """Score of clusters, of which no story is in two: each claims every pair of its members."""
    label = np.full(len(truth.root), -1, np.int64)
    claimed = right = 0
    for number, members in enumerate(clusters):
        label[members] = number
        claimed += _pairs(len(members))
        right += sum(map(_pairs, np.unique(truth.root[members], return_counts=True)[1].tolist()))
    both = (label[truth.a] == label[truth.b]) & (label[truth.a] >= 0)
    return _score(claimed, right, both, truth)


def _pairs(members: int) -> int:
    return members * (members - 1) // 2


def _score(claimed: int, right: int, hit: np.typing.NDArray[np.bool_], truth: Truth) -> Score:
    recall = {}
    for name, (low, high) in RANGES.items():
        inside = (truth.jaccard >= low) & (truth.jaccard < high)
        recall[name] = float(hit[inside].mean()) if inside.any() else 1.0
    return Score(claimed, right / claimed if claimed else 1.0, recall)


COPIES = ("identical", "duplicate", "contained", "update")
"""Relations by which the pairs table of a run says that two stories are one."""


def pairs_of_run(run: Path) -> Iterator[tuple[str, str]]:
    """The pairs that a run of dedup claims.

    Its table names one story for all that are identical, so each pair stands for those of their
    copies to the letter as well.
    """
    same: dict[str, set[str]] = {}
    claimed: list[tuple[str, str]] = []
    with (run / "pairs.jsonl").open("rb") as lines:
        for row in map(json.loads, lines):
            if row["relation"] == COPIES[0]:
                joined = same.get(row["a"], {row["a"]}) | same.get(row["b"], {row["b"]})
                same.update(dict.fromkeys(joined, joined))
            elif row["relation"] in COPIES:
                claimed.append((row["a"], row["b"]))
    for group in {id(group): group for group in same.values()}.values():
        yield from combinations(sorted(group), 2)
    for a, b in claimed:
        yield from ((x, y) for x in same.get(a, {a}) for y in same.get(b, {b}))
