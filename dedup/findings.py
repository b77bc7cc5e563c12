"""Findings: what was found, as rows a reader can follow, silence and undo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from dedup import relate, repeats
from dedup.candidates import Spread
from dedup.corpus import Corpus
from dedup.duplicates import Duplicates
from dedup.finding_rows import fingerprint, in_order
from dedup.kernels.reference import I64
from dedup.model import NO_FIX, Finding, Fix, PairRow, Problem, StoryRow
from dedup.repeats import Shared
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
) -> Finding:
    """A finding about a story as a whole; ``kept_id`` is the story that stays for it."""
    rule = RULES[code]
    return Finding(
        code, rule.level, message, row.story_id, row.source, row.path, row.line, None, None, None,
        row.cluster_id, kept_id, related, score, evidence or {}, rule.fix,
        fingerprint(code, row.key),
    )  # fmt: skip


class Place(NamedTuple):
    """Where a paragraph stands, and its words: what every paragraph finding shows.

    ``line`` is the paragraph's own line when the file is the story, else None.
    """

    row: StoryRow
    number: int
    start: int
    end: int
    content: str
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
        corpus.text_of_story[stories],
    )  # fmt: skip
    sides = [corpus.glued[i].side if i in corpus.glued else "" for i in chosen.tolist()]
    for story, number, start, end, exact, words, low, high, buffer, side in zip(
        *(column.tolist() for column in columns), sides, strict=True
    ):
        # A cut inside a character leaves bytes that are no character: they go.
        text = str(corpus.texts[buffer][low:high], "utf-8", "ignore")[: EXCERPT + 50]
        text = " ".join(text.split())
        line = corpus.line_of(story, low) if corpus.plain else None
        yield Place(
            rows[story], number, start, end, f"{exact:016x}", words, text[:EXCERPT], line, side
        )


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
    rule, row = RULES[code], place.row
    evidence["text"], evidence["words"] = place.text, place.words
    if place.glued:
        evidence["glued"] = place.glued
    if place.line is not None:
        evidence["line"] = place.line
    return Finding(
        code, rule.level, message, row.story_id, row.source, row.path, row.line, place.number,
        place.start, place.end, row.cluster_id, None, related, score, evidence, fix or rule.fix,
        fingerprint(code, place.content),
    )  # fmt: skip


def of_inputs(corpus: Corpus, rows: Sequence[StoryRow], shingle: int) -> Iterator[Finding]:
    """INP902 and INP904: stories too short to compare, and ids that name two records."""
    words = corpus.stories.words
    for story in np.flatnonzero(words < shingle).tolist():
        what = "too short to compare but exactly" if words[story] else "nothing to compare"
        total = int(corpus.total_words[story])
        aside = ", the rest is boilerplate or repeats" if total > words[story] else ""
        message = f"{what}: {words[story]} words{aside}"
        yield of_story("INP902", rows[story], message, evidence={"words": total})
    first_of: dict[str, StoryRow] = {}
    for story in np.flatnonzero(~corpus.archived).tolist():
        first = first_of.setdefault(corpus.ids[story], rows[story])
        if first is not rows[story]:
            place = f"{first.path}:{first.line}"
            yield of_story("INP904", rows[story], f"this id is also at {place}",
                           related=(first.story_id,), evidence={"first": place})  # fmt: skip


def of_boilerplate(corpus: Corpus, rows: Sequence[StoryRow]) -> Iterator[Finding]:
    """BLP301 to BLP306: paragraphs that the lexicon knows."""
    marked = places(corpus, rows, list(corpus.marks))
    for place, match in zip(marked, corpus.marks.values(), strict=True):
        evidence = {"entry": match.entry, "pattern": match.pattern}
        if match.language:
            evidence["language"] = match.language
        message = f"{RULES[match.rule].summary} ({match.entry})"
        yield of_paragraph(match.rule, place, message, evidence=evidence)


def of_glued(corpus: Corpus, rows: Sequence[StoryRow]) -> Iterator[Finding]:
    """BLP301 to BLP306: phrases of the lexicon at the ends of paragraphs."""
    p = corpus.paragraphs
    for paragraph, parting in corpus.glued.items():
        row, number = rows[int(p.story[paragraph])], int(p.number[paragraph])
        for piece in parting.pieces:
            match, text = piece.match, " ".join(piece.text.split())[:EXCERPT]
            line = corpus.line_of(int(p.story[paragraph]), piece.byte)
            place = Place(row, number, piece.start, piece.end, f"{piece.exact:016x}", piece.words,
                          text, line, piece.side)  # fmt: skip
            rule = RULES[match.rule]
            safe = rule.fix.safety == "safe" and match.rule in SAFE_WHEN_GLUED
            yield of_paragraph(
                match.rule, place, f"{rule.summary}, at the {piece.side} of a paragraph "
                f"({match.entry})", fix=rule.fix if safe else Fix("strip", "unsafe"),
                evidence={"entry": match.entry, "pattern": match.pattern,
                          "language": match.language},
            )  # fmt: skip


def of_furniture(corpus: Corpus, rows: Sequence[StoryRow]) -> Iterator[Finding]:
    """BLP313: paragraphs that look like furniture and that nothing else has marked."""
    marked = corpus.paragraphs.boilerplate
    alone = [i for i in corpus.furniture if not marked[i] and i not in corpus.glued]
    for place, paragraph in zip(places(corpus, rows, alone), alone, strict=True):
        like = corpus.furniture[paragraph]
        because = ": " + "; ".join(like.reasons) if like.reasons else ""
        yield of_paragraph(
            "BLP313", place, f"{RULES['BLP313'].summary}{because}", score=like.probability,
            evidence={"probability": like.probability, "reasons": list(like.reasons)},
        )  # fmt: skip


def of_repeats(corpus: Corpus, rows: Sequence[StoryRow]) -> Iterator[Finding]:
    """PAR201 and PAR202: paragraphs that repeat inside their story."""
    p = corpus.paragraphs
    exact = np.flatnonzero(p.repeat_of >= 0)
    for place, first in zip(
        places(corpus, rows, exact), p.repeat_of[exact].tolist(), strict=True
    ):
        yield of_paragraph("PAR201", place, f"repeats paragraph {first} of this story",
                           score=1.0, evidence={"repeat_of": first})  # fmt: skip
    later = places(corpus, rows, [near.later for near in corpus.near])
    for place, near in zip(later, corpus.near, strict=True):
        first = int(p.number[near.earlier])
        yield of_paragraph("PAR202", place, f"nearly repeats paragraph {first} of this story",
                           score=near.score, evidence={"repeat_of": first})  # fmt: skip


def of_relations(
    rows: Sequence[StoryRow], found: Duplicates, settings: Settings
) -> Iterator[Finding]:
    """DUP101 to DUP106."""
    yield from of_duplicates(rows, found, settings)
    yield from of_versions(rows, found)
    yield from of_templates(rows, found)
    yield from of_oversized(rows, found, settings)


def of_duplicates(
    rows: Sequence[StoryRow], found: Duplicates, settings: Settings
) -> Iterator[Finding]:
    """DUP101 to DUP103: stories that are copies of one that stays, or stand in it."""
    oversized = found.oversized(settings.max_cluster)
    for story, keeper in found.keeper.items():
        kept = found.original.get(story, keeper)
        if story == kept:
            continue
        pair = found.edge[min(story, kept), max(story, kept)]
        code, kept_id = str(found.rule(story)), rows[kept].story_id
        finding = of_story(
            code, rows[story], f"{_COPY[code]} {kept_id}{_shorter(rows[story], rows[kept])}",
            kept_id=kept_id, related=(kept_id,), score=_copy_score(pair),
            evidence=pair_evidence(pair),
        )  # fmt: skip
        held = settings.keep == "none" or (keeper in oversized and code != "DUP101")
        yield finding._replace(fix=NO_FIX) if held else finding


_COPY = {"DUP101": "the same text as", "DUP102": "near-duplicate of", "DUP103": "stands in"}


def _copy_score(pair: PairRow) -> float:
    contained = pair.relation == relate.CONTAINED
    return max(pair.containment_a, pair.containment_b) if contained else pair.jaccard


def _shorter(row: StoryRow, kept: StoryRow) -> str:
    """A word of warning where the story that stays is the shorter one."""
    missing = row.n_words - kept.n_words
    return f", which is {missing} words shorter" if missing > 0 else ""


def of_versions(rows: Sequence[StoryRow], found: Duplicates) -> Iterator[Finding]:
    """DUP104: earlier versions of a story, with the facts that changed since."""
    for older, newer in sorted(found.superseded.items()):
        pair = found.edge[min(older, newer), max(older, newer)]
        newer_id = rows[newer].story_id
        yield of_story(
            "DUP104", rows[older], f"updated by {newer_id}: {'; '.join(pair.facts[:3])}",
            kept_id=newer_id, related=(newer_id,), score=pair.jaccard,
            evidence={**pair_evidence(pair), "facts": list(pair.facts)},
        )  # fmt: skip


def of_templates(rows: Sequence[StoryRow], found: Duplicates) -> Iterator[Finding]:
    """DUP105: stories that fill the form of an earlier one with another event."""
    siblings: dict[int, list[tuple[float, int, PairRow]]] = {}
    for (a, b), pair in found.edge.items():
        if pair.relation == relate.TEMPLATE:
            first, later = sorted(
                (a, b), key=lambda i: (not found.members[i].archived, found.members[i].hours, i)
            )
            siblings.setdefault(later, []).append((-pair.jaccard, first, pair))
    for later, pairs in sorted(siblings.items()):
        _, first, pair = min(pairs)
        first_id = rows[first].story_id
        yield of_story(
            "DUP105", rows[later],
            f"the same form as {first_id}, another event: {'; '.join(pair.facts[:3])}",
            related=(first_id,), score=pair.jaccard,
            evidence={**pair_evidence(pair), "facts": list(pair.facts), "siblings": len(pairs)},
        )  # fmt: skip


def of_oversized(
    rows: Sequence[StoryRow], found: Duplicates, settings: Settings
) -> Iterator[Finding]:
    """DUP106: clusters too large to be taken on trust, and buckets too full to be compared."""
    for kept, size in found.oversized(settings.max_cluster).items():
        yield of_story(
            "DUP106", rows[kept],
            f"{size} near-copies in one cluster, over max-cluster: none is dropped before you look",
            evidence={"cluster": size, "cap": settings.max_cluster},
        )  # fmt: skip
    for head, size in sorted(found.capped.items()):
        yield of_story(
            "DUP106", rows[head],
            f"{size} stories look alike here; not every pair of them was compared",
            evidence={"bucket": size, "cap": settings.max_bucket},
        )  # fmt: skip


def pair_evidence(pair: PairRow) -> dict[str, Any]:
    """The scores of a pair, as a finding shows them."""
    return {
        "relation": pair.relation,
        "decided_by": pair.decided_by,
        "jaccard": pair.jaccard,
        "containment": max(pair.containment_a, pair.containment_b),
        "cosine": pair.cosine,
        "lead": pair.lead,
        "title": pair.title,
        "hours_apart": pair.hours_apart,
        "shared_paragraphs": pair.shared_paragraphs,
        "nominated_by": list(pair.nominated_by),
    }


def of_shared(
    code: str, corpus: Corpus, rows: Sequence[StoryRow], shared: Sequence[Shared], cap: int
) -> Iterator[Finding]:
    """PAR203 and PAR204: paragraphs that stand (nearly) in an earlier story.

    Of one that stands in more than ``cap`` stories there is a single row, and nothing to be done:
    it would be taken out of this story and of no other.
    """
    p = corpus.paragraphs
    nearly = "" if code == "PAR203" else "nearly "
    later = places(corpus, rows, [share.later for share in shared])
    for place, share in zip(later, shared, strict=True):
        other = corpus.ids[int(p.story[share.first])]
        number = int(p.number[share.first])
        more = f" and {share.stories - 2} more" if share.stories > 2 else ""
        evidence: dict[str, Any] = {"first_paragraph": number, "stories": share.stories}
        crowded = share.stories > cap
        if crowded:
            evidence["cap"] = cap
            more += ", over max-bucket: noted here alone"
        yield of_paragraph(
            code, place, f"{nearly}stands in {other} (paragraph {number}){more}",
            related=(other,), score=share.score, evidence=evidence,
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
) -> tuple[list[Shared], list[Shared]]:
    """Exact and near repeats of paragraphs across stories that are not copies of one another."""
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
    near = repeats.near_across(
        p, corpus.tokens, corpus.comparable[rows], corpus.comparable_keys, rows, rank,
        settings.near_paragraph, settings.max_bucket, corpus.text, kernels, spread,
    )  # fmt: skip
    return exact, near


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
