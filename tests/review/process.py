"""``dedup review`` as a real process: in a pseudo-terminal, and as a server."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.cli.process import command, environment

PATIENCE = 60.0


class Terminal:
    """The review in a terminal of its own: send keys, read the screen."""

    def __init__(self, *words: str, cwd: Path) -> None:
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            command("review", *words), cwd=cwd, env=environment(TERM="xterm", COLUMNS="90"),
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.screen = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        os.close(self._master)

    def send(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def answer(self, key: str) -> str:
        """Press a key and wait until the next is asked for; what the screen said meanwhile."""
        seen = len(self.screen)
        self.send(key)
        self.expect("\n> ", seen)
        return self.screen[seen:]

    def expect(self, text: str, start: int = 0) -> None:
        """Read until the text is on the screen."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.screen[start:]:
            if not self._read(deadline):
                raise AssertionError(f"{text!r} never came; the screen was\n{self.screen}")

    def end(self) -> int:
        """Read to the end; the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline):
            pass
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """Kill it as nothing can be killed harder."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def _read(self, deadline: float) -> bool:
        if not select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))[0]:
            return False
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # Linux says so when the other end is closed
            return False
        self.screen += piece.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(piece)


@contextmanager
def served(*words: str, cwd: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The review as a web page: its process and address."""
    process = subprocess.Popen(
        command("review", *words, "--web"), cwd=cwd, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        address = process.stdout.readline().strip()
        assert address, process.stderr.read()
        yield process, address
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        process.stdout.close()
        process.stderr.close()
