"""Planted copies: what was found of copies whose edit is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from statistics import mean
from typing import NamedTuple

from dedup.evaluation.figures import PLACES, Bars, Error, Evaluation, Figure, Table
from dedup.evaluation.pairs import NOT_FOUND


class JudgedPlant(NamedTuple):
    """A story and its planted copy: how it was edited, in which pass, and what was called."""

    edit: str
    seed: int
    original: str
    copy: str
    called: str
    score: float


def of_plants(
    judged: Sequence[JudgedPlant],
    expected: Mapping[str, Collection[str]],
    same_story: Collection[str],
    update: str,
    worst: int = 10,
) -> Evaluation:
    """Recall and relation accuracy of every edit, each the mean over the seeds.

    Parameters
    ----------
    judged : every planted copy.
    expected : for each edit, in the order of the tables, the relations that are right for it.
    same_story : the relations that count as found.
    update : the relation that says that facts changed. Called of copies whose facts did not
        change it is a mistake of its own, counted in ``unchanged not called update``.
    """
    by_edit: dict[str, list[JudgedPlant]] = defaultdict(list)
    for plant in judged:
        by_edit[plant.edit].append(plant)
    details: list[Figure] = []
    rows: list[tuple[str | int | float | None, ...]] = []
    bars: list[tuple[str, tuple[float | None, ...]]] = []
    for edit in expected:
        plants = by_edit[edit]
        listed, found, right = (
            _mean(plants, test)
            for test in (
                lambda p: p.called != NOT_FOUND,
                lambda p: p.called in same_story,
                lambda p: p.called in expected[p.edit],
            )
        )
        details += [Figure(f"{edit}: recall", found), Figure(f"{edit}: relation", right)]
        most = Counter(p.called for p in plants).most_common(2)
        rows.append((edit, len(plants), listed, found, right, " or ".join(expected[edit]),
                     ", ".join(f"{name} {count}" for name, count in most)))
        bars.append((edit, (found, right)))
    unchanged = [p for p in judged if update not in expected[p.edit]]
    apart = Figure("unchanged not called update", _mean(unchanged, lambda p: p.called != update))
    seeds = sorted({p.seed for p in judged})
    return Evaluation(
        f"planted: {len(judged)} copies, {len(expected)} kinds of edit, "
        f"{'seed' if len(seeds) == 1 else 'seeds'} {', '.join(map(str, seeds))}",
        (apart,),
        (Table("By edit (shares are means over the seeds)",
               ("edit", "copies", "listed", "found", "relation right", "expected",
                "called most"), tuple(rows)),),
        (Bars("What would be found on your data", ("found", "relation right"), tuple(bars)),),
        _missed(judged, same_story, worst),
        tuple(details),
    )  # fmt: skip


def _mean(plants: Sequence[JudgedPlant], test: Callable[[JudgedPlant], bool]) -> float | None:
    """The mean over the seeds of the share that passes a test; None without a plant."""
    outcomes: dict[int, list[bool]] = defaultdict(list)
    for plant in plants:
        outcomes[plant.seed].append(test(plant))
    if not outcomes:
        return None
    return round(mean(sum(passed) / len(passed) for passed in outcomes.values()), PLACES)


def _missed(
    judged: Sequence[JudgedPlant], same_story: Collection[str], worst: int
) -> tuple[Error, ...]:
    """Copies that were missed, those of the highest score first."""
    missed = [p for p in judged if p.called not in same_story]
    missed.sort(key=lambda p: (-p.score, p.copy, p.seed))
    return tuple(
        Error("missed", f"{p.original} with {p.edit}, called {p.called}", p.score, "")
        for p in missed[:worst]
    )
