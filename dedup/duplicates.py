"""From fingerprints to clusters of copies: nominate, measure, relate, order versions, cluster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dedup import candidates, cluster, comparison, containment, crowds, pairs, relate, score
from dedup.corpus import Corpus
from dedup.edges import Edges, PairColumns
from dedup.fingerprint import Bools, Trims
from dedup.kernels.equal import Runs, distinct, distinct_words, equal_runs
from dedup.kernels.reference import I64, U64
from dedup.model import PairRow
from dedup.settings import Settings
from dedup.text.matching_form import MatchingForm

if TYPE_CHECKING:
    from dedup.wire import Wire

FLOOR = 0.5
"""Jaccard score down to which LSH nominates with the recall asked for: pairs below the threshold
are measured and kept too, so that a user sees what nearly was a duplicate, and may move it. A
lower threshold lowers it."""

SAMPLES_SHARE = 4
"""Samples of shingles take one part in so many of the memory to stay within."""

RULE_OF = {relate.IDENTICAL: "DUP101", relate.DUPLICATE: "DUP102", relate.CONTAINED: "DUP103"}
"""The rule by which a story of a cluster is superfluous, by its relation to the one that stays."""

Lap = Callable[[str], None]


@dataclass(slots=True, eq=False, repr=False)
class Duplicates:
    """Which stories are copies of which, with everything measured on the way.

    ``original`` maps a story to the one with the very same content that is preferred; ``keeper``
    maps every story of a cluster, the keeper included, to its keeper. ``edge`` holds every pair
    by the numbers of its stories, the lower first. ``capped`` maps a story to the size of an
    overfull bucket it heads. ``superseded`` maps an earlier version to the latest with
    other facts, ``supersedes`` a version to the one it replaces; ``wires`` holds what wire
    practice says of the stories that were compared, ``told`` those of them of which it says
    something.
    """

    original: dict[int, int] = field(default_factory=dict)
    keeper: dict[int, int] = field(default_factory=dict)
    members: cluster.Members = field(default_factory=cluster.Members)
    edge: Edges = field(default_factory=lambda: Edges(PairColumns.of({}), ()))
    measured: int = 0
    capped: dict[int, int] = field(default_factory=dict)
    crowded: containment.Crowded = field(default_factory=containment.Crowded)
    superseded: dict[int, int] = field(default_factory=dict)
    supersedes: dict[int, int] = field(default_factory=dict)
    wires: Mapping[int, Wire] = field(default_factory=dict)
    told: Mapping[int, Wire] = field(default_factory=dict)

    def enter(
        self, wires: Mapping[int, Wire], told: Mapping[int, Wire], sources: Sequence[str]
    ) -> None:
        """Take in what wire practice says of stories that have an alike.

        ``told`` are those of them of which it says something.
        """
        self.wires, self.told = wires, told
        for story, found in told.items():
            if found.agency and found.agency.lower() in sources[story].lower():
                self.members.put(story, self.members[story]._replace(agency=True))

    def oversized(self, cap: int) -> dict[int, int]:
        """Keepers for which more than ``cap`` stories of other content would go, and how many."""
        near = Counter(
            kept for story, kept in self.keeper.items()
            if story != kept and story not in self.original
        )  # fmt: skip
        return {kept: size for kept, size in sorted(near.items()) if size > cap}

    def relation(self, story: int) -> str:
        """What a story of a cluster is to the one that stays for it."""
        kept, same = self.keeper[story], self.original.get(story, story)
        if same == kept:
            return relate.IDENTICAL
        return self.edge.relation(min(same, kept), max(same, kept))

    def relations(self, stories: Sequence[int]) -> list[str]:
        """The same of many stories, none of them its own keeper."""
        kept = np.array([self.keeper[story] for story in stories], np.int64)
        same = np.array([self.original.get(story, story) for story in stories], np.int64)
        found = np.full(len(stories), relate.IDENTICAL, object)
        apart = np.flatnonzero(same != kept)
        a, b = np.minimum(same, kept)[apart], np.maximum(same, kept)[apart]
        found[apart] = self.edge.relations(self.edge.places(a, b))
        told: list[str] = found.tolist()
        return told

    def rules(self, stories: Sequence[int]) -> list[str]:
        """The rules by which these stories are superfluous, none of them its own keeper."""
        relations = zip(stories, self.relations(stories), strict=True)
        return ["DUP101" if i in self.original else RULE_OF[relation] for i, relation in relations]

    def rule(self, story: int) -> str | None:
        """The rule by which a story of a cluster is superfluous; None for the one that stays."""
        if story == self.keeper[story]:
            return None
        return "DUP101" if story in self.original else RULE_OF[self.relation(story)]


def find(
    corpus: Corpus,
    settings: Settings,
    form: MatchingForm,
    kernels: ModuleType,
    spread: candidates.Spread = map,
    apart: candidates.Spread = map,
    lap: Lap = lambda stage: None,
) -> Duplicates:
    """All copies in a corpus; ``spread`` runs kernels, ``apart`` what reads texts, in Python.

    ``lap`` is told of each stage when it is done.
    """
    found = Duplicates(members=_members(corpus, settings))
    found.original = identical(
        found.members, corpus.stories.exact, settings.keep
    )
    known = comparison.recall(corpus)
    if known is None:
        known = _compare(corpus, found, settings, form, kernels, spread, apart, lap)
    elif len(known.alike):
        _enter_wires(corpus, found, known.alike, settings, form, kernels, apart)
    found.edge = Edges(known.pairs, corpus.ids)
    found.measured, found.capped, found.crowded = known.measured, known.capped, known.crowded
    if found.edge or found.original:
        settle(found, settings)
        copies = np.array([*found.original.items()], np.int64).reshape(-1, 2)
        same = pairs.identical(corpus, copies[:, 0], copies[:, 1], apart)
        found.edge = Edges(known.pairs.joined(same), corpus.ids)
    lap("settle")
    return found


def _compare(
    corpus: Corpus,
    found: Duplicates,
    settings: Settings,
    form: MatchingForm,
    kernels: ModuleType,
    spread: candidates.Spread,
    apart: candidates.Spread,
    lap: Lap,
) -> comparison.Compared:
    """Nominate pairs, measure and relate them."""
    different = _different(corpus, found.original, settings.shingle)
    equal = equal_runs(corpus.paragraphs.exact, sort=kernels.sorted_words)
    nominated = _nominate(corpus, different, settings, kernels, spread, found, equal)
    alike = distinct(np.concatenate([
        *candidates.unpack(nominated.pairs), np.array([*found.original.items()], np.int64).ravel()
    ]))  # fmt: skip
    lap("nominate")
    corpus.scattered()
    related = PairColumns.of({})
    if len(alike):
        # Facts take 0.1 s to import; a feed in which nothing is alike does without.
        from dedup.framing import facts_of

        trims = _enter_wires(corpus, found, alike, settings, form, kernels, apart)
        lap("practice")
        scores = _measure(corpus, nominated.pairs, settings, form, trims, equal, kernels, spread)
        lap("measure")
        facts = partial(facts_of, corpus, trims=trims, form=form, kernels=kernels, apart=apart)
        kept = pairs.worth_keeping(scores, settings.threshold)
        related = pairs.related(
            corpus, scores.take(kept), nominated.by_lsh[kept], nominated.by_containment[kept],
            settings, facts, apart,
        )  # fmt: skip
    compared = comparison.Compared(
        alike, related, len(nominated.pairs), found.capped, found.crowded
    )
    comparison.keep(corpus, compared)
    lap("relate")
    return compared


def _enter_wires(
    corpus: Corpus,
    found: Duplicates,
    alike: I64,
    settings: Settings,
    form: MatchingForm,
    kernels: ModuleType,
    apart: candidates.Spread,
) -> Trims:
    """Take in what wire practice says of these stories; gives the words that do not count."""
    from dedup.marking import read_wires

    wires, trims = read_wires(corpus, alike, form, kernels, apart)
    found.enter(wires, wires.told, corpus.sources)
    found.original = identical(found.members, corpus.stories.exact, settings.keep)
    return trims


def ranks(settings: Settings) -> dict[str, int]:
    """The place of each source in the user's order; sources that are not in it come last."""
    return {source: place for place, source in enumerate(settings.keep_sources)}


