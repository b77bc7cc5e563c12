"""The compiled kernels that read text: paragraphs and tokens from UTF-8 bytes.

Documented in :mod:`dedup.kernels.reference`; used through :mod:`dedup.kernels.compiled`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dedup.kernels import constants as c
from dedup.kernels.compiled_with import inlined, kernel, mix64
from dedup.kernels.reference import I64, U8, U32, U64
from dedup.text import matching_form as mf

_U = np.uint64
_V = np.uint32
_SEPARATOR, _DROPPED, _WORD, _SOLO, _DASH = 0, 1, 2, 3, 4
_APART = _U(1)
"""A separator among the folded letters of :func:`_quick`: no letter has so low a code point."""
_BREAK = 1
_FIRST_PRINTABLE = 0x20
_ZERO, _NINE = _V(ord("0")), _V(ord("9"))


@inlined
def _size(byte: Any) -> Any:
    """Bytes of the code point that begins with this byte (the text is valid UTF-8)."""
    return 1 if byte < 0x80 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4


@inlined
def _tail(buffer: Any, at: Any, place: Any) -> Any:
    """Six bits of the code point that begins at ``at``, from its byte number ``place``."""
    return _V(buffer[_U(at) + _U(place)] & 0x3F)


@inlined
def _decode(buffer: Any, at: Any, size: Any) -> Any:
    lead = _V(buffer[at])
    if lead < 0x80:
        return lead
    if size == 2:
        return ((lead & _V(0x1F)) << _V(6)) | _tail(buffer, at, 1)
    if size == 3:
        high = (lead & _V(0x0F)) << _V(12)
        return high | (_tail(buffer, at, 1) << _V(6)) | _tail(buffer, at, 2)
    high = ((lead & _V(0x07)) << _V(18)) | (_tail(buffer, at, 1) << _V(12))
    return high | (_tail(buffer, at, 2) << _V(6)) | _tail(buffer, at, 3)


@kernel
def _count_lines(buffer: Any, leads: Any) -> Any:
    """At most how many lines a text has; two of ``leads`` are looked for at once."""
    count = 1
    for place in range(0, len(leads), 2):
        one, two = leads[place], leads[min(place + 1, len(leads) - 1)]
        printable = _FIRST_PRINTABLE if place == 0 else 0
        for at in range(len(buffer)):
            byte = buffer[at]
            count += (byte < printable) | (byte == one) | (byte == two)
    return count


@kernel
def _count_chars(buffer: Any, low: Any, high: Any) -> Any:
    """Code points that begin in ``buffer[low:high]``."""
    count = 0
    for at in range(_U(low), _U(high)):
        count += (buffer[at] & 0xC0) != 0x80
    return count


@kernel
def _trim(buffer: Any, low: Any, high: Any, layout: Any) -> Any:
    """The span without white space at its ends; an empty one at ``low`` if it is all white."""
    start = low
    while start < high:
        size = _size(buffer[start])
        if layout[_decode(buffer, start, size)] == 0:
            break
        start += _U(size)
    if start >= high:
        return low, low
    end = high
    while True:
        at = end - _U(1)
        while (buffer[at] & 0xC0) == 0x80:
            at -= _U(1)
        if layout[_decode(buffer, at, end - at)] == 0:
            return start, end
        end = at


_START, _END, _MARGIN = range(3)
"""Columns of a line, in bytes: its trimmed span (empty if it is blank), and where it begins."""


@inlined
def _enter_line(lines: Any, count: Any, span: Any, margin: Any) -> Any:
    lines[count, _START], lines[count, _END], lines[count, _MARGIN] = span[0], span[1], margin


@inlined
def _next_break(buffer: Any, at: Any, end: Any, may_break: Any) -> Any:
    """The first byte from ``at`` on that a line may end with, or ``end``; four at a look."""
    while at + _U(4) <= end:
        some = may_break[buffer[at]] | may_break[buffer[at + _U(1)]]
        if some | may_break[buffer[at + _U(2)]] | may_break[buffer[at + _U(3)]]:
            break
        at += _U(4)
    while at < end and not may_break[buffer[at]]:
        at += _U(1)
    return at


@kernel
def _fill_lines(
    buffer: Any, low: Any, high: Any, may_break: Any, layout: Any, lines: Any
) -> Any:
    """Lines of ``buffer[low:high]``; a last one without a line break counts unless blank."""
    count = 0
    at, margin, end = _U(low), _U(low), _U(high)
    while at < end:
        at = _next_break(buffer, at, end, may_break)
        if at >= end:
            break
        size = _size(buffer[at])
        code = _decode(buffer, at, size)
        after = at + _U(size)
        crlf = code == 13 and after < end and buffer[after] == 10
        if layout[code] & _BREAK and not crlf:
            _enter_line(lines, count, _trim(buffer, margin, at, layout), margin)
            count += 1
            margin = after
        at = after
    start, stop = _trim(buffer, margin, end, layout)
    if start < stop:
        _enter_line(lines, count, (start, stop), margin)
        count += 1
    return count


@inlined
def _blank(line: Any) -> Any:
    return line[_START] == line[_END]


@kernel
def _drop_blank(lines: Any, count: Any) -> Any:
    """Move the filled lines together; how many there are."""
    filled = 0
    for i in range(count):
        if not _blank(lines[i]):
            lines[filled] = lines[i]
            filled += 1
    return filled


@kernel
def _has_gap(lines: Any, count: Any) -> Any:
    """Whether a blank line stands behind a filled one."""
    filled = False
    for i in range(count):
        if not _blank(lines[i]):
            filled = True
        elif filled:
            return True
    return False


@kernel
def _blocks(lines: Any, count: Any, out: Any, at: Any) -> Any:
    begin = -1
    for i in range(count):
        if not _blank(lines[i]):
            if begin < 0:
                begin = i
        elif begin >= 0:
            out[at, 0], out[at, 1] = lines[begin, _START], lines[i - 1, _END]
            at += 1
            begin = -1
    if begin >= 0:
        out[at, 0], out[at, 1] = lines[begin, _START], lines[count - 1, _END]
        at += 1
    return at


@kernel
def _first_word(buffer: Any, line: Any, kinds: Any, layout: Any) -> Any:
    """How many code points a line must offer to take this line's first word."""
    at = line[_START]
    if kinds[_decode(buffer, at, _size(buffer[at]))] == _SOLO:
        return 1
    count = 0
    while at < line[_END]:
        size = _size(buffer[at])
        if layout[_decode(buffer, at, size)]:
            break
        at += size
        count += 1
    return count


