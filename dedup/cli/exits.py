"""Exit codes, and how every command ends: the one place that decides both.

Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from enum import IntEnum

from dedup.errors import DedupError


class Code(IntEnum):
    """What the exit code of ``dedup`` says."""

    PASSED = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130


def run(app: Callable[[], object]) -> int:
    """Call the application; whatever happens becomes an exit code and at most one line."""
    _prepare(sys.stdout)
    code: int = Code.PASSED
    try:
        app()
    except SystemExit as stop:
        # Writing help into a closed pipe ends inside the application with code 1.
        closed = isinstance(stop.__context__, BrokenPipeError)
        code = Code.PASSED if closed or not isinstance(stop.code, int) else stop.code
    except KeyboardInterrupt:
        code = Code.INTERRUPTED
    if code == Code.INTERRUPTED:
        say("interrupted")
    return _flushed(code)


def guarded(command: Callable[[], int], *, debug: bool) -> int:
    """Exit code of a command; errors become one line on standard error."""
    try:
        return command()
    except KeyboardInterrupt:
        return Code.INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on: as it was with `| head`, that is no failure.
        return Code.PASSED
    except DedupError as error:
        if debug:
            _show_traceback()
        say(f"error: {error}")
    except OSError as error:
        if debug:
            _show_traceback()
        place = error.filename or "reading or writing"
        say(f"error: {place}: {error.strerror or error}; see to that and run again")
    except Exception as error:
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        if debug:
            _show_traceback()
            say(f"internal error: {reason}")
        else:
            say(f"internal error: {reason}; run again with --debug for the traceback")
    return Code.FAILED


def _show_traceback() -> None:
    import traceback

    for line in traceback.format_exc().splitlines():
        note(line)


def say(message: str) -> None:
    """``dedup: message`` on standard error."""
    note(f"dedup: {message}")


def note(line: str) -> None:
    """One line on standard error, safe to show whatever it quotes."""
    try:
        sys.stderr.write(f"{printable(line)}\n")
        sys.stderr.flush()
    except OSError:
        # There is nowhere left to complain.
        return


def printable(text: str) -> str:
    """The text with everything that cannot be seen escaped."""
    from dedup.report.escape import escape

    return escape(text)


def _prepare(stream: object) -> None:
    """Let standard output take every character: UTF-8 in a pipe, escapes on a poor terminal."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is None:
        return
    if sys.stdout.isatty():
        reconfigure(errors="backslashreplace")
    else:
        reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def _flushed(code: int) -> int:
    """Flush what is left; a reader that has gone must not turn into a traceback at exit."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        say(f"error: standard output: {error.strerror or error}; free some space and run again")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.FAILED
    return code
