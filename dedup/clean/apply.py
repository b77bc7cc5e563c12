"""Carrying out a plan: cleaned files, what was removed, and the way back.

The input is read once more and never written to. All outputs appear together at the end, after
every file was read back and found to give, with its decisions, the bytes it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from dedup import collector
from dedup.clean.files import Cleaner, Tally
from dedup.clean.journal import Journal
from dedup.clean.log import FileEntry, Header
from dedup.clean.loss import Losses
from dedup.clean.places import Places, places
from dedup.clean.plan import Held, Plan
from dedup.clean.stage import Stage, staging
from dedup.errors import MismatchError, OutputError
from dedup.formats import InputFile, InputOptions
from dedup.formats.shown import shown

Progress = Callable[[str, int], None]
"""Called with ``"clean"`` and a number of stories that were done since the last call."""


@dataclass(frozen=True, slots=True)
class CleanReport:
    """What `clean` did, or would do (``dry_run``).

    ``counts`` is checked: stories and bytes in are those kept plus those removed. ``held`` are
    fixes that were not applied, ``unreadable`` files that were copied as they are.
    """

    out: Path | None
    removed: Path | None
    decisions: Path | None
    dry_run: bool
    files: int
    counts: Tally
    held: tuple[Held, ...]
    unreadable: tuple[str, ...]
    losses: Losses


def apply(
    inputs: Sequence[InputFile],
    options: InputOptions,
    plan: Plan,
    out: Path | None,
    *,
    removed: Path | None = None,
    decisions: Path | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    losses: Losses | None = None,
) -> CleanReport:
    """Write the cleaned inputs to ``out``, and the logs beside; tells the counts.

    ``out`` is a folder, or a file of the input's format if there is one input. It must not exist,
    or be an empty folder. With ``dry_run`` nothing is written, and ``out`` may be None. Of
    ``losses`` those of the outlets are logged; that they are within the budget is asked first.

    Raises :class:`OutputError` for a place that cannot be written or must not be,
    :class:`InputError` for an input that cannot be read, :class:`MismatchError` when the plan
    speaks of records that the input does not hold, :class:`LossError` when more would go than the
    budget of the losses allows. Then no output exists.
    """
    if out is None and not dry_run:
        raise OutputError("no place for the cleaned stories was given: name one with -o OUT")
    found = None if out is None else places(inputs, out, removed, decisions)
    _refuse_unknown_paths(inputs, plan)
    losses = losses or Losses()
    if not dry_run:
        losses.check()
    with ThreadPoolExecutor(1) as pool, collector.paused():
        if found is None or dry_run:
            cleaner = Cleaner(options, plan, Journal(None, None), pool, progress)
            for index, source in enumerate(inputs):
                cleaner.clean(index, source, FileEntry("", None, source.format, ""), None)
        else:
            with staging(found.out) as stage:
                cleaner = _write(inputs, found, stage, options, plan, pool, progress, losses)
    cleaner.tally.check()
    return CleanReport(
        out,
        None if found is None else found.removed,
        None if found is None else found.decisions,
        dry_run,
        len(inputs),
        cleaner.tally,
        (*plan.held, *cleaner.held),
        tuple(cleaner.unreadable),
        losses,
    )


def _write(
    inputs: Sequence[InputFile],
    found: Places,
    stage: Stage,
    options: InputOptions,
    plan: Plan,
    pool: ThreadPoolExecutor,
    progress: Progress | None,
    losses: Losses,
) -> Cleaner:
    root = stage.file(found.out) if found.single else stage.folder(found.out)
    log = _staged(found.decisions, found, stage, root)
    journal = Journal(stage.scratch(found.out), _staged(found.removed, found, stage, root))
    cleaner = Cleaner(options, plan, journal, pool, progress)
    entries: list[FileEntry] = []
    try:
        for index, source in enumerate(inputs):
            target = root if found.single else root / found.names[index]
            target.parent.mkdir(parents=True, exist_ok=True)
            names = (found.paths[index], found.names[index])
            blank = FileEntry(*names, source.format, found.codecs[index])
            entries.append(cleaner.clean(index, source, blank, target))
        journal.finish(Header(_version(), found.single, tuple(entries), losses.outlets), log)
    finally:
        journal.close()
    cleaner.tally.check()
    return cleaner


def _staged(place: Path, found: Places, stage: Stage, root: Path) -> Path:
    """Where a log grows: inside the folder that will become ``out``, if it is to be there."""
    if not found.single and place.is_relative_to(found.out):
        inside = root / place.relative_to(found.out)
        inside.parent.mkdir(parents=True, exist_ok=True)
        return inside
    return stage.file(place)


def _refuse_unknown_paths(inputs: Sequence[InputFile], plan: Plan) -> None:
    known = {source.path for source in inputs}
    for key in plan.records():
        if key.path not in known:
            raise MismatchError(
                f"{shown(key.path)} was checked and is not among the inputs to clean: name the "
                "same paths as for the check"
            )


def _version() -> str:
    try:
        return metadata.version("wire-dedup")
    except metadata.PackageNotFoundError:
        return "unknown"
