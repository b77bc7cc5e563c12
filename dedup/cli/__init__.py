"""The command ``dedup``: parse, call, exit code; no logic.

Each command stands in a module of its own that is imported only when it is called, so that
``dedup --help`` answers at once.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from dedup.cli import exits
from dedup.cli.help import with_plain_defaults, write_examples, write_sections

COMMANDS = {
    "check": ("dedup.cli.check", "Find what repeats and report it; the exit code is the verdict."),
    "clean": ("dedup.cli.clean", "Write the corpus without it, and a log that can undo it."),
    "restore": ("dedup.cli.clean", "Undo a clean, byte for byte."),
    "scan": ("dedup.cli.scan", "Compute once and keep every table in a run folder."),
    "learn": ("dedup.cli.learn", "Write what outlets repeat, for review and for later runs."),
    "report": ("dedup.cli.report", "Write what was found as one page for a browser."),
    "explain": ("dedup.cli.explain", "Say why two stories are, or are not, duplicates."),
    "review": ("dedup.cli.review", "Answer for a sample of the findings; is it right?"),
    "eval": ("dedup.cli.eval", "Measure how right it is, on labels or on planted copies."),
    "diff": ("dedup.cli.diff", "Show what is new, gone and changed between two runs."),
    "stats": ("dedup.cli.stats", "Count what was found: by rule, by outlet, by day."),
    "lexicon": ("dedup.cli.lexicon", "Check lexicons and lists of lines of your own."),
    "rule": ("dedup.cli.show", "Explain one rule, or list them all."),
    "config": ("dedup.cli.show", "Show every setting, its value and where it came from."),
}
"""Command, module that holds it, and its line in ``dedup --help``."""

EXAMPLES = """
dedup check feeds/                        does this feed repeat itself?
dedup clean feeds/ -o cleaned/            the same stories without it
dedup scan corpus.jsonl -o run/           compute once ...
dedup report run/ -o report.html          ... look at it in a browser,
dedup explain ap-4711 rt-0815 --run run/  and ask why
"""


class Commands(TyperGroup):
    """A group that imports the module of a command when that command is called."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 -- handed on as it came
        super().__init__(**attributes)
        self.commands: dict[str, Any] = dict.fromkeys(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:  # noqa: ANN401 -- the context's class is private to typer
        """The command of that name, built now; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        if self.commands[cmd_name] is None:
            module = import_module(COMMANDS[cmd_name][0])
            self.commands[cmd_name] = module.COMMANDS[cmd_name]()
        command: TyperCommand = self.commands[cmd_name]
        return command

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 -- as above
        """The parameters, with plain defaults."""
        return with_plain_defaults(super().get_params(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 -- as above
        """Write the commands, then the options."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])
        write_sections(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 -- as above
        """Write the examples as they stand."""
        write_examples(self.epilog or "", formatter)


app = typer.Typer(
    name="dedup",
    cls=Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXAMPLES,
)


def _version(asked: bool) -> None:
    if asked:
        from dedup import __version__

        typer.echo(f"dedup {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Find what repeats in a news corpus: paragraphs, page furniture and whole stories.

    Every finding can be explained (`dedup explain`), every rule has a page (`dedup rule DUP102`),
    and whatever `dedup clean` takes out `dedup restore` puts back.
    """


def main() -> None:
    """Run the command line and end the process with its exit code.

    Cycles are not looked for: among the modules that come in and the rows that are made that takes
    4 % of a large run, and 4 % of a small one when the process ends. The system frees all at once.
    """
    gc.disable()
    # Looking through every installed package for plug-ins of the settings' library takes 20 ms.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    code = exits.run(lambda: app(prog_name="dedup"))
    gc.freeze()
    sys.exit(code)
