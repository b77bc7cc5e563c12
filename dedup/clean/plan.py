"""From findings to what shall be done with each story: nothing, stripped, or dropped.

The plan is made once, from the findings alone; nothing is read or written here. Where following a
finding would lose a story for good (its keeper is not in the corpus, or is dropped itself), the
story stays and the plan says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dedup.model import Finding, Tables


class Key(NamedTuple):
    """Which record is meant: ids alone can occur twice."""

    path: str
    line: int
    story_id: str


class Strip(NamedTuple):
    """A paragraph to take out: trimmed characters ``start`` to ``end`` of the text as read.

    ``words`` is how many words that is, as the finding says; 0 where it does not say. ``glued`` is
    set for a part of a paragraph: the ``head`` or ``tail`` of it, or the ``middle``.
    """

    start: int
    end: int
    paragraph: int | None
    rules: tuple[str, ...]
    kept_id: str | None
    cluster_id: str | None
    score: float | None
    evidence: Mapping[str, Any]
    words: int = 0
    glued: str = ""


class Drop(NamedTuple):
    """A story to leave out; ``kept_id`` is the story that stays for it.

    ``copy_of`` is the story the finding named, which may itself have gone for ``kept_id``.
    """

    rules: tuple[str, ...]
    kept_id: str
    copy_of: str
    cluster_id: str | None
    score: float | None
    evidence: Mapping[str, Any]


class Held(NamedTuple):
    """A fix that is not applied because something would be lost for good."""

    key: Key
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, by record. A record is dropped or stripped, never both."""

    drops: Mapping[Key, Drop] = field(default_factory=dict)
    strips: Mapping[Key, tuple[Strip, ...]] = field(default_factory=dict)
    held: tuple[Held, ...] = ()

    def __len__(self) -> int:
        return len(self.drops) + len(self.strips)

    def records(self) -> Iterator[Key]:
        """Every record something is done with."""
        yield from self.drops
        yield from self.strips


def plan(
    tables: Tables, *, unsafe: bool = False, select: frozenset[str] | None = None
) -> Plan:
    """The actions that the findings of a run ask for.

    Safe fixes only, unless ``unsafe``; only the rules in ``select``, unless None. A story is
    dropped only for a story of the same run that stays, followed through chains of copies. Several
    rules on one paragraph make one strip that names them all.
    """
    wanted = [f for f in tables.findings if _applies(f, unsafe, select)]
    corpus = _Corpus.of(tables, wanted)
    held: list[Held] = []
    drops = _plan_drops([f for f in wanted if f.fix.action == "drop"], corpus, held)
    strips = _plan_strips([f for f in wanted if f.fix.action == "strip"], drops, corpus, held)
    return Plan(drops, strips, tuple(sorted(set(held))))


def _applies(finding: Finding, unsafe: bool, select: frozenset[str] | None) -> bool:
    if finding.fix.action not in ("drop", "strip") or finding.fix.safety == "none":
        return False
    if finding.fix.action == "strip" and (finding.start is None or finding.end is None):
        return False
    chosen = select is None or finding.rule in select
    return chosen and (unsafe or finding.fix.safety == "safe")


def _key(finding: Finding) -> Key:
    return Key(finding.path, finding.line, finding.story_id)


@dataclass(frozen=True, slots=True)
class _Corpus:
    """Records by id, for the ids the findings speak of; and the keys that name two records."""

    records: Mapping[str, tuple[Key, ...]]
    ambiguous: frozenset[Key]

    @classmethod
    def of(cls, tables: Tables, findings: Iterable[Finding]) -> _Corpus:
        ids: set[str] = set()
        for finding in findings:
            ids.add(finding.story_id)
            if finding.kept_id is not None:
                ids.add(finding.kept_id)
        seen = Counter(
            Key(row.path, row.line, row.story_id) for row in tables.stories if row.story_id in ids
        )
        records: dict[str, list[Key]] = {}
        for key in sorted(seen):
            records.setdefault(key.story_id, []).append(key)
        return cls(
            {story_id: tuple(keys) for story_id, keys in records.items()},
            frozenset(key for key, count in seen.items() if count > 1),
        )

    def others(self, story_id: str | None, key: Key) -> tuple[Key, ...]:
        """The records of that id, ``key`` itself left out."""
        if story_id is None:
            return ()
        return tuple(other for other in self.records.get(story_id, ()) if other != key)


def _plan_drops(
    findings: Iterable[Finding], corpus: _Corpus, held: list[Held]
) -> dict[Key, Drop]:
    asked: dict[Key, list[Finding]] = {}
    # A safe fix decides before an unsafe one: DUP101 names a keeper with the very same text.
    in_turn = sorted(findings, key=lambda f: (f.fix.safety != "safe", f.rule, f.kept_id or ""))
    for finding in in_turn:
        asked.setdefault(_key(finding), []).append(finding)
    named_by = {key: group[0].kept_id for key, group in asked.items()}
    circles = _circles(named_by, corpus)
    targets = {key: kept for key, kept in named_by.items() if key not in circles}
    drops: dict[Key, Drop] = {}
    for key, group in asked.items():
        first = group[0]
        if key in corpus.ambiguous:
            held.append(Held(key, first.rule, "two records share this id and place"))
            continue
        if key in circles:
            held.append(Held(key, first.rule, "this story and the one that stays name one another"))
            continue
        keeper = _keeper(key, targets, corpus)
        if keeper is None:
            held.append(Held(key, first.rule, "no story that stays would stand for it"))
            continue
        rules = tuple(dict.fromkeys(f.rule for f in group))
        named = first.kept_id or keeper
        drops[key] = Drop(rules, keeper, named, first.cluster_id, first.score, first.evidence)
    return drops


