"""What was learned, as findings (BLP311, BLP312) and as the ``templates`` table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from dedup.boilerplate.learned import file
from dedup.boilerplate.learned.file import Stored
from dedup.boilerplate.learned.learned import LINE, Learned
from dedup.corpus import Corpus
from dedup.finding_rows import of_file
from dedup.findings import EXCERPT, Block
from dedup.kernels.equal import distinct, rows_of
from dedup.model import Finding, TemplateRow
from dedup.paragraph_findings import Said
from dedup.rules import RULES

EXAMPLES = 3
"""Examples shown of a template; of a line one says all."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class LearnedRows:
    """The ``templates`` table, and findings about the paragraphs that fit what was learned."""

    def __init__(self, corpus: Corpus) -> None:
        self.templates = template_rows(corpus)
        self._corpus = corpus
        every = [one.rows for one in corpus.learned]
        paragraph = np.concatenate([np.empty(0, np.int64), *every])
        order = np.argsort(paragraph, kind="stable")
        self._paragraph = paragraph[order]
        self._one = np.repeat(np.arange(len(every)), [len(rows) for rows in every])[order]
        self._told: dict[int, Said] = {}

    def findings(self, low: int, high: int) -> Block:
        """BLP311 and BLP312 of the paragraphs from ``low`` to ``high``, each with the evidence."""
        part = slice(*np.searchsorted(self._paragraph, (low, high)).tolist())
        used, places = np.unique(self._one[part], return_inverse=True)
        said = [self._said(number) for number in used.tolist()]
        return Block(self._paragraph[part], said, places.astype(np.int64))

    def drift(self, files: Sequence[str]) -> Iterator[Finding]:
        """BLP321 and BLP322: where the outlets and the files of templates no longer agree."""
        return drift_of(self._corpus, files, self.templates)

    def _said(self, number: int) -> Said:
        """What is said of one line or template: the same wherever it stands."""
        if number not in self._told:
            row, one = self.templates[number], self._corpus.learned[number]
            what = "repeats" if row.rule == LINE else f"fits {_short(row.template)!r},"
            message = f"{what} in {row.stories} stories of {row.outlet}"
            message += f" ({row.because[0]})" if one.stored else f", {row.position}"
            self._told[number] = Said(row.rule, message, _evidence(row), RULES[row.rule].fix)
        return self._told[number]


def template_rows(corpus: Corpus) -> list[TemplateRow]:
    """The ``templates`` table, in the order of ``corpus.learned``."""
    spread = _outlets(corpus)
    return [_row(corpus, one, spread) for one in corpus.learned]


def _row(corpus: Corpus, one: Learned, spread: Mapping[int, int]) -> TemplateRow:
    if one.stored:
        return _stored_row(corpus, one, one.stored, spread)
    p = corpus.paragraphs
    counts = one.counts
    head = int(one.rows[0])
    return TemplateRow(
        outlet=corpus.sources[int(p.story[head])],
        template=one.pattern,
        slots=one.slots,
        stories=counts["stories"],
        days=counts["days"],
        first_seen=date(counts["since"]),
        last_seen=date(counts["until"]),
        position=position(counts),
        examples=_examples(corpus, one),
        rule=one.rule,
        occurrences=counts["occurrences"],
        outlets=spread[int(p.exact[head])],
        share=round(min(counts["carried"], 1.0), 4),
        points=one.points,
        because=tuple(f"{reason.seen} ({reason.weight:+.2f})" for reason in one.reasons),
    )


def _stored_row(
    corpus: Corpus, one: Learned, stored: Stored, spread: Mapping[int, int]
) -> TemplateRow:
    """A row with the evidence the file tells of; only what it took is counted here."""
    return TemplateRow(
        outlet=stored.outlet,
        template=stored.pattern,
        slots=one.slots,
        stories=stored.stories,
        days=stored.days,
        first_seen=stored.first_seen,
        last_seen=stored.last_seen,
        position=stored.position,
        examples=_examples(corpus, one),
        rule=stored.rule,
        occurrences=len(one.rows),
        outlets=spread[int(corpus.paragraphs.exact[one.rows[0]])],
        share=stored.share,
        points=0.0,
        because=(f"{stored.path}:{stored.at}",),
    )


