"""The sections of the page: clusters, pairs, stories, findings, each as the template wants it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dedup.model import ClusterRow, Finding, PairRow, StoryRow, Tables
from dedup.report.page.counts import Counts, Entry, Marked
from dedup.report.page.parts import Material, Paragraph
from dedup.report.page.pictures.barcode import Stripe, barcode, kind_of
from dedup.report.page.pictures.evidence import evidence
from dedup.report.page.pictures.joined import joined
from dedup.report.page.pictures.lanes import Copy, day, lanes, strip
from dedup.report.page.sample import Chosen, strength
from dedup.report.page.views import (
    ClusterView,
    EntryRow,
    FindingRow,
    Member,
    PairSection,
    Side,
    StoryLine,
    StorySection,
)
from dedup.report.page.wording import score, shown, span
from dedup.rules import RULES

_ID, _TITLE, _OUTLET, _PLACE = 48, 110, 40, 70
_MEMBERS = 40
_PARAGRAPHS, _EXCERPT = 40, 220
_MESSAGE = 160
_FACTS, _FACT = 12, 90
_SEARCHED = 400


_RANK = {"error": 0, "warning": 1, "note": 2}


class Sections:
    """Makes the sections of one run."""

    def __init__(
        self, tables: Tables, counts: Counts, chosen: Chosen, material: Material
    ) -> None:
        self._tables = tables
        self._counts = counts
        self._chosen = chosen
        self._material = material
        self._rows: dict[str, StoryRow] = {}
        for row in tables.stories:
            self._rows.setdefault(row.story_id, row)
        self._pair_numbers = {
            (pair.a, pair.b): number for number, (pair, _) in enumerate(chosen.pairs, 1)
        }

    def copies(self, members: Iterable[ClusterRow]) -> list[Copy]:
        """The members of a cluster as the pictures want them."""
        copies = []
        for member in members:
            row = self._rows.get(member.story_id)
            outlet, title = (row.source, row.title) if row else ("", "")
            hours = self._material.hours.get(member.story_id)
            copies.append(Copy(member.story_id, outlet, member.relation, hours, title))
        return copies

    def clusters(
        self, members: Mapping[str, Sequence[ClusterRow]], scores: Mapping[tuple[str, str], PairRow]
    ) -> list[ClusterView]:
        """The chosen clusters."""
        return [
            self._cluster(number, name, why, members[name], scores)
            for number, (name, why) in enumerate(self._chosen.clusters, 1)
        ]

    def _cluster(
        self, number: int, name: str, why: str, rows: Sequence[ClusterRow],
        scores: Mapping[tuple[str, str], PairRow],
    ) -> ClusterView:
        copies = self.copies(rows)
        kept_id = rows[0].kept_id
        keeper = self._side(kept_id)
        pairs = [scores[key] for key in map(_ids, rows) if key in scores]
        weakest = min(map(strength, pairs), default=1.0)
        times = [copy.hours for copy in copies if copy.hours is not None]
        hours = max(times) - min(times) if times else 0.0
        ordered = sorted(zip(copies, rows, strict=True), key=lambda both: _first_come(both[0]))
        outlets = sorted({copy.outlet for copy in copies})
        return ClusterView(
            number, shown(name, _ID), why, keeper.title or keeper.story_id, len(rows),
            len(outlets), ", ".join(shown(o, _OUTLET) for o in outlets[:12]), hours,
            _apart(hours) if times else "", weakest, score(weakest), rows[0].decided_by,
            strip(copies), lanes(f"c{number}", copies),
            tuple(self._member(row, scores) for _, row in ordered[:_MEMBERS]),
            max(0, len(rows) - _MEMBERS), _searched(keeper.title, name, *outlets[:12]),
        )  # fmt: skip

    def _member(
        self, row: ClusterRow, scores: Mapping[tuple[str, str], PairRow]
    ) -> Member:
        side = self._side(row.story_id)
        pair = scores.get(_ids(row))
        return Member(
            side.story_id, side.outlet, side.published, side.title, row.relation, side.words,
            "" if pair is None else score(strength(pair)), self._pair_numbers.get(_ids(row)),
        )  # fmt: skip

    def _side(self, story_id: str) -> Side:
        row = self._rows.get(story_id)
        if row is None:
            return Side(shown(story_id, _ID), "", "", "", 0)
        return Side(
            shown(story_id, _ID), shown(row.source, _OUTLET), shown(row.published, 32),
            shown(row.title, _TITLE), row.n_words,
        )  # fmt: skip

    def pairs(self) -> list[PairSection]:
        """The chosen pairs."""
        return [
            self._pair(number, pair, why)
            for number, (pair, why) in enumerate(self._chosen.pairs, 1)
        ]

    def _pair(self, number: int, pair: PairRow, why: str) -> PairSection:
        view = self._material.pairs.get((pair.a, pair.b))
        sides = view.sides if view else None
        a, b = self._side(pair.a), self._side(pair.b)
        facts = tuple(shown(fact, _FACT) for fact in pair.facts[:_FACTS])
        return PairSection(
            number, why, pair.relation, view.reason if view else "", pair.jaccard,
            score(pair.jaccard), a, b, _apart(pair.hours_apart),
            ", ".join(pair.nominated_by), facts,
            evidence(f"p{number}e", view.needs if view else ()),
            joined(f"p{number}j", sides) if sides else None,
            sides.rows if sides else (), sides.hidden if sides else 0,
            _searched(a.title, b.title, a.outlet, b.outlet, a.story_id, b.story_id, *facts),
        )  # fmt: skip

    def stories(self) -> list[StorySection]:
        """The chosen stories."""
        wanted = {_place_of(marked.row) for marked, _ in self._chosen.stories}
        found: dict[tuple[str, str, int], dict[int, list[str]]] = {}
        for finding in self._tables.findings:
            place = (finding.story_id, finding.path, finding.line)
            if finding.paragraph is not None and place in wanted:
                of_story = found.setdefault(place, {})
                of_story.setdefault(finding.paragraph, []).append(finding.rule)
        return [
            self._story(number, marked, why, found.get(_place_of(marked.row), {}))
            for number, (marked, why) in enumerate(self._chosen.stories, 1)
        ]

    def _story(
        self, number: int, marked: Marked, why: str, found: Mapping[int, Sequence[str]]
    ) -> StorySection:
        row = marked.row
        paragraphs = self._material.texts.get(row.story_id, ())
        lines = [self._line(n, text, found.get(n, ())) for n, text in enumerate(paragraphs)]
        stripes = [Stripe(line.words, line.kind, line.rules) for line in lines]
        side = self._side(row.story_id)
        hidden = max(0, len(lines) - _PARAGRAPHS)
        return StorySection(
            number, why, side, _where(row.path, row.line), f"{100 * marked.share:.0f}\u202f%",
            marked.share, barcode(f"s{number}", stripes) if stripes else None,
            tuple(lines[:_PARAGRAPHS]), hidden,
            " ".join(sorted({line.kind for line in lines})),
            _searched(side.title, side.story_id, side.outlet),
        )  # fmt: skip

    def _line(self, number: int, paragraph: Paragraph, rules: Sequence[str]) -> StoryLine:
        distinct = tuple(dict.fromkeys(rules))
        text = shown(paragraph.text, _EXCERPT)
        return StoryLine(number, kind_of(distinct), distinct, paragraph.words, text)

    def findings(self) -> list[FindingRow]:
        """The chosen findings."""
        return [self._finding(finding) for finding in self._chosen.findings]

    def _finding(self, finding: Finding) -> FindingRow:
        rule = RULES.get(finding.rule)
        excerpt = shown(str(finding.evidence.get("text", "")), _MESSAGE)
        message = shown(finding.message, _MESSAGE)
        fix = f"{finding.fix.action} ({finding.fix.safety})" if finding.fix.safety != "none" else ""
        place = _where(finding.path, finding.line)
        if finding.paragraph is not None:
            place += f", paragraph {finding.paragraph}"
        story_id, outlet = shown(finding.story_id, _ID), shown(finding.source, _OUTLET)
        return FindingRow(
            finding.rule, rule.name if rule else "", finding.level, _RANK.get(finding.level, 3),
            message, excerpt, story_id, outlet, place, finding.score,
            "" if finding.score is None else score(finding.score), fix, finding.new,
            _searched(message, excerpt, story_id, outlet, finding.rule),
        )  # fmt: skip

    def entries(self, limit: int) -> list[EntryRow]:
        """The lines of boilerplate, those in the most stories first."""
        ranked = sorted(
            self._counts.entries.values(), key=lambda e: (-e.findings, e.rule, e.name)
        )
        return [self._entry(entry) for entry in ranked[:limit]]

    def _entry(self, entry: Entry) -> EntryRow:
        learned = entry.rule.startswith("BLP31")
        # A finding of the model, or a redacted one, has no line to be named after.
        name = RULES[entry.rule].summary if entry.name == entry.rule else shown(entry.name, 80)
        pattern = "" if learned else shown(entry.pattern, 160)
        examples = tuple(shown(text, 140) for text in entry.examples if text)
        outlets = [shown(outlet, _OUTLET) for outlet in sorted(entry.outlets) if outlet]
        dated = entry.first <= entry.last
        return EntryRow(
            entry.rule, name, pattern, entry.findings, entry.stories, len(entry.outlets),
            ", ".join(outlets[:3]), entry.words, day(entry.first) if dated else "",
            day(entry.last) if dated else "", examples,
            tuple(shown(reason, 80) for reason in entry.because[:6]),
            _searched(name, pattern, entry.rule, *examples, *outlets[:3]),
        )  # fmt: skip


def _apart(hours: float | None) -> str:
    """A stretch of time in words; empty for none, and for none that is known."""
    return span(hours) if hours else ""


def _ids(row: ClusterRow) -> tuple[str, str]:
    low, high = sorted((row.story_id, row.kept_id))
    return low, high


def _first_come(copy: Copy) -> tuple[float, str]:
    return (float("inf") if copy.hours is None else copy.hours), copy.story_id


def _place_of(row: StoryRow) -> tuple[str, str, int]:
    return row.story_id, row.path, row.line


def _where(path: str, line: int) -> str:
    """File and line; of a long path the end, which tells files apart."""
    name = path if len(path) <= _PLACE else "…" + path[1 - _PLACE :]
    return f"{shown(name, _PLACE + 1)}:{max(line, 1)}" if path else ""


def _searched(*parts: str) -> str:
    """What the search looks in: lower case, no longer than it is useful."""
    return shown(" ".join(parts), _SEARCHED).lower()
