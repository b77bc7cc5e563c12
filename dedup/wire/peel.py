"""Taking marks off a title, the head and the tail of a text, one at a time.

Each step looks only at what is left, never at what was taken before it, so what is left of a text
has nothing more to take.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from dedup.expressions import later
from dedup.wire import dateline
from dedup.wire.elements import may_begin
from dedup.wire.entries import key
from dedup.wire.forms import ALWAYS, Form, Table, values
from dedup.wire.names import Names

LONGEST_LINE: Final = 320
"""Characters up to which a line may be a slug, a byline, a note or a credit as a whole."""
LONGEST_BRACKET: Final = 600
"""The same for credits in brackets; the longest of Reuters name a dozen reporters."""

_SPACE = later(r"\s*")
_START = later(r"([^\w\s])?[^\w\n]{0,4}([^\W\d_]+|\d)?")
_LAST_WORD = later(r"([\W_]{0,6})(\w+)")
"""Matched against the end of a text read backwards: a search for an end tries every place."""
_TITLE_END: Final = 60
_DASHES: Final = frozenset("-–—/")
_SENTENCE_END: Final = frozenset(".!?…\"'”’»。！？؟।۔)]）*")
_CLOSING: Final = {")": "(", "]": "[", "）": "（", "］": "［", "】": "【", ">": "<", "》": "《",
                   "〕": "〔"}  # fmt: skip
_DATED = later(r"[^()\n]{2,80}, ?\d{1,2}\. ?\d{1,2}\. ?(?:19|20)\d\d")
"""``(APA, 2.1.2016)``: who wrote it and when, as papers in German end a story."""


class Mark(NamedTuple):
    """Something found at ``start`` to ``end`` and what it names."""

    start: int
    end: int
    what: str
    kind: str
    named: dict[str, Any]


class Peeler:
    """Looks for one mark at a time; immutable."""

    __slots__ = ("_endings", "_lead", "_line", "_names", "_tail_bracket", "_tail_end", "_tail_line",
                 "_title", "_title_end")  # fmt: skip

    def __init__(self, tables: dict[str, Table], names: Names) -> None:
        self._names = names
        self._title, self._title_end = tables["title"], tables["title-end"]
        # What a marker ends with, when it ends in small letters: digits, capitals and brackets
        # are looked at anyway.
        self._endings = tuple(
            ending for word in self._title_end for ending in (word, word.capitalize())
            if len(word) > 1
        )
        self._lead, self._line = tables["lead"], tables["line"]
        self._tail_line = tables["tail-line"]
        self._tail_bracket = tables["tail-bracket"]
        self._tail_end = tables["tail-end"]

    def plain_title(self, title: str) -> bool:
        """Whether a title surely has no marker and no space at its ends: a quick look."""
        if title[:1].isspace() or not title[-1:].islower() or title.endswith(self._endings):
            return False
        sign, word, _ = _beginning(title, 0, len(title))
        return word not in self._title and sign not in self._title

    def title_start(self, title: str, begin: int, end: int) -> Mark | None:
        """The marker a title begins with."""
        sign, word, _ = _beginning(title, begin, end)
        forms = _forms(self._title, sign, word)
        return self._first(forms, title, begin, end) if forms else None

    def title_end(self, title: str, begin: int, end: int) -> Mark | None:
        """The marker a title ends with."""
        word, _ = _last_word(title, max(begin, end - 24), end)
        for form in self._title_end.get(_key(word), ()) if word else ():
            match = form.regex.search(title, max(begin, end - _TITLE_END), end)
            if match and (named := values(match, self._names)) is not None:
                return Mark(match.start(), end, form.what, form.kind, named)
        return None

    def head(self, text: str, begin: int, end: int) -> Mark | None:
        """The mark a text begins with; its span takes the white space after it."""
        if begin >= end:
            return None
        sign, word, slug = _beginning(text, begin, end)
        mark = None
        if forms := _forms(self._lead, sign, word):
            mark = self._first(forms, text, begin, end)
        if mark is None:
            forms = _forms(self._line, sign, word) + (self._line["a-"] if slug else _NONE)
            if forms and text.find("\n", begin, min(end, begin + LONGEST_LINE)) >= 0:
                mark = self._first(forms, text, begin, end)
                mark = None if mark and mark.end >= end else mark  # all there is, is the story
        return self.dateline(text, begin, end) if mark is None else mark

    def dateline(self, text: str, begin: int, end: int, strong: bool = False) -> Mark | None:
        """The dateline a text begins with; ``strong`` if it must be none but a dateline."""
        found = None
        if may_begin(text, begin, end, strong):
            found = dateline.find(text[begin : min(end, begin + dateline.WIDEST)], self._names)
        if found is None or (strong and not found.strong):
            return None
        named: dict[str, Any] = {"place": found.place, "date": found.date}
        if found.agency:
            named["agency"] = found.agency
        stop = space_end(text, begin + found.end, end)
        return Mark(begin, stop, "dateline", "", named)

    def tail(self, text: str, begin: int, end: int, alone: bool) -> Mark | None:
        """The mark a text ends with; its span takes the white space before it.

        ``alone`` says that nothing stands before ``begin``, so that a line there is the story.
        """
        line = text.rfind("\n", max(begin, end - LONGEST_LINE), end) + 1
        mark = None
        if line > begin or (not alone and end - begin <= LONGEST_LINE):
            mark = self._last_line(text, max(line, begin), end)
        if mark is None:
            mark = self._bracket(text, begin, end) or self._last_words(text, begin, end)
        if mark is None:
            return None
        return mark._replace(start=trimmed_end(text, begin, mark.start))

    def _last_line(self, text: str, line: int, end: int) -> Mark | None:
        line = space_end(text, line, end)
        sign, word, _ = _beginning(text, line, end)
        for form in _forms(self._tail_line, sign, word):
            match = form.regex.fullmatch(text, line, end)
            if match and (named := values(match, self._names)) is not None:
                return Mark(line, end, form.what, form.kind, named)
        return self._signature(text, line, end) if text[line] in "-–—/(" else None

    def _signature(self, text: str, line: int, end: int) -> Mark | None:
        agency = self._names.agency(text[line:end].strip(" -–—/().")) if end - line < 50 else None
        return Mark(line, end, "credit", "", {"agency": agency}) if agency else None

    def _bracket(self, text: str, begin: int, end: int) -> Mark | None:
        close = end
        while close > begin and end - close < 4 and text[close - 1] in ". *।":
            close -= 1
        opening = _CLOSING.get(text[close - 1]) if close > begin else None
        if opening is None:
            return None
        first = _opened(text, max(begin, close - LONGEST_BRACKET), close - 1, opening)
        if first < 0:
            return None
        inside = space_end(text, first + 1, close - 1)
        sign, word, _ = _beginning(text, inside, close - 1)
        forms = _forms(self._tail_bracket, sign, word)
        for form in [*forms, *self._tail_bracket.get(ALWAYS, ())]:
            match = form.regex.fullmatch(text, inside, close - 1)
            if match and (named := values(match, self._names)) is not None:
                return Mark(first, end, form.what, form.kind, named)
        return self._signed(text, begin, first, end, text[inside : close - 1].strip())

    def _signed(self, text: str, begin: int, first: int, end: int, inside: str) -> Mark | None:
        """``(AP)`` or ``(APA, 2.1.2016)`` after the last sentence."""
        start = first
        while start > begin and text[start - 1] in " \t\xa0-–—/":
            start -= 1
        if start == begin or (text[start - 1] not in _SENTENCE_END and text[start - 1] != "\n"):
            return None
        agency = self._names.agency(inside) if len(inside) <= 50 else None
        if agency is None and not _DATED.fullmatch(inside):
            return None
        return Mark(start, end, "credit", "", {"agency": agency} if agency else {})

    def _last_words(self, text: str, begin: int, end: int) -> Mark | None:
        low = max(begin, end - 48)
        word, start = _last_word(text, max(begin, end - 24), end)
        if not word or start <= begin:
            return None
        for form in self._tail_end.get(_key(word), ()):
            match = form.regex.fullmatch(text, start, end)
            if match and _free(text, start, word.isupper()):
                named = values(match, self._names)
                return Mark(start, end, form.what, form.kind, named or {})
        return self._bare_signature(text, begin, low, end) if self._names.may_sign(word) else None

    def _bare_signature(self, text: str, begin: int, low: int, end: int) -> Mark | None:
        """``— AP``, ``/AFP`` and ``… he said. EFE`` after the last sentence."""
        signed = self._names.signature(text[low:end].rstrip(" ."))
        if signed is None or low + signed[0] <= begin:
            return None
        start, agency = low + signed[0], signed[1]
        stop = start
        while stop > begin and text[stop - 1] in " \t\xa0-–—/":
            stop -= 1
        before = text[stop - 1] if stop > begin else ""
        sentence = before == "\n" or before in _SENTENCE_END
        dashed = not _DASHES.isdisjoint(text[stop:start])
        glued = text[stop] in "-/"  # "well-AP" is a word
        if (sentence and (dashed or self._names.is_bare(agency))) or (dashed and not glued):
            return Mark(stop, end, "credit", "", {"agency": agency})
        return None

    def _first(self, forms: list[Form], text: str, begin: int, end: int) -> Mark | None:
        """The first of the forms that fits, with the white space after it."""
        for form in forms:
            match = form.regex.match(text, begin, end)
            if match and match.end() > begin:
                named = values(match, self._names)
                if named is not None:
                    stop = space_end(text, match.end(), end)
                    return Mark(begin, stop, form.what, form.kind, named)
        return None


def _beginning(text: str, begin: int, end: int) -> tuple[str, str, bool]:
    """The sign and the key of the word a text begins with, empty where there is none.

    Also whether the word is the beginning of a slug: in capitals, and a hyphen or slash after it.
    """
    start = _START.match(text, begin, end)
    if start is None:
        return "", "", False
    sign, word = start.groups()
    if word is None:
        return sign or "", "", False
    slug = sign is None and text[start.end() : start.end() + 1] in ("-", "/") and word.isupper()
    return sign or "", _key(word), slug


def _key(word: str) -> str:
    """As :func:`key`, of a run of letters or digits."""
    if word < "\u2e80" and word.isalpha():
        return word.lower()
    return key(word)


_NONE: Final[list[Form]] = []


def _forms(table: Table, sign: str, word: str) -> list[Form]:
    """The forms that may begin with a word, and those with the sign before it."""
    if sign and sign in table:
        return table.get(word, _NONE) + table[sign]
    return table.get(word, _NONE)


def _last_word(text: str, low: int, end: int) -> tuple[str, int]:
    """The last word of ``text[low:end]`` and where it begins; few signs may follow it."""
    match = _LAST_WORD.match(text[low:end][::-1])
    return (match[2][::-1], end - match.end()) if match else ("", end)


def _opened(text: str, low: int, close: int, opening: str) -> int:
    """Where the bracket opens that closes at ``close``, or -1."""
    closing, first = text[close], text.rfind(opening, low, close)
    while first >= 0 and text.count(closing, first, close) >= text.count(opening, first, close):
        first = text.rfind(opening, low, first)
    return first


def _free(text: str, at: int, capitals: bool) -> bool:
    """Whether a last word stands for itself and not in a sentence."""
    before = text[at - 1]
    if not before.isspace():
        return before in _SENTENCE_END
    stop = trimmed_end(text, max(0, at - 40), at)
    ends = stop == 0 or text[stop - 1] in _SENTENCE_END or "\n" in text[stop:at]
    return ends or (capitals and (text[stop - 1].isdigit() or at - stop > 1))


def space_end(text: str, at: int, end: int) -> int:
    """Where the white space ends that begins at a place."""
    if at >= end or not text[at].isspace():
        return at
    match = _SPACE.match(text, at, end)
    return match.end() if match else at


def trimmed_end(text: str, begin: int, end: int) -> int:
    """Where the last character stands that is no white space, plus one."""
    if end > begin and not text[end - 1].isspace():
        return end
    while end > begin:
        chunk = text[max(begin, end - 64) : end]
        if kept := len(chunk.rstrip()):
            return end - len(chunk) + kept
        end -= len(chunk)
    return end
