"""The pipeline: batches of stories and settings in, tables out."""

from __future__ import annotations

import importlib
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import chain
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from dedup import candidates, collector, duplicates
from dedup.assembly import assemble, done
from dedup.boilerplate.furniture import weights
from dedup.boilerplate.furniture.scorer import Scorer
from dedup.boilerplate.lexicon import Lexicon
from dedup.boilerplate.nominate import Nominator
from dedup.clock import Clock
from dedup.columns import Columns, Memory
from dedup.corpus import BatchPrints, Corpus, Reader, digest, print_apart, print_batch
from dedup.engines.local import LocalEngine, cores
from dedup.engines.warden import Warden
from dedup.errors import MismatchError
from dedup.fingerprint import NOMINATING_SHINGLE, Sketch, permutations
from dedup.kernels import CROSSOVER, STORY_BYTES, choose, furniture
from dedup.kernels.constants import HASH_VERSION
from dedup.model import (
    SCHEMA_VERSION,
    PairRow,
    Story,
    StoryBatch,
    Tables,
)
from dedup.recluster import recluster
from dedup.rules import select
from dedup.score import MANY_STORIES
from dedup.settings import Settings
from dedup.slices import Slices
from dedup.text import matching_form

__all__ = ["measure", "recluster", "run", "sliced", "whole"]

if TYPE_CHECKING:
    from dedup.engines.crew import Work

Progress = Callable[[str, int], None]
Taken = TypeVar("Taken")

_FIRST = StoryBatch.of([Story("first", "Whoever uses a kernel loads it.\n\nOnce is enough.")])
"""Read before a process is forked, which then has what it takes to read loaded already."""


def run(
    batches: Iterable[StoryBatch],
    settings: Settings,
    progress: Progress | None = None,
    *,
    forking: bool = False,
    against: frozenset[str] = frozenset(),
    columns: Callable[[], Columns] = Memory,
) -> Tables:
    """Everything that repeats in a corpus, as tables in memory: see :func:`sliced`."""
    return sliced(
        batches, settings, whole, progress, forking=forking, against=against, columns=columns
    )


def whole(slices: Slices) -> Tables:
    """The tables in memory."""
    tables = slices.tables(slices.whole)
    tables.templates = slices.templates
    tables.manifest = slices.told(len(tables.findings))
    return tables


def sliced(
    batches: Iterable[StoryBatch],
    settings: Settings,
    take: Callable[[Slices], Taken],
    progress: Progress | None = None,
    *,
    forking: bool = False,
    against: frozenset[str] = frozenset(),
    columns: Callable[[], Columns] = Memory,
) -> Taken:
    """What ``take`` makes of everything that repeats in a corpus, which it gets slice by slice.

    Parameters
    ----------
    batches : the stories, in any order.
    settings : what to look for; equal settings and stories give equal tables.
    take : called once, with what was found; its rows are made while it asks for them.
    progress : called with the name of the stage and the stories done since the last call.
    forking : whether this process may be forked, to read a large corpus in several: not where
        threads run that the caller began. What is found is the same.
    against : paths of files whose stories the others are compared with, and that are not
        reported on.
    columns : makes what keeps the columns of a corpus too large for the reference kernels; it may
        hold batches of these stories already. Those of a small one are kept in memory.

    Raises
    ------
    DedupError : settings that cannot be met.
    MismatchError : the columns hold batches of other stories.
    """
    quiet: Progress = lambda stage, count: None  # noqa: E731 -- says nothing
    with collector.paused():
        return _sliced(batches, settings, take, progress or quiet, forking, against, columns)


def _sliced(
    batches: Iterable[StoryBatch],
    settings: Settings,
    take: Callable[[Slices], Taken],
    progress: Progress,
    forking: bool,
    against: frozenset[str],
    columns: Callable[[], Columns],
) -> Taken:
    clock = Clock()
    waiting, size = _peek(batches)
    kernels = choose(settings.kernels, size)
    kept = columns() if size >= CROSSOVER else Memory()
    layout = _layout(settings)
    reader = _reader(settings, layout, kernels)
    read_batch = partial(print_apart, reader=reader)
    works = _works(read_batch, size) if forking else ()
    watch = partial(Warden, settings.memory_bytes, kept.release)
    with watch() as warden:
        with _engine(settings.jobs, works, warden.look) as engine:
            clock.lap("set up")
            fresh = _unread(waiting, done(kept), kept.finished("read") is not None, progress)
            corpus = assemble(_read(fresh, read_batch, engine, progress), kept)
        corpus.against = against
        clock.lap("read")
        apart = _apart(warden, watch, kept, engine) if works and engine.jobs > 1 else engine.map
        slices = _found(corpus, reader, layout, engine.map, apart, progress, clock)
        slices.release = kept.release
        return take(slices)


