"""How kernels are compiled, and the hash finalizers they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numba import njit

from dedup.kernels import compiled_cache
from dedup.kernels import constants as c

_U = np.uint64
_V = np.uint32


def kernel(function: Callable[..., Any]) -> Any:
    """Releases the interpreter lock; the code is kept by :mod:`dedup.kernels.compiled_cache`."""
    return _compiled(function)


def inlined(function: Callable[..., Any]) -> Any:
    """The same for what becomes part of every kernel that calls it."""
    return _compiled(function, inline="always")


def _compiled(function: Callable[..., Any], inline: Literal["never", "always"] = "never") -> Any:
    with compiled_cache.placed() as kept:
        made = njit(
            nogil=True, cache=kept, boundscheck=False, error_model="numpy", inline=inline
        )
        return made(function)


@inlined
def mix64(h: Any) -> Any:
    """MurmurHash3's finalizer."""
    h = (h ^ (h >> _U(33))) * c.MIX_1
    h = (h ^ (h >> _U(33))) * c.MIX_2
    return h ^ (h >> _U(33))


@inlined
def mix32(h: Any) -> Any:
    """MurmurHash3's 32-bit finalizer."""
    h = _V((h ^ (h >> _V(16))) * c.MIX32_1)
    h = _V((h ^ (h >> _V(13))) * c.MIX32_2)
    return _V(h ^ (h >> _V(16)))