@kernel
def _unwrap(
    buffer: Any, lines: Any, count: Any, kinds: Any, layout: Any, out: Any, at: Any
) -> Any:
    """Paragraphs of a text without blank lines, hard-wrapped or not."""
    width, margin = 0, np.int64(1) << 62
    widths = np.empty(count, np.int64)
    indents = np.empty(count, np.int64)
    for i in range(count):
        indents[i] = _count_chars(buffer, lines[i, _MARGIN], lines[i, _START])
        widths[i] = indents[i] + _count_chars(buffer, lines[i, _START], lines[i, _END])
        width = max(width, widths[i])
        margin = min(margin, indents[i])
    wrapped = count >= c.WRAP_LINES and c.WRAP_NARROWEST <= width <= c.WRAP_WIDEST
    fits = np.ones(count, np.bool_)
    if wrapped:
        forced = 0
        for i in range(1, count):
            fits[i] = widths[i - 1] + 1 + _first_word(buffer, lines[i], kinds, layout) <= width
            forced += not fits[i]
        wrapped = forced * c.WRAP_SHARE >= count - 1
    begin = 0
    for i in range(1, count + 1):
        if i == count or not wrapped or fits[i] or indents[i] >= margin + 2:
            out[at, 0], out[at, 1] = lines[begin, _START], lines[i - 1, _END]
            at += 1
            begin = i
    return at


@kernel
def _segment(
    buffer: Any, offsets: Any, skips: Any, may_break: Any, kinds: Any, layout: Any, lines: Any,
    first: Any, out: Any,
) -> Any:  # fmt: skip
    at = 0
    for story in range(len(offsets) - 1):
        low = offsets[story] + skips[story]
        begin = at
        count = _fill_lines(buffer, low, offsets[story + 1], may_break, layout, lines)
        if _has_gap(lines, count):
            at = _blocks(lines, count, out, at)
        else:
            count = _drop_blank(lines, count)
            if count:
                at = _unwrap(buffer, lines, count, kinds, layout, out, at)
        byte, char = offsets[story], 0
        for paragraph in range(begin, at):
            for column in range(2):
                char += _count_chars(buffer, byte, out[paragraph, column])
                byte = out[paragraph, column]
                out[paragraph, column + 2] = char
        first[story + 1] = at
    return at


def _break_bytes(form: mf.MatchingForm) -> U8:
    """For each byte whether a character that ends a line may begin with it."""
    breaks = np.flatnonzero((form.layout & mf.BREAK) > 0)
    leads = [chr(code).encode()[0] for code in breaks.tolist()]
    result = np.zeros(256, np.uint8)
    result[leads] = 1
    return result


