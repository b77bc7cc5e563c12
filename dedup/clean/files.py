"""One input file after the other: cleaned, logged, counted, and read back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from dedup.clean.edits import Actions, Change, Stretch, stretches
from dedup.clean.journal import Journal, Mark
from dedup.clean.log import Edit, FileEntry
from dedup.clean.plan import Drop, Held, Key, Plan, Strip
from dedup.clean.removed import removed_line
from dedup.clean.streams import Digest, Sink, rebuilt
from dedup.errors import InputError, MismatchError
from dedup.formats import InputFile, InputOptions, open_records
from dedup.formats.compression import read_blocks
from dedup.formats.shown import shown

_NOTCH = 1024
"""Stories between two reports of progress."""


@dataclass(slots=True)
class Tally:
    """Counts over all files; bytes are decompressed ones, for Parquet those of the texts."""

    stories_in: int = 0
    stories_kept: int = 0
    stories_removed: int = 0
    stories_changed: int = 0
    paragraphs_removed: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    bytes_removed: int = 0
    parts_removed: int = 0
    """Furniture glued to paragraphs that stay, and paragraphs of which only that stays."""

    def count_strips(self, strips: Iterable[Drop | Strip]) -> None:
        """Enter what is taken out of a story."""
        for strip in strips:
            if isinstance(strip, Strip) and strip.glued:
                self.parts_removed += 1
            else:
                self.paragraphs_removed += 1

    def check(self) -> None:
        """RuntimeError if anything was lost: a fault of this program, never of the input."""
        stories = self.stories_kept + self.stories_removed
        if self.stories_in != stories:
            raise RuntimeError(f"internal error: {self.stories_in} stories in, {stories} accounted")
        if self.bytes_in != self.bytes_out + self.bytes_removed:
            raise RuntimeError(
                f"internal error: {self.bytes_in} bytes in, {self.bytes_out} out and "
                f"{self.bytes_removed} removed"
            )


class Cleaner:
    """Cleans inputs one after the other; ``tally``, ``held`` and ``unreadable`` grow with them."""

    def __init__(
        self,
        options: InputOptions,
        plan: Plan,
        journal: Journal,
        pool: Executor,
        progress: Callable[[str, int], None] | None = None,
    ) -> None:
        self.tally = Tally()
        self.held: list[Held] = []
        self.unreadable: list[str] = []
        self._options = options
        self._journal = journal
        self._pool = pool
        self._progress = progress
        self._unreported = 0
        self._by_path = actions_by_path(plan)

    def clean(
        self, index: int, source: InputFile, blank: FileEntry, target: Path | None
    ) -> FileEntry:
        """Write one cleaned input to ``target`` (None: only count) and check that it goes back.

        ``blank`` is an entry with names, format and compression; the one filled in comes back.
        """
        actions = self._by_path.get(source.path, {})
        mark, before = self._journal.mark(), replace(self.tally)
        try:
            if source.format == "parquet":
                entry = self._table(index, source, actions, blank, target)
            elif actions:
                entry = self._changed(index, source, actions, blank, target)
            else:
                entry = self._unchanged(source, blank, target)
        except InputError:
            if source.explicit or source.location is None:
                raise
            self._journal.rewind(mark)
            self.tally = before
            entry = self._as_it_is(source, source.location, actions, blank, target)
            self.unreadable.append(source.path)
        self._tell()
        entry = entry._replace(edits=self._journal.edits - mark[2])
        return self._checked(source, entry, target, mark)

    def _changed(
        self, index: int, source: InputFile, actions: Actions, blank: FileEntry, target: Path | None
    ) -> FileEntry:
        digest, met, place, at, gone = Digest(self._pool), list[Key](), 0, 0, False
        with Sink(target, blank.codec, self._pool) as sink:
            for stretch in stretches(source, open_records(source, self._options), actions):
                _refuse_gap(source, stretch.start, place)
                place += len(stretch.raw)
                digest.update(stretch.raw)
                at = self._write(index, stretch, at, sink)
                if stretch.changes:
                    met += _met(stretch)
                gone = gone or stretch.gone
        _refuse_strangers(source, actions, met)
        _refuse_growth(source, place)
        if gone and target is not None:
            target.unlink()
        return blank._replace(
            out=None if gone else blank.out,
            bytes_in=digest.length,
            sha256_in=digest.hexdigest(),
            bytes_out=sink.digest.length,
            sha256_out=sink.digest.hexdigest(),
        )

    def _write(self, index: int, stretch: Stretch, at: int, sink: Sink) -> int:
        """Write a stretch with its changes; ``at`` bytes were written before, returns how many."""
        place = 0
        for change in stretch.changes:
            low, high = change.start - stretch.start, change.end - stretch.start
            sink.write(stretch.raw[place:low])
            at += low - place
            self._log(index, change, at, stretch.raw[low:high])
            sink.write(change.instead)
            at += len(change.instead)
            place = high
        sink.write(stretch.raw[place:])
        self._count(stretch)
        return at + len(stretch.raw) - place

    def _log(self, index: int, change: Change, at: int, gone: bytes) -> None:
        story, journal = change.record.story, self._journal
        self.tally.bytes_removed += len(gone) - len(change.instead)
        if story is not None and journal.writes:
            lines = [removed_line(change.record, story, why) for why in change.why]
            journal.add([edit_of(index, change, at, gone)], lines)

    def _count(self, stretch: Stretch) -> None:
        tally = self.tally
        tally.stories_in += stretch.stories
        tally.stories_removed += stretch.dropped
        tally.stories_kept += stretch.stories - stretch.dropped
        tally.bytes_in += len(stretch.raw)
        if stretch.changes:
            strips = [c for c in stretch.changes if isinstance(c.why[0], Strip)]
            tally.stories_changed += len({change.record.start for change in strips})
            self.tally.count_strips(why for change in strips for why in change.why)
        self._report(stretch.stories)

    def _report(self, stories: int) -> None:
        self._unreported += stories
        if self._unreported >= _NOTCH:
            self._tell()

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress("clean", self._unreported)
        self._unreported = 0

    def _unchanged(self, source: InputFile, blank: FileEntry, target: Path | None) -> FileEntry:
        digest, place = Digest(self._pool), 0
        copied = source.location is not None and source.compression == blank.codec
        with Sink(None if copied else target, blank.codec, self._pool) as sink:
            for stretch in stretches(source, open_records(source, self._options), {}):
                _refuse_gap(source, stretch.start, place)
                place += len(stretch.raw)
                digest.update(stretch.raw)
                if not copied:
                    sink.write(stretch.raw)
                self._count(stretch)
        _refuse_growth(source, place)
        if copied and target is not None and source.location is not None:
            shutil.copyfile(source.location, target)
        size, sha256 = digest.length, digest.hexdigest()
        return blank._replace(
            bytes_in=size, sha256_in=sha256, bytes_out=size, sha256_out=sha256, copied=copied
        )

    def _as_it_is(
        self,
        source: InputFile,
        location: Path,
        actions: Actions,
        blank: FileEntry,
        target: Path | None,
    ) -> FileEntry:
        """A file that cannot be read to its end, copied byte for byte."""
        reason = "its file cannot be read to its end"
        for (line, story_id), why in actions.items():
            first = why if isinstance(why, Drop) else why[0]
            self.held.append(Held(Key(source.path, line, story_id), first.rules[0], reason))
        digest = Digest(self._pool)
        for block in read_blocks(replace(source, compression="")):
            digest.update(block)
        if target is not None:
            shutil.copyfile(location, target)
        self.tally.bytes_in += digest.length
        size, sha256 = digest.length, digest.hexdigest()
        return blank._replace(
            kind="unread", codec="", bytes_in=size, sha256_in=sha256,
            bytes_out=size, sha256_out=sha256, copied=True,
        )  # fmt: skip

    def _table(
        self, index: int, source: InputFile, actions: Actions, blank: FileEntry, target: Path | None
    ) -> FileEntry:
        from dedup.clean.tables import TableCleaning

        cleaning = TableCleaning(index, source, self._options, actions, self._journal, self.tally)
        met = cleaning.read()
        _refuse_strangers(source, actions, met)
        self.held += cleaning.held
        self._report(cleaning.rows)
        entry = blank._replace(column=cleaning.column, copied=not cleaning.changes)
        return entry if target is None else cleaning.write(entry, target, self._pool)

    def _check_table(self, source: InputFile, entry: FileEntry, target: Path, mark: Mark) -> None:
        from dedup.clean.tables import same_rows

        cleaned = cleaned_file(entry, target)
        if not same_rows(source, cleaned, entry.column, self._journal.since(mark)):
            raise _not_restorable(entry)

    def _checked(
        self, source: InputFile, entry: FileEntry, target: Path | None, mark: Mark
    ) -> FileEntry:
        """The entry, once the file written was found to give the input back.

        RuntimeError if it does not: nothing is kept then.
        """
        if entry.kind == "parquet":
            if target is not None:
                self._check_table(source, entry, target, mark)
            return entry
        if target is None:
            self.tally.bytes_out += entry.bytes_out
            return entry
        whole, written = Digest(self._pool), 0

        def counted(blocks: Iterator[bytes]) -> Iterator[bytes]:
            nonlocal written
            for block in blocks:
                written += len(block)
                yield block

        blocks = iter(()) if entry.out is None else read_blocks(cleaned_file(entry, target))
        for piece in rebuilt(counted(blocks), self._journal.since(mark)):
            whole.update(piece)
        self.tally.bytes_out += written
        if whole.hexdigest() != entry.sha256_in or written != entry.bytes_out:
            raise _not_restorable(entry)
        return entry


def _not_restorable(entry: FileEntry) -> RuntimeError:
    return RuntimeError(
        f"internal error: {shown(entry.path)} would not be restored from what was written"
    )


def cleaned_file(entry: FileEntry, location: Path) -> InputFile:
    """A cleaned file as something to read."""
    return InputFile(entry.path, location, entry.kind, entry.codec)


def edit_of(index: int, change: Change, at: int, gone: bytes) -> Edit:
    """The row of the decision log for a change."""
    first = change.why[0]
    story = change.record.story
    return Edit(
        index,
        "" if story is None else story.story_id,
        change.record.line if story is None else story.line,
        "drop" if isinstance(first, Drop) else "strip",
        tuple(dict.fromkeys(rule for why in change.why for rule in why.rules)),
        first.kept_id,
        first.cluster_id,
        first.score,
        at,
        gone,
        len(change.instead),
    )


def actions_by_path(plan: Plan) -> dict[str, dict[tuple[int, str], Drop | tuple[Strip, ...]]]:
    """What to do, by input, then by line and story id."""
    found: dict[str, dict[tuple[int, str], Drop | tuple[Strip, ...]]] = {}
    for key, drop in plan.drops.items():
        found.setdefault(key.path, {})[key.line, key.story_id] = drop
    for key, strips in plan.strips.items():
        found.setdefault(key.path, {})[key.line, key.story_id] = strips
    return found


def _met(stretch: Stretch) -> list[Key]:
    """The stories a stretch changes."""
    found: dict[int, Key] = {}
    for change in stretch.changes:
        if change.record.story is not None:
            story = change.record.story
            found[change.record.start] = Key(story.path, story.line, story.story_id)
    return list(found.values())


def _refuse_strangers(source: InputFile, actions: Actions, met: Sequence[Key]) -> None:
    """MismatchError unless every planned record was met, and once."""
    left = set(actions)
    for key in met:
        if (key.line, key.story_id) not in left:
            raise _changed_since(source, key.line, key.story_id, "comes twice")
        left.discard((key.line, key.story_id))
    if left:
        line, story_id = min(left)
        raise _changed_since(source, line, story_id, "is not there")


def _changed_since(source: InputFile, line: int, story_id: str, what: str) -> MismatchError:
    return MismatchError(
        f"{shown(source.path)}:{line}: the story {shown(story_id)!r} that was checked {what}: the "
        "input changed since; run the check again"
    )


def _refuse_gap(source: InputFile, start: int, place: int) -> None:
    if start != place:
        raise RuntimeError(
            f"internal error: {shown(source.path)}: a record begins at byte {start}, not {place}"
        )


def _refuse_growth(source: InputFile, place: int) -> None:
    """MismatchError if a plain file is longer or shorter than what was read of it."""
    if source.location is None or source.compression or not source.location.is_file():
        return
    size = source.location.stat().st_size
    if size != place:
        raise MismatchError(
            f"{shown(source.path)}: {size} bytes long, {place} were read: it is being written to; "
            "clean it when it is complete"
        )
