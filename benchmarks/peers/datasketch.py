"""datasketch: MinHash of xxhash values, every story looked up before it is entered."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import xxhash
from datasketch import MinHash, MinHashLSH

from benchmarks.peers.stories import PERMUTATIONS, batches, shingles, write_pairs


def pairs(corpus: str) -> Iterator[tuple[str, str]]:
    """Pairs that share a band."""
    index = MinHashLSH(threshold=0.7, num_perm=PERMUTATIONS)
    for ids, texts in batches(corpus):
        encoded = ([shingle.encode() for shingle in shingles(text)] for text in texts)
        sketches = MinHash.bulk(encoded, num_perm=PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
        for story, sketch in zip(ids, sketches, strict=True):
            for other in index.query(sketch):
                yield other, story
            index.insert(story, sketch, check_duplication=False)


if __name__ == "__main__":
    write_pairs(sys.argv[2], pairs(sys.argv[1]))
