"""The pairs that were measured, kept so that a scan that was killed need not measure them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

import numpy as np

from dedup.corpus import Corpus
from dedup.kernels.reference import I64, U8
from dedup.model import PairRow

STAGE = "compare"

AT_ONCE = 10_000
"""Pairs written at a time: some megabytes."""

Edges = Mapping[tuple[int, int], PairRow]


class Compared(NamedTuple):
    """Stories that were compared with another, their pairs, and what was noticed on the way.

    ``edge`` holds the pairs by the numbers of their stories, ``measured`` is how many there were,
    those that say nothing counted too; ``capped`` is the size of each overfull bucket, by the
    story that heads it.
    """

    alike: I64
    edge: dict[tuple[int, int], PairRow]
    measured: int
    capped: dict[int, int]


def keep(corpus: Corpus, compared: Compared) -> None:
    """Write down what was compared."""
    columns = corpus.columns
    columns.keep(f"{STAGE}.alike", [compared.alike])
    columns.keep(f"{STAGE}.pairs", _lines(compared.edge))
    columns.finish(
        STAGE, {"measured": compared.measured, "capped": sorted(compared.capped.items())}
    )


def recall(corpus: Corpus) -> Compared | None:
    """What was compared by a scan before this one; None if it did not come so far."""
    columns = corpus.columns
    found = columns.finished(STAGE)
    if found is None:
        return None
    edge = {}
    for line in columns.whole(f"{STAGE}.pairs").tobytes().splitlines():
        a, b, *values = json.loads(line)
        pair = PairRow(corpus.ids[a], corpus.ids[b], *values)
        edge[a, b] = pair._replace(
            facts=tuple(pair.facts), nominated_by=tuple(pair.nominated_by)
        )
    alike = columns.whole(f"{STAGE}.alike")
    return Compared(alike, edge, found["measured"], dict(found["capped"]))


def _lines(edge: Edges) -> Iterator[U8]:
    """The pairs as JSON, a line each; of their stories the numbers say enough."""
    rows = iter(edge.items())
    while some := list(islice(rows, AT_ONCE)):
        lines = "".join(json.dumps((*place, *row[2:])) + "\n" for place, row in some)
        yield np.frombuffer(lines.encode(), np.uint8)
    yield np.empty(0, np.uint8)
