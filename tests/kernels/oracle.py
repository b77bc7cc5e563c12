"""Every measure of the tool a second time: slow, short and obviously right.

The kernels and their reference twins share hashes, tables and a way of thinking, so that a
mistake in the idea would be in both. Here are the same ideas written from the documentation
alone, over strings, tuples, sets and Counters: no arrays, no tables, no hashes where the thing
itself will do, nothing imported from the package. It is slow on purpose; nothing is tuned.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from itertools import combinations, pairwise

Span = tuple[int, int]
Tokens = tuple[str, ...]

# Words ------------------------------------------------------------------------------------------

CUT, DROP, LETTER, ALONE, DASH = "cut", "drop", "letter", "alone", "dash"

_NO_SPACES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F),  # Myanmar
    (0x1780, 0x17FF), (0x19E0, 0x19FF),  # Khmer
    (0x1950, 0x19DF), (0x1A20, 0x1AAF), (0xAA80, 0xAADF),  # Tai
    (0x1B00, 0x1B7F), (0xA980, 0xA9DF),  # Balinese, Javanese
    (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x303B, 0x303B),  # ideographs
    (0x3041, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF),  # kana and Bopomofo
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F),
    (0x1AFF0, 0x1B16F), (0x20000, 0x3FFFF),
)  # fmt: skip
_FOLDED_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW")
_STROKED = dict(zip("łøđħŧıŀ", "lodhtil", strict=True))


def kind_of(char: str) -> tuple[str, str]:
    """What a character is to the words around it, and the character it is compared as."""
    category = unicodedata.category(char)
    if unicodedata.decimal(char, None) is not None:
        return LETTER, str(unicodedata.decimal(char))
    if char in "'’‘‛ʼʻ＇`´׳״ـ" or category == "Cf" or _is_diacritic(char):
        return DROP, ""
    if category == "Pd" or char == "−":
        return DASH, "-"
    wide = unicodedata.normalize("NFKC", char)
    if category == "Sc" or wide in ("%", "‰", "+", "±", "°", "٪"):
        return ALONE, "%" if char == "٪" else wide if len(wide) == 1 else char
    if category in ("Cn", "Co"):
        return LETTER, char
    if category[0] not in "LNM":
        return CUT, ""
    folded = _folded(char)
    alone = any(low <= ord(folded) <= high for low, high in _NO_SPACES)
    return (ALONE if alone else LETTER), folded


def _is_diacritic(char: str) -> bool:
    """Whether it is a mark that wires write or leave out: never a vowel sign of an Indic script."""
    if unicodedata.category(char)[0] != "M":
        return False
    name = unicodedata.name(char)
    return name.startswith(("COMBINING", "VARIATION SELECTOR", "ARABIC", "HEBREW")) and (
        "KATAKANA" not in name
    )


def _folded(char: str) -> str:
    """One character in the place of one; itself where its folding takes several."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    decomposed = unicodedata.normalize("NFD", plain)
    if unicodedata.name(decomposed[0], "").startswith(_FOLDED_SCRIPTS):
        plain = decomposed[0] + "".join(c for c in decomposed[1:] if not _is_diacritic(c))
    if len(plain) > 1:
        plain = char.lower() if len(char.lower()) == 1 else char
    return _STROKED.get(plain, plain)


def words(text: str) -> Tokens:
    """The words of a text in the matching form, character by character."""
    seen = [entry for entry in map(kind_of, text) if entry[0] != DROP]
    found: list[str] = []
    before = CUT
    for place, (kind, folded) in enumerate(seen):
        following = seen[place + 1] if place + 1 < len(seen) else (CUT, "")
        if kind == DASH:
            sign = following[0] == LETTER and following[1] in "0123456789"
            kind = ALONE if sign and before not in (LETTER, ALONE) else CUT
            if kind == ALONE:
                found.append("-")
            before = DASH
            continue
        if kind == LETTER and before == LETTER:
            found[-1] += folded
        elif kind != CUT:
            found.append(folded)
        before = kind
    return tuple(found)


# Paragraphs -------------------------------------------------------------------------------------