def _circles(targets: Mapping[Key, str | None], corpus: _Corpus) -> set[Key]:
    """Records whose chain of copies comes back to themselves: they stay, and end other chains.

    A story can be the earlier version (DUP104) of one that is nearly its copy's copy (DUP102).
    """
    found: set[Key] = set()
    walked: set[Key] = set()
    for key in targets:
        path: dict[Key, int] = {}
        at: Key | None = key
        while at is not None and at not in walked and at not in path:
            path[at] = len(path)
            at = _next(at, targets, corpus)
        if at in path:
            found.update(list(path)[path[at]:])
        walked.update(path)
    return found


def _next(key: Key, targets: Mapping[Key, str | None], corpus: _Corpus) -> Key | None:
    """The record that should go too of which this one is a copy; None where the chain ends."""
    others = corpus.others(targets[key], key)
    return others[0] if others and all(other in targets for other in others) else None


def _keeper(key: Key, targets: Mapping[Key, str | None], corpus: _Corpus) -> str | None:
    """Id of the story at the end of the chain of copies; None if it is not in the corpus.

    There are no circles any more.
    """
    at: Key | None = key
    while at is not None:
        key, at = at, _next(at, targets, corpus)
    others = corpus.others(targets[key], key)
    return next((other.story_id for other in others if other not in targets), None)


def _plan_strips(
    findings: list[Finding], drops: Mapping[Key, Drop], corpus: _Corpus, held: list[Held]
) -> dict[Key, tuple[Strip, ...]]:
    copies = _Copies.of(findings, drops, corpus)
    strips: dict[Key, list[Strip]] = {}
    for finding in findings:
        key = _key(finding)
        if key in drops:
            continue
        if key in corpus.ambiguous:
            held.append(Held(key, finding.rule, "two records share this id and place"))
        elif copies.lost(finding):
            held.append(Held(key, finding.rule, "the story that holds the other copy goes"))
        else:
            strips.setdefault(key, []).append(_strip(finding))
    return {key: _merged(group) for key, group in sorted(strips.items())}


def _strip(finding: Finding) -> Strip:
    return Strip(
        finding.start or 0,
        finding.end or 0,
        finding.paragraph,
        (finding.rule,),
        finding.kept_id,
        finding.cluster_id,
        finding.score,
        finding.evidence,
        int(finding.evidence.get("words", 0)),
        str(finding.evidence.get("glued", "")),
    )


@dataclass(frozen=True, slots=True)
class _Copies:
    """Whether a paragraph that goes from one story still stands in another."""

    drops: Mapping[Key, Drop]
    corpus: _Corpus
    stripped: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, findings: Iterable[Finding], drops: Mapping[Key, Drop], corpus: _Corpus) -> _Copies:
        stripped = {
            (f.fingerprint, f.story_id): f.kept_id
            for f in findings
            if f.kept_id is not None and f.kept_id != f.story_id
        }
        return cls(drops, corpus, stripped)

    def lost(self, finding: Finding) -> bool:
        """Whether no kept story would hold this paragraph; False if none was said to hold it."""
        holder, seen = finding.kept_id, {finding.story_id}
        if holder is None or holder == finding.story_id:
            return False
        while holder is not None and holder not in seen:
            seen.add(holder)
            keys = self.corpus.records.get(holder, ())
            if any(key not in self.drops for key in keys):
                further = self.stripped.get((finding.fingerprint, holder))
                if further is None:
                    return False
                holder = further
            else:
                holder = self._twin(keys)
        return True

    def _twin(self, keys: tuple[Key, ...]) -> str | None:
        """The story a dropped one is a copy of, if that holds the very same text."""
        for key in keys:
            if "DUP101" in self.drops[key].rules:
                return self.drops[key].copy_of
        return None


def _merged(strips: list[Strip]) -> tuple[Strip, ...]:
    """One strip for each stretch of text, naming every rule; sorted, and apart."""
    merged: list[Strip] = []
    for strip in sorted(strips, key=lambda s: (s.start, -s.end, s.rules)):
        if merged and strip.start < merged[-1].end:
            last = merged[-1]
            rules = tuple(dict.fromkeys(last.rules + strip.rules))
            merged[-1] = last._replace(
                end=max(last.end, strip.end),
                rules=rules,
                kept_id=last.kept_id if last.kept_id is not None else strip.kept_id,
                score=last.score if last.score is not None else strip.score,
                words=max(last.words, strip.words),
                glued=last.glued if last.end >= strip.end else _joint(last.glued, strip.glued),
            )
        else:
            merged.append(strip)
    return tuple(merged)


def _joint(earlier: str, later: str) -> str:
    """Which part of a paragraph two parts are that overlap, by where it goes on."""
    before, behind = earlier in ("tail", "middle"), later in ("head", "middle")
    return "middle" if before and behind else "tail" if before else "head" if behind else ""
