"""The examples of docs/integrations.md are what the services they are for accept."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.process import SENTENCE, command, environment

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = (REPOSITORY / "docs" / "integrations.md").read_text("utf-8")
ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))


def example(kind: str) -> str:
    (found,) = re.findall(rf"^```yaml {kind}\n(.*?)^```$", PAGE, re.M | re.S)
    return str(found)


@pytest.mark.parametrize(
    ("kind", "schema"),
    [("github-workflow", "vendor.github-workflows"), ("gitlab-ci", "vendor.gitlab-ci")],
)
def test_an_example_is_valid_by_the_schema_of_its_service(
    kind: str, schema: str, tmp_path: Path
) -> None:
    path = tmp_path / "example.yml"
    path.write_text(example(kind), "utf-8")
    subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)],
        check=True,
    )  # fmt: skip


def test_the_example_of_pre_commit_is_valid_and_names_a_hook(tmp_path: Path) -> None:
    path = tmp_path / ".pre-commit-config.yaml"
    path.write_text(example("pre-commit-config"), "utf-8")
    subprocess.run([sys.executable, "-m", "pre_commit", "validate-config", str(path)], check=True)
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))
    named = yaml.safe_load(example("pre-commit-config"))["repos"][0]["hooks"]
    assert {hook["id"] for hook in named} <= {hook["id"] for hook in hooks}


def test_the_workflow_gives_inputs_that_the_action_has() -> None:
    steps = yaml.safe_load(example("github-workflow"))["jobs"]["dedup"]["steps"]
    assert set(steps[1]["with"]) <= set(ACTION["inputs"])


def test_the_page_lists_every_input_and_output_of_the_action() -> None:
    listed = re.findall(r"^\| `([\w-]+)` \|", PAGE, re.M)
    assert listed == list(ACTION["inputs"])
    assert [name for name in ACTION["outputs"] if f"`{name}`" not in PAGE] == []


def commands() -> list[str]:
    """Every ``dedup`` command of the page, as a shell would read it."""
    steps = yaml.safe_load(example("github-steps"))
    job = yaml.safe_load(example("gitlab-ci"))["dedup"]
    scripts = [step["run"] for step in steps] + job["script"]
    shown = re.findall(r"^```console\n(.*?)^```$", PAGE, re.M | re.S)
    lines = [*scripts, *"".join(shown).splitlines()]
    return [line for line in lines if line.startswith("dedup ")]


def test_every_command_of_the_page_runs(tmp_path: Path) -> None:
    """In the order of the three weeks, on a feed that repeats itself and then once more."""

    def code(line: str) -> int:
        words = command(*shlex.split(line)[1:])
        done = subprocess.run(
            words, cwd=tmp_path, env=environment(), capture_output=True, check=False, timeout=120
        )
        return done.returncode

    (tmp_path / "feeds").mkdir()
    feed = tmp_path / "feeds" / "wall.txt"
    feed.write_text(f"Wall\n\n{SENTENCE}\n\n{SENTENCE}\n", "utf-8")
    found = commands()
    assert len(found) == 6
    accept = [line for line in found if "--write-baseline" in line]
    warn = [line for line in found if "--exit-zero" in line]
    gates = [line for line in found if line not in accept + warn]
    for line in [*warn, *accept]:
        assert code(line) == 0, line
    for line in gates:
        assert code(line) == 0, line
    feed.write_text(f"Wall\n\n{SENTENCE}\n\n{SENTENCE}\n\n{SENTENCE}\n", "utf-8")
    for line in gates:
        assert code(line) == 1, line
