"""Machine code kept from run to run: one file for each kind of machine, replaced as a whole.

Numba keeps what it compiled in two files for every kernel, beside the module or in a folder of its
own. That folder must be one that can be written, a file of it that was torn ends the run, several
processes that compile at once may hand each other the wrong code, and so may machines with other
processors that share the folder. So every process here works on a copy of its own, in a temporary
folder, taken from an archive that is checked (every member has a checksum) and never changed, only
replaced. What was compiled beyond it is added to the archive when the process ends.

An archive is known by Python, Numba, processor and place of the modules; it holds for these sources
only. It lies in ``NUMBA_CACHE_DIR`` if that is set, beside the modules, or in the user's folder for
caches: read from the first that has it, written to the first that can be written. Like any compiled
code it is trusted: whoever may write there may run what he likes.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
import zlib
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

_HERE = Path(__file__).parent
_PREFIX = "dedup-kernels-"
_ALIVE = "alive"
"""Locked as long as a process works in the folder it lies in."""


class Copy(NamedTuple):
    """The folder this process works in: which files came with it, and a note for the user.

    ``folder`` is None when no folder can be written at all.
    """

    folder: Path | None
    came: frozenset[tuple[str, int, int]]
    note: str
    process: int


@cache
def copy() -> Copy:
    """The machine code of this process: made once, gone when the process ends."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    except OSError:
        return Copy(None, frozenset(), _not_kept(), os.getpid())
    _sweep(folder.parent)
    _lock(folder)
    note = _fill(folder)
    # After a note nothing counts as having come: all is kept anew.
    made = Copy(folder, frozenset() if note else _listed(folder), note, os.getpid())
    atexit.register(_leave, made)
    return made


@contextlib.contextmanager
def placed() -> Iterator[bool]:
    """Numba is told of the copy inside; whether there is one.

    Numba asks when a function is decorated, never again: other packages' caches stay as they are.
    """
    folder = copy().folder
    config = _config()
    before = config.CACHE_DIR
    config.CACHE_DIR = "" if folder is None else str(folder)
    try:
        yield folder is not None
    finally:
        config.CACHE_DIR = before


def keep() -> Path | None:
    """Put what was compiled since into the archive; where it lies, None if it cannot be kept."""
    own = copy()
    if own.folder is None:
        return None
    members = sorted(one for one in own.folder.rglob("*.nb?") if one.is_file())
    for folder in _folders():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return _written(folder / _name(), own.folder, members)
        except OSError:
            continue
    return None


def _fill(folder: Path) -> str:
    """Unpack the first archive that holds for these sources; a note when that goes wrong."""
    damaged = ""
    for place in _folders():
        archive = place / _name()
        try:
            with ZipFile(archive) as packed:
                if packed.comment == _stamp():
                    packed.extractall(folder)
                    return damaged
        except FileNotFoundError:
            continue
        except (OSError, BadZipFile, EOFError, ValueError, zlib.error, NotImplementedError):
            _empty(folder)
            damaged = f"{archive}, where compiled kernels are kept, was damaged and is replaced"
    return damaged if any(map(_writable, _folders())) else _not_kept()


def _not_kept() -> str:
    return (
        "compiled kernels cannot be kept, every run compiles them anew: no folder for them can "
        "be written; name one in NUMBA_CACHE_DIR"
    )


def _written(archive: Path, folder: Path, members: list[Path]) -> Path:
    handle, made = tempfile.mkstemp(prefix=_PREFIX, dir=archive.parent)
    try:
        with os.fdopen(handle, "wb") as stream, ZipFile(stream, "w") as packed:
            packed.comment = _stamp()
            for member in members:
                packed.write(member, member.relative_to(folder))
        Path(made).chmod(0o644)
        Path(made).replace(archive)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    return archive


def _leave(own: Copy) -> None:
    """Keep what is new and take the folder away, in the process that made it."""
    if own.folder is None or own.process != os.getpid():
        return
    with contextlib.suppress(OSError):
        if _listed(own.folder) != own.came:
            keep()
    shutil.rmtree(own.folder, ignore_errors=True)


def _listed(folder: Path) -> frozenset[tuple[str, int, int]]:
    states = ((one, one.stat()) for one in folder.rglob("*.nb?"))
    return frozenset((str(one), state.st_size, state.st_mtime_ns) for one, state in states)


def _empty(folder: Path) -> None:
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one, ignore_errors=True)


def _folders() -> tuple[Path, ...]:
    """Where an archive may lie, the best place first."""
    own = os.environ.get("NUMBA_CACHE_DIR") or _config().CACHE_DIR
    return (*([Path(own)] if own else ()), _HERE / "__pycache__", *_user_folder())


def _config() -> Any:
    """Numba's settings: a module whose attributes come from the environment."""
    from numba.core import config

    return config


def _user_folder() -> tuple[Path, ...]:
    """The user's folder for caches, if the user has a home."""
    name, usual = {
        "win32": ("LOCALAPPDATA", "AppData/Local"), "darwin": ("", "Library/Caches"),
    }.get(sys.platform, ("XDG_CACHE_HOME", ".cache"))  # fmt: skip
    named = os.environ.get(name)
    with contextlib.suppress(RuntimeError):
        return ((Path(named) if named else Path.home() / usual) / "wire-dedup",)
    return ()


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


@cache
def _name() -> str:
    """The archive's name: other Pythons, Numbas, processors and places have others."""
    import numba
    from numba.core.registry import cpu_target

    # What Numba itself tells machines apart by: triple, processor, features.
    machine = cpu_target.target_context.codegen().magic_tuple()
    known = (sys.implementation.cache_tag, sys.version, numba.__version__, machine, str(_HERE))
    return f"{_PREFIX}{blake2b(repr(known).encode(), digest_size=8).hexdigest()}.zip"


@cache
def _stamp() -> bytes:
    """What changes with every source of a kernel: sizes and times, as Numba looks at them.

    Of all sources together: Numba looks at a kernel's own, which others are compiled into.
    """
    digest = blake2b(digest_size=16)
    for path in sorted([*_HERE.glob("[cr]*_*.py"), _HERE / "compiled.py", _HERE / "constants.py"]):
        state = path.stat()
        digest.update(f"{path.name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest().encode()


def _lock(folder: Path) -> None:
    """Show that a process works here; so do its children, which have the file open too."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        handle = os.open(folder / _ALIVE, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _sweep(place: Path) -> None:
    """Take away the folders of processes that were killed."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        for alive in place.glob(f"{_PREFIX}*/{_ALIVE}"):
            with contextlib.suppress(OSError), alive.open("rb") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(alive.parent, ignore_errors=True)
