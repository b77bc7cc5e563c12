"""The difference of two runs: nothing between equal ones, and what it says of others."""

from __future__ import annotations

import io
import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from dedup.errors import MismatchError
from dedup.gate import Baseline, difference
from dedup.model import ClusterRow, Fix, Story, Tables
from dedup.report.difference import WRITERS
from tests.gate.made import finding
from tests.laws.corpora import corpora, few, run


def written(name: str, before: Tables, after: Tables, max_show: int | None = None) -> str:
    stream = io.StringIO()
    WRITERS[name](difference(before, after), stream, max_show)
    return stream.getvalue()


@few
@given(stories=corpora(), more=corpora(most=3))
def test_the_difference_leads_from_one_run_to_the_other(
    stories: list[Story], more: list[Story]
) -> None:
    before = run(stories)
    after = run([*stories, *(replace(story, story_id=f"x{story.story_id}") for story in more)])
    there, back = difference(before, after), difference(after, before)
    assert not difference(before, before)
    old, new = (Baseline.of(tables.findings).counts for tables in (before, after))
    added, removed = (Baseline.of(rows).counts for rows in
                      (there.findings.added, there.findings.removed))  # fmt: skip
    assert Counter(old) + Counter(added) - Counter(removed) == Counter(new)
    assert there.findings.added == back.findings.removed
    assert there.pairs.added == back.pairs.removed
    ids = {row.story_id for row in after.clusters}
    told = [*there.clusters.added, *(row for _, row in there.clusters.changed)]
    assert {member for cluster in told for member in cluster.members} <= ids


@few
@given(stories=corpora())
def test_moving_is_no_difference_of_findings(stories: list[Story]) -> None:
    moved = [replace(story, story_id=f"new-{story.story_id}", path="b", line=9)
             for story in stories]  # fmt: skip
    found = difference(run(stories), run(moved))
    assert (found.findings.added, found.findings.removed) == ([], [])


def tables(*clusters: str, **rows: object) -> Tables:
    """Tables whose clusters are written as their members, the keeper first."""
    members = [
        ClusterRow(f"c{names}", name, names[0], "", "") for names in clusters for name in names
    ]
    return replace(Tables(clusters=members), **rows)  # type: ignore[arg-type]


def test_clusters_are_matched_by_their_members() -> None:
    before, after = tables("abc", "de", "fg", "hi"), tables("bcax", "de", "jk", "hl")
    found = difference(before, after).clusters
    assert [one.members for one in found.added] == [("j", "k")]
    assert [one.members for one in found.removed] == [("f", "g")]
    assert [(one.kept_id, other.kept_id) for one, other in found.changed] == [
        ("a", "b"), ("h", "h")
    ]
    text = written("text", before, after)
    assert "clusters: 1 added, 1 removed, 2 changed\n" in text
    assert "  ~ cbcax: joined by x; kept a → b\n" in text
    assert "  ~ chl: joined by l; left by i\n" in text
    assert "  + cjk: j stays for k\n" in text


def test_a_finding_changes_with_level_keeper_and_fix() -> None:
    row = finding(kept="k")
    others = [row._replace(level="note"), row._replace(kept_id="l"),
              row._replace(fix=Fix("none", "none"))]  # fmt: skip
    for other in others:
        found = difference(tables(findings=[row]), tables(findings=[other])).findings
        assert found.changed == [(row, other)]
        assert (found.added, found.removed) == ([], [])
    text = written("text", tables(findings=[row]), tables(findings=others[1:2]))
    assert "findings: 0 added, 0 removed, 1 changed\n" in text
    assert "  ~ feed.jsonl:1:1: DUP101 story a: kept k → l\n" in text


def test_of_equal_findings_that_of_another_story_is_the_added_one() -> None:
    old, new = finding(story="b"), finding(story="a")
    found = difference(tables(findings=[old]), tables(findings=[new, old])).findings
    assert found.added == [new]


def test_hostile_names_are_escaped_and_lines_bounded() -> None:
    rows = [finding(story=f"\x1b[31m{n}", fingerprint=str(n), path="\u202e") for n in range(5)]
    shown = written("text", tables(), tables(findings=rows), 2)
    assert "… and 3 more" in shown
    assert not {"\x1b", "\u202e"} & {*shown}
    whole = written("json", tables(), tables(findings=rows), 2)
    assert not {"\x1b", "\u202e"} & {*whole}
    parsed = json.loads(whole)
    assert parsed["summary"]["findings"] == {"added": 5, "removed": 0, "changed": 0}
    assert [row["story_id"] for row in parsed["findings"]["added"]] == [
        row.story_id for row in rows
    ]


def test_runs_of_other_fingerprints_are_refused() -> None:
    one, other = (tables(manifest={"sketch": {"hash": name}}) for name in ("a", "b"))
    with pytest.raises(MismatchError, match=r"hash 'a' and 'b'.*scan both with the same version"):
        difference(one, other)
