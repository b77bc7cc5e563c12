"""A story as a barcode: its paragraphs in order, each as wide as its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dedup.report.page.svg import Picture, block, drawing, stretched
from dedup.report.page.wording import counted

_HEIGHT = 40
_TALL = {"unique": 0.4, "across": 0.6, "repeat": 0.8, "boilerplate": 1.0}
"""Height by kind, so that the code is read without colours too."""

NAMES = {"unique": "unique", "across": "stands in other stories",
         "repeat": "repeats in the story", "boilerplate": "boilerplate"}  # fmt: skip


class Stripe(NamedTuple):
    """A paragraph in the barcode: its words, and what was found in it."""

    words: int
    kind: str
    rules: tuple[str, ...]


def kind_of(rules: Sequence[str]) -> str:
    """What a paragraph with findings of these rules is, the gravest first."""
    if any(rule.startswith("BLP") for rule in rules):
        return "boilerplate"
    if any(rule in ("PAR201", "PAR202") for rule in rules):
        return "repeat"
    return "across" if any(rule.startswith("PAR") for rule in rules) else "unique"


def barcode(name: str, stripes: Sequence[Stripe]) -> Picture:
    """Stripes from the first paragraph to the last; the taller, the likelier to go."""
    whole = max(sum(max(1, stripe.words) for stripe in stripes), 1)
    # The white between two stripes is a share of the whole: it must not swallow short ones.
    gap = min(0.003 * whole, 0.4)
    shapes, x = [], 0.0
    for number, stripe in enumerate(stripes):
        wide = max(1, stripe.words)
        tall = _HEIGHT * _TALL[stripe.kind]
        rules = f" ({', '.join(stripe.rules)})" if stripe.rules else ""
        title = f"paragraph {number}, {counted(stripe.words, 'word')}: {NAMES[stripe.kind]}{rules}"
        shapes.append(block(x, _HEIGHT - tall, max(wide - gap, 0.5), tall, stripe.kind,
                            number=stripe.words, title=title))
        x += wide
    kinds = [stripe.kind for stripe in stripes]
    said = ", ".join(f"{kinds.count(kind)} {NAMES[kind]}" for kind in _TALL if kind in kinds)
    drawn = stretched(0, 0, 100, _HEIGHT, (whole, _HEIGHT), shapes)
    return Picture(
        name,
        drawing(name, f"{counted(len(stripes), 'paragraph')}", said, _HEIGHT, [drawn]),
        legend=tuple(NAMES.items()),
    )
