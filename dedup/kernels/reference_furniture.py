"""Reference twins of the kernels behind the furniture model: see :mod:`dedup.kernels.reference`.

A paragraph becomes whole numbers here: how it ends, how many characters of each class it has, and
the sum of the model's weights over its character and word grams. Sums of whole numbers are the
same in any order, so both sets of kernels agree to the bit.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from dedup.kernels import constants as c
from dedup.kernels.reference import I64, U8, U32, U64
from dedup.kernels.reference_place import NEAR, NONE, surroundings
from dedup.text import matching_form as mf

__all__ = [
    "NEAR", "NONE", "char_grams", "echoes", "endings", "gram_sums", "shapes", "surroundings",
    "tree_sums", "word_grams",
]  # fmt: skip

I32 = npt.NDArray[np.int32]
I16 = npt.NDArray[np.int16]
Bools = npt.NDArray[np.bool_]

SIDE = 32
"""Code points looked at from each end of a paragraph: 64 find no more (AP of wording and shape
alone, on outlets left out: .8949, and .8948 here)."""
WORD_SIDE = 12
"""Words looked at from each end."""
ORDERS = (3, 5)
"""Lengths of the character grams: all of 2 to 5 are twice the work and no better."""

(BLANK, LOWER, UPPER, LETTER, DIGIT, MARK, STOP, CLOSE, OPEN, COMMA, COLON, DASH, SIGN, OTHER,
 ELLIPSIS, ASK) = range(16)  # fmt: skip
"""Classes of characters; the last two are endings only: "..." and a question or exclamation."""

SHAPE = (
    "lower", "upper", "letter", "digit", "stop", "comma", "colon", "sign", "quote", "dash",
    "initial", "capitals", "inner_stop", "solo", "start",
)  # fmt: skip
"""Columns of :func:`shapes`."""

FIRST_MARK, LAST_MARK = 2, 3
"""Control characters that stand for the two ends of a paragraph in its grams."""
ASKING = frozenset("?!？！؟")


def endings(buffer: U8, starts: I64, ends: I64, classes: U8) -> U8:
    """The class of each paragraph's last character, closing quotes and brackets looked through."""
    table = classes.tobytes()
    result = np.empty(len(starts), np.uint8)
    for i, (low, high) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        result[i] = _ending(buffer[low:high].tobytes().decode(), table)
    return result


def _ending(text: str, classes: bytes) -> int:
    closed = False
    for at in range(len(text) - 1, -1, -1):
        own = classes[ord(text[at])]
        if own == CLOSE:
            closed = True
        elif own == STOP:
            if text[at] in ASKING:
                return ASK
            dots = text[at] == "…" or (text[at] == "." and at > 0 and text[at - 1] == ".")
            return ELLIPSIS if dots else STOP
        elif own not in (BLANK, MARK):
            return CLOSE if closed else own
    return CLOSE if closed else BLANK


def shapes(
    buffer: U8, starts: I64, ends: I64, classes: U8, form: mf.MatchingForm
) -> I32:
    """Counts of characters and words by their looks (P, columns of SHAPE).

    ``initial`` are words that begin with a capital, ``capitals`` those whose second letter is one
    too, ``inner_stop`` sentence ends inside, ``solo`` characters that are words of their own,
    ``start`` is the class of the first character that is not white space.
    """
    codes, owner = _gather(buffer, starts, ends)
    own = classes[codes].astype(np.int64)
    first = np.ones(len(own), bool)
    first[1:] = owner[1:] != owner[:-1]
    before = np.where(first, BLANK, np.roll(own, 1))
    last = np.append(first[1:], True)[: len(own)]
    behind = np.where(last, OTHER, np.roll(own, -1))
    letter = (own >= LOWER) & (own <= LETTER)
    inside = ((before >= LOWER) & (before <= MARK))
    initial = letter & ~inside & (own == UPPER)

    def count(which: Bools) -> I64:
        return np.bincount(owner[which], minlength=len(starts))

    result = np.zeros((len(starts), len(SHAPE)), np.int32)
    for column, kind in enumerate((LOWER, UPPER, LETTER, DIGIT, STOP, COMMA, COLON, SIGN)):
        result[:, column] = count(own == kind)
    result[:, 8] = count((own == OPEN) | (own == CLOSE))
    result[:, 9] = count(own == DASH)
    result[:, 10] = count(initial)
    result[:, 11] = count(initial & (behind == UPPER))
    result[:, 12] = count((own == STOP) & (behind == BLANK))
    result[:, 13] = count(form.kind[codes] == mf.SOLO)
    solid = np.flatnonzero(own != BLANK)[::-1]
    result[owner[solid], 14] = own[solid]
    return result


