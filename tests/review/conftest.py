"""A run to review, made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.review.made import scanned


@pytest.fixture(scope="session")
def made_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the small corpus; for reading only."""
    return scanned(tmp_path_factory.mktemp("review"))


@pytest.fixture
def run_folder(made_run: Path, tmp_path: Path) -> Path:
    """A copy of that run, for a test's own labels."""
    folder = tmp_path / "run"
    shutil.copytree(made_run, folder)
    return folder
