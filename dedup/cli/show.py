"""``dedup rule`` and ``dedup config``: what the tool knows about itself."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dedup import rules
from dedup.cli import exits
from dedup.cli.help import Page
from dedup.cli.options import DETECTION, GATE, GENERAL, INPUT, RULES, Flags, command
from dedup.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dedup.cli.configuration import Loaded

RULE_EXAMPLES = """
dedup rule                  every rule, a line each
dedup rule DUP102           what it means, how it is computed, how to silence it
dedup rule related-link     the same, by name
"""

CONFIG_EXAMPLES = """
dedup config                              every setting and where its value came from
dedup config threshold                    one setting, explained
dedup config --config strict.toml         the same with another file
dedup config --schema > dedup.schema.json
"""

_WIDTH = 88
_OUTLETS = "per-source-ignores"
"""The table whose keys are names of outlets, which TOML wants in quotes."""


class RulePageCommand(Page):
    """The command ``rule``: its argument is read by hand.

    A declared argument would load pydantic for a conversion from text to text, which costs more
    than all the rest of the command.
    """

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:  # noqa: ANN401 -- both classes are private to typer
        """Codes of rules, then options."""
        from typer._click.shell_completion import CompletionItem

        codes = [
            CompletionItem(rule.code, help=rule.name)
            for rule in rules.RULES.values()
            if rule.code.startswith(incomplete.upper())
        ]
        return [*codes, *super().shell_complete(ctx, incomplete)]


def rule(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Explain one rule, by code or name, or list them all.

    A page says what the rule means, how it is computed, which settings change it, what the fix
    does, gives an example, and says how to silence it.
    """
    raise typer.Exit(exits.guarded(lambda: _show_rules(context.args), debug=debug))


def build_rule() -> object:
    """The command ``rule``."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    app.command(
        "rule", cls=RulePageCommand, epilog=RULE_EXAMPLES, options_metavar="[OPTIONS] [CODE]...",
        context_settings={
            "help_option_names": ["-h", "--help"], "allow_extra_args": True,
        },
    )(rule)
    return typer.main.get_command(app)


def _show_rules(words: list[str]) -> int:
    if not words:
        for known in rules.RULES.values():
            typer.echo(f"{known.code}  {known.level:8}{known.name:40}{_fix(known)}")
        return exits.Code.PASSED
    typer.echo("\n\n".join(rule_text(rules.find(word)) for word in words))
    return exits.Code.PASSED


def rule_text(known: rules.Rule) -> str:
    """The page of a rule as it is shown in a terminal."""
    page = rules.page(known.code)
    parts = [
        f"{known.code} {known.name}\nlevel: {known.level}   fix: {_fix(known)}",
        _section("What it means", page.meaning),
        _section("How it is computed", page.computed),
        _section("Settings", ", ".join(page.settings) or "none change it"),
        _section("What the fix does", page.fix),
        "Example\n" + textwrap.indent(page.example.strip("\n"), "  "),
        _section("How to silence it", page.silence),
    ]
    return "\n\n".join(parts)


def _fix(known: rules.Rule) -> str:
    action, safety = known.fix
    return "none" if action == "none" else f"{action} ({safety})"


def _section(heading: str, text: str) -> str:
    paragraphs = [
        textwrap.fill(
            " ".join(paragraph.split()), _WIDTH, initial_indent="  ", subsequent_indent="  ",
            break_long_words=False, break_on_hyphens=False,
        )
        for paragraph in text.strip().split("\n\n")
    ]
    return heading + "\n" + "\n\n".join(paragraphs)


def config(
    flags: Flags,
    key: Annotated[
        str | None, typer.Argument(metavar="KEY", help="One setting, with what it means.")
    ] = None,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print JSON Schema of a settings file.")
    ] = False,
) -> int:
    """Show every setting, its value and where it came from.

    A value comes from the first of: the flag, `--config key=value`, the environment
    (DEDUP_THRESHOLD), `--config FILE`, the nearest dedup.toml or pyproject.toml with a
    [tool.dedup] table, the default. What is printed can be pasted into a dedup.toml.
    """
    from dedup.cli.gather import load_settings
    from dedup.settings import json_schema

    if schema:
        typer.echo(json.dumps(json_schema(), indent=2))
        return exits.Code.PASSED
    loaded = load_settings(flags)
    typer.echo(_one_setting(loaded, key) if key else _every_setting(loaded))
    return exits.Code.PASSED


def _values(loaded: Loaded) -> dict[str, object]:
    values: dict[str, object] = loaded.settings.model_dump(by_alias=True)
    inputs = loaded.input.model_dump(by_alias=True)
    values |= {f"input.{name}": value for name, value in inputs.items()}
    return {part: each for name, value in values.items() for part, each in _parts(name, value)}


def _parts(name: str, value: object) -> Iterator[tuple[str, object]]:
    """A setting, or of a table its parts that are set, each with its name in ``sources``."""
    if not isinstance(value, dict):
        yield name, value
        return
    if not value:
        yield name, None
    for key, inner in value.items():
        if not isinstance(inner, dict):
            yield f"{name}.{key}", inner
            continue
        given = {part: each for part, each in inner.items() if each is not None}
        yield from ((f"{name}.{key}.{part}", each) for part, each in given.items())


def _within(part: str, name: str) -> bool:
    """Whether it is the setting of that name or a part of it."""
    return part == name or part.startswith(f"{name}.")


def _every_setting(loaded: Loaded) -> str:
    lines = [(_toml(name, value), loaded.sources[name]) for name, value in _values(loaded).items()]
    width = min(max(len(line) for line, _ in lines), 40)
    return "\n".join(f"{line:{width}}  # {exits.printable(source)}" for line, source in lines)


def _toml(name: str, value: object) -> str:
    """A line of a settings file; a value that is not set is shown as a comment."""
    if value is None:
        return f"# {name} ="
    table, dot, key = name.partition(".")
    if table == _OUTLETS and dot and not key.replace("-", "").isalnum():
        name = f"{table}.{json.dumps(key, ensure_ascii=False)}"
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _one_setting(loaded: Loaded, key: str) -> str:
    from dedup.setting_checks import allowed, holds_tables
    from dedup.setting_values import kebab, suggestion
    from dedup.settings import InputSettings, Settings

    inputs = {f"input.{kebab(name)}": f for name, f in InputSettings.model_fields.items()}
    fields = {kebab(name): field for name, field in Settings.model_fields.items()} | inputs
    name = kebab(key)
    wanted = (name, f"input.{name}", name.partition(".")[0])
    name = next((each for each in wanted if each in fields), "")
    if not name:
        hint = suggestion(kebab(key), fields)
        raise ConfigError(f"no setting is called {key!r}{hint}; `dedup config` lists them all")
    described = fields[name]
    default = described.default
    python_name = name.removeprefix("input.").replace("-", "_")
    variable = "none: it is a table" if holds_tables(described) else f"DEDUP_{python_name.upper()}"
    values = {part: value for part, value in _values(loaded).items() if _within(part, name)}
    return "\n".join(
        [
            *(_toml(part, value) for part, value in values.items()),
            *textwrap.wrap(described.description or "", _WIDTH, initial_indent="  ",
                           subsequent_indent="  "),
            *(f"  from:         {exits.printable(loaded.sources[part])}" for part in values),
            f"  default:      {'not set' if default is None else json.dumps(default)}",
            f"  allowed:      {allowed(described)}",
            f"  environment:  {variable}",
        ]
    )


COMMANDS = {
    "rule": build_rule,
    "config": command(config, INPUT, DETECTION, RULES, GATE, GENERAL, examples=CONFIG_EXAMPLES),
}
