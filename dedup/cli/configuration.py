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
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dedup.errors import ConfigError
from dedup.settings import InputSettings, Settings, kebab, known, listed, validated

FILE_NAMES = ("dedup.toml", "pyproject.toml")
"""Looked for in this order in each folder."""

ENVIRONMENT_PREFIX = "DEDUP_"

_RELATIVE_TO_THE_FILE = ("boilerplate_lexicon", "ignore_lines", "templates")


class Loaded(NamedTuple):
    """Settings, and for each name (input fields as ``input.text-field``) where it came from."""

    settings: Settings
    input: InputSettings
    sources: dict[str, str]
    warnings: tuple[str, ...] = ()


class _Layer(NamedTuple):
    """Values from one place; names are Python names."""

    settings: dict[str, Any]
    input: dict[str, Any]
    origin: str

    def origin_of(self, name: str) -> str:
        """What to tell the user; environment and flags name the very variable or flag."""
        if self.origin == "environment":
            return f"environment {ENVIRONMENT_PREFIX}{name.upper()}"
        if self.origin == "flag":
            return f"flag --{kebab(name)}"
        return self.origin


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
        layers.append(_layer_of(_read_file(path), str(path), path.parent))
    from_environment, warnings = _environment(environ)
    layers.append(from_environment)
    layers.extend(_layer_of(_pair(item), f"--config {item}") for item in pairs)
    layers.append(_Layer(dict(flags or {}), dict(input_flags or {}), "flag"))
    settings, origins = _merged(layers, "settings")
    inputs, input_origins = _merged(layers, "input")
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
    return re.match(r"[A-Za-z][\w.-]*\s*=", item) is not None and not Path(item).is_file()


def _pair(item: str) -> dict[str, Any]:
    """``key=value`` as a table: the value is TOML, or else the bare text."""
    key, _, text = item.partition("=")
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text.strip()
    table, dot, name = key.strip().partition(".")
    return {table: {name: value}} if dot else {table: value}


def _has_table(path: Path) -> bool:
    """Whether a pyproject.toml speaks of dedup at all; one that cannot be parsed does not."""
    try:
        return "dedup" in tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, ValueError):
        return False


def _read_file(path: Path) -> dict[str, Any]:
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"{path}: the settings file cannot be read ({reason})") from error
    except ValueError as error:
        raise ConfigError(f"{path}: not valid TOML ({error}); correct that line") from error
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("dedup", {})
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.dedup must be a table; write [tool.dedup]")
    return table


def _layer_of(table: Mapping[str, Any], origin: str, folder: Path | None = None) -> _Layer:
    """The values of a settings table; refuses names that are not settings."""
    inputs = table.get("input", {})
    if not isinstance(inputs, Mapping):
        raise ConfigError(
            f'{origin}: input must be a table of its own; write input.text-field = "body"'
        )
    own = {name: value for name, value in table.items() if name != "input"}
    settings = known(own, Settings, origin)
    if folder is not None:
        _anchor(settings, folder)
    return _Layer(settings, known(inputs, InputSettings, origin, "input."), origin)


def _anchor(settings: dict[str, Any], folder: Path) -> None:
    """Make the files named in a settings file relative to where that file stands."""
    base = Path(os.path.relpath(folder))
    for name in _RELATIVE_TO_THE_FILE:
        names = listed(settings.get(name, ()))
        if isinstance(names, list | tuple) and names:
            settings[name] = [str(base / str(item)) for item in names]


def _environment(environ: Mapping[str, str]) -> tuple[_Layer, tuple[str, ...]]:
    """Values of ``DEDUP_*``; a name that is nearly a setting's is worth a warning, no more.

    Other programs may own variables that start with the same letters, so none is an error.
    """
    names = {name.upper(): name for name in [*Settings.model_fields, *InputSettings.model_fields]}
    layer = _Layer({}, {}, "environment")
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


def _merged(layers: Sequence[_Layer], table: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Values with later layers over earlier ones, and the origin of each."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for layer in layers:
        own = getattr(layer, table)
        values |= own
        origins |= {name: layer.origin_of(name) for name in own}
    return values, origins


def _sources(origins: Mapping[str, str], input_origins: Mapping[str, str]) -> dict[str, str]:
    """The origin of every setting there is, by the name a file would use."""
    sources = {kebab(name): origins.get(name, "default") for name in Settings.model_fields}
    for name in InputSettings.model_fields:
        sources[f"input.{kebab(name)}"] = input_origins.get(name, "default")
    return sources
