"""Two stories side by side for a page: corresponding paragraphs, changed words, changed facts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from dedup.boilerplate.fold import TOKEN, fold
from dedup.explain.align import MOST_PARAGRAPHS, Row, align, steps, units
from dedup.explain.sides import Sides, paragraphs_of
from dedup.model import Story
from dedup.report.page import Paragraph, SideBySide, Stretch, TextRow
from dedup.report.page.wording import shown

if TYPE_CHECKING:
    from dedup.text.matching_form import MatchingForm

ROWS = 14
"""Rows of a pair that are shown."""

_SAME, _ONLY, _CHANGED = 180, 320, 420
"""Characters shown of a paragraph that is the same, that stands in one story, of a stretch."""

_AROUND, _FEW = 14, 8
"""Words shown on either side of a change; and so few between that they need not be left out."""

_MOST_STRETCHES = 60
_ARROW, _HEAD = " → ", re.compile(r"^(added|removed): ")


def paragraphs(story: Story, characters: int, form: MatchingForm) -> list[Paragraph]:
    """The paragraphs of a story, each with its words and its first characters."""
    return [Paragraph(_count(text), text[:characters]) for text in paragraphs_of(story, form)]


def side_by_side(
    a: Story, b: Story, facts: Sequence[str], form: MatchingForm | None = None
) -> SideBySide:
    """Two stories aligned; ``facts`` are the changes between them, as the pairs table has them."""
    texts_a, texts_b = paragraphs_of(a, form), paragraphs_of(b, form)
    sides = Sides(texts_a, texts_b, align(texts_a, texts_b))
    chosen = sides.most_telling(ROWS)
    gone, come = _fact_words(facts)
    beyond = sum(max(0, len(texts) - MOST_PARAGRAPHS) for texts in (texts_a, texts_b))
    return SideBySide(
        tuple(map(_count, texts_a)),
        tuple(map(_count, texts_b)),
        tuple((r.a, r.b, r.exact) for r in sides.rows if r.a is not None and r.b is not None),
        tuple(_row(row, texts_a, texts_b, gone, come) for row in chosen),
        len(sides.rows) - len(chosen) + beyond,
    )


def _count(text: str) -> int:
    return len(TOKEN.findall(text))


def _row(
    row: Row, texts_a: Sequence[str], texts_b: Sequence[str],
    gone: frozenset[str], come: frozenset[str],
) -> TextRow:
    if row.a is None or row.b is None or row.exact:
        limit = _SAME if row.exact else _ONLY
        left, right = (
            () if number is None else (Stretch("same", shown(texts[number], limit)),)
            for number, texts in ((row.a, texts_a), (row.b, texts_b))
        )
        return TextRow(row.a, row.b, row.exact, left, right)
    units_a, units_b = units(texts_a[row.a]), units(texts_b[row.b])
    left_parts: list[Stretch] = []
    right_parts: list[Stretch] = []
    for step, low_a, high_a, low_b, high_b in steps(units_a, units_b)[:_MOST_STRETCHES]:
        one, other = units_a[low_a:high_a], units_b[low_b:high_b]
        if step == "equal":
            at_end = high_a == len(units_a)
            left_parts += _equal(one, at_end)
            right_parts += _equal(other, at_end)
            continue
        if one:
            left_parts.append(Stretch("gone", _joined(one), _holds(one, gone)))
        if other:
            right_parts.append(Stretch("come", _joined(other), _holds(other, come)))
    return TextRow(row.a, row.b, False, tuple(left_parts), tuple(right_parts))


def _equal(words: Sequence[str], at_end: bool) -> Iterator[Stretch]:
    """Words both have; of many only the first, and the last ones before a change."""
    if len(words) <= 2 * _AROUND + _FEW:
        yield Stretch("same", _joined(words))
        return
    yield Stretch("same", _joined(words[:_AROUND]))
    yield Stretch("cut", f" … {len(words) - _AROUND * (1 if at_end else 2)} words …")
    if not at_end:
        yield Stretch("same", _joined(words[-_AROUND:]))


def _joined(words: Sequence[str]) -> str:
    """Words as they stand, the space before them too: some scripts have none."""
    space = " " if words[0][:1].isspace() else ""
    return space + shown("".join(words), _CHANGED)


def _fact_words(facts: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Words that changed facts lost, and words that they gained."""
    gone: set[str] = set()
    come: set[str] = set()
    for fact in facts:
        before, arrow, after = fact.partition(_ARROW)
        if arrow:
            old, new = _tokens(before), _tokens(after)
            gone |= old - new
            come |= new - old
        elif head := _HEAD.match(fact):
            (come if head[1] == "added" else gone).update(_tokens(fact[head.end() :]))
    return frozenset(gone), frozenset(come)


def _holds(words: Sequence[str], facts: frozenset[str]) -> bool:
    return bool(facts and not facts.isdisjoint(_tokens("".join(words))))


def _tokens(text: str) -> set[str]:
    return set(TOKEN.findall(fold(text).lower()))
