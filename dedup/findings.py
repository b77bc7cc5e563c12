"""Findings: what was found, as rows a reader can follow, silence and undo."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from dedup import repeats
from dedup.boilerplate.lexicon import Match
from dedup.candidates import Spread
from dedup.columns import Marks
from dedup.corpus import Corpus
from dedup.duplicates import Duplicates
from dedup.finding_rows import fingerprint, hash_fingerprint, in_order
from dedup.fingerprint import Bools
from dedup.kernels.reference import I64
from dedup.model import NO_FIX, Finding, Fix, Problem, StoryRow
from dedup.repeats import Near, Shared
from dedup.rules import RULES, select
from dedup.settings import Settings

_NUMBER = re.compile(r"\d+")
"""Messages count lines, columns and bytes."""

EXCERPT = 200
"""Characters of a paragraph shown with a finding."""

SAFE_WHEN_GLUED = ("BLP301", "BLP302", "BLP304")
"""Rules whose phrases at the ends of paragraphs were measured to be furniture 99 times in 100: see
`docs/how-detection-works.md`. Of BLP303 the development corpora hold none to measure."""


def of_problems(problems: Iterable[Problem]) -> Iterator[Finding]:
    """INP901 to INP903: what could not be read as it should be."""
    for problem in problems:
        rule = RULES[problem.rule]
        yield Finding(
            rule.code, rule.level, problem.message, problem.story_id, "", problem.path,
            problem.line, None, None, None, None, None, (), None, {}, rule.fix,
            fingerprint(rule.code, f"{_own_id(problem)}\0{_NUMBER.sub('', problem.message)}"),
        )  # fmt: skip


def _own_id(problem: Problem) -> str:
    """The id a record has, not one made of its place: that changes with every line before it."""
    return "" if problem.story_id == f"{problem.path}:{problem.line}" else problem.story_id


def of_story(
    code: str,
    row: StoryRow,
    message: str,
    *,
    kept_id: str | None = None,
    related: tuple[str, ...] = (),
    score: float | None = None,
    evidence: Mapping[str, Any] | None = None,
    fix: Fix | None = None,
) -> Finding:
    """A finding about a story as a whole; ``kept_id`` is the story that stays for it."""
    rule = RULES[code]
    return Finding(
        code, rule.level, message, row.story_id, row.source, row.path, row.line, None, None, None,
        row.cluster_id, kept_id, related, score, evidence or {}, fix or rule.fix,
        fingerprint(code, row.key),
    )  # fmt: skip


class Place(NamedTuple):
    """Where a paragraph stands, and its words: what every paragraph finding shows.

    ``exact`` hashes its words; ``line`` is the paragraph's own line when the file is the story.
    """

    row: StoryRow
    number: int
    start: int
    end: int
    exact: int
    words: int
    text: str
    line: int | None
    glued: str = ""
    """Where it stands in the paragraph as read, if furniture was glued to that: head, tail."""


def places(
    corpus: Corpus, rows: Sequence[StoryRow], paragraphs: Sequence[int] | I64
) -> Iterator[Place]:
    """The places of many paragraphs, their columns read at once."""
    p = corpus.paragraphs
    chosen = np.asarray(paragraphs, np.int64)
    stories = p.story[chosen]
    columns = (
        stories, p.number[chosen], p.start[chosen], p.end[chosen], p.exact[chosen],
        p.words[chosen],
        p.byte_start[chosen], np.minimum(p.byte_end[chosen], p.byte_start[chosen] + 4 * EXCERPT),
    )  # fmt: skip
    sides = _sides(corpus, chosen)
    buffer, line, last = corpus.buffer, None, -1
    for story, number, start, end, exact, words, low, high, side in zip(
        *(column.tolist() for column in columns), sides, strict=True
    ):
        if story != last:
            row, last = rows[story], story
        if corpus.plain:
            line = corpus.line_of(story, low)
        text = _shown(bytes(buffer[low:high]))
        yield Place(row, number, start, end, exact, words, text, line, side)


def _sides(corpus: Corpus, paragraphs: I64) -> Iterable[str]:
    """The side at which furniture was glued to each of the paragraphs."""
    glued = corpus.glued
    if not glued:
        return repeat("", len(paragraphs))
    return [glued[i].side if i in glued else "" for i in paragraphs.tolist()]


@lru_cache(maxsize=4096)
def _shown(text: bytes) -> str:
    """What is shown of a paragraph; most are furniture, which repeats to the letter."""
    # A cut inside a character leaves bytes that are no character: they go.
    begin = str(text, "utf-8", "ignore")[: EXCERPT + 50]
    return " ".join(begin.split())[:EXCERPT]


def of_paragraph(
    code: str,
    place: Place,
    message: str,
    *,
    related: tuple[str, ...] = (),
    score: float | None = None,
    evidence: dict[str, Any],
    fix: Fix | None = None,
) -> Finding:
    """A finding about one paragraph; its fix is the rule's, if it has none of its own."""
    row, number, start, end, exact, words, text, line, glued = place
    rule = RULES[code]
    evidence["text"], evidence["words"] = text, words
    if glued:
        evidence["glued"] = glued
    if line is not None:
        evidence["line"] = line
    return Finding(
        code, rule.level, message, row.story_id, row.source, row.path, row.line, number,
        start, end, row.cluster_id, None, related, score, evidence, fix or rule.fix,
        hash_fingerprint(code, exact),
    )  # fmt: skip


