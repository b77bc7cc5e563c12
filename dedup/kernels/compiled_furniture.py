"""The compiled kernels (Numba) behind the furniture model.

Documented in :mod:`dedup.kernels.reference_furniture`, whose results they give.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels import constants as c
from dedup.kernels import reference_furniture as ref
from dedup.kernels.compiled_place import surroundings
from dedup.kernels.compiled_text import _decode, _size
from dedup.kernels.compiled_with import inlined, kernel
from dedup.kernels.reference import I64, U8, U32
from dedup.kernels.reference_furniture import I16, I32, Bools
from dedup.text import matching_form as mf

__all__ = ["echoes", "endings", "gram_sums", "shapes", "surroundings", "tree_sums"]

_U = np.uint64
_V = np.uint32
_SPACE, _ZERO = _V(ord(" ")), _V(ord("0"))
_DOT, _DOTS = _V(ord(".")), _V(ord("…"))
_CHAR_SIDE, _WORD_SIDE = ref.SIDE, ref.WORD_SIDE
_ASKING = tuple(ord(sign) for sign in sorted(ref.ASKING))


@kernel
def _step_back(buffer: Any, at: Any) -> Any:
    """Where the code point before ``at`` begins."""
    at -= 1
    while (buffer[at] & 0xC0) == 0x80:
        at -= 1
    return at


@kernel
def _ending(buffer: Any, low: Any, high: Any, classes: Any) -> Any:
    closed = False
    at = high
    while at > low:
        at = _step_back(buffer, at)
        code = _decode(buffer, at, _size(buffer[at]))
        own = classes[code]
        if own == ref.CLOSE:
            closed = True
        elif own == ref.STOP:
            for sign in _ASKING:
                if code == sign:
                    return ref.ASK
            before = _V(0) if at == low else _V(buffer[at - 1])
            dots = code == _DOTS or (code == _DOT and before == _DOT)
            return ref.ELLIPSIS if dots else ref.STOP
        elif own != ref.BLANK and own != ref.MARK:
            return ref.CLOSE if closed else own
    return ref.CLOSE if closed else ref.BLANK


@kernel
def _endings(buffer: Any, starts: Any, ends: Any, classes: Any, out: Any) -> None:
    for i in range(len(starts)):
        out[i] = _ending(buffer, starts[i], ends[i], classes)


def endings(buffer: U8, starts: I64, ends: I64, classes: U8) -> U8:
    """The class of each paragraph's last character: see the reference twin."""
    out = np.empty(len(starts), np.uint8)
    _endings(buffer, starts, ends, classes, out)
    return out


@kernel
def _shape(
    buffer: Any, low: Any, high: Any, classes: Any, kinds: Any, counts: Any, out: Any
) -> None:
    """``counts`` has room for each class; what else is counted stays in registers."""
    counts[:] = 0
    before, start = np.int64(ref.BLANK), np.int64(ref.BLANK)
    initials = capitals = inner = solo = 0
    fresh = False
    at = low
    while at < high:
        code = _V(buffer[at])
        if code < 0x80:
            at += _U(1)
        else:
            size = _size(buffer[at])
            code = _decode(buffer, at, size)
            at += _U(size)
        own = np.int64(classes[code])
        counts[_U(own)] += 1
        if start == ref.BLANK:
            start = own
        upper = own == ref.UPPER
        capitals += fresh & upper
        fresh = upper & ((before < ref.LOWER) | (before > ref.MARK))
        initials += fresh
        inner += (before == ref.STOP) & (own == ref.BLANK)
        solo += kinds[code] == mf.SOLO
        before = own
    for column in range(4):
        out[column] = counts[ref.LOWER + column]
    out[4] = counts[ref.STOP]
    out[5], out[6], out[7] = counts[ref.COMMA], counts[ref.COLON], counts[ref.SIGN]
    out[8] = counts[ref.OPEN] + counts[ref.CLOSE]
    out[9] = counts[ref.DASH]
    out[10], out[11], out[12], out[13], out[14] = initials, capitals, inner, solo, start


@kernel
def _shapes(buffer: Any, starts: Any, ends: Any, classes: Any, kinds: Any, out: Any) -> None:
    counts = np.empty(16, np.int32)
    for i in range(len(starts)):
        _shape(buffer, _U(starts[i]), _U(ends[i]), classes, kinds, counts, out[i])


def shapes(buffer: U8, starts: I64, ends: I64, classes: U8, form: mf.MatchingForm) -> I32:
    """Counts of characters and words by their looks: see the reference twin."""
    out = np.zeros((len(starts), len(ref.SHAPE)), np.int32)
    _shapes(buffer, starts, ends, classes, form.kind, out)
    return out


