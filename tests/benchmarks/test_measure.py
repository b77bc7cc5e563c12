"""What a command is said to have taken is what it took, its children's share included."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from benchmarks.measure import Usage, measure

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="memory is measured from /proc, which only Linux has"
)


def ran(tmp_path: Path, code: str, timeout: float = 60) -> Usage:
    return measure([sys.executable, "-c", code], tmp_path / "log", timeout, cwd=tmp_path,
                   environment=os.environ)  # fmt: skip


def test_memory_of_children_counts_and_shared_pages_count_once(tmp_path: Path) -> None:
    used = ran(tmp_path, """
import os, time
mine = b"x" * 80_000_000
if os.fork() == 0:
    other = b"y" * 50_000_000
    time.sleep(2)
    os._exit(0)
time.sleep(2)
os.wait()
""")
    assert used.failure == ""
    assert 130e6 < used.memory < 190e6
    assert 130e6 < used.anonymous <= used.memory
    assert 80e6 < used.largest < 190e6


def test_processor_time_of_a_child_nobody_waits_for_counts(tmp_path: Path) -> None:
    used = ran(tmp_path, """
import os, time
if os.fork() == 0:
    while time.process_time() < 0.5:
        pass
    time.sleep(0.3)
    os._exit(0)
time.sleep(5 if os.environ.get("CI") else 3)
os._exit(0)
""")
    assert used.cpu >= 0.4
    assert used.wall > 2.9


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    used = ran(tmp_path, "import sys; print('so far so good'); sys.exit('no such corpus')")
    assert used.failure == "exit 1: no such corpus"


def test_what_takes_too_long_is_ended_with_all_its_children(tmp_path: Path) -> None:
    begun = time.monotonic()
    used = ran(tmp_path, """
import pathlib, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path("child").write_text(str(child.pid))
time.sleep(60)
""", timeout=3)
    assert used.failure == "no end in 3 s"
    assert time.monotonic() - begun < 30
    child = Path("/proc", (tmp_path / "child").read_text("ascii"), "stat")
    deadline = time.monotonic() + 10
    while child.exists() and b") Z " not in child.read_bytes():
        assert time.monotonic() < deadline
        time.sleep(0.05)
