"""The funnel: from the words read to the words kept."""

from __future__ import annotations

from collections.abc import Sequence

from dedup.report.page.counts import Step
from dedup.report.page.svg import Picture, bar, drawing, words
from dedup.report.page.wording import grouped, percent

_ROW, _BAR = 46, 16
_LOOKS = {"safe": "taken-safe", "unsafe": "taken-unsafe"}


def funnel(steps: Sequence[Step]) -> Picture:
    """A bar for each step: what is left, and beside it what the step takes."""
    whole = max(steps[0].left, 1) if steps else 1
    parts: list[str] = []
    for number, step in enumerate(steps):
        parts += _row(step, 6 + number * _ROW, whole)
    kept = {step.name: step.left for step in steps if not step.fix}
    said = "; ".join(f"{name}: {grouped(left)} words" for name, left in kept.items())
    return Picture(
        "funnel",
        drawing("funnel", "From words read to words kept", said, 6 + _ROW * len(steps), parts),
        ("Step", "Words taken", "Words left", "Share left"),
        tuple((s.name, s.taken, s.left, percent(s.left / whole)) for s in steps),
        (
            ("kept", "words that stay"),
            ("taken-safe", "taken by safe fixes"),
            ("taken-unsafe", "taken with --unsafe only"),
        ),
    )


def _row(step: Step, top: float, whole: int) -> list[str]:
    left, taken = 100 * step.left / whole, 100 * step.taken / whole
    figure = (
        f"− {grouped(step.taken)} ({percent(step.taken / whole)})" if step.fix
        else f"{grouped(step.left)} ({percent(step.left / whole)})"
    )
    y = top + 20
    parts = [
        words(0, top + 12, step.name, look="name" if step.fix else "name strong"),
        words(100, top + 12, figure, look="figure" if step.fix else "figure strong", anchor="end"),
        bar(0, y, 100, _BAR, "ground"),
        bar(0, y, left, _BAR, "kept" if not step.fix else "kept-faint", number=step.left,
            title=f"{grouped(step.left)} words are left"),
    ]
    if step.fix:
        parts.append(bar(left, y, taken, _BAR, _LOOKS[step.fix], number=step.taken,
                         title=f"{step.name}: {grouped(step.taken)} words"))
    return parts