@inlined
def _entry(h: Any, kind: Any, shift: Any) -> Any:
    return ((h + _U(kind) * c.LENGTH_STEP) * c.MIX_1) >> shift


@kernel
def _symbols(
    buffer: Any, at: Any, high: Any, most: Any, classes: Any, kinds: Any, folded: Any,
    out: Any, count: Any,
) -> Any:  # fmt: skip
    """Write the symbols of up to ``most`` code points from ``count`` on; the new count."""
    while at < high and most > 0:
        size = _size(buffer[at])
        code = _decode(buffer, at, size)
        at += _U(size)
        most -= 1
        if kinds[code] == mf.DROPPED:
            continue
        own = classes[code]
        out[count] = (
            _ZERO if own == ref.DIGIT else _SPACE if own == ref.BLANK else _V(folded[code])
        )
        count += _U(1)
    return count


@kernel
def _gram_sum(symbols: Any, count: Any, weights: Any, shift: Any) -> Any:
    """Sum of weights over the grams of a run of symbols, and how many grams."""
    total = np.int64(0)
    count = _U(count)
    threes = count - _U(2) if count > 2 else _U(0)
    fives = count - _U(4) if count > 4 else _U(0)
    for at in range(threes):
        h = _U(symbols[at]) * c.CHAR_STEP + _U(symbols[at + _U(1)])
        h = h * c.CHAR_STEP + _U(symbols[at + _U(2)])
        total += weights[_entry(h, _U(3), shift)]
        if at < fives:
            h = h * c.CHAR_STEP + _U(symbols[at + _U(3)])
            h = h * c.CHAR_STEP + _U(symbols[at + _U(4)])
            total += weights[_entry(h, _U(5), shift)]
    return total, np.int64(threes + fives)


@kernel
def _char_sum(
    buffer: Any, low: Any, high: Any, classes: Any, kinds: Any, folded: Any, weights: Any,
    shift: Any, symbols: Any,
) -> Any:  # fmt: skip
    side = _CHAR_SIDE
    tail, behind = high, 0
    while tail > low and behind < 2 * side + 1:
        tail = _step_back(buffer, tail)
        behind += 1
        if behind == side:
            last = tail
    symbols[0] = _V(ref.FIRST_MARK)
    if behind <= 2 * side:
        count = _symbols(
            buffer, _U(low), _U(high), 2 * side, classes, kinds, folded, symbols, _U(1)
        )
        symbols[count] = _V(ref.LAST_MARK)
        return _gram_sum(symbols, count + _U(1), weights, shift)
    count = _symbols(buffer, _U(low), _U(high), side, classes, kinds, folded, symbols, _U(1))
    total, number = _gram_sum(symbols, count, weights, shift)
    count = _symbols(buffer, _U(last), _U(high), side, classes, kinds, folded, symbols, _U(0))
    symbols[count] = _V(ref.LAST_MARK)
    more, others = _gram_sum(symbols, count + _U(1), weights, shift)
    return total + more, number + others


@kernel
def _word_sum(tokens: Any, low: Any, count: Any, weights: Any, shift: Any) -> Any:
    total, number = 0, 0
    if count == 0:
        return total, number
    gap = count > 2 * _WORD_SIDE
    before = _U(0)
    inside = False
    for place in range(count):
        if gap and _WORD_SIDE <= place < count - _WORD_SIDE:
            inside = False
            continue
        h = _U(tokens[_U(low + place)])
        total += weights[_entry(h, _U(1), shift)]
        number += 1
        if inside:
            total += weights[_entry(before * c.SHINGLE_STEP + h, _U(2), shift)]
            number += 1
        before = h
        inside = True
    total += weights[_entry(_U(tokens[_U(low)]), _U(3), shift)]
    total += weights[_entry(_U(tokens[_U(low + count - 1)]), _U(4), shift)]
    return total, number + 2


@kernel
def _gram_sums(
    buffer: Any, starts: Any, ends: Any, tokens: Any, token_start: Any, words: Any, classes: Any,
    kinds: Any, folded: Any, char_weights: Any, char_shift: Any, word_weights: Any,
    word_shift: Any, out: Any,
) -> None:  # fmt: skip
    symbols = np.empty(2 * _CHAR_SIDE + 2, np.uint32)
    for i in range(len(starts)):
        out[i, 0], out[i, 1] = _char_sum(
            buffer, starts[i], ends[i], classes, kinds, folded, char_weights, char_shift, symbols
        )
        out[i, 2], out[i, 3] = _word_sum(
            tokens, token_start[i], words[i], word_weights, word_shift
        )