def _gather(buffer: U8, starts: I64, ends: I64) -> tuple[U32, I64]:
    pieces = [buffer[a:b].tobytes().decode() for a, b in zip(starts, ends, strict=True)]
    return _joined(pieces, list(range(len(pieces))))


def _joined(pieces: list[str], owners: list[int]) -> tuple[U32, I64]:
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    codes = np.frombuffer("".join(pieces).encode("utf-32-le"), np.uint32)
    return codes, np.repeat(np.array(owners, np.int64), lengths)


def gram_sums(
    buffer: U8, starts: I64, ends: I64, tokens: U32, token_start: I64, words: I64,
    classes: U8, form: mf.MatchingForm, char_weights: I16, word_weights: I16,
) -> I64:  # fmt: skip
    """Per paragraph: sum of weights over its character grams, how many; the same of words (P, 4).

    Tables of weights have a power of two entries; a gram's entry is its hash's upper bits.
    """
    result = np.zeros((len(starts), 4), np.int64)
    found = (
        char_grams(buffer, starts, ends, classes, form, len(char_weights)),
        word_grams(tokens, token_start, words, len(word_weights)),
    )
    for column, (owner, entry), weights in zip((0, 2), found, (char_weights, word_weights),
                                               strict=True):  # fmt: skip
        np.add.at(result[:, column], owner, weights[entry].astype(np.int64))
        result[:, column + 1] = np.bincount(owner, minlength=len(starts))
    return result


def char_grams(
    buffer: U8, starts: I64, ends: I64, classes: U8, form: mf.MatchingForm, entries: int
) -> tuple[I64, I64]:
    """Each character gram's paragraph and table entry, in no order that matters."""
    pieces: list[str] = []
    owners: list[int] = []
    for i, (low, high) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
        text = buffer[low:high].tobytes().decode()
        cut = [text] if len(text) <= 2 * SIDE else [text[:SIDE], text[-SIDE:]]
        cut[0] = chr(FIRST_MARK) + cut[0]
        cut[-1] += chr(LAST_MARK)
        pieces += cut
        owners += [i] * len(cut)
    codes, piece = _joined(pieces, list(range(len(pieces))))
    kept = form.kind[codes] != mf.DROPPED
    codes, piece = codes[kept], piece[kept]
    symbols = form.folded[codes].astype(np.uint64)
    symbols[classes[codes] == DIGIT] = ord("0")
    symbols[classes[codes] == BLANK] = ord(" ")
    owner = np.array(owners, np.int64)[piece]
    return _grams(symbols, piece, owner, ORDERS, c.CHAR_STEP, entries)


def _grams(
    symbols: U64, piece: I64, owner: I64, orders: tuple[int, ...], step: np.uint64, entries: int
) -> tuple[I64, I64]:
    found: list[I64] = []
    whose: list[I64] = []
    h = np.zeros(len(symbols), np.uint64)
    for order in range(1, max(orders) + 1):
        left = max(len(symbols) - order + 1, 0)
        h = h[:left] * step + symbols[order - 1 :][:left]
        if order in orders:
            whole = piece[:left] == piece[order - 1 :][:left]
            found.append(_entry(h[whole], order, entries))
            whose.append(owner[:left][whole])
    return np.concatenate(whose), np.concatenate(found)


