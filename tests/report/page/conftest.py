"""A real browser for the tests of the page: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_MISSING = "no Chromium found: apt-get install chromium"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window. Without it the test is skipped here, and fails in CI."""
    place = next(filter(None, map(shutil.which, _NAMES)), None)
    if place is None and os.environ.get("CI"):
        pytest.fail(_MISSING)
    if place is None:
        pytest.skip(_MISSING)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        # In a container the sandbox of Chromium has no rights of its own to give up.
        chromium = driver.chromium.launch(executable_path=place, args=["--no-sandbox"])
        yield chromium
        chromium.close()
