"""The lines of a slice's tables, made of its columns: what many rows share is JSON once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from itertools import pairwise
from types import ModuleType
from typing import NamedTuple, Self

import numpy as np
import orjson

from dedup.api.pieces import Pieces, Unwritable, decimals, escaped, hexadecimal, joined
from dedup.corpus import Corpus
from dedup.finding_rows import hash_fingerprint, paragraph_rows
from dedup.findings import Block, StoryBlock, excerpts, shown
from dedup.kernels.reference import I64, U64
from dedup.model import Fix
from dedup.paragraph_findings import Said, rows_of
from dedup.report import Tally
from dedup.rules import RULES
from dedup.slices import Sheet
from dedup.store import Lines, lines
from dedup.story_rows import ALONE, UNREAD


class Made(NamedTuple):
    """The lines of three tables of a slice, by name, and the tally of its findings."""

    tables: Mapping[str, Lines]
    tally: Tally


def made(sheet: Sheet, corpus: Corpus, kernels: ModuleType) -> Made | None:
    """The lines of a slice; None where a text has no UTF-8, and rows are to be written."""
    try:
        return _Slice(sheet, corpus, kernels).made()
    except Unwritable:
        return None


class _Told(NamedTuple):
    """What is said in the findings of a block: before, in and behind what is their paragraph's."""

    heads: Pieces
    evidence: Pieces
    fixes: Pieces
    rules: Pieces

    @classmethod
    def of(cls, block: Block | StoryBlock) -> Self:
        """The pieces of every finding."""
        told = [_told(said) for said in block.said]
        columns = (Pieces.of([pieces[number] for pieces in told]) for number in range(4))
        return cls(*(column.take(block.places) for column in columns))


