"""Each format says what was found, in the order of the tables, and nothing the input smuggled."""

from __future__ import annotations

import io
import json
import re

import numpy as np
import pytest

from dedup import report, store
from dedup.errors import ConfigError
from dedup.model import Finding, Fix, StoryRow, Tables
from dedup.rules import RULES

_NEAR = Finding(
    "DUP102", "error", "near-duplicate of 4711", "4712", "AP", "feeds/a.jsonl", 118, None, None,
    None, "c1", "ap-4711", ("4711", "4710"), 0.934,
    {"jaccard": 0.934, "cosine": 0.98, "hours_apart": None}, Fix("drop", "unsafe"), "f1",
)  # fmt: skip
_AD = Finding(
    "BLP301", "error", "advertisement marker", "4712", "AP", "feeds/a.jsonl", 118, 3, 40, 53,
    None, None, (), None, {"entry": "en:advertisement", "text": "Advertisement"},
    Fix("strip", "safe"), "f2",
)  # fmt: skip
_SHORT = Finding(
    "INP902", "note", "no text to compare", "x", "", "", 0, None, None, None,
    None, None, (), None, {}, Fix("none", "none"), "f3",
)  # fmt: skip
_ROW = StoryRow(
    "4712", "AP", "", "Quake hits coast", "feeds/a.jsonl", 118, 300,
    "c1", "ap-4711", False, "DUP102", "0f",
)  # fmt: skip


def _tables(*findings: Finding, **counts: int) -> Tables:
    return Tables(findings=list(findings), stories=[_ROW], manifest={"counts": counts})


def _report(name: str, tables: Tables, **options: object) -> str:
    stream = io.StringIO()
    report.write(name, tables, stream, **options)  # type: ignore[arg-type]
    return stream.getvalue()


def test_concise_gives_a_line_a_finding() -> None:
    assert _report("concise", _tables(_NEAR, _AD, _SHORT)).splitlines() == [
        "feeds/a.jsonl:118:1: DUP102 near-duplicate of 4711 (0.93, kept: ap-4711) [unsafe fix]",
        "feeds/a.jsonl:118:1: BLP301 paragraph 3: advertisement marker [safe fix]",
        "story x: INP902 no text to compare",
    ]


def test_full_groups_by_story_and_gives_reasons() -> None:
    assert _report("full", _tables(_NEAR, _SHORT, _AD)) == (
        "feeds/a.jsonl:118:1 · story 4712 · AP · Quake hits coast\n"
        "  DUP102 near-duplicate of 4711 (0.93, kept: ap-4711)\n"
        "    related  4711, 4710\n"
        "    evidence cosine 0.98 · hours_apart none · jaccard 0.93\n"
        "    fix      drop the story (unsafe: `dedup clean --unsafe`)\n"
        "  BLP301 paragraph 3: advertisement marker\n"
        "    │ Advertisement\n"
        "    evidence entry en:advertisement\n"
        "    fix      strip the paragraph (safe: `dedup clean`)\n"
        "\n"
        "story x\n"
        "  INP902 no text to compare\n"
        "\n"
    )


def test_a_quoted_beginning_is_shown_as_one() -> None:
    finding = _AD._replace(end=1000, evidence={"text": "word " * 40, "pattern": "w…"})

    text = _report("full", _tables(finding))

    assert "word …\n" in text
    assert "pattern" not in text


def test_a_score_of_one_goes_without_saying() -> None:
    assert "(kept: ap-4711)" in _report("concise", _tables(_NEAR._replace(score=1.0)))


def test_long_lists_and_excerpts_are_bounded() -> None:
    many = tuple(f"story-{i}" for i in range(2000))
    long = {"text": "word " * 10_000, "stories": list(many), "lines": 12_345}

    text = _report("full", _tables(_AD._replace(related=many, evidence=long)))

    assert "story-4 and 1 995 more" in text
    assert "story-3 and 1 996 more" in text
    assert "lines 12 345" in text
    assert text.count("│") == 3
    assert max(map(len, text.splitlines())) < 200


@pytest.mark.parametrize("name", ["concise", "full"])
def test_people_may_see_fewer(name: str) -> None:
    text = _report(name, _tables(_NEAR, _AD, _SHORT), max_show=1)

    assert "DUP102" in text
    assert "BLP301" not in text
    assert text.endswith("… and 2 more; --max-show shows more of them\n")


def test_machines_get_everything_even_so() -> None:
    assert _report("json-lines", _tables(_NEAR, _AD), max_show=1).count("\n") == 2