_BREAK = re.compile("\r\n|[\n\v\f\r\x85\u2028\u2029]")
_INVISIBLE = "\u200b\ufeff\u2060\x00"


def _is_white(char: str) -> bool:
    return char.isspace() or char in _INVISIBLE


class Line:
    """A line of a text: where its visible part lies, how far that is indented, its first word."""

    def __init__(self, text: str, low: int, high: int) -> None:
        visible = [i for i in range(low, high) if not _is_white(text[i])]
        self.blank = not visible
        self.start, self.end = (visible[0], visible[-1] + 1) if visible else (low, low)
        self.indent, self.width = self.start - low, self.end - low
        inside = text[self.start : self.end]
        gaps = [i for i, char in enumerate(inside) if _is_white(char)]
        self.first_word = gaps[0] if gaps else len(inside)
        if inside and kind_of(inside[0])[0] == ALONE:
            self.first_word = 1


def lines(text: str, begin: int = 0) -> list[Line]:
    """The lines of a text from ``begin`` on; what stands behind the last break only if visible."""
    found = []
    for broken in _BREAK.finditer(text, begin):
        found.append(Line(text, begin, broken.start()))
        begin = broken.end()
    rest = Line(text, begin, len(text))
    return found if rest.blank else [*found, rest]


def paragraphs(text: str, begin: int = 0) -> list[Span]:
    """Trimmed paragraphs: by blank lines; else, unless hard-wrapped, by lines."""
    every = lines(text, begin)
    while every and every[0].blank:
        del every[0]
    groups: list[list[Line]] = [[]]
    if any(line.blank for line in every):
        for line in every:
            if line.blank:
                groups.append([])
            else:
                groups[-1].append(line)
    else:
        width = max((line.width for line in every), default=0)
        margin = min((line.indent for line in every), default=0)
        no_room = [
            before.width + len(" ") + line.first_word > width
            for before, line in pairwise(every)
        ]
        column = len(every) >= 4 and 40 <= width <= 100 and 2 * sum(no_room) >= len(no_room)
        for place, line in enumerate(every):
            if place and not (column and no_room[place - 1] and line.indent < margin + 2):
                groups.append([])
            groups[-1].append(line)
    return [(group[0].start, group[-1].end) for group in groups if group]


# Shingles and scores ----------------------------------------------------------------------------


def shingles(tokens: Sequence[str], size: int) -> list[Tokens]:
    """Every run of ``size`` tokens, in order; a shorter text is one shingle of itself."""
    if 0 < len(tokens) < size:
        return [tuple(tokens)]
    return [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]


def jaccard(a: Sequence[str], b: Sequence[str], size: int) -> float:
    """Shared shingles in all shingles."""
    one, two = set(shingles(a, size)), set(shingles(b, size))
    return len(one & two) / len(one | two) if one | two else 0.0


def containment(a: Sequence[str], b: Sequence[str], size: int) -> float:
    """Which share of the shingles of ``a`` stands in ``b`` too."""
    one, two = set(shingles(a, size)), set(shingles(b, size))
    return len(one & two) / len(one) if one else 0.0


def dice(a: Sequence[str], b: Sequence[str]) -> float:
    """Dice's score of the word pairs of two texts, counted with multiplicity."""
    one, two = Counter(shingles(a, 2)), Counter(shingles(b, 2))
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 0.0


def bucket_pairs(
    buckets: Iterable[tuple[Hashable, int]], cap: int
) -> tuple[set[tuple[int, int]], dict[Hashable, int]]:
    """Pairs of stories in one bucket, and the size of each bucket of more than ``cap`` stories.

    Of such a bucket come only the pairs with its first story and those of neighbours.
    """
    held: dict[Hashable, list[int]] = {}
    for bucket, story in buckets:
        held.setdefault(bucket, []).append(story)
    pairs: set[tuple[int, int]] = set()
    overfull: dict[Hashable, int] = {}
    for bucket, members in held.items():
        members.sort()
        if len(members) <= cap:
            pairs |= set(combinations(members, 2))
        else:
            overfull[bucket] = len(members)
            pairs |= {(members[0], other) for other in members[1:]}
            pairs |= set(pairwise(members))
    return pairs, overfull
