"""Findings: what was found, as rows a reader can follow, silence and undo."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import repeat
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from dedup import repeats
from dedup.boilerplate.lexicon import Match
from dedup.candidates import Spread
from dedup.columns import Marks, some
from dedup.corpus import Corpus
from dedup.duplicates import Duplicates
from dedup.finding_rows import fingerprint
from dedup.fingerprint import Bools, Paragraphs
from dedup.kernels.reference import I64
from dedup.model import NO_FIX, Finding, Fix, Problem, StoryRow
from dedup.paragraph_findings import Entry, ParagraphFinding, Said, record, sort_key
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


SHORT, DOUBLE = "INP902", "INP904"
"""The rules that a story is too short to compare, and that an id names two records."""


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


class StoryBlock(NamedTuple):
    """Findings about many stories as a whole: of each the place of what is said in ``said``."""

    stories: I64
    said: Sequence[Said]
    places: I64

    def of_rules(self, rules: Container[str]) -> StoryBlock:
        """The findings of some rules."""
        some = _of_rules(self.said, self.places, rules)
        return self._replace(stories=self.stories[some], places=self.places[some])

    def findings(self, rows: Sequence[StoryRow]) -> Iterator[Finding]:
        """The findings one by one."""
        for story, place in zip(self.stories.tolist(), self.places.tolist(), strict=True):
            said = self.said[place]
            yield of_story(said.rule, rows[story], said.message, evidence=said.evidence)


class Block(NamedTuple):
    """Findings about many paragraphs: of each the place of what is said in ``said``."""

    paragraphs: I64
    said: Sequence[Said]
    places: I64

    @classmethod
    def of(cls, paragraphs: Sequence[int] | I64, said: Sequence[Said]) -> Block:
        """What is said of each of some paragraphs."""
        return cls(np.asarray(paragraphs, np.int64), said, np.arange(len(said)))

    @classmethod
    def joined(cls, blocks: Sequence[Block]) -> Block:
        """The findings of all blocks, one after the other."""
        firsts = np.cumsum([0, *(len(block.said) for block in blocks)]).tolist()
        none = np.empty(0, np.int64)
        return cls(
            np.concatenate([none, *(block.paragraphs for block in blocks)]),
            [said for block in blocks for said in block.said],
            np.concatenate([none, *(
                block.places + first for block, first in zip(blocks, firsts, strict=False)
            )]),
        )  # fmt: skip

    def chosen(self, some: Bools) -> Block:
        """Some of the findings."""
        return self._replace(paragraphs=self.paragraphs[some], places=self.places[some])

    def among(self, paragraphs: I64, wanted: bool) -> Block:
        """The findings about some paragraphs, or about all others."""
        if not len(paragraphs):
            return self.chosen(np.full(len(self.paragraphs), not wanted))
        return self.chosen(np.isin(self.paragraphs, paragraphs) == wanted)

    def of_rules(self, rules: Container[str]) -> Block:
        """The findings of some rules."""
        return self.chosen(_of_rules(self.said, self.places, rules))


def _of_rules(said: Sequence[Said], places: I64, rules: Container[str]) -> Bools:
    """Which findings are of some rules."""
    return np.array([each.rule in rules for each in said], bool)[places]


def placed(
    corpus: Corpus, rows: Sequence[StoryRow], block: Block
) -> Iterator[ParagraphFinding]:
    """The findings of a block one by one; their columns are read at once."""
    p, chosen = corpus.paragraphs, block.paragraphs
    columns = (p.number, p.start, p.end, p.exact, p.words)
    stories = p.story[chosen].tolist()
    begins, ends = (column.tolist() for column in excerpts(p, chosen))
    texts = (bytes(corpus.buffer[i:j]) for i, j in zip(begins, ends, strict=True))
    lines: Iterable[int | None] = repeat(None, len(chosen))
    if corpus.plain:
        lines = map(corpus.line_of, stories, begins)
    yield from map(ParagraphFinding._make, zip(
        map(block.said.__getitem__, block.places.tolist()),
        map(rows.__getitem__, stories),
        *(column[chosen].tolist() for column in columns),
        map(shown, texts),
        lines,
        _sides(corpus, chosen),
        strict=True,
    ))  # fmt: skip


def excerpts(paragraphs: Paragraphs, chosen: I64) -> tuple[I64, I64]:
    """The bytes of each chosen paragraph of which some characters are shown."""
    low = paragraphs.byte_start[chosen]
    return low, np.minimum(paragraphs.byte_end[chosen], low + 4 * EXCERPT)


def _sides(corpus: Corpus, paragraphs: I64) -> Iterable[str]:
    """The side at which furniture was glued to each of the paragraphs."""
    glued = corpus.glued
    if not glued:
        return repeat("", len(paragraphs))
    return [glued[i].side if i in glued else "" for i in paragraphs.tolist()]


@lru_cache(maxsize=4096)
def shown(text: bytes) -> str:
    """What is shown of a paragraph; most are furniture, which repeats to the letter."""
    # A cut inside a character leaves bytes that are no character: they go.
    begin = str(text, "utf-8", "ignore")[: EXCERPT + 50]
    return " ".join(begin.split())[:EXCERPT]


def of_short(corpus: Corpus, shingle: int, low: int, high: int) -> StoryBlock:
    """INP902: stories too short to compare; what is said follows from two numbers of words."""
    places = low + np.flatnonzero(corpus.stories.words[low:high] < shingle)
    # The words that count are fewer than a shingle: both numbers in one.
    numbers = corpus.total_words[places] * shingle + corpus.stories.words[places]
    different, which = np.unique(numbers, return_inverse=True)
    said = [_said_of_short(*divmod(each, shingle)) for each in different.tolist()]
    return StoryBlock(places, said, which)


def _said_of_short(total: int, words: int) -> Said:
    what = "too short to compare but exactly" if words else "nothing to compare"
    aside = ", the rest is boilerplate or repeats" if total > words else ""
    evidence = {"words": total}
    return Said(SHORT, f"{what}: {words} words{aside}", evidence, RULES[SHORT].fix)


def of_doubles(
    corpus: Corpus, rows: Sequence[StoryRow], archived: Bools, low: int, high: int
) -> Iterator[Finding]:
    """INP904: ids that name two records; of archived ones nothing is said."""
    for story, first in _doubles(corpus.ids, archived, low, high):
        place = f"{corpus.paths[first]}:{corpus.lines[first]}"
        yield of_story(DOUBLE, rows[story], f"this id is also at {place}",
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


def of_boilerplate(marks: Marks) -> Block:
    """BLP301 to BLP306: paragraphs that the lexicon knows."""
    return Block(marks.paragraphs, [_said(match) for match in marks.matches], marks.codes)


def _said(match: Match) -> Said:
    """What is said of a paragraph that an entry fits."""
    evidence = {"entry": match.entry, "pattern": match.pattern}
    if match.language:
        evidence["language"] = match.language
    rule = RULES[match.rule]
    return Said(match.rule, f"{rule.summary} ({match.entry})", evidence, rule.fix)


def of_glued(
    corpus: Corpus, rows: Sequence[StoryRow], parted: Sequence[int]
) -> Iterator[ParagraphFinding]:
    """BLP301 to BLP306: phrases of the lexicon at the ends of these paragraphs."""
    p = corpus.paragraphs
    for paragraph in parted:
        story, number = int(p.story[paragraph]), int(p.number[paragraph])
        for piece in corpus.glued[paragraph].pieces:
            text = " ".join(piece.text.split())[:EXCERPT]
            yield ParagraphFinding(
                _said_at_side(piece.match, piece.side), rows[story], number, piece.start, piece.end,
                piece.exact, piece.words, text, corpus.line_of(story, piece.byte), piece.side,
            )  # fmt: skip


def _said_at_side(match: Match, side: str) -> Said:
    """What is said of a phrase that was glued to a paragraph."""
    rule = RULES[match.rule]
    safe = rule.fix.safety == "safe" and match.rule in SAFE_WHEN_GLUED
    return Said(
        match.rule, f"{rule.summary}, at the {side} of a paragraph ({match.entry})",
        {"entry": match.entry, "pattern": match.pattern, "language": match.language},
        rule.fix if safe else Fix("strip", "unsafe"),
    )  # fmt: skip


def of_furniture(corpus: Corpus, likely: Sequence[int]) -> Block:
    """BLP313: of paragraphs that look like furniture, those that nothing else has marked."""
    marked, rule = corpus.paragraphs.boilerplate, RULES["BLP313"]
    alone = [i for i in likely if not marked[i] and i not in corpus.glued]
    said = []
    for like in map(corpus.furniture.__getitem__, alone):
        because = ": " + "; ".join(like.reasons) if like.reasons else ""
        evidence = {"probability": like.probability, "reasons": list(like.reasons)}
        said.append(Said(rule.code, f"{rule.summary}{because}", evidence, rule.fix,
                         score=like.probability))  # fmt: skip
    return Block.of(alone, said)


def of_repeats(corpus: Corpus, low: int, high: int) -> Block:
    """PAR201: of the paragraphs from ``low`` to ``high``, those that their story repeats."""
    p = corpus.paragraphs
    exact = low + np.flatnonzero(p.repeat_of[low:high] >= 0)
    return Block.of(exact, [
        _said_of_repeat("PAR201", "repeats", first, 1.0) for first in p.repeat_of[exact].tolist()
    ])  # fmt: skip


def of_near_repeats(corpus: Corpus, repeats: Sequence[Near]) -> Block:
    """PAR202: paragraphs that nearly repeat an earlier one of their story."""
    numbers = corpus.paragraphs.number
    return Block.of([near.later for near in repeats], [
        _said_of_repeat("PAR202", "nearly repeats", int(numbers[near.earlier]), near.score)
        for near in repeats
    ])  # fmt: skip


def _said_of_repeat(code: str, repeats: str, first: int, score: float) -> Said:
    message = f"{repeats} paragraph {first} of this story"
    return Said(code, message, {"repeat_of": first}, RULES[code].fix, score=score)


def of_shared(code: str, corpus: Corpus, shared: Shared, cap: int) -> Block:
    """PAR203 and PAR204: paragraphs that stand (nearly) in an earlier story.

    Of one that stands in more than ``cap`` stories there is a single row, and nothing to be done:
    it would be taken out of this story and of no other.
    """
    p = corpus.paragraphs
    others = some(corpus.ids, p.story[shared.first])
    numbers = p.number[shared.first].tolist()
    columns = (others, numbers, shared.score.tolist(), shared.stories.tolist())
    return Block.of(shared.later, [
        _said_of_shared(code, *each, cap) for each in zip(*columns, strict=True)
    ])  # fmt: skip


def _said_of_shared(
    code: str, other: str, number: int, score: float, stories: int, cap: int
) -> Said:
    nearly = "" if code == "PAR203" else "nearly "
    more = f" and {stories - 2} more" if stories > 2 else ""
    evidence: dict[str, Any] = {"first_paragraph": number, "stories": stories}
    fix = RULES[code].fix
    if stories > cap:
        evidence["cap"], fix = cap, NO_FIX
        more += ", over max-bucket: noted here alone"
    message = f"{nearly}stands in {other} (paragraph {number}){more}"
    return Said(code, message, evidence, fix, (other,), score)


def precedence(corpus: Corpus) -> I64:
    """Rank of each story: archived ones first, by time, then in canonical order."""
    order = np.lexsort((np.asarray(corpus.hours, np.float64), ~corpus.archived))
    rank = np.empty(len(corpus), np.int64)
    rank[order] = np.arange(len(corpus))
    return rank


def shared_paragraphs(
    corpus: Corpus, found: Duplicates, settings: Settings, kernels: ModuleType,
    spread: Spread = map, apart: Spread = map,
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
        p, np.flatnonzero(long), rank, settings.max_bucket, corpus.archived,
        kernels.sorted_words,
    )  # fmt: skip
    rows = np.flatnonzero(
        p.content_at(corpus.comparable) & ~superfluous[p.story[corpus.comparable]]
    )
    rows = rows[repeats.different_words(p, corpus.comparable[rows], rank, kernels.sorted_words)]
    near, capped = repeats.near_across(
        p, corpus.tokens, corpus.comparable[rows], corpus.comparable_keys, rows, rank,
        settings.near_paragraph, settings.max_bucket, corpus.text, kernels, spread, apart,
        repeats.Ahead(corpus.texts_ahead, corpus.tokens_ahead),
    )  # fmt: skip
    return exact, near, capped


Ignores = Mapping[tuple[str, int, str], tuple[str, ...]]
"""Rule prefixes that a record asks to ignore, by path, line and id."""


def chosen(found: Iterable[Entry], settings: Settings, ignores: Ignores) -> list[Entry]:
    """The findings of selected rules that their record does not ask to ignore, sorted."""
    wanted = select(tuple(settings.select), tuple(settings.ignore))
    kept = [entry for entry in found if entry.rule in wanted]
    if ignores:
        nothing = ("-",)
        starts = {
            place: tuple("" if code == "ALL" else code.upper() for code in codes)
            for place, codes in ignores.items()
        }
        kept = [
            entry for entry in kept
            if not entry.rule.startswith(starts.get(record(entry), nothing))
        ]  # fmt: skip
    return sorted(kept, key=sort_key)
