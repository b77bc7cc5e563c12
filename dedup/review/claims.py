"""What a run says that a person can confirm or deny, and the question that settles each.

A claim is a finding, or a pair just below the threshold that a lower one would take. Claims that
one answer settles share their question, and questions are known by content, never by place: the
same line in a hundred stories is asked once, and a later run over the same stories asks nothing
that was answered before.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dedup.model import Finding, PairRow, StoryRow, Tables
from dedup.settings import Settings

NEAR = 0.1
"""Distance from its threshold within which a score counts as near it."""

PAIR, REPEAT, SHARED, FURNITURE = "pair", "repeat", "shared", "furniture"

ASKS = {
    **dict.fromkeys(("DUP101", "DUP102", "DUP103", "DUP104", "DUP105"), PAIR),
    **dict.fromkeys(("PAR201", "PAR202"), REPEAT),
    **dict.fromkeys(("PAR203", "PAR204"), SHARED),
    **dict.fromkeys(
        ("BLP301", "BLP302", "BLP303", "BLP304", "BLP305", "BLP306", "BLP311", "BLP312",
         "BLP313"),
        FURNITURE,
    ),
}
"""The kind of question that settles a finding of each rule. Findings of other rules speak of files
and of sizes, and are not asked about."""

YES, VERSION, NO, UNSURE = "yes", "version", "no", "unsure"

RIGHT = {"DUP104": VERSION, "DUP105": NO}
"""The answer that confirms a claim; for every rule but these it is yes."""

THRESHOLDS = {
    "DUP102": "threshold", "DUP103": "containment", "PAR202": "near_paragraph",
    "PAR204": "near_paragraph", "BLP313": "furniture_probability",
}  # fmt: skip
"""The setting that a rule's scores are held against."""

Key = tuple[str, ...]


class Spot(NamedTuple):
    """A story, and the paragraph and characters in it that a question is about, if any."""

    path: str
    line: int
    story_id: str
    paragraph: int | None = None
    start: int | None = None
    end: int | None = None


class Question(NamedTuple):
    """What is asked: a kind (PAIR, REPEAT, SHARED, FURNITURE) of one or two spots.

    ``content`` holds hashes of what is shown, sorted for a pair.
    """

    asks: str
    content: tuple[str, ...]
    spots: tuple[Spot, ...]

    @property
    def key(self) -> Key:
        """What the question is known by from run to run."""
        return (self.asks, *self.content)


class Claim(NamedTuple):
    """A thing the run says. ``finding`` is None for a pair just below the threshold.

    ``score`` is what is held against the rule's threshold, None where nothing is.
    """

    rule: str
    question: Question
    finding: Finding | None
    pair: PairRow | None
    score: float | None
    near: bool

    @property
    def right(self) -> str:
        """The answer that confirms it."""
        return RIGHT.get(self.rule, YES)


def claims(tables: Tables, settings: Settings) -> list[Claim]:
    """Every claim of a run, one for each rule and question, sorted."""
    found: dict[tuple[str, Key], Claim] = {}
    finder = _Finder(tables, settings)
    for claim in (*finder.of_findings(), *finder.below_threshold()):
        found.setdefault((claim.rule, claim.question.key), claim)
    return [found[place] for place in sorted(found)]


class _Finder:
    """Makes claims of the rows of a run."""

    def __init__(self, tables: Tables, settings: Settings) -> None:
        self._tables = tables
        self._settings = settings
        self._rows: dict[str, StoryRow] = {}
        for row in tables.stories:
            self._rows.setdefault(row.story_id, row)
        self._records = {(row.path, row.line, row.story_id): row for row in tables.stories}
        self._pairs = {(pair.a, pair.b): pair for pair in tables.pairs}

    def of_findings(self) -> Iterator[Claim]:
        for finding in self._tables.findings:
            asks = ASKS.get(finding.rule)
            question = self._question(finding, asks) if asks else None
            if question is not None:
                yield self._claim(finding, question)

    def _claim(self, finding: Finding, question: Question) -> Claim:
        pair = None
        if question.asks == PAIR:
            a, b = sorted((finding.story_id, finding.related[0]))
            pair = self._pairs.get((a, b))
        name = THRESHOLDS.get(finding.rule)
        # Pairs that another question decided stay, whatever the threshold is.
        governed = name and finding.evidence.get("decided_by", name) == name
        score = finding.score if governed else None
        near = score is not None and abs(score - getattr(self._settings, name or "")) <= NEAR
        return Claim(finding.rule, question, finding, pair, score, near)

    def below_threshold(self) -> Iterator[Claim]:
        """Pairs that lack nothing but the Jaccard score to be near-duplicates."""
        limit = self._settings.threshold
        if not any(finding.rule == "DUP102" for finding in self._tables.findings):
            return
        for pair in self._tables.pairs:
            alike = pair.decided_by == "rewritten" and pair.cosine >= self._settings.min_cosine
            if alike and limit - NEAR <= pair.jaccard < limit:
                question = _of_pair(self._rows.get(pair.a), self._rows.get(pair.b))
                if question is not None:
                    yield Claim("DUP102", question, None, pair, pair.jaccard, True)

    def _question(self, finding: Finding, asks: str) -> Question | None:
        row = self._records.get((finding.path, finding.line, finding.story_id))
        other = self._rows.get(finding.related[0]) if finding.related else None
        if row is None:
            return None
        if asks == PAIR:
            return _of_pair(row, other)
        spot = Spot(finding.path, finding.line, finding.story_id, finding.paragraph,
                    finding.start, finding.end)  # fmt: skip
        if asks == FURNITURE:
            return Question(asks, (finding.fingerprint,), (spot,))
        first = finding.evidence.get("repeat_of" if asks == REPEAT else "first_paragraph")
        holder = row if asks == REPEAT else other
        if holder is None or not isinstance(first, int):
            return None
        earlier = Spot(holder.path, holder.line, holder.story_id, first)
        return Question(asks, (finding.fingerprint, holder.key), (earlier, spot))


def _of_pair(one: StoryRow | None, other: StoryRow | None) -> Question | None:
    """The question about two stories: in the order of their ids, which tells nothing."""
    if one is None or other is None:
        return None
    rows = sorted((one, other), key=lambda row: (row.story_id, row.path, row.line))
    spots = tuple(Spot(row.path, row.line, row.story_id) for row in rows)
    return Question(PAIR, tuple(sorted(row.key for row in rows)), spots)
