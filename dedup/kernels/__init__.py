"""Compiled kernels and their reference twins; :func:`choose` picks one set by input size.

``DEDUP_KERNELS=compiled|reference`` forces a set. The results are the same to the bit.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from types import ModuleType

from dedup.errors import ConfigError, MissingExtra

STORY_BYTES = 500
"""What a story costs the reference twins whatever its length (0.14 ms), in bytes of text."""

CROSSOVER = 5_000_000
"""Bytes of text, with those for each story, from which loading compiled kernels pays: at 3.6 MB it
takes as long as doing without, at 4.9 MB half a second less. Not lower: where nothing is kept, a
first run compiles."""


def choose(wanted: str = "auto", text_bytes: int = 0) -> ModuleType:
    """The kernels to use: a module with the functions of :mod:`dedup.kernels.reference`.

    Parameters
    ----------
    wanted : ``auto``, ``compiled`` or ``reference``; the environment decides where it is ``auto``.
    text_bytes : size of the input, for ``auto``.

    Raises
    ------
    ConfigError : an unknown name.
    MissingExtra : ``compiled`` was asked for and Numba is not installed.
    """
    if wanted == "auto":
        wanted = os.environ.get("DEDUP_KERNELS", "auto") or "auto"
    if wanted not in ("auto", "compiled", "reference"):
        raise ConfigError(f"kernels: {wanted!r} is not one of auto, compiled, reference")
    present = importlib.util.find_spec("numba") is not None
    if wanted == "compiled" and not present:
        raise MissingExtra(
            "compiled kernels need Numba: pip install 'wire-dedup[fast]', or use reference kernels"
        )
    if wanted == "compiled" or (wanted == "auto" and present and text_bytes >= CROSSOVER):
        from dedup.kernels import compiled

        return compiled
    from dedup.kernels import reference

    return reference


def furniture(kernels: ModuleType) -> ModuleType:
    """The kernels of the furniture model that go with a set: those of its name."""
    return importlib.import_module(f"dedup.kernels.{kernels.NAME}_furniture")
