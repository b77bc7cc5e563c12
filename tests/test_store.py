"""A run folder gives back what was put in, replaces only runs, and says what is wrong with it."""

from __future__ import annotations

import errno
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dedup import store
from dedup.errors import InputError, MismatchError, MissingExtra, OutputError
from dedup.model import (
    TABLE_ROWS,
    ClusterRow,
    Finding,
    Fix,
    PairRow,
    ParagraphRow,
    StoryRow,
    Tables,
    TemplateRow,
)
from dedup.store import json_lines

FORMATS: tuple[store.TableFormat, ...] = ("jsonl", "parquet")

_TEXT = st.text(max_size=12)
_NAMES = st.lists(_TEXT, max_size=3).map(tuple)
_COUNT = st.integers(0, 2**40)
_SCORE = st.floats(0, 1)
_MAYBE_TEXT = st.none() | _TEXT
_MAYBE_COUNT = st.none() | _COUNT
_JSON = st.none() | st.booleans() | _COUNT | _SCORE | _TEXT | st.lists(_TEXT, max_size=2)
_EVIDENCE = st.dictionaries(_TEXT, _JSON | st.dictionaries(_TEXT, _JSON, max_size=2), max_size=3)
_FIX = st.builds(Fix, st.sampled_from(["drop", "strip", "none"]), st.sampled_from(["safe", "none"]))

_FINDINGS = st.builds(
    Finding, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, _COUNT, _MAYBE_COUNT, _MAYBE_COUNT,
    _MAYBE_COUNT, _MAYBE_TEXT, _MAYBE_TEXT, _NAMES, st.none() | _SCORE, _EVIDENCE, _FIX, _TEXT,
    st.booleans(),
)  # fmt: skip
_STORIES = st.builds(
    StoryRow, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, _COUNT, _COUNT, _MAYBE_TEXT, _MAYBE_TEXT,
    st.booleans(), _MAYBE_TEXT, _TEXT, _COUNT, _NAMES, _NAMES, st.none() | _COUNT, _TEXT, _TEXT,
    _MAYBE_TEXT,
)  # fmt: skip
_PAIRS = st.builds(
    PairRow, _TEXT, _TEXT, _TEXT, _TEXT, _SCORE, _SCORE, _SCORE, _SCORE, _SCORE,
    st.none() | _SCORE, _SCORE, st.none() | _SCORE, _NAMES, st.none() | _COUNT, _COUNT, _COUNT,
    _NAMES,
)  # fmt: skip
_TEMPLATES = st.builds(
    TemplateRow, _TEXT, _TEXT, _NAMES, _COUNT, _COUNT, _TEXT, _TEXT, _TEXT, _NAMES, _TEXT,
    _COUNT, _COUNT, _SCORE, _SCORE, _NAMES,
)  # fmt: skip
_TABLES = st.builds(
    Tables,
    st.lists(_STORIES, max_size=2),
    st.lists(st.builds(ParagraphRow, _TEXT, _COUNT, _COUNT, _COUNT, _TEXT), max_size=2),
    st.lists(_PAIRS, max_size=2),
    st.lists(st.builds(ClusterRow, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT), max_size=2),
    st.lists(_FINDINGS, max_size=2),
    st.lists(_TEMPLATES, max_size=2),
    st.dictionaries(_TEXT, _JSON, max_size=3).filter(lambda manifest: "format" not in manifest),
)


def _finding(**changes: object) -> Finding:
    fixed = Finding(
        "DUP102", "error", "near-duplicate of b", "a", "AP", "feed.jsonl", 3, None, None, None,
        "c1", "b", ("b",), 0.93, {"jaccard": 0.9, "cosine": 0.99}, Fix("drop", "unsafe"), "f0",
    )  # fmt: skip
    return Finding(**{**fixed._asdict(), **changes})


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@pytest.mark.parametrize("table_format", FORMATS)
@given(tables=_TABLES)
def test_reading_gives_back_what_was_written(
    tmp_path: Path, table_format: store.TableFormat, tables: Tables
) -> None:
    store.write_run(tmp_path / "run", tables, table_format)

    assert store.read_run(tmp_path / "run") == tables


def test_rows_and_keys_stand_in_a_fixed_order(tmp_path: Path) -> None:
    one, other = {"b": 1, "a": {"d": 2, "c": 3}}, {"a": {"c": 3, "d": 2}, "b": 1}
    for name, evidence in (("one", one), ("other", other)):
        store.write_run(tmp_path / name, Tables(findings=[_finding(evidence=evidence)]))

    line = (tmp_path / "one" / "findings.jsonl").read_bytes()

    assert line == (tmp_path / "other" / "findings.jsonl").read_bytes()
    assert line.startswith(b'{"rule":"DUP102","level":"error",')
    assert b'"evidence":{"a":{"c":3,"d":2},"b":1}' in line
    assert b'"fix":{"action":"drop","safety":"unsafe"}' in line


