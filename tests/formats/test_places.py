"""Some stories of some files are those that a reading of everything gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedup.errors import InputError
from dedup.formats import InputOptions, find_inputs, read_batches, stories_at

RECORDS = [
    {"id": str(n), "title": f"Story {n}", "text": f"Ärger am Hafen, Teil {n}.\n\nMehr."}
    for n in range(50)
]


def _written(folder: Path, kind: str) -> Path:
    path = folder / f"stories.{kind}"
    lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
    if kind == "jsonl":
        lines[3:3] = ["", "{broken"]
        path.write_text("\n".join(lines), "utf-8")
    elif kind == "utf16.jsonl":
        path.write_text("\n".join(lines) + "\n", "utf-16")
    elif kind == "json":
        path.write_text("[" + ",\n".join(lines) + "]", "utf-8")
    else:
        rows = [f'{r["id"]},{r["title"]},"{r["text"]}"' for r in RECORDS]
        path.write_text("\n".join(["id,title,text", *rows]), "utf-8")
    return path


@pytest.mark.parametrize("kind", ["jsonl", "utf16.jsonl", "json", "csv"])
def test_the_wanted_stories_come_as_they_were_read(tmp_path: Path, kind: str) -> None:
    options = InputOptions()
    inputs = find_inputs([str(_written(tmp_path, kind))], options)
    batches = list(read_batches(inputs, options))
    placed = {
        (batch.paths[i], batch.lines[i]): (batch.ids[i], batch.titles[i])
        for batch in batches
        for i in range(len(batch))
    }
    wanted = dict(list(placed.items())[2::7])
    places = {inputs[0].path: {line for _, line in wanted}}
    found = list(stories_at(inputs, options, places))
    assert {(s.path, s.line): (s.story_id, s.title) for s in found} == wanted
    assert all(s.text.startswith("Ärger am Hafen, Teil ") for s in found)


def test_only_wanted_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Title\n\nText of a.", "utf-8")
    (tmp_path / "b.txt").write_text("Title\n\nText of b.", "utf-8")
    options = InputOptions()
    inputs = find_inputs([str(tmp_path)], options)
    (tmp_path / "a.txt").unlink()
    path = next(found.path for found in inputs if found.path.endswith("b.txt"))
    assert [s.story_id for s in stories_at(inputs, options, {path: {1}})] == ["b"]
    gone = next(found.path for found in inputs if found.path.endswith("a.txt"))
    with pytest.raises(InputError):
        list(stories_at(inputs, options, {gone: {1}}))


def test_lines_that_are_not_there_give_nothing(tmp_path: Path) -> None:
    options = InputOptions()
    inputs = find_inputs([str(_written(tmp_path, "jsonl"))], options)
    assert list(stories_at(inputs, options, {inputs[0].path: {4, 5, 999}})) == []
