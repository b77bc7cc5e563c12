"""Help that a person can learn from, and that comes at once."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from dedup.cli import COMMANDS
from dedup.cli.options import DETECTION, GATE, INPUT, RULES
from dedup.setting_values import kebab
from dedup.settings import InputSettings, Settings
from tests.cli.process import Dedup, command, environment

HEAVY = (
    "numpy", "pandas", "pyarrow", "datasketch", "sklearn", "numba", "scipy", "orjson", "pydantic",
    "rich", "charset_normalizer",
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The help page of every command, and under "" that of the tool."""
    folder = tmp_path_factory.mktemp("help")
    found = {}
    for name in ["", *COMMANDS]:
        done = subprocess.run(
            command(*name.split(), "-h"), cwd=folder, env=environment(), capture_output=True,
            text=True, timeout=60, check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        found[name] = done.stdout
    return found


def test_every_command_is_listed_with_its_line(pages: dict[str, str]) -> None:
    for name, (_, line) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(line)}$", pages[""], re.MULTILINE)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_every_page_shows_examples_that_name_real_options(
    pages: dict[str, str], name: str
) -> None:
    examples = pages[name].partition("Examples:\n")[2]
    assert f"  dedup {name}" in examples
    for other, line in re.findall(r"dedup ([a-z]+)([^\n]*)", examples):
        options = set(re.findall(r" (--?[a-z][a-z-]*)", re.split("   | > ", line)[0]))
        assert options <= set(re.findall(r"--?[a-z][a-z-]*", pages[other])), line


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_says_what_the_command_does_before_its_options(
    pages: dict[str, str], name: str
) -> None:
    head = pages[name].partition("Arguments:")[0].partition("Options:")[0]
    assert len(head.split("\n\n")) >= 3


def test_no_command_at_all_shows_help_and_fails(run: Dedup) -> None:
    page = run()
    assert page.returncode == 2
    assert "Commands:" in page.stderr
    assert page.stdout == ""


def test_defaults_shown_are_the_defaults(pages: dict[str, str]) -> None:
    text = " ".join(pages["check"].split())
    for name, field in Settings.model_fields.items():
        flag = f"--{kebab(name)} "
        if flag in text and field.default not in ((), ("ALL",), None, {}):
            shown = re.search(rf"{flag}.*?\[default: ([^\]]*)\]", text)
            assert shown is not None, name
            assert shown[1] == str(field.default), name


def test_every_shared_flag_is_a_setting() -> None:
    assert set(INPUT) == set(InputSettings.model_fields)
    assert set(DETECTION) | set(RULES) | set(GATE) <= set(Settings.model_fields)


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["rule"], ["rule", "DUP102"]])
def test_help_and_rule_import_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    script = (
        "import sys\n"
        f"sys.argv = ['dedup', *{words!r}]\n"
        "from dedup.cli import main\n"
        "try:\n    main()\nfinally:\n"
        f"    print([n for n in {HEAVY!r} if n in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True,
        text=True, timeout=60, check=False,
    )
    assert done.returncode == 0
    assert done.stderr.strip() == "[]"


def test_completion_completes_commands_options_and_codes(run: Dedup) -> None:
    def complete(line: str) -> list[str]:
        words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split()) - 1)}
        done = run(env={"_DEDUP_COMPLETE": "complete_bash", **words})
        assert done.returncode == 0, done.stderr
        return done.stdout.split()

    assert complete("dedup che") == ["check"]
    assert complete("dedup check --thres") == ["--threshold"]
    assert complete("dedup rule DUP10") == [f"DUP10{n}" for n in range(1, 7)]
    assert set(complete("dedup scan x -o y --table-format p")) == {"parquet"}


def test_completion_script_can_be_shown(run: Dedup) -> None:
    done = run(env={"_DEDUP_COMPLETE": "source_bash"})
    assert "complete" in done.stdout
    assert "dedup" in done.stdout
