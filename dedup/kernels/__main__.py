"""``python -m dedup.kernels warm`` compiles every kernel ahead of time, and keeps the code."""

from __future__ import annotations

import sys
import time
from types import ModuleType

import numpy as np

from dedup.kernels import choose, compiled_cache, furniture
from dedup.kernels.reference import I64, U8, U32
from dedup.text import matching_form
from dedup.text.matching_form import MatchingForm


def warm() -> float:
    """Call every compiled kernel once on a few words; seconds taken. Raises MissingExtra."""
    began = time.perf_counter()
    kernels = choose("compiled")
    form = matching_form.load()
    text = b"one two three\n\nfour five six\n"
    offsets, none = np.array([0, len(text)], np.int64), np.zeros(1, np.int64)
    buffer = np.frombuffer(text, np.uint8)
    first, starts, ends, _, _ = kernels.segment(buffer, offsets, none, form)
    token_first, tokens, _ = kernels.tokenise(buffer, starts, ends, form)
    words = np.diff(token_first)
    runs, hashes = kernels.shingles(tokens, token_first[:-1], words, 2)
    kernels.gathered(tokens, token_first[:-1], words)
    kernels.gathered(buffer, starts, ends - starts)
    kernels.shingle_sample(runs, hashes, 4, 1, 0, 1 << 32)
    sampled = np.ones(len(hashes), np.uint32)
    kernels.sampled(runs, np.ones(len(hashes), np.uint8), runs, sampled, none, none)
    kernels.overlaps(runs, hashes.copy(), runs, hashes.copy(), none, none)
    one = np.ones(4, np.uint32)
    signature = kernels.signatures(tokens, token_first, 2, one, one)
    joined = kernels.join_signatures(signature, np.ones(len(words), bool), first)
    kernels.band_keys(joined, 2, 2)
    kernels.document_frequencies(tokens, none, np.array([len(tokens)], np.int64))
    many = np.zeros(1 << 16, np.int64)  # counted in wider numbers, by a kernel of its own
    kernels.document_frequencies(tokens, many, many)
    kernels.intersections(runs, hashes, none, none)
    weights = np.ones(len(hashes))
    kernels.dot_products(runs, hashes.astype(np.uint32), weights, none, none)
    kernels.alike(signature, np.arange(len(words)), first, 1)
    kernels.sorted_words(np.arange(2, dtype=np.uint64))
    kernels.bucket_pairs(np.array([1, 2], np.uint64), 2)
    seen = np.zeros(1 << 16, np.uint8)
    kernels.phrase_edges(tokens, token_first[:-1], words, 9, np.zeros(1, np.uint32), seen)
    kernels.phrase_starts(tokens, token_first[:-1], words, seen, 2)
    kernels.token_places(buffer, starts, ends, form)
    kernels.gaps(tokens, token_first[:-1], words, none, none)
    _warm_furniture(kernels, form, buffer, (starts, ends), tokens, (token_first[:-1], words), first)
    return time.perf_counter() - began


def _warm_furniture(
    kernels: ModuleType, form: MatchingForm, buffer: U8, places: tuple[I64, I64], tokens: U32,
    runs: tuple[I64, I64], first: I64,
) -> None:  # fmt: skip
    own = furniture(kernels)
    rows = np.arange(len(places[0]))
    classes = np.zeros(len(form.kind), np.uint8)
    own.endings(buffer, *places, classes)
    own.shapes(buffer, *places, classes, form)
    gram = np.zeros(1 << 4, np.int16)
    own.gram_sums(buffer, *places, tokens, *runs, classes, form, gram, gram)
    prose, common = np.ones(len(rows), bool), np.zeros(1 << 18, bool)
    own.echoes(tokens, *runs, first, prose, rows, common)
    own.surroundings(np.ones(len(rows), np.int64), prose, first, rows)
    tree = np.zeros((1, 4), np.int32)
    own.tree_sums(np.zeros((1, 4), np.int32), tree, tree, tree)


if __name__ == "__main__":
    if sys.argv[1:] != ["warm"]:
        sys.exit("usage: python -m dedup.kernels warm")
    seconds = warm()
    kept = compiled_cache.keep()
    sys.stdout.write(f"compiled kernels are ready ({seconds:.1f} s): {kept or 'not kept'}\n")
    sys.stdout.write(compiled_cache.copy().note + "\n" if kept is None else "")
