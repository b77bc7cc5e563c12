"""From what was found to a run folder: slices of tables made and written on every core."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup.engines.crew import shared_out
from dedup.engines.local import cores
from dedup.model import Tables
from dedup.report import Tally
from dedup.store import Lines, RunWriter, TableFormat, writing

if TYPE_CHECKING:
    from dedup.api.settle import Settling, Survey
    from dedup.slices import Slice, Slices

Progress = Callable[[str, int], None]


class Recorded(NamedTuple):
    """What is said of a run that was written; its tables are in its folder."""

    manifest: dict[str, Any]
    tally: Tally


class Recorder(NamedTuple):
    """Writes what was found to a run folder, a slice at a time.

    With ``jobs`` other than 1 slices are made and written by processes forked off then, which
    hold what was found already. ``parts`` is where slices are kept that a run which was ended
    had written: they are not made again; see :func:`dedup.store.writing`.
    """

    folder: Path
    table_format: TableFormat
    jobs: int
    progress: Progress
    parts: Path | None = None

    def record(self, slices: Slices, settling: Settling) -> Recorded:
        """Write all slices, settled, and put the run in its place."""
        cut = slices.cut()
        if settling.surveys:
            slices.enter(settling.enter(self._surveyed(slices, settling, cut)))

        parts = self.parts and self.parts / slices.digest
        with writing(self.folder, self.table_format, parts) as run:

            def write(number: int) -> None:
                tables, lines, tally = self._made(slices, settling, cut[number])
                run.write(number, tables, {"levels": tally.levels, "new": tally.new}, lines)
                # Nobody looks after the memory of other processes: each would map all of the text.
                slices.release()

            tally = Tally(Counter())
            for number in self._written(run, write, len(cut)):
                told = run.join(number, keep=self.parts is not None)
                tally = tally.plus(Tally(Counter(told["levels"]), told["new"]))
                self.progress("report", cut[number].high - cut[number].low)
            last = len(cut)
            run.write(last, Tables(templates=slices.templates), {})
            run.join(last)
            manifest = slices.told(tally.findings)
            run.finish(manifest)
        return Recorded(manifest, tally)

    def _made(
        self, slices: Slices, settling: Settling, part: Slice
    ) -> tuple[Tables, Mapping[str, Lines], Tally]:
        """The tables of a slice: rows, and lines of those that can be made of columns."""
        if self.table_format == "jsonl" and settling.nothing_asked:
            from dedup.api.slice_lines import made

            sheet = slices.sheet(part)
            told = sheet and made(sheet, slices.corpus, slices.kernels)
            if told:
                return slices.lesser(part), told.tables, told.tally
        tables = settling.settled(slices.tables(part))
        return tables, {}, Tally.of(tables.findings)

    def _written(
        self, run: RunWriter, write: Callable[[int], None], count: int
    ) -> Iterator[int]:
        """The numbers of the slices in order, each when it is written."""
        waiting = [number for number in range(count) if run.told(number) is None]
        done = shared_out(write, waiting, cores(self.jobs))
        for number in range(count):
            if number in waiting:
                next(done)
            yield number

    def _surveyed(
        self, slices: Slices, settling: Settling, cut: Sequence[Slice]
    ) -> Survey:
        def look(part: Slice) -> Survey:
            return settling.surveyed(slices.tables(part))

        return reduce(lambda one, other: one.plus(other), shared_out(look, cut, cores(self.jobs)))
