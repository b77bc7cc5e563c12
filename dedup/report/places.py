"""Paths as services show them: relative to the checkout, with symbolic links resolved."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

NO_FILE = "-"
"""What stands for standard input and for stories that came from no file."""

_CHECKOUT = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
_IN_A_PATH = "/-._~!$&'()*+,;=@"
"""Characters that stay as they are in a relative URI; a colon would look like a scheme."""


def checkout(folder: str, environ: Mapping[str, str]) -> str:
    """The root of the checkout a folder is in, as GitHub or GitLab name it, or as git marks it.

    Else the folder itself.
    """
    here = os.path.realpath(folder)
    for name in _CHECKOUT:
        root = environ.get(name)
        if root and _inside(here, os.path.realpath(root)) is not None:
            return os.path.realpath(root)
    marked = (place for place in (Path(here), *Path(here).parents) if (place / ".git").exists())
    return str(next(marked, here))


class Places:
    """Paths of findings (as given, so relative to the working folder) seen from a root."""

    def __init__(self, root: str) -> None:
        self._root = os.path.realpath(root) if root else ""
        self._seen: dict[str, tuple[str, str]] = {}

    def path(self, given: str) -> str:
        """The path with forward slashes; as given where it is outside the root."""
        return self._of(given)[0]

    def uri(self, given: str) -> str:
        """The same as a relative URI; absolute where it is outside the root."""
        return self._of(given)[1]

    def _of(self, given: str) -> tuple[str, str]:
        known = self._seen.get(given)
        if known is None:
            known = self._seen[given] = self._found(given)
        return known

    def _found(self, given: str) -> tuple[str, str]:
        if given in ("", NO_FILE):
            return NO_FILE, NO_FILE
        try:
            real = os.path.realpath(given) if self._root else ""
        except ValueError:  # a name that no file can have
            real = ""
        if not real:
            return given, _quoted(given)
        inside = _inside(real, self._root)
        if inside is None:
            return given, f"file://{_quoted(real if real.startswith('/') else '/' + real)}"
        return inside, _quoted(inside)


def _inside(path: str, root: str) -> str | None:
    """The path relative to the root with forward slashes; None outside it."""
    try:
        relative = os.path.relpath(path, root).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return None
    return None if relative == ".." or relative.startswith("../") else relative


def _quoted(path: str) -> str:
    return quote(path.replace(os.sep, "/"), safe=_IN_A_PATH, errors="surrogatepass")
