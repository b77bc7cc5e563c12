"""Tables loaded once for all laws."""

from __future__ import annotations

from tests.kernels.quick import tables_loaded_once

__all__ = ["tables_loaded_once"]