def of_short(
    corpus: Corpus, rows: Sequence[StoryRow], shingle: int, low: int, high: int
) -> Iterator[Finding]:
    """INP902: stories too short to compare."""
    words = corpus.stories.words[low:high]
    for place in np.flatnonzero(words < shingle).tolist():
        count, total = int(words[place]), int(corpus.total_words[low + place])
        what = "too short to compare but exactly" if count else "nothing to compare"
        aside = ", the rest is boilerplate or repeats" if total > count else ""
        message = f"{what}: {count} words{aside}"
        yield of_story("INP902", rows[low + place], message, evidence={"words": total})


def of_doubles(
    corpus: Corpus, rows: Sequence[StoryRow], archived: Bools, low: int, high: int
) -> Iterator[Finding]:
    """INP904: ids that name two records; of archived ones nothing is said."""
    for story, first in _doubles(corpus.ids, archived, low, high):
        place = f"{corpus.paths[first]}:{corpus.lines[first]}"
        yield of_story("INP904", rows[story], f"this id is also at {place}",
                       related=(rows[story].story_id,), evidence={"first": place})  # fmt: skip


def _doubles(
    ids: Sequence[str], archived: Bools, low: int, high: int
) -> Iterator[tuple[int, int]]:
    """Stories from ``low`` to ``high`` whose id an earlier one has, and the first that has it."""
    if low == high:
        return
    last = ids[low]
    begin = bisect_left(ids, last, 0, low)
    before = np.flatnonzero(~archived[begin:low])
    first = begin + int(before[0]) if len(before) else None
    for story, name in enumerate(ids[low:high], low):
        if name != last:
            last, first = name, None
        if first is not None and not archived[story]:
            yield story, first
        elif not archived[story]:
            first = story


def of_boilerplate(corpus: Corpus, rows: Sequence[StoryRow], marks: Marks) -> Iterator[Finding]:
    """BLP301 to BLP306: paragraphs that the lexicon knows."""
    said = [(match.rule, *_said(match)) for match in marks.matches]
    for place, code in zip(
        places(corpus, rows, marks.paragraphs), marks.codes.tolist(), strict=True
    ):
        rule, message, evidence = said[code]
        yield of_paragraph(rule, place, message, evidence=evidence.copy())


def _said(match: Match) -> tuple[str, dict[str, Any]]:
    """The message about a paragraph that an entry fits, and the evidence but for its text."""
    evidence = {"entry": match.entry, "pattern": match.pattern}
    if match.language:
        evidence["language"] = match.language
    return f"{RULES[match.rule].summary} ({match.entry})", evidence


def of_glued(
    corpus: Corpus, rows: Sequence[StoryRow], parted: Sequence[int]
) -> Iterator[Finding]:
    """BLP301 to BLP306: phrases of the lexicon at the ends of these paragraphs."""
    p = corpus.paragraphs
    for paragraph in parted:
        parting = corpus.glued[paragraph]
        row, number = rows[int(p.story[paragraph])], int(p.number[paragraph])
        for piece in parting.pieces:
            match, text = piece.match, " ".join(piece.text.split())[:EXCERPT]
            line = corpus.line_of(int(p.story[paragraph]), piece.byte)
            place = Place(row, number, piece.start, piece.end, piece.exact, piece.words,
                          text, line, piece.side)  # fmt: skip
            rule = RULES[match.rule]
            safe = rule.fix.safety == "safe" and match.rule in SAFE_WHEN_GLUED
            yield of_paragraph(
                match.rule, place, f"{rule.summary}, at the {piece.side} of a paragraph "
                f"({match.entry})", fix=rule.fix if safe else Fix("strip", "unsafe"),
                evidence={"entry": match.entry, "pattern": match.pattern,
                          "language": match.language},
            )  # fmt: skip


def of_furniture(
    corpus: Corpus, rows: Sequence[StoryRow], likely: Sequence[int]
) -> Iterator[Finding]:
    """BLP313: of paragraphs that look like furniture, those that nothing else has marked."""
    marked = corpus.paragraphs.boilerplate
    alone = [i for i in likely if not marked[i] and i not in corpus.glued]
    for place, paragraph in zip(places(corpus, rows, alone), alone, strict=True):
        like = corpus.furniture[paragraph]
        because = ": " + "; ".join(like.reasons) if like.reasons else ""
        yield of_paragraph(
            "BLP313", place, f"{RULES['BLP313'].summary}{because}", score=like.probability,
            evidence={"probability": like.probability, "reasons": list(like.reasons)},
        )  # fmt: skip


