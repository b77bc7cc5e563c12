"""A story read as wire copy: title, head and tail peeled, and what that says put together."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Final, NamedTuple, Self

from dedup.wire.forms import Table, load, values
from dedup.wire.model import KINDS, PLAIN, Dateline, Span, Wire
from dedup.wire.names import Names
from dedup.wire.peel import LONGEST_BRACKET, Mark, Peeler, space_end, trimmed_end

MOST: Final = 16
"""Marks beyond which a text is no wire copy, and nothing is taken from it."""
NOTICE_CHARACTERS: Final = 1_500
"""A notice that another text is wrong is short; a corrected story sent again mostly is not."""
_LATER_HEADS: Final = 2
_SHORT_HEAD: Final = 240
"""A headline or a summary may stand before the dateline: paragraphs this short are stepped over,
where the text goes on for so long that its tail is no concern of the head."""

_FARTHEST: Final = 4 * LONGEST_BRACKET
"""A head looks no farther into the text than this: what the tail loses is no concern of it."""

_BLANK = re.compile(r"\n\s*\n\s*")
_WORD = re.compile(r"\w+")


class Practice:
    """The forms and names of wire practice; immutable after loading."""

    __slots__ = ("_names", "_notices", "_peeler")

    def __init__(self, tables: dict[str, Table], names: Names) -> None:
        self._names = names
        self._peeler = Peeler(tables, names)
        self._notices = tables["notice"]

    @classmethod
    def load(cls) -> Self:
        """The practice shipped with the package; expressions are compiled when needed."""
        return cls(*load())

    def read(self, title: str, lead: str, tail: str | None = None, tail_at: int = 0) -> Wire:
        """What wire practice says of a story: see :func:`read`."""
        clean, marks = self._title(title)
        if tail is None:
            size = len(lead)
            begin, end, found = self._whole(lead)
        else:
            size = end = tail_at + len(tail)
            begin, found = self._apart(lead, tail, tail_at)
        found += self._later_heads(lead, begin, min(len(lead), end), size)
        marks += found
        notice = self._notice(marks, lead, begin, size)
        return _wire(clean, marks, notice, found) if marks or notice else Wire(clean)

    def _whole(self, text: str) -> tuple[int, int, list[Mark]]:
        """Both ends of a text until neither has more: taking one may free the other."""
        begin = space_end(text, 0, len(text))
        end = trimmed_end(text, begin, len(text))
        first, last = begin, end
        found = _peeled(self._peeler.head, text, begin, end)
        begin = found[-1].end if found else begin
        while len(found) <= MOST and (tails := self._tails(text, begin, end, alone=True)):
            found += tails
            end = tails[-1].start
            if end - begin > _FARTHEST:
                break
            heads = _peeled(self._peeler.head, text, begin, end)
            if not heads:
                break
            found += heads
            begin = heads[-1].end
        return (begin, end, found) if len(found) <= MOST else (first, last, [])

    def _apart(self, lead: str, tail: str, tail_at: int) -> tuple[int, list[Mark]]:
        """Head and tail of a text given apart; where the text begins that is left."""
        begin = space_end(lead, 0, len(lead))
        heads = _peeled(self._peeler.head, lead, begin, len(lead))
        found = [
            mark._replace(start=mark.start + tail_at, end=mark.end + tail_at)
            for mark in self._tails(tail, 0, len(tail), alone=False)
        ]
        if len(heads) + len(found) > MOST:
            return begin, []
        return heads[-1].end if heads else begin, heads + found

    def _tails(self, text: str, begin: int, end: int, alone: bool) -> list[Mark]:
        found: list[Mark] = []
        end = trimmed_end(text, begin, end)
        while len(found) <= MOST and (mark := self._peeler.tail(text, begin, end, alone)):
            found.append(mark)
            end = mark.start
        return found

    def _later_heads(self, text: str, begin: int, end: int, size: int) -> list[Mark]:
        found: list[Mark] = []
        at = begin
        for _ in range(_LATER_HEADS):
            line = text.find("\n", at, min(end, at + _SHORT_HEAD))
            blank = _BLANK.match(text, line, end) if line >= 0 else None
            if blank is None or size - blank.end() < 2 * LONGEST_BRACKET:
                break
            at = blank.end()
            while mark := self._peeler.dateline(text, at, end, strong=True):
                found.append(mark)
                at = mark.end
        return found

    def _title(self, title: str) -> tuple[str, list[Mark]]:
        if self._peeler.plain_title(title):
            return title, []
        begin = space_end(title, 0, len(title))
        end = trimmed_end(title, begin, len(title))
        marks = _peeled(self._peeler.title_start, title, begin, end)
        begin = marks[-1].end if marks else begin
        while len(marks) <= MOST and (mark := self._peeler.title_end(title, begin, end)):
            marks.append(mark)
            end = trimmed_end(title, begin, mark.start)
        return title[begin:end], marks

    def _notice(self, marks: Sequence[Mark], text: str, begin: int, size: int) -> str:
        kinds = {mark.kind for mark in marks}
        if "kill" in kinds:
            return "kill"
        if size > NOTICE_CHARACTERS:
            return ""
        word = _WORD.search(text, begin, begin + 40)
        for form in self._notices.get(word[0].lower(), ()) if word else ():
            match = form.regex.match(text, begin)
            if match and values(match, self._names) is not None:
                return "kill" if form.kind == "kill" else "correction"
        return ""


def _peeled(
    step: Callable[[str, int, int], Mark | None], text: str, begin: int, end: int
) -> list[Mark]:
    """Marks one after another from the beginning, at most one more than MOST."""
    found: list[Mark] = []
    while len(found) <= MOST and (mark := step(text, begin, end)):
        found.append(mark)
        begin = mark.end
    return found


_BY_RANK: Final = {kind: rank for rank, kind in enumerate(KINDS)}
_SIGNED: Final = ("dateline", "byline", "end", "credit")


def _wire(title: str, marks: Sequence[Mark], notice: str, found: Sequence[Mark]) -> Wire:
    kinds = tuple(mark.kind for mark in marks if mark.kind)
    agencies: dict[str, str] = {}
    named: dict[str, Any] = {}
    for mark in marks:
        for name, value in mark.named.items():
            if name == "agency":
                agencies.setdefault(mark.what, value)
            elif name == "n":
                named[name] = max(value, named.get(name, 0))
            else:
                named.setdefault(name, value)
    place, date = named.get("place", ""), named.get("date", "")
    return Wire(
        title=title,
        kind=min(kinds, key=_BY_RANK.__getitem__) if kinds else PLAIN,
        version=named.get("n"),
        take=named.get("take"),
        takes=named.get("takes"),
        agency=next((agencies[what] for what in _SIGNED if what in agencies), None),
        dateline=Dateline(place, date) if place or date else None,
        slug=named.get("slug", ""),
        notice=notice,
        spans=tuple(sorted(Span(mark.start, mark.end, mark.what) for mark in found)),
        kinds=kinds,
    )


@cache
def _shipped() -> Practice:
    """The practice of the package, a constant; loaded when it is first asked for."""
    return Practice.load()


class Ends(NamedTuple):
    """What is read of a story, as :func:`read` takes it."""

    title: str
    lead: str
    tail: str | None = None
    tail_at: int = 0


def read_all(stories: Sequence[Ends]) -> list[Wire]:
    """What wire practice says of some stories."""
    practice = _shipped()
    return [practice.read(*story) for story in stories]


def read(title: str, lead: str, tail: str | None = None, tail_at: int = 0) -> Wire:
    """What wire practice says of a story: which version, whose, from where, and what to leave out.

    ``lead`` is the text from its first character, ``tail`` the last characters of it, beginning at
    character ``tail_at``, which must not lie inside of ``lead``; about 600 of each are enough.
    Without ``tail``, ``lead`` is the whole text. Spans count characters of the whole text. Never
    raises; a text from which the spans are cut has none.
    """
    return _shipped().read(title, lead, tail, tail_at)
