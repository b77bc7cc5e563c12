"""SARIF is valid by the schema of the standard, and fits what GitHub takes and shows."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest

from dedup import rules
from dedup.model import Tables
from dedup.report import sarif
from tests.report.samples import HOSTILE, SAMPLE, hostile_tables, many, written

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0.json"
VALIDATOR = jsonschema.validators.validator_for(json.loads(SCHEMA.read_text("utf-8")))(
    json.loads(SCHEMA.read_text("utf-8")), format_checker=jsonschema.FormatChecker()
)


def log(tables: Tables) -> dict[str, Any]:
    text = written("sarif", tables)
    found: dict[str, Any] = json.loads(text)
    assert [f"{e.json_path}: {e.message[:200]}" for e in VALIDATOR.iter_errors(found)] == []
    fits_github(found, text)
    return found


def run_of(tables: Tables) -> dict[str, Any]:
    run: dict[str, Any] = log(tables)["runs"][0]
    return run


def fits_github(found: dict[str, Any], text: str) -> None:
    """GitHub's own list: "SARIF support for code scanning", properties and limits."""
    assert found["version"] == "2.1.0"
    assert found["$schema"].endswith("sarif-schema-2.1.0.json")
    assert len(gzip.compress(text.encode())) <= 10_000_000
    assert len(found["runs"]) == 1
    run = found["runs"][0]
    assert run["tool"]["driver"]["name"] == "dedup"
    assert re.fullmatch(r"[\w-]+/", run["automationDetails"]["id"])
    assert all(each["executionSuccessful"] is True for each in run["invocations"])
    assert len(run["results"]) <= 25_000
    declared = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in declared}) == len(declared) <= 25_000
    for rule in declared:
        fits_rule(rule)
    for result in run["results"]:
        assert declared[result["ruleIndex"]]["id"] == result["ruleId"]
        fits_result(result)
    gravity = [("error", "warning", "note", "none").index(r["level"]) for r in run["results"]]
    assert gravity == sorted(gravity)
    keys = [json.dumps([r["ruleId"], r["partialFingerprints"]]) for r in run["results"]]
    assert len(set(keys)) == len(keys)
    assert no_empty_string(found)


def fits_rule(rule: dict[str, Any]) -> None:
    assert 0 < len(rule["shortDescription"]["text"]) <= 1024
    assert 0 < len(rule["fullDescription"]["text"]) <= 1024
    assert rule["help"]["text"]
    about = rule.get("properties", {})
    assert len(about.get("tags", [])) <= 10
    assert about.get("precision", "high") in {"very-high", "high", "medium", "low"}
    assert about.get("problem.severity", "error") in {"error", "warning", "recommendation"}


def fits_result(result: dict[str, Any]) -> None:
    assert result["message"]["text"]
    assert len(result["locations"]) == 1
    place = result["locations"][0]["physicalLocation"]
    assert not re.match(r"[a-z]+:|/", place["artifactLocation"]["uri"])
    region = place["region"]
    assert region["startLine"] >= 1
    assert region["startColumn"] >= 1
    assert region["endLine"] == region["startLine"]
    assert region["endColumn"] > region["startColumn"]
    assert set(result["partialFingerprints"]) <= {"primaryLocationLineHash", "dedupStory/v1"}
    assert "dedupStory/v1" in result["partialFingerprints"]
    links = {int(link) for link in re.findall(r"(?<!\\)\]\((\d+)\)", result["message"]["text"])}
    related = result.get("relatedLocations", [])
    assert len(related) <= 100
    assert links == ({0} if related else set())
    assert [location["id"] for location in related] == list(range(len(related)))
    assert all("artifactLocation" in location["physicalLocation"] for location in related)


def no_empty_string(value: object) -> bool:
    if isinstance(value, dict):
        return all(map(no_empty_string, value.values()))
    if isinstance(value, list):
        return all(map(no_empty_string, value))
    return value != ""


def test_the_sample_is_valid_and_fits() -> None:
    run = run_of(SAMPLE)
    assert len(run["results"]) == 8
    assert run["properties"] == {"findings": 8, "written": 8, "cut": 0, "inBaseline": 1}


def test_a_run_without_findings_is_valid_and_fits() -> None:
    assert run_of(Tables())["results"] == []


def test_every_rule_of_the_catalogue_is_described() -> None:
    findings = [SAMPLE.findings[1]._replace(rule=code, fingerprint=code) for code in rules.RULES]
    described = run_of(replace(SAMPLE, findings=findings))["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in described] == sorted(rules.RULES)
    assert all(rule["properties"]["tags"] for rule in described)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:12]))
def test_hostile_text_leaves_it_valid(text: str) -> None:
    tables = hostile_tables(text)
    outside = text.startswith("..")
    tables.findings = [
        found._replace(path="a.jsonl" if outside else found.path, fingerprint=f"{number}")
        for number, found in enumerate(tables.findings)
    ]
    log(tables)


