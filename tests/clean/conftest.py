"""Every test of cleaning runs in an empty folder."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
