"""The command line as a real process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

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


def environment(**extra: str) -> dict[str, str]:
    """The environment of a user: nothing of ours in it but what a test sets."""
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("DEDUP_") and name not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")
    }
    return {**clean, "PYTHONPATH": PACKAGE_PARENT, **extra}


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "dedup", *words]


@pytest.fixture
def run(tmp_path: Path) -> Dedup:
    """Run ``dedup`` in an empty folder; gives what it wrote and its exit code."""

    def call(
        *words: str, text: str | None = None, env: Mapping[str, str] | None = None
    ) -> Result:
        return subprocess.run(
            command(*words), cwd=tmp_path, env=environment(**(env or {})), input=text,
            stdin=subprocess.DEVNULL if text is None else None, capture_output=True,
            encoding="utf-8", timeout=120, check=False,
        )

    return call


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """A folder of two stories; one repeats a paragraph and holds an advertisement marker."""
    folder = tmp_path / "feed"
    folder.mkdir()
    (folder / "wall.txt").write_text(
        f"Sea wall\n\n{SENTENCE}\n\nAdvertisement\n\nWork begins soon.\n\n{SENTENCE}\n", "utf-8"
    )
    (folder / "harvest.txt").write_text(f"Late harvest\n\n{OTHER}\n", "utf-8")
    return folder
