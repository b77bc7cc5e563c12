"""Labels from files people have: other names of columns, other labels, other formats."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from dedup.errors import ConfigError, InputError
from dedup.labels import PairLabel, parse_assignments, read_pairs, read_paragraphs
from dedup.relate import RELATIONS

JSONL = """{"a":"x","b":"y","label":"duplicate"}

{"a":"q","b":"p","label":"template"}"""
CSV = "a,b,label\nx,y,duplicate\nq,p,template\nm,n,unsure\n"
EXPECTED = [PairLabel("x", "y", "duplicate"), PairLabel("p", "q", "template")]


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


def pairs(path: str, columns: str = "", mapping: str = "") -> list[PairLabel]:
    return read_pairs(path, parse_assignments(columns.split(), "column"),
                      parse_assignments(mapping.split(), "map"), RELATIONS)  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("l.csv", CSV),
        ("l.csv", "\ufeff" + CSV.replace(",", ";")),
        ("l.tsv", CSV.replace(",", "\t")),
        ("l.jsonl", JSONL),
        ("l.json", '[{"A":"x","B":"y","Label":"duplicate"},{"A":"q","B":"p","Label":"template"}]'),
    ],
)
def test_every_format_gives_the_same_pairs(tmp_path: Path, name: str, text: str) -> None:
    assert pairs(write(tmp_path, name, text)) == EXPECTED


def test_compressed_labels_are_read(tmp_path: Path) -> None:
    path = tmp_path / "l.csv.gz"
    path.write_bytes(gzip.compress(CSV.encode()))
    assert pairs(str(path)) == EXPECTED


def test_columns_and_labels_of_other_names(tmp_path: Path) -> None:
    path = write(tmp_path, "l.csv", "links,rechts,urteil\n1,2,gleich\n3,4,anders\n5,6,egal\n")
    found = pairs(path, "a=links b=rechts label=urteil",
                  "gleich=duplicate anders=unrelated egal=-")  # fmt: skip
    assert found == [PairLabel("1", "2", "duplicate"), PairLabel("3", "4", "unrelated")]


@pytest.mark.parametrize(
    ("yes", "no"), [("1", "0"), ("true", "False"), ("YES", "no"), ("dup", "non_dup")]
)
def test_labels_that_only_say_duplicate_or_not(tmp_path: Path, yes: str, no: str) -> None:
    path = write(tmp_path, "l.csv", f"id1,id2,is_duplicate\n1,2,{yes}\n3,4,{no}\n")
    assert [label.relation for label in pairs(path)] == ["duplicate", "unrelated"]


def test_ids_and_labels_of_json_may_be_numbers_and_truth_values(tmp_path: Path) -> None:
    path = write(tmp_path, "l.jsonl", '{"a": 9, "b": 10, "duplicate": true}')
    assert pairs(path) == [PairLabel("10", "9", "duplicate")]


def test_labels_nobody_explained_are_named_with_what_to_do(tmp_path: Path) -> None:
    path = write(tmp_path, "l.csv", "a,b,label\n1,2,maybe\n3,4,duplicate\n")
    with pytest.raises(ConfigError, match=r"unknown labels: maybe; .*--map maybe=identical"):
        pairs(path)


def test_a_missing_column_is_named_with_those_there(tmp_path: Path) -> None:
    path = write(tmp_path, "l.csv", "one,two,label\n1,2,duplicate\n")
    with pytest.raises(ConfigError, match=r"no column for a .*: one, two, label.*--column a=NAME"):
        pairs(path)
    with pytest.raises(ConfigError, match="no column 'zero' for a"):
        pairs(path, "a=zero b=two")


def test_a_label_can_only_stand_for_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a label stands for one of identical, duplicate"):
        pairs(write(tmp_path, "l.csv", CSV), mapping="template=sibling")


@pytest.mark.parametrize("text", ["a,b,label\n", "", "a,b,label\n1,2,unsure\n"])
def test_no_labels_at_all_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError):
        pairs(write(tmp_path, "l.csv", text))


@pytest.mark.parametrize(
    ("name", "text"),
    [("l.json", "{"), ("l.json", "3"), ("l.jsonl", "[1]"), ("l.json", "[" * 99_999),
     ("l.txt", "words")],
)  # fmt: skip
def test_what_is_no_table_of_labels_is_an_error(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(InputError):
        pairs(write(tmp_path, name, text))


def test_assignments_divide_at_the_last_sign() -> None:
    assert parse_assignments(["a=b", "x=y=z"], "map") == {"a": "b", "x=y": "z"}
    with pytest.raises(ConfigError, match="--map nonsense: write NAME=VALUE"):
        parse_assignments(["nonsense"], "map")


def test_paragraphs_by_place(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", "story_id,paragraph,label\ns1,0,content\ns1,3,boilerplate\n")
    first, second = read_paragraphs(path, {}, {}).labels
    assert (first.story_id, first.paragraph, first.furniture) == ("s1", 0, False)
    assert (second.paragraph, second.label, second.furniture) == (3, "boilerplate", True)


def test_paragraphs_by_text_keep_the_label_they_had(tmp_path: Path) -> None:
    path = write(tmp_path, "p.csv", 'text,label\n"Read, also",boilerplate\nWhy?,heading\n')
    with pytest.raises(ConfigError, match="unknown labels: heading"):
        read_paragraphs(path, {}, {})
    labels = read_paragraphs(path, {}, {"heading": "content"}).labels
    assert [(label.text, label.paragraph, label.label, label.furniture) for label in labels] == [
        ("Read, also", None, "boilerplate", True), ("Why?", None, "heading", False),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["", "one", "1.5"])
def test_a_number_that_is_none_is_an_error(tmp_path: Path, number: str) -> None:
    path = write(tmp_path, "p.csv", f"id,paragraph,label\ns1,{number},content\n")
    with pytest.raises(InputError, match="row 2"):
        read_paragraphs(path, {}, {})


def page(**fields: object) -> str:
    return json.dumps(fields)


def test_pages_become_stories_with_the_places_of_their_labels(tmp_path: Path) -> None:
    paras = [["boilerplate", 0.1, "Share  this"], ["title", 1.0, "Head"], ["content", " "],
             ["content", 1.0, "Body\n\nof it."]]  # fmt: skip
    path = write(tmp_path, "pages.jsonl", page(id="p", outlet="o", lang="en", paras=paras))
    (found,) = read_paragraphs(path, {}, {}).pages
    assert (found.story.story_id, found.story.source, found.group) == ("p", "o", "en")
    assert found.story.text == "Share this\n\nHead\n\nBody of it."
    assert [(found.story.text[a:b], label, kind) for a, b, label, kind in found.labels] == [
        ("Share this", "boilerplate", True), ("Body of it.", "content", False),
    ]  # fmt: skip


def test_pages_of_one_id_are_told_apart(tmp_path: Path) -> None:
    one = page(id="p", paras=[["content", "A."]])
    path = write(tmp_path, "pages.jsonl", f"{one}\n{one}\n{page(id='q', paras=[])}\n")
    ids = [found.story.story_id for found in read_paragraphs(path, {}, {}).pages]
    assert ids == ["p#1", "p#2", "q"]


@pytest.mark.parametrize("paras", [[["content"]], ["content"], [["content", 3]]])
def test_a_paragraph_of_another_shape_is_an_error(tmp_path: Path, paras: object) -> None:
    with pytest.raises(InputError, match=r"a paragraph of 'paras' is \[label, text\]"):
        read_paragraphs(write(tmp_path, "p.jsonl", page(id="p", paras=paras)), {}, {})
