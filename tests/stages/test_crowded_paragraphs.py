"""Paragraphs in crowds: what is passed over is nothing, and a cap that bites is a finding."""

from __future__ import annotations

import random

import pytest

from dedup import crowds, repeats
from dedup.model import Story
from tests.stages.kit import found, marked, run, story, words

pytestmark = pytest.mark.usefixtures("kernels")


def _versions(count: int) -> list[str]:
    """A paragraph of sixty words in so many versions, a word changed in each."""
    base = words("p", 60).split()
    versions = []
    for number in range(count):
        edited = list(base)
        edited[4 * number + 2] = f"edit{chr(97 + number)}"
        versions.append(" ".join(edited))
    return versions


def _apart(count: int) -> list[Story]:
    """Stories that have only one of the versions in common."""
    return [
        story(f"s{number:02d}", words(f"own{chr(97 + number)}", 90), version)
        for number, version in enumerate(_versions(count))
    ]


def test_paragraphs_of_several_stories_that_crowd_a_bucket_are_told() -> None:
    tables = run(*_apart(12), max_bucket=3, learn=False)
    told = [row for row in found(tables, "DUP106") if "paragraph" in row.evidence]

    assert told
    for row in told:
        assert row.evidence["paragraph"] == 1
        assert row.evidence["bucket"] > row.evidence["cap"] == 3
        assert row.fix.action == "none"
        assert f"{row.evidence['bucket']} paragraphs look like paragraph 1 " in row.message
    assert [cap for cap in tables.manifest["caps"] if "paragraph" in cap] == [
        {"story_id": row.story_id, "paragraph": 1, "bucket": row.evidence["bucket"]}
        for row in told
    ]
    # The cap leaves each with two others at least, and the best of them is told as ever.
    assert [place[1:] for place in marked(tables, "PAR204")] == [
        (f"s{number:02d}", 1) for number in range(1, 12)
    ]


def test_a_crowd_below_the_cap_is_no_finding() -> None:
    tables = run(*_apart(12), learn=False)

    assert not found(tables, "DUP106")
    assert tables.manifest["caps"] == []


def test_paragraphs_of_one_long_story_that_crowd_a_bucket_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long = story("long", *_versions(12))
    short = story("short", *(line.replace("p", "q") for line in _versions(4)))
    monkeypatch.setattr(repeats, "MANY", 5)
    tables = run(long, short, max_bucket=3, learn=False)
    told = [row for row in found(tables, "DUP106") if "paragraph" in row.evidence]

    assert [(row.story_id, row.evidence["paragraph"]) for row in told] == [("long", 0)]
    assert told[0].evidence["bucket"] > 3
    assert {"story_id": "long", "paragraph": 0, "bucket": told[0].evidence["bucket"]} in (
        tables.manifest["caps"]
    )
    assert [row.paragraph for row in found(tables, "PAR202") if row.story_id == "long"] == [
        *range(1, 12)
    ]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("many", [2000, 5])
def test_paragraphs_in_crowds_are_found_as_if_all_were_measured(
    monkeypatch: pytest.MonkeyPatch, seed: int, many: int
) -> None:
    """Forty paragraphs with a third of their words in common, some of them edited copies."""
    draw = random.Random(seed)
    lines: list[str] = []
    for number in range(40):
        if lines and draw.random() < 0.4:
            line = draw.choice(lines).split()
            line[draw.randrange(len(line))] = f"edit{number}x"
        else:
            own = [f"w{draw.getrandbits(40):x}" for _ in range(draw.choice((20, 60, 200)))]
            line = [*words("menu", len(own) // 2).split(), *own]
        lines.append(" ".join(line))
    stories = [
        *(story(f"s{n:02d}", words(f"a{chr(97 + n % 26)}{chr(97 + n // 26)}", 60), line)
          for n, line in enumerate(lines)),
        story("z", *draw.sample(lines, 20)),
    ]  # fmt: skip
    monkeypatch.setattr(repeats, "MANY", many)
    told = []
    for crowd in (2, 1000):
        monkeypatch.setattr(crowds, "CROWD", crowd)
        told.append([
            (row.rule, row.story_id, row.paragraph, row.score, row.evidence)
            for row in found(run(*stories, learn=False), "PAR")
        ])  # fmt: skip

    assert any(row[0] == "PAR204" for row in told[0])
    assert told[0] == told[1]
