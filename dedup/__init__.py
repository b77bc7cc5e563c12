"""Find what repeats in a news corpus: copied stories, repeated paragraphs, page furniture."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["DedupError", "Result", "Settings", "Story", "__version__", "check"]

_HOMES = {
    "DedupError": "dedup.errors",
    "Result": "dedup.api",
    "Settings": "dedup.settings",
    "Story": "dedup.model",
    "check": "dedup.api",
}

if TYPE_CHECKING:
    from dedup.api import Result, check
    from dedup.errors import DedupError
    from dedup.model import Story
    from dedup.settings import Settings

    __version__: str
else:

    def __getattr__(name: str) -> object:
        """Import a public name when it is first used, so that importing dedup costs nothing."""
        import importlib

        if name in _HOMES:
            return getattr(importlib.import_module(_HOMES[name]), name)
        if name == "__version__":
            return _installed_version()
        raise AttributeError(f"module 'dedup' has no attribute {name!r}")


def _installed_version() -> str:
    from importlib import metadata

    try:
        return metadata.version("wire-dedup")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
