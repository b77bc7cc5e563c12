"""The command line as a real process."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.process import OTHER, SENTENCE, Dedup, Result, command, environment


@pytest.fixture
def run(tmp_path: Path) -> Dedup:
    """Run ``dedup`` in an empty folder; gives what it wrote and its exit code."""

    def call(
        *words: str, text: str | None = None, env: Mapping[str, str] | None = None
    ) -> Result:
        return subprocess.run(
            command(*words), cwd=tmp_path, env=environment(**(env or {})), input=text,
            stdin=subprocess.DEVNULL if text is None else None, capture_output=True,
            encoding="utf-8", timeout=120, check=False,
        )

    return call


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """A folder of two stories; one repeats a paragraph and holds an advertisement marker."""
    folder = tmp_path / "feed"
    folder.mkdir()
    (folder / "wall.txt").write_text(
        f"Sea wall\n\n{SENTENCE}\n\nAdvertisement\n\nWork begins soon.\n\n{SENTENCE}\n", "utf-8"
    )
    (folder / "harvest.txt").write_text(f"Late harvest\n\n{OTHER}\n", "utf-8")
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Five records: ``a``, its copy ``b``, its near-duplicate ``c``, and two that stand in it."""
    body = f"{SENTENCE}\n\n{OTHER}"
    texts = {
        "a": f"{body}\n\nAdvertisement",
        "b": body,
        "c": body.replace("forty metres", "some metres"),
        "d": OTHER.upper(),
        "e": SENTENCE.replace("council", "mayor"),
    }
    path = tmp_path / "corpus.jsonl"
    lines = [json.dumps({"id": name, "title": f"Title {name}", "text": text})
             for name, text in texts.items()]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path
