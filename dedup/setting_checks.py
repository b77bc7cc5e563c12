"""Tables of values checked against the settings: names, limits, and the words for what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from dedup.errors import ConfigError
from dedup.setting_values import Section, kebab, known_prefixes, suggestion

_Model = TypeVar("_Model", bound=Section)

Origin = Callable[[tuple[str, ...]], str]
"""Where a key stands, given as a path of keys: ``dedup.toml:7``."""


def known(
    table: Mapping[str, Any], model: type[Section], origin: Origin, above: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The table by Python names; a name that is not a field is refused with the nearest one."""
    by_alias = {kebab(name): name for name in model.model_fields}
    values = {}
    for key, value in table.items():
        path = (*above, key)
        name = by_alias.get(kebab(key))
        if name is None:
            prefix = "".join(f"{part}." for part in above)
            raise ConfigError(
                f"{origin(path)}: no setting is called {prefix + key!r}"
                f"{suggestion(kebab(key), by_alias, prefix)}; `dedup config` lists them all"
            )
        inner = section_of(model.model_fields[name])
        nested = inner is not None and isinstance(value, Mapping)
        values[name] = _by_rule(value, inner, origin, path) if inner and nested else value
    return values


def section_of(field: FieldInfo) -> type[Section] | None:
    """The model of the tables by rule that a setting holds; None for one that holds no tables."""
    parts = get_args(field.annotation)
    if holds_tables(field) and isinstance(parts[1], type) and issubclass(parts[1], Section):
        return parts[1]
    return None


def holds_tables(field: FieldInfo) -> bool:
    """Whether a setting is a table, not a value or a list."""
    return get_origin(field.annotation) is dict


def _by_rule(
    table: Mapping[str, Any], model: type[Section], origin: Origin, above: tuple[str, ...]
) -> dict[str, Any]:
    """A table of tables by codes in upper case; unknown rules and keys are refused."""
    entered: dict[str, Any] = {}
    for code, given in table.items():
        path = (*above, code)
        try:
            (named,) = known_prefixes([code])
        except ValueError as error:
            raise ConfigError(f"{origin(path)}: {error}; `dedup rule` lists them all") from error
        chosen = isinstance(given, Mapping)
        entered[named] = known(given, model, origin, path) if chosen else given
    return entered


def validated(
    model: type[_Model], values: Mapping[str, Any], origins: Mapping[str, str]
) -> _Model:
    """The model of these values (by Python name); a bad one is reported with its origin.

    ``origins`` are by the name a file would use, parts of tables after a dot.
    """
    try:
        return model.model_validate({kebab(name): value for name, value in values.items()})
    except ValidationError as error:
        problem = error.errors()[0]
        path = _path_of(problem["loc"], model)
        raise ConfigError(
            f"{_origin_of(path, origins)}: {model.ABOVE}{'.'.join(path)} = "
            f"{_shown(_value_at(values, path))}: "
            f"{_reason(dict(problem), _field_at(model, path))}"
        ) from error


def _path_of(place: Sequence[int | str], model: type[Section]) -> tuple[str, ...]:
    """The keys down to the setting that is wrong, as a file has them; not into a list."""
    path = tuple(str(part) for part in place)
    field = model.model_fields[path[0].replace("-", "_")]
    depth = 3 if section_of(field) else 2 if holds_tables(field) else 1
    return tuple(part if depth == 2 and place else kebab(part)
                 for place, part in enumerate(path[:depth]))


def _origin_of(path: tuple[str, ...], origins: Mapping[str, str]) -> str:
    """The origin of the longest part of a path that has one, or of something in it."""
    for length in range(len(path), 0, -1):
        name = ".".join(path[:length])
        for key, origin in origins.items():
            if key == name or key.startswith(f"{name}."):
                return origin
    return "settings"


def _value_at(values: Mapping[str, Any], path: tuple[str, ...]) -> object:
    found: Any = values
    for part in path:
        if not isinstance(found, Mapping):
            break
        found = found.get(part, found.get(part.replace("-", "_")))
    return found


def _field_at(model: type[Section], path: tuple[str, ...]) -> FieldInfo:
    field = model.model_fields[path[0].replace("-", "_")]
    inner = section_of(field)
    return inner.model_fields[path[2].replace("-", "_")] if inner and len(path) > 2 else field


def allowed(field: FieldInfo) -> str:
    """What a setting may be, in words: ``a number from 0 to 1``, ``one of a, b``."""
    choices = _choices(field.annotation)
    if choices:
        return "one of " + ", ".join(choices)
    if get_origin(field.annotation) is tuple:
        return "a list of strings"
    if holds_tables(field):
        return "a table"
    if field.annotation in (str, str | None):
        return "a string"
    fraction = float in (field.annotation, *_parts(field.annotation))
    kind = "a number" if fraction else "a whole number"
    bounds = {type(limit).__name__: limit for limit in field.metadata}
    words = [
        f"{word} {getattr(bounds[name], name.lower())}"
        for name, word in (("Ge", "from"), ("Gt", "above"), ("Le", "to"), ("Lt", "below"))
        if name in bounds
    ]
    return " ".join([kind, *words])


def _parts(annotation: object) -> list[object]:
    """The types an annotation is made of."""
    return [deep for part in get_args(annotation) for deep in (part, *_parts(part))]


def _choices(annotation: object) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return [choice for part in get_args(annotation) for choice in _choices(part)]


def _reason(problem: Mapping[str, Any], field: FieldInfo) -> str:
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    if problem["type"].startswith("tuple"):
        return "must be a list of strings"
    return f"must be {allowed(field)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
