"""Fixtures for every test: clean environment, both sets of kernels, corpora, a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.kernels.both import compiled_kernels

if TYPE_CHECKING:
    from playwright.sync_api import Browser

REPOSITORY = Path(__file__).resolve().parent.parent

# What changes settings, colours, widths or where caches and configuration are looked for.
_STEERING = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES")
_PREFIXES = ("DEDUP_", "_DEDUP_", "TYPER_", "_TYPER_")
# Read here, because it is meant for the tests: to the program it would be an unknown setting.
_CORPORA = os.environ.get("DEDUP_CORPORA")

# No test is about time: on a machine that is busy otherwise an example may take what it wants.
settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person running the tests reaches a test."""
    for name in list(os.environ):
        if name in _STEERING or name.startswith(_PREFIXES):
            monkeypatch.delenv(name)


@pytest.fixture(params=["compiled", "reference"])
def kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test once with each set of kernels; the value is its name."""
    name = str(request.param)
    if name == "compiled":
        compiled_kernels()
    monkeypatch.setenv("DEDUP_KERNELS", name)
    return name


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder with pyproject.toml in it."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_corpora() -> Path:
    """The folder of labelled corpora, which is not part of the project; skips where it is absent.

    ``DEDUP_CORPORA`` names it; otherwise it is looked for beside the repository.
    """
    folder = Path(_CORPORA) if _CORPORA else REPOSITORY.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder}: set DEDUP_CORPORA to the folder that holds them")
    return folder


_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_NO_BROWSER = "no Chromium found: apt-get install chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. Without it the test is skipped here, and fails in CI."""
    place = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if place is None and os.environ.get("CI"):
        pytest.fail(_NO_BROWSER)
    if place is None:
        pytest.skip(_NO_BROWSER)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # In a container the sandbox of Chromium has no rights of its own to give up.
        chromium = driver.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield chromium
        chromium.close()
