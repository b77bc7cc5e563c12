"""What cleaning would take, as a table for people: outlets, then stories over the budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dedup.clean.loss import Loss, Losses
from dedup.formats.shown import shown

_MOST = 20
"""Rows of each kind; the decision log has every outlet."""

_RULES, _NAME = 4, 60
_HEAD = ("share", "words gone", "of words", "stories", "rules")


def loss_table(losses: Losses) -> Iterator[str]:
    """Lines of the table, each with its line feed; nothing when no word would go."""
    if losses.outlets:
        yield from _rows("outlet", losses.outlets, losses.budget.outlet, losses.over)
    if losses.stories:
        yield "\n"
        yield from _rows("story", losses.stories, losses.budget.story, losses.stories)
    if losses.emptied:
        yield f"\n{_number(losses.emptied)} stories are nothing but furniture and become empty\n"


def _rows(
    kind: str, losses: Sequence[Loss], limit: float, over: Sequence[Loss]
) -> Iterator[str]:
    shown_rows = losses[:_MOST]
    beyond = set(over)
    rows = [(*_HEAD, kind), *(_cells(loss) for loss in shown_rows)]
    marks = ["", *(f"  over {limit:.0%}" if loss in beyond else "" for loss in shown_rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row, mark in zip(rows, marks, strict=True):
        figures = [f"{cell:>{width}}" for cell, width in zip(row[:4], widths, strict=False)]
        yield "  ".join([*figures, f"{row[4]:<{widths[4]}}", row[5]]) + mark + "\n"
    if len(losses) > _MOST:
        yield f"… and {_number(len(losses) - _MOST)} more, which lose a smaller share\n"


def _cells(loss: Loss) -> tuple[str, ...]:
    rules = " ".join(f"{rule}:{_number(words)}" for rule, words in loss.rules[:_RULES])
    return (
        f"{loss.share:.1%}", _number(loss.lost), _number(loss.words), _number(loss.stories),
        rules, shown(loss.name, _NAME) or "(none named)",
    )  # fmt: skip


def _number(number: int) -> str:
    return f"{number:,}".replace(",", " ")
