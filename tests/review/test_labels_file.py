"""The labels file: nothing is lost, whatever happens in the middle of a line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.errors import InputError, OutputError
from dedup.review import Label, LabelsFile

YES = Label("pair", ("k1", "k2"), "yes", "DUP102", "near", 1, ("a", "b"))
NO = Label("furniture", ("k3",), "no", "BLP301", "random", 1, ("c",))


def stored(path: Path, *labels: Label) -> Path:
    with LabelsFile(path) as file:
        for label in labels:
            file.append(label)
    return path


def test_a_label_is_one_sorted_line_under_a_header(tmp_path: Path) -> None:
    path = stored(tmp_path / "labels.jsonl", YES)
    assert path.read_text("ascii").splitlines() == [
        '{"format":"dedup-labels","version":1}',
        '{"answer":"yes","asks":"pair","content":["k1","k2"],"drawn":"near","rule":"DUP102",'
        '"seed":1,"stories":["a","b"]}',
    ]


def test_what_was_written_is_read_back_in_order(tmp_path: Path) -> None:
    path = stored(tmp_path / "labels.jsonl", YES, NO)
    assert list(LabelsFile(path).labels.values()) == [YES, NO]


def test_the_last_answer_to_a_question_holds(tmp_path: Path) -> None:
    path = stored(tmp_path / "labels.jsonl", YES, NO, YES._replace(answer="unsure"))
    answers = [label.answer for label in LabelsFile(path).labels.values()]
    assert answers == ["no", "unsure"]
    stored(path, NO._replace(answer="withdrawn"))
    assert [label.asks for label in LabelsFile(path).labels.values()] == ["pair"]


def test_no_file_is_no_labels_and_nothing_is_written_before_an_answer(tmp_path: Path) -> None:
    assert LabelsFile(tmp_path / "none.jsonl").labels == {}
    assert stored(tmp_path / "labels.jsonl").read_bytes() == b""


def test_cut_off_anywhere_at_most_the_last_answer_is_lost(tmp_path: Path) -> None:
    whole = stored(tmp_path / "labels.jsonl", YES, NO).read_bytes()
    last = whole.rstrip(b"\n").rindex(b"\n") + 1
    for end in range(last, len(whole)):
        path = tmp_path / "cut.jsonl"
        path.write_bytes(whole[:end])
        with LabelsFile(path) as file:
            assert list(file.labels.values())[:1] == [YES]
            file.append(NO)
        assert list(LabelsFile(path).labels.values()) == [YES, NO]
        assert all(json.loads(line) for line in path.read_bytes().splitlines())


def test_reading_alone_changes_nothing(tmp_path: Path) -> None:
    path = stored(tmp_path / "labels.jsonl", YES)
    torn = path.read_bytes() + b'{"answer":"no","as'
    path.write_bytes(torn)
    assert list(LabelsFile(path).labels.values()) == [YES]
    assert path.read_bytes() == torn


@pytest.mark.parametrize(
    "line", ["{", "[]", "7", '{"asks":"pair"}', '{"asks":"pair","content":["a"],"answer":"maybe"}',
             '{"asks":"pair","content":"ab","answer":"yes"}', "\x00\x00"],
)  # fmt: skip
def test_a_line_that_is_no_label_is_named(tmp_path: Path, line: str) -> None:
    path = stored(tmp_path / "labels.jsonl", YES)
    path.write_bytes(path.read_bytes() + line.encode() + b"\n")
    with pytest.raises(InputError, match=r"labels\.jsonl line 3 is not a label"):
        LabelsFile(path)


def test_labels_of_another_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text('{"format":"dedup-labels","version":2}\n')
    with pytest.raises(InputError, match="another version"):
        LabelsFile(path)


def test_two_files_can_be_put_together(tmp_path: Path) -> None:
    one, two = stored(tmp_path / "one", YES), stored(tmp_path / "two", NO)
    both = tmp_path / "both"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    assert list(LabelsFile(both).labels.values()) == [YES, NO]


def test_a_second_review_is_kept_out(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    with LabelsFile(path) as file:
        with pytest.raises(OutputError, match="another review is writing"), LabelsFile(path):
            pass
        file.append(YES)
    stored(path, NO)
    assert len(LabelsFile(path).labels) == 2


def test_a_disk_that_takes_no_more_is_said_and_the_file_stays_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = stored(tmp_path / "labels.jsonl", YES)
    before = path.read_bytes()
    write = os.write
    with LabelsFile(path) as file:
        monkeypatch.setattr(os, "write", lambda to, new: write(to, new[: len(new) // 2]))
        with pytest.raises(OutputError, match="cannot be saved"):
            file.append(NO)
        assert path.read_bytes() == before
        monkeypatch.undo()
        file.append(NO)
    assert list(LabelsFile(path).labels.values()) == [YES, NO]


@pytest.mark.parametrize("place", ["/dev/zero", "."])
def test_what_is_no_file_is_refused(place: str) -> None:
    with pytest.raises(InputError, match="--labels"):
        LabelsFile(Path(place))


@settings(max_examples=50, deadline=None)
@given(ids=st.lists(st.text(st.characters(codec=None), max_size=20), max_size=3))
def test_any_id_survives(tmp_path_factory: pytest.TempPathFactory, ids: list[str]) -> None:
    path = tmp_path_factory.mktemp("ids") / "labels.jsonl"
    label = YES._replace(stories=tuple(ids))
    assert list(LabelsFile(stored(path, label)).labels.values()) == [label]
    assert path.read_bytes().count(b"\n") == 2