def _members(corpus: Corpus, settings: Settings) -> cluster.Members:
    """The stories as candidates to be kept, nothing known of their wires."""
    return cluster.Members(
        corpus.stories.words, corpus.hours, corpus.ids, corpus.sources, ranks(settings),
        corpus.archived,
    )  # fmt: skip


def settle(found: Duplicates, settings: Settings) -> None:
    """Order versions, then choose clusters and keepers, from the measured pairs."""
    from dedup import versions

    edge = found.edge
    updates = edge.are(relate.UPDATE)
    special = np.array([
        story for story, told in found.told.items() if versions.may_take_back(told)
    ], np.int64)  # fmt: skip
    taken_back = edge.are(*relate.ONE_STORY)
    taken_back &= np.isin(edge.columns.a, special) | np.isin(edge.columns.b, special)
    told = {
        story: versions.Version(found.wires[story], member.hours, member.words)
        for story in {story for pair in edge.pairs(updates | taken_back) for story in pair}
        for member in (found.members[story],)
    }
    changed = updates & (edge.columns.facts_changed > 0)
    found.superseded = versions.superseded(edge.pairs(changed), told)
    found.supersedes = versions.supersedes(edge.pairs(updates), told)
    for story in versions.withdrawn(edge.pairs(taken_back), told):
        found.members.put(story, found.members[story]._replace(withdrawn=True))
    found.keeper = cluster.assign(found.members, _stand_for(edge), settings.keep)
    for copy, first in found.original.items():
        found.keeper[copy] = found.keeper.setdefault(first, first)


