"""What a person sees of a question: the texts with what matters marked, and nothing of the verdict.

A card is plain values; the terminal and the page each show it in their way. Whatever came from the
input is escaped here, once for both: see :mod:`dedup.report.escape`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from dedup import rules
from dedup.explain.align import Part, parts
from dedup.explain.sides import Sides, paragraphs_of, sides
from dedup.model import Story, Tables
from dedup.report.escape import ELLIPSIS, escape, shorten
from dedup.review.claims import FURNITURE, PAIR, REPEAT, SHARED, Claim, Question, Spot
from dedup.review.session import Session
from dedup.review.texts import Texts

_ROWS = 14
"""Paragraphs of a pair that are shown: more do not fit a screen."""

_LONGEST = 1200
"""Characters of a paragraph that are shown."""

_FACTS = 8

PROMPTS: Mapping[str, str] = {
    PAIR: "What are A and B to one another?",
    REPEAT: "Does the second only say again what the first says?",
    SHARED: "Is it one paragraph, in two stories?",
    FURNITURE: "Is what is marked furniture of the page, and no part of the story?",
}

KEYS: Mapping[str, str] = {
    "y": "yes", "n": "no", "u": "unsure", "s": "skip", "b": "back, and take the answer back",
    "q": "quit",
}  # fmt: skip
"""What each key means."""

PAIR_KEYS: Mapping[str, str] = {
    **KEYS,
    "y": "one story: nothing would be lost if one went",
    "v": "another version of it: other facts, or too much of its own",
    "n": "another story",
}
"""The same where the question is what two stories are."""


class Line(NamedTuple):
    """A paragraph: its numbers in A and B (empty: not in it), a sign, and its words.

    ``sign`` is ``=`` the same, ``~`` changed, ``>`` what the question is about, or a space.
    Parts are ``same``, ``removed`` (A), ``added`` (B) or ``marked``.
    """

    a: str
    b: str
    sign: str
    parts: tuple[Part, ...]


class Card(NamedTuple):
    """A question as it is shown."""

    prompt: str
    heads: tuple[str, ...]
    """Which stories: id, outlet, time, title."""
    lines: tuple[Line, ...]
    notes: tuple[str, ...]


class Progress(NamedTuple):
    """How far a review is; the question is number ``at`` (from 1) ``of`` the queue."""

    at: int
    of: int
    answered: int


class Deck:
    """Makes cards, and says afterwards what the run had said."""

    def __init__(self, tables: Tables, texts: Texts, claims: Iterable[Claim]) -> None:
        self._tables = tables
        self._texts = texts
        self._claims: dict[tuple[str, ...], list[Claim]] = {}
        for claim in claims:
            self._claims.setdefault(claim.question.key, []).append(claim)

    def card(self, question: Question) -> Card:
        """The card of a question."""
        return _MAKERS[question.asks](self, question)

    def verdicts(self, question: Question) -> list[str]:
        """What the run says, a line a claim: for the time after the answer."""
        return [_verdict(claim) for claim in self._claims[question.key]]

    def story(self, spot: Spot) -> Story:
        """The story a spot lies in."""
        return self._texts[spot.path, spot.line]

    def pair(self, question: Question) -> Card:
        """Two stories side by side."""
        a, b = map(self.story, question.spots)
        beside = sides(a, b, self._tables)
        lines = tuple(_row_line(row.a, row.b, beside, row.exact)
                      for row in beside.most_telling(_ROWS))
        hidden = len(beside.rows) - _ROWS
        notes = [f"… and {hidden} paragraphs more"] if hidden > 0 else []
        facts = [fact for claim in self._claims[question.key] if claim.pair
                 for fact in claim.pair.facts]
        shown = ", ".join(shorten(fact, 60) for fact in list(dict.fromkeys(facts))[:_FACTS])
        if shown:
            notes.append(f"facts that differ: {shown}")
        heads = (f"A  {_head(a)}", f"B  {_head(b)}")
        return Card(PROMPTS[PAIR], heads, lines, tuple(notes))

    def repeat(self, question: Question) -> Card:
        """Two paragraphs, of one story or of two, and what changed between them."""
        texts, heads = [], []
        for spot in question.spots:
            story = self.story(spot)
            texts.append(_paragraph(story, spot))
            heads.append(f"paragraph {spot.paragraph} of {_head(story)}")
        first, second = texts
        lines = [Line(_number(question.spots[0]), "", " ", _plain(first)),
                 Line("", _number(question.spots[1]), ">", _plain(second))]  # fmt: skip
        if first.split() != second.split():
            lines.append(Line("", "", "~", _cut(parts(first, second))))
        return Card(PROMPTS[question.asks], tuple(dict.fromkeys(heads)), tuple(lines), ())

    def furniture(self, question: Question) -> Card:
        """A paragraph between its neighbours, what is meant of it marked."""
        (spot,) = question.spots
        story = self.story(spot)
        texts = paragraphs_of(story)
        number = spot.paragraph or 0
        lines = []
        for at in range(max(0, number - 1), min(len(texts), number + 2)):
            meant = at == number
            words = _marked(story, texts[at], spot) if meant else _plain(texts[at])
            lines.append(Line(str(at), "", ">" if meant else " ", words))
        return Card(PROMPTS[FURNITURE], (_head(story),), tuple(lines), ())


_MAKERS: Mapping[str, Callable[[Deck, Question], Card]] = {
    PAIR: Deck.pair, REPEAT: Deck.repeat, SHARED: Deck.repeat, FURNITURE: Deck.furniture
}  # fmt: skip


def progress(session: Session) -> Progress:
    """How far the session is."""
    of = len(session.queue)
    return Progress(min(session.at + 1, of), of, session.answered)


def key_help(asks: str) -> Mapping[str, str]:
    """What each key means for a question of this kind."""
    return PAIR_KEYS if asks == PAIR else KEYS


def _verdict(claim: Claim) -> str:
    pair, finding = claim.pair, claim.finding
    scores = f"Jaccard {pair.jaccard:.4f}, cosine {pair.cosine:.4f}" if pair else ""
    if finding is None:
        return f"dedup: just below the threshold of {claim.rule}, {scores}"
    said = f"dedup: {claim.rule} {rules.RULES[claim.rule].name}: {shorten(finding.message, 160)}"
    if not scores and finding.score is not None:
        scores = f"score {finding.score:.4f}"
    return f"{said} ({scores})" if scores else said


def _head(story: Story) -> str:
    fields = [story.story_id, story.source, story.published, story.title]
    return " · ".join(shorten(field, 70) for field in fields if field)


def _row_line(a: int | None, b: int | None, beside: Sides, exact: bool) -> Line:
    in_a, in_b = ("" if number is None else str(number) for number in (a, b))
    if a is not None and b is not None and not exact:
        return Line(in_a, in_b, "~", _cut(parts(beside.a[a], beside.b[b])))
    text = beside.a[a] if a is not None else beside.b[b or 0]
    return Line(in_a, in_b, "=" if exact else " ", _plain(text))


def _paragraph(story: Story, spot: Spot) -> str:
    """The paragraph itself; the stretch of it that is meant, where one is named."""
    if spot.start is not None and spot.end is not None:
        return story.text[spot.start : spot.end]
    texts = paragraphs_of(story)
    number = spot.paragraph or 0
    return texts[number] if number < len(texts) else ""


def _number(spot: Spot) -> str:
    return str(spot.paragraph)


def _marked(story: Story, text: str, spot: Spot) -> tuple[Part, ...]:
    meant = _paragraph(story, spot)
    before, found, behind = text.partition(meant)
    if not found:
        return _cut([Part("marked", text)])
    return _cut([Part("same", before), Part("marked", meant), Part("same", behind)])


def _plain(text: str) -> tuple[Part, ...]:
    return _cut([Part("same", text)])


def _cut(pieces: Sequence[Part]) -> tuple[Part, ...]:
    """The parts escaped, in at most _LONGEST characters, white space made single spaces."""
    kept: list[Part] = []
    left = _LONGEST
    for part in pieces:
        text = part.text[: left + 1]
        whole = len(text) <= left and len(text) == len(part.text)
        shown = escape(_spaced(text if whole else text[:left]))
        kept.append(Part(part.kind, shown if whole else shown + ELLIPSIS))
        left -= len(text)
        if left <= 0:
            break
    return tuple(part for part in kept if part.text)


def _spaced(text: str) -> str:
    """White space as single spaces, also at the ends, where another part joins."""
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return " " * text[0].isspace() + words + " " * text[-1].isspace()
