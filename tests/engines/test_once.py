"""Pieces that are equal are worked on once, in batches, while more of them are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.engines import once
from dedup.engines.once import once_each


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(0, 9), max_size=30), st.integers(1, 5))
def test_each_different_piece_is_worked_on_once(asked: list[int], at_once: int) -> None:
    sent: list[list[int]] = []

    def squares(batch: Sequence[int]) -> list[int]:
        sent.append(list(batch))
        return [n * n for n in batch]

    before, once.AT_ONCE = once.AT_ONCE, at_once
    try:
        found = once_each(squares, iter(asked))
    finally:
        once.AT_ONCE = before

    assert found == {n: n * n for n in asked}
    assert sorted(n for batch in sent for n in batch) == sorted(set(asked))
    assert all(len(batch) == at_once for batch in sent[:-1])


def test_pieces_are_made_while_others_are_worked_on() -> None:
    done: list[str] = []

    def pieces() -> Iterator[int]:
        for n in range(2 * once.AT_ONCE):
            done.append("made")
            yield n

    def work(batch: Sequence[int]) -> Sequence[int]:
        done.append("worked")
        return batch

    once_each(work, pieces())

    assert done.index("worked") == once.AT_ONCE
    assert done.count("worked") == 2
