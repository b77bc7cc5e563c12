"""text-dedup: its own command over Hugging Face datasets, in as many processes as cores."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from text_dedup.minhash import main

from benchmarks.peers.stories import PERMUTATIONS, SHINGLE, write_clusters


def run(corpus: str, work: Path) -> None:
    """Write the stories that stay, and the sets it found."""
    main(
        [
            "--path", "json", "--data_files", corpus, "--split", "train",
            "--cache_dir", str(work / "cache"), "--output", str(work / "kept"), "--debug",
            "--column", "text", "--idx_column", "id", "--ngram", str(SHINGLE),
            "--num_perm", str(PERMUTATIONS), "--threshold", "0.7", "--hash_func", "xxh3",
            "--hash_bits", "32",
        ],
        standalone_mode=False,
    )  # fmt: skip


def clusters(dumped: Path) -> list[list[str]]:
    """The sets of two stories and more."""
    found = pickle.loads(dumped.read_bytes())  # noqa: S301 -- written by this very run
    members: dict[str, list[str]] = {}
    for story in [*found.parent]:
        members.setdefault(found.find(story), []).append(story)
    return [group for group in members.values() if len(group) > 1]


if __name__ == "__main__":
    folder = Path(sys.argv[3])
    run(sys.argv[1], folder)
    write_clusters(sys.argv[2], clusters(folder / "kept" / "uf.pkl"))
