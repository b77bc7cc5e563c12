"""Text to tokens, in plain NumPy: paragraphs found, matching form applied, words hashed.

Part of :mod:`dedup.kernels.reference`; twins of :mod:`dedup.kernels.compiled_text`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.text import matching_form as mf

Array = npt.NDArray[Any]
U8 = npt.NDArray[np.uint8]
U32 = npt.NDArray[np.uint32]
U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]

def mix64(h: U64) -> U64:
    """MurmurHash3's finalizer, element by element."""
    h = (h ^ (h >> np.uint64(33))) * c.MIX_1
    h = (h ^ (h >> np.uint64(33))) * c.MIX_2
    return h ^ (h >> np.uint64(33))


def mix32(h: U32) -> U32:
    """MurmurHash3's 32-bit finalizer, element by element."""
    h = (h ^ (h >> np.uint32(16))) * c.MIX32_1
    h = (h ^ (h >> np.uint32(13))) * c.MIX32_2
    return h ^ (h >> np.uint32(16))


def powers(base: np.uint64, exponents: I64) -> U64:
    """``base ** exponents`` modulo 2**64, by squaring."""
    result = np.ones(len(exponents), np.uint64)
    square = np.array([base], np.uint64)
    left = exponents.copy()
    while left.any():
        result = np.where(left & 1, result * square, result)
        square = square * square
        left >>= 1
    return result


def code_points(buffer: U8) -> tuple[U32, I64]:
    """The code points of valid UTF-8, and the byte each begins at (one more entry: the end)."""
    text = buffer.tobytes().decode("utf-8")
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    starts = np.flatnonzero((buffer & 0xC0) != 0x80)
    return codes, np.append(starts, len(buffer))


def segment(
    buffer: U8, offsets: I64, body_starts: I64, form: mf.MatchingForm
) -> tuple[I64, I64, I64, I64, I64]:
    """Paragraphs of every story.

    Parameters
    ----------
    buffer, offsets : UTF-8 of all stories; story ``i`` is ``buffer[offsets[i]:offsets[i + 1]]``.
    body_starts : bytes of each story to pass over (its title).

    Returns
    -------
    paragraph_first (S + 1), then per paragraph: first and end byte in the buffer, first and end
    character in the story.
    """
    from dedup.text.segment import segment_codes

    rows: list[tuple[int, int, int, int]] = []
    first = [0]
    for low, high, skip in zip(offsets[:-1], offsets[1:], body_starts, strict=True):
        codes, starts = code_points(buffer[low:high])
        begin = int(np.searchsorted(starts, skip))
        for a, b in segment_codes(codes, begin, form):
            rows.append((int(low + starts[a]), int(low + starts[b]), a, b))
        first.append(len(rows))
    table = np.array(rows, np.int64).reshape(-1, 4)
    columns = [np.ascontiguousarray(table[:, i]) for i in range(4)]
    return np.array(first, np.int64), columns[0], columns[1], columns[2], columns[3]


def tokenise(
    buffer: U8, starts: I64, ends: I64, form: mf.MatchingForm
) -> tuple[I64, U32, U64]:
    """Tokens of every paragraph ``buffer[starts[p]:ends[p]]``.

    Returns
    -------
    token_first (P + 1), the upper 32 bits of each token's hash (T), and per paragraph the
    polynomial over its tokens' 64-bit hashes, not yet finalised so that stories can join them.
    """
    codes, owner = gather(buffer, starts, ends)
    kept = np.flatnonzero(form.kind[codes] != mf.DROPPED)
    found = tokens_among(codes[kept], owner[kept], len(starts), form)
    lengths = token_lengths(found.inside, found.begins)
    hashes = mix64(polynomials(found.folded[found.inside], lengths, c.CHAR_STEP))
    return found.first, (hashes >> np.uint64(32)).astype(np.uint32), polynomials(
        hashes, np.diff(found.first), c.TOKEN_STEP
    )


