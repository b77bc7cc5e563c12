"""What answers are good for: lines to keep, a baseline, a lexicon, labelled pairs."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from dedup import relate
from dedup.boilerplate.fold import fold, tokens
from dedup.boilerplate.learned.file import toml_text
from dedup.boilerplate.lexicon import MAX_WORDS, Lexicon, places
from dedup.boilerplate.pattern import PatternError
from dedup.boilerplate.phrases import Phrase
from dedup.gate import Baseline, Key
from dedup.gate.baseline import dumped, scheme
from dedup.model import Finding, Tables
from dedup.review.claims import FURNITURE, NO, PAIR, UNSURE, VERSION, YES, Claim, Question, Spot
from dedup.review.precision import Labels
from dedup.review.texts import Texts

_LEARNED = ("BLP311", "BLP312", "BLP313")
"""Rules whose lines no lexicon knows yet."""

_LINE_RULE = "BLP303"
"""What a confirmed line is called from then on, as lines of one's own are."""

_LITERAL = str.maketrans({
    **dict.fromkeys("([{", "{open}"), **dict.fromkeys(")]}", "{close}"), "|": " {sep} "
})  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How text begins that a spreadsheet would take for a formula."""


class Export(NamedTuple):
    """A file's text, and what its reader should be told."""

    text: str
    notes: tuple[str, ...] = ()


class Answered(NamedTuple):
    """A claim with an answer, the texts of the stories, and the run."""

    claim: Claim
    answer: str


def answered(claims: Sequence[Claim], labels: Labels, asks: str) -> list[Answered]:
    """The claims of a kind that have an answer, one for each question."""
    found: dict[tuple[str, ...], Answered] = {}
    for claim in claims:
        label = labels.get(claim.question.key)
        if label is not None and claim.question.asks == asks:
            found.setdefault(claim.question.key, Answered(claim, label.answer))
    return list(found.values())


def needed(kind: str, claims: Sequence[Claim], labels: Labels, tables: Tables) -> list[Question]:
    """The questions whose texts an export quotes, one for each way to write what was asked."""
    if kind in ("golden", "baseline"):
        return []
    furniture = answered(claims, labels, FURNITURE)
    spelled = _spelled([one.claim for one in furniture], tables)
    return [Question(FURNITURE, (), (spot,)) for spots in spelled.values() for spot in spots]


def ignore(claims: Sequence[Claim], labels: Labels, tables: Tables, texts: Texts) -> Export:
    """Lines that are content after all, for the setting `ignore-lines`."""
    wrong = [one.claim for one in answered(claims, labels, FURNITURE) if one.answer == NO]
    spelled = _spelled(wrong, tables)
    lines = sorted({_line(spot, texts) for spots in spelled.values() for spot in spots})
    # A line of the list that begins with "# " would be a remark.
    shown = (f" {line}" if line.startswith("# ") else line for line in lines)
    head = "# Never furniture, as `dedup review` was told: name this file in ignore-lines.\n"
    return Export(head + "".join(f"{line}\n" for line in shown), (f"{len(lines)} lines to keep",))


def lexicon(claims: Sequence[Claim], labels: Labels, tables: Tables, texts: Texts) -> Export:
    """Lines that were confirmed to be furniture, for the setting `boilerplate-lexicon`."""
    confirmed = [one.claim for one in answered(claims, labels, FURNITURE) if one.answer == YES]
    new = [claim for claim in confirmed if claim.rule in _LEARNED]
    spelled = _spelled(new, tables)
    entries: dict[str, set[str]] = {}
    unwritten: set[str] = set()
    for claim in new:
        templates = _templates(claim, tables)
        for line in sorted({_line(spot, texts) for spot in spelled[Key.of(_finding(claim))]}):
            literal = " ".join(fold(line).translate(_LITERAL).split())
            fits = (pattern for pattern in (*templates, literal) if _fits(pattern, line))
            pattern = next(fits, None)
            if pattern is None:
                unwritten.add(line)
            else:
                entries.setdefault(pattern, set()).add(line)
    notes = [f"{len(entries)} entries"]
    if len(new) < len(confirmed):
        notes.append(f"{len(confirmed) - len(new)} confirmed lines are in a lexicon already")
    if unwritten:
        notes.append(f"{len(unwritten)} lines cannot be written as a pattern, or are too long; "
                     "they stand at the end as remarks")  # fmt: skip
    return Export("\n".join(_lexicon_lines(entries, sorted(unwritten))) + "\n", tuple(notes))


