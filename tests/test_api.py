"""The library: any kind of stories in, the same kind out, and questions answered on the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import dedup
from dedup import api
from dedup.errors import ConfigError, FieldError, InputError
from dedup.formats import InputOptions
from dedup.model import Finding, PairRow, Story, Tables
from dedup.settings import build
from dedup.store import read_run, write_run

QUAKE = (
    "A strong earthquake shook the harbour town of Velmora before dawn on Tuesday, toppling "
    "chimneys and sending residents into the streets in their nightclothes.\n\n"
    "Officials at the regional centre said no deaths had been reported, although eleven people "
    "were treated for cuts caused by broken glass.\n\n"
    "Trains on the coastal line were halted while engineers inspected three bridges, and schools "
    "stayed closed for the day."
)
STORM = (
    "Heavy rain flooded the lower valley overnight, and farmers moved their cattle to higher "
    "ground with the help of neighbours and volunteers from the fire brigade.\n\n"
    "Advertisement\n\n"
    "The river is expected to fall by the weekend, the water authority said, but dikes along the "
    "eastern bank will be watched day and night until then."
)
STORM_CLEAN = STORM.replace("Advertisement\n\n", "")
NEAR_QUAKE = QUAKE.replace("stayed closed for the day", "remained shut for the whole day")
RECORDS: list[dict[str, Any]] = [
    {"id": "q1", "text": QUAKE, "source": "AP", "n": 1},
    {"id": "q2", "text": QUAKE, "source": "BNS", "n": 2},
    {"id": "s1", "text": STORM, "source": "AP", "n": 3},
]


def _rules(result: dedup.Result) -> list[str]:
    return sorted(finding.rule for finding in result.tables.findings)


# What is exported


def test_all_names_are_there_and_no_others() -> None:
    public = {name for name in dir(dedup) if not name.startswith("_")}
    modules = {name for name in public if isinstance(getattr(dedup, name), type(sys))}

    assert set(dedup.__all__) == {name for name in dedup.__all__ if hasattr(dedup, name)}
    assert public - modules - {"annotations", "TYPE_CHECKING"} == set(dedup.__all__) - {
        "__version__"
    }
    assert dedup.check is api.check
    assert isinstance(dedup.__version__, str)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'chekc'"):
        _ = dedup.chekc  # type: ignore[attr-defined]


def test_importing_is_cheap_and_light() -> None:
    program = (
        "import sys, time; before = set(sys.modules); t = time.process_time(); import dedup\n"
        "print(time.process_time() - t, *sorted(set(sys.modules) - before))"
    )

    def run() -> list[str]:
        command = [sys.executable, "-c", program]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    seconds, *modules = min((run() for _ in range(3)), key=lambda words: float(words[0]))

    assert float(seconds) < 0.05
    assert {name.split(".")[0] for name in modules} & {"numpy", "pandas", "pydantic"} == set()


# What may come in, and comes out again


def test_story_objects() -> None:
    stories = [Story(row["id"], row["text"]) for row in RECORDS]

    result = dedup.check(stories)

    assert _rules(result) == ["BLP301", "DUP101"]
    assert result.clean() == [stories[0], Story("s1", STORM_CLEAN)]
    assert result.clean()[0] is stories[0]


def test_dictionaries_keep_their_other_fields() -> None:
    result = dedup.check(RECORDS)

    assert result.clean() == [RECORDS[0], {**RECORDS[2], "text": STORM_CLEAN}]
    assert RECORDS[2]["text"] == STORM
    assert list(result.stories["source"]) == ["AP", "BNS", "AP"]


def test_texts_get_their_number_as_id() -> None:
    result = dedup.check([QUAKE, QUAKE, STORM])

    assert list(result.stories["story_id"]) == ["0", "1", "2"]
    assert result.clean() == [QUAKE, STORM_CLEAN]


def test_a_generator_is_read_once() -> None:
    assert dedup.check(text for text in [QUAKE, STORM]).clean() == [QUAKE, STORM_CLEAN]


def test_a_data_frame_keeps_index_and_columns() -> None:
    frame = pd.DataFrame(RECORDS, index=["x", "y", "z"])
    frame["date"] = pd.Series([pd.Timestamp("2026-11-20"), pd.NaT, pd.NaT], index=frame.index)

    cleaned = dedup.check(frame).clean()

    assert list(cleaned.index) == ["x", "z"]
    assert list(cleaned["text"]) == [QUAKE, STORM_CLEAN]
    assert list(cleaned["n"]) == [1, 3]
    assert dict(cleaned.dtypes) == dict(frame.dtypes)
    assert frame.loc["z", "text"] == STORM


def test_a_data_frame_without_anything_to_do_comes_back_equal() -> None:
    frame = pd.DataFrame({"body": [QUAKE, None], "id": [7, 8]})

    result = dedup.check(frame)

    assert _rules(result) == ["INP901"]
    pd.testing.assert_frame_equal(result.clean(), frame)


@pytest.mark.parametrize(
    "kind",
    [str, Path, lambda path: [str(path)], lambda path: [path]],
    ids=["text", "path", "list of texts", "list of paths"],
)
def test_paths(tmp_path: Path, kind: Any) -> None:
    (tmp_path / "a.txt").write_text(f"Title one\n\n{STORM}")
    (tmp_path / "b.txt").write_text(f"Title two\n\n{QUAKE}")

    result = dedup.check(kind(tmp_path))

    assert _rules(result) == ["BLP301"]
    assert [story.text for story in result.clean()] == [
        f"Title one\n\n{STORM_CLEAN}", f"Title two\n\n{QUAKE}",
    ]  # fmt: skip


def test_no_stories_are_no_error() -> None:
    result = dedup.check([])

    assert result.passed
    assert result.clean() == []
    assert len(result.findings) == 0


def test_a_record_without_text_stays_where_it_is() -> None:
    records = [{"text": None, "id": "n"}, *RECORDS]

    result = dedup.check(records)

    assert _rules(result) == ["BLP301", "DUP101", "INP901"]
    assert result.clean()[0] == {"text": None, "id": "n"}


def test_records_without_id_get_their_number() -> None:
    records: list[dict[str, Any]] = [{"text": QUAKE}, {"text": None}]
    result = dedup.check(records)

    assert list(result.stories["story_id"]) == ["0"]
    assert list(result.findings["story_id"]) == ["1"]


def test_fields_can_be_named() -> None:
    result = dedup.check([{"matter": QUAKE, "key": "k"}], text_field="matter", id_field="key")

    assert list(result.stories["story_id"]) == ["k"]


@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        (17, InputError, "from a int"),
        ({"text": "x"}, InputError, "from a dict"),
        ([b"bytes"], InputError, "item 0 of the stories is a bytes"),
        ([{"wrong": "x"}], FieldError, "wrong"),
        ("no-such-folder", InputError, "no-such-folder"),
        (["no-such-file.jsonl"], InputError, "no such file"),
    ],
)
def test_what_is_no_story_is_refused(given: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        dedup.check(given)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"treshold": 0.8}, "'treshold'; did you mean 'threshold'"),
        ({"text_feld": "x"}, "did you mean 'text_field'"),
        ({"threshold": 7}, "threshold"),
        ({"limit": 0}, "limit"),
    ],
)
def test_settings_are_checked(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        dedup.check([], **settings)


# The result


def test_passed_goes_by_fail_on() -> None:
    assert not dedup.check(RECORDS).passed
    assert dedup.check(RECORDS, fail_on="never").passed
    assert dedup.check(RECORDS, select="PAR").passed


def test_tables_are_data_frames() -> None:
    result = dedup.check(RECORDS)

    assert list(result.findings["rule"]) == ["DUP101", "BLP301"]
    assert list(result.findings["action"]) == ["drop", "strip"]
    assert str(result.findings["paragraph"].dtype) == "Int64"
    assert list(result.clusters["relation"]) == ["keeper", "identical"]
    assert list(result.paragraphs["rule"]) == ["BLP301"]
    assert list(result.pairs.columns) == list(PairRow._fields)
    assert result.findings is result.findings


def test_removed_says_what_cleaning_takes_out() -> None:
    removed = dedup.check(RECORDS).removed

    assert list(removed["story_id"]) == ["q2", "s1"]
    assert list(removed["action"]) == ["drop", "strip"]
    assert removed["kept_id"].iloc[0] == "q1"
    assert removed["start"].isna().tolist() == [True, False]


def test_unsafe_fixes_only_when_asked_for() -> None:
    result = dedup.check([QUAKE, NEAR_QUAKE], threshold=0.6)

    assert _rules(result) == ["DUP102"]
    assert len(result.clean()) == 2
    assert len(result.clean(unsafe=True)) == 1


def test_a_cleaned_corpus_has_nothing_left_to_clean() -> None:
    cleaned = dedup.check(RECORDS).clean()

    assert dedup.check(cleaned).clean() == cleaned


def test_a_higher_threshold_needs_no_text() -> None:
    low = dedup.check([QUAKE, NEAR_QUAKE], threshold=0.6)

    high = low.rethreshold(0.99)

    assert _rules(low) == ["DUP102"]
    assert _rules(high) == []
    assert high.settings.threshold == 0.99
    assert len(high.clean(unsafe=True)) == 2
    assert _rules(low.rethreshold(0.6)) == ["DUP102"]


@pytest.mark.parametrize(("wanted", "words"), [(0.5, "run dedup.check"), (1.5, "above every")])
def test_a_lower_threshold_says_to_run_again(wanted: float, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        dedup.check([QUAKE], threshold=0.6).rethreshold(wanted)


def test_a_result_shows_what_it_is_and_what_to_do_next() -> None:
    shown = repr(dedup.check(RECORDS))

    assert "not passed: max-new: 2 new findings at or above error, 0 allowed" in shown
    assert "3 stories · 2 findings" in shown
    assert ".clean()" in shown
    assert "passed\n" in repr(dedup.check([QUAKE]))


def test_explaining_a_story_and_an_unknown_one() -> None:
    result = dedup.check(RECORDS)

    assert "BLP301" in result.explain("s1")
    with pytest.raises(ConfigError, match="no story has the id 'zz'"):
        result.explain("s1", "zz")


def test_a_result_becomes_a_run(tmp_path: Path) -> None:
    result = dedup.check(RECORDS)

    result.to_run(tmp_path / "run")

    assert read_run(tmp_path / "run") == result.tables


# What the command line calls


def test_a_scan_names_its_inputs_and_what_was_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\n" + QUAKE)
    (tmp_path / "b.bin").write_text("?")

    manifest = api.scan([str(tmp_path)], build(), InputOptions()).manifest

    assert [row["bytes"] for row in manifest["inputs"]] == [len(QUAKE) + 7]
    assert manifest["inputs"][0]["path"].endswith("a.txt")
    assert [row["reason"] for row in manifest["skipped"]] == ["unknown extension"]


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """A run of two near copies and an advertisement, scanned with threshold 0.6."""
    tables = dedup.check([QUAKE, NEAR_QUAKE, STORM], threshold=0.6, select="DUP,BLP").tables
    write_run(tmp_path / "run", tables)
    return tmp_path / "run"


def _reopened(folder: Path, **settings: object) -> list[str]:
    tables = api.reopen(folder, build(**settings), given=frozenset(settings))
    return sorted(finding.rule for finding in tables.findings)


def test_a_run_is_reopened_as_it_was(run_folder: Path) -> None:
    assert _reopened(run_folder) == ["BLP301", "DUP102"]
    assert _reopened(run_folder, threshold=0.6, num_perm=128) == ["BLP301", "DUP102"]


def test_a_run_answers_for_less(run_folder: Path) -> None:
    assert _reopened(run_folder, threshold=0.99) == ["BLP301"]
    assert _reopened(run_folder, select="DUP") == ["DUP102"]
    assert _reopened(run_folder, ignore=("BLP",)) == ["DUP102"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"threshold": 0.5}, "threshold 0.6 and cannot answer for 0.5"),
        ({"min_words": 5}, "--min-words 5"),
        ({"select": "PAR201"}, "scanned without PAR201"),
    ],
)
def test_a_run_does_not_answer_for_more(
    run_folder: Path, settings: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        _reopened(run_folder, **settings)


def test_old_findings_do_not_fail() -> None:
    result = dedup.check(RECORDS)
    old = Tables(findings=[row._replace(new=False) for row in result.tables.findings])

    assert dedup.Result(old, result.settings, result._intake).passed
    assert isinstance(result.tables.findings[0], Finding)
