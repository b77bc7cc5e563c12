"""Where each output goes, and which places are refused before anything is written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from dedup.errors import OutputError
from dedup.formats.inputs import STDIN, InputFile
from dedup.formats.options import COMPRESSIONS, FORMATS
from dedup.formats.shown import shown

_FORMAT_OF = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}


class Places(NamedTuple):
    """Where `clean` writes. ``names`` are the outputs of the inputs, in their order.

    They are relative to ``out``; for a single file (``single``) the name is that file's own.
    ``paths`` are the names the inputs get when they are restored.
    """

    out: Path
    single: bool
    paths: tuple[str, ...]
    names: tuple[str, ...]
    codecs: tuple[str, ...]
    removed: Path
    decisions: Path


def places(
    inputs: Sequence[InputFile], out: Path, removed: Path | None, decisions: Path | None
) -> Places:
    """The places of all outputs.

    OutputError when one of them is an input, lies in a folder that is read, holds something
    already, is meant twice, or asks for another format than the input's.
    """
    single = _is_file(inputs, out)
    if single:
        paths: tuple[str, ...] = (_inside(inputs[0]),)
        names: tuple[str, ...] = (out.name,)
        codecs: tuple[str, ...] = (codec_of(out),)
        beside = (f"{out}.removed.jsonl", f"{out}.decisions.jsonl")
    else:
        paths = names = output_names(inputs)
        codecs = tuple(source.compression for source in inputs)
        beside = (str(out / "removed.jsonl"), str(out / "decisions.jsonl"))
    found = Places(
        out,
        single,
        paths,
        names,
        codecs,
        Path(beside[0]) if removed is None else removed,
        Path(beside[1]) if decisions is None else decisions,
    )
    _refuse(found, inputs)
    return found


def refuse_existing(place: Path, *, single: bool) -> None:
    """OutputError when something is there already; an empty folder is fine for a folder."""
    if not single and place.is_dir():
        if any(place.iterdir()):
            raise OutputError(f"{_named(place)} is not empty: choose a new folder, or empty it")
    elif os.path.lexists(place):
        raise OutputError(f"{_named(place)} is already there: choose another path, or remove it")


def format_of(path: PurePath) -> str | None:
    """The input format a name's extension stands for, None if it stands for none."""
    if path.suffix.lower() in COMPRESSIONS:
        path = path.with_suffix("")
    return _FORMAT_OF.get(path.suffix.lower())


def codec_of(path: PurePath) -> str:
    """The compression a name's extension stands for; empty if none."""
    return COMPRESSIONS.get(path.suffix.lower(), "")


def output_names(inputs: Sequence[InputFile]) -> tuple[str, ...]:
    """Relative names, one an input: as inside the folder read, or below what all have in common."""
    roots = {str(Path(_root(source)).absolute()) for source in inputs if source.path != STDIN}
    if len(roots) <= 1:
        names = [_inside(source) for source in inputs]
    else:
        common = os.path.commonpath(roots)
        names = [
            PurePath(os.path.relpath(source.path, common)).as_posix()
            if source.path != STDIN
            else _inside(source)
            for source in inputs
        ]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise OutputError(f"two inputs would be written to {shown(twice[0])}: clean them apart")
    return tuple(names)


def _root(source: InputFile) -> str:
    """The folder that was read, or in which a file named by itself lies."""
    if source.inside:
        return source.path[: -len(source.inside)] or "."
    return str(PurePath(source.path).parent)


def _inside(source: InputFile) -> str:
    if source.path == STDIN:
        return f"stdin{FORMATS[source.format][0]}"
    return source.inside or PurePath(source.path).name


def _is_file(inputs: Sequence[InputFile], out: Path) -> bool:
    """Whether ``out`` means one file, not a folder."""
    if out.is_dir():
        return False
    only = inputs[0] if len(inputs) == 1 and inputs[0].explicit else None
    wanted = format_of(out)
    if only is not None and wanted is None and out.suffix:
        return out.suffix == PurePath(only.path).suffix
    if wanted is None:
        return False
    if only is None:
        raise OutputError(
            f"{_named(out)} is the name of one file, and {len(inputs)} inputs in folders or by "
            "name are read: name a folder for the output"
        )
    if wanted != only.format:
        endings = ", ".join(FORMATS[only.format])
        raise OutputError(
            f"{_named(out)}: cleaning keeps the format, which is {only.format}: give a name "
            f"ending in {endings}, or a folder"
        )
    return True


def _refuse(found: Places, inputs: Sequence[InputFile]) -> None:
    logs = (found.removed, found.decisions)
    every = (found.out, *logs)
    if len({_real(place) for place in every}) < len(every):
        raise OutputError(f"{_named(found.out)}: two outputs share one path: name another")
    for place in every:
        _refuse_input(place, inputs)
    refuse_existing(found.out, single=found.single)
    for place in logs:
        if _real(place.parent) == _real(found.out) and place.name in found.names:
            raise OutputError(
                f"{_named(place)} is where an input of that name goes: give another path with "
                "--removed or --decisions"
            )
        refuse_existing(place, single=True)


def _refuse_input(place: Path, inputs: Sequence[InputFile]) -> None:
    real = _real(place)
    # A folder is looked at once, not with each of the files in it: there may be a million.
    folders = dict.fromkeys(_root(source) for source in inputs if source.inside)
    files = [s for s in inputs if not s.inside and s.location is not None]
    hit = [folder for folder in folders if _within(real, folder)]
    hit += [s.path for s in files if s.location is not None and _real(s.location) == real]
    if hit:
        raise OutputError(
            f"{_named(place)} lies in what is read ({shown(hit[0])}): the input is never touched, "
            "choose a path outside of it"
        )


def _within(real: str, folder: str) -> bool:
    above = os.path.realpath(folder)
    return real == above or real.startswith(above.rstrip(os.sep) + os.sep)


def _real(path: Path) -> str:
    return os.path.realpath(path)


def _named(path: Path) -> str:
    return shown(str(path))