class Tokens(NamedTuple):
    """Which code points make tokens: ``begins`` are the first of each (T), ``inside`` all of them.

    ``kind`` and ``folded`` are those of every code point; ``first`` says where the tokens of each
    paragraph begin (P + 1).
    """

    kind: U8
    folded: U32
    inside: npt.NDArray[np.bool_]
    begins: I64
    first: I64


def tokens_among(codes: Array, owner: I64, paragraphs: int, form: mf.MatchingForm) -> Tokens:
    """The tokens of code points of which none is dropped, given whose they are."""
    same_before = np.zeros(len(codes), bool)
    same_before[1:] = owner[1:] == owner[:-1]
    codes = codes.astype(np.intp)  # once, not for each table
    folded = form.folded[codes]
    kind = settle_dashes(form.kind[codes], folded, same_before)
    inside = kind != mf.SEPARATOR
    glued = np.zeros(len(kind), bool)
    glued[1:] = (kind[1:] == mf.WORD) & (kind[:-1] == mf.WORD) & same_before[1:]
    begins = np.flatnonzero(inside & ~glued)
    counts = np.bincount(owner[begins], minlength=paragraphs).astype(np.int64)
    return Tokens(kind, folded, inside, begins, np.concatenate(([0], np.cumsum(counts))))


def gather(buffer: U8, starts: I64, ends: I64) -> tuple[U32, I64]:
    """Code points of all paragraphs in a row, and whose they are."""
    pieces = [buffer[a:b].tobytes().decode("utf-8") for a, b in zip(starts, ends, strict=True)]
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    codes = np.frombuffer("".join(pieces).encode("utf-32-le"), np.uint32)
    return codes, np.repeat(np.arange(len(pieces)), lengths)


def settle_dashes(kind: U8, folded: U32, same_before: npt.NDArray[np.bool_]) -> U8:
    """A dash is a sign before a digit and not behind a word; otherwise it separates."""
    at = np.flatnonzero(kind == mf.DASH)
    if not len(at):
        return kind
    after = np.minimum(at + 1, len(kind) - 1)
    digit = (kind[after] == mf.WORD) & (folded[after] >= ord("0")) & (folded[after] <= ord("9"))
    solid = (kind[at - 1] == mf.WORD) | (kind[at - 1] == mf.SOLO)
    # Before the first of a paragraph stands nothing of it: not even before the first of all.
    sign = digit & same_before[after] & ~(solid & same_before[at])
    settled = kind.copy()
    settled[at] = np.where(sign, mf.SOLO, mf.SEPARATOR)
    return settled


def token_lengths(in_token: npt.NDArray[np.bool_], begins: I64) -> I64:
    """How many code points each token has, given where it begins."""
    fresh = np.zeros(len(in_token), bool)
    fresh[begins] = True
    return np.diff(np.flatnonzero(fresh[in_token]), append=np.count_nonzero(in_token))


def polynomials(parts: Array, lengths: I64, step: np.uint64) -> U64:
    """Horner's polynomial of each run of ``lengths`` parts (0 for an empty run)."""
    result = np.zeros(len(lengths), np.uint64)
    filled = lengths > 0
    if not filled.any():
        return result
    ends = np.cumsum(lengths)
    # An odd step has an inverse modulo 2**64: each part's power is that of its run's last part
    # times the inverse to its place, and both are products of what came before.
    terms = parts * _rising(_inverse(step), int(ends[-1]))
    sums = np.add.reduceat(terms, (ends - lengths)[filled])
    result[filled] = sums * _rising(step, int(ends[-1]))[ends[filled] - 1]
    return result


def _inverse(step: np.uint64) -> np.uint64:
    return np.uint64(pow(int(step), -1, 1 << 64))


def _rising(base: np.uint64, count: int) -> U64:
    """Powers of a base modulo 2**64, from the 0th on."""
    factors = np.full(count, base, np.uint64)
    factors[0] = 1
    risen: U64 = np.multiply.accumulate(factors, out=factors)
    return risen
