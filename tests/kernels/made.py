"""What the tests of the kernels are fed: texts as buffers, runs, signatures, keys; all small."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from hypothesis import settings
from hypothesis import strategies as st

from dedup.kernels import constants as c
from dedup.kernels.reference import I64, U8
from dedup.text.matching_form import MatchingForm
from tests.kernels.golden_texts import ALPHABETS, TEXTS

few = settings(max_examples=50, deadline=None, derandomize=True, database=None)
"""Enough to meet the corners, the same ones on every machine."""

_SMALL = st.integers(0, 5)


class Buffer(NamedTuple):
    """Stories as the kernels take them: UTF-8 in a row, offsets, bytes of title to pass over."""

    text: U8
    offsets: I64
    skips: I64


def buffer_of(stories: Sequence[str], titles: Sequence[int] | None = None) -> Buffer:
    """Texts in a row; ``titles`` says how many characters of each are its title."""
    encoded = [story.encode() for story in stories]
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    heads = zip(stories, titles or [0] * len(stories), strict=True)
    skips = [len(story[:title].encode()) for story, title in heads]
    return Buffer(np.frombuffer(b"".join(encoded), np.uint8), offsets, np.array(skips, np.int64))


def paragraphs_of(kernels: ModuleType, stories: Sequence[str], form: MatchingForm) -> Any:
    """Tokens of whole stories, taken as one paragraph each: first, tokens, polynomials."""
    made = buffer_of(stories)
    return kernels.tokenise(made.text, made.offsets[:-1], made.offsets[1:], form)


def runs_of(lists: Sequence[Sequence[int]], dtype: Any = np.uint64) -> tuple[I64, Any]:
    """Runs of sorted numbers one behind another: where each begins, and the numbers."""
    first = np.cumsum([0, *map(len, lists)], dtype=np.int64)
    return first, np.array([n for numbers in lists for n in sorted(numbers)], dtype)


def pairs_of(count: int) -> tuple[I64, I64]:
    """Every run with every run, itself included."""
    left, right = np.divmod(np.arange(count * count, dtype=np.int64), max(count, 1))
    return left, right


def mix64(h: int) -> int:
    """MurmurHash3's finalizer over Python integers."""
    h = ((h ^ (h >> 33)) * int(c.MIX_1)) % 2**64
    h = ((h ^ (h >> 33)) * int(c.MIX_2)) % 2**64
    return h ^ (h >> 33)


def polynomial(parts: Sequence[int], step: np.uint64) -> int:
    """Horner's rule over Python integers."""
    h = 0
    for part in parts:
        h = (h * int(step) + part) % 2**64
    return h


def token_hash(token: str) -> int:
    """The 64-bit hash of a token in the matching form."""
    return mix64(polynomial([ord(char) for char in token], c.CHAR_STEP))


def shingle_hash(tokens: Sequence[str]) -> int:
    """The 64-bit hash of a shingle."""
    upper = [token_hash(token) >> 32 for token in tokens]
    return mix64((polynomial(upper, c.SHINGLE_STEP) + len(tokens) * int(c.LENGTH_STEP)) % 2**64)


texts = st.one_of(
    st.text(max_size=40),
    *(st.text(alphabet=alphabet, max_size=60) for alphabet in ALPHABETS.values()),
    st.sampled_from(list(TEXTS.values())),
)
"""Anything, strings of one family of scripts, and the golden texts."""

stories = st.lists(texts, max_size=5)

_words = st.sampled_from(["a", "of", "harbour", "committee", "市", "图书", "-5", "x" * 30, "«да»"])
_gaps = st.sampled_from(
    [" "] * 12 + ["  ", "\u200b", "\n", "\n", "\n  ", "\r\n", "\u2028", "\n \n"]
)
columns = st.lists(st.tuples(_words, _gaps), max_size=60).map(
    lambda pieces: "".join(word + gap for word, gap in pieces)
)
"""Texts of lines, often about as wide as telex columns."""

sizes = st.integers(1, 8)
run_lists = st.lists(st.lists(_SMALL, max_size=12), max_size=6)


def arrays(seed: int, shape: tuple[int, ...], dtype: Any, high: int) -> npt.NDArray[Any]:
    """Random numbers below ``high``."""
    return np.random.default_rng(seed).integers(0, high, shape, dtype=dtype)


EDGES: dict[str, list[str]] = {
    "no story": [],
    "one empty story": [""],
    "two empty stories": ["", ""],
    "one word": ["word"],
    "white space only": [" \n\n\t\u3000\r\n", "\u200b\ufeff\x00"],
    "empty among full": ["", "one two", "", "three\n\nfour", ""],
    "all equal": ["the same words again"] * 7,
    "all different": [f"number{n} of many{n * n}" for n in range(9)],
    "separators only": ["… , . ; —", "—"],
    "only dropped characters": ["\u0301\u0308’'", "\u200d"],
    **{f"{n} words": [" ".join(f"w{i}" for i in range(n))] for n in (2, 3, 4, 5, 6, 63, 64, 65)},
    **{f"a word of {n}": ["x" * n] for n in (63, 64, 65, 4097)},
    "golden": list(TEXTS.values()),
}


def same(one: Any, two: Any) -> bool:
    """Whether two results are equal to the bit, in type and shape too."""
    if isinstance(one, tuple):
        return len(one) == len(two) and all(map(same, one, two))
    alike = one.dtype == two.dtype and one.shape == two.shape
    equal: bool = alike and one.tobytes() == two.tobytes()
    return equal