def _found(
    corpus: Corpus,
    reader: Reader,
    layout: candidates.Layout,
    spread: candidates.Spread,
    apart: candidates.Spread,
    progress: Progress,
    clock: Clock,
) -> Slices:
    """What a corpus that was read holds."""
    settings, kernels = reader.settings, reader.kernels
    _learn(corpus, reader, spread)
    clock.lap("learn")
    progress("compare", 0)
    found = duplicates.Duplicates()
    if len(corpus):
        found = duplicates.find(
            corpus, settings, reader.form, kernels, spread, apart, clock.lap
        )
    corpus.scattered()  # of a scan that was resumed, too
    slices = Slices(corpus, found, settings, kernels, spread, apart)
    clock.lap("share")
    progress("report", 0)
    manifest = _manifest(corpus, found, settings, layout) | {"kernels": kernels.NAME}
    manifest["caps"] += [
        {"story_id": corpus.ids[story], "paragraph": crowd.paragraph, "bucket": crowd.size}
        for story, crowd in slices.crowds.items()
    ]
    slices.manifest, slices.clock = slices.archive.manifest(manifest), clock
    return slices


def _import_ahead() -> None:
    """Import scikit-learn while stories are read: where a crew reads, this process mostly waits."""
    work = importlib.import_module
    threading.Thread(target=work, args=(_AHEAD,), name=_AHEAD, daemon=True).start()


_AHEAD = "sklearn.feature_extraction.text"


def _imported() -> None:
    """Wait for what is imported ahead: a process forked meanwhile would find modules locked."""
    for thread in threading.enumerate():
        if thread.name == _AHEAD:
            thread.join()


def _peek(batches: Iterable[StoryBatch]) -> tuple[Iterator[StoryBatch], int]:
    """The batches, and what they cost in bytes of text: exactly, or more than the crossover."""
    source = iter(batches)
    ahead: list[StoryBatch] = []
    size = 0
    for batch in source:
        ahead.append(batch)
        size += len(batch.text) + STORY_BYTES * len(batch)
        if size >= CROSSOVER:
            break
    return chain(ahead, source), size


def _layout(settings: Settings) -> candidates.Layout:
    floor = min(duplicates.FLOOR, settings.threshold)
    return candidates.layout(settings.num_perm, floor, settings.near_recall, settings.shingle)


def _reader(settings: Settings, layout: candidates.Layout, kernels: ModuleType) -> Reader:
    form = matching_form.load()
    lexicon = Lexicon.load(tuple(settings.boilerplate_lexicon), tuple(settings.ignore_lines))
    multipliers, addends = permutations(settings.num_perm, settings.seed)
    sketch = Sketch(settings.shingle, layout.bands, layout.rows, multipliers, addends)
    scorer = None
    if "BLP313" in select(settings.select, settings.ignore):
        scorer = Scorer(weights.load(), form, furniture(kernels))
    return Reader(settings, form, Nominator(lexicon, form), sketch, kernels, scorer)


SHARED_OUT = 1_000_000
"""What a feed must cost, in bytes of text, for its batches to be read in several processes: a
megabyte takes half a second on one core."""


def _works(read_batch: Callable[[StoryBatch], BatchPrints], size: int) -> tuple[Work, ...]:
    """What a crew is to do, everything that takes loading loaded before a process is forked."""
    if size < SHARED_OUT:
        return ()
    if size >= CROSSOVER:
        read_batch(_FIRST)
    return (read_batch,)


@contextmanager
def _engine(
    jobs: int, works: Sequence[Work], between: Callable[[], object]
) -> Iterator[LocalEngine]:
    """An engine with a crew for these works, if there are any and cores to do them."""
    if works and cores(jobs) > 1:
        from dedup.engines.crew import AVAILABLE, hired

        if AVAILABLE:
            with hired(works, cores(jobs)) as crew:
                yield LocalEngine(jobs, crew, between)
            return
    yield LocalEngine(jobs, between=between)


def _apart(
    warden: Warden, watch: Callable[[], Warden], kept: Columns, engine: LocalEngine
) -> candidates.Spread:
    """Spreads work in Python over processes that are forked off for it and hold all columns.

    The first process is looked after by ``warden``, which rests meanwhile, the others by their
    own ones, which ``watch`` makes.
    """
    from dedup.engines.crew import AVAILABLE, shared_out

    def apart(work: Callable[[Any], Any], pieces: Iterable[Any]) -> list[Any]:
        def done(piece: object) -> object:
            with watch():
                made = work(piece)
            kept.release()  # what is mapped here counts besides what is mapped by the next one
            return made

        _imported()
        with warden.resting():
            return list(shared_out(done, list(pieces), engine.jobs))

    return apart if AVAILABLE else engine.map


