"""gaoya: its own words and shingles in Rust on all cores; stories entered, then looked up.

It keeps to candidates whose signatures agree in 0.7 and more.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from gaoya.minhash import MinHashStringIndex

from benchmarks.peers.stories import BANDS, ROWS, SHINGLE, batches, write_pairs


def pairs(corpus: str) -> Iterator[tuple[str, str]]:
    """Pairs that share a band and have like signatures."""
    index = MinHashStringIndex(
        32, 0.7, BANDS, ROWS, None, "word", True, (SHINGLE, SHINGLE), "smallvec"
    )
    names: list[str] = []
    for ids, texts in batches(corpus):
        index.par_bulk_insert_docs([*range(len(names), len(names) + len(ids))], texts)
        names += ids
    place = 0
    for _, texts in batches(corpus):
        for number, found in enumerate(index.par_bulk_query(texts), place):
            for other in found:
                if other < number:
                    yield names[other], names[number]
        place += len(texts)


if __name__ == "__main__":
    write_pairs(sys.argv[2], pairs(sys.argv[1]))
