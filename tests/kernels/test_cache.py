"""Compiled code that is kept: as real processes, with folders and files as they may be."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from tests.cli.process import environment
from tests.kernels.both import compiled_kernels

Damage = Callable[[Path], None]

TOY = """
    import json, sys
    from dedup.kernels import compiled_cache as cache
    from dedup.kernels.compiled_with import kernel

    @kernel
    def twice(number):
        return 2 * number

    answer = [twice(21), twice(1.5)]
    stats = twice.stats
    print(json.dumps({
        "answer": answer, "hits": sum(stats.cache_hits.values()),
        "compiled": sum(stats.cache_misses.values()), "note": cache.copy().note,
        "folder": str(cache.copy().folder), "compiler": "numba.np.linalg" in sys.modules,
    }))
    sys.stdout.flush()
"""


@pytest.fixture(scope="module", autouse=True)
def _with_numba() -> None:
    compiled_kernels()


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program with a kernel of its own, which takes no time to compile."""
    path = tmp_path_factory.mktemp("toy") / "toy.py"
    path.write_text(textwrap.dedent(TOY), "utf-8")
    return path


@pytest.fixture(scope="module")
def archive_of_toy(toy: Path) -> Path:
    """What two processes that found nothing, and compiled at once, have kept."""
    kept = toy.parent / "first"
    for said in [ended(one) for one in [started(toy, kept) for _ in range(2)]]:
        assert (said["compiled"], said["hits"], said["note"]) == (2, 0, "")
        assert said["compiler"]
    (archive,) = archives(kept)
    return archive


@pytest.fixture
def kept(archive_of_toy: Path, tmp_path: Path) -> Path:
    """A folder with that archive."""
    folder = tmp_path / "kept"
    folder.mkdir()
    shutil.copy(archive_of_toy, folder)
    return folder


