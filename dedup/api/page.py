"""A run as one page for a browser: the tables, and the texts of what the page shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dedup.errors import InputError
from dedup.model import PairRow, Story, StoryRow, Tables

if TYPE_CHECKING:
    from dedup.formats import InputOptions
    from dedup.report.page import Beside, Chosen, Drops, Material, PairView
    from dedup.settings import Settings
    from dedup.text.matching_form import MatchingForm

MOST_BYTES = 2_000_000
"""Size of a page unless told otherwise: a browser opens it at once, a mail server takes it."""

_CHARACTERS = 1_000
"""Characters kept of each paragraph whose text is listed; the page shows fewer."""

_STEPS = 100
_STDIN = "-"

Places = Mapping[str, set[int]]
Reader = Callable[[Places], Iterable[Story]]
"""Stories by the lines of the files they stand on."""


class Page(NamedTuple):
    """The page, and why texts are missing in it: empty when none is."""

    html: str
    missing_texts: str


def page(
    tables: Tables,
    read: Reader,
    *,
    name: str = "",
    beside: Sequence[Beside] = (),
    redact: bool = False,
    most_bytes: int = MOST_BYTES,
) -> Page:
    """The page of a run, in UTF-8 at most ``most_bytes`` long as far as that is possible.

    With ``redact`` no word of the stories is in it: no titles, texts, changed facts, learned lines.
    ``read`` gives the stories at some places; where it cannot (InputError), the page does without
    their texts and says so. If the page is too large, half of each kind is shown, and so on.
    """
    from dedup import collector
    from dedup.report.page import Limits, choose, count, render
    from dedup.report.redact import redacted

    with collector.paused():
        tables = redacted(tables) if redact else tables
        hours = _hours(tables.stories)
        counts = count(tables, hours, drops_of(tables))
        limits = Limits()
        while True:
            chosen = choose(tables, counts, limits)
            material = _material(tables, chosen, hours, read, redact=redact)
            html = render(tables, counts, chosen, material, name=name, beside=beside)
            if len(html.encode("utf-8", "replace")) <= most_bytes or limits == limits.halved():
                return Page(html, material.missing_texts)
            limits = limits.halved()


def write_page(target: Path, html: str) -> None:
    """Write a page whole or not at all; OutputError where that is not possible."""
    from dedup.report.outputs import opened

    with opened(str(target)) as stream:
        stream.write(html)


def reader_of(options: InputOptions, paths: Sequence[str] | None = None) -> Reader:
    """Reads stories from the files the tables name, or from those under ``paths``."""

    def read(places: Places) -> Iterable[Story]:
        from dedup.formats import find_inputs, stories_at

        named = sorted(path for path in places if path != _STDIN)
        inputs = find_inputs(paths or named, options) if paths or named else []
        return stories_at(inputs, options, places)

    return read


def drops_of(tables: Tables) -> Drops:
    """The stories that `dedup clean` drops, and those it drops with ``--unsafe``."""
    from dedup.clean import plan
    from dedup.report.page import Drops

    # Most findings strip: without them the plan is made in a fraction of the time.
    copies = [finding for finding in tables.findings if finding.fix.action == "drop"]
    few = Tables(stories=tables.stories, findings=copies)
    safe, every = (frozenset(plan(few, unsafe=unsafe).drops) for unsafe in (False, True))
    return Drops(safe, every)


def _hours(stories: Iterable[StoryRow]) -> dict[str, float]:
    """Publication times by id, where they are known; of stories with one id the first."""
    from math import isfinite

    from dedup.text.dates import hours

    read: dict[str, float] = {}
    known: dict[str, float] = {}
    for row in stories:
        moment = read.get(row.published)
        if moment is None:
            moment = read[row.published] = hours(row.published)
        if isfinite(moment):
            known.setdefault(row.story_id, moment)
    return known


@dataclass(slots=True)
class _Texts:
    """The stories that the page needs, as far as they could be read."""

    found: dict[str, Story] = field(default_factory=dict)
    missing: str = ""


def _material(
    tables: Tables, chosen: Chosen, hours: Mapping[str, float], read: Reader, *, redact: bool
) -> Material:
    from dedup.explain.side_by_side import paragraphs
    from dedup.report.page import Material
    from dedup.settings import Settings
    from dedup.text import matching_form

    form = matching_form.load()
    settings = Settings.model_validate(tables.manifest["settings"])
    # Redacted or not, barcodes need the sizes of paragraphs.
    texts = _read(tables, chosen, read)
    listed = {marked.row.story_id for marked, _ in chosen.stories}
    return Material(
        hours=hours,
        curve=_curve(tables, settings),
        texts={
            story_id: paragraphs(story, 0 if redact else _CHARACTERS, form)
            for story_id, story in texts.found.items()
            if story_id in listed
        },
        pairs={
            (pair.a, pair.b): _view(pair, {} if redact else texts.found, settings, form)
            for pair, _ in chosen.pairs
        },
        missing_texts=texts.missing,
    )


def _read(tables: Tables, chosen: Chosen, read: Reader) -> _Texts:
    wanted = {marked.row.story_id for marked, _ in chosen.stories}
    wanted |= {story_id for pair, _ in chosen.pairs for story_id in (pair.a, pair.b)}
    ids: dict[tuple[str, int], str] = {}
    places: dict[str, set[int]] = {}
    seen: set[str] = set()
    for row in tables.stories:
        if row.story_id in wanted and row.story_id not in seen:
            seen.add(row.story_id)
            ids[row.path, row.line] = row.story_id
            places.setdefault(row.path, set()).add(row.line)
    texts = _Texts()
    reason = ""
    try:
        for story in read(places) if places else ():
            story_id = ids.get((story.path, story.line))
            if story_id is not None:
                texts.found[story_id] = story
    except InputError as error:
        reason = f" ({error})"
    lost = len(ids) - len(texts.found)
    if lost:
        texts.missing = (
            f"The texts of {lost} of {len(ids)} stories are no longer where they were scanned, so "
            f"their words and barcodes are not shown{reason}."
        )
    return texts


def _view(
    pair: PairRow, texts: Mapping[str, Story], settings: Settings, form: MatchingForm
) -> PairView:
    from dedup.explain.pair import needs, reason
    from dedup.explain.side_by_side import side_by_side
    from dedup.report.page import Need, PairView

    measured = [Need(*need) for need in needs(pair, settings)]
    if pair.aligned is not None:
        measured.append(Need("words in one order", pair.aligned, settings.aligned, "slips"))
    measured.append(Need("titles", pair.title, None, ""))
    a, b = texts.get(pair.a), texts.get(pair.b)
    sides = side_by_side(a, b, pair.facts, form) if a and b else None
    return PairView(pair, reason(pair, settings), tuple(measured), sides)


def _curve(tables: Tables, settings: Settings) -> list[tuple[float, float, float]]:
    """The chance that LSH nominates a pair, by Jaccard score, with the bands of the run."""
    from dedup.candidates import recall, recall_of_blocks
    from dedup.explain.pair import bands_of

    bands, rows = bands_of(tables, settings)
    return [
        (s, recall(s, bands, rows, settings.shingle), recall_of_blocks(s, bands, rows))
        for s in (step / _STEPS for step in range(_STEPS + 1))
    ]