def test_a_message_links_to_the_story_it_names_and_to_nothing_else() -> None:
    evil = "[x](http://evil)"
    finding = SAMPLE.findings[2]._replace(message=f"near-duplicate of {evil}", related=(evil,))
    rows = [SAMPLE.stories[0]._replace(story_id=evil)]
    (result,) = run_of(replace(SAMPLE, findings=[finding], stories=rows))["results"]
    assert result["message"]["text"] == (
        r"story ap-2: near-duplicate of [story \[x\](http://evil)](0) (kept: ap-1)"
    )
    assert result["relatedLocations"][0]["message"]["text"] == r"story \[x\](http://evil)"


def test_partners_have_a_place_and_a_number() -> None:
    result = next(r for r in run_of(SAMPLE)["results"] if r["ruleId"] == "DUP102")
    text = result["message"]["text"]
    assert text == "story ap-3: near-duplicate of [story ap-1](0) (0.93, kept: ap-1)"
    (partner,) = result["relatedLocations"]
    assert partner["id"] == 0
    assert partner["physicalLocation"]["artifactLocation"]["uri"] == "feeds/monday.jsonl"
    assert partner["physicalLocation"]["region"]["startLine"] == 1


def test_a_partner_without_a_place_is_named_but_no_link() -> None:
    related = ("archived", "ap-5")
    finding = SAMPLE.findings[2]._replace(related=related, message="stands in archived")
    (result,) = run_of(replace(SAMPLE, findings=[finding]))["results"]
    assert result["message"]["text"].startswith("story ap-2: stands in archived (kept: ap-1) (")
    assert [each["message"]["text"] for each in result["relatedLocations"]] == ["story ap-5"]
    alone = run_of(replace(SAMPLE, findings=[finding], stories=[]))["results"][0]
    assert alone["message"]["text"] == "story ap-2: stands in archived (kept: ap-1)"
    assert "relatedLocations" not in alone


def test_records_bring_githubs_fingerprint_and_lines_of_text_leave_it_to_the_upload() -> None:
    by_rule = {r["ruleId"]: r["partialFingerprints"] for r in run_of(SAMPLE)["results"]}
    assert by_rule["DUP101"]["primaryLocationLineHash"] == "dup101-ap-2:1"
    assert set(by_rule["PAR201"]) == {"dedupStory/v1"}


def test_equal_furniture_in_two_stories_is_two_alerts_that_stay_the_same_when_moved() -> None:
    def keys(tables: Tables) -> list[str]:
        return [r["partialFingerprints"]["primaryLocationLineHash"]
                for r in run_of(tables)["results"] if r["ruleId"] == "BLP301"]  # fmt: skip

    moved = [found._replace(line=found.line + 100, path="other.jsonl") for found in SAMPLE.findings]
    assert keys(SAMPLE) == keys(replace(SAMPLE, findings=moved)) == ["ad:1", "ad:2"]


def test_what_is_over_githubs_limit_is_cut_from_the_mild_end_and_the_cut_is_stated() -> None:
    text = written("sarif", many(25_050))
    found = json.loads(text)
    fits_github(found, text)
    run = found["runs"][0]
    assert len(run["results"]) == 25_000
    assert run["properties"]["cut"] == 50
    assert "25 000 of 25 050 findings are here" in json.dumps(run["invocations"])
    assert {r["level"] for r in run["results"][-8_000:]} == {"note"}


def test_what_would_be_too_large_when_compressed_is_cut_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "LARGEST", 40_000)
    tables = many(1_000)
    tables.findings = [
        found._replace(source=hashlib.sha512(found.story_id.encode()).hexdigest())
        for found in tables.findings
    ]
    text = written("sarif", tables)
    run = json.loads(text)["runs"][0]
    kept = len(run["results"])
    assert 100 < kept < 1_000
    assert run["properties"] == {"findings": 1_000, "written": kept, "cut": 1_000 - kept,
                                 "inBaseline": 0}  # fmt: skip
    assert len(gzip.compress(text.encode())) < 100_000


def test_paths_are_seen_from_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "checkout" / "feeds"
    folder.mkdir(parents=True)
    (folder / "ä #1.jsonl").write_text("")
    (tmp_path / "elsewhere.jsonl").write_text("")
    (folder / "link.jsonl").symlink_to("ä #1.jsonl")
    monkeypatch.chdir(folder)
    finding = SAMPLE.findings[2]

    def uri(path: str) -> str:
        tables = replace(SAMPLE, findings=[finding._replace(path=path)])
        found = json.loads(written("sarif", tables, root=str(tmp_path / "checkout")))
        place = found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        return str(place["artifactLocation"]["uri"])

    assert uri("ä #1.jsonl") == uri("./link.jsonl") == "feeds/%C3%A4%20%231.jsonl"
    assert unquote(uri("../../elsewhere.jsonl")) == f"file://{tmp_path}/elsewhere.jsonl"
    assert uri("-") == uri("") == "-"
    assert uri("a:b.jsonl") == "feeds/a%3Ab.jsonl"
