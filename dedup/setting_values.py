"""Kinds of values that settings take, and how they are written in files, flags and variables."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema

from dedup import rules


def kebab(name: str) -> str:
    """``min_words`` as it is written in files and flags: ``min-words``."""
    return name.replace("_", "-")


def listed(value: object) -> object:
    """Accept ``"DUP, PAR201"`` where a list is meant: flags and the environment have no lists."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Strings = Annotated[tuple[str, ...], BeforeValidator(listed)]

LOSS_BUDGET = {"outlet": 0.2, "story": 0.6}
"""Shares of its words that cleaning may take from an outlet and from a story."""


def _shares(value: object) -> object:
    """A budget in full, however little of it was given: ``0.5`` is both, a part stands alone."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    parts = listed(value)
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        return value
    shares = dict(LOSS_BUDGET)
    for part in parts:
        name, equals, number = part.replace(" ", "").rpartition("=")
        if equals and name not in shares:
            raise ValueError(f"no budget is called {name!r}; write outlet=0.2,story=0.6")
        shares |= dict.fromkeys([name] if equals else shares, _share(number))
    return tuple(f"{name}={share:g}" for name, share in shares.items())


def _share(text: str) -> float:
    """``0.2`` or ``20%`` as a share."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"{text!r} is no share; write 0.2 or 20%")
    return share


_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
          "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40}  # fmt: skip
LEAST_MEMORY = 5 * 10**8
"""Bytes: what the tables, kernels and libraries of a large scan take before a story was read."""


def bytes_of(size: str) -> int:
    """Bytes of a size such as ``2GB`` or ``1.5 GiB``; ValueError for anything else."""
    number = size.strip().rstrip("BKMGTIbkmgti ")
    unit = size.strip()[len(number) :].strip().lower()
    try:
        return int(float(number) * _UNITS[unit])
    except (KeyError, ValueError, OverflowError) as error:
        raise ValueError(f"{size!r} is no size; write 2GB, 1500MB or 1.5GiB") from error


def _memory(value: object) -> object:
    size = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(size, str) and bytes_of(size) < LEAST_MEMORY:
        raise ValueError(f"{size!r} is too little: give at least 500MB")
    return size


Memory = Annotated[str, BeforeValidator(_memory)]

Shares = Annotated[tuple[str, ...], BeforeValidator(_shares)]


def _ratio(value: object) -> object:
    """``2%`` and ``0.02`` are one share."""
    return _share(value.replace(" ", "")) if isinstance(value, str) else value


Ratio = Annotated[
    float, BeforeValidator(_ratio), WithJsonSchema({"type": ["number", "string"]})
]
Level = Literal["error", "warning", "note"]


class Section(BaseModel):
    """What all tables of a settings file have in common."""

    ABOVE: ClassVar[str] = ""
    """What stands before the names of its settings in messages: ``input.``."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, populate_by_name=True
    )


def known_prefixes(prefixes: Iterable[str]) -> tuple[str, ...]:
    """Rules or families of rules in upper case; ValueError for what fits none."""
    named = tuple(prefix.upper() for prefix in prefixes)
    unknown = rules.unknown_prefixes(named)
    if unknown:
        families = sorted({code[:3] for code in rules.RULES})
        raise ValueError(
            f"no rule is called or starts with {unknown[0]!r}"
            f"{suggestion(unknown[0], ['ALL', *families, *rules.RULES])}"
        )
    return named


def suggestion(word: str, choices: Iterable[str], prefix: str = "") -> str:
    """``; did you mean 'threshold'?``, or nothing when no choice is near."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f"; did you mean {prefix + close[0]!r}?" if close else ""