def test_every_table_has_a_file_even_without_rows(tmp_path: Path) -> None:
    store.write_run(tmp_path / "run", Tables())

    names = {path.name for path in (tmp_path / "run").iterdir()}

    assert names == {"manifest.json", *(f"{name}.jsonl" for name in TABLE_ROWS)}


@pytest.mark.parametrize("table_format", FORMATS)
def test_sieves_say_which_tables_are_read_and_what_is_kept(
    tmp_path: Path, table_format: store.TableFormat
) -> None:
    findings = [_finding(rule="BLP301"), _finding(rule="PAR203"), _finding(rule="BLP302")]
    store.write_run(tmp_path / "run", Tables(findings=findings), table_format)
    sieves = {"findings": lambda row: row._replace(message="") if row.rule > "BLP301" else None}

    read = store.read_run(tmp_path / "run", sieves)

    assert [(row.rule, row.message) for row in read.findings] == [("PAR203", ""), ("BLP302", "")]
    (tmp_path / "run" / f"pairs.{table_format}").unlink()
    assert store.read_run(tmp_path / "run", sieves).findings == read.findings
    with pytest.raises(MismatchError, match="pairs"):
        store.read_run(tmp_path / "run")


def test_a_table_that_was_cut_off_is_told_of_though_rows_are_sifted(tmp_path: Path) -> None:
    store.write_run(tmp_path / "run", Tables(findings=[_finding(), _finding()]))
    table = tmp_path / "run" / "findings.jsonl"
    table.write_bytes(table.read_bytes().splitlines(keepends=True)[0])

    with pytest.raises(MismatchError, match="1 rows instead of 2"):
        store.read_run(tmp_path / "run", {"findings": lambda row: None})


def test_what_rows_have_in_common_is_one_object(tmp_path: Path) -> None:
    evidence = {"entry": "en:read-also", "text": "Read also: the rest", "words": 4}
    rows = [_finding(evidence={**evidence}, source="Gazette", message="said") for _ in range(2)]
    store.write_run(tmp_path / "run", Tables(findings=rows))

    one, other = store.read_run(tmp_path / "run").findings

    assert (one, other) == tuple(rows)
    assert one.source is other.source
    assert one.message is other.message
    assert one.fix is other.fix
    assert one.evidence["entry"] is other.evidence["entry"]
    assert one.evidence is not other.evidence


def test_lone_surrogates_survive_json_lines_and_are_replaced_in_parquet(tmp_path: Path) -> None:
    tables = Tables(findings=[_finding(path="\udcff.txt", related=("\ud800",))])
    for table_format in FORMATS:
        store.write_run(tmp_path / table_format, tables, table_format)

    assert store.read_run(tmp_path / "jsonl") == tables
    assert store.read_run(tmp_path / "parquet").findings[0].path == "\ufffd.txt"


def test_numpy_scalars_sets_and_paths_are_written_as_plain_json(tmp_path: Path) -> None:
    evidence = {"score": np.float64(0.5), "n": np.int64(3), "words": {"b", "a"}, "of": Path("x")}

    store.write_run(tmp_path / "run", Tables(findings=[_finding(evidence=evidence)]))

    read = store.read_run(tmp_path / "run").findings[0].evidence
    assert read == {"score": 0.5, "n": 3, "words": ["a", "b"], "of": "x"}


def test_an_older_run_is_replaced_and_foreign_files_in_it_stay(tmp_path: Path) -> None:
    run = tmp_path / "run"
    store.write_run(run, Tables(findings=[_finding()]), "parquet")
    (run / "labels.jsonl").write_text("mine")

    store.write_run(run, Tables(findings=[_finding(), _finding(story_id="c")]))

    assert len(store.read_run(run).findings) == 2
    assert (run / "labels.jsonl").read_text() == "mine"
    assert not list(run.glob("*.parquet"))
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_an_empty_folder_and_missing_parents_are_fine(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "new" / "run"):
        store.write_run(folder, Tables())
        assert store.is_run(folder)


def test_a_folder_that_is_not_a_run_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "novel.txt").write_text("chapter one")
    (tmp_path / "manifest.json").write_text("[]")

    for taken in (tmp_path, tmp_path / "novel.txt"):
        with pytest.raises(OutputError, match="not a run folder"):
            store.write_run(taken, Tables())

    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "novel.txt"]


def test_a_full_disk_leaves_the_older_run_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write_run(tmp_path / "run", Tables(findings=[_finding()]))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(json_lines, "write", full)
    with pytest.raises(OutputError, match=r"No space left.*Make room.*--resume"):
        store.write_run(tmp_path / "run", Tables())

    assert len(store.read_run(tmp_path / "run").findings) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_failed_swap_puts_the_older_run_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write_run(tmp_path / "run", Tables(findings=[_finding()]))
    rename = Path.rename

    def busy(self: Path, target: Path) -> Path:
        if self.suffix == ".part":
            raise OSError(errno.EBUSY, "Device or resource busy")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", busy)
    with pytest.raises(OutputError, match="busy"):
        store.write_run(tmp_path / "run", Tables())

    assert len(store.read_run(tmp_path / "run").findings) == 1


