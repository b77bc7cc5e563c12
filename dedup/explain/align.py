"""Two stories side by side: which paragraphs correspond, and which words changed in them.

For the eye only: scores come from the pipeline, never from here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from dedup.boilerplate.fold import TOKEN, fold

MOST_PARAGRAPHS = 200
"""Paragraphs of a story that are aligned; every pair of them is compared."""

_MOST_WORDS = 1500
"""Words of a paragraph that are compared: the time grows with the square of their number."""

_LEAST_ALIKE = 0.4
"""Share of common words (Dice) from which two paragraphs are shown as one that changed."""

_UNIT = re.compile(rf"\s*(?:{TOKEN.pattern}|[^\w\s]+|\S)")
_CONTEXT = 5
_ELIDED = " … "
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}


class Row(NamedTuple):
    """A paragraph of either story, or one of each that correspond; ``a``, ``b`` are numbers."""

    a: int | None
    b: int | None
    alike: float

    @property
    def exact(self) -> bool:
        """Whether both have the same words."""
        return self.alike == 1.0


class Part(NamedTuple):
    """A stretch of a text beside another: ``kind`` is ``same``, ``removed`` or ``added``."""

    kind: str
    text: str


def align(a: Sequence[str], b: Sequence[str]) -> list[Row]:
    """Rows in the order of ``a``; what stands only in ``b`` comes after what precedes it there.

    Paragraphs with the same words first, in order; then the most alike, greedily.
    """
    words_a, words_b = ([_words(text) for text in side[:MOST_PARAGRAPHS]] for side in (a, b))
    partner = _exact(words_a, words_b)
    for alike, i, j in _alike(words_a, words_b, partner):
        if i not in partner and all(j != taken for taken, _ in partner.values()):
            partner[i] = (j, alike)
    return _in_order(len(words_a), len(words_b), partner)


def changes(old: str, new: str) -> str:
    """The new text with changed words marked: ``killed [-14-]{+31+} people``.

    Long stretches without a change are elided. Words that differ only in case, accents or quotes
    count as the same.
    """
    return "".join(_MARKS[part.kind].format(part.text) for part in parts(old, new)).strip()


def parts(old: str, new: str) -> list[Part]:
    """What :func:`changes` shows, piece by piece, for a reader who sees colours."""
    units_a, units_b = units(old), units(new)
    found: list[Part] = []
    for step, low_a, high_a, low_b, high_b in steps(units_a, units_b):
        if step == "equal":
            gap = " " if low_a > low_b == 0 and units_a[low_a][0].isspace() else ""
            same = _elided(units_b[low_b:high_b], low_b == 0, high_b == len(units_b))
            found.append(Part("same", gap + same))
        else:
            removed, added = "".join(units_a[low_a:high_a]), "".join(units_b[low_b:high_b])
            space = " " if (removed + added)[:1].isspace() else ""
            found += [Part("same", space), Part("removed", removed.strip()),
                      Part("added", added.strip())]  # fmt: skip
    return [part for part in found if part.text]


def units(text: str) -> list[str]:
    """Words and signs of a text, each with the white space before it; the first ones only."""
    return _UNIT.findall(text)[:_MOST_WORDS]


def steps(
    units_a: Sequence[str], units_b: Sequence[str]
) -> Sequence[tuple[str, int, int, int, int]]:
    """How the one becomes the other, as difflib tells it; case, accents and quotes do not count."""
    keys_a, keys_b = ([_key(unit) for unit in units] for units in (units_a, units_b))
    return SequenceMatcher(None, keys_a, keys_b, autojunk=False).get_opcodes()


def _words(text: str) -> tuple[str, ...]:
    return tuple(TOKEN.findall(fold(text).lower())[:_MOST_WORDS])


def _key(unit: str) -> str:
    return fold(unit.strip()).lower()


def _elided(units: Sequence[str], at_start: bool, at_end: bool) -> str:
    head, tail = (0 if at_start else _CONTEXT), (0 if at_end else _CONTEXT)
    if len(units) <= head + tail + _CONTEXT:
        return "".join(units)
    return "".join(units[:head]) + _ELIDED + "".join(units[len(units) - tail :]).lstrip()


def _exact(
    a: Sequence[tuple[str, ...]], b: Sequence[tuple[str, ...]]
) -> dict[int, tuple[int, float]]:
    places: dict[tuple[str, ...], list[int]] = {}
    for j in reversed(range(len(b))):
        places.setdefault(b[j], []).append(j)
    return {i: (places[words].pop(), 1.0) for i, words in enumerate(a) if places.get(words)}


def _alike(
    a: Sequence[tuple[str, ...]],
    b: Sequence[tuple[str, ...]],
    partner: dict[int, tuple[int, float]],
) -> list[tuple[float, int, int]]:
    """Pairs of paragraphs still free that share enough words, the most alike first."""
    taken = {j for j, _ in partner.values()}
    free_a = [(i, Counter(a[i])) for i in range(len(a)) if i not in partner]
    free_b = [(j, Counter(b[j])) for j in range(len(b)) if j not in taken]
    found = []
    for i, words_a in free_a:
        for j, words_b in free_b:
            shared = (words_a & words_b).total()
            alike = 2 * shared / max(words_a.total() + words_b.total(), 1)
            if alike >= _LEAST_ALIKE:
                # The same words in another order are not the same paragraph.
                found.append((min(alike, 0.99), i, j))
    return sorted(found, key=lambda row: (-row[0], row[1], row[2]))


def _in_order(count_a: int, count_b: int, partner: dict[int, tuple[int, float]]) -> list[Row]:
    shown: set[int] = {j for j, _ in partner.values()}
    rows: list[Row] = []
    for i in range(count_a):
        match = partner.get(i)
        if match is not None:
            rows += _only_b(match[0], shown)
        rows.append(Row(i, *match) if match else Row(i, None, 0.0))
    return rows + list(_only_b(count_b, shown))


def _only_b(before: int, shown: set[int]) -> Iterator[Row]:
    for j in range(before):
        if j not in shown:
            shown.add(j)
            yield Row(None, j, 0.0)
