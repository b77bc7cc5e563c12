"""Where each setting comes from.

A value is taken from the first place that has one: the flag, ``--config key=value``, the
environment (``DEDUP_KEY``), ``--config FILE``, the nearest ``dedup.toml`` or ``pyproject.toml``
with a ``[tool.dedup]`` table from the working folder upwards, the default.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from dedup.cli.toml_lines import key_lines, line_of
from dedup.errors import ConfigError
from dedup.setting_checks import Origin, holds_tables, known, section_of, validated
from dedup.setting_values import kebab, listed
from dedup.settings import InputSettings, Settings

FILE_NAMES = ("dedup.toml", "pyproject.toml")
"""Looked for in this order in each folder."""

ENVIRONMENT_PREFIX = "DEDUP_"

_RELATIVE_TO_THE_FILE = ("boilerplate_lexicon", "ignore_lines", "templates", "baseline")


class Loaded(NamedTuple):
    """Settings, and for each name (input fields as ``input.text-field``) where it came from.

    A value from a file has its line: ``dedup.toml:7``. Of tables each part that was set has a
    place of its own, ``rules.DUP102.level``.
    """

    settings: Settings
    input: InputSettings
    sources: dict[str, str]
    warnings: tuple[str, ...] = ()


class _Layer(NamedTuple):
    """Values from one place; names are Python names."""

    settings: dict[str, Any]
    input: dict[str, Any]
    origin: Origin
    input_origin: Origin


def load(
    flags: Mapping[str, Any] | None = None,
    input_flags: Mapping[str, Any] | None = None,
    *,
    config: Sequence[str] = (),
    isolated: bool = False,
    folder: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Loaded:
    """Settings from every place a user may set them, with the place of each value.

    ``flags`` and ``input_flags`` hold only what was given, by Python name. ``config`` holds the
    ``--config`` arguments: files and ``key=value``. ``isolated`` leaves out files that were found
    rather than named. ``folder`` (the working folder) is where the search upwards starts.

    Raises
    ------
    ConfigError
        An unknown key, a value out of range, or a file that cannot be read.
    """
    folder = Path.cwd() if folder is None else folder
    environ = os.environ if environ is None else environ
    pairs = [item for item in config if _is_pair(item)]
    files = [Path(item) for item in config if not _is_pair(item)]
    layers = []
    found = None if isolated else find_file(folder)
    for path in [*([found] if found else []), *files]:
        layers.append(_layer_of(*_read_file(path), path.parent))
    from_environment, warnings = _environment(environ)
    layers.append(from_environment)
    layers.extend(_layer_of(_pair(item), partial(_said, f"--config {item}")) for item in pairs)
    layers.append(_Layer(_with_outlets(flags or {}), dict(input_flags or {}), _flag, _flag))
    settings, origins = _merged((layer.settings, layer.origin) for layer in layers)
    inputs, input_origins = _merged((layer.input, layer.input_origin) for layer in layers)
    return Loaded(
        validated(Settings, settings, origins),
        validated(InputSettings, inputs, input_origins),
        _sources(origins, input_origins),
        warnings,
    )


def find_file(folder: Path) -> Path | None:
    """The nearest settings file from a folder upwards; a pyproject.toml only if it has ours."""
    for place in [folder, *folder.parents]:
        for name in FILE_NAMES:
            path = place / name
            if path.is_file() and (name == "dedup.toml" or _has_table(path)):
                return path
    return None


def _is_pair(item: str) -> bool:
    return re.match(r"[A-Za-z][^=/\\]*=", item) is not None and not Path(item).is_file()


def _said(origin: str, _: tuple[str, ...]) -> str:
    """An origin that is the same for every key."""
    return origin


def _flag(path: tuple[str, ...]) -> str:
    return f"flag --{kebab(path[0])}"


def _variable(path: tuple[str, ...]) -> str:
    return f"environment {ENVIRONMENT_PREFIX}{path[0].upper()}"


def _pair(item: str) -> dict[str, Any]:
    """``key=value`` as a table: the value is TOML, or else the bare text.

    A key has dots where a file has tables: ``input.limit``, ``rules.DUP102.level``.
    """
    key, _, text = item.partition("=")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    table, dot, rest = key.strip().partition(".")
    field = Settings.model_fields.get(table.replace("-", "_"))
    if field is not None and section_of(field):
        rest, inner, name = rest.partition(".")
        value = {name: value} if inner else value
    return {table: {rest.strip("\"'"): value}} if dot else {table: value}


def _has_table(path: Path) -> bool:
    """Whether a pyproject.toml speaks of dedup at all; one that cannot be parsed does not."""
    try:
        return "dedup" in tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False


def _read_file(path: Path) -> tuple[dict[str, Any], Origin]:
    """The settings table of a file, and the line of each of its keys."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        table: dict[str, Any] = tomllib.loads(text)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"{path}: the settings file cannot be read ({reason})") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not valid TOML ({error}); correct that line") from error
    lines = key_lines(text)
    above: tuple[str, ...] = ()
    if path.name == "pyproject.toml":
        table, above = table.get("tool", {}).get("dedup", {}), ("tool", "dedup")

    def origin(keys: tuple[str, ...]) -> str:
        line = line_of((*above, *keys), lines)
        return f"{path}:{line}" if line else str(path)

    if not isinstance(table, dict):
        raise ConfigError(f"{origin(())}: tool.dedup must be a table; write [tool.dedup]")
    return table, origin


