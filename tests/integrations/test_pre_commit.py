"""The hook, run by the real pre-commit in a repository of somebody else."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from dedup.formats.options import COMPRESSIONS, FORMATS
from tests.cli.process import OTHER, SENTENCE
from tests.integrations.conftest import commit

PRE_COMMIT = [sys.executable, "-m", "pre_commit"]


@pytest.fixture(scope="module")
def hooks(repository: Path) -> list[dict[str, object]]:
    text = (repository / ".pre-commit-hooks.yaml").read_text("utf-8")
    loaded: list[dict[str, object]] = yaml.safe_load(text)
    return loaded


def test_the_manifest_is_valid(repository: Path) -> None:
    manifest = repository / ".pre-commit-hooks.yaml"
    subprocess.run([*PRE_COMMIT, "validate-manifest", str(manifest)], check=True)


def test_the_hook_compares_everything_whatever_was_staged(hooks: list[dict[str, object]]) -> None:
    (hook,) = [hook for hook in hooks if hook["id"] == "dedup-check"]
    assert hook["pass_filenames"] is False
    assert hook["require_serial"] is True


def test_it_runs_for_every_file_that_can_be_read(hooks: list[dict[str, object]]) -> None:
    pattern = re.compile(str(hooks[0]["files"]))
    names = [f"feed/a{suffix}{packed}" for suffixes in FORMATS.values() for suffix in suffixes
             for packed in ("", *COMPRESSIONS)]  # fmt: skip
    assert [name for name in names if not pattern.search(name)] == []
    assert not pattern.search("feed/a.py")


def test_pre_commit_installs_the_hook_and_fails_on_what_repeats(
    checkout: Path, installing: Mapping[str, str], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    (work / "feeds").mkdir(parents=True)
    used = [{"id": "dedup-check", "args": ["feeds/"]}, {"id": "dedup-lexicon"}]
    head = git(checkout, "rev-parse", "HEAD")
    config = {"repos": [{"repo": str(checkout), "rev": head, "hooks": used}]}
    (work / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    commit(work)
    story = work / "feeds" / "wall.txt"
    story.write_text(f"Sea wall\n\n{SENTENCE}\n\n{SENTENCE}\n", "utf-8")

    def run() -> subprocess.CompletedProcess[str]:
        git(work, "add", "-A")
        return subprocess.run(
            [*PRE_COMMIT, "run", "--color=never"], cwd=work, capture_output=True, text=True,
            env={**installing, "PRE_COMMIT_HOME": str(tmp_path / "home")}, check=False, timeout=300,
        )  # fmt: skip

    done = run()
    assert done.returncode == 1, done.stdout + done.stderr
    assert "exit code: 1" in done.stdout
    assert "feeds/wall.txt:5:1: PAR201 paragraph 1: repeats paragraph 0" in done.stdout
    assert git(work, "status", "--porcelain") == "A  feeds/wall.txt"

    story.write_text(f"Sea wall\n\n{SENTENCE}\n\n{OTHER}\n", "utf-8")
    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"dedup check\.+Passed", done.stdout)
    assert re.search(r"dedup lexicon\.+\(no files to check\)Skipped", done.stdout)

    (work / "lexicon").mkdir()
    (work / "lexicon" / "keep.txt").write_text("Keep this.\nkeep this.\n", "utf-8")
    done = run()
    assert done.returncode == 1
    assert "lexicon/keep.txt:2: this line repeats line 1" in done.stdout


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words],  # noqa: S607 -- wherever the machine has it
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout.strip()
