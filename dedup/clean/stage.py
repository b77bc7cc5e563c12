"""Writing all or nothing: files grow beside their place under a hidden name, then move into it.

Whatever goes wrong on the way, a full disk or Ctrl-C, what was written is taken away again.
"""

from __future__ import annotations

import errno
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from dedup.errors import OutputError
from dedup.formats.shown import shown


@dataclass(slots=True)
class Stage:
    """Outputs on their way; made by :func:`staging`."""

    _moves: list[tuple[Path, Path]] = field(default_factory=list)
    _made: list[Path] = field(default_factory=list)
    _moved: list[Path] = field(default_factory=list)

    def file(self, place: Path) -> Path:
        """Where to write what shall end up in ``place``: a new, empty file beside it."""
        hidden = self._beside(place)
        hidden.touch(exist_ok=False)
        self._moves.append((hidden, place))
        return hidden

    def folder(self, place: Path) -> Path:
        """The same for a folder."""
        hidden = self._beside(place)
        hidden.mkdir()
        self._moves.append((hidden, place))
        return hidden

    def scratch(self, place: Path) -> Path:
        """A file beside ``place`` that never shows up anywhere."""
        hidden = self._beside(place)
        hidden.touch(exist_ok=False)
        self._made.append(hidden)
        return hidden

    def _beside(self, place: Path) -> Path:
        for parent in reversed(place.parents):
            if not parent.exists():
                parent.mkdir()
                self._made.append(parent)
        return place.parent / f".dedup-{secrets.token_hex(8)}"

    def commit(self) -> None:
        """Move everything into place. OutputError if something stands there by now."""
        for hidden, place in self._moves:
            if hidden.is_dir() and place.is_dir():
                place.rmdir()
            elif place.exists():
                raise OutputError(f"{shown(str(place))} came into being meanwhile: choose another")
            hidden.rename(place)
            self._moved.append(place)
        for path in self._made:
            if not path.is_dir():
                path.unlink()

    def abort(self) -> None:
        """Take away everything that was written, and the folders made for it."""
        for path in [*self._moved, *(hidden for hidden, _ in self._moves)]:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with suppress(OSError):
                    path.unlink()
        for path in reversed(self._made):
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()


@contextmanager
def staging(target: Path) -> Iterator[Stage]:
    """A stage that is committed at the end, and leaves nothing behind on any failure.

    OutputError for what the system refuses, naming ``target``.
    """
    stage = Stage()
    try:
        yield stage
        stage.commit()
    except OSError as error:
        stage.abort()
        raise OutputError(_refusal(target, error)) from error
    except BaseException:
        stage.abort()
        raise


def _refusal(target: Path, error: OSError) -> str:
    name = shown(str(target))
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        advice = "no space left there; nothing was written, free some or choose another path"
    elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
        advice = "no permission to write there; choose another path"
    else:
        advice = f"{error.strerror or error}; nothing was written, choose another path"
    return f"{name}: cannot be written: {advice}"
