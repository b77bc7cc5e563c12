"""Reports written to files: each whole or not at all, several in one run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, TextIO

from dedup.errors import ConfigError, OutputError
from dedup.model import Tables
from dedup.report import FORMATS, write
from dedup.report.escape import escape

SUMMARY = "GITHUB_STEP_SUMMARY"
"""Variable in which GitHub names the file that a step's summary is appended to."""


class Output(NamedTuple):
    """A report that was asked for: a format, and the file it goes to."""

    format: str
    path: str


def parse(texts: Sequence[str]) -> list[Output]:
    """``FORMAT=FILE`` each; ConfigError for an unknown format, no file, or one file twice."""
    outputs = [_parsed(text) for text in texts]
    refuse_twice(outputs)
    return outputs


def refuse_twice(outputs: Sequence[Output]) -> None:
    """ConfigError when two reports would go to one file."""
    named: dict[str, Output] = {}
    for output in outputs:
        other = named.setdefault(os.path.realpath(output.path), output)
        if other is not output:
            raise ConfigError(
                f"{output.path}: both {other.format} and {output.format} are to be written "
                "there; name a file for each report"
            )


def _parsed(text: str) -> Output:
    name, equals, path = text.partition("=")
    if not equals or not path:
        raise ConfigError(f"--report {text}: write FORMAT=FILE, such as sarif=dedup.sarif")
    if name not in FORMATS:
        raise ConfigError(
            f"--report {text}: no format is called {name!r}: choose from {', '.join(FORMATS)}"
        )
    return Output(name, path)


def write_files(
    outputs: Sequence[Output],
    tables: Tables,
    *,
    root: str = "",
    fail_on: str = "",
    redact: bool = False,
) -> None:
    """Every report to its file, as :func:`dedup.report.write` writes it."""
    for output in outputs:
        with opened(output.path) as stream:
            write(output.format, tables, stream, root=root, fail_on=fail_on, redact=redact)


@contextmanager
def opened(path: str) -> Iterator[TextIO]:
    """A stream whose text becomes the file when all of it was written, and not before.

    What is no file (a device, a pipe) is written to as it is. OutputError when it cannot be done.
    """
    given, target = Path(path), Path(os.path.realpath(path))
    # Asked of the name that was given: what /dev/stdout stands for has none where it is a pipe.
    straight = given.exists() and not given.is_file()
    place = given if straight else target.with_name(f".dedup-{os.getpid()}.new")
    try:
        try:
            with place.open("w" if straight else "x", encoding="utf-8", newline="\n",
                            errors="backslashreplace") as stream:
                yield stream
            if not straight:
                if target.exists():
                    place.chmod(target.stat().st_mode)
                place.replace(target)
        finally:
            if not straight:
                place.unlink(missing_ok=True)
    except BrokenPipeError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(
            f"{path}: the report cannot be written ({reason}); free some space or name another file"
        ) from error


def append_job_summary(
    tables: Tables, environ: Mapping[str, str], *, root: str = "", redact: bool = False
) -> str:
    """The summary of a GitHub job, where its runner asks for one; what went wrong, or nothing.

    A step may have written to the file before: that stays, and what both take together remains
    under GitHub's limit.
    """
    named = environ.get(SUMMARY)
    if not named:
        return ""
    from dedup.report.github import job_summary

    try:
        taken = Path(named).stat().st_size if Path(named).exists() else 0
        text = job_summary(tables, taken, root=root, redact=redact)
        with Path(named).open("a", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except (OSError, ValueError) as error:
        return f"{SUMMARY}: the job summary cannot be written to {escape(named)} ({error})"
    return "" if text else f"{SUMMARY}: no room is left for the job summary in {escape(named)}"