def segment(
    buffer: U8, offsets: I64, body_starts: I64, form: mf.MatchingForm
) -> tuple[I64, I64, I64, I64, I64]:
    """Paragraphs of every story: see the reference twin."""
    may_break = _break_bytes(form)
    leads = np.flatnonzero(may_break[128:]).astype(np.uint8) + np.uint8(128)
    room = int(_count_lines(buffer, leads)) + len(offsets)
    lines = np.empty((room, 3), np.int64)
    out = np.empty((room, 4), np.int64)
    first = np.zeros(len(offsets), np.int64)
    count = _segment(
        buffer, offsets, body_starts, may_break, form.kind, form.layout, lines, first, out
    )
    columns = [np.ascontiguousarray(out[:count, i]) for i in range(4)]
    return first, columns[0], columns[1], columns[2], columns[3]


@kernel
def _dash(buffer: Any, at: Any, end: Any, kinds: Any, folded: Any) -> Any:
    """What a dash is by what follows it: a sign (SOLO) before a digit, else a separator."""
    while at < end:
        size = _size(buffer[at])
        code = _decode(buffer, at, size)
        if kinds[code] != _DROPPED:
            digit = kinds[code] == _WORD and _ZERO <= folded[code] <= _NINE
            return _SOLO if digit else _SEPARATOR
        at += _U(size)
    return _SEPARATOR


@inlined
def _word(buffer: Any, at: Any, end: Any, quick: Any, h: Any) -> Any:
    """Past the ASCII letters from ``at`` on, and the polynomial with them."""
    value = quick[buffer[at]]
    while value > _APART:
        h = h * c.CHAR_STEP + value
        at += _U(1)
        value = quick[buffer[at]] if at < end else _APART
    return at, h


@inlined
def _put(h: Any, whole: Any, tokens: Any, count: Any) -> Any:
    """Enter a finished token; the polynomial with it."""
    tokens[count] = _V(h >> _U(32))
    return whole * c.TOKEN_STEP + h, count + _U(1)


@kernel
def _tokenise_one(
    buffer: Any, at: Any, end: Any, quick: Any, kinds: Any, folded: Any, tokens: Any, count: Any
) -> Any:
    """Tokens of one paragraph, written from ``count`` on; the new count and the polynomial.

    Places are unsigned: a signed one might count from the end, which is looked at every time and
    nearly doubles what a letter takes. ``quick`` tells most bytes of most texts at one look.
    """
    h, whole = _U(0), _U(0)
    inside = behind = False
    while at < end:
        first = quick[buffer[at]]
        if first > _APART:
            at, h = _word(buffer, at, end, quick, h)
            inside = behind = True
            continue
        size = _size(buffer[at]) if first == 0 else 1
        code = _decode(buffer, at, size)
        kind = int(kinds[code]) if first == 0 else _SEPARATOR
        at += _U(size)
        if kind == _DROPPED:
            continue
        if kind == _DASH and (behind or _dash(buffer, at, end, kinds, folded) == _SEPARATOR):
            kind = _SEPARATOR
        behind = kind != _SEPARATOR
        if kind == _WORD:
            h = h * c.CHAR_STEP + _U(folded[code])
            inside = True
            continue
        if inside:
            whole, count = _put(mix64(h), whole, tokens, count)
            h = _U(0)
            inside = False
        if behind:
            whole, count = _put(mix64(_U(folded[code])), whole, tokens, count)
    if inside:
        whole, count = _put(mix64(h), whole, tokens, count)
    return count, whole


@kernel
def _tokenise(
    buffer: Any, starts: Any, ends: Any, quick: Any, kinds: Any, folded: Any, tokens: Any,
    first: Any, poly: Any,
) -> Any:  # fmt: skip
    count = _U(0)
    for paragraph in range(len(starts)):
        at, end = _U(starts[paragraph]), _U(ends[paragraph])
        count, poly[paragraph] = _tokenise_one(
            buffer, at, end, quick, kinds, folded, tokens, count
        )
        first[paragraph + 1] = count
    return count


def _quick(form: mf.MatchingForm) -> U64:
    """For each byte the folded letter or digit it is, or _APART, or 0: it needs a closer look."""
    kinds = form.kind[:128]
    result = np.zeros(256, np.uint64)
    result[:128] = np.where(kinds == _WORD, form.folded[:128], _APART * (kinds == _SEPARATOR))
    return result


def tokenise(buffer: U8, starts: I64, ends: I64, form: mf.MatchingForm) -> tuple[I64, U32, U64]:
    """Tokens of every paragraph: see the reference twin."""
    tokens = np.empty(int((ends - starts).sum()), np.uint32)
    first = np.zeros(len(starts) + 1, np.int64)
    poly = np.empty(len(starts), np.uint64)
    count = _tokenise(
        buffer, starts, ends, _quick(form), form.kind, form.folded, tokens, first, poly
    )
    return first, tokens[: int(count)].copy(), poly
