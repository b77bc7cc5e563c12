"""Settings: their limits, and the order of the places they come from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest

from dedup.cli.configuration import Loaded, find_file, load
from dedup.errors import ConfigError
from dedup.setting_checks import allowed
from dedup.setting_values import kebab
from dedup.settings import InputSettings, Settings, build, json_schema


def loaded(
    folder: Path, *config: str, environ: Mapping[str, str] | None = None, **flags: object
) -> Loaded:
    return load(flags, config=config, folder=folder, environ=environ or {})


def test_build_takes_python_names() -> None:
    assert build(threshold=0.9, fail_on="note", select="DUP, par201").select == ("DUP", "PAR201")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"treshold": 0.9}, "no setting is called 'treshold'; did you mean 'threshold'?"),
        ({"zzz": 1}, "no setting is called 'zzz'; `dedup config`"),
        ({"threshold": 1.5}, "threshold = 1.5: must be a number from 0 to 1"),
        ({"near_recall": 1}, "near-recall = 1: must be a number above 0 below 1"),
        ({"num_perm": "many"}, "num-perm = 'many': must be a whole number from 16 to 1024"),
        ({"keep": "newest"}, "keep = 'newest': must be one of longest, earliest, latest, agency, "),
        ({"select": 7}, "select = 7: must be a list of strings"),
        ({"select": "PAR9"}, "select = 'PAR9': no rule is called or starts with 'PAR9'"),
        ({"ignore": "X" * 99}, "XXX...: no rule"),
    ],
)
def test_a_bad_value_is_named_with_what_is_allowed(
    values: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        build(**values)
    assert message in str(caught.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        build().threshold = 0.1  # type: ignore[misc]


@pytest.mark.parametrize("model", [Settings, InputSettings])
def test_every_setting_says_what_it_is_and_what_it_may_be(model: type[Settings]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, name
        assert allowed(field), name


def test_the_order_of_places(tmp_path: Path) -> None:
    """Each place outweighs the next: flag, pair, environment, named file, found file, default."""
    names = ["threshold", "min-words", "seed", "shingle", "num-perm"]
    numbers = dict(zip(names, ["0.1", "11", "12", "13", "64"], strict=True))
    found = tmp_path / "dedup.toml"
    found.write_text("\n".join(f"{name} = {value}" for name, value in numbers.items()))
    named = tmp_path / "named.toml"
    named.write_text("threshold = 0.2\nmin-words = 21\nseed = 22\nshingle = 23")
    environ = {"DEDUP_THRESHOLD": "0.3", "DEDUP_MIN_WORDS": "31", "DEDUP_SEED": "32"}
    result = loaded(
        tmp_path, str(named), "threshold=0.4", "min-words=41", environ=environ, threshold=0.5
    )
    settings, sources = result.settings, result.sources
    assert (settings.threshold, sources["threshold"]) == (0.5, "flag --threshold")
    assert (settings.min_words, sources["min-words"]) == (41, "--config min-words=41")
    assert (settings.seed, sources["seed"]) == (32, "environment DEDUP_SEED")
    assert (settings.shingle, sources["shingle"]) == (23, f"{named}:4")
    assert (settings.num_perm, sources["num-perm"]) == (64, f"{found}:5")
    assert (settings.keep, sources["keep"]) == ("longest", "default")


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "dedup.toml").write_text("seed = 1")
    assert find_file(inner) == tmp_path / "dedup.toml"
    (inner / "pyproject.toml").write_text("[tool.other]\nx = 1")
    assert find_file(inner) == tmp_path / "dedup.toml"
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.dedup]\nseed = 2")
    assert find_file(inner) == tmp_path / "a" / "pyproject.toml"
    assert loaded(inner).settings.seed == 2
    assert load(isolated=True, folder=inner, environ={}).settings.seed == 1


def test_input_fields_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.dedup]\nseed = 3\n[tool.dedup.input]\ntext-field = "body"\nlimit = 5'
    )
    result = loaded(tmp_path, "input.limit=6", environ={"DEDUP_ID_FIELD": "guid"})
    assert (result.input.text_field, result.input.limit) == ("body", 6)
    assert result.input.id_field == "guid"
    assert result.sources["input.limit"] == "--config input.limit=6"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("threshhold = 0.5", ":1: no setting is called 'threshhold'; did you mean 'threshold'?"),
        ("\n[input]\ntext-feild = 'x'", ":3: no setting is called 'input.text-feild'; did you mean "
         "'input.text-field'?"),
        ("input = 3", ":1: input must be a table"),
        ("#\nthreshold = 'high'", ":2: threshold = 'high': must be a number from 0 to 1"),
        ("[rules.DUP102]\nlevle = 1", ":2: no setting is called 'rules.DUP102.levle'; did you mean "
         "'rules.DUP102.level'?"),
        ("[rules.DUP102]\nlevel = 'grave'", ":2: rules.DUP102.level = 'grave': must be one of "),
        ("[rules]\nDUP12.level = 'note'", ":2: no rule is called or starts with 'DUP12'"),
        ("rules.dup102.error-if = 0", ":1: rules.DUP102.error-if = 0: must be a whole number from"),
        ("rules = ['DUP102']", ":1: rules = ['DUP102']: must be a table"),
        ("[per-source-ignores]\n'a.b' = 3", ":2: per-source-ignores.a.b = 3: must be a list of"),
        ("[per-source-ignores]\nap = ['XYZ']", ":2: per-source-ignores = {'ap': ['XYZ']}: no rule"),
        ("max-ratio = '2 percent'", ":1: max-ratio = '2 percent': '2percent' is no share"),
        ("max-new = -1", ":1: max-new = -1: must be a whole number from 0"),
        ("threshold = ", "not valid TOML"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "dedup.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_the_line_is_found_whatever_stands_around_it(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = """\n[tool.dedup]\nseed = 1\n"""\n[tool.dedup]\n'
        '"min_words" = 3\nselect = [\n  "DUP",\n]\n  seed= 7 # = 8\n'
        "rules = { PAR = { level = 'note' } }\n[tool.dedup.'input']\nlimit = 4\n"
    )
    sources = loaded(tmp_path).sources
    told = {name: place.rpartition(":")[2] for name, place in sources.items() if place != "default"}
    assert told == {
        "min-words": "7", "select": "8", "seed": "11", "rules.PAR.level": "12", "input.limit": "14"
    }


def test_tables_are_laid_over_one_another_key_by_key(tmp_path: Path) -> None:
    found = tmp_path / "dedup.toml"
    found.write_text(
        '[rules.DUP102]\nlevel = "note"\nerror-if = 3\n[per-source-ignores]\n"a.com" = "BLP"'
    )
    result = loaded(
        tmp_path, "rules.dup102.error-if=9", "rules.PAR.level=note", "per-source-ignores.b.com=DUP",
        per_source_ignores={"c*": "PAR"},
    )
    rules = result.settings.rules
    assert {code: (each.level, each.error_if) for code, each in rules.items()} == {
        "DUP102": ("note", 9), "PAR": ("note", None)
    }
    assert result.settings.per_source_ignores == {
        "a.com": ("BLP",), "b.com": ("DUP",), "c*": ("PAR",)
    }
    assert result.sources["rules.DUP102.level"] == f"{found}:2"
    assert result.sources["rules.DUP102.error-if"] == "--config rules.dup102.error-if=9"
    assert result.sources["per-source-ignores.a.com"] == f"{found}:5"
    assert result.sources["per-source-ignores.c*"] == "flag --per-source-ignores"


@pytest.mark.parametrize("written", ["2%", "0.020", " 2 %", 0.02])
def test_a_ratio_may_be_written_in_two_ways(written: str | float) -> None:
    assert build(max_ratio=written).max_ratio == 0.02


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        loaded(tmp_path, str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        ("select=DUP,PAR", ("DUP", "PAR")),
        ('select=["DUP", "PAR"]', ("DUP", "PAR")),
        ("select = 'DUP'", ("DUP",)),
    ],
)
def test_a_list_may_be_written_in_two_ways(
    tmp_path: Path, pair: str, expected: tuple[str, ...]
) -> None:
    assert loaded(tmp_path, pair).settings.select == expected


def test_a_variable_that_is_nearly_a_setting_is_a_warning(tmp_path: Path) -> None:
    environ = {"DEDUP_TRESHOLD": "0.1", "DEDUP_PARENT_SHELL": "x", "DEDUP_IGNORE": "BLP, INP904"}
    result = loaded(tmp_path, environ=environ)
    assert result.settings.ignore == ("BLP", "INP904")
    assert [w for w in result.warnings if "DEDUP_THRESHOLD" in w] == list(result.warnings)


def test_files_in_a_file_are_meant_from_where_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "dedup.toml").write_text('ignore-lines = ["keep.txt", "/abs/keep.txt"]')
    monkeypatch.chdir(inner)
    assert loaded(inner).settings.ignore_lines == (str(Path("..", "keep.txt")), "/abs/keep.txt")
    monkeypatch.chdir(tmp_path)
    assert loaded(tmp_path).settings.ignore_lines == ("keep.txt", "/abs/keep.txt")


@pytest.mark.parametrize(
    ("table", "fits"),
    [
        ({"threshold": 0.8, "input": {"text-field": "body"}, "max-ratio": "2%"}, True),
        ({"rules": {"DUP102": {"level": "note", "error-if": 3}}}, True),
        ({"per-source-ignores": {"a*": ["BLP"]}}, True),
        ({"treshold": 0.8}, False),
        ({"input": {"body": "x"}}, False),
        ({"rules": {"DUP102": {"levle": "note"}}}, False),
        ({"rules": {"DUP102": {"error-if": 0}}}, False),
    ],
)
def test_the_schema_takes_what_the_program_takes(table: dict[str, object], fits: bool) -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert jsonschema.Draft202012Validator(schema).is_valid(table) is fits


def test_the_schema_holds_every_setting() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == {kebab(n) for n in Settings.model_fields} | {"input"}
    assert set(schema["properties"]["input"]["properties"]) == {
        kebab(name) for name in InputSettings.model_fields
    }
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("given", "budget"),
    [
        ("outlet=0.3", {"outlet": 0.3, "story": 0.6}),
        ("story=75%", {"outlet": 0.2, "story": 0.75}),
        ("story=1,outlet=0", {"outlet": 0.0, "story": 1.0}),
        ("0.5", {"outlet": 0.5, "story": 0.5}),
        (1, {"outlet": 1.0, "story": 1.0}),
        (["outlet = 0.1"], {"outlet": 0.1, "story": 0.6}),
    ],
)
def test_a_loss_budget_is_given_whole_or_in_part(given: object, budget: dict[str, float]) -> None:
    assert build(max_loss=given).loss_budget == budget
    assert build().loss_budget == {"outlet": 0.2, "story": 0.6}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("outlets=0.3", "no budget is called 'outlets'; write outlet=0.2,story=0.6"),
        ("outlet=30", "'30' is no share"),
        ("outlet=", "'' is no share"),
        ("story=nan", "'nan' is no share"),
        (True, "max-loss = True: must be a list of strings"),
    ],
)
def test_a_loss_budget_that_makes_no_sense_is_refused(given: object, message: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(message)):
        build(max_loss=given)
