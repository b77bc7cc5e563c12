"""Options that commands share, and the decorator that turns a function into a command.

A shared option stands in a group; a command names the groups it takes and gets them together as
one :class:`Flags`. Types are plain, so that help needs neither the settings model nor NumPy;
a test holds the defaults shown here against the model.
"""

from __future__ import annotations

import inspect
import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Annotated, Any, Literal

import typer
from typer.main import get_command

from dedup.cli import exits
from dedup.cli.help import Page

When = Literal["auto", "always", "never"]
Group = Mapping[str, Any]
"""Option name to annotation; a missing option is None, a flag not given False."""

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS",
        help="Files, folders, globs, or - for standard input (with --input-format). "
        "`dump.dat:jsonl` names the format of one file.",
        show_default=False,
    ),
]
Run = Annotated[
    str | None,
    typer.Option("--run", metavar="RUN", rich_help_panel="Input",
                 help="Use the tables of this `dedup scan`."),
]


def _option(panel: str | None, *names: str, **attributes: Any) -> Any:  # noqa: ANN401 -- typer's own type
    return typer.Option(*names, rich_help_panel=panel, **attributes)


def _setting(panel: str, *names: str, metavar: str, default: str, text: str) -> Any:  # noqa: ANN401 -- as above
    return _option(panel, *names, metavar=metavar, help=f"{text}  [default: {default}]")


INPUT: Group = {
    "input_format": Annotated[
        Literal["text", "jsonl", "json", "csv", "tsv", "parquet"] | None,
        _option("Input", "--input-format", help="Format of every input; else by extension."),
    ],
    **{
        f"{name}_field": Annotated[
            str | None,
            _option("Input", f"--{name}-field", metavar="FIELD", help=f"Field with {what}."),
        ]
        for name, what in {
            "text": "the text (guessed: text, body, content, article)",
            "id": "the id (guessed: id, guid, url; else path and line)",
            "title": "the title (guessed: title, headline)",
            "date": "the time of publication (guessed: date, published, ...)",
            "source": "the outlet (guessed: source, outlet, publisher, domain)",
        }.items()
    },
    "encoding": Annotated[
        str | None,
        _option("Input", "--encoding", metavar="NAME", help="Encoding of the input; else found."),
    ],
    "exclude": Annotated[
        list[str] | None,
        _option("Input", "--exclude", metavar="GLOB",
                help="Leave these files out, named ones too (repeatable)."),
    ],
    "include": Annotated[
        list[str] | None,
        _option("Input", "--include", metavar="GLOB", help="Read these files only (repeatable)."),
    ],
    "limit": Annotated[
        int | None,
        _option("Input", "--limit", metavar="N", help="Read the first N stories only."),
    ],
}
DETECTION: Group = {
    "threshold": Annotated[
        float | None,
        _setting("Detection", "--threshold", metavar="SCORE", default="0.7",
                 text="Verified Jaccard score that makes a near-duplicate."),
    ],
    "near_recall": Annotated[
        float | None,
        _setting("Detection", "--near-recall", metavar="SHARE", default="0.95",
                 text="Share of the pairs at the threshold that must be found."),
    ],
    "num_perm": Annotated[
        int | None,
        _setting("Detection", "--num-perm", metavar="N", default="128",
                 text="Permutations of a signature."),
    ],
    "min_words": Annotated[
        int | None,
        _setting("Detection", "--min-words", metavar="N", default="30",
                 text="Shorter stories match only exactly."),
    ],
    "templates": Annotated[
        list[str] | None,
        _option("Detection", "--templates", metavar="FILE",
                help="Boilerplate that `dedup learn` wrote before (repeatable)."),
    ],
    "keep": Annotated[
        Literal["longest", "earliest", "latest", "agency", "source", "first", "none"] | None,
        _setting("Detection", "--keep", metavar="longest|earliest|latest|agency|source|first|none",
                 default="longest", text="Which copy of a story stays."),
    ],
    "seed": Annotated[
        int | None,
        _setting("Detection", "--seed", metavar="N", default="1",
                 text="Seed of the permutations."),
    ],
    "jobs": Annotated[
        int | None,
        _setting("Detection", "-j", "--jobs", metavar="N", default="0",
                 text="Threads; 0 means every core."),
    ],
    "memory": Annotated[
        str | None,
        _setting("Detection", "--memory", metavar="SIZE", default="4GB",
                 text="Memory to stay within."),
    ],
    "workspace": Annotated[
        str | None,
        _option("Detection", "--workspace", metavar="FOLDER",
                help="Where a large corpus lies while it is compared."),
    ],
}
RULES: Group = {
    "select": Annotated[
        list[str] | None,
        _setting("Rules", "--select", metavar="RULES", default="ALL",
                 text="Report these, by code or prefix: DUP,BLP301 (repeatable)."),
    ],
    "ignore": Annotated[
        list[str] | None,
        _option("Rules", "--ignore", metavar="RULES",
                help="Leave these out; the longer prefix wins (repeatable)."),
    ],
    "per_source_ignores": Annotated[
        list[str] | None,
        _option("Rules", "--per-source-ignores", metavar="GLOB:RULES",
                help="Leave these out of outlets of that name (repeatable)."),
    ],
}
FIXES: Group = {
    "max_loss": Annotated[
        list[str] | None,
        _setting("Fixes", "--max-loss", metavar="SHARES", default="outlet=0.2,story=0.6",
                 text="Stop if more of an outlet's or a story's words would go."),
    ],
}
GATE: Group = {
    "fail_on": Annotated[
        Literal["error", "warning", "note", "never"] | None,
        _setting("Gate", "--fail-on", metavar="error|warning|note|never", default="error",
                 text="Mildest level that makes the exit code 1."),
    ],
    "max_new": Annotated[
        int | None,
        _option("Gate", "--max-new", metavar="N", help="Let so many new findings pass."),
    ],
    "max_findings": Annotated[
        int | None,
        _option("Gate", "--max-findings", metavar="N",
                help="Let so many findings pass, accepted ones too."),
    ],
    "max_ratio": Annotated[
        str | None,
        _option("Gate", "--max-ratio", metavar="SHARE",
                help="Let this share of the stories have findings: 2%."),
    ],
    "baseline": Annotated[
        str | None,
        _option("Gate", "--baseline", metavar="FILE",
                help="Findings accepted before: only others are new."),
    ],
}
PROGRESS: Group = {
    "progress": Annotated[
        When | None,
        _option(None, "--progress", metavar="auto|always|never",
                help="Progress on standard error; auto: on a terminal, when it takes long."),
    ],
}
GENERAL: Group = {
    "config": Annotated[
        list[str] | None,
        _option(None, "--config", metavar="FILE|KEY=VALUE",
                help="Settings from this file, or one setting (repeatable)."),
    ],
    "isolated": Annotated[
        bool, _option(None, "--isolated", help="Do not look for dedup.toml or pyproject.toml.")
    ],
    "color": Annotated[
        When | None,
        _option(None, "--color", metavar="auto|always|never",
                help="Colour; auto heeds NO_COLOR, FORCE_COLOR and the terminal."),
    ],
    "quiet": Annotated[bool, _option(None, "-q", "--quiet", help="No summary, findings only.")],
    "verbose": Annotated[bool, _option(None, "-v", "--verbose", help="Say what is being done.")],
    "debug": Annotated[bool, _option(None, "--debug", help="Show the traceback of an error.")],
}

