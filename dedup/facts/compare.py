"""From aligned words to changed facts.

In each slot the facts of both sides are held against one another. What is equal cancels out,
whatever its wording; what remains is replaced if the slot is framed by equal words, else it is
merely missing here and new there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dedup.facts.align import Alignment, Passage
from dedup.facts.changes import Change, Span
from dedup.facts.layout import Layout, Slot
from dedup.facts.mentions import Mention, bare_year
from dedup.facts.names import occurs, same_name, stands_inside
from dedup.facts.quotes import Quotes
from dedup.facts.scan import ORDINAL, scan
from dedup.facts.spelling import same_wording
from dedup.facts.vocabulary import Vocabulary
from dedup.facts.words import Words

FRAME = 3
"""Equal words beside a slot from which it is framed."""

LONGEST = {"figure": 8, "name": 5, "negation": 4, "quote": 8}
"""Words changed in a slot up to which facts of a family in it replace one another: the longer the
passage written anew, the less it says that two facts stand in the same place of it."""

MOST_LOOSE = 500
"""Words of passages without a counterpart, of each side, that are searched for facts. They cost
more than all else (some 10 µs a word), decide nothing, and a dozen lines are shown of them."""

MOST_FACTS = 300
"""Facts without a counterpart, of each side, that are looked up in the other text."""

_KINDS = ("money", "percent", "date", "time", "number", "name", "negation")
"""Of two different kinds, that of a change is the first of them here."""

_MOST_COMPARED = 900
"""Pairs of facts of a slot that are held against one another: a stretch with more is a table or
new text, and no place in it corresponds."""

_CONTEXT = 4
"""Letters of a following word that is worth showing: "people", not "in"."""


class Comparison:
    """The changed facts of an alignment, collected passage by passage."""

    def __init__(self, found: Alignment, vocabulary: Vocabulary) -> None:
        self.found = found
        self.vocabulary = vocabulary
        self.words = found.a, found.b
        self.changes: list[Change] = []
        self.loose: tuple[list[Mention], list[Mention]] = ([], [])
        self.partial = found.partial
        self._quotes: tuple[Quotes, Quotes] | None = None
        self._known: dict[str, bool] = {}

    def passage(self, passage: Passage) -> None:
        """Compare the facts of a passage."""
        telling = [k for k, gap in enumerate(passage.gaps()) if self._telling(gap)]
        if not telling and not all(self.quotes()):
            return
        layout = Layout(passage)
        a, b = (
            [mention
             for low, high in layout.windows(side, run.low, run.high, telling)
             for mention in self.mentions(side, low, high)
             if passage.late or mention.low not in moved]
            for side, (run, moved) in enumerate(
                ((passage.a, self.found.moved_a), (passage.b, self.found.moved_b))
            )
        )  # fmt: skip
        for slot in layout.slots(a, b):
            self._slot(slot, layout)

    def mentions(self, side: int, low: int, high: int) -> list[Mention]:
        """The facts that some words of a side mention."""
        return scan(self.words[side], low, high, self.vocabulary)

    def _telling(self, gap: tuple[int, int, int, int]) -> bool:
        """Whether the words of a gap can make or change a fact."""
        a, b = self.words
        return _any_fact(a, gap[0], gap[1], self.vocabulary.telling) or _any_fact(
            b, gap[2], gap[3], self.vocabulary.telling
        )

    def _slot(self, slot: Slot, layout: Layout) -> None:
        if self._respelt(slot, layout):
            return
        framed = layout.frame(slot) >= FRAME
        size = layout.size(slot)
        for family in sorted({_group(m) for m in (*slot.a, *slot.b)}):
            a, b = ([m for m in side if _group(m) == family] for side in (slot.a, slot.b))
            if family == "negation":
                if framed and size <= LONGEST[family]:
                    self._negations(a, b)
                continue
            if len(a) * len(b) > _MOST_COMPARED:
                self._loosen(a, b)
                continue
            a, b = self._unequal(a, b)
            if family == "name":
                a, b = self._sure(0, a), self._sure(1, b)
            if framed and size <= LONGEST[family]:
                a, b = self._replaced(a, b)
            self._loosen(a, b)
        if framed and size <= LONGEST["quote"] and all(self.quotes()):
            self._quoted(slot, layout)

    def _respelt(self, slot: Slot, layout: Layout) -> bool:
        """Whether the words that changed in a slot differ in spelling alone."""
        a, b = self.words
        return all(
            same_wording(a.keys[low:high], b.keys[low_b:high_b], self.vocabulary.telling)
            for low, high, low_b, high_b in (layout.gaps[k] for k in slot.gaps)
        )

    def _sure(self, side: int, mentions: Iterable[Mention]) -> list[Mention]:
        """The names among mentions, the doubtful ones only where the texts confirm them."""
        return [m for m in mentions if not m.weak or self._confirmed(self.words[side], m)]

    def _confirmed(self, words: Words, mention: Mention) -> bool:
        own = [words.surface(i, i + 1) for i in range(mention.low, mention.high)]
        for word in own:
            if word not in self._known:
                self._known[word] = stands_inside(word, (self.found.a.text, self.found.b.text))
        return all(self._known[word] for word in own)

    def _same(self, one: Mention, two: Mention) -> bool:
        if one.kind == two.kind == "name":
            return same_name(str(one.readings[0]), str(two.readings[0]), self.vocabulary)
        return one.same(two)

    def _unequal(
        self, a: list[Mention], b: list[Mention]
    ) -> tuple[list[Mention], list[Mention]]:
        """The mentions without an equal on the other side."""
        rest = list(b)
        only = []
        for one in a:
            k = next((k for k, two in enumerate(rest) if self._same(one, two)), None)
            if k is None:
                only.append(one)
            else:
                del rest[k]
        return only, rest

    def _replaced(
        self, a: list[Mention], b: list[Mention]
    ) -> tuple[list[Mention], list[Mention]]:
        """Report what replaces what, those of one unit first; returns what has no counterpart."""
        for fits in (_one_unit, _one_kind, _strong):
            rest = []
            for one in a:
                k = next((k for k, two in enumerate(b) if fits(one, two)), None)
                if k is None:
                    rest.append(one)
                else:
                    self._report(one, b.pop(k), matched=True)
            a = rest
        return a, b

    def _loosen(self, a: Iterable[Mention], b: Iterable[Mention]) -> None:
        for own, mentions in zip(self.loose, (a, b), strict=True):
            own += [m for m in mentions if m.kind == "name" or not m.weak]

    def _negations(self, a: list[Mention], b: list[Mention]) -> None:
        if len(a) != len(b):
            a, b = self._unequal(a, b)
            for one in a[len(b) :]:
                self._report(one, None, matched=True)
            for two in b[len(a) :]:
                self._report(None, two, matched=True)

    def _report(self, one: Mention | None, two: Mention | None, matched: bool) -> None:
        sides = [
            (words.surface(m.low, m.high), self._span(words, m.low, m.high)) if m else (None, None)
            for words, m in zip(self.words, (one, two), strict=True)
        ]
        if one or two:
            (before, span_a), (after, span_b) = sides
            context = self._context(one, two) if one and two else ""
            kind = min((m.kind for m in (one, two) if m), key=_KINDS.index)
            self.changes.append(Change(kind, before, after, span_a, span_b, matched, context))

    def _span(self, words: Words, low: int, high: int) -> Span:
        return words.starts[low], words.ends[high - 1]

    def _context(self, one: Mention, two: Mention) -> str:
        """The word that follows a number on both sides."""
        a, b = self.words
        counted = one.kind == two.kind == "number" and {one.unit, two.unit} <= {"", ORDINAL}
        if not counted or one.high >= len(a.keys) or two.high >= len(b.keys):
            return ""
        key = a.keys[one.high]
        near = a.gaps[one.high] == b.gaps[two.high] == " "
        same = key == b.keys[two.high] and len(key) >= _CONTEXT and key.isalpha()
        return a.surface(one.high, one.high + 1) if near and same else ""

    def _quoted(self, slot: Slot, layout: Layout) -> None:
        """Report words changed in a quotation on both sides, beside those of other facts."""
        told = [{i for m in own for i in range(m.low, m.high)} for own in (slot.a, slot.b)]
        for k in slot.gaps:
            low_a, high_a, low_b, high_b = layout.gaps[k]
            if all(map(set.issuperset, told, (range(low_a, high_a), range(low_b, high_b)))):
                continue
            a, b = self.words
            spans = self._place(a, low_a, high_a), self._place(b, low_b, high_b)
            held = all(q.hold(*span) for q, span in zip(self.quotes(), spans, strict=True))
            keys = a.keys[low_a:high_a], b.keys[low_b:high_b]
            if held and not same_wording(*keys, self.vocabulary.telling):
                before = a.surface(low_a, high_a) if low_a < high_a else None
                after = b.surface(low_b, high_b) if low_b < high_b else None
                self.changes.append(Change(
                    "quote", before, after, spans[0] if before else None,
                    spans[1] if after else None, True,
                ))  # fmt: skip

    def quotes(self) -> tuple[Quotes, Quotes]:
        """Where the texts quote."""
        if self._quotes is None:
            self._quotes = Quotes(self.found.a.text), Quotes(self.found.b.text)
        return self._quotes

    def _place(self, words: Words, low: int, high: int) -> Span:
        """The characters of tokens; of none, those between the tokens around."""
        if low < high:
            return words.starts[low], words.ends[high - 1]
        end = words.starts[low] if low < len(words.starts) else len(words.text)
        return (words.ends[low - 1] if low else 0), max(end, words.ends[low - 1] if low else 0)

    def unpaired(self) -> None:
        """Collect the facts of runs without a counterpart."""
        for side, runs in enumerate((self.found.only_a, self.found.only_b)):
            budget = MOST_LOOSE
            for run in runs:
                if budget == 0:
                    break
                high = min(run.high, run.low + budget)
                mentions = scan(self.words[side], run.low, high, self.vocabulary)
                self.loose[side].extend(
                    m for m in mentions if m.kind != "negation" and (m.kind == "name" or not m.weak)
                )
                budget -= high - run.low

    def settle(self) -> None:
        """Report what is left of the loose facts when those elsewhere in the other text are out."""
        a, b = self.loose
        rest = self._elsewhere(a, b)
        texts = self.found.b.text, self.found.a.text
        for side, (mentions, other) in enumerate(zip(rest, texts, strict=True)):
            known: dict[str, bool] = {}
            for mention in mentions[:MOST_FACTS]:
                wording = self.words[side].surface(mention.low, mention.high)
                if wording not in known:
                    known[wording] = occurs(wording, other)
                if known[wording] or not self._sure(side, [mention]):
                    continue
                one, two = (None, mention) if side else (mention, None)
                self._report(one, two, matched=False)

    def _elsewhere(
        self, a: list[Mention], b: list[Mention]
    ) -> tuple[list[Mention], list[Mention]]:
        """The loose facts without an equal among those of the other side."""
        found = []
        for own, other in ((a, b), (b, a)):
            keys = {key for mention in other for key in _keys(mention)}
            found.append([m for m in own if keys.isdisjoint(_keys(m))])
        return found[0], found[1]


def _any_fact(words: Words, low: int, high: int, telling: frozenset[str]) -> bool:
    for i in range(low, high):
        key = words.keys[i]
        if key in telling or key[0].isnumeric() or words.capitals[i] or key.endswith("n't"):
            return True
    return False


def _group(mention: Mention) -> str:
    """What a mention is compared with: dates and times with figures, since "2000" may be either."""
    return "figure" if mention.family in ("date", "time") else mention.family


def _keys(mention: Mention) -> Iterator[tuple[str, object]]:
    for reading in mention.readings:
        yield mention.family, reading
    if bare_year(mention) is not None:
        yield "figure", bare_year(mention)
    if mention.kind == "name":
        for word in str(mention.readings[0]).split():
            yield "word", word


def _one_unit(one: Mention, two: Mention) -> bool:
    return one.kind == two.kind and one.unit == two.unit and _strong(one, two)


def _one_kind(one: Mention, two: Mention) -> bool:
    """Whether one may replace the other; "2000" may be a year or a number."""
    if not _strong(one, two):
        return False
    return one.family == two.family or None not in (bare_year(one), bare_year(two))


def _strong(one: Mention, two: Mention) -> bool:
    """Whether at most one of them is a mere "a" or "one", which bare numbers alone replace."""
    if one.kind == "name" or one.unit == two.unit == ORDINAL:
        return True
    weak = one if one.weak else two if two.weak else None
    return weak is None or (one.weak != two.weak and one.kind == two.kind == "number"
                            and one.unit == two.unit == "")  # fmt: skip