def test_slices_that_were_written_wait_for_another_writer(tmp_path: Path) -> None:
    """The first is killed: it cleans up nothing. The second knows what is there, and joins it."""
    run, parts = tmp_path / "run", tmp_path / "parts"
    killed = store.writing(run, parts=parts)
    first = killed.__enter__()
    first.write(1, Tables(findings=[_finding(story_id="b")]), {"seen": 1})
    (parts / "jsonl" / "000000.77").mkdir()

    with store.writing(run, parts=parts) as second:
        assert [second.told(number) for number in (0, 1)] == [
            None, {"seen": 1, "rows": {**dict.fromkeys(TABLE_ROWS, 0), "findings": 1}}
        ]  # fmt: skip
        second.write(0, Tables(findings=[_finding()]), {})
        assert [second.join(number, keep=True).get("seen") for number in (0, 1)] == [None, 1]
        assert not store.is_run(run)
        second.finish({"of": "both"})

    first.close()
    read = store.read_run(run)
    assert [row.story_id for row in read.findings] == ["a", "b"]
    assert read.manifest == {"of": "both"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["parts", "run"]


@pytest.mark.parametrize("table_format", FORMATS)
def test_slices_joined_are_the_table(tmp_path: Path, table_format: store.TableFormat) -> None:
    rows = [_finding(story_id=f"s{number}", line=number) for number in range(9)]
    with store.writing(tmp_path / "run", table_format) as run:
        for number in (2, 0, 1):
            run.write(number, Tables(findings=rows[3 * number : 3 * number + 3]), {})
        for number in range(3):
            run.join(number)
        run.finish({})

    assert store.read_run(tmp_path / "run") == Tables(findings=rows)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_lines_of_pieces_are_what_json_says(tmp_path: Path) -> None:
    """Rows alike in part: what is remembered of one must not be told of another."""
    base = _finding(cluster_id=None, kept_id=None, related=(), score=None)
    rows = [
        base, base._replace(source="\u2028\"\\"), base._replace(line=4), base._replace(new=False),
        base._replace(level="note"), base._replace(path="\udcff"), base._replace(message="\udcff"),
        base._replace(score=0.0), base._replace(kept_id=""), base._replace(related=("",)),
        base._replace(cluster_id="c"), base._replace(paragraph=0, start=0, end=0),
        base._replace(fix=Fix("strip", "safe")), base._replace(fingerprint='"'), base,
    ]  # fmt: skip
    store.write_run(tmp_path / "run", Tables(findings=rows))

    lines = (tmp_path / "run" / "findings.jsonl").read_bytes().splitlines()
    for line, row in zip(lines, rows, strict=True):
        wanted = {**row._asdict(), "related": list(row.related), "fix": row.fix._asdict()}
        assert list(json.loads(line).items()) == list(wanted.items())


def test_no_run_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="dedup scan"):
        store.read_run(tmp_path)


def test_another_schema_version_is_refused(tmp_path: Path) -> None:
    store.write_run(tmp_path, Tables())
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"schema_version": 1', '"schema_version": 9'))

    with pytest.raises(MismatchError, match=r"schema 9.*scan again"):
        store.read_run(tmp_path)


@pytest.mark.parametrize("table_format", FORMATS)
@pytest.mark.parametrize("harm", ["gone", "cut", "garbage", "short"])
def test_damage_is_named(tmp_path: Path, table_format: store.TableFormat, harm: str) -> None:
    run = tmp_path / "run"
    store.write_run(run, Tables(findings=[_finding(), _finding()]), table_format)
    table = run / f"findings.{table_format}"
    if harm == "gone":
        table.unlink()
    elif harm == "cut":
        table.write_bytes(table.read_bytes()[:-9])
    elif harm == "garbage":
        table.write_bytes(b"[1]\n")
    else:
        store.write_run(tmp_path / "one", Tables(findings=[_finding()]), table_format)
        table.write_bytes((tmp_path / "one" / table.name).read_bytes())

    with pytest.raises(MismatchError, match=r"damaged at .*findings.*scan again"):
        store.read_run(run)


def test_parquet_without_pyarrow_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(MissingExtra, match=r"wire-dedup\[parquet\]"):
        store.write_run(tmp_path / "run", Tables(), "parquet")

    assert not list(tmp_path.iterdir())


def test_parquet_columns_have_types_without_any_row(tmp_path: Path) -> None:
    from pyarrow import parquet

    store.write_run(tmp_path / "run", Tables(), "parquet")

    schema = parquet.read_schema(tmp_path / "run" / "findings.parquet")
    assert schema.names == list(Finding._fields)
    assert str(schema.field("fix").type) == "struct<action: string, safety: string>"
    assert str(schema.field("related").type).startswith("list<")
