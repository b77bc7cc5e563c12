"""The rule for tests of compiled kernels where Numba is missing: a clear skip, never in CI."""

from __future__ import annotations

import importlib
import os
from types import ModuleType

import pytest


def compiled_kernels() -> ModuleType:
    """The compiled kernels; without Numba the test is skipped, and in CI it fails."""
    try:
        return importlib.import_module("dedup.kernels.compiled")
    except ImportError as error:
        message = f"compiled kernels are not tested, Numba cannot be imported: {error}"
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(message)
        pytest.skip(message)