def drift_of(
    corpus: Corpus, templates: Sequence[str], rows: Sequence[TemplateRow]
) -> Iterator[Finding]:
    """BLP321 and BLP322: where the outlets and the files of templates no longer agree.

    A template has vanished when the outlet has stories enough that EXPECTED should hold it, by
    the share it had, and none does.
    """
    if not templates:
        return
    fired = {(one.stored.path, one.stored.at) for one in corpus.learned if one.stored}
    stories = Counter(corpus.sources)
    for entry in file.read(templates):
        due = entry.share * stories[entry.outlet]
        if due >= EXPECTED and (entry.path, entry.at) not in fired:
            message = (
                f"{_short(entry.pattern)!r} is in none of {stories[entry.outlet]} stories of "
                f"{entry.outlet}; {due:.0f} were to be expected"
            )
            yield _drift("BLP321", (entry.path, entry.at), entry.outlet, entry.pattern, message)
    for row, one in zip(rows, corpus.learned, strict=True):
        if not one.stored:
            message = f"{_short(row.template)!r} of {row.outlet} is not in {templates[0]}"
            yield _drift("BLP322", (templates[0], 1), row.outlet, row.template, message)


EXPECTED = 8
"""Stories: of so many expected, none is left by chance once in three thousand."""


def _drift(
    code: str, place: tuple[str, int], outlet: str, pattern: str, message: str
) -> Finding:
    evidence = {"template": _short(pattern, EXCERPT)}
    return of_file(code, place, f"{outlet}\0{pattern}", message, evidence, outlet)


def _examples(corpus: Corpus, one: Learned) -> tuple[str, ...]:
    """Different texts of the group, in order of the stories."""
    p = corpus.paragraphs
    _, first = np.unique(p.exact[one.rows], return_index=True)
    wanted = np.sort(first)[: 1 if one.rule == LINE else EXAMPLES]
    texts = (corpus.text(int(one.rows[at])) for at in wanted)
    return tuple(_short(" ".join(text.split()), EXCERPT) for text in texts)


def _outlets(corpus: Corpus) -> dict[int, int]:
    """How many outlets hold the first paragraph of each learned line, by its hash."""
    p = corpus.paragraphs
    wanted = distinct(np.array([p.exact[one.rows[0]] for one in corpus.learned], np.uint64))
    rows = rows_of(p.exact, wanted)
    held: dict[int, set[str]] = {}
    for exact, story in zip(p.exact[rows].tolist(), p.story[rows].tolist(), strict=True):
        held.setdefault(exact, set()).add(corpus.sources[story])
    return {exact: len(sources - {""}) for exact, sources in held.items()}


def _evidence(row: TemplateRow) -> dict[str, Any]:
    shown: dict[str, Any] = row._asdict()
    shown["template"] = _short(row.template, EXCERPT)
    return {name: value for name, value in shown.items() if name not in ("rule", "outlet")}


def position(counts: Mapping[str, Any]) -> str:
    """Where in the story it stands, in words, with shares of its occurrences."""
    head, tail = counts["head"], counts["tail"]
    parts = [("head", head), ("tail", tail), ("middle", max(0.0, 1 - head - tail))]
    said = [f"{share:.0%} {name}" for name, share in parts if share >= _TELLING]
    if counts["fixed"] >= _FIXED and tail > head:
        away = counts["distance"]
        said.append("always last" if away == 0 else f"{away} before the end")
    return ", ".join(said)


_TELLING, _FIXED = 0.05, 0.9


def date(day: int) -> str:
    """The ISO date of a day since 1970; empty for an unknown one."""
    return "" if day < 0 else (_EPOCH + timedelta(days=day)).date().isoformat()


def _short(text: str, length: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
