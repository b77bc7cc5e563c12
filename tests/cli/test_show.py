"""``dedup rule`` and ``dedup config``."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from dedup.rules import RULES
from tests.cli.process import Dedup


def test_rule_lists_every_rule(run: Dedup) -> None:
    done = run("rule")
    assert [line[:6] for line in done.stdout.splitlines()] == list(RULES)


def test_rule_shows_a_page_by_code_or_name(run: Dedup) -> None:
    by_code = run("rule", "blp302")
    assert by_code.stdout == run("rule", "related-link").stdout
    for heading in ("What it means", "How it is computed", "Settings", "What the fix does",
                    "Example", "How to silence it"):
        assert f"\n{heading}\n" in by_code.stdout


def test_an_unknown_rule_fails_with_the_nearest(run: Dedup) -> None:
    done = run("rule", "DUP12")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "dedup: error: no rule is called 'DUP12'; did you mean 'DUP102'?; "
        "`dedup rule` lists them all\n"
    )


def test_config_prints_a_settings_file_with_the_source_of_each_value(
    run: Dedup, tmp_path: Path
) -> None:
    (tmp_path / "dedup.toml").write_text('seed = 7\ninput.text-field = "body"\n')
    done = run("config", "--threshold", "0.9", "--select", "DUP,PAR", "--select", "BLP",
               env={"DEDUP_MIN_WORDS": "12"})
    assert done.returncode == 0
    table = tomllib.loads(done.stdout)
    assert table["select"] == ["DUP", "PAR", "BLP"]
    assert (table["seed"], table["threshold"], table["min-words"]) == (7, 0.9, 12)
    assert table["input"]["text-field"] == "body"
    sources = dict(
        (line.split(" =")[0].lstrip("# "), line.rpartition("# ")[2])
        for line in done.stdout.splitlines()
    )
    assert sources["threshold"] == "flag --threshold"
    assert sources["min-words"] == "environment DEDUP_MIN_WORDS"
    assert sources["seed"].endswith("dedup.toml:1")
    assert sources["shingle"] == "default"


def test_what_config_prints_can_be_read_again(run: Dedup, tmp_path: Path) -> None:
    first = run("config", "--threshold", "0.9", "--config", "keep=latest").stdout
    (tmp_path / "dedup.toml").write_text(first)
    again = run("config").stdout
    assert tomllib.loads(again) == tomllib.loads(first)


def test_config_explains_one_setting(run: Dedup) -> None:
    done = run("config", "text-field")
    assert "input.text-field" in done.stdout
    assert "allowed:      a string" in done.stdout
    assert "DEDUP_TEXT_FIELD" in done.stdout


def test_the_schema_is_json(run: Dedup) -> None:
    schema = json.loads(run("config", "--schema").stdout)
    assert schema["properties"]["threshold"]["maximum"] == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["config", "threshhold"], "no setting is called 'threshhold'; did you mean 'threshold'?"),
        (["config", "--threshold", "7"], "flag --threshold: threshold = 7.0: must be a number"),
        (["config", "--config", "treshold=1"], "did you mean 'threshold'?"),
        (["config", "--config", "none.toml"], "none.toml: the settings file cannot be read"),
        (["config", "--ignore", "PAR9"], "no rule is called or starts with 'PAR9'"),
    ],
)
def test_a_bad_setting_is_one_line_and_exit_2(
    run: Dedup, words: list[str], message: str
) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dedup: error: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


def test_an_environment_slip_is_a_warning(run: Dedup) -> None:
    env = {"DEDUP_TRESHOLD": "0.1"}
    assert "did you mean DEDUP_THRESHOLD?" in run("config", env=env).stderr
    assert run("config", "-q", env=env).stderr == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["chekc"], "Did you mean 'check'?"),
        (["config", "--treshold", "1"], "--threshold"),
        (["config", "--threshold", "high"], "Invalid value for '--threshold'"),
        (["config", "--fail-on", "always"], "'error', 'warning', 'note', 'never'"),
        (["scan", "x"], "Missing option '-o' / '--output'"),
    ],
)
def test_a_slip_in_the_command_line_is_exit_2_with_a_suggestion(
    run: Dedup, words: list[str], message: str
) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