class _Slice:
    """A slice, the columns of its stories ready to be told of in several tables."""

    def __init__(self, sheet: Sheet, corpus: Corpus, kernels: ModuleType) -> None:
        self.sheet, self.corpus, self.kernels = sheet, corpus, kernels
        self.rows = sheet.rows
        self.apart = rows_of(sheet.entries)
        self.low, self.count = self.rows.low, self.rows.high - self.rows.low
        own = np.arange(self.rows.low, self.rows.high)
        self.ids, self.sources, self.paths = (
            escaped(strings, own, kernels)
            for strings in (corpus.ids, corpus.sources, corpus.paths)
        )
        self.own = own
        self.lines = decimals(corpus.lines[own])

    def made(self) -> Made:
        """The lines and the tally."""
        block, short = self.sheet.block, self.sheet.short
        told = _Told.of(block)
        order = self._order(block, short)
        apart = Pieces.of([*lines("findings", self.apart)])
        found = self._findings(block, told), self._findings_of_stories(short), apart
        spans = self._paragraphs(block, told), _nothing(len(short.stories)), self._spans_apart()
        stories = self._stories()
        return Made(
            {
                "stories": Lines(stories.buffer.data, len(stories)),
                "findings": self._sorted(found, order),
                "paragraphs": self._sorted(spans, order),
            },
            Tally.of(self.apart).plus(_tally(block)).plus(_tally(short)),
        )

    def _sorted(self, parts: Sequence[Pieces], order: I64) -> Lines:
        """Lines of some buffers in an order; those without a byte are no rows."""
        before = np.cumsum([0, *(len(part.buffer) for part in parts)]).tolist()
        starts = np.concatenate([
            part.starts + first for part, first in zip(parts, before, strict=False)
        ])[order]  # fmt: skip
        lengths = np.concatenate([part.lengths for part in parts])[order]
        pool = np.concatenate([part.buffer for part in parts])
        text = self.kernels.gathered(pool, starts, lengths)
        return Lines(text.data, int(np.count_nonzero(lengths)))

    def _order(self, block: Block, short: StoryBlock) -> I64:
        """The order of the findings, in that of the tables: by story, place in it, what is said.

        Counted are those of the first block, of the other, and those in neither.
        """
        p = self.corpus.paragraphs
        said = [(each.rule, each.message) for each in (*block.said, *short.said)]
        said += [(row.rule, row.message) for row in self.apart]
        rank = {each: number for number, each in enumerate(sorted(set(said)))}
        ranks = np.array([rank[each] for each in said], np.int64)
        story, number, outside = self.sheet.order
        own, others, last = np.split(ranks, np.cumsum([len(block.said), len(short.said)]))
        # These sort by what is no part of the key here, and they are sorted already.
        last[outside] = np.arange(np.count_nonzero(outside))
        return np.lexsort((
            np.concatenate([own[block.places], others[short.places], last]),
            np.concatenate([
                p.number[block.paragraphs], np.full(len(short.stories), -1), number
            ]),
            np.concatenate([p.story[block.paragraphs], short.stories, story]),
        ))  # fmt: skip

    @cached_property
    def _records(self) -> Pieces:
        """Which record each story is, as findings tell."""
        return joined((
            b'"story_id":"', self.ids, b'","source":"', self.sources, b'","path":"', self.paths,
            b'","line":', self.lines, b',"paragraph":',
        ), self.count, self.kernels)  # fmt: skip

    def _findings(self, block: Block, told: _Told) -> Pieces:
        p, rows = self.corpus.paragraphs, block.paragraphs
        story = p.story[rows] - self.low
        return joined((
            told.heads, self._records.take(story), decimals(p.number[rows]), b',"start":',
            decimals(p.start[rows]), b',"end":', decimals(p.end[rows]), self._clusters.take(story),
            told.evidence, b',"text":', self._texts(rows), b',"words":', decimals(p.words[rows]),
            told.fixes, _fingerprints(block, p.exact[rows]), b'","new":true}\n',
        ), len(rows), self.kernels)  # fmt: skip

    def _findings_of_stories(self, short: StoryBlock) -> Pieces:
        told, story = _Told.of(short), short.stories - self.low
        return joined((
            told.heads, self._records.take(story), b'null,"start":null,"end":null',
            self._clusters.take(story), told.evidence, told.fixes,
            _fingerprints(short, self.corpus.keys[short.stories]), b'","new":true}\n',
        ), len(story), self.kernels)  # fmt: skip

    def _texts(self, paragraphs: I64) -> Pieces:
        """What is shown of each paragraph; most are furniture, which repeats to the letter."""
        low, high = excerpts(self.corpus.paragraphs, paragraphs)
        buffer = np.frombuffer(self.corpus.buffer, np.uint8)
        every = self.kernels.gathered(buffer, low, high - low).tobytes()
        ends = np.cumsum(high - low).tolist()
        known: dict[bytes, int] = {}
        places = [known.setdefault(every[i:j], len(known)) for i, j in pairwise([0, *ends])]
        texts = Pieces.of([orjson.dumps(shown(text)) for text in known])
        return texts.take(np.array(places, np.int64))

    def _paragraphs(self, block: Block, told: _Told) -> Pieces:
        p, rows = self.corpus.paragraphs, block.paragraphs
        return joined((
            b'{"story_id":"', self.ids.take(p.story[rows] - self.low), b'","paragraph":',
            decimals(p.number[rows]), b',"start":', decimals(p.start[rows]), b',"end":',
            decimals(p.end[rows]), b',"rule":"', told.rules, b'"}\n',
        ), len(rows), self.kernels)  # fmt: skip

    def _spans_apart(self) -> Pieces:
        """The rows of findings about paragraphs that no block has; of others there are none."""
        found = [b""] * len(self.apart)
        of = [i for i, row in enumerate(self.apart) if row.paragraph is not None]
        rows = paragraph_rows(self.apart[i] for i in of)
        for i, line in zip(of, lines("paragraphs", rows), strict=True):
            found[i] = line
        return Pieces.of(found)

    @cached_property
    def _standings(self) -> Pieces:
        """What the tables tell of each story's cluster: in findings only which one it is."""
        return self._special(ALONE, self.rows.standings)

    @cached_property
    def _clusters(self) -> Pieces:
        clustered = self.rows.standings.items()
        return self._special(
            _Cluster(None), {story: _Cluster(told.cluster_id) for story, told in clustered}
        )

    def _special(self, usual: NamedTuple, others: Mapping[int, NamedTuple]) -> Pieces:
        """Columns of each story as JSON, where few of them differ from the usual ones."""
        told = Pieces.of([_columns(usual), *map(_columns, others.values())])
        places = np.zeros(self.count, np.int64)
        places[np.fromiter(others, np.int64, len(others)) - self.low] = np.arange(1, len(told))
        return told.take(places)

    def _stories(self) -> Pieces:
        corpus, own, kernels = self.corpus, self.own, self.kernels
        return joined((
            b'{"story_id":"', self.ids, b'","source":"', self.sources, b'","published":"',
            escaped(corpus.published, own, kernels), b'","title":"',
            escaped(corpus.titles, own, kernels), b'","path":"', self.paths, b'","line":',
            self.lines, b',"n_words":', decimals(corpus.stories.words[own]), self._standings,
            b',"content":"', hexadecimal(corpus.stories.exact[own]), b'","total_words":',
            decimals(corpus.total_words[own]), b',"ignore":[]',
            self._special(UNREAD, self.rows.practices()), b',"key":"',
            hexadecimal(corpus.keys[own]), b'"}\n',
        ), self.count, kernels)  # fmt: skip