def of_repeats(
    corpus: Corpus, rows: Sequence[StoryRow], low: int, high: int
) -> Iterator[Finding]:
    """PAR201: of the paragraphs from ``low`` to ``high``, those that their story repeats."""
    p = corpus.paragraphs
    exact = low + np.flatnonzero(p.repeat_of[low:high] >= 0)
    for place, first in zip(
        places(corpus, rows, exact), p.repeat_of[exact].tolist(), strict=True
    ):
        yield of_paragraph("PAR201", place, f"repeats paragraph {first} of this story",
                           score=1.0, evidence={"repeat_of": first})  # fmt: skip


def of_near_repeats(
    corpus: Corpus, rows: Sequence[StoryRow], repeats: Sequence[Near]
) -> Iterator[Finding]:
    """PAR202: paragraphs that nearly repeat an earlier one of their story."""
    p = corpus.paragraphs
    later = places(corpus, rows, [near.later for near in repeats])
    for place, near in zip(later, repeats, strict=True):
        first = int(p.number[near.earlier])
        yield of_paragraph("PAR202", place, f"nearly repeats paragraph {first} of this story",
                           score=near.score, evidence={"repeat_of": first})  # fmt: skip


def of_shared(
    code: str, corpus: Corpus, rows: Sequence[StoryRow], shared: Shared, cap: int
) -> Iterator[Finding]:
    """PAR203 and PAR204: paragraphs that stand (nearly) in an earlier story.

    Of one that stands in more than ``cap`` stories there is a single row, and nothing to be done:
    it would be taken out of this story and of no other.
    """
    p = corpus.paragraphs
    nearly = "" if code == "PAR203" else "nearly "
    holders, numbers = p.story[shared.first].tolist(), p.number[shared.first].tolist()
    columns = (holders, numbers, shared.score.tolist(), shared.stories.tolist())
    later = places(corpus, rows, shared.later)
    for place, story, number, score, stories in zip(later, *columns, strict=True):
        other = corpus.ids[story]
        more = f" and {stories - 2} more" if stories > 2 else ""
        evidence: dict[str, Any] = {"first_paragraph": number, "stories": stories}
        crowded = stories > cap
        if crowded:
            evidence["cap"] = cap
            more += ", over max-bucket: noted here alone"
        yield of_paragraph(
            code, place, f"{nearly}stands in {other} (paragraph {number}){more}",
            related=(other,), score=score, evidence=evidence,
            fix=NO_FIX if crowded else None,
        )  # fmt: skip


def precedence(corpus: Corpus) -> I64:
    """Rank of each story: archived ones first, by time, then in canonical order."""
    order = np.lexsort((np.asarray(corpus.hours, np.float64), ~corpus.archived))
    rank = np.empty(len(corpus), np.int64)
    rank[order] = np.arange(len(corpus))
    return rank


def shared_paragraphs(
    corpus: Corpus, found: Duplicates, settings: Settings, kernels: ModuleType, spread: Spread = map
) -> tuple[Shared, Shared, dict[int, int]]:
    """Exact and near repeats of paragraphs across stories that are not copies of one another.

    Besides, the paragraphs that come first of more than may be compared, with how many they are.
    """
    p, rank = corpus.paragraphs, precedence(corpus)
    superfluous = np.zeros(len(corpus), bool)
    superfluous[[story for story, kept in found.keeper.items() if story != kept]] = True
    long = p.content
    long &= p.words >= settings.min_paragraph_words
    long &= ~superfluous[p.story]
    exact = repeats.exact_across(
        p, np.flatnonzero(long), rank, settings.max_bucket, corpus.archived
    )
    rows = np.flatnonzero(
        p.content_at(corpus.comparable) & ~superfluous[p.story[corpus.comparable]]
    )
    rows = rows[repeats.different_words(p, corpus.comparable[rows], rank)]
    near, capped = repeats.near_across(
        p, corpus.tokens, corpus.comparable[rows], corpus.comparable_keys, rows, rank,
        settings.near_paragraph, settings.max_bucket, corpus.text, kernels, spread,
    )  # fmt: skip
    return exact, near, capped


Ignores = Mapping[tuple[str, int, str], tuple[str, ...]]
"""Rule prefixes that a record asks to ignore, by path, line and id."""


def chosen(findings: Iterable[Finding], settings: Settings, ignores: Ignores) -> list[Finding]:
    """The findings of selected rules that their record does not ask to ignore, sorted."""
    wanted = select(tuple(settings.select), tuple(settings.ignore))
    kept = [f for f in findings if f.rule in wanted]
    if ignores:
        nothing = ("-",)
        starts = {
            place: tuple("" if code == "ALL" else code.upper() for code in codes)
            for place, codes in ignores.items()
        }
        kept = [
            f for f in kept
            if not f.rule.startswith(starts.get((f.path, f.line, f.story_id), nothing))
        ]  # fmt: skip
    return in_order(kept)
