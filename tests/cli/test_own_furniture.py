"""Lexicons and keep-lists of the user, from the files to the findings, as real processes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dedup.boilerplate.pattern import SLOTS
from tests.cli.process import Dedup

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "page-furniture.md").read_text("utf-8")
FILES = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL))
ENTRY = '''language = "en"

[[entry]]
id = "webcam"
rule = "BLP302"
patterns = ["Watch live {sep} {title}"]
match = ["Watch live | The harbour"]
'''


@pytest.fixture
def documented(tmp_path: Path) -> Path:
    """The folder of the worked example of the documentation."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_the_worked_example_of_the_documentation(run: Dedup, documented: Path) -> None:
    assert len(FILES) == 5
    shown = re.search(r"<!-- run: (.*?) -->\n```console\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    finished = run(*shown[1].split())
    assert finished.returncode == 1
    assert finished.stdout.startswith(shown[2])


def test_every_slot_is_documented() -> None:
    assert {name for name in SLOTS if f"`{{{name}}}`" not in PAGE} == set()


def test_without_the_files_the_example_is_read_otherwise(run: Dedup, documented: Path) -> None:
    finished = run("check", "stories.jsonl", "--isolated", "--output-format", "json-lines")
    found = [json.loads(line) for line in finished.stdout.splitlines()]
    assert [finding["rule"] for finding in found] == ["BLP301"]


def test_clean_strips_own_furniture_and_keeps_what_is_listed(
    run: Dedup, documented: Path
) -> None:
    finished = run("clean", "stories.jsonl", "-o", "out", "--max-loss", "1")
    assert finished.returncode == 0, finished.stderr
    (cleaned,) = (documented / "out").rglob("stories.jsonl")
    text = json.loads(cleaned.read_text("utf-8"))["text"]
    assert text.split("\n\n") == [
        "A ship came in at noon.", "Advertisement", "Watch the harbour fill with sails on Sunday.",
    ]  # fmt: skip


def test_paths_in_a_configuration_file_are_relative_to_it(
    run: Dedup, documented: Path, tmp_path: Path
) -> None:
    below = tmp_path / "below"
    below.mkdir()
    (tmp_path / "stories.jsonl").rename(below / "stories.jsonl")
    assert "en:webcam" in run("check", "below/stories.jsonl").stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{sep}", "{separator}", ["webcam", "unknown slot {separator}", "did you mean {"]),
        ("BLP302", "BLP399", ["webcam", "rule 'BLP399'", "BLP301, BLP302"]),
        ("patterns", "pattern", ["webcam", "unknown key 'pattern'", "did you mean 'patterns'?"]),
        ("id = ", "ident = ", ["unknown key 'ident'"]),
        ("| The harbour", "from the harbour", ["webcam", "no pattern fits 'Watch live from the"]),
        ("match = ", "content = ", ["webcam", "a pattern fits 'Watch live | The", "narrower"]),
        ("Watch live {sep}", "(Watch live {sep}", ["webcam", "')' is missing"]),
        ("Watch live {sep} {title}", "{title} {sep} {n}", ["webcam", "begin or end with a word"]),
        ("[[entry]]", "[[entry]", ["cannot read", "line 3"]),
    ],
)  # fmt: skip
def test_faults_name_file_entry_and_remedy(
    run: Dedup, tmp_path: Path, old: str, new: str, said: list[str]
) -> None:
    (tmp_path / "mine.toml").write_text(ENTRY.replace(old, new, 1), "utf-8")
    (tmp_path / "story.txt").write_text("A ship\n\nIt came at noon.\n", "utf-8")
    finished = run("check", "story.txt", "--config", 'boilerplate-lexicon=["mine.toml"]')
    assert finished.returncode == 2
    assert finished.stdout == ""
    for words in ["mine.toml", *said]:
        assert words in finished.stderr, finished.stderr


@pytest.mark.parametrize("setting", ["boilerplate-lexicon", "ignore-lines"])
def test_a_file_that_is_not_there(run: Dedup, tmp_path: Path, setting: str) -> None:
    (tmp_path / "story.txt").write_text("A ship\n\nIt came at noon.\n", "utf-8")
    for name in ("none.toml", "none.txt"):
        finished = run("check", "story.txt", "--config", f'{setting}=["{name}"]')
        assert finished.returncode == 2
        assert f"{name}: cannot read" in finished.stderr
        assert "relative to" in finished.stderr
