"""How tests start ``dedup`` as a process of its own, and two paragraphs to feed it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import dedup

PACKAGE_PARENT = str(Path(dedup.__file__).parents[1])
Result = subprocess.CompletedProcess[str]
Dedup = Callable[..., Result]

SENTENCE = (
    "The council of the harbour town decided on Monday to repair the old sea wall before winter, "
    "after two storms had washed away a stretch of forty metres near the fish market."
)
OTHER = (
    "Farmers in the valley expect a late harvest this year because the spring was cold, and the "
    "mill has therefore postponed the opening of its second line until the end of October."
)


_OURS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONDONTWRITEBYTECODE")
"""Variables of whoever runs the tests that would change what a test sees, or slow it down."""


def environment(**extra: str) -> dict[str, str]:
    """The environment of a user: nothing of ours in it but what a test sets."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DEDUP_") and name not in _OURS
    }
    return {**clean, "PYTHONPATH": PACKAGE_PARENT, **extra}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "dedup", *words]
