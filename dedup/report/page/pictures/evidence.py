"""The evidence for a pair: every score beside what it had to reach."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.report.page.parts import Need
from dedup.report.page.svg import Picture, bar, drawing, line, words
from dedup.report.page.wording import score

_ROW, _BAR = 34, 10


def evidence(name: str, needs: Sequence[Need]) -> Picture:
    """A bar for each score, a mark where it had to reach; filled where it did."""
    parts: list[str] = []
    for number, need in enumerate(needs):
        y = 2 + number * _ROW
        look = "score" if need.least is None else "passed" if passed(need) else "missed"
        parts += [
            words(0, y + 11, need.name, look="name small"),
            words(100, y + 11, _verdict(need), look="figure small", anchor="end"),
            bar(0, y + 16, 100, _BAR, "ground"),
            bar(0, y + 16, 100 * min(1.0, max(0.0, need.value)), _BAR, look,
                number=f"{need.value:g}"),
        ]  # fmt: skip
        if need.least is not None:
            x = min(99.7, 100 * need.least)
            parts.append(line(x, y + 13, x, y + 16 + _BAR + 3, "needed"))
    said = "; ".join(f"{need.name} {_verdict(need)}" for need in needs)
    return Picture(
        name, drawing(name, "Scores and what they had to reach", said, 6 + _ROW * len(needs), parts)
    )


def passed(need: Need) -> bool:
    """Whether the score reached what it had to."""
    return need.least is None or need.value >= need.least


def _verdict(need: Need) -> str:
    if need.least is None:
        return score(need.value)
    verdict = "reached" if passed(need) else "missed"
    return f"{score(need.value)} · {need.purpose} needs {need.least:g}: {verdict}"
