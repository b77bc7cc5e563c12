"""The pairs that were measured, kept so that a scan that was killed need not measure them again."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np

from dedup.containment import Crowded
from dedup.corpus import Corpus
from dedup.edges import NUMBERS, PairColumns
from dedup.kernels.reference import I64

STAGE = "compare"


class Compared(NamedTuple):
    """Stories that were compared with another, their pairs, and what was noticed on the way.

    ``measured`` is how many pairs there were, those that say nothing counted too; ``capped`` is
    the size of each overfull bucket, by the story that heads it, ``crowded`` what was too common
    for containment.
    """

    alike: I64
    pairs: PairColumns
    measured: int
    capped: dict[int, int]
    crowded: Crowded


def keep(corpus: Corpus, compared: Compared) -> None:
    """Write down what was compared."""
    columns, pairs = corpus.columns, compared.pairs
    columns.keep(f"{STAGE}.alike", [compared.alike])
    for name in NUMBERS:
        columns.keep(f"{STAGE}.pairs.{name}", [getattr(pairs, name)])
    facts = json.dumps(list(pairs.facts.items())).encode()
    columns.keep(f"{STAGE}.facts", [np.frombuffer(facts, np.uint8)])
    columns.finish(
        STAGE,
        {
            "measured": compared.measured,
            "capped": sorted(compared.capped.items()),
            "crowded": compared.crowded,
        },
    )


def recall(corpus: Corpus) -> Compared | None:
    """What was compared by a scan before this one; None if it did not come so far."""
    columns = corpus.columns
    found = columns.finished(STAGE)
    if found is None:
        return None
    facts = json.loads(columns.whole(f"{STAGE}.facts").tobytes())
    pairs = PairColumns(
        **{name: columns.whole(f"{STAGE}.pairs.{name}") for name in NUMBERS},
        facts={row: tuple(lines) for row, lines in facts},
    )
    alike = columns.whole(f"{STAGE}.alike")
    crowded = Crowded(*found["crowded"])
    return Compared(alike, pairs, found["measured"], dict(found["capped"]), crowded)
