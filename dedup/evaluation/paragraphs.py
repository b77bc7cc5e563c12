"""Judged paragraphs: what the labels say of a paragraph, and which rules fired on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from dedup.evaluation.figures import (
    Bars,
    Error,
    Evaluation,
    Figure,
    Lines,
    Table,
    precision_recall,
    ratio,
    share,
)
from dedup.evaluation.ranking import average_precision, curve, recall_at

PRECISIONS = (0.90, 0.95)
"""Where the recall of a probability is read off."""

_MOST_GROUPS = 60


class JudgedParagraph(NamedTuple):
    """A paragraph: its label, whether that means furniture, and what was found of it.

    ``line`` is equal for paragraphs that count as occurrences of one line. ``safe`` says whether
    a safe fix takes the paragraph out. ``probability`` is the highest of its findings that has
    one, None without. ``group`` is the part of the corpus it is counted under, such as its
    language.
    """

    story_id: str
    paragraph: int
    label: str
    furniture: bool
    rules: tuple[str, ...]
    safe: bool = False
    probability: float | None = None
    group: str = ""
    line: str = ""
    shown: str = ""

    @property
    def called(self) -> bool:
        """Whether any rule fired."""
        return bool(self.rules)


def of_paragraphs(
    judged: Sequence[JudgedParagraph],
    command: Callable[[JudgedParagraph], str],
    worst: int = 10,
    note: str = "",
) -> Evaluation:
    """Precision, recall and F1, what safe fixes lose, per rule, label and group, worst errors.

    ``note`` marks the figures once a rule that gives probabilities fired: its model may have
    learned from these very paragraphs.
    """
    note = note if any(p.probability is not None for p in judged) else ""
    figures = [
        *(figure._replace(note=note) for figure in _outcome(judged)),
        *content_kept(judged),
        *_of_probability(judged, note),
    ]
    tables = [_by_rule(judged), _by_label(judged)]
    groups = _by_group(judged)
    if len(groups.rows) > 1:
        tables.append(groups)
    return Evaluation(
        f"paragraphs: {len(judged)} labelled, {sum(p.furniture for p in judged)} of them furniture",
        tuple(figures),
        tuple(tables),
        (_rule_bars(tables[0]), *_probability_lines(judged)),
        _errors(judged, command, worst),
    )


def of_lines(judged: Sequence[JudgedParagraph], prefix: str = "") -> list[Figure]:
    """Figures by line and by occurrence, for labels that stand for a text wherever it occurs.

    A line is called when at least half of its occurrences are. ``others left alone`` is the share
    of occurrences that are no furniture, label by label, on which no rule fired.
    """
    occurrences: dict[str, list[JudgedParagraph]] = defaultdict(list)
    for paragraph in judged:
        occurrences[paragraph.line].append(paragraph)
    called = {
        line: 2 * sum(p.called for p in found) >= len(found) for line, found in occurrences.items()
    }
    furniture = {line: found[0].furniture for line, found in occurrences.items()}
    both = sum(called[line] and furniture[line] for line in called)
    return [
        *precision_recall(both, sum(called.values()), sum(furniture.values()), f"{prefix}lines: "),
        *_outcome(judged, f"{prefix}occurrences: "),
        *(
            share(f"{prefix}{label} left alone", sum(not p.called for p in those), len(those))
            for label, those in _labels(judged)
            if not those[0].furniture
        ),
    ]


def content_kept(judged: Sequence[JudgedParagraph], prefix: str = "") -> list[Figure]:
    """The share of content paragraphs that safe fixes leave where they are."""
    content = [p for p in judged if not p.furniture]
    kept = sum(not p.safe for p in content)
    return [share(f"{prefix}content kept by safe fixes", kept, len(content))]


def _outcome(judged: Sequence[JudgedParagraph], prefix: str = "") -> tuple[Figure, ...]:
    both = sum(p.called and p.furniture for p in judged)
    return precision_recall(
        both, sum(p.called for p in judged), sum(p.furniture for p in judged), prefix
    )


def _of_probability(judged: Sequence[JudgedParagraph], note: str) -> list[Figure]:
    """Average precision and recall where a rule gives a probability; nothing where none does.

    A rule that gives none is certain, which ranks it first; a paragraph without a finding ranks
    last. The probabilities are those of findings: below the cut at which a model reports, all
    paragraphs tie, so the average precision is a lower bound.
    """
    if all(p.probability is None for p in judged):
        return []
    scores, truths = [_rank(p) for p in judged], [p.furniture for p in judged]
    points = curve(scores, truths)
    return [
        Figure("average precision", average_precision(scores, truths), note=note),
        *(
            Figure(f"recall at precision {precision:.2f}", recall_at(points, precision), note=note)
            for precision in PRECISIONS
        ),
    ]


def _rank(paragraph: JudgedParagraph) -> float:
    if paragraph.probability is not None and len(paragraph.rules) == 1:
        return paragraph.probability
    return 1.0 if paragraph.rules else 0.0


def _labels(
    judged: Sequence[JudgedParagraph],
) -> list[tuple[str, list[JudgedParagraph]]]:
    by_label: dict[str, list[JudgedParagraph]] = defaultdict(list)
    for paragraph in judged:
        by_label[paragraph.label].append(paragraph)
    return sorted(by_label.items())


def _by_rule(judged: Sequence[JudgedParagraph]) -> Table:
    right = Counter(rule for p in judged if p.furniture for rule in p.rules)
    wrong = Counter(rule for p in judged if not p.furniture for rule in p.rules)
    rows = tuple(
        (rule, right[rule], wrong[rule], ratio(right[rule], right[rule] + wrong[rule]))
        for rule in sorted({*right, *wrong})
    )
    return Table("By rule", ("rule", "furniture", "content", "precision"), rows)


def _by_label(judged: Sequence[JudgedParagraph]) -> Table:
    rows = tuple(
        (label, len(those), sum(p.called for p in those),
         ratio(sum(p.called for p in those), len(those)))
        for label, those in _labels(judged)
    )  # fmt: skip
    return Table("By label", ("label", "paragraphs", "called", "share"), rows)


def _by_group(judged: Sequence[JudgedParagraph]) -> Table:
    by_group: dict[str, list[JudgedParagraph]] = defaultdict(list)
    for paragraph in judged:
        by_group[paragraph.group].append(paragraph)
    rows = []
    for group, those in sorted(by_group.items(), key=lambda item: (-len(item[1]), item[0])):
        precision, recall, _ = _outcome(those)
        rows.append((group, len(those), precision.of, precision.value, recall.value))
    head = ("group", "paragraphs", "called", "precision", "recall")
    return Table("By group", head, tuple(rows[:_MOST_GROUPS]))


def _rule_bars(by_rule: Table) -> Bars:
    rows = tuple(
        (str(rule), (value if isinstance(value, float) else None,))
        for rule, _, _, value in by_rule.rows
    )
    return Bars("Precision by rule", ("precision",), rows)


def _probability_lines(judged: Sequence[JudgedParagraph]) -> list[Lines]:
    if all(p.probability is None for p in judged):
        return []
    points = curve([_rank(p) for p in judged], [p.furniture for p in judged])
    series = (("precision", tuple((p.recall, p.precision) for p in points)),)
    return [Lines("Precision over recall", "recall", "precision", series)]


def _errors(
    judged: Sequence[JudgedParagraph], command: Callable[[JudgedParagraph], str], worst: int
) -> tuple[Error, ...]:
    """Content that was called (what a safe fix takes first), then furniture that was not.

    Of what was missed the lines that occur most often come first, each once.
    """
    alarms = [p for p in judged if p.called and not p.furniture]
    alarms.sort(key=lambda p: (not p.safe, -_rank(p), p.story_id, p.paragraph))
    misses = [p for p in judged if p.furniture and not p.called]
    times = Counter(p.line or p.shown for p in misses)
    once = {p.line or p.shown: p for p in reversed(misses)}
    often = sorted(once, key=lambda line: (-times[line], line))
    return (
        *(
            Error("content called " + ", ".join(p.rules), p.shown, p.probability, command(p))
            for p in alarms[:worst]
        ),
        *(
            Error(f"missed {times[line]} times", once[line].shown, None, command(once[line]))
            for line in often[:worst]
        ),
    )
