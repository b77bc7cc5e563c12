"""The reports a command was asked for: one to standard output or a file, others beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from dedup.cli import exits
from dedup.errors import ConfigError

if TYPE_CHECKING:
    from dedup.cli.options import Flags
    from dedup.model import Tables


class Reports:
    """What to write where; ConfigError for what cannot be written, before any work is done."""

    def __init__(
        self,
        name: str,
        file: str | None,
        besides: Sequence[str],
        statistics: bool,
        max_show: int | None,
        redact: bool,
    ) -> None:
        from dedup import report
        from dedup.report import outputs

        self._besides = outputs.parse(besides)
        self._name, self._file = name, file
        self._statistics, self._max_show, self._redact = statistics, max_show, redact
        main = [outputs.Output(name, file)] if file else []
        outputs.refuse_twice([*main, *self._besides])
        self.paths = [output.path for output in (*main, *self._besides)]
        if statistics and name in report.WITHOUT_STATISTICS:
            raise ConfigError(f"--statistics cannot be written as {name}; leave one of them out")

    def write(self, flags: Flags, tables: Tables, fail_on: str) -> None:
        """Write the files, the job summary if there is to be one, and the main report last."""
        from dedup.report import outputs
        from dedup.report.places import checkout

        root = checkout(str(Path.cwd()), os.environ)
        outputs.write_files(
            self._besides, tables, root=root, fail_on=fail_on, redact=self._redact
        )
        if "github" in (self._name, *(output.format for output in self._besides)):
            problem = outputs.append_job_summary(
                tables, os.environ, root=root, redact=self._redact
            )
            if problem:
                exits.say(f"warning: {problem}")
        if self._file is None:
            self._main(tables, sys.stdout, flags, root, fail_on)
            sys.stdout.flush()
            return
        with outputs.opened(self._file) as stream:
            self._main(tables, stream, flags, root, fail_on)

    def _main(
        self, tables: Tables, stream: TextIO, flags: Flags, root: str, fail_on: str
    ) -> None:
        from dedup import report

        report.write(
            self._name, tables, stream, color=flags.colored(stream), max_show=self._max_show,
            statistics=self._statistics, root=root, fail_on=fail_on, redact=self._redact,
        )


@contextmanager
def report_stream(file: str | None) -> Iterator[TextIO]:
    """Standard output, or a file that is written whole or not at all."""
    if file is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    from dedup.report import outputs

    with outputs.opened(file) as stream:
        yield stream
