"""Find what repeats in a news corpus: copied stories, repeated paragraphs, page furniture."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedup.api import Result, check
    from dedup.errors import DedupError
    from dedup.model import Story
    from dedup.settings import Settings

    __version__: str

__all__ = ["DedupError", "Result", "Settings", "Story", "__version__", "check"]

_HOMES = {
    "DedupError": "dedup.errors",
    "Result": "dedup.api",
    "Settings": "dedup.settings",
    "Story": "dedup.model",
    "check": "dedup.api",
}


def __getattr__(name: str) -> object:
    """Import the home of a public name when the name is first used: importing dedup costs nothing.

    ``dedup.__version__`` is asked of the installed distribution.
    """
    import importlib

    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name == "__version__":
        from importlib import metadata

        try:
            return metadata.version("wire-dedup")
        except metadata.PackageNotFoundError:
            return "0+unknown"
    raise AttributeError(f"module 'dedup' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