def _entry(h: U64, kind: int, entries: int) -> I64:
    """Upper bits of a product, which mixes well enough for tables of weights and costs little."""
    mixed = (h + np.array([kind], np.uint64) * c.LENGTH_STEP) * c.MIX_1
    return (mixed >> np.uint64(65 - entries.bit_length())).astype(np.int64)


def word_grams(tokens: U32, token_start: I64, words: I64, entries: int) -> tuple[I64, I64]:
    """Each word gram's paragraph and table entry: words, pairs, and the words at both ends."""
    cut = words > 2 * WORD_SIDE
    begins = np.concatenate((token_start, (token_start + words - WORD_SIDE)[cut]))
    lengths = np.concatenate((np.where(cut, WORD_SIDE, words), np.full(cut.sum(), WORD_SIDE)))
    whose = np.concatenate((np.arange(len(words)), np.flatnonzero(cut)))
    span = np.repeat(np.arange(len(begins)), lengths)
    at = np.arange(len(span)) - np.repeat(np.cumsum(lengths) - lengths - begins, lengths)
    values = tokens.astype(np.uint64)
    owner, entry = _grams(values[at], span, whose[span], (1, 2), c.SHINGLE_STEP, entries)
    filled = np.flatnonzero(words > 0)
    first = values[token_start[filled]]
    last = values[token_start[filled] + words[filled] - 1]
    return (
        np.concatenate((owner, filled, filled)),
        np.concatenate((entry, _entry(first, 3, entries), _entry(last, 4, entries))),
    )


def echoes(
    tokens: U32, token_start: I64, words: I64, paragraph_first: I64, prose: Bools, asked: I64,
    common: Bools,
) -> I32:  # fmt: skip
    """Which words of the asked paragraphs (in ascending order) the story's prose uses too (n, 5).

    Of a paragraph's words that are not common: how many there are, how many stand in prose before
    it, in prose behind it, in the next paragraph of prose and in the one before. Words are told
    apart by the upper 16 bits of their hash, and ``common`` has an entry for each 18 bits.
    """
    uncommon = ~common[tokens >> np.uint32(14)]
    before = np.concatenate(([0], np.cumsum(uncommon)))
    keys: list[int] = (tokens[uncommon] >> np.uint32(16)).tolist()
    low, high = before[token_start].tolist(), before[token_start + words].tolist()
    told = prose.tolist()
    wanted = [False] * len(words)
    for paragraph in asked.tolist():
        wanted[paragraph] = True
    counted = [[high[i] - low[i], 0, 0, 0, 0] for i in range(len(words))]
    for first, end in pairwise(paragraph_first.tolist()):
        for order, column, near in ((range(first, end), 1, 4), (range(first, end)[::-1], 2, 3)):
            stamps: dict[int, int] = {}
            last = -1
            for paragraph in order:
                own = keys[low[paragraph] : high[paragraph]]
                if wanted[paragraph] and stamps:
                    seen = [stamps[key] for key in own if key in stamps]
                    counted[paragraph][column] = len(seen)
                    counted[paragraph][near] = seen.count(last)
                if told[paragraph]:
                    stamps.update(dict.fromkeys(own, paragraph))
                    last = paragraph
    return np.array(counted, np.int32).reshape(-1, 5)[asked]


def tree_sums(features: I32, columns: I32, limits: I32, leaves: I32) -> I64:
    """Sums of leaves over trees of two levels (n).

    ``columns`` and ``limits`` (T, 3) are the root's question and those of its two branches, "is
    the column at most the limit?"; ``leaves`` (T, 4) run from yes-yes to no-no.
    """
    by_column = features.T

    def yes_or_no(question: int) -> Bools:
        no: Bools = by_column[columns[:, question]] > limits[:, question, None]
        return no

    leaf = np.where(yes_or_no(0), 2 + yes_or_no(2), yes_or_no(1))
    total: I64 = np.take_along_axis(leaves, leaf, axis=1).sum(axis=0, dtype=np.int64)
    return total
