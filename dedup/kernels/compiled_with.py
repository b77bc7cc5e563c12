"""How kernels are compiled, and the hash finalizers they share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from dedup.kernels import constants as c

_U = np.uint64
_V = np.uint32

kernel = njit(nogil=True, cache=True, boundscheck=False, error_model="numpy")
"""Releases the interpreter lock; the machine code is kept on disk by Numba."""
inlined = njit(nogil=True, cache=True, boundscheck=False, error_model="numpy", inline="always")


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
