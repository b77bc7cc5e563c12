"""Furniture glued to a paragraph: phrases before its first or behind its last sentence.

"… he said. Read more: <title>" is a paragraph and a link. What is sought is a phrase of the lexicon
whose place is ``head`` or ``tail``, cut from the rest where a sentence ends, so that the same words
inside running prose are left alone: "Read more books, he urged." is one sentence, no link. Such
phrases are worded narrowly: they tell themselves from prose without the help of a line of their
own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from dedup.boilerplate.fold import fold
from dedup.boilerplate.glued_places import HEAD, TAIL, GluedPlaces
from dedup.boilerplate.lexicon import MAX_CHARACTERS, MAX_WORDS, Lexicon, Match
from dedup.boilerplate.phrases import Phrase
from dedup.expressions import later

_CLOSING = "\"'”’»)\\]）」』】"
_SENTENCE_END = later(
    rf"(?:[.!?…؟۔।॥։።]+[{_CLOSING}]*|[\"”»)\]])(?=\s)"  # and white space follows
    rf"|[。！？]+[{_CLOSING}]*|[）」』】](?=\s)"  # no white space is needed
    r"|\r\n?|[\n\u2028\u2029]"
    r"|(?<=[\u0e00-\u0e7f])\s"  # Thai parts its sentences by spaces
)
_MAY_END = later("[.!?…؟۔।॥։።\"”»)\\]。！？）」』】\r\n\u2028\u2029]")
_THAI = later("[\u0e00-\u0e7f]")
_ABBREVIATED = later(
    r"(?:\s[A-Z]|\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Rep|Sen|Gov|Gen|Mr|Mrs|Ms|Dr"
    r"|St|No|Lt|Col|Sgt|Rev|Prof))\.\Z"
)
"""A full stop that ends no sentence: of an initial, a month, a title before a name."""

_LINK = "BLP302"
_TITLES = ("{headline}", "{title}")
_REMARK = later(r"\w[.!]['\"]?[)\]]*$")
_FIRST_WORD = later(r"[\W_]{0,8}([^\W_]+)")
_BREAK = later(r"[\n\r\u2028\u2029]")
_ENDED = later(r"[.!?:)\]|»…。！？।۔؟]\W*$")
_WORD = later(r"[^\W_]")
_START = later(r"\s(?=[\"'“‘«(]?[^\W\d_])")
_DATELINE = later(r"[A-Z][A-Z.' -]+[A-Z](?:, [^.—–]{1,40})?(?: \([^)]{1,30}\))? ?[—–-]")
_QUOTES = (("“", "”"), ("«", "»"), ("「", "」"), ("『", "』"))

_MOST = 6
"""Pieces of furniture at one paragraph; what a page puts in a row."""


class Piece(NamedTuple):
    """A phrase at one end of a paragraph: characters ``start`` to ``end`` of its text."""

    start: int
    end: int
    side: str
    match: Match


class Parted(NamedTuple):
    """A paragraph with furniture at its ends; what is left of it lies between start and end.

    ``whole`` is set where nothing but furniture is left: the paragraph is furniture.
    """

    start: int
    end: int
    pieces: tuple[Piece, ...]
    whole: Match | None = None


def part(text: str, lexicon: Lexicon) -> Parted | None:
    """The phrases at the ends of a paragraph, or None. The text is given untouched."""
    low, high = 0, len(text)
    pieces: list[Piece] = []
    while len(pieces) < _MOST:
        piece = _tail(text, low, high, lexicon) or _head(text, low, high, lexicon)
        if piece is None:
            break
        pieces.append(piece)
        if piece.side == TAIL:
            high = low + len(text[low : piece.start].rstrip())
        else:
            low = high - len(text[piece.end : high].lstrip())
    if not pieces:
        return None
    return Parted(low, high, tuple(sorted(pieces)), _whole(text[low:high], pieces, lexicon))


def _whole(rest: str, pieces: list[Piece], lexicon: Lexicon) -> Match | None:
    """What the whole paragraph is if its rest is furniture too: what is least sure to go.

    The later the rule, the less a page is without it: BLP305 and BLP306 are never stripped safely.
    """
    match = lexicon.match(rest)
    if match is None and _WORD.search(rest):
        return None
    matches = [piece.match for piece in pieces] + ([match] if match else [])
    return max(matches, key=lambda found: found.rule)


def _tail(text: str, low: int, high: int, lexicon: Lexicon) -> Piece | None:
    """The longest phrase that begins with its own words, or else the shortest that ends with them.

    What opens with a name would take all it can.
    """
    glued = lexicon.glued
    starts = list(_tail_starts(text, low, high))
    for start in starts:
        if not _another_word(text, start, high, glued, TAIL):
            match = _match(text[start:high], glued.opened_by(text[start:high]), lexicon)
            if match and _quotes_closed(text[low:start]):
                return Piece(start, high, TAIL, match)
    phrases = glued.closed_by(text[low:high]) if starts else []
    for start in reversed(starts) if phrases else ():
        match = _match(text[start:high], phrases, lexicon)
        before = text[low:start].rstrip()
        if match and _ENDED.search(before) and not _ABBREVIATED.search(before):
            return Piece(start, high, TAIL, match)
    return None


def _tail_starts(text: str, low: int, high: int) -> Iterator[int]:
    """Where the last sentences of a text begin, the earliest first."""
    for found in _sentence_ends(text, max(low, high - MAX_CHARACTERS), high):
        start = found.end()
        while start < high and text[start].isspace():
            start += 1
        if low < start < high and _WORD.search(text, low, found.end()):
            yield start


def _sentence_ends(text: str, low: int, high: int) -> Iterator[re.Match[str]]:
    """Where sentences end: the signs that may end one are sought first, ten times as fast."""
    if not text.isascii() and _THAI.search(text, max(low - 1, 0), high):
        yield from _SENTENCE_END.finditer(text, low, high)
        return
    while found := _MAY_END.search(text, low, high):
        end = _SENTENCE_END.match(text, found.start(), high)
        low = end.end() if end else found.end()
        if end:
            yield end


def _another_word(text: str, start: int, end: int, glued: GluedPlaces, side: str) -> bool:
    """Whether no phrase begins with the word there; sure for ASCII, which need not be folded."""
    found = _FIRST_WORD.match(text, start, end)
    return found is not None and found[1].isascii() and not glued.begins(side, found[1].lower())


def _quotes_closed(before: str) -> bool:
    """Whether a quotation is over: what is quoted was said by someone."""
    balanced = all(before.count(begin) <= before.count(end) for begin, end in _QUOTES)
    return balanced and before.count('"') % 2 == 0


def _head(text: str, low: int, high: int, lexicon: Lexicon) -> Piece | None:
    if _another_word(text, low, high, lexicon.glued, HEAD):
        return None
    phrases = lexicon.glued.at_head(text[low : low + MAX_CHARACTERS])
    if not phrases:
        return None
    for end in _head_ends(text, low, high):
        match = _match(text[low:end], phrases, lexicon)
        if match and _stands_alone(text[low:end], text[end:high]):
            return Piece(low, end, HEAD, match)
    return None


def _head_ends(text: str, low: int, high: int) -> Iterator[int]:
    """Where a phrase at the head may end: before each word of the first few, the last first."""
    window = text[low : min(high, low + MAX_CHARACTERS)]
    ends = [found.start() for found in _START.finditer(window)][:MAX_WORDS]
    return (low + len(window[:end].rstrip()) for end in reversed(ends) if window[:end].strip())


def _stands_alone(phrase: str, behind: str) -> bool:
    """Whether a sentence begins behind a phrase, and cannot have begun with it.

    "Advertisement LONDON — Prices …" and "ADVERTISEMENT Prices …" are told from "Advertisement
    Standards are …" by the dateline, or by the capitals. Several words tell themselves apart.
    """
    gap = behind[: len(behind) - len(behind.lstrip())]
    if _BREAK.search(gap) or _ENDED.search(phrase):
        return True
    behind = behind.lstrip()
    first = _WORD.search(behind)
    if first is None or first[0].islower():
        return False
    if _DATELINE.match(behind):
        return True
    if not first[0].isupper():
        return False
    words = phrase.split()
    following = behind.split(None, 1)[0]
    return len(words) > 1 or (phrase.isupper() and not following.isupper())


def _match(span: str, phrases: list[Phrase], lexicon: Lexicon) -> Match | None:
    """Which of the phrases a stretch at one end is. It begins with no small letter."""
    first = _WORD.search(span) if phrases else None
    if first is None or (first[0].islower() and not span.startswith(("(", "["))):
        return None
    folded = fold(span)
    if folded.count(" ") >= MAX_WORDS or len(folded) > MAX_CHARACTERS or lexicon.keeps(span):
        return None
    for phrase in phrases:
        if phrase.fits(folded) and not (phrase.rule == _LINK and _is_remark(phrase, folded)):
            return Match(phrase.rule, phrase.entry, phrase.pattern, phrase.language)
    return None


def _is_remark(phrase: Phrase, folded: str) -> bool:
    """Whether what follows a link's opening ends as a sentence does: "(Related: it was late.)"."""
    return phrase.pattern.removesuffix("{close}").endswith(_TITLES) and bool(_REMARK.search(folded))
