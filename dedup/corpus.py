"""The corpus: all stories of a run, read through; and how a batch of them is read through.

:mod:`dedup.assembly` makes the one of the other. Columns may be mapped files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dedup import repeats
from dedup.boilerplate.furniture.features import Stories
from dedup.boilerplate.furniture.scorer import Likeness, Scorer
from dedup.boilerplate.lexicon import MAX_WORDS, Match
from dedup.boilerplate.nominate import Nominator
from dedup.columns import Columns, Marks, Memory, joined
from dedup.fingerprint import (
    Bools,
    Paragraphs,
    Segmented,
    Sketch,
    StoryPrints,
    paragraph_signatures,
    read_through,
    story_prints,
)
from dedup.kernels.reference import I64, U32, U64
from dedup.model import Problem, StoryBatch
from dedup.parting import Parting, part_batch
from dedup.repeats import Near
from dedup.settings import Settings
from dedup.text.dates import hours
from dedup.text.matching_form import MatchingForm

if TYPE_CHECKING:
    from dedup.boilerplate.learned.learned import Learned

Floats = npt.NDArray[np.float64]

_TOKENS = "tokens", "sorted.tokens"
"""The column of tokens: as they came, if stories came in order, or in the order of stories."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
"""What editors and CI annotations count as the end of a line."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Reader:
    """What is needed to read a batch through: settings, tables and kernels."""

    settings: Settings
    form: MatchingForm
    nominator: Nominator
    sketch: Sketch
    kernels: ModuleType
    furniture: Scorer | None = None
    """Asked about paragraphs that the lexicon does not know; None when nobody wants to know."""


@dataclass(slots=True, eq=False, repr=False)
class BatchPrints:
    """A batch read through, with everything that can be found in its stories one by one."""

    batch: StoryBatch
    segmented: Segmented
    stories: StoryPrints
    hours: Floats
    """When each story was published."""
    terms: I64
    """Terms that stand in these stories, ascending, and in how many of them: ``frequencies``."""
    frequencies: I64
    comparable: I64
    """Paragraphs that may have near repeats in other stories."""
    comparable_keys: U32
    marks: dict[int, Match]
    glued: dict[int, Parting]
    total_words: I64
    """Words of each story, furniture and repeats too."""
    near: list[Near]
    furniture: dict[int, Likeness]
    digest: str
    """What the batch is known by."""


STRINGS = ("ids", "titles", "sources", "published", "paths")
"""The columns of strings of a batch, and of a corpus."""


def digest(batch: StoryBatch) -> str:
    """What a batch is known by: equal for the same stories and problems in the same order."""
    known = blake2b(batch.text, digest_size=16)
    for name in STRINGS:
        together, lengths = joined(getattr(batch, name))
        known.update(together)
        known.update(lengths.tobytes())
    for numbers in (batch.offsets, batch.body_starts, batch.lines):
        known.update(np.array(numbers, np.int64).tobytes())
    rest = sorted(batch.ignores.items()), sorted(batch.plain), batch.problems
    known.update(json.dumps(rest).encode())
    return known.hexdigest()


def print_batch(batch: StoryBatch, reader: Reader) -> BatchPrints:
    """Read a batch through: segment, tokenise, mark boilerplate and repeats, fingerprint."""
    settings, kernels = reader.settings, reader.kernels
    segmented = read_through(batch.text, batch.offsets, batch.body_starts, reader.form, kernels)
    paragraphs = segmented.paragraphs
    total = np.bincount(paragraphs.story, weights=paragraphs.words, minlength=len(batch))

    starts, ends = paragraphs.byte_start, paragraphs.byte_end

    def text_of(paragraph: int) -> bytes:
        return batch.text[starts.item(paragraph) : ends.item(paragraph)]

    marked, matches = reader.nominator.marks(
        segmented.tokens, paragraphs.token_start, paragraphs.words, MAX_WORDS, text_of, kernels
    )
    paragraphs.boilerplate[marked] = True
    glued, wholes = part_batch(batch, segmented, reader.nominator, reader.form, kernels)
    paragraphs.boilerplate[list(wholes)] = True
    tokens = segmented.tokens
    paragraphs.repeat_of[:] = repeats.exact_in_story(paragraphs, settings.min_paragraph_words)
    signature = paragraph_signatures(segmented, reader.sketch, kernels)
    near = repeats.near_in_story(
        paragraphs,
        tokens,
        signature,
        reader.sketch,
        settings.near_paragraph_min_words,
        settings.near_paragraph,
        settings.max_bucket,
        lambda paragraph: text_of(paragraph).decode(),
        kernels,
    )
    comparable = np.flatnonzero(
        paragraphs.content & (paragraphs.words >= settings.near_paragraph_min_words)
    )
    bounds = segmented.token_first
    frequencies = kernels.document_frequencies(tokens, bounds[:-1], bounds[1:])
    terms = np.flatnonzero(frequencies > 0)
    return BatchPrints(
        batch,
        segmented,
        story_prints(segmented, signature, reader.sketch, kernels),
        _hours(batch.published),
        terms,
        frequencies[terms].astype(np.int64),
        comparable,
        kernels.band_keys(
            signature[comparable], reader.sketch.paragraph_bands, reader.sketch.paragraph_rows
        ),
        dict(zip(marked, matches, strict=True)) | wholes,
        glued,
        total.astype(np.int64),
        near,
        _furniture(batch, segmented, reader, text_of),
        digest(batch),
    )


def print_apart(batch: StoryBatch, reader: Reader) -> BatchPrints:
    """The same without the batch, which need not travel back to who has it."""
    prints = print_batch(batch, reader)
    prints.batch = StoryBatch()
    return prints


def _furniture(
    batch: StoryBatch, segmented: Segmented, reader: Reader, text_of: Callable[[int], bytes]
) -> dict[int, Likeness]:
    """What the model takes for furniture, lines that the user keeps left out."""
    if reader.furniture is None:
        return {}
    keeps, least = reader.nominator.lexicon.keeps, reader.settings.furniture_probability
    paragraphs = segmented.paragraphs
    stories = Stories(
        buffer=np.frombuffer(batch.text, np.uint8),
        byte_start=paragraphs.byte_start,
        byte_end=paragraphs.byte_end,
        characters=paragraphs.end - paragraphs.start,
        tokens=segmented.tokens,
        token_start=paragraphs.token_start,
        words=paragraphs.words,
        exact=paragraphs.exact,
        first=segmented.paragraph_first,
        marked=paragraphs.boilerplate,
    )
    likely = reader.furniture.likely(stories, least)
    return {i: like for i, like in likely.items() if not keeps(text_of(i).decode())}


def _hours(published: Sequence[str]) -> Floats:
    """Publication hours; feeds repeat their dates, so each spelling is parsed once."""
    known = {text: hours(text) for text in set(published)}
    return np.array([known[text] for text in published], np.float64)


@dataclass(slots=True, eq=False, repr=False)
class Corpus:
    """All stories and paragraphs of a run, in canonical order.

    Columns may be mapped files; only ``paragraphs.boilerplate``, ``paragraphs.repeat_of`` and what
    ``stories`` holds are ever written to.
    """

    ids: Sequence[str]
    titles: Sequence[str]
    sources: Sequence[str]
    published: Sequence[str]
    paths: Sequence[str]
    lines: I64
    hours: Floats
    ignores: dict[int, tuple[str, ...]]
    plain: set[int]
    stories: StoryPrints
    keys: U64
    """Exact hash of each story before anything was learned: what is learned depends on the other
    stories, and a story's findings are to be known again among others."""
    total_words: I64
    paragraphs: Paragraphs
    tokens: U32
    frequencies: npt.NDArray[np.int32]
    comparable: I64
    """Paragraphs that may have near repeats in other stories, if they still are content."""
    comparable_keys: U32
    marks: Marks
    glued: dict[int, Parting]
    """What was glued to paragraphs; their columns are those of what is left."""
    near: list[Near]
    buffer: memoryview
    """The text of all stories in UTF-8, as they were read."""
    story_bytes: I64
    """Where each story begins in the buffer."""
    columns: Columns
    problems: list[Problem] = field(default_factory=list)
    learned: list[Learned] = field(default_factory=list)
    """What was learned of the outlets; its paragraphs are marked as boilerplate."""
    furniture: dict[int, Likeness] = field(default_factory=dict)
    """What the model takes for furniture; it may have been marked since."""
    against: frozenset[str] = frozenset()
    """Paths of the files whose stories others are compared with: see ``dedup.archive``."""

    @classmethod
    def empty(cls, problems: list[Problem]) -> Corpus:
        """No stories, but what could not be read."""
        none = np.empty(0, np.int64)
        hashes = np.empty(0, np.uint64)
        flags = np.empty(0, bool)
        return cls(
            [], [], [], [], [], none, np.empty(0), {}, set(),
            StoryPrints(none, hashes, np.empty((0, 0), np.uint32)), hashes, none,
            Paragraphs(none, none, none, none, none, none, none, none, hashes, hashes, flags, none),
            np.empty(0, np.uint32), np.empty(0, np.int32), none, np.empty((0, 0), np.uint32),
            Marks(none, none, ()), {}, [], memoryview(b""), none, Memory(), problems,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def archived(self) -> Bools:
        """Which stories are compared with and not reported on."""
        if not self.against:
            return np.zeros(len(self), bool)
        return np.array([path in self.against for path in self.paths], bool)

    def line_of(self, story: int, byte: int) -> int | None:
        """The line of a file that is a story on which a byte of the buffer lies."""
        if story not in self.plain:
            return None
        return 1 + len(_LINE_END.findall(self.read(int(self.story_bytes[story]), byte)))

    def body(self, story: int) -> tuple[str, int]:
        """A story's text from its first paragraph to its last, and the byte it begins at."""
        p = self.paragraphs
        low, high = np.searchsorted(p.story, [story, story + 1]).tolist()
        if low == high:
            return "", 0
        begin, end = int(p.byte_start[low]), int(p.byte_end[high - 1])
        return str(self.read(begin, end), "utf-8"), begin

    def text(self, paragraph: int) -> str:
        """The untouched text of a paragraph."""
        paragraphs = self.paragraphs
        low, high = int(paragraphs.byte_start[paragraph]), int(paragraphs.byte_end[paragraph])
        return str(self.read(low, high), "utf-8")

    def stories_ahead(self, stories: I64, *, text: bool = False, tokens: bool = False) -> None:
        """Text, or tokens, of these stories are looked at soon."""
        p = self.paragraphs
        first, end = (np.searchsorted(p.story, stories, side) for side in ("left", "right"))
        some = end > first
        first, last = first[some], end[some] - 1
        if text:
            self.columns.ahead("text", p.byte_start[first], p.byte_end[last])
        if tokens:
            self.tokens_ahead(p.token_start[first], p.token_start[last] + p.words[last])

    def texts_ahead(self, paragraphs: I64) -> None:
        """The text of these paragraphs is looked at soon."""
        p = self.paragraphs
        self.columns.ahead("text", p.byte_start[paragraphs], p.byte_end[paragraphs])

    def tokens_ahead(self, low: I64, high: I64) -> None:
        """Tokens ``low[i]`` to ``high[i]`` are looked at soon."""
        for name in _TOKENS:
            self.columns.ahead(name, low, high)

    def scattered(self) -> None:
        """From now on stories are looked at by pairs and clusters, not one after the other."""
        self.columns.scattered("text", *_TOKENS)

    def read(self, low: int, high: int) -> bytes:
        """Bytes of the buffer, for who reads here and there."""
        return self.columns.read("text", low, high)
