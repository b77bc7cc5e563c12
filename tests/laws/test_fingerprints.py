"""Fingerprints: what a finding is known by from one run to the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import given

from dedup.api import scan
from dedup.model import Story, Tables
from dedup.settings import build
from tests.boilerplate.outlet import stories as outlet
from tests.laws.corpora import corpora, few, run


def fingerprints(tables: Tables) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.fingerprint) for finding in tables.findings)


@few
@given(stories=corpora())
def test_moving_and_renaming_change_no_fingerprint(stories: list[Story]) -> None:
    """Only the order of the ids must stay: of equal copies the first by id is kept."""
    moved = [
        replace(story, story_id=f"new-{story.story_id}", path="elsewhere/b.jsonl",
                line=story.line + 40)
        for story in stories
    ]  # fmt: skip
    assert fingerprints(run(moved[::-1])) == fingerprints(run(stories))


def test_what_is_learned_of_an_outlet_changes_no_fingerprint_of_its_stories() -> None:
    line = "Jane Roe is a columnist of the Ledger and the author of two books on ferries."
    few_pages, many = run(outlet(line, count=2)), run(outlet(line, count=8))
    assert many.stories[0].content != few_pages.stories[0].content, "the line was learned"
    assert many.stories[0].key == few_pages.stories[0].key == few_pages.stories[0].content


def test_a_broken_record_is_known_again_on_another_line(tmp_path: Path) -> None:
    def broken(*lines: str) -> list[str]:
        path = tmp_path / "feed.jsonl"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        found = scan([str(path)], build(select=("INP901",))).findings
        return [finding.fingerprint for finding in found]

    whole, torn = '{"text": "A story of a few words, no more."}', '{"text": "cut'
    assert broken(whole, torn) == broken(whole, whole, whole, torn)
    assert broken(whole, torn) != broken(whole, torn, '{"title": "no text"}')
