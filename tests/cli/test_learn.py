"""``dedup learn``: the file, and what later runs make of it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from dedup.model import Story
from tests.boilerplate.outlet import stories
from tests.cli.process import Dedup

BOX = "Jane Roe is a syndicated columnist of the Ledger and the author of two books on ferries."


def write(path: Path, made: list[Story]) -> None:
    rows = [{"id": s.story_id, "source": s.source, "date": s.published, "text": s.text}
            for s in made]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


@pytest.fixture
def learned(run: Dedup, tmp_path: Path) -> Path:
    write(tmp_path / "archive.jsonl", stories(BOX, count=12))
    done = run("learn", "archive.jsonl", "-o", "templates.toml")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith("wrote 1 lines and templates to templates.toml\n")
    return tmp_path / "templates.toml"


def test_the_file_holds_the_line_with_its_evidence(learned: Path) -> None:
    (entry,) = tomllib.loads(learned.read_text("utf-8"))["template"]
    assert (entry["outlet"], entry["rule"], entry["line"]) == ("Morning Post", "BLP311", BOX)
    assert (entry["stories"], entry["days"], entry["first-seen"]) == (12, 12, "2024-03-01")


def test_a_feed_of_two_profits_and_clean_takes_it_out(
    run: Dedup, tmp_path: Path, learned: Path
) -> None:
    feed = stories(BOX, count=2, first=40)
    write(tmp_path / "today.jsonl", feed)
    found = run("check", "today.jsonl", "--templates", learned.name, "--output-format", "concise")
    assert found.returncode == 0
    assert found.stdout.count("BLP311") == 2
    assert f"({learned.name}:7)" in found.stdout
    done = run("clean", "today.jsonl", "--templates", learned.name, "--unsafe", "-o", "out.jsonl")
    assert done.returncode == 0
    assert BOX not in (tmp_path / "out.jsonl").read_text("utf-8")


def test_a_settings_file_names_it_beside_itself(run: Dedup, tmp_path: Path, learned: Path) -> None:
    write(tmp_path / "today.jsonl", stories(count=12, first=40))
    (tmp_path / "dedup.toml").write_text(f'templates = ["{learned.name}"]\n', "utf-8")
    done = run("check", "today.jsonl", "--output-format", "concise")
    assert (done.returncode, done.stdout.count("BLP321")) == (0, 1)
    assert done.stdout.startswith("templates.toml:7:1: BLP321 ")


def test_it_needs_paths_and_never_writes_over_them(run: Dedup, learned: Path) -> None:
    assert run("learn", "-o", "t.toml").returncode == 2
    done = run("learn", "archive.jsonl", "-o", "archive.jsonl")
    assert (done.returncode, "is also an input" in done.stderr) == (2, True)
    done = run("learn", "archive.jsonl", "-o", "no/such/folder.toml")
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)


def test_a_broken_file_is_refused_in_one_line(run: Dedup, learned: Path) -> None:
    learned.write_text("version = 1\n[[template]]\nlien = 'x'\n", "utf-8")
    done = run("check", "archive.jsonl", "--templates", learned.name)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "templates.toml:2: unknown key 'lien'" in done.stderr
