"""Public sets, read from small files of our own in the shape they are published in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedup.errors import InputError
from dedup.judge import evaluate_set
from dedup.labels import LabelledSet, PairLabel, read_set
from dedup.settings import Settings
from tests.cli.process import OTHER, SENTENCE

BODY = f"{SENTENCE} {OTHER}"
LONE = "Nothing else in this invented set resembles what is told here about the lighthouse keeper."


def news_copy(folder: Path) -> list[str]:
    articles = {
        "4_1955-a.png": {"article": BODY, "headline": "Sea wall", "date": "1955-10-20"},
        "4_1955-b.png": {"article": BODY.replace("forty", "fourty"), "headline": ""},
        "4_1955-c.png": {"article": LONE, "headline": "Lighthouse"},
    }
    pairs = [["4_1955-b.png", "4_1955-a.png"], ["4_1955-a.png", "not in this part"]]
    (folder / "data.json").write_text(json.dumps(articles), "utf-8")
    (folder / "pairs.json").write_text(json.dumps(pairs), "utf-8")
    return [str(folder / "pairs.json"), str(folder / "data.json")]


def core(folder: Path) -> list[str]:
    records = [
        {"core_id": "1", "original_title": "Walls", "original_abstract": BODY,
         "labelled_duplicates": ["2", "99"], "cat": "near_exact_dup"},
        {"core_id": "2", "original_title": "Walls.", "original_abstract": BODY,
         "labelled_duplicates": ["1"], "cat": "near_exact_dup"},
        {"core_id": "3", "original_title": "Light", "original_abstract": LONE,
         "labelled_duplicates": [], "cat": "non_dup"},
    ]  # fmt: skip
    path = folder / "core.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), "utf-8")
    return [str(path)]


def spotsigs(folder: Path) -> list[str]:
    page = "<html><head><title>T</title><style>p{{}}</style></head><body>{}</body></html>"
    for cluster, name, body in (
        ("c1", "a.html", f"<p>{SENTENCE}</p><p>{OTHER}</p><script>var x = 1;</script>"),
        ("c1", "b.html", f"<div>Menu</div><p>{SENTENCE}</p><p>{OTHER} &amp; <b>so</b> on</p>"),
        ("c2", "a.html", f"<p>{LONE}</p>"),
    ):
        (folder / cluster).mkdir(exist_ok=True)
        (folder / cluster / name).write_text(page.format(body), "utf-8")
    return [str(folder)]


def read(name: str, folder: Path) -> LabelledSet:
    write = {"news-copy": news_copy, "core": core, "spotsigs": spotsigs}[name]
    return read_set(name, write(folder))


@pytest.mark.parametrize(
    ("name", "pairs"),
    [
        ("news-copy", [PairLabel("4_1955-a.png", "4_1955-b.png", "duplicate")]),
        ("core", [PairLabel("1", "2", "duplicate")]),
        ("spotsigs", [PairLabel("c1/a.html", "c1/b.html", "duplicate")]),
    ],
)
def test_a_set_is_its_stories_and_the_pairs_it_puts_together(
    tmp_path: Path, name: str, pairs: list[PairLabel]
) -> None:
    found = read(name, tmp_path)
    assert list(found.pairs) == pairs
    assert len(found.stories) == 3


def test_fields_of_the_stories(tmp_path: Path) -> None:
    (first, *_), _ = read("news-copy", tmp_path)
    assert (first.title, first.published, first.text) == ("Sea wall", "1955-10-20", BODY)
    (paper, *_), _ = read("core", tmp_path)
    assert (paper.title, paper.text) == ("Walls", f"Walls\n\n{BODY}")


def test_pages_are_read_as_their_visible_blocks(tmp_path: Path) -> None:
    first, second, _ = read("spotsigs", tmp_path).stories
    assert first.text == f"{SENTENCE}\n\n{OTHER}"
    assert second.text == f"Menu\n\n{SENTENCE}\n\n{OTHER} & so on"


@pytest.mark.parametrize("name", ["news-copy", "core", "spotsigs"])
def test_pairs_a_set_does_not_name_count_as_different(tmp_path: Path, name: str) -> None:
    found = read(name, tmp_path)
    figures = {f.name: f.value for f in evaluate_set(found, Settings(min_words=5)).figures}
    assert (figures["precision"], figures["recall"], figures["ARI"]) == (1.0, 1.0, 1.0)
    denied = LabelledSet(found.stories, [PairLabel(found.pairs[0].a, "none", "duplicate")])
    figures = {f.name: f.value for f in evaluate_set(denied, Settings(min_words=5)).figures}
    assert (figures["precision"], figures["recall"]) == (0.0, 0.0)


@pytest.mark.parametrize("content", ["{}", "[[1]]", '{"a": 3}', "3"])
def test_files_of_another_shape_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content, "utf-8")
    with pytest.raises(InputError):
        read_set("news-copy", [str(path)])
    lines = tmp_path / "x.jsonl"
    lines.write_text('{"title": "no core_id"}', "utf-8")
    with pytest.raises(InputError, match="core_id"):
        read_set("core", [str(lines)])
    with pytest.raises(InputError, match="folder of folders"):
        read_set("spotsigs", [str(lines)])
