"""Help pages: options under headings, examples as they are typed; and flags that cost nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from typer.core import TyperCommand


class Page(TyperCommand):
    """A command whose help groups its options by heading and ends in examples."""

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401 -- both classes are private to typer
        """The parameters, with plain defaults."""
        return with_plain_defaults(super().get_params(ctx))

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 -- as above
        """Write arguments and options, a section for each heading."""
        write_sections(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 -- as above
        """Write the examples as they stand."""
        write_examples(self.epilog or "", formatter)


def with_plain_defaults(params: list[Any]) -> list[Any]:
    """The same parameters; flags default to False, and what was not given is not converted.

    typer leaves None in ``--help`` and the completion flags, and turning a value into its type
    loads pydantic, which takes as long as all the rest of `dedup rule`. It makes a converter for
    every option, given or not: a tenth of the time that `check` takes to start.
    """
    for param in params:
        if getattr(param, "is_flag", False) and param.default is None:
            param.default = False
        if "process_value" not in vars(param):
            param.process_value = partial(_processed, param, param.process_value)
    return params


def _processed(param: Any, process: Callable[..., Any], ctx: Any, value: Any) -> Any:  # noqa: ANN401 -- as above
    """A parameter's value: what typer makes of it, or of none, without the converter."""
    if value is None and not param.required and param.callback is None:
        return () if param.multiple or param.nargs == -1 else None
    return process(ctx, value)


def write_sections(command: Any, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 -- as above
    """Arguments first, then options by heading in the order in which headings first appear."""
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": []}
    general: list[tuple[str, str]] = []
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is None:
            continue
        heading = getattr(param, "rich_help_panel", None)
        if param.param_type_name == "argument":
            # The record's first part adds the Python type, which says nothing to a reader.
            sections["Arguments"].append((param.display_name_raw, record[1]))
        elif heading is None:
            general.append(record)
        else:
            sections.setdefault(heading, []).append(record)
    for heading, records in [*sections.items(), ("Options", general)]:
        if records:
            with formatter.section(heading):
                formatter.write_dl(records)


def write_examples(examples: str, formatter: Any) -> None:  # noqa: ANN401 -- as above
    """Write the examples unwrapped, so that each can be copied."""
    if examples:
        with formatter.section("Examples"):
            for line in inspect.cleandoc(examples).splitlines():
                formatter.write(f"{'':{formatter.current_indent}}{line}\n")
