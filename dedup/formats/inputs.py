"""What was named on the command line becomes the files to read, in a fixed order."""

from __future__ import annotations

import glob
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from dedup.errors import ConfigError, InputError
from dedup.formats.options import COMPRESSIONS, FORMATS, InputOptions
from dedup.formats.shown import shown
from dedup.model import encode

STDIN = "-"

_FORMAT_OF = {suffix: name for name, suffixes in FORMATS.items() for suffix in suffixes}


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to read, or standard input.

    ``path`` is how it is spoken of: as given, with forward slashes. ``location`` is where to open
    it, None for standard input. ``explicit`` says that the user named this very file, so that it
    must be readable. ``story_id`` is set for text files, each of which is one story. ``inside`` is
    its path inside the folder it was found in.
    """

    path: str
    location: Path | None
    format: str
    compression: str = ""
    explicit: bool = True
    story_id: str = ""
    inside: str = ""


class Inputs(list[InputFile]):
    """The files to read, in order; ``skipped`` holds what folders held besides, with the reason."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped: list[tuple[str, str]] = []


def find_inputs(paths: Sequence[str], options: InputOptions) -> Inputs:
    """The files that these paths name: files, folders (recursive), globs, ``-`` for stdin.

    Named paths keep their order, what a folder or a glob holds is sorted; no file comes twice.
    Hidden files and those of unknown extension in folders are left out. ``PATH:FORMAT`` says what
    format a path is in. InputError when a path is not there or holds nothing to read, when its
    format cannot be told, and when the patterns leave nothing.
    """
    if options.input_format is not None and options.input_format not in FORMATS:
        raise ConfigError(f"unknown input format {options.input_format!r}: {_known_formats()}")
    inputs = Inputs()
    seen: set[str] = set()
    wanted = _chooser(options)
    for named in paths:
        found = list(_expand(named, options, inputs.skipped))
        if not found:
            raise InputError(_nothing(named, inputs.skipped))
        for each in found:
            key = STDIN if each.location is None else os.path.realpath(each.location)
            if key not in seen and wanted(each):
                seen.add(key)
                inputs.append(each)
    if not inputs:
        raise InputError(
            "nothing to read: every file is left out; check --include and --exclude"
            if paths
            else "nothing to read: name files, folders, globs, or - for standard input"
        )
    inputs[:] = _with_story_ids(inputs)
    return inputs


def _expand(
    named: str, options: InputOptions, skipped: list[tuple[str, str]]
) -> Iterator[InputFile]:
    """The files one named path stands for."""
    path, forced = _split_suffix(named)
    forced = forced or options.input_format
    if path == STDIN:
        yield _stdin(forced, options.stdin)
    elif Path(path).is_dir():
        yield from _folder(path, forced, skipped)
    elif os.path.lexists(path):
        yield _named_file(path, forced)
    elif glob.has_magic(path):
        yield from _matches(path, forced, skipped)
    else:
        raise InputError(f"{shown(path)}: no such file or folder; check the path{_hint(path)}")


def _split_suffix(named: str) -> tuple[str, str | None]:
    """``dump.dat:jsonl`` → path and format; a file that really has this name goes first."""
    path, colon, suffix = named.rpartition(":")
    if not colon or not path or suffix not in FORMATS or os.path.lexists(named):
        return named, None
    return path, suffix


def _stdin(forced: str | None, spooled: Path | None) -> InputFile:
    if forced is None:
        message = "standard input has no name to tell its format by: add --input-format jsonl"
        raise InputError(f"{message} ({_known_formats()})")
    return InputFile(STDIN, spooled, forced, story_id="stdin" if forced == "text" else "")


def _named_file(path: str, forced: str | None) -> InputFile:
    found = _recognise(path, forced, explicit=True)
    if found is None:
        message = f"{shown(path)}: its name does not tell its format; write {shown(path)}:jsonl"
        raise InputError(f"{message}, or give --input-format ({_known_formats()})")
    return found


def _folder(folder: str, forced: str | None, skipped: list[tuple[str, str]]) -> Iterator[InputFile]:
    """The files of a folder and its folders, by path."""
    for path in _walk(folder, skipped):
        found = _recognise(str(path), forced, explicit=False)
        if found is None:
            skipped.append((_spoken(str(path)), "unknown extension"))
        else:
            yield replace(found, inside=_spoken(os.path.relpath(path, folder)))


