"""dedup's stages for near-duplicate stories and nothing else, to be compared like for like.

    python -m benchmarks.story_only CORPUS FOUND

Stories are read, segmented and tokenised, sketched, nominated by LSH with the bands of a default
run, and measured: pairs of exact Jaccard 0.7 and more on five-word shingles are written. This is
what the peers do, and the measuring on top, which only gaoya does something like. Left out are
furniture, paragraphs, containment, cosines, relations, facts, clusters and tables, which no setting
of `dedup scan` leaves out all together. Every step is the product's own.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from types import ModuleType
from typing import NamedTuple

import numpy as np

from benchmarks.peers.stories import write_pairs
from dedup import candidates
from dedup.duplicates import FLOOR
from dedup.engines.local import LocalEngine
from dedup.fingerprint import (
    Sketch,
    StoryPrints,
    paragraph_signatures,
    permutations,
    read_through,
    story_prints,
)
from dedup.formats import InputOptions, find_inputs, read_batches
from dedup.kernels import choose
from dedup.kernels.equal import distinct
from dedup.kernels.reference import I64, U32, U64
from dedup.model import StoryBatch
from dedup.settings import Settings
from dedup.text import matching_form
from dedup.text.matching_form import MatchingForm

AT_ONCE = 5_000
"""Pairs measured together, which bounds the shingles in memory."""


class Read(NamedTuple):
    """A batch read through: ids, prints, and the tokens of all its stories in a row."""

    ids: list[str]
    prints: StoryPrints
    tokens: U32


class Stories(NamedTuple):
    """All stories: ids, prints, and their tokens in a row."""

    ids: list[str]
    words: I64
    exact: U64
    band_keys: U32
    tokens: U32


def read_batch(
    batch: StoryBatch, sketch: Sketch, form: MatchingForm, kernels: ModuleType
) -> Read:
    """Fingerprint the stories of a batch, whole texts as they are."""
    segmented = read_through(batch.text, batch.offsets, batch.body_starts, form, kernels)
    signatures = paragraph_signatures(segmented, sketch, kernels)
    return Read(batch.ids, story_prints(segmented, signatures, sketch, kernels), segmented.tokens)


def joined(parts: list[Read]) -> Stories:
    """The stories of all batches; the tokens of a batch are let go as soon as they are copied."""
    tokens = np.empty(sum(len(part.tokens) for part in parts), np.uint32)
    prints = [part.prints for part in parts]
    ids = [story for part in parts for story in part.ids]
    end = len(tokens)
    while parts:
        own = parts.pop().tokens
        tokens[end - len(own) : end] = own
        end -= len(own)
    words, exact, keys = (
        np.concatenate([getattr(p, name) for p in prints]) for name in StoryPrints.__slots__
    )
    return Stories(ids, words, exact, keys, tokens)


def copies(exact: U64) -> tuple[I64, I64]:
    """The first story of every text, and for each story the first that has its text."""
    order = np.argsort(exact, kind="stable")
    fresh = np.append(True, exact[order][1:] != exact[order][:-1])
    first = np.empty(len(order), np.int64)
    first[order] = order[fresh][np.cumsum(fresh) - 1]
    return np.flatnonzero(first == np.arange(len(first))), first


def alike(stories: Stories, pairs: U64, settings: Settings, kernels: ModuleType) -> U64:
    """Those of the pairs whose Jaccard score reaches the threshold."""
    a, b = candidates.unpack(pairs)
    used = distinct(np.concatenate([a, b]).astype(np.uint64)).astype(np.int64)
    words = stories.words[used]
    start = (np.cumsum(stories.words) - stories.words)[used]
    own = kernels.gathered(stories.tokens, start, words)
    first, hashes = kernels.shingles(own, np.cumsum(words) - words, words, settings.shingle)
    owner = np.repeat(np.arange(len(used)), np.diff(first))
    first, values = kernels.sorted_runs(hashes, owner, len(used), True)
    left, right = np.searchsorted(used, a), np.searchsorted(used, b)
    shared = kernels.intersections(first, values, left, right)
    size = np.diff(first)
    enough: U64 = pairs[shared >= settings.threshold * (size[left] + size[right] - shared)]
    return enough


def found(corpus: str) -> Iterator[tuple[str, str]]:
    """Pairs of ids of stories that are near-duplicates, copies to the letter among them."""
    settings, options, engine = Settings(), InputOptions(), LocalEngine()
    kernels, form = choose("compiled"), matching_form.load()
    layout = candidates.layout(settings.num_perm, FLOOR, settings.near_recall, settings.shingle)
    sketch = Sketch(
        settings.shingle, layout.bands, layout.rows, *permutations(settings.num_perm, settings.seed)
    )
    batches = read_batches(find_inputs([corpus], options), options)
    reading = partial(read_batch, sketch=sketch, form=form, kernels=kernels)
    stories = joined([*engine.map(reading, batches)])
    different, first = copies(stories.exact)
    rows, _ = candidates.band_pairs(
        stories.band_keys[different], settings.max_bucket, kernels, engine.map
    )
    a, b = candidates.unpack(rows)
    nominated = (different[a].astype(np.uint64) << np.uint64(32)) | different[b].astype(np.uint64)
    same: dict[int, list[int]] = {}
    for story in np.flatnonzero(np.bincount(first)[first] > 1).tolist():
        same.setdefault(int(first[story]), []).append(story)
    for group in same.values():
        yield from ((stories.ids[x], stories.ids[y]) for x, y in combinations(group, 2))
    measured = partial(alike, stories, settings=settings, kernels=kernels)
    parts = [nominated[low : low + AT_ONCE] for low in range(0, len(nominated), AT_ONCE)]
    for some in engine.map(measured, parts):
        for x, y in zip(*(side.tolist() for side in candidates.unpack(some)), strict=True):
            for i in same.get(x, [x]):
                yield from ((stories.ids[i], stories.ids[j]) for j in same.get(y, [y]))


if __name__ == "__main__":
    write_pairs(sys.argv[2], found(sys.argv[1]))