def _stand_for(edge: Edges) -> Iterator[tuple[int, int]]:
    """Which story can stand for which: of a contained pair only the one that holds the other."""
    columns, contained = edge.columns, edge.are(relate.CONTAINED)
    for a, b in edge.pairs(edge.are(relate.DUPLICATE)):
        yield from ((a, b), (b, a))
    inside = columns.containment_a >= columns.containment_b
    yield from ((b, a) for a, b in edge.pairs(contained & inside))
    yield from edge.pairs(contained & ~inside)


def measure_pair(
    corpus: Corpus, settings: Settings, form: MatchingForm, kernels: ModuleType
) -> PairRow:
    """The two stories of a corpus of two, measured whatever they have in common."""
    if corpus.stories.words[0] and corpus.stories.exact[0] == corpus.stories.exact[1]:
        return Edges(pairs.identical(corpus, np.array([0]), np.array([1])), corpus.ids)[0, 1]
    from dedup.framing import facts_of
    from dedup.marking import read_wires

    both = np.array([1], np.uint64)
    _, trims = read_wires(corpus, np.arange(2), form, kernels)
    scores = _measure(
        corpus, both, settings, form, trims, equal_runs(corpus.paragraphs.exact), kernels
    )
    keys = corpus.stories.band_keys
    found = containment.containing_pairs(
        corpus.paragraphs, corpus.tokens, np.arange(2), settings.shingle, settings.max_bucket,
        kernels, corpus.columns,
    )  # fmt: skip
    by_lsh, by_containment = (keys[:1] == keys[1:]).any(axis=1), np.array([len(found.pairs) > 0])
    compare = partial(facts_of, corpus, trims=trims, form=form, kernels=kernels)
    columns = pairs.related(corpus, scores, by_lsh, by_containment, settings, compare)
    return Edges(columns, corpus.ids)[0, 1]


def identical(
    members: Sequence[cluster.Candidate], content: U64, keep: str
) -> dict[int, int]:
    """Stories whose content another, preferred one has too, with that one.

    ``content`` holds a number for each story, the same for the same content.
    """
    equal = equal_runs(content)
    original: dict[int, int] = {}
    for low, high in pairwise(equal.first.tolist()):
        group = equal.rows[low:high].tolist()
        longest = members[group[0]].words
        if longest:
            first = min(group, key=lambda i: cluster.preference(members[i], keep, longest))
            original.update({i: first for i in group if i != first})
    return original


def _different(corpus: Corpus, original: dict[int, int], shingle: int) -> I64:
    """Stories of a shingle at least, one of each content; shorter ones match only exactly."""
    eligible = corpus.stories.words >= shingle
    eligible[list(original)] = False
    return np.flatnonzero(eligible)


class _Nominated(NamedTuple):
    """Candidate pairs of story numbers, and by whom."""

    pairs: U64
    by_lsh: Bools
    by_containment: Bools


