"""datatrove: three of its steps on as many processes as cores, 14 buckets of 8 hashes.

The fourth, which writes the stories that stay, is left out as it is with everybody else.
Words are found by a regular expression: its own tokeniser takes six times as long in all.
"""

from __future__ import annotations

import os
import re
import struct
import sys
from pathlib import Path

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.readers import JsonlReader
from datatrove.utils.word_tokenizers import WordTokenizer

from benchmarks.peers.stories import SHINGLE, WORD, write_clusters

BUCKETS, ROWS = 14, 8
CORES = os.cpu_count() or 1
_ID = re.compile(rb'"id": ?"([^"]+)"')


class Words(WordTokenizer):  # type: ignore[misc]
    """Words as everybody else finds them."""

    def word_tokenize(self, text: str) -> list[str]:
        """The words of a text."""
        return WORD.findall(text)

    def sent_tokenize(self, text: str) -> list[str]:
        """The text: nothing here asks for sentences."""
        return [text]

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        """Where the text is in itself."""
        return [(0, len(text))]


def split(corpus: str, folder: Path) -> list[list[str]]:
    """A file for each core, which is how it shares work out; the ids of the stories in each."""
    folder.mkdir(parents=True)
    size = Path(corpus).stat().st_size
    ids: list[list[str]] = []
    with Path(corpus).open("rb") as lines:
        for part in range(CORES):
            end = size * (part + 1) // CORES
            own: list[str] = []
            with (folder / f"{part:05}.jsonl").open("wb") as out:
                while lines.tell() < end and (line := lines.readline()):
                    out.write(line)
                    own.append(str(_ID.search(line).group(1), "ascii"))  # type: ignore[union-attr]
            ids.append(own)
    return ids


def run(work: Path) -> None:
    """Signatures, buckets, and clusters with the list of what is to go."""
    settings = MinhashConfig(n_grams=SHINGLE, num_buckets=BUCKETS, hashes_per_bucket=ROWS)
    stories, signatures = JsonlReader(str(work / "parts")), str(work / "signatures")
    buckets, removed = str(work / "buckets"), str(work / "removed")
    steps = (
        (CORES, [stories, MinhashDedupSignature(signatures, settings, Words())]),
        (BUCKETS, [MinhashDedupBuckets(signatures, buckets, config=settings, lines_to_buffer=-1)]),
        (1, [MinhashDedupCluster(buckets, removed, settings, save_cluster_id=True)]),
    )
    for number, (tasks, pipeline) in enumerate(steps):
        LocalPipelineExecutor(
            pipeline, tasks=tasks, workers=CORES, logging_dir=str(work / f"log{number}")
        ).run()


def clusters(ids: list[list[str]], removed: Path) -> list[list[str]]:
    """The clusters it wrote, file by file."""
    members: dict[int, list[str]] = {}
    for part, own in enumerate(ids):
        path = removed / f"{part:06}.clusters"
        written = path.read_bytes() if path.exists() else b""
        for place, cluster in struct.iter_unpack("<II", written):
            members.setdefault(cluster, []).append(own[place])
    return [*members.values()]


if __name__ == "__main__":
    folder = Path(sys.argv[3])
    numbered = split(sys.argv[1], folder / "parts")
    run(folder)
    write_clusters(sys.argv[2], clusters(numbered, folder / "removed"))