def _read(
    batches: Iterator[StoryBatch],
    read_batch: Callable[[StoryBatch], BatchPrints],
    engine: LocalEngine,
    progress: Progress,
) -> Iterator[BatchPrints]:
    sent: deque[StoryBatch] = deque()

    def sending() -> Iterator[StoryBatch]:
        for batch in batches:
            sent.append(batch)
            yield batch

    stories = 0
    for prints in engine.apart(read_batch, sending()):
        prints.batch = sent.popleft()
        if stories < MANY_STORIES <= stories + len(prints.batch):
            _import_ahead()
        stories += len(prints.batch)
        progress("read", len(prints.batch))
        yield prints


def _unread(
    batches: Iterator[StoryBatch], known: Sequence[str], all_known: bool, progress: Progress
) -> Iterator[StoryBatch]:
    """The batches behind those that are ``known``, which must come first and be the same."""
    changed = MismatchError(
        "cannot resume: the input is not what was read before. Run without --resume to begin anew"
    )
    for name in known:
        batch = next(batches, None)
        if batch is None or digest(batch) != name:
            raise changed
        progress("read", len(batch))
    for batch in batches:
        if all_known:
            raise changed
        yield batch


def _learn(corpus: Corpus, reader: Reader, spread: candidates.Spread) -> None:
    """Learn what the outlets repeat; of fewer stories than it takes nothing is even imported."""
    settings = reader.settings
    enough = settings.learn and len(corpus) >= settings.boilerplate_min_stories
    if enough or settings.templates:
        from dedup import learning

        learning.apply(corpus, reader, spread)


def _manifest(
    corpus: Corpus,
    found: duplicates.Duplicates,
    settings: Settings,
    layout: candidates.Layout,
) -> dict[str, Any]:
    from dedup import __version__

    marked = np.flatnonzero(corpus.paragraphs.boilerplate)
    return {
        "schema_version": SCHEMA_VERSION,
        "version": __version__,
        "settings": settings.model_dump(mode="json", by_alias=True),
        "sketch": {
            "scheme": "affine32",
            "seed": settings.seed,
            "num_perm": settings.num_perm,
            "hash": HASH_VERSION,
            "matching_form": matching_form.VERSION,
            "nominating_shingle": NOMINATING_SHINGLE,
            "bands": layout.bands,
            "rows": layout.rows,
            "recall_at": {
                f"{tenth / 10:.1f}": _expected(tenth / 10, layout, settings.shingle)
                for tenth in range(3, 10)
            },
        },
        "counts": {
            "stories": len(corpus),
            "words": int(corpus.total_words.sum()),
            "boilerplate_words": int(corpus.paragraphs.words[marked].sum())
            + sum(piece.words for parting in corpus.glued.values() for piece in parting.pieces),
            "boilerplate_paragraphs": len(marked),
            "paragraphs": len(corpus.paragraphs),
            "duplicates": sum(story != kept for story, kept in found.keeper.items()),
            "clusters": len(set(found.keeper.values())),
            "pairs_measured": found.measured,
            "pairs_kept": len(found.edge),
            "crowded_shingles": found.crowded.shingles,
            "crowded_shingle_stories": found.crowded.stories,
        },
        "caps": [
            {"story_id": corpus.ids[story], "bucket": size}
            for story, size in sorted(found.capped.items())
        ],
    }


def _expected(jaccard: float, layout: candidates.Layout, shingle: int) -> dict[str, float]:
    """Share of the pairs of a Jaccard score that LSH nominates, by how copies are edited."""
    return {
        "blocks": round(candidates.recall_of_blocks(jaccard, layout.bands, layout.rows), 4),
        "words": round(candidates.recall(jaccard, layout.bands, layout.rows, shingle), 4),
    }


def measure(a: Story, b: Story, settings: Settings, tables: Tables | None = None) -> PairRow:
    """One pair of stories, measured as if the corpus were these two.

    Where ``tables`` hold the pair already, that row is given: its cosine knows the corpus.
    """
    one, two = sorted((a, b), key=lambda story: story.story_id)
    for row in tables.pairs if tables else ():
        if (row.a, row.b) == (one.story_id, two.story_id):
            return row
    small = settings.model_copy(update={"kernels": "reference"})
    kernels = choose("reference")
    reader = _reader(small, _layout(small), kernels)
    corpus = assemble([print_batch(StoryBatch.of([one, two]), reader)])
    return duplicates.measure_pair(corpus, small, reader.form, kernels)