def started(toy: Path, kept: Path, **extra: str) -> subprocess.Popen[str]:
    """The program as a process that keeps its code in a folder."""
    temporary = toy.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    env = environment(NUMBA_CACHE_DIR=str(kept), TMPDIR=str(temporary), **extra)
    return subprocess.Popen(
        [sys.executable, str(toy)], env=env, cwd=toy.parent, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What it said, when it has ended as it should."""
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    said: dict[str, Any] = json.loads(out)
    assert said["answer"] == [42, 3.0]
    assert not Path(said["folder"]).exists()
    return said


def archives(kept: Path) -> list[Path]:
    """All that lies in the folder: archives, and nothing else."""
    found = sorted(kept.iterdir())
    assert {path.suffix for path in found} <= {".zip"}
    return found


def test_what_was_compiled_is_there_the_next_time(toy: Path, kept: Path) -> None:
    again = ended(started(toy, kept))

    assert (again["compiled"], again["hits"], again["note"]) == (0, 2, "")
    assert not again["compiler"], "what it takes to compile was imported for code that was there"


def test_processes_that_compile_at_once_leave_a_whole_archive(archive_of_toy: Path) -> None:
    with ZipFile(archive_of_toy) as packed:
        assert packed.testzip() is None
        assert sum("toy.twice" in name for name in packed.namelist()) == 3


def _torn(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-300])


def _flipped(archive: Path) -> None:
    with ZipFile(archive) as packed:
        member = packed.infolist()[0]
    content = bytearray(archive.read_bytes())
    content[member.header_offset + 30 + len(member.filename) + member.file_size // 2] ^= 1
    archive.write_bytes(content)


def _garbage(archive: Path) -> None:
    archive.write_bytes(b"no archive at all")


def _emptied(archive: Path) -> None:
    archive.write_bytes(b"")


@pytest.mark.parametrize("damage", [_torn, _flipped, _garbage, _emptied])
def test_a_damaged_file_is_told_and_replaced(toy: Path, kept: Path, damage: Damage) -> None:
    (archive,) = archives(kept)
    damage(archive)

    said = ended(started(toy, kept))

    assert said["note"].startswith(f"{archive}, where compiled kernels are kept, was damaged")
    assert said["compiled"] == 2
    with ZipFile(archive) as packed:
        assert packed.testzip() is None


def test_another_processor_has_an_archive_of_its_own(toy: Path, kept: Path) -> None:
    """As on machines that share a folder, or on one whose processor was changed."""
    (own,) = archives(kept)
    before = own.read_bytes()

    other = ended(started(toy, kept, NUMBA_CPU_NAME="generic"))

    assert other["compiled"] == 2
    assert len(archives(kept)) == 2
    assert own.read_bytes() == before


def _install(place: Path) -> None:
    """The package, in a folder beside whose modules nothing can be written by anyone."""
    source = Path(__file__).resolve().parents[2] / "dedup"
    (place / "dedup").mkdir()
    for path in source.iterdir():
        if path.name not in ("kernels", "__pycache__"):
            (place / "dedup" / path.name).symlink_to(path)
    (place / "dedup" / "kernels").mkdir()
    for path in (source / "kernels").glob("*.py"):
        (place / "dedup" / "kernels" / path.name).symlink_to(path)
    (place / "dedup" / "kernels" / "__pycache__").write_text("in the way", "utf-8")


def test_an_install_folder_that_cannot_be_written(toy: Path, tmp_path: Path) -> None:
    """The user's folder for caches takes its place; where there is none, a note says so."""
    _install(tmp_path)
    nowhere = toy  # a file: no folder can be made below it, not even by root
    # Without `NUMBA_CACHE_DIR`, which is empty here.
    there = {"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    none = {**there, "XDG_CACHE_HOME": str(nowhere / "below")}

    unkept = ended(_without_folder(toy, none))
    ended(_without_folder(toy, there))

    assert unkept["note"].startswith("compiled kernels cannot be kept")
    assert "NUMBA_CACHE_DIR" in unkept["note"]
    assert len(archives(tmp_path / "cache" / "wire-dedup")) == 1


def test_an_archive_that_can_only_be_read_is_used(toy: Path, kept: Path) -> None:
    """As in an image built with compiled kernels: the folder belongs to another user."""
    kept.chmod(0o555)

    said = ended(started(toy, kept))

    assert (said["hits"], said["note"]) == (2, "")
    kept.chmod(0o755)


def test_nothing_can_be_written_at_all(toy: Path, tmp_path: Path) -> None:
    """Not even a temporary folder: the code is compiled for this run."""
    _install(tmp_path)
    program = tmp_path / "toy.py"
    program.write_text(toy.read_text("utf-8").replace(
        "import json, sys", "import json, sys, tempfile\ntempfile.tempdir = __file__ + '/below'"
    ), "utf-8")  # fmt: skip
    there = {"PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(toy / "below")}

    said = ended(_without_folder(program, there))

    assert said["folder"] == "None"
    assert said["note"].startswith("compiled kernels cannot be kept")


def _without_folder(toy: Path, extra: dict[str, str]) -> subprocess.Popen[str]:
    temporary = toy.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    env = {**environment(), "TMPDIR": str(temporary), **extra}
    env.pop("NUMBA_CACHE_DIR", None)
    return subprocess.Popen(
        [sys.executable, str(toy)], env=env, cwd=toy.parent, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="files of a living process cannot be told from others")
def test_what_a_killed_process_left_behind_is_taken_away(toy: Path, kept: Path) -> None:
    waiting = toy.with_name("waiting.py")
    waiting.write_text(toy.read_text("utf-8") + "import time; time.sleep(60)\n", "utf-8")
    killed, alive = (started(waiting, kept) for _ in range(2))
    left, working = (json.loads(_line(one))["folder"] for one in (killed, alive))
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert Path(left).exists()

    ended(started(toy, kept))

    assert not Path(left).exists()
    assert Path(working).exists()
    alive.kill()
    alive.communicate()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_warm_compiles_all_that_a_scan_calls(tmp_path: Path) -> None:
    program = f"""
        import json
        from dedup.kernels import compiled_cache as cache, __main__ as kernels
        kernels.warm()
        folder = cache.copy().folder
        warm = {{(str(p.name), p.stat().st_size) for p in folder.rglob("*.nbc")}}
        import dedup
        stories = [json.loads(line) for line in open({str(_STORIES)!r}, encoding="utf-8")]
        found = dedup.check(stories, kernels="compiled").tables.findings
        after = {{(str(p.name), p.stat().st_size) for p in folder.rglob("*.nbc")}}
        print(len(found), sorted(after - warm))
    """
    path = tmp_path / "warm.py"
    path.write_text(textwrap.dedent(program), "utf-8")

    done = subprocess.run(
        [sys.executable, str(path)], env=environment(), capture_output=True, text=True,
        timeout=600, check=False,
    )  # fmt: skip

    count, _, rest = done.stdout.partition(" ")
    assert done.returncode == 0, done.stderr
    assert int(count) > 50
    assert rest.strip() == "[]"


_STORIES = Path(__file__).resolve().parents[2] / "data" / "stories.jsonl"
