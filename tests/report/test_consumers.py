"""JUnit, GitLab, CSV and Markdown as those who read them read them."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import junitparser
import pandas as pd
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dedup.model import Finding, Tables
from dedup.report.escape import escape
from dedup.report.markdown import code
from dedup.report.rows import COLUMNS, LONGEST_CELL
from tests.report.samples import HOSTILE, SAMPLE, hostile_tables, many, written

EACH_HOSTILE = pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
JUNIT = xmlschema.XMLSchema(Path(__file__).parent / "schemas" / "junit-10.xsd")
FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")


# JUnit


def suites(tables: Tables) -> junitparser.JUnitXml:
    text = written("junit", tables)
    JUNIT.validate(text)
    return junitparser.JUnitXml.fromstring(text.encode())


def test_junit_has_a_suite_a_file_and_a_case_a_finding() -> None:
    found = list(suites(SAMPLE))
    assert [(suite.name, suite.tests, suite.failures, suite.skipped) for suite in found] == [
        ("feeds/essay.txt", 1, 1, 0), ("feeds/monday.jsonl", 7, 5, 2),
    ]  # fmt: skip
    assert [len(list(suite)) for suite in found] == [1, 7]
    case = list(found[1])[2]
    assert case.name == "DUP101 story ap-2"
    assert case.result[0].message == "the same text as ap-1 (kept: ap-1)"


@pytest.mark.parametrize(
    ("floor", "failures"), [("error", 6), ("warning", 7), ("note", 8), ("never", 0)]
)
def test_what_fails_is_what_the_gate_fails_on(floor: str, failures: int) -> None:
    tables = replace(SAMPLE, manifest={"settings": {"fail-on": floor}})
    assert sum(suite.failures for suite in suites(tables)) == failures
    asked = written("junit", SAMPLE, fail_on=floor)
    assert asked.count("<failure") == failures


def test_nothing_found_is_a_case_that_passes() -> None:
    (suite,) = suites(Tables())
    assert (suite.tests, suite.failures, [case.is_passed for case in suite]) == (1, 0, [True])


@EACH_HOSTILE
def test_hostile_text_is_valid_junit(text: str) -> None:
    (suite,) = suites(hostile_tables(text))
    assert suite.name == (escape(text) if text != "-" else "-")
    assert all(len(case.name) < 500 for case in suite)


# GitLab


@EACH_HOSTILE
def test_a_gitlab_issue_has_all_its_parts_and_no_byte_order_mark(text: str) -> None:
    report = written("gitlab", hostile_tables(text))
    assert report.startswith("[\n{")
    for issue in json.loads(report):
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["description"]
        assert issue["location"]["path"]
        assert issue["location"]["lines"]["begin"] >= 1


def fingerprints(tables: Tables) -> list[str]:
    return [issue["fingerprint"] for issue in json.loads(written("gitlab", tables))]


def test_gitlab_fingerprints_are_unique_and_stay_when_stories_move() -> None:
    same = [found._replace(fingerprint="same") for found in many(500).findings]
    assert len(set(fingerprints(replace(SAMPLE, findings=same)))) == 500
    moved = [found._replace(line=found.line + 7, path="b.jsonl") for found in SAMPLE.findings]
    assert fingerprints(SAMPLE) == fingerprints(replace(SAMPLE, findings=moved))


def test_a_fixed_finding_leaves_the_other_fingerprints() -> None:
    fewer = replace(SAMPLE, findings=SAMPLE.findings[1:])
    assert set(fingerprints(fewer)) < set(fingerprints(SAMPLE))


def test_no_finding_is_an_empty_array() -> None:
    assert json.loads(written("gitlab", Tables())) == []


# CSV


def test_csv_holds_every_column_of_every_finding() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv", SAMPLE))))
    assert tuple(rows[0]) == COLUMNS
    assert set(COLUMNS) == {*Finding._fields, "action", "safety"} - {"fix"}
    for row, finding in zip(rows, SAMPLE.findings, strict=True):
        assert row["rule"] == finding.rule
        assert json.loads(row["evidence"]) == dict(finding.evidence)
        assert tuple(json.loads(row["related"])) == finding.related
        assert row["new"] == str(finding.new).lower()
        assert row["score"] == ("" if finding.score is None else str(finding.score))


def test_pandas_reads_it() -> None:
    frame = pd.read_csv(io.StringIO(written("csv", SAMPLE)))
    assert list(frame.columns) == list(COLUMNS)
    assert frame["new"].dtype == bool
    assert frame["line"].tolist() == [found.line for found in SAMPLE.findings]


@EACH_HOSTILE
@pytest.mark.parametrize("statistics", [False, True])
def test_no_cell_is_a_formula_or_too_long_or_on_two_lines(text: str, statistics: bool) -> None:
    report = written("csv", hostile_tables(text), statistics=statistics)
    rows = list(csv.reader(io.StringIO(report, newline="")))
    assert len(rows) == report.count("\n") == (3 if statistics and len(rows) == 3 else 4)
    assert len({len(row) for row in rows}) == 1
    for cell in (cell for row in rows for cell in row):
        assert not FORMULA.match(cell)
        assert len(cell) <= LONGEST_CELL


# Markdown


class Page(HTMLParser):
    """The elements and attributes of a page, and the text of its code."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.code: list[str] = []
        self._inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._inside = tag == "code"
        if self._inside:
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.code[-1] += data


def rendered(text: str) -> Page:
    """As GitHub and GitLab render it: CommonMark with HTML, tables and strikethrough."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return Page(markdown.render(text))


@EACH_HOSTILE
def test_hostile_text_in_markdown_is_code_and_nothing_else(text: str) -> None:
    report = written("markdown", hostile_tables(text))
    page = rendered(report)
    assert page.tags == {"h2", "p", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert page.attributes <= {"style"}
    assert report.count("\n| ") == 2 * 2 + 3 + 3
    assert "://" not in report
    assert any(cell.startswith(escape(text)[:20]) for cell in page.code)


@given(st.text(max_size=40))
def test_code_shows_the_escaped_text(text: str) -> None:
    page = rendered(f"| a |\n| --- |\n| {code(text)} |\n")
    assert page.tags == {"table", "thead", "tbody", "tr", "th", "td", "code"}
    assert page.code[0].split() == escape(text).split()


@given(st.text(st.sampled_from("<>&`*_[]()!|\\@#:$~^=-+wW.htp/ \n'\"{}a1"), max_size=40))
def test_no_markup_can_come_of_code(text: str) -> None:
    page = rendered(f"before {code(text)} after")
    assert page.tags == {"p", "code"}
    assert page.code[0].split() == escape(text).split()
    source = code(text).removeprefix("<code>").removesuffix("</code>")
    assert not re.search(r"://|www\.|@\w|\$|[`*_\[\]|<>\\]", re.sub(r"&#\d+;", "", source))


def test_markdown_is_never_over_its_limit() -> None:
    text = written("markdown", many(9_000))
    assert len(text.encode()) <= 1024 * 1024
    assert "more findings are not shown here" in text
    assert "| warning |" in text
    assert written("markdown", many(5), max_show=2).count("feeds/monday.jsonl") == 2


def test_nothing_found_is_said() -> None:
    assert written("markdown", Tables()) == "## dedup: nothing found\n\n0 stories · 0 findings.\n"
    known = Tables(findings=[SAMPLE.findings[0]._replace(new=False)])
    assert "nothing new found" in written("markdown", known)
    assert "The baseline holds 1 more." in written("markdown", known)
