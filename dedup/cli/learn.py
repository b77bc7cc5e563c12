"""``dedup learn``: write what an archive's outlets repeat, for later runs over small feeds."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from dedup.cli import exits
from dedup.cli.options import DETECTION, GENERAL, INPUT, PROGRESS, Flags, Paths, command
from dedup.errors import ConfigError, OutputError

EXAMPLES = """
dedup learn archive.jsonl -o templates.toml             learn from all there is ...
dedup check today.jsonl --templates templates.toml      ... and know it in twenty stories
"""


def learn(
    flags: Flags,
    output: Annotated[
        str,
        typer.Option("-o", "--output", metavar="FILE", rich_help_panel="Output",
                     help="File to write, in TOML; one that is there is replaced."),
    ],
    paths: Paths = None,
) -> int:
    """Write the boilerplate that the outlets of a corpus repeat, for people to review.

    Each line or template stands there with its evidence. `check`, `clean` and `scan` take the
    file with --templates. What --templates knew before is learned anew, or not at all.
    """
    from dedup.boilerplate.learned.file import file_text
    from dedup.cli import gather

    if not paths:
        raise ConfigError("name the PATHS to learn from; `-` reads standard input")
    began = time.perf_counter()
    loaded = gather.load_settings(flags)
    # What the model thinks of single paragraphs is no part of what is written.
    ignore = (*loaded.settings.ignore, "BLP313")
    settings = loaded.settings.model_copy(
        update={"templates": (), "learn": True, "ignore": ignore}
    )
    loaded = loaded._replace(settings=settings)
    gather.refuse_input_as_output(output, paths, gather.input_options(loaded))
    tables = gather.tables(flags, loaded, paths, None)
    try:
        Path(output).write_text(file_text(tables.templates), encoding="utf-8", newline="\n")
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(f"{output}: cannot be written ({reason}); name another file") from error
    gather.summarise(flags, tables, time.perf_counter() - began)
    if not flags.quiet:
        exits.say(f"wrote {len(tables.templates)} lines and templates to {output}")
    return exits.Code.PASSED


COMMANDS = {"learn": command(learn, INPUT, DETECTION, PROGRESS, GENERAL, examples=EXAMPLES)}
