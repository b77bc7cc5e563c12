"""``dedup lexicon``: check files of furniture, and of lines to keep, by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dedup.cli import exits
from dedup.cli.options import GENERAL, Flags, command
from dedup.errors import InputError

EXAMPLES = """
dedup lexicon lexicon/harbour.toml      every entry against its own examples
dedup lexicon lexicon/*.toml keep.txt   lists of lines too: no line twice
"""


def lexicon(
    flags: Flags,
    files: Annotated[
        list[str], typer.Argument(metavar="FILES", help="Lexicons (.toml) and lists of lines.")
    ],
) -> int:
    """Check lexicons and lists of lines of your own.

    The files are those that the settings boilerplate-lexicon and ignore-lines name. What is wrong
    is printed, a line each; the exit code is 1 then, and 0 when every file is sound.
    """
    from dedup.boilerplate.lint import problems_of

    del flags  # nothing of a lexicon depends on settings
    paths = [Path(file) for file in files]
    for path in paths:
        if not path.is_file():
            raise InputError(f"{path}: no such file; name lexicons and lists of lines")
    found = [problem for path in paths for problem in problems_of(path)]
    for problem in found:
        typer.echo(exits.printable(problem))
    return exits.Code.FINDINGS if found else exits.Code.PASSED


_DEBUG = {"debug": GENERAL["debug"]}

COMMANDS = {"lexicon": command(lexicon, _DEBUG, examples=EXAMPLES)}