def _walk(folder: str, skipped: list[tuple[str, str]]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        skipped.append((_spoken(str(error.filename)), error.strerror or "cannot be opened"))

    files = []
    for parent, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if not name.startswith(".")]
        files += [Path(parent, name) for name in names if not name.startswith(".")]
    for path in sorted(files, key=lambda path: path.parts):
        if path.is_file():
            yield path
        else:
            skipped.append((_spoken(str(path)), "not a regular file"))


def _matches(
    pattern: str, forced: str | None, skipped: list[tuple[str, str]]
) -> Iterator[InputFile]:
    """The files a glob matches, and those in the folders it matches."""
    # not Path.glob, which takes hidden files and refuses absolute patterns
    matches = glob.glob(pattern, recursive=True)  # noqa: PTH207
    for path in sorted(matches, key=lambda path: Path(path).parts):
        if Path(path).is_dir():
            if "**" not in pattern:
                yield from _folder(path, forced, skipped)
            continue
        found = _recognise(path, forced, explicit=False)
        if found is None:
            skipped.append((_spoken(path), "unknown extension"))
        else:
            yield replace(found, inside=Path(path).name)


def _recognise(path: str, forced: str | None, *, explicit: bool) -> InputFile | None:
    """The input file a path is, or None when its format cannot be told."""
    stem, compression = Path(path).name, ""
    suffix = PurePath(stem).suffix.lower()
    if suffix in COMPRESSIONS:
        stem, compression = stem[: -len(suffix)], COMPRESSIONS[suffix]
        suffix = PurePath(stem).suffix.lower()
    format_name = forced or _FORMAT_OF.get(suffix)
    if format_name is None:
        return None
    return InputFile(_spoken(path), Path(path), format_name, compression, explicit)


def _spoken(path: str) -> str:
    """A path as it is shown and kept: forward slashes, and characters only."""
    return encode(PurePath(path).as_posix()).decode()


def _chooser(options: InputOptions) -> Callable[[InputFile], bool]:
    """Whether the patterns let a file in; they are tried on its path and on that in its folder."""
    if not (options.include or options.exclude):
        return lambda _: True
    from pathspec import GitIgnoreSpec

    try:
        include = GitIgnoreSpec.from_lines(options.include)
        exclude = GitIgnoreSpec.from_lines(options.exclude)
    except ValueError as error:
        raise ConfigError(
            f"--include or --exclude: {error}; write patterns as in a .gitignore"
        ) from error

    def wanted(found: InputFile) -> bool:
        if found.location is None:
            return True
        names = {found.path, found.inside or found.path}
        inside = not options.include or any(map(include.match_file, names))
        return inside and not any(map(exclude.match_file, names))

    return wanted


def _with_story_ids(inputs: Sequence[InputFile]) -> list[InputFile]:
    """Text files get their ids: the bare name, or as much of the path as makes them differ."""
    texts = [found for found in inputs if found.format == "text" and found.location is not None]
    ids = {found.path: _stem(PurePath(found.path).name) for found in texts}
    for longer in (lambda f: _stem(f.inside or f.path), lambda f: _stem(f.path), lambda f: f.path):
        uses = Counter(ids.values())
        for found in texts:
            if uses[ids[found.path]] > 1:
                ids[found.path] = longer(found)
    return [replace(found, story_id=ids.get(found.path, found.story_id)) for found in inputs]


def _stem(path: str) -> str:
    """A path without the extensions that tell format and compression."""
    for known in (COMPRESSIONS, _FORMAT_OF):
        suffix = PurePath(path).suffix
        if suffix.lower() in known:
            path = path[: -len(suffix)]
    return path


def _known_formats() -> str:
    return "formats: " + ", ".join(FORMATS)


def _hint(path: str) -> str:
    """A word more when the part after a colon looks like a format that is not known."""
    _, colon, suffix = path.rpartition(":")
    if colon and suffix.isalpha():
        return f" ({suffix!r} is not a format; {_known_formats()})"
    return ""


def _nothing(named: str, skipped: Sequence[tuple[str, str]]) -> str:
    if glob.has_magic(named) and not os.path.lexists(named) and not skipped:
        return f"{shown(named)}: no file matches; check the pattern"
    if not skipped:
        return f"{shown(named)}: the folder is empty; name one that holds stories"
    path, reason = skipped[-1]
    what = f"{len(skipped)} skipped, such as {shown(path)} ({reason})"
    return f"{shown(named)}: nothing to read, {what}; say what they are with --input-format"
