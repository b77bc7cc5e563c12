"""A feed against an archive: copies of archived stories never pass, the archive is not reported."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from dedup import pipeline
from dedup.api import scan
from dedup.errors import ConfigError, DedupError
from dedup.model import Finding, Story, StoryBatch, Tables
from dedup.settings import build
from dedup.store import write_run
from tests.laws.corpora import LOOSE, corpora, few
from tests.stages.kit import near_copies, words

OLD, NEW = "archive.jsonl", "feed.jsonl"


def checked(feed: list[Story], archive: list[Story], **settings: object) -> Tables:
    stories = [replace(story, path=NEW) for story in feed]
    stories += [replace(story, path=OLD) for story in archive]
    return pipeline.run(
        [StoryBatch.of(stories)], build(**{"jobs": 1, **settings}), against=frozenset([OLD])
    )


def copies(tables: Tables) -> list[tuple[str, str, str | None]]:
    return [(row.rule, row.story_id, row.kept_id) for row in found(tables)]


def found(tables: Tables) -> list[Finding]:
    return [row for row in tables.findings if row.rule.startswith("DUP10")]


@few
@given(stories=corpora(most=9))
def test_the_archive_is_not_reported_and_no_copy_of_it_passes(stories: list[Story]) -> None:
    numbered = [replace(story, line=number) for number, story in enumerate(stories)]
    feed, archive = numbered[::2], numbered[1::2]
    tables = checked(feed, archive, **LOOSE)
    ids = {story.story_id for story in feed}
    assert {row.story_id for row in tables.stories} == ids
    assert {row.path for row in tables.findings} <= {NEW}
    assert {row.story_id for row in tables.clusters} <= ids
    assert all(row.a in ids or row.b in ids for row in tables.pairs)
    assert tables.manifest["counts"]["stories"] == len(feed)
    assert tables.manifest["counts"]["words"] == sum(row.total_words for row in tables.stories)
    contents = {
        row.content: row.n_words
        for row in pipeline.run([StoryBatch.of(numbered)], build(**LOOSE)).stories
        if row.story_id not in ids
    }
    copied = {row.story_id for row in tables.stories if contents.get(row.content)}
    assert copied <= {row.story_id for row in tables.findings if row.rule == "DUP101"}


def test_the_archived_story_stays_though_the_copy_is_longer_and_earlier() -> None:
    short, long = near_copies(60, 56)
    feed = [Story("a", f"{long} {words('z', 3)}", published="2020-01-01", line=1)]
    archive = [Story("z", short, published="2024-01-01", line=7)]
    for keep in ("longest", "earliest", "first"):
        tables = checked(feed, archive, keep=keep)
        assert copies(tables) == [("DUP102", "a", "z")]
        assert found(tables)[0].evidence["against"] == f"{OLD}:7"
        assert tables.clusters[0].decided_by == "archived"


def test_a_story_between_two_goes_with_the_archived_one() -> None:
    """F1 is a copy of both others, which are strangers: it must not become their keeper."""
    left, middle, right = (words("w", 60, first) for first in (0, 7, 14))
    tables = checked([Story("f1", middle), Story("f2", right)], [Story("old", left)])
    pairs = {(row.a, row.b): row.relation for row in tables.pairs}
    assert pairs["f1", "old"] == pairs["f1", "f2"] == "duplicate"
    assert pairs.get(("f2", "old")) != "duplicate"
    assert copies(tables) == [("DUP102", "f1", "old")]


def test_an_archived_story_inside_a_longer_new_one_is_no_finding() -> None:
    inside = words("w", 50)
    tables = checked([Story("new", f"{inside} {words('x', 60)}")], [Story("old", inside)])
    assert copies(tables) == []
    assert [row.relation for row in tables.pairs] == ["contained"]
    turned = checked([Story("new", inside)], [Story("old", f"{inside} {words('x', 60)}")])
    assert copies(turned) == [("DUP103", "new", "old")]


def test_an_id_that_the_archive_has_is_no_double() -> None:
    text = words("w", 40)
    tables = checked([Story("a", text, line=1), Story("b", "Rain.", line=2)], [Story("a", text)])
    assert [row.rule for row in tables.findings] == ["DUP101", "INP902"]
    assert tables.findings[0].evidence["against"] == f"{OLD}:0"
    twice = checked([Story("a", text, line=1), Story("a", "Rain.", line=2)], [Story("a", text)])
    assert [row.line for row in twice.findings if row.rule == "INP904"] == [2]


def test_a_paragraph_of_the_archive_is_the_first_whatever_the_times_say() -> None:
    shared = words("s", 20)
    feed = [Story("a", f"{shared}\n\n{words('x', 50)}", published="2020-01-01")]
    archive = [Story("z", f"{words('y', 50)}\n\n{shared}", published="2024-01-01")]
    assert [(row.rule, row.story_id, row.related) for row in checked(feed, archive).findings] == [
        ("PAR203", "a", ("z",))
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two records of a feed, one of which the archive holds as well."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old").mkdir()
    write(tmp_path / "feed.jsonl", {"id": "a", "text": words("w", 40)}, {"id": "b", "text": "x"})
    write(tmp_path / "old" / "1.jsonl", {"id": "c", "text": words("w", 40)})
    return tmp_path


def write(path: Path, *records: dict[str, str]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))


def test_paths_and_runs_are_archives(folder: Path) -> None:
    settings = build(select=("DUP",))
    write_run(folder / "run", scan(["old"], settings))
    for against in (["old"], ["run"], ["old", "run"]):
        tables = scan(["feed.jsonl"], settings, against=against)
        assert copies(tables) == [("DUP101", "a", "c")]
        assert tables.manifest["against"] == {"stories": 1, "problems": 0}
    (folder / "old" / "1.jsonl").write_text("{}")
    with pytest.raises(DedupError, match="not as it was when 'run' was scanned"):
        scan(["feed.jsonl"], settings, against=["run"])
    tables = scan(["feed.jsonl"], settings, against=["old", "feed.jsonl"])
    assert tables.manifest["against"] == {"stories": 0, "problems": 1}


def test_what_is_no_archive_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigError, match="standard input is for the feed"):
        scan(["feed.jsonl"], build(), against=["-"])
    with pytest.raises(DedupError, match="none: no such file or folder"):
        scan(["feed.jsonl"], build(), against=["none"])


def test_an_archive_that_is_the_feed_is_empty(folder: Path) -> None:
    alone, both = (scan(["feed.jsonl"], build(), against=a) for a in ((), ["feed.jsonl"]))
    assert both.findings == alone.findings
    assert both.stories == alone.stories
