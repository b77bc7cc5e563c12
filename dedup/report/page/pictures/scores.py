"""Scores of the measured pairs, with the threshold and the chance that LSH finds such a pair."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dedup.model import PairRow
from dedup.report.page.svg import Picture, bar, drawing, line, polygon, stretched, words
from dedup.report.page.wording import compact, grouped

BINS = 20

_KINDS = (
    ("copy", ("duplicate", "identical"), "near-duplicates (DUP102)"),
    ("contained", ("contained",), "contained (DUP103)"),
    ("update", ("update",), "updates: facts changed (DUP104)"),
    ("template", ("template",), "templates: another event (DUP105)"),
    ("other", (), "passages in common only"),
)
_LEFT, _RIGHT, _TOP, _HEIGHT = 9.0, 91.0, 30, 220
_WIDE = _RIGHT - _LEFT


def scores(
    pairs: Iterable[PairRow], threshold: float, curve: Sequence[tuple[float, float, float]]
) -> Picture:
    """Columns of pairs by Jaccard score, stacked by relation; the curves stand over them.

    Identical stories all have the score 1 and would dwarf the rest: they are a number, no column.
    """
    columns, identical = _columns(pairs)
    most = max((sum(column) for column in columns), default=0)
    parts = [*_grid(most), *_bars(columns, most), *_curves(curve), *_threshold(threshold)]
    total = sum(map(sum, columns))
    said = (
        f"{grouped(total)} pairs that are not identical, in {BINS} columns of Jaccard score; "
        f"{grouped(identical)} identical pairs are left out. The threshold is {threshold:g}."
    )
    head = ("Jaccard", *(label for _, _, label in _KINDS))
    rows = tuple(
        (f"{number / BINS:.2f} to {(number + 1) / BINS:.2f}", *column)
        for number, column in enumerate(columns)
    )
    legend = tuple((look, label) for look, _, label in _KINDS)
    legend += (("identical", f"identical: {grouped(identical)}, not drawn"),)
    if curve:
        legend += (
            ("curve-words", "chance that LSH finds it: words edited"),
            ("curve-blocks", "the same: whole passages edited"),
        )
    title = "Pairs by score"
    return Picture(
        "scores", drawing("scores", title, said, _TOP + _HEIGHT + 44, parts), head, rows, legend
    )


def _columns(pairs: Iterable[PairRow]) -> tuple[list[list[int]], int]:
    """Pairs by column and kind, identical ones counted apart."""
    kind_of = {name: place for place, (_, names, _) in enumerate(_KINDS) for name in names}
    columns = [[0] * len(_KINDS) for _ in range(BINS)]
    identical = 0
    for pair in pairs:
        if pair.relation == "identical":
            identical += 1
            continue
        place = min(BINS - 1, max(0, int(pair.jaccard * BINS)))
        columns[place][kind_of.get(pair.relation, len(_KINDS) - 1)] += 1
    return columns, identical


def _grid(most: int) -> list[str]:
    parts = [words(0, 12, "pairs", look="axis"),
             words(100, 12, "chance", look="axis", anchor="end")]  # fmt: skip
    for quarter in range(5):
        y = _TOP + _HEIGHT * (1 - quarter / 4)
        parts.append(line(_LEFT, y, _RIGHT, y))
        if quarter in (0, 2, 4):
            figure = compact(round(most * quarter / 4))
            parts.append(words(_LEFT - 1, y + 4, figure, look="axis", anchor="end"))
            parts.append(words(_RIGHT + 1, y + 4, f"{25 * quarter}\u202f%", look="axis"))
    for fifth in range(6):
        parts.append(words(_LEFT + _WIDE * fifth / 5, _TOP + _HEIGHT + 18, f"{fifth / 5:.1f}",
                           look="axis", anchor="middle"))
    parts.append(words(_LEFT + _WIDE / 2, _TOP + _HEIGHT + 38, "Jaccard score", look="axis",
                       anchor="middle"))
    return parts


def _bars(columns: Sequence[Sequence[int]], most: int) -> list[str]:
    parts = []
    for number, column in enumerate(columns):
        y = float(_TOP + _HEIGHT)
        for (look, _, label), pairs in zip(_KINDS, column, strict=True):
            if not pairs:
                continue
            tall = _HEIGHT * pairs / most
            y -= tall
            low, high = number / BINS, (number + 1) / BINS
            parts.append(bar(
                _LEFT + _WIDE * low + 0.25, y, _WIDE / BINS - 0.5, max(tall, 0.6), look,
                number=pairs, title=f"{low:.2f} to {high:.2f}: {grouped(pairs)} {label}",
            ))  # fmt: skip
    return parts


def _curves(curve: Sequence[tuple[float, float, float]]) -> list[str]:
    if not curve:
        return []
    lines = [
        polygon([(1000 * row[0], _HEIGHT * (1 - row[at])) for row in curve], look, closed=False)
        for at, look in ((1, "curve-words"), (2, "curve-blocks"))
    ]
    return [stretched(_LEFT, _TOP, _WIDE, _HEIGHT, (1000, _HEIGHT), lines)]


def _threshold(threshold: float) -> list[str]:
    x = _LEFT + _WIDE * threshold
    anchor = "end" if threshold > 0.5 else "start"
    return [
        line(x, _TOP - 8, x, _TOP + _HEIGHT, "threshold"),
        words(x + (-0.8 if anchor == "end" else 0.8), _TOP - 10, f"threshold {threshold:g}",
              look="axis strong", anchor=anchor),
    ]