def test_json_is_one_object_with_a_summary() -> None:
    found = json.loads(_report("json", _tables(_NEAR, _AD._replace(new=False), stories=7)))

    assert list(found) == ["schema_version", "summary", "findings"]
    assert found["summary"] == {
        "stories": 7, "findings": 2, "new_findings": 1,
        "by_level": {"error": 2, "warning": 0, "note": 0}, "by_rule": {"BLP301": 1, "DUP102": 1},
    }  # fmt: skip
    assert found["findings"][0]["fix"] == {"action": "drop", "safety": "unsafe"}
    assert list(found["findings"][0]) == list(Finding._fields)


def test_json_without_findings_is_still_an_object() -> None:
    assert json.loads(_report("json", Tables()))["findings"] == []


def test_json_lines_are_the_findings_table(tmp_path_factory: pytest.TempPathFactory) -> None:
    odd = _NEAR._replace(
        story_id="\udcff", evidence={"b": np.float64(0.5), "a": {"d": 1, "c": "\ud800"}}
    )
    tables = _tables(_NEAR, _AD, _SHORT, odd)
    run = tmp_path_factory.mktemp("runs") / "run"
    store.write_run(run, tables)

    table = (run / "findings.jsonl").read_text(encoding="utf-8")

    assert _report("json-lines", tables) == table


def test_statistics_count_by_rule() -> None:
    tables = _tables(_AD, _NEAR, _AD, _SHORT, _AD._replace(rule="XYZ999"))

    assert _report("concise", tables, statistics=True).splitlines() == [
        "2  BLP301  error    [safe fix]   advertisement-marker",
        "1  DUP102  error    [unsafe fix] near-duplicate-story",
        "1  INP902  note                  empty-or-too-short",
        "1  XYZ999  error    [safe fix]   (a rule this version does not know)",
    ]
    assert _report("full", tables, statistics=True) == _report("concise", tables, statistics=True)
    assert json.loads(_report("json-lines", tables, statistics=True).splitlines()[0]) == {
        "findings": 2, "rule": "BLP301", "level": "error", "name": "advertisement-marker",
        "fixable": "safe",
    }  # fmt: skip
    assert len(json.loads(_report("json", tables, statistics=True))["statistics"]) == 4


def test_colours_only_when_asked_for() -> None:
    for name in ("concise", "full"):
        plain = _report(name, _tables(_NEAR, _AD))
        painted = _report(name, _tables(_NEAR, _AD), color=True)
        assert "\x1b" not in plain
        assert painted != plain
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == plain


@pytest.mark.parametrize("name", list(report.FORMATS))
@pytest.mark.parametrize("hostile", ["\x1b[2J", "\x00", "\x9b", "\u202e", "\u2028", "\u200b\r\n"])
def test_nothing_from_the_input_acts_on_a_terminal(name: str, hostile: str) -> None:
    text = f"evil{hostile}text"
    finding = Finding(
        text, "error", text, text, text, text, 1, 0, 0, 1, text, text + "2", (text,), 0.5,
        {text: text, "text": text, "list": [text]}, Fix("drop", "safe"), text,
    )  # fmt: skip
    row = _ROW._replace(path=text, line=1, story_id=text, source=text, title=text)
    tables = Tables(findings=[finding], stories=[row])

    for options in ({}, {"statistics": True}):
        if options and name in report.WITHOUT_STATISTICS:
            continue
        shown = _report(name, tables, **options)
        assert "evil" in shown
        assert all(ch.isprintable() or ch == "\n" for ch in shown)
        assert not re.search(r"evil\n|^text", shown, re.MULTILINE)


def test_an_unknown_format_names_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"'xml': choose from full, concise, grouped, json,"):
        _report("xml", Tables())


def _summary(tables: Tables, seconds: float) -> str:
    return report.summary_line(tables.manifest, report.Tally.of(tables.findings), seconds)


def test_the_summary_line() -> None:
    tables = _tables(
        *[_NEAR] * 40, *[_SHORT] * 21,
        stories=1204, words=100_000, boilerplate_words=3100, duplicates=37, clusters=15,
    )  # fmt: skip

    assert _summary(tables, 2.43) == (
        "1 204 stories · 61 findings (40 errors, 21 notes) · 37 duplicates in 15 clusters"
        " · 3.1 % of words is boilerplate · 2.4 s"
    )


def test_the_summary_line_says_what_is_new_and_leaves_out_what_is_nought() -> None:
    old = _NEAR._replace(new=False)

    assert _summary(Tables(), 0.04) == "0 stories · 0 findings · 0.0 s"
    assert _summary(_tables(_AD, old, stories=1), 75) == (
        "1 story · 2 findings (1 new, 2 errors) · 1 min 15 s"
    )
    assert "< 0.1 %" in _summary(_tables(words=10**6, boilerplate_words=1), 1)


def test_every_fix_of_the_catalogue_is_told() -> None:
    for rule in RULES.values():
        shown = _report("full", _tables(_AD._replace(rule=rule.code, fix=rule.fix)))
        assert ("fix  " in shown) == (rule.fix.action != "none")
