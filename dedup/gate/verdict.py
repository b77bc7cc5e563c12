"""The verdict: whether the findings at or above a level are more than is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dedup.model import Finding
from dedup.rules import at_least


class Limits(NamedTuple):
    """What is let pass. ``fail_on`` is a level or ``never``; ``max_ratio`` a share of stories.

    Without any limit no new finding passes; with limits only these count.
    """

    fail_on: str = "error"
    max_new: int | None = None
    max_findings: int | None = None
    max_ratio: float | None = None


class Verdict(NamedTuple):
    """``graver`` are the findings at or above the level, the accepted ones too.

    ``reasons`` say which limits were passed, none if the verdict is good; ``allowed`` say what
    was let pass.
    """

    graver: tuple[Finding, ...]
    reasons: tuple[str, ...]
    allowed: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether no limit was passed."""
        return not self.reasons


def judged(findings: Iterable[Finding], stories: int, limits: Limits) -> Verdict:
    """The verdict on these findings in a corpus of so many stories."""
    if limits.fail_on == "never":
        return Verdict((), (), ())
    graver = tuple(row for row in findings if at_least(row.level, limits.fail_on))
    told = [_told(*measure) for measure in _measures(graver, stories, limits)]
    return Verdict(
        graver,
        tuple(words for words, over, _ in told if over),
        tuple(words for words, over, some in told if some and not over),
    )


def _told(what: str, value: float, limit: float, counted: str) -> tuple[str, bool, bool]:
    """A limit in words, whether it was passed, and whether there was anything to let pass."""
    return f"{what}: {counted}", value > limit, value > 0


def _measures(
    graver: Sequence[Finding], stories: int, limits: Limits
) -> list[tuple[str, float, float, str]]:
    """Name, value, limit and words of each limit that holds."""
    new = sum(row.new for row in graver)
    at = f"at or above {limits.fail_on}"
    measures: list[tuple[str, float, float, str]] = []
    if limits.max_findings is not None:
        most = limits.max_findings
        measures.append(
            ("max-findings", len(graver), most, f"{_count(len(graver), '')} {at}, {most} allowed")
        )
    if limits.max_ratio is not None:
        touched = len({(row.path, row.line, row.story_id) for row in graver if row.story_id})
        share = touched / stories if stories else 0.0
        words = f"{share:.1%} of the stories have a finding {at}, {limits.max_ratio:.1%} allowed"
        measures.append(("max-ratio", share, limits.max_ratio, words))
    if limits.max_new is not None or not measures:
        most = limits.max_new or 0
        measures.append(("max-new", new, most, f"{_count(new, 'new ')} {at}, {most} allowed"))
    return measures


def _count(number: int, kind: str) -> str:
    return f"{number} {kind}finding{'' if number == 1 else 's'}"
