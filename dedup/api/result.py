"""The result of a check: tables as DataFrames, a verdict, and the next questions answered."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup.errors import ConfigError
from dedup.model import TABLE_ROWS, Finding, Story, Tables

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from dedup.api.intake import Intake
    from dedup.clean.plan import Plan
    from dedup.gate import Verdict
    from dedup.settings import Settings


_MAYBE_NUMBERS = ("paragraph", "start", "end")


class Result:
    """What a check found.

    ``tables`` holds the rows themselves; ``findings``, ``pairs``, ``clusters``, ``stories`` and
    ``paragraphs`` are the same as pandas DataFrames, made when first asked for. ``settings`` are
    those the tables were computed with.
    """

    def __init__(self, tables: Tables, settings: Settings, intake: Intake) -> None:
        self.tables = tables
        self.settings = settings
        self._intake = intake

    @property
    def passed(self) -> bool:
        """Whether the findings are no more than ``fail_on`` and the limits of the gate allow."""
        return self.verdict.passed

    @property
    def verdict(self) -> Verdict:
        """The findings that count for the gate, and which limits they pass."""
        from dedup.api.settle import verdict

        return verdict(self.tables, self.settings)

    @cached_property
    def findings(self) -> pd.DataFrame:
        """One row a finding; its fix stands in the columns ``action`` and ``safety``."""
        fields = [name for name in Finding._fields if name != "fix"]
        at = Finding._fields.index("fix")
        rows = [(*row[:at], *row[at + 1 :], *row.fix) for row in self.tables.findings]
        return _frame(rows, [*fields, "action", "safety"])

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a measured pair, with every score."""
        return self._table("pairs")

    @cached_property
    def clusters(self) -> pd.DataFrame:
        """One row a member of a cluster, the keeper included."""
        return self._table("clusters")

    @cached_property
    def stories(self) -> pd.DataFrame:
        """One row a story: where it came from, its cluster, and whether it is kept."""
        return self._table("stories")

    @cached_property
    def paragraphs(self) -> pd.DataFrame:
        """One row a finding in a paragraph, with the characters it spans."""
        return self._table("paragraphs")

    @property
    def removed(self) -> pd.DataFrame:
        """What ``clean()`` takes out, one row a story dropped or a paragraph stripped."""
        return self._removed(unsafe=False)

    def clean(self, unsafe: bool = False) -> Any:  # noqa: ANN401 -- the kind that came in
        """The stories without what the safe fixes (``unsafe``: all fixes) take out.

        The same kind as was checked: a list of Story, of dictionaries or of texts, or a
        DataFrame; a list of Story for paths, which are read again. Nothing that came in is
        changed. MismatchError if a file changed since it was checked, LossError if more of the
        words would go than the setting ``max_loss`` allows.
        """
        from dedup.clean.loss import Budget, losses
        from dedup.clean.plan import Key
        from dedup.clean.spans import cut_spans, without

        plan = self._plan(unsafe)
        losses(self.tables, plan, Budget(**self.settings.loss_budget)).check()

        def edit(story: Story) -> str | None:
            key = Key(story.path, story.line, story.story_id)
            if key in plan.drops:
                return None
            strips = plan.strips.get(key, ())
            if not strips:
                return story.text
            spans = [(strip.start, strip.end) for strip in strips]
            glued = [strip.glued for strip in strips]
            return without(story.text, cut_spans(story.text, story.body_start, spans, glued))

        return self._intake.edited(edit)

    def rethreshold(self, threshold: float) -> Result:
        """The result at a higher threshold, from the measured pairs, without reading the texts.

        ConfigError below the threshold this result was computed with: what lies there was not
        measured.
        """
        from dedup.api.settle import settled, with_baseline
        from dedup.pipeline import recluster

        lowest = self.settings.threshold
        if not lowest <= threshold <= 1:
            raise ConfigError(
                f"cannot go from threshold {lowest} to {threshold}: pairs below {lowest} were not "
                f"all measured, and no score is above 1; run dedup.check(threshold={threshold})"
                if threshold < lowest
                else f"threshold {threshold} is above every score: choose one from {lowest} to 1"
            )
        settings = self.settings.model_copy(update={"threshold": threshold})
        tables = settled(recluster(self.tables, threshold), settings, fresh=False)
        return Result(with_baseline(tables, settings), settings, self._intake)

    def explain(self, a: str, b: str | None = None) -> str:
        """Why two stories (by id) are, or are not, duplicates; or everything found in one."""
        from dedup.explain import explain_pair, explain_story

        stories = {story.story_id: story for story in self._intake.stories()}
        for story_id in (a, b):
            if story_id is not None and story_id not in stories:
                raise ConfigError(f"no story has the id {story_id!r}: see result.stories")
        if b is None:
            return explain_story(stories[a], self.tables)
        return explain_pair(stories[a], stories[b], self.tables, self.settings)

    def to_run(self, folder: str | os.PathLike[str]) -> None:
        """Write every table to a run folder, which `dedup report --run` and others read."""
        from dedup.store import write_run

        write_run(Path(folder), self.tables)

    def __repr__(self) -> str:
        from dedup.report.summary import counts_line

        reasons = self.verdict.reasons
        verdict = f"not passed: {'; '.join(reasons)}" if reasons else "passed"
        return (
            f"<dedup.Result {verdict}\n {counts_line(self.tables)}\n"
            " tables: .findings .pairs .clusters .stories .paragraphs .removed"
            " · next: .clean() .explain(id) .rethreshold(t) .to_run(folder)>"
        )

    def _plan(self, unsafe: bool) -> Plan:
        from dedup.clean.plan import plan

        return plan(self.tables, unsafe=unsafe)

    def _removed(self, unsafe: bool) -> pd.DataFrame:
        plan = self._plan(unsafe)
        rows = [_Removed.of(key, "drop", drop) for key, drop in plan.drops.items()]
        rows += [
            _Removed.of(key, "strip", strip, strip.paragraph, strip.start, strip.end)
            for key, strips in plan.strips.items()
            for strip in strips
        ]
        return _frame(sorted(rows, key=_Removed.place), _Removed._fields)

    def _table(self, name: str) -> pd.DataFrame:
        return _frame(getattr(self.tables, name), TABLE_ROWS[name]._fields)


class _Removed(NamedTuple):
    """A row of ``Result.removed``."""

    story_id: str
    path: str
    line: int
    action: str
    rules: tuple[str, ...]
    kept_id: str | None
    cluster_id: str | None
    score: float | None
    paragraph: int | None
    start: int | None
    end: int | None

    @classmethod
    def of(cls, key: Any, action: str, step: Any, *span: int | None) -> _Removed:  # noqa: ANN401 -- drop or strip
        """The row of one step of a plan."""
        where = span or (None, None, None)
        return cls(
            key.story_id, key.path, key.line, action, step.rules, step.kept_id, step.cluster_id,
            step.score, *where,
        )  # fmt: skip

    def place(self) -> tuple[str, int, str, int]:
        """Where it stands: rows are sorted by it."""
        return self.path, self.line, self.story_id, self.start or 0


def _frame(rows: Sequence[Any], columns: Iterable[str]) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame.from_records(rows, columns=list(columns))
    # Without this a column of numbers with a None in it would become one of floats.
    numbers = [name for name in _MAYBE_NUMBERS if name in frame.columns]
    return frame.astype(dict.fromkeys(numbers, "Int64"))
