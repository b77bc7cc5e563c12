"""daft: its own reader, MinHash and grouping on all cores; what shares a band is a cluster.

Its words are what stands between spaces: it neither lowers letters nor drops punctuation.
"""

from __future__ import annotations

import sys

import daft
from daft.functions import chunk, minhash

from benchmarks.peers.stories import BANDS, ROWS, SHINGLE, components, write_clusters


def clusters(corpus: str) -> list[list[str]]:
    """Clusters of stories that share a band."""
    signature = minhash(daft.col("text"), num_hashes=BANDS * ROWS, ngram_size=SHINGLE)
    # Other permutations stand behind every band: equal chunks of two stories are the same band.
    buckets = (
        daft.read_json(corpus)
        .select("id", chunk(signature, ROWS).alias("band"))
        .explode("band")
        .groupby("band")
        .agg(daft.col("id").list_agg().alias("ids"), daft.col("id").count().alias("size"))
        .where(daft.col("size") > 1)
        .select("ids")
    )
    return components(buckets.to_pydict()["ids"])


if __name__ == "__main__":
    write_clusters(sys.argv[2], clusters(sys.argv[1]))
