"""rensa: R-MinHash, every story looked up before it is entered; its bands must divide 128."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rensa import RMinHash, RMinHashLSH

from benchmarks.peers.stories import PERMUTATIONS, batches, shingles, write_pairs

BANDS = 16


def pairs(corpus: str) -> Iterator[tuple[str, str]]:
    """Pairs that share a band."""
    index = RMinHashLSH(threshold=0.7, num_perm=PERMUTATIONS, num_bands=BANDS)
    names: list[str] = []
    for ids, texts in batches(corpus):
        tokens = [[*shingles(text)] for text in texts]
        sketches = RMinHash.from_token_sets(tokens, PERMUTATIONS, 42)
        for story, sketch in zip(ids, sketches, strict=True):
            for other in index.query(sketch):
                yield names[other], story
            index.insert(len(names), sketch)
            names.append(story)


if __name__ == "__main__":
    write_pairs(sys.argv[2], pairs(sys.argv[1]))
