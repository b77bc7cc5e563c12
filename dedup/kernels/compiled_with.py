"""How kernels are compiled, and the hash finalizers they share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numba import njit
from numba.core.caching import FunctionCache
from numba.core.runtime.nrt import rtsys

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
    compiled = njit(nogil=True, boundscheck=False, error_model="numpy", inline=inline)
    made: Any = compiled(function)
    cached: Any = _Kept
    with compiled_cache.placed() as kept:
        if kept:
            made._cache = cached(function)  # as the dispatcher's enable_caching does
    return made


class _Kept(FunctionCache):
    """Code that was kept, loaded without all that it takes to compile.

    Numba imports that first (0.5 s: every function of NumPy it can compile), which a kernel whose
    code is there has no use for; a kernel that must be compiled still imports it.
    """

    def load_overload(self: Any, sig: Any, target_context: Any) -> Any:
        """The kernel's code for these types; None where there is none."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


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