def _nominate(
    corpus: Corpus,
    different: I64,
    settings: Settings,
    kernels: ModuleType,
    spread: candidates.Spread,
    found: Duplicates,
    equal: Runs,
) -> _Nominated:
    sketch = partial(
        crowds.of_stories, corpus.paragraphs, corpus.tokens, settings.shingle, kernels, spread
    )
    screen = crowds.Screen(sketch, min(crowds.LEAST, settings.threshold))
    rows, found_capped = candidates.band_pairs(
        corpus.stories.band_keys, settings.max_bucket, kernels, spread, different,
        screen._replace(sketch=lambda places: sketch(different[places])),
    )  # fmt: skip
    found.capped = {int(different[head]): size for head, size in found_capped.items()}
    a, b = candidates.unpack(rows)
    by_band = (different[a].astype(np.uint64) << np.uint64(32)) | different[b].astype(np.uint64)
    by_content, found.crowded = containment.containing_pairs(
        corpus.paragraphs, corpus.tokens, different, settings.shingle, settings.max_bucket,
        kernels, corpus.columns, spread, settings.memory_bytes // SAMPLES_SHARE,
    )  # fmt: skip
    eligible = np.zeros(len(corpus), bool)
    eligible[different] = True
    own = np.zeros(len(corpus.paragraphs), bool)
    comparable = corpus.comparable[corpus.paragraphs.content_at(corpus.comparable)]
    own[comparable] = eligible[corpus.paragraphs.story[comparable]]
    by_paragraph = candidates.paragraph_pairs(
        equal.among(own), corpus.paragraphs.story, settings.max_bucket, kernels, screen
    )
    every = distinct_words(
        np.concatenate([by_band, by_paragraph, by_content]), kernels.sorted_words
    )
    return _Nominated(every, _among(every, by_band), _among(every, by_content))


def _among(values: U64, some: U64) -> Bools:
    """Which of the values are some of them; both are sorted and distinct."""
    flags = np.zeros(len(values), bool)
    flags[np.searchsorted(values, some)] = True
    return flags


def _measure(
    corpus: Corpus, nominated: U64, settings: Settings, form: MatchingForm, trims: Trims,
    equal: Runs, kernels: ModuleType, spread: candidates.Spread = map,
) -> score.Scores:  # fmt: skip
    if not len(nominated):
        return score.Scores.joined([])
    measure = partial(
        score.measure,
        paragraphs=corpus.paragraphs,
        tokens=corpus.tokens,
        idf=score.blended_idf(corpus.frequencies, len(corpus), form),
        shingle=settings.shingle,
        min_paragraph_words=settings.near_paragraph_min_words,
        common=_common(corpus, settings, equal),
        trims=trims,
        weigh=score.weigher(len(corpus)),
        kernels=kernels,
    )
    a, b = candidates.unpack(nominated)
    groups = candidates.together(a, b, corpus.total_words, candidates.TOGETHER)

    def measured(some: I64) -> score.Scores:
        corpus.stories_ahead(distinct(np.concatenate([a[some], b[some]])), tokens=True)
        return measure(a[some], b[some])

    parts = list(spread(measured, groups))
    return score.Scores.joined(parts).take(np.argsort(np.concatenate(groups)))


def _common(corpus: Corpus, settings: Settings, equal: Runs) -> Bools:
    """Paragraphs of more stories than nominate pairs; none of a story that is little else."""
    p = corpus.paragraphs
    common = np.zeros(len(p), bool)
    large = equal.chosen(equal.sizes > settings.max_bucket)
    story = p.story[large.rows]
    fresh = np.ones(len(story), bool)
    fresh[1:] = story[1:] != story[:-1]
    fresh[large.first[:-1]] = True
    stories = np.bincount(large.owner, weights=fresh, minlength=len(large.sizes))
    common[large.rows] = (stories > settings.max_bucket)[large.owner]
    some = distinct(p.story[common])
    rows, owner = p.of(some)
    rest = p.content_at(rows) & ~common[rows]
    left = np.bincount(owner[rest], weights=p.words[rows[rest]], minlength=len(some))
    common[rows[(left < settings.min_words)[owner]]] = False
    return common