def _tally(block: Block | StoryBlock) -> Tally:
    levels: Counter[str] = Counter()
    counts = np.bincount(block.places, minlength=len(block.said)).tolist()
    for said, count in zip(block.said, counts, strict=True):
        levels[RULES[said.rule].level] += count
    return Tally(+levels, len(block.places))


def _nothing(rows: int) -> Pieces:
    """Pieces without a byte."""
    return Pieces(np.empty(0, np.uint8), np.zeros(rows, np.int64), np.zeros(rows, np.int64))


class _Cluster(NamedTuple):
    cluster_id: str | None


def _columns(row: NamedTuple) -> bytes:
    """The columns of a row as they stand behind others in a line."""
    return b"," + _json(row._asdict())[1:-1]


def _json(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except orjson.JSONEncodeError as error:
        raise Unwritable from error


def _told(said: Said) -> tuple[bytes, bytes, bytes, bytes]:
    """The pieces of :class:`_Told`. The last keys of the evidence are those of the paragraph."""
    code, message, evidence, fix, related, score = said
    begin, rule = _begun(code)
    return (
        b"%b%b," % (begin, _json(message)),
        b',"kept_id":null,"related":%b,"score":%b,"evidence":%b' % (
            _json(related), _json(score),
            orjson.dumps(evidence, option=orjson.OPT_SORT_KEYS)[:-1],
        ),
        _fixed(fix),
        rule,
    )  # fmt: skip


@cache
def _begun(code: str) -> tuple[bytes, bytes]:
    """How the lines of a rule begin, and its name."""
    rule = code.encode()
    return b'{"rule":"%b","level":"%b","message":' % (rule, RULES[code].level.encode()), rule


@cache
def _fixed(fix: Fix) -> bytes:
    """What stands behind the evidence; there are a handful of fixes."""
    return b'},"fix":%b,"fingerprint":"' % _json(fix._asdict())


def _fingerprints(block: Block | StoryBlock, exact: U64) -> Pieces:
    rules = [said.rule for said in block.said]
    known = zip(map(rules.__getitem__, block.places.tolist()), exact.tolist(), strict=True)
    found = "".join([hash_fingerprint(rule, content) for rule, content in known])
    size = np.full(len(exact), 16)
    return Pieces(np.frombuffer(found.encode(), np.uint8), np.arange(len(exact)) * 16, size)
