"""What the tests of cleaning share: findings made by hand, and cleaning in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from dedup.clean import CleanReport, apply, plan
from dedup.formats import InputOptions, find_inputs, open_records
from dedup.model import Finding, Fix, Story, StoryRow, Tables

SAFE_STRIP, UNSAFE_STRIP = Fix("strip", "safe"), Fix("strip", "unsafe")
SAFE_DROP, UNSAFE_DROP = Fix("drop", "safe"), Fix("drop", "unsafe")

Choose = Callable[[Story], Iterable[Finding]]

def finding(
    rule: str,
    story_id: str,
    fix: Fix,
    *,
    span: tuple[int, int] | None = None,
    kept_id: str | None = None,
    path: str = "a.jsonl",
    line: int = 1,
    fingerprint: str = "f",
) -> Finding:
    """A finding with what cleaning looks at."""
    start, end = span if span else (None, None)
    return Finding(
        rule, "error", "", story_id, "", path, line, None if span is None else 0, start, end,
        None, kept_id, (), 1.0, {}, fix, fingerprint,
    )  # fmt: skip


def story_row(story_id: str, path: str = "a.jsonl", line: int = 1) -> StoryRow:
    """A story of the run."""
    return StoryRow(story_id, "", "", "", path, line, 10, None, None, True, None, "")


def tables(findings: Iterable[Finding], rows: Iterable[StoryRow] = ()) -> Tables:
    """A run of these findings; every story they speak of is in it, unless ``rows`` says which."""
    found = list(findings)
    every = list(rows) or [
        story_row(story_id, path, line)
        for story_id, path, line in sorted({(f.story_id, f.path, f.line) for f in found})
    ]
    return Tables(stories=every, findings=found)


def stories_of(paths: list[str]) -> list[Story]:
    """All stories of these inputs."""
    options = InputOptions()
    return [
        record.story
        for source in find_inputs(paths, options)
        for record in open_records(source, options)
        if record.story is not None
    ]


def run_clean(
    paths: list[str], out: str | None, choose: Choose, *, unsafe: bool = False,
    removed: Path | None = None, decisions: Path | None = None, dry_run: bool = False,
) -> CleanReport:
    """Clean inputs with the findings that ``choose`` gives for each story."""
    stories = stories_of(paths)
    rows = [story_row(story.story_id, story.path, story.line) for story in stories]
    run = tables([f for story in stories for f in choose(story)], rows)
    options = InputOptions()
    return apply(
        find_inputs(paths, options), options, plan(run, unsafe=unsafe),
        None if out is None else Path(out),
        removed=removed, decisions=decisions, dry_run=dry_run,
    )


def strip(story: Story, words: str, rule: str = "BLP301") -> list[Finding]:
    """A finding on the paragraph that is just these words."""
    start = story.text.index(words)
    return [
        finding(rule, story.story_id, SAFE_STRIP, span=(start, start + len(words)),
                path=story.path, line=story.line)
    ]  # fmt: skip


def drop(story: Story, kept_id: str, rule: str = "DUP101") -> list[Finding]:
    """A finding that a story is a copy of another."""
    return [
        finding(rule, story.story_id, SAFE_DROP, kept_id=kept_id, path=story.path, line=story.line)
    ]


def tree(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def names(folder: str = ".") -> list[str]:
    """What lies in a folder, hidden files too."""
    return sorted(path.name for path in Path(folder).iterdir())