def _layer_of(table: Mapping[str, Any], origin: Origin, folder: Path | None = None) -> _Layer:
    """The values of a settings table; refuses names that are not settings."""
    inputs = table.get("input", {})
    if not isinstance(inputs, Mapping):
        raise ConfigError(
            f'{origin(("input",))}: input must be a table of its own; '
            'write input.text-field = "body"'
        )
    own = {name: value for name, value in table.items() if name != "input"}
    settings = known(own, Settings, origin)
    if folder is not None:
        _anchor(settings, folder)

    def input_origin(path: tuple[str, ...]) -> str:
        return origin(("input", *path))

    return _Layer(
        settings, known(inputs, InputSettings, origin, ("input",)), origin, input_origin
    )


def _with_outlets(flags: Mapping[str, Any]) -> dict[str, Any]:
    """The flags with ``GLOB:RULES`` of outlets as a table."""
    given = dict(flags)
    outlets: dict[str, tuple[str, ...]] = {}
    texts = given.get("per_source_ignores")
    for text in texts if isinstance(texts, list) else ():
        glob, colon, codes = text.rpartition(":")
        if not (colon and glob and codes):
            raise ConfigError(
                f"flag --per-source-ignores: {text!r} is not GLOB:RULES, such as 'reuters*:BLP303'"
            )
        outlets[glob] = (*outlets.get(glob, ()), *str(codes).split(","))
    return given | ({"per_source_ignores": outlets} if outlets else {})


def _anchor(settings: dict[str, Any], folder: Path) -> None:
    """Make the files named in a settings file relative to where that file stands."""
    base = Path(os.path.relpath(folder))
    for name in _RELATIVE_TO_THE_FILE:
        given = settings.get(name)
        if name == "baseline":
            settings |= {name: str(base / given)} if isinstance(given, str) and given else {}
            continue
        names = listed(given or ())
        if isinstance(names, list | tuple) and names:
            settings[name] = [str(base / str(item)) for item in names]


def _environment(environ: Mapping[str, str]) -> tuple[_Layer, tuple[str, ...]]:
    """Values of ``DEDUP_*``; a name that is nearly a setting's is worth a warning, no more.

    Other programs may own variables that start with the same letters, so none is an error.
    """
    fields = {**Settings.model_fields, **InputSettings.model_fields}
    # Tables have no form as a variable.
    names = {name.upper(): name for name, field in fields.items() if not holds_tables(field)}
    layer = _Layer({}, {}, _variable, _variable)
    warnings = []
    for variable in sorted(environ):
        if not variable.startswith(ENVIRONMENT_PREFIX):
            continue
        bare = variable.removeprefix(ENVIRONMENT_PREFIX)
        if bare not in names:
            close = difflib.get_close_matches(bare, names, n=1, cutoff=0.75)
            if close:
                warnings.append(
                    f"environment {variable} is not used; "
                    f"did you mean {ENVIRONMENT_PREFIX}{close[0]}?"
                )
            continue
        target = layer.settings if names[bare] in Settings.model_fields else layer.input
        target[names[bare]] = environ[variable]
    return layer, tuple(warnings)


def _merged(
    layers: Iterable[tuple[Mapping[str, Any], Origin]]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Values with later layers over earlier ones, and the origin of each.

    Tables are laid over one another key by key; their parts have origins of their own.
    """
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for upper, origin in layers:
        _lay(values, origins, upper, (), origin)
    return values, origins


def _lay(
    values: dict[str, Any],
    origins: dict[str, str],
    upper: Mapping[str, Any],
    above: tuple[str, ...],
    origin: Origin,
) -> None:
    """Lay a table over another; ``above`` are the keys that lead to both."""
    for key, value in upper.items():
        path = (*above, key)
        if isinstance(value, Mapping):
            inner = values.get(key)
            values[key] = dict(inner) if isinstance(inner, Mapping) else {}
            _lay(values[key], origins, value, path, origin)
        else:
            values[key] = value
            origins[spelled(path)] = origin(path)


def spelled(path: Sequence[str]) -> str:
    """The name of a setting with a dot between its keys: ``rules.DUP102.error-if``."""
    own = len(path) == 2
    return ".".join(part if own and place else kebab(part) for place, part in enumerate(path))


def _sources(origins: Mapping[str, str], input_origins: Mapping[str, str]) -> dict[str, str]:
    """The origin of every setting there is, by the name a file would use."""
    sources: dict[str, str] = {}
    for name in Settings.model_fields:
        parts = {key: said for key, said in origins.items() if key.startswith(f"{kebab(name)}.")}
        sources |= parts or {kebab(name): origins.get(kebab(name), "default")}
    for name in InputSettings.model_fields:
        sources[f"input.{kebab(name)}"] = input_origins.get(kebab(name), "default")
    return sources
