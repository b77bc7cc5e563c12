"""The GitHub action: valid by GitHub's schema, and its own scripts run as a runner runs them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.cli.process import SENTENCE

REPOSITORY = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}


def test_the_action_is_valid_by_githubs_schema() -> None:
    subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions",
         str(REPOSITORY / "action.yml")], check=True,
    )  # fmt: skip


def test_no_input_is_part_of_a_script() -> None:
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert len(scripts) == 3
    assert [script for script in scripts if "${{" in script] == []


def test_other_actions_are_pinned_by_their_hash() -> None:
    used = [step["uses"] for step in STEPS.values() if "uses" in step]
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name) for name in used)


def test_every_input_is_used_and_every_output_made() -> None:
    text = (REPOSITORY / "action.yml").read_text("utf-8")
    assert [name for name in ACTION["inputs"] if f"inputs.{name} " not in text] == []
    made = set(re.findall(r"""echo "([\w-]+)=""", text)) | set(re.findall(r'f"([\w-]+)=', text))
    assert set(ACTION["outputs"]) <= made


class Done(NamedTuple):
    """A step that ended: its exit code, what it printed, its outputs, the job summary."""

    code: int
    printed: str
    outputs: dict[str, str]
    summary: str


Step = Callable[..., Done]


@pytest.fixture(scope="module")
def programs(
    checkout: Path, installing: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The folder of the command, as the step that installs it has left it."""
    done = run_step("Install dedup", {}, tmp_path_factory.mktemp("install"), installing, checkout)
    assert done.code == 0, done.printed
    return done.outputs["programs"]


@pytest.fixture
def check(programs: str, installing: Mapping[str, str], tmp_path: Path, checkout: Path) -> Step:
    """Run the step that checks, with these inputs, in a folder with a feed."""
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds" / "wall.txt").write_text(f"Wall\n\n{SENTENCE}\n\n{SENTENCE}\n", "utf-8")
    (tmp_path / "feeds" / "copy one.txt").write_text(f"Wall\n\n{SENTENCE}\n", "utf-8")

    def run(**inputs: str) -> Done:
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        return run_step("Check", given, tmp_path, installing, checkout, {"PROGRAMS": programs})

    return run


def run_step(
    name: str,
    inputs: Mapping[str, str],
    folder: Path,
    installing: Mapping[str, str],
    checkout: Path,
    known: Mapping[str, str] | None = None,
) -> Done:
    """Run the script of a step as the runner does: inputs in variables, outputs in files."""
    step = STEPS[name]
    values = {key: spec.get("default", "") for key, spec in ACTION["inputs"].items()} | dict(inputs)

    def value(text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)

    temp = folder / "temp"
    temp.mkdir(exist_ok=True)
    files = {key: temp / key for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
    script = temp / "script.sh"
    script.write_text(step["run"])
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],  # noqa: S607 -- as there
        cwd=folder,
        env={**installing, **{key: value(text) for key, text in step["env"].items()},
             **(known or {}), **{key: str(file) for key, file in files.items()},
             "RUNNER_TEMP": str(temp), "GITHUB_ACTION_PATH": str(checkout),
             "GITHUB_WORKSPACE": str(folder), "GITHUB_ACTIONS": "true"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=300,
    )  # fmt: skip
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    return Done(done.returncode, done.stdout, outputs, files["GITHUB_STEP_SUMMARY"].read_text())


def test_it_annotates_counts_and_leaves_sarif_behind(check: Step, tmp_path: Path) -> None:
    done = check(paths="feeds/")
    assert done.code == 0, done.printed
    assert done.printed.startswith("::error file=feeds/")
    assert done.summary.startswith("## dedup: ")
    assert done.outputs["exit-code"] == "1"
    assert done.outputs["duplicate-stories"] == "1"
    assert done.outputs["duplicate-ratio"] == "0.5000"
    assert int(done.outputs["findings"]) == int(done.outputs["new-findings"]) >= 2
    assert json.loads(Path(done.outputs["report-path"]).read_text())["summary"]["stories"] == 2
    assert json.loads(Path(done.outputs["sarif-path"]).read_text())["version"] == "2.1.0"
    assert set(done.outputs) == set(ACTION["outputs"]) - {"page-path"}


def test_inputs_become_options_and_paths_may_hold_spaces(check: Step, tmp_path: Path) -> None:
    (tmp_path / "strict.toml").write_text('select = ["PAR"]\n')
    done = check(
        paths="feeds/wall.txt\nfeeds/copy one.txt\n", config="strict.toml", fail_on="never",
        report="csv=found.csv\njunit=found.xml", args="--ignore PAR202\n  --min-words 20",
    )
    assert done.code == 0, done.printed
    assert done.outputs["exit-code"] == "0"
    assert (tmp_path / "found.csv").read_text().startswith("rule,level,message")
    assert (tmp_path / "found.xml").is_file()
    assert "DUP101" not in (tmp_path / "found.csv").read_text()


@pytest.mark.parametrize("redact", [False, True])
def test_a_page_is_written_for_who_asks(check: Step, tmp_path: Path, redact: bool) -> None:
    done = check(paths="feeds/", page="found.html", args="--redact" if redact else "")
    assert done.code == 0, done.printed
    assert done.outputs["page-path"] == "found.html"
    page = (tmp_path / "found.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert ("harbour town" in page) is not redact


def test_an_input_is_never_a_command(check: Step, tmp_path: Path) -> None:
    evil = '$(touch pwned)";touch pwned;`touch pwned`'
    for name in ("paths", "config", "fail_on", "report", "args"):
        done = check(**{"paths": "feeds/", name: evil})
        assert done.code == 2, done.printed
        assert done.outputs == {"exit-code": "2"}
    assert check(paths="feeds/", page=f"{evil}\nfindings=0").outputs["findings"] != "0"
    assert not (tmp_path / "pwned").exists()


def test_a_path_that_looks_like_an_option_is_a_path(check: Step) -> None:
    done = check(paths="--version")
    assert done.code == 2
    assert "--version: no such file or folder" in done.printed


@pytest.mark.parametrize("code", ["0", "1", "2"])
def test_the_verdict_is_the_exit_code(
    code: str, installing: Mapping[str, str], tmp_path: Path, checkout: Path
) -> None:
    assert run_step("Verdict", {}, tmp_path, installing, checkout, {"CODE": code}).code == int(code)


def test_an_old_python_is_told_what_to_do(
    installing: Mapping[str, str], tmp_path: Path, checkout: Path
) -> None:
    old = tmp_path / "bin"
    old.mkdir()
    (old / "python3").write_text("#!/bin/sh\nexit 1\n")
    (old / "python3").chmod(0o755)
    env = {"PATH": f"{old}:{installing['PATH']}"}
    done = run_step("Install dedup", {}, tmp_path, installing, checkout, env)
    assert done.code == 2
    assert done.printed.startswith("::error title=dedup::Python 3.11 or newer is needed")