_LISTED = ("select", "ignore", "max_loss", "templates")
_INPUT_NAMES, _SETTING_NAMES = frozenset(INPUT), frozenset(
    {**DETECTION, **RULES, **FIXES, **GATE}
)


@dataclass(frozen=True, slots=True)
class Flags:
    """Shared options as given; what was not given is absent from the mappings."""

    settings: dict[str, Any] = field(default_factory=dict)
    input: dict[str, Any] = field(default_factory=dict)
    config: tuple[str, ...] = ()
    isolated: bool = False
    color: str = "auto"
    progress: str = "auto"
    quiet: bool = False
    verbose: bool = False
    debug: bool = False

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Flags:
        """Flags from the parsed values of every group a command takes."""
        given = {name: value for name, value in values.items() if value not in (None, [], ())}
        settings = {
            name: ",".join(value) if name in _LISTED else value
            for name, value in given.items()
            if name in _SETTING_NAMES
        }
        inputs = {name: value for name, value in given.items() if name in _INPUT_NAMES}
        rest: dict[str, Any] = {
            name: tuple(value) if name == "config" else value
            for name, value in given.items()
            if name not in _SETTING_NAMES and name not in _INPUT_NAMES
        }
        return cls(settings, inputs, **rest)

    def colored(self, stream: IO[str]) -> bool:
        """Whether to colour a stream: the flag, FORCE_COLOR, NO_COLOR, or is it a terminal."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("FORCE_COLOR"):
            return True
        if os.environ.get("NO_COLOR"):
            return False
        return stream.isatty()


def command(
    function: Callable[..., int], *groups: Group, examples: str
) -> Callable[[], object]:
    """A builder of the command: the function's own options, then those of the groups.

    The function gets the groups as its first parameter, ``flags``, and returns the exit code.
    """

    def build() -> object:
        app = typer.Typer(add_completion=False, rich_markup_mode=None)
        app.command(
            name=function.__name__.rstrip("_"), cls=Page, epilog=examples,
            context_settings={"help_option_names": ["-h", "--help"]},
            help=inspect.getdoc(function),
        )(_entry(function, {name: kind for group in groups for name, kind in group.items()}))
        return get_command(app)

    return build


def _entry(function: Callable[..., int], shared: Group) -> Callable[..., None]:
    """What typer calls: a function with every option in its signature."""

    def entry(**values: Any) -> None:  # noqa: ANN401 -- whatever was parsed
        flags = Flags.of({name: values.pop(name) for name in shared})
        _configure_logging(flags)
        raise typer.Exit(exits.guarded(lambda: function(flags, **values), debug=flags.debug))

    own = [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(function, eval_str=True).parameters.values()
        if parameter.name != "flags"
    ]
    parameters = [*own, *(_parameter(name, kind) for name, kind in shared.items())]
    entry.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    entry.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return entry


def _parameter(name: str, kind: Any) -> inspect.Parameter:  # noqa: ANN401 -- an annotation
    default = False if kind.__origin__ is bool else None
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind
    )


def _configure_logging(flags: Flags) -> None:
    level = logging.DEBUG if flags.debug else logging.INFO if flags.verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="dedup: %(message)s")
