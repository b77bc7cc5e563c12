"""Stories that collide in the LSH though they have next to nothing in common.

Seed and permutations are public, so whoever knows them can look for three words whose hash is
very low under one permutation: in whatever story they stand, they are its minimum there. Four such
triples make a band. Here they stand among words of the story's own, in an order of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from dedup.fingerprint import NOMINATING_SHINGLE, permutations
from dedup.kernels import reference
from dedup.text import matching_form

BANDS, ROWS = 32, 4
"""The layout at the settings as they are."""
TRIED = 2_000_000
"""Triples looked at: one in 16,000 is low enough to be a story's minimum nearly always."""
OWN = 3
"""Words of the story's own behind each triple."""
IN_A_PARAGRAPH = 8

_SYLLABLES = (
    "bra", "cle", "dri", "fro", "glu", "ham", "jin", "kos", "lup", "mer", "nid", "pol", "qua",
    "rus", "sti", "tov", "ulm", "vex", "wim", "yor",
)  # fmt: skip


def colliding(stories: int, bands: int, crowd: int) -> Iterator[dict[str, str]]:
    """Stories of which ``crowd`` agree in each of the first ``bands``, other ones in each."""
    rng = np.random.default_rng(11)
    words = np.array([a + b + c for a in _SYLLABLES for b in _SYLLABLES for c in _SYLLABLES])
    crowds = -(-stories // crowd)
    lowest = _lowest(words, rng, crowds)
    # Which crowd a story belongs to, band by band; only a band's last slot tells crowds apart.
    place = np.stack([rng.permutation(stories) % crowds for _ in range(bands)], axis=1)
    for number in range(stories):
        triples = lowest[: bands * ROWS, 0].copy()
        triples[ROWS - 1 :: ROWS] = lowest[ROWS - 1 : bands * ROWS : ROWS][
            np.arange(bands), place[number]
        ]
        extra = rng.integers(0, len(words), (BANDS * ROWS - len(triples), NOMINATING_SHINGLE))
        rows = rng.permutation(np.concatenate([triples, extra]))
        own = rng.integers(0, len(words), (len(rows), OWN))
        lines = [" ".join(line) for line in words[np.concatenate([rows, own], axis=1)]]
        text = "\n\n".join(
            " ".join(lines[low : low + IN_A_PARAGRAPH])
            for low in range(0, len(lines), IN_A_PARAGRAPH)
        )
        yield {"id": f"s{number:07d}", "source": "", "title": lines[0], "text": text}


def _lowest(
    words: npt.NDArray[np.str_], rng: np.random.Generator, count: int
) -> npt.NDArray[np.int64]:
    """Per permutation the triples of lowest value, as numbers of words (permutations, count, 3)."""
    triples = rng.integers(0, len(words), (TRIED, NOMINATING_SHINGLE))
    encoded = [word.encode() for word in words.tolist()]
    ends = np.cumsum([len(word) for word in encoded])
    starts = ends - [len(word) for word in encoded]
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    _, tokens, _ = reference.tokenise(buffer, starts, ends, matching_form.load())
    begin = np.arange(TRIED) * NOMINATING_SHINGLE
    sizes = np.full(TRIED, NOMINATING_SHINGLE)
    _, hashes = reference.shingles(tokens[triples].ravel(), begin, sizes, NOMINATING_SHINGLE)
    mixed = reference.mix32((hashes >> np.uint64(32)).astype(np.uint32))
    multipliers, addends = permutations(BANDS * ROWS, 1)
    found = np.empty((BANDS * ROWS, count, NOMINATING_SHINGLE), np.int64)
    for slot, (a, b) in enumerate(zip(multipliers, addends, strict=True)):
        values = mixed * a + b
        found[slot] = triples[np.argpartition(values, count)[:count]]
    return found
