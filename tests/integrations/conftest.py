"""A copy of what an installation from here needs, and an environment to install it in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import pytest

NEEDED = ("pyproject.toml", "README.md", "LICENSE", "dedup", ".pre-commit-hooks.yaml", "action.yml")


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """The project as a git repository of one commit, with what is not yet committed here."""
    folder = tmp_path_factory.mktemp("project") / "dedup"
    folder.mkdir()
    for name in NEEDED:
        if (repository / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(repository / name, folder / name, ignore=ignored)
        else:
            shutil.copy(repository / name, folder / name)
    commit(folder)
    return folder


@pytest.fixture(scope="session")
def installing() -> Mapping[str, str]:
    """Variables for a real installation of this package that takes the packages it needs from here.

    What it needs is there already, the tool that builds it too, and downloading it again would
    take a minute. (For pip, 0 means that there is to be no isolation: the variable sets the value
    that the flag takes away.)
    """
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(("DEDUP_", "GIT_", "GITHUB_", "PYTHON"))}  # fmt: skip
    return {**clean, "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0",
            "PYTHONPATH": sysconfig.get_path("purelib"),
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}  # fmt: skip


def commit(folder: Path) -> str:
    """Make the folder a git repository with everything in one commit, and give its name."""
    git = ["git", "-C", str(folder), "-c", "user.name=test", "-c", "user.email=test@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "everything"]):
        subprocess.run([*git, *words], check=True, capture_output=True)
    named = subprocess.run([*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
    return named.stdout.strip()
