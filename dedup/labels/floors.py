"""The file of floors: one TOML table a labelled set, with the digest of what it was measured on."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dedup.errors import ConfigError, InputError, MismatchError, OutputError
from dedup.evaluation.figures import Figure
from dedup.evaluation.floors import SetFloors, Verdict, compare, raised
from dedup.formats.shown import shown

DEFAULT_MARGIN = 0.002
"""How far below today's figures floors are raised to: two paragraphs or pairs of a thousand, so
that a change which helps elsewhere may cost one or two, and no more."""

_HEAD = """\
# Floors of quality: a figure below its floor fails. They only go up: raise them with
# {command}, never by hand and never down. `digest` is the SHA-256 of the files a set
# was measured on; where they change, delete the set's tables here and measure it anew.

margin = {margin}
"""


@dataclass(frozen=True, slots=True)
class FloorFile:
    """Floors of every set, by name, and how far below the figures they are put."""

    sets: Mapping[str, SetFloors] = field(default_factory=dict)
    margin: float = DEFAULT_MARGIN

    def of(self, name: str, digest: str) -> SetFloors:
        """The floors of a set, none yet if it is new. MismatchError when its files changed."""
        kept = self.sets.get(name, SetFloors(digest))
        if kept.digest and kept.digest != digest:
            raise MismatchError(
                f"the floors of {shown(name)!r} were measured on other files (digest "
                f"{kept.digest[:18]}…, now {digest[:18]}…): get the files back, or delete the "
                "tables of that set from the file of floors and raise it anew"
            )
        return SetFloors(digest, kept.floors)

    def having(self, name: str, floors: SetFloors) -> FloorFile:
        """The file with other floors for one set."""
        return FloorFile({**self.sets, name: floors}, self.margin)


def read_floors(path: Path, *, missing: bool = False) -> FloorFile:
    """The floors in a file; none at all when ``missing`` allows that it is not there yet."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if missing:
            return FloorFile()
        raise InputError(f"{shown(str(path))}: no such file; --raise-floors makes one") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{shown(str(path))}: not a file of floors ({error})") from error
    margin = tables.pop("margin", DEFAULT_MARGIN)
    if not isinstance(margin, int | float) or not 0 <= margin < 1:
        raise ConfigError(f"{shown(str(path))}: margin must be a number from 0 to below 1")
    return FloorFile({name: _set(path, name, table) for name, table in tables.items()}, margin)


def _set(path: Path, name: str, table: object) -> SetFloors:
    floors = table.get("floors", {}) if isinstance(table, dict) else None
    digest = table.get("digest", "") if isinstance(table, dict) else ""
    fine = isinstance(floors, dict) and all(isinstance(v, int | float) for v in floors.values())
    if not fine or not isinstance(digest, str):
        raise ConfigError(
            f"{shown(str(path))}: the table {shown(name)!r} holds a digest and a table of floors "
            "(figure = number)"
        )
    return SetFloors(digest, floors or {})


def write_floors(path: Path, kept: FloorFile, command: str) -> None:
    """Write the file, whole or not at all; ``command`` is how a reader raises the floors."""
    parts = [_HEAD.format(command=command, margin=kept.margin)]
    for name, floors in sorted(kept.sets.items()):
        key = json.dumps(name, ensure_ascii=False)
        lines = [f"\n[{key}]", f"digest = {json.dumps(floors.digest)}", f"\n[{key}.floors]"]
        lines += [
            f"{json.dumps(figure, ensure_ascii=False)} = {floor}"
            for figure, floor in sorted(floors.floors.items())
        ]
        parts.append("\n".join(lines) + "\n")
    beside = path.with_name(path.name + ".new")
    try:
        beside.write_text("".join(parts), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise OutputError(f"{shown(str(path))}: {error.strerror or error}") from error


def hold(
    path: Path, name: str, figures: Sequence[Figure], digest: str, *, raising: bool, command: str
) -> list[Verdict]:
    """A verdict on each floor of a set; ``raising`` first lifts the floors in the file.

    MismatchError when the set is not the one that the floors were measured on, InputError when
    the file has no floors for it.
    """
    kept = read_floors(path, missing=raising)
    floors = kept.of(name, digest)
    if raising:
        floors = SetFloors(digest, raised(figures, floors.floors, kept.margin))
        write_floors(path, kept.having(name, floors), command)
    if not floors.floors:
        raise InputError(
            f"{shown(str(path))}: no floors for {shown(name)!r} (there are: "
            f"{', '.join(map(shown, kept.sets)) or 'none'}); --raise-floors puts them there"
        )
    return compare(figures, floors.floors)


def digest_of(files: Iterable[Path]) -> str:
    """``sha256:`` and the digest of these files' names and bytes, in any order given."""
    total = hashlib.sha256()
    for file in sorted(files, key=lambda file: file.name):
        with file.open("rb") as stream:
            content = hashlib.file_digest(stream, "sha256").hexdigest()
        total.update(f"{file.name}\0{content}\n".encode("utf-8", "replace"))
    return f"sha256:{total.hexdigest()}"
