"""Inputs as they were at a git reference; the repository stays as it was."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from dedup.errors import ConfigError
from dedup.gate import Baseline
from dedup.gate.baseline import read, scheme, write
from dedup.gate.git import checked_out
from tests.gate.made import finding


def git(folder: Path, *words: str) -> str:
    return subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", *words],  # noqa: S607
        cwd=folder, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A commit with two feeds, and a working tree that has moved on."""
    top = tmp_path / "top"
    (top / "feeds" / "été").mkdir(parents=True)
    git(top, "init", "--quiet")
    (top / "feeds" / "a.txt").write_text("old")
    (top / "feeds" / "été" / "[b].txt").write_text("old")
    (top / "other.bin").write_text("not asked for")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "-m", "first")
    (top / "feeds" / "a.txt").write_text("new")
    (top / "feeds" / "c.txt").write_text("new")
    monkeypatch.chdir(top)
    return top


def texts(paths: list[str]) -> list[str]:
    files = [file for path in paths for file in sorted(Path(path).rglob("*.txt"))]
    files += [Path(path) for path in paths if Path(path).is_file()]
    return [file.read_text() for file in files]


def test_the_files_are_those_of_the_reference(repository: Path) -> None:
    with checked_out("HEAD", ["feeds", "none", "feeds/c.txt"]) as paths:
        (folder,) = paths
        assert texts(paths) == ["old", "old"]
        assert not Path(folder, "..", "other.bin").exists()
    assert not Path(folder).exists()
    assert git(repository, "status", "--porcelain") == " M feeds/a.txt\n?? feeds/c.txt\n"


@pytest.mark.parametrize(
    ("named", "count"),
    [("feeds/a.txt", 1), ("feeds/a.txt:text", 1), ("feeds/été/[b].txt", 1), (".", 2)],
)
def test_files_formats_and_names_like_globs(repository: Path, named: str, count: int) -> None:
    with checked_out("HEAD", [named]) as (path,):
        bare = path.removesuffix(":text")
        assert texts([bare]) == ["old"] * count


def test_globs_and_folders_below_the_top(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "feeds")
    with checked_out("HEAD", ["*.txt", "c*.txt", str(repository / "feeds" / "été")]) as paths:
        assert [Path(path).name for path in paths] == ["*.txt", "été"]
        assert Path(paths[0]).parent.name == "feeds"


@pytest.mark.parametrize(
    ("ref", "path", "message"),
    [
        ("none", "feeds", r"git knows no commit 'none'.*fetch-depth: 0"),
        ("--help", "feeds", "git knows no commit '--help'"),
        ("HEAD", "-", "standard input is in no repository"),
        ("HEAD", "/", "is not in the repository"),
    ],
)
def test_what_cannot_be_is_refused(
    repository: Path, ref: str, path: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message), checked_out(ref, [path]):
        pass


def test_git_merges_baselines_of_two_branches(repository: Path) -> None:
    """Both accept something at the same place in the file, and one more of the same."""
    path = repository / "b.jsonl"
    (repository / ".gitattributes").write_text("b.jsonl merge=union\n")

    def commit(branch: str, *fingerprints: str) -> Baseline:
        baseline = Baseline.of(finding(fingerprint=each) for each in fingerprints)
        write(path, baseline, scheme())
        git(repository, "add", ".")
        git(repository, "commit", "--quiet", "--all", "-m", branch)
        return baseline

    commit("base", "10", "90")
    git(repository, "switch", "--quiet", "--create", "theirs")
    theirs = commit("theirs", "10", "10", "30", "31", "90")
    git(repository, "switch", "--quiet", "-")
    ours = commit("ours", "10", "32", "40", "90")
    git(repository, "merge", "--quiet", "theirs", "-m", "merged")
    merged = read(path, scheme())
    assert merged.counts == Counter(ours.counts) | Counter(theirs.counts)


def test_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(ConfigError, match="not a git repository"), checked_out("HEAD", ["."]):
        pass


def test_without_git(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="needs git"), checked_out("HEAD", ["."]):
        pass
