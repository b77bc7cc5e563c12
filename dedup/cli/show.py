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
    return values | {f"input.{name}": value for name, value in inputs.items()}


def _every_setting(loaded: Loaded) -> str:
    lines = [(_toml(name, value), loaded.sources[name]) for name, value in _values(loaded).items()]
    width = min(max(len(line) for line, _ in lines), 40)
    return "\n".join(f"{line:{width}}  # {exits.printable(source)}" for line, source in lines)


def _toml(name: str, value: object) -> str:
    """A line of a settings file; a value that is not set is shown as a comment."""
    if value is None:
        return f"# {name} ="
    return f"{name} = {json.dumps(value, ensure_ascii=False)}"


def _one_setting(loaded: Loaded, key: str) -> str:
    from dedup.settings import InputSettings, Settings, allowed, kebab, suggestion

    name = kebab(key)
    if name not in loaded.sources and f"input.{name}" in loaded.sources:
        name = f"input.{name}"
    if name not in loaded.sources:
        hint = suggestion(name, loaded.sources)
        raise ConfigError(f"no setting is called {key!r}{hint}; `dedup config` lists them all")
    model = InputSettings if name.startswith("input.") else Settings
    python_name = name.removeprefix("input.").replace("-", "_")
    described = model.model_fields[python_name]
    default = described.default
    return "\n".join(
        [
            _toml(name, _values(loaded)[name]),
            *textwrap.wrap(described.description or "", _WIDTH, initial_indent="  ",
                           subsequent_indent="  "),
            f"  from:         {exits.printable(loaded.sources[name])}",
            f"  default:      {'not set' if default is None else json.dumps(default)}",
            f"  allowed:      {allowed(described)}",
            f"  environment:  DEDUP_{python_name.upper()}",
        ]
    )


COMMANDS = {
    "rule": build_rule,
    "config": command(config, INPUT, DETECTION, RULES, GATE, GENERAL, examples=CONFIG_EXAMPLES),
}
