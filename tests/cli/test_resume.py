"""Scans that are killed: what they had finished is kept, and the end is the same."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.cli.process import Dedup, command, environment

TABLES = ("stories", "paragraphs", "pairs", "clusters", "findings", "templates")

STORIES = 3000
"""Of 3 kB: more than the reference kernels read, so that there is a workspace, in five batches."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories of made-up words with copies and furniture among them."""
    path = tmp_path_factory.mktemp("archive") / "archive.jsonl"
    draw = np.random.default_rng(7)
    words = ["".join(draw.choice(list("aeioulnrst"), 5)) for _ in range(3000)]
    texts: list[list[str]] = []
    for story in range(STORIES):
        if story % 7 == 3:
            texts.append([*texts[story // 2], "Read more: weather", " ".join(words[:30])])
        else:
            texts.append([" ".join(draw.choice(words, 60)) + "." for _ in range(8)])
    path.write_text("".join(
        json.dumps({"id": f"s{i * 7 % STORIES}", "source": f"wire{i % 3}", "title": words[i],
                    "text": "\n\n".join(text)}) + "\n"
        for i, text in enumerate(texts)
    ))  # fmt: skip
    return path


@pytest.fixture(scope="module")
def undisturbed(archive: Path) -> dict[str, bytes]:
    """The tables of a scan that nobody killed."""
    run = archive.parent / "undisturbed"
    done = subprocess.run(
        command("scan", str(archive), "-o", str(run), "-q"), env=environment(), check=False,
        capture_output=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (archive.parent / ".undisturbed.workspace").exists()
    return _tables(run)


def _tables(run: Path) -> dict[str, bytes]:
    return {name: (run / f"{name}.jsonl").read_bytes() for name in TABLES}


def _batches(workspace: Path) -> int:
    journal = workspace / "batches.jsonl"
    return journal.read_bytes().count(b"\n") if journal.exists() else 0


MOMENTS: dict[str, Callable[[Path], bool]] = {
    "nothing read": lambda workspace: (workspace / "workspace.json").exists(),
    "some read": lambda workspace: _batches(workspace) >= 2,
    "all read": lambda workspace: (workspace / "stage-read.json").exists(),
    "compared": lambda workspace: (workspace / "stage-compare.json").exists(),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_scan_goes_on_and_ends_the_same(
    moment: str, archive: Path, undisturbed: dict[str, bytes], tmp_path: Path, run: Dedup
) -> None:
    workspace = tmp_path / ".run.workspace"
    scan = command("scan", str(archive), "-o", "run", "-q")
    with subprocess.Popen(scan, cwd=tmp_path, env=environment()) as process:
        while process.poll() is None and not MOMENTS[moment](workspace):
            time.sleep(0.002)
        process.kill()
    assert not (tmp_path / "run").exists()
    assert MOMENTS[moment](workspace)
    known = _batches(workspace)
    resumed = run("scan", str(archive), "-o", "run", "--resume", "-q", "--memory", "600MB")
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert _tables(tmp_path / "run") == undisturbed
    assert moment == "nothing read" or known > 0
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_what_changed_meanwhile_is_not_resumed(archive: Path, tmp_path: Path, run: Dedup) -> None:
    path = tmp_path / "archive.jsonl"
    path.write_bytes(archive.read_bytes())
    workspace = tmp_path / ".run.workspace"
    scan = command("scan", "archive.jsonl", "-o", "run", "-q")
    with subprocess.Popen(scan, cwd=tmp_path, env=environment()) as process:
        while process.poll() is None and _batches(workspace) < 1:
            time.sleep(0.002)
        process.kill()
    again = ("scan", "archive.jsonl", "-o", "run", "--resume", "-q")
    other = run(*again, "--threshold", "0.8")
    assert other.returncode == 2
    assert "settings changed since" in other.stderr
    path.write_bytes(path.read_bytes().replace(b"Read more", b"Read less"))
    changed = run(*again)
    assert changed.returncode == 2
    assert "the input is not what was read before. Run without --resume" in changed.stderr
    assert "Traceback" not in other.stderr + changed.stderr
    assert not (tmp_path / "run").exists()


def test_resume_without_anything_to_resume_begins_anew(
    archive: Path, undisturbed: dict[str, bytes], tmp_path: Path, run: Dedup
) -> None:
    (tmp_path / "disk").mkdir()
    done = run("scan", str(archive), "-o", "run", "--resume", "-q", "--workspace", "disk")
    assert (done.returncode, done.stderr) == (0, "")
    assert _tables(tmp_path / "run") == undisturbed
    assert list((tmp_path / "disk").iterdir()) == []
