"""Signatures are datasketch's, to the bit, so that ours can be put into any index of theirs."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest
from datasketch import MinHash, MinHashLSH
from hypothesis import given
from hypothesis import strategies as st

from dedup.fingerprint import (
    Sketch,
    paragraph_signatures,
    permutations,
    read_through,
    story_prints,
)
from dedup.kernels import constants as c
from dedup.text.matching_form import MatchingForm
from tests.kernels.golden_texts import TEXTS
from tests.kernels.made import buffer_of, few, paragraphs_of, shingle_hash, texts
from tests.kernels.oracle import shingles, words

SEEDS = [(16, 1), (64, 1), (127, 1), (128, 0), (128, 2), (128, 2**32 - 1), (256, 1), (128, 1)]


def _identity(hashed: int) -> int:
    return hashed


def _theirs(hashes: list[int], num_perm: int = 128, seed: int = 1) -> MinHash:
    """Datasketch's own signature of these 64-bit shingle hashes: their upper halves go in."""
    minhash = MinHash(num_perm=num_perm, seed=seed, scheme="affine32", hashfunc=_identity)
    minhash.update_batch([hashed >> 32 for hashed in hashes])
    return minhash


def _ours(
    twin: ModuleType, form: MatchingForm, stories: list[str], num_perm: int = 128, seed: int = 1
) -> np.ndarray:
    first, tokens, _ = paragraphs_of(twin, stories, form)
    signature: np.ndarray = twin.signatures(tokens, first, 3, *permutations(num_perm, seed))
    return signature


@pytest.mark.parametrize(("num_perm", "seed"), SEEDS)
def test_permutations_are_those_of_datasketch(num_perm: int, seed: int) -> None:
    ours = permutations(num_perm, seed)
    theirs = MinHash(num_perm=num_perm, seed=seed, scheme="affine32").permutations

    assert [column.dtype for column in ours] == [np.uint32, np.uint32]
    assert np.array_equal(np.stack(ours), np.asarray(theirs))


@pytest.mark.parametrize("script", TEXTS)
@pytest.mark.parametrize(("num_perm", "seed"), [(128, 1), (64, 9)])
def test_signatures_of_every_script_are_those_of_datasketch(
    twin: ModuleType, form: MatchingForm, script: str, num_perm: int, seed: int
) -> None:
    paragraphs = TEXTS[script].split("\n\n")
    ours = _ours(twin, form, paragraphs, num_perm, seed)

    for row, paragraph in zip(ours, paragraphs, strict=True):
        hashes = [shingle_hash(shingle) for shingle in shingles(words(paragraph), 3)]
        assert row.tolist() == _theirs(hashes, num_perm, seed).hashvalues.tolist()


@few
@given(st.lists(texts, max_size=3))
def test_signatures_of_made_texts_are_those_of_datasketch(
    twin: ModuleType, form: MatchingForm, stories: list[str]
) -> None:
    ours = _ours(twin, form, stories)

    for row, story in zip(ours, stories, strict=True):
        hashes = [shingle_hash(shingle) for shingle in shingles(words(story), 3)]
        expected = _theirs(hashes).hashvalues if hashes else np.full(128, c.EMPTY)
        assert row.tolist() == expected.tolist()


def test_an_empty_signature_is_what_datasketch_calls_empty(
    twin: ModuleType, form: MatchingForm
) -> None:
    (row,) = _ours(twin, form, ["… —"])

    assert row.tolist() == MinHash(num_perm=128, scheme="affine32").hashvalues.tolist()


@pytest.mark.parametrize("script", TEXTS)
def test_the_signature_of_a_story_is_the_minimum_of_its_paragraphs(
    twin: ModuleType, form: MatchingForm, script: str
) -> None:
    made = buffer_of([TEXTS[script]])
    first, starts, ends, _, _ = twin.segment(*made, form)
    token_first, tokens, _ = twin.tokenise(made.text, starts, ends, form)
    signature = twin.signatures(tokens, token_first, 3, *permutations(128, 1))
    everything = twin.join_signatures(signature, np.ones(len(starts), bool), first)
    hashes = [
        shingle_hash(shingle)
        for paragraph in TEXTS[script].split("\n\n")
        for shingle in shingles(words(paragraph), 3)
    ]

    assert len(starts) == 3
    assert np.array_equal(everything[0], signature.min(axis=0))
    assert everything[0].tolist() == _theirs(hashes).hashvalues.tolist()
    without_middle = twin.join_signatures(signature, np.array([True, False, True]), first)
    assert np.array_equal(without_middle[0], signature[[0, 2]].min(axis=0))


def test_paragraphs_left_out_leave_the_fingerprint_of_a_story(
    twin: ModuleType, form: MatchingForm
) -> None:
    """A story with a paragraph marked has the prints of the story that never had it."""
    one, two, three = TEXTS["latin"].split("\n\n")
    sketch = Sketch(5, 32, 4, *permutations(128, 1))

    def prints(text: str, marked: list[int]) -> tuple[int, int, list[int]]:
        encoded = text.encode()
        segmented = read_through(encoded, [0, len(encoded)], [0], form, twin)
        segmented.paragraphs.boilerplate[marked] = True
        signature = paragraph_signatures(segmented, sketch, twin)
        stories = story_prints(segmented, signature, sketch, twin)
        return int(stories.words[0]), int(stories.exact[0]), stories.band_keys[0].tolist()

    assert prints(f"{one}\n\n{two}\n\n{three}", [1]) == prints(f"{one}\n\n{three}", [])
    # Where a text is cut into paragraphs moves its shingles, but not the hash of its words.
    assert prints(f"{one} {three}", [])[:2] == prints(f"{one}\n\n{three}", [])[:2]


def test_a_signature_of_ours_can_be_found_in_an_index_of_datasketch(
    twin: ModuleType, form: MatchingForm
) -> None:
    stories = {script: text for script, text in TEXTS.items() if not script.endswith("-nfd")}
    ours = _ours(twin, form, list(stories.values()))
    index = MinHashLSH(num_perm=128, params=(32, 4))
    for script, row in zip(stories, ours, strict=True):
        index.insert(script, MinHash(num_perm=128, seed=1, scheme="affine32", hashvalues=row))

    hashes = [shingle_hash(shingle) for shingle in shingles(words(TEXTS["thai"]), 3)]
    assert index.query(_theirs(hashes)) == ["thai"]
    (edited,) = _ours(twin, form, [TEXTS["latin"].replace("harbour board", "harbour council")])
    found = MinHash(num_perm=128, seed=1, scheme="affine32", hashvalues=edited)
    assert index.query(found) == ["latin"]


def test_the_share_of_equal_slots_estimates_jaccard(
    twin: ModuleType, form: MatchingForm
) -> None:
    one = [f"w{n}" for n in range(200)]
    two = one[:100] + [f"v{n}" for n in range(100)]
    a, b = _ours(twin, form, [" ".join(one), " ".join(two)], num_perm=1024)
    true = 98 / (2 * 198 - 98)

    # Three standard deviations of 1,024 fair coins that fall with this chance.
    assert abs(float((a == b).mean()) - true) < 3 * (true * (1 - true) / 1024) ** 0.5