def gram_sums(
    buffer: U8, starts: I64, ends: I64, tokens: U32, token_start: I64, words: I64,
    classes: U8, form: mf.MatchingForm, char_weights: I16, word_weights: I16,
) -> I64:  # fmt: skip
    """Sums of weights over character and word grams: see the reference twin."""
    out = np.empty((len(starts), 4), np.int64)
    shifts = [np.uint64(65 - len(table).bit_length()) for table in (char_weights, word_weights)]
    _gram_sums(
        buffer, starts, ends, tokens, token_start, words, classes, form.kind, form.folded,
        char_weights, shifts[0], word_weights, shifts[1], out,
    )  # fmt: skip
    return out


@kernel
def _count_told(
    tokens: Any, low: Any, count: Any, common: Any, stamp: Any, story: Any, near: Any
) -> Any:
    """Uncommon words of a paragraph, those stamped in this story, those stamped ``near``."""
    own, told, close = 0, 0, 0
    for at in range(_U(low), _U(low + count)):
        token = tokens[at]
        if not common[token >> _V(14)]:
            last = stamp[token >> _V(16)]
            own += 1
            told += last >= story
            close += last == near
    return own, told, close


@kernel
def _stamp(
    tokens: Any, low: Any, count: Any, common: Any, stamp: Any, paragraph: Any
) -> None:
    for at in range(_U(low), _U(low + count)):
        token = tokens[at]
        if not common[token >> _V(14)]:
            stamp[token >> _V(16)] = paragraph


@kernel
def _echoes(
    tokens: Any, token_start: Any, words: Any, first: Any, prose: Any, asked: Any, common: Any,
    out: Any,
) -> None:  # fmt: skip
    """Once forwards and once backwards: a word is stamped with the last prose it was seen in.

    Backwards, paragraphs are numbered from the end of the corpus, so that stamps grow as well.
    """
    forth = np.full(1 << 16, -1, np.int64)
    back = np.full(1 << 16, -1, np.int64)
    total = len(words)
    row = 0
    for story in range(len(first) - 1):
        low, high = first[story], first[story + 1]
        begin = row
        near = -2
        while row < len(asked) and asked[row] < high:
            row += 1
        if row == begin:
            continue
        at = begin
        for paragraph in range(low, high):
            start, count = token_start[paragraph], words[paragraph]
            if at < row and asked[at] == paragraph:
                out[at, 0], out[at, 1], out[at, 4] = _count_told(
                    tokens, start, count, common, forth, low, near
                )
                at += 1
            if prose[paragraph]:
                _stamp(tokens, start, count, common, forth, paragraph)
                near = paragraph
        near = -2
        shift = (story + 1) * total
        at = row - 1
        for paragraph in range(high - 1, low - 1, -1):
            start, count = token_start[paragraph], words[paragraph]
            if at >= begin and asked[at] == paragraph:
                _, out[at, 2], out[at, 3] = _count_told(
                    tokens, start, count, common, back, shift, near
                )
                at -= 1
            if prose[paragraph]:
                near = shift + high - paragraph
                _stamp(tokens, start, count, common, back, near)


def echoes(
    tokens: U32, token_start: I64, words: I64, paragraph_first: I64, prose: Bools, asked: I64,
    common: Bools,
) -> I32:  # fmt: skip
    """Which words of paragraphs the story's prose uses too: see the reference twin."""
    out = np.zeros((len(asked), 5), np.int32)
    _echoes(tokens, token_start, words, paragraph_first, prose, asked, common, out)
    return out


@kernel
def _tree_sums(by_column: Any, columns: Any, limits: Any, leaves: Any, out: Any) -> None:
    """One tree after the other over all rows: comparing columns is what vectors are for."""
    for tree in range(len(columns)):
        root, one, two = by_column[columns[tree, 0]], limits[tree, 1], limits[tree, 2]
        yes, no, limit = by_column[columns[tree, 1]], by_column[columns[tree, 2]], limits[tree, 0]
        a, b, c, d = leaves[tree, 0], leaves[tree, 1], leaves[tree, 2], leaves[tree, 3]
        for i in range(_U(len(out))):
            left = b if yes[i] > one else a
            right = d if no[i] > two else c
            out[i] += right if root[i] > limit else left


def tree_sums(features: I32, columns: I32, limits: I32, leaves: I32) -> I64:
    """Sums of leaves over trees of two levels: see the reference twin."""
    out = np.zeros(len(features), np.int64)
    _tree_sums(np.ascontiguousarray(features.T), columns, limits, leaves, out)
    return out
