"""The diff of what cleaning would change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedup.clean import diff, plan, view
from dedup.formats import InputOptions, find_inputs
from tests.clean.cleaning import drop, stories_of, story_row, strip, tables


def _diff(text: str, words: str, *, color: bool = False) -> list[str]:
    Path("in.jsonl").write_text(
        "".join(json.dumps({"id": i, "text": text}) + "\n" for i in ("a\x1b[2J", "b", "c")), "utf-8"
    )
    first, second, _ = stories = stories_of(["in.jsonl"])
    rows = [story_row(s.story_id, s.path, s.line) for s in stories]
    made = plan(tables([*strip(first, words), *drop(second, "c")], rows))
    options = InputOptions()
    return list(diff(find_inputs(["in.jsonl"], options), options, made, color=color))


def test_what_goes_is_marked_and_nothing_hostile_reaches_the_terminal() -> None:
    lines = _diff("One.\n\nAD \x1b[31m\u202e\x07\n\nTwo.\ttab\n", "AD \x1b[31m\u202e\x07")
    assert lines[:2] == ["--- in.jsonl:1 a\\x1b[2J\n", "+++ in.jsonl:1 a\\x1b[2J (BLP301)\n"]
    assert "-AD \\x1b[31m\\u202e\\x07\n" in lines
    assert " Two.\ttab\n" in lines
    assert "+++ dropped (DUP101), c stays\n" in lines
    assert all(line.endswith("\n") and "\x1b" not in line for line in lines)


def test_a_terminal_gets_colors() -> None:
    lines = _diff("One.\n\nAD\n\nTwo.", "AD", color=True)
    assert "\x1b[31m-AD\x1b[0m\n" in lines
    assert " One.\n" in lines


def test_a_story_of_very_many_lines_is_not_aligned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_MOST_LINES", 3)
    lines = _diff("One.\n\nAD\n\nTwo.", "AD")
    assert lines[2] == "@@ 5 lines before, 3 after: too many to show @@\n"