def baseline(claims: Sequence[Claim], labels: Labels, tables: Tables, texts: Texts) -> Export:
    """Findings that are none after all, but those of furniture, for the setting `baseline`."""
    del texts
    answers = {key: label.answer for key, label in labels.items() if label.answer != UNSURE}
    wrong = {
        Key.of(claim.finding): f"review: {answers[claim.question.key]}"
        for claim in claims
        if claim.finding is not None and claim.question.asks != FURNITURE
        and answers.get(claim.question.key, claim.right) != claim.right
    }  # fmt: skip
    accepted = Baseline.of(finding for finding in tables.findings if Key.of(finding) in wrong)
    notes = (f"{accepted.total} findings accepted, of {len(wrong)} that were called wrong",)
    return Export(dumped(Baseline(accepted.counts, wrong), scheme(tables.manifest)), notes)


def golden(claims: Sequence[Claim], labels: Labels, tables: Tables, texts: Texts) -> Export:
    """Labelled pairs, for `dedup eval --pairs`."""
    del texts
    uses = Counter(row.story_id for row in tables.stories)
    rows, twice = [], 0
    for one in answered(claims, labels, PAIR):
        a, b = (spot.story_id for spot in one.claim.question.spots)
        if one.answer == UNSURE:
            continue
        if uses[a] > 1 or uses[b] > 1:
            twice += 1
            continue
        rows.append((a, b, relation(one), one.claim.rule, one.answer))
    notes = [f"{len(rows)} labelled pairs"]
    if twice:
        notes.append(f"{twice} left out: their ids name several stories")
    if any(cell.startswith(_FORMULA) for row in rows for cell in row[:2]):
        notes.append("some ids would be formulas to a spreadsheet: do not open the file in one")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("a", "b", "label", "rule", "answer"))
    writer.writerows(sorted(rows))
    return Export(stream.getvalue(), tuple(notes))


def relation(one: Answered) -> str:
    """The relation an answer stands for: the run's own, where the answer agrees with it."""
    claim, answer = one
    said = claim.pair.relation if claim.pair else ""
    if claim.finding is not None:
        said = said or str(claim.finding.evidence.get("relation", ""))
    if answer == VERSION:
        return relate.UPDATE
    if answer == NO:
        return said if said and said not in relate.ONE_STORY else relate.UNRELATED
    first, second = claim.question.content
    return said if said in relate.COPIES else (
        relate.IDENTICAL if first == second else relate.DUPLICATE
    )


Exporter = Callable[[Sequence[Claim], Labels, Tables, Texts], Export]

EXPORTS: Mapping[str, Exporter] = {
    "ignore": ignore, "baseline": baseline, "lexicon": lexicon, "golden": golden
}  # fmt: skip
"""The kinds of export by name."""


def _spelled(claims: Sequence[Claim], tables: Tables) -> dict[Key, list[Spot]]:
    """For each of the claims, a place for every way its words are written.

    Findings are known by their words alone; lists and patterns heed signs between them.
    """
    spots: dict[Key, dict[str, Spot]] = {Key.of(_finding(claim)): {} for claim in claims}
    for row in tables.findings:
        found = spots.get(Key.of(row))
        if found is not None:
            spot = Spot(row.path, row.line, row.story_id, row.paragraph, row.start, row.end)
            found.setdefault(str(row.evidence.get("text")), spot)
    return {key: list(found.values()) for key, found in spots.items()}


def _finding(claim: Claim) -> Finding:
    """The finding that a claim about furniture is."""
    if claim.finding is None:
        raise ValueError(claim.rule)
    return claim.finding


def _line(spot: Spot, texts: Texts) -> str:
    """The words at a place, on one line."""
    return " ".join(texts[spot.path, spot.line].text[spot.start : spot.end].split())


def _templates(claim: Claim, tables: Tables) -> list[str]:
    """The learned templates of the outlet that a claim may be an instance of."""
    return [
        row.template for row in tables.templates
        if claim.rule == row.rule == "BLP312" and row.outlet == _finding(claim).source
    ]  # fmt: skip


def _fits(pattern: str, line: str) -> bool:
    """Whether a lexicon would take the pattern, and with it the line."""
    if len(tokens(fold(line))) > MAX_WORDS:
        return False
    phrase = Phrase("mul:line", "mul", _LINE_RULE, "line", "any", pattern)
    try:
        return Lexicon(*places([phrase])).match(line) is not None
    except PatternError:
        return False


def _lexicon_lines(
    entries: Mapping[str, Collection[str]], unwritten: Sequence[str]
) -> Iterator[str]:
    yield "# Furniture confirmed in `dedup review`: name this file in boilerplate-lexicon."
    yield 'language = "mul"'
    yield "" if entries else "entry = []"
    for number, (pattern, lines) in enumerate(sorted(entries.items()), 1):
        yield "[[entry]]"
        yield f'id = "reviewed-{number}"'
        yield f'rule = "{_LINE_RULE}"'
        yield f"patterns = [{toml_text(pattern)}]"
        yield f"match = [{', '.join(map(toml_text, sorted(lines)))}]"
        yield ""
    for line in unwritten:
        yield f"# {toml_text(line)}"
