"""Work in other processes: the same answers, errors that arrive, and nobody left behind.

Everything runs in an interpreter of its own, as a crew is made for: one without threads.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from dedup.engines.crew import AVAILABLE
from dedup.kernels import CROSSOVER
from dedup.pipeline import SHARED_OUT

pytestmark = pytest.mark.skipif(not AVAILABLE, reason="processes are forked on Linux only")

SCRIPT = """
import os, sys, threading, time
from dedup.engines.crew import hired
from dedup.engines.local import LocalEngine
from dedup.errors import ConfigError

def square(n):
    return n * n

def who(n):
    time.sleep(0.05)
    return os.getpid()

def refuse(n):
    raise ConfigError(f"not {n}")

def vanish(n):
    os._exit(9)

def unknown(n):
    return os.getpid()

def busy(n):
    print(os.getpid(), flush=True)
    time.sleep(60)

def large(n):
    return bytes(n)

WORKS = (square, who, refuse, vanish, large, busy)
"""


def _interpreted(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT + code], capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_results_come_in_order_from_other_processes() -> None:
    told = _interpreted("""
with hired(WORKS, 2) as crew:
    engine = LocalEngine(2, crew)
    print(list(engine.apart(square, range(50))) == [n * n for n in range(50)])
    workers = set(engine.apart(who, range(8)))
    print(len(workers), os.getpid() in workers)
    print(set(engine.apart(unknown, range(4))) == {os.getpid()})
    print([len(b) for b in engine.apart(large, [30_000_000, 1, 80_000_000])])
""")
    assert told.split("\n") == ["True", "2 False", "True", "[30000000, 1, 80000000]", ""]


def test_an_error_arrives_and_the_crew_goes_on() -> None:
    told = _interpreted("""
with hired(WORKS, 2) as crew:
    engine = LocalEngine(2, crew)
    try:
        list(engine.apart(refuse, [1, 2]))
    except ConfigError as error:
        print(error)
    print(list(engine.apart(square, [3])))
""")
    assert told == "not 1\n[9]\n"


def test_a_process_that_is_gone_is_told_with_what_to_do() -> None:
    told = _interpreted("""
from dedup.errors import DedupError
with hired(WORKS, 2) as crew:
    try:
        list(LocalEngine(2, crew).apart(vanish, [1]))
    except DedupError as error:
        print(error)
""")
    assert "--jobs 1" in told


def test_nobody_is_left_when_the_first_process_is_killed() -> None:
    program = SCRIPT + """
with hired(WORKS, 2) as crew:
    print(*set(LocalEngine(2, crew).apart(who, range(8))), flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        workers = [int(word) for word in parent.stdout.readline().split()]
        assert len(workers) == 2
        parent.kill()
    assert not _left(workers)


def test_a_process_in_the_midst_of_its_work_goes_with_the_first() -> None:
    """It would hold the lock of a workspace that a scan wants which is resumed at once."""
    program = SCRIPT + """
with hired(WORKS, 1) as crew:
    crew.do(busy, 0)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    assert not _left([worker])


def _left(workers: list[int]) -> list[int]:
    """Those that are still there after ten seconds, if any are."""
    for _ in range(200):
        workers = [worker for worker in workers if _runs(worker)]
        if not workers:
            break
        time.sleep(0.05)
    return workers


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # Without an init process that asks for it, what ended stays in the table as a zombie.
    return ") Z " not in Path(f"/proc/{process}/stat").read_text()


@pytest.mark.parametrize(("stories", "least"), [(700, SHARED_OUT), (3000, CROSSOVER)])
def test_a_scan_by_a_crew_writes_the_same_tables(
    stories: int, least: int, tmp_path: Path
) -> None:
    made_corpus = tmp_path / "stories.jsonl"
    lines = [json.dumps(_story(number)) for number in range(stories)]
    made_corpus.write_text("\n".join(lines), "utf-8")
    assert made_corpus.stat().st_size > least
    runs = [tmp_path / f"run{jobs}" for jobs in (1, 2)]
    for jobs, run in enumerate(runs, 1):
        subprocess.run(
            [sys.executable, "-m", "dedup", "scan", str(made_corpus), "-o", str(run), "-q",
             "-j", str(jobs)],
            check=True, timeout=300,
        )  # fmt: skip
    for table in sorted(runs[0].glob("*.jsonl")):
        assert table.read_bytes() == (runs[1] / table.name).read_bytes(), table.name
    pairs = [json.loads(line) for line in (runs[0] / "pairs.jsonl").read_bytes().splitlines()]
    assert any(pair["facts_changed"] for pair in pairs), "nothing was read apart"


def _story(number: int) -> dict[str, str]:
    """Stories of some outlets: copies with changed facts, datelines, furniture, repeats."""
    base, take = divmod(number, 3)
    town = f"Town{base * 7919 % 10_007}"
    dead = 3 + base % 40 + (take == 1)
    draw = Random(base)
    body = "\n\n".join(
        f"{town} counted {draw.randrange(9000)} boats on day {part}, said Ann of {town}, where "
        + " ".join(f"word{draw.randrange(50_000)}" for _ in range(20)) + "."
        for part in range(10)
    )
    ends = ("Advertisement", f"Read also: {town} again", "(Reporting by Ann Other; Editing by Bo)")
    lead = f"{town.upper()}, March {1 + base % 28} (AP) - Some {dead} people were hurt in {town}."
    return {
        "id": f"s{number}", "source": f"paper{number % 5}",
        "published": f"2025-03-{1 + base % 28:02}", "title": f"{dead} hurt in {town}",
        "text": f"{lead}\n\n{body}\n\n{ends[take]}",
    }  # fmt: skip
