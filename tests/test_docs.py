"""The documentation says what the program does: commands, rules, settings, outputs, links."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import dedup
from dedup.cli import COMMANDS
from dedup.rules import RULES

REPOSITORY = Path(__file__).resolve().parent.parent
PAGES = sorted([*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md")])
BY_HAND = "\n".join(page.read_text("utf-8") for page in PAGES if page.stem != "cli-reference")
README = (REPOSITORY / "README.md").read_text("utf-8")


def test_generated_parts_are_current() -> None:
    script = REPOSITORY / "docs" / "generate.py"
    finished = subprocess.run(
        [sys.executable, script, "--check"],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (finished.returncode, finished.stderr) == (0, "")


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_explained(command: str) -> None:
    assert f"dedup {command}" in BY_HAND


def test_readme_lists_every_rule_as_it_is() -> None:
    listed = dict(re.findall(r"^\| ([A-Z]{3}\d{3}) \| ([\w-]+) \|", README, re.MULTILINE))
    assert listed == {rule.code: rule.name for rule in RULES.values()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)(#[\w-]+)?\)", text)
    assert [path for path, _ in targets if not (page.parent / path).exists()] == []
    for path, anchor in filter(lambda target: target[1], targets):
        headings = re.findall(r"^#+ (.+)$", (page.parent / path).read_text("utf-8"), re.MULTILINE)
        anchors = {f"#{heading.lower().replace(' ', '-')}" for heading in headings}
        assert anchor in anchors


def test_library_examples_name_what_is_there() -> None:
    members = set(re.findall(r"\bresult\.(\w+)", BY_HAND))
    assert sorted(name for name in members if not hasattr(dedup.Result, name)) == []
    names = set(re.findall(r"\bdedup\.([A-Za-z]\w*)(?=\()", BY_HAND))
    assert sorted(names - set(dedup.__all__)) == []


def test_version_is_the_one_of_the_package() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == version("wire-dedup") == dedup.__version__
    assert f"## [{project['version']}]" in (REPOSITORY / "CHANGELOG.md").read_text("utf-8")


def test_make_targets_in_the_readme_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"\bmake ([a-z]+)\b(?=[ `]*[,;#`]|$)", README, re.M)) <= targets
