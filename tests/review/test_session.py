"""Laws of a review: whatever is pressed, and wherever it is interrupted, nothing is mixed up."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.review import LabelsFile, Session
from dedup.review.sample import Drawn, draw
from tests.review.made import a_claim

QUEUE = draw(
    [*(a_claim("DUP102", f"p{i}", 0.75, near=True) for i in range(4)),
     *(a_claim("BLP301", f"l{i}") for i in range(4))], 100, 1,
)  # fmt: skip
KEYS = st.text("yvnusbx", max_size=30)


def press(path: Path, keys: str, queue: list[Drawn] = QUEUE) -> Session:
    with LabelsFile(path) as labels:
        session = Session(queue, labels, 1)
        for key in keys:
            session.press(key)
    return session


def held(path: Path) -> dict[tuple[str, ...], str]:
    return {key: label.answer for key, label in LabelsFile(path).labels.items()}


@settings(max_examples=150, deadline=None)
@given(keys=KEYS)
def test_pressing_the_same_gives_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, keys: str
) -> None:
    folder = tmp_path_factory.mktemp("keys")
    one, two = press(folder / "one", keys), press(folder / "two", keys)
    assert (folder / "one").read_bytes() == (folder / "two").read_bytes()
    assert one.at == two.at


@settings(max_examples=150, deadline=None)
@given(keys=st.text("yvnu", max_size=10), cut=st.integers(0, 10))
def test_stopping_and_going_on_is_like_never_stopping(
    tmp_path_factory: pytest.TempPathFactory, keys: str, cut: int
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    whole = press(folder / "whole", keys)
    press(folder / "parts", keys[:cut])
    again = press(folder / "parts", keys[cut:])
    assert held(folder / "whole") == held(folder / "parts")
    assert whole.at == again.at


@settings(max_examples=150, deadline=None)
@given(before=st.text("yvnus", max_size=6), key=st.sampled_from("yvnus"))
def test_back_undoes_a_key(
    tmp_path_factory: pytest.TempPathFactory, before: str, key: str
) -> None:
    folder = tmp_path_factory.mktemp("back")
    one = press(folder / "one", before)
    two = press(folder / "two", before + key + "b")
    if key in one.keys:
        assert held(folder / "one") == held(folder / "two")
        assert one.at == two.at


@settings(max_examples=150, deadline=None)
@given(keys=KEYS)
def test_the_question_shown_has_no_answer_and_counts_agree(
    tmp_path_factory: pytest.TempPathFactory, keys: str
) -> None:
    folder = tmp_path_factory.mktemp("shown")
    with LabelsFile(folder / "labels") as labels:
        session = Session(QUEUE, labels, 1)
        for key in keys:
            known = key in session.keys
            assert session.press(key) == known
            assert session.answered == len(labels.labels)
            assert session.current is None or session.current.question.key not in labels.labels
    assert held(folder / "labels").keys() <= {drawn.question.key for drawn in QUEUE}


def test_a_version_is_an_answer_about_stories_only(tmp_path: Path) -> None:
    session = press(tmp_path / "labels", "")
    assert session.current is not None
    assert (session.current.rule, "v" in session.keys) == ("BLP301", False)
    session = press(tmp_path / "labels", "y")
    assert session.current is not None
    assert (session.current.rule, "v" in session.keys) == ("DUP102", True)


def test_what_was_skipped_is_asked_again_another_time(tmp_path: Path) -> None:
    assert press(tmp_path / "labels", "ssy").at == 3
    assert press(tmp_path / "labels", "").at == 0
    assert press(tmp_path / "labels", "yy").at == 3


def test_a_larger_sample_goes_on_behind_the_smaller(tmp_path: Path) -> None:
    assert press(tmp_path / "labels", "yyy", QUEUE[:3]).current is None
    assert press(tmp_path / "labels", "").at == 3


def test_nothing_is_pressed_at_once(tmp_path: Path) -> None:
    with LabelsFile(tmp_path / "labels") as labels:
        session = Session(QUEUE, labels, 1)
        assert not session.press("yn")
        assert not session.press("")
        assert session.answered == 0
