"""Mapped memory is let go of when a process nears its limit, and only then."""

from __future__ import annotations

import sys
import threading

import pytest

from dedup.engines import warden as warden_module
from dedup.engines.allocator import trim
from dedup.engines.warden import Warden, resident

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell")


def test_memory_is_let_go_of_above_the_limit() -> None:
    called = threading.Event()
    with Warden(1, called.set):
        assert called.wait(10)


def test_below_the_limit_nothing_is_let_go_of() -> None:
    called = threading.Event()
    with Warden(100 * resident(), called.set):
        assert not called.wait(0.2)


def test_a_thread_may_look_itself() -> None:
    called: list[int] = []
    warden = Warden(1, lambda: called.append(threading.get_ident()))
    assert not warden.look(), "nobody watches yet"
    with warden:
        assert warden.look(), "there is more memory than one byte"
    assert threading.get_ident() in called
    assert not warden.look()


def test_nothing_is_watched_while_a_process_is_forked() -> None:
    called = threading.Event()
    with Warden(1, called.set) as warden:
        watching = threading.active_count()
        with warden.resting():
            assert called.is_set(), "what is mapped is let go of before"
            assert threading.active_count() == watching - 1
            called.clear()
        assert called.wait(10), "it is watched again"
    assert threading.active_count() == watching - 1


class _Process:
    """A process of so many bytes in use, and so many mapped."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.in_use = self.mapped = self.released = 0
        monkeypatch.setattr(
            warden_module, "_resident", lambda _: (self.in_use + self.mapped, self.mapped)
        )
        monkeypatch.setattr(Warden, "_watch", lambda _: None)

    def release(self) -> None:
        self.mapped = 0
        self.released += 1


def test_what_is_mapped_is_let_go_of_whenever_the_limit_is_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = _Process(monkeypatch)
    with Warden(10_000_000_000, process.release) as warden:
        for _ in range(5):
            process.mapped = 5_000_000_000
            assert not warden.look()
            process.mapped = 8_000_000_000
            assert not warden.look()
            assert process.mapped == 0
    assert process.released == 5


def test_where_the_limit_is_in_use_some_is_mapped_between_two_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = _Process(monkeypatch)
    process.in_use = 9_000_000_000
    with Warden(10_000_000_000, process.release) as warden:
        process.mapped = 1_000_000_000
        assert warden.look(), "there is too much memory"
        assert process.mapped == 1_000_000_000
        process.mapped = 1_300_000_000
        assert warden.look(), "what is in use is still too much"
        assert process.mapped == 0
    assert process.released == 1


def test_the_watch_goes_on_where_little_can_be_given_back() -> None:
    # Mapped memory comes back at once in the midst of work; then it is let go of at every look.
    called = threading.Semaphore(0)
    with Warden(1, called.release):
        assert all(called.acquire(timeout=10) for _ in range(5))


def test_memory_is_told() -> None:
    assert 1 << 20 < resident() < 1 << 40


def test_memory_that_was_freed_is_given_back() -> None:
    # glibc keeps small pieces while one behind them is in use.
    kept = [bytes(100_000) for _ in range(2000)]
    last = bytes(100_000)
    before = resident()
    del kept
    trim()
    assert len(last) == 100_000
    assert before - resident() > 100_000_000
