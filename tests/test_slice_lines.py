"""Lines of a slice made of columns are those of its rows, whatever the texts hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import pipeline, store
from dedup.api.pieces import Pieces, Unwritable, decimals, escaped, hexadecimal, joined
from dedup.api.slice_lines import Made, made
from dedup.columns import Memory, add_strings, strings
from dedup.kernels import reference
from dedup.model import Problem, Story, StoryBatch, Tables
from dedup.report import Tally
from dedup.settings import build
from dedup.slices import Slices
from tests.boilerplate.outlet import stories
from tests.laws.corpora import LOOSE, corpora, few

WEIGHTS = (1, 30, 10_000)
HOSTILE = (
    '"', "\\", "\\u0022", "\x00", "\x1f", "\x7f", "\n", "\u2028", "é", "한국", "힣", "😀", "",
)  # fmt: skip
LONE = "\ud800"
BOX = "Jane Roe is a syndicated columnist of the Ledger and the author of two books on ferries."
hostile = st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join)


def of_columns(slices: Slices, weight: int) -> list[Made | None]:
    """The lines of each slice, None where rows have to be looked at."""
    sheets = map(slices.sheet, slices.cut(weight))
    return [sheet and made(sheet, slices.corpus, slices.kernels) for sheet in sheets]


def of_rows(slices: Slices, weight: int) -> list[Tables]:
    """The rows of each slice."""
    return [slices.tables(part) for part in slices.cut(weight)]


def same(told: Made, rows: Tables) -> bool:
    """Whether lines are those of rows, and the tally is theirs."""
    lines = {
        name: b"".join(store.lines(name, list(getattr(rows, name)))) for name in told.tables
    }
    return told.tally == Tally.of(rows.findings) and all(
        bytes(made.text) == lines[name] and made.rows == len(getattr(rows, name))
        for name, made in told.tables.items()
    )


def sliced(
    batch: StoryBatch, take: Callable[[Slices], list[tuple[Any, Any]]], **settings: Any
) -> list[tuple[Any, Any]]:
    """What ``take`` makes of the slices of some stories."""
    return pipeline.sliced([batch], build(**{"jobs": 1, **settings}), take)


def both(slices: Slices) -> list[tuple[Made | None, Tables]]:
    """Slices of every weight, made of columns and of rows."""
    return [
        pair for weight in WEIGHTS
        for pair in zip(of_columns(slices, weight), of_rows(slices, weight), strict=True)
    ]  # fmt: skip


@few
@given(found=corpora(most=9), names=st.lists(hostile, min_size=3, max_size=3), lone=st.booleans())
def test_lines_of_columns_are_those_of_rows(
    found: list[Story], names: list[str], lone: bool
) -> None:
    """A text without UTF-8 is left to the rows; all else is told by columns."""
    source, path, title = names
    title += LONE if lone else ""
    hard = [
        replace(story, story_id=f"{source}{number}", source=source, path=path, title=title)
        for number, story in enumerate(found)
    ]  # fmt: skip

    for told, rows in sliced(StoryBatch.of(hard), both, **LOOSE):
        if told is None:
            assert lone or not rows.stories
        else:
            assert not lone
            assert same(told, rows)


def test_what_was_learned_and_what_is_shared_is_told_by_columns() -> None:
    """With templates and glued furniture; what is not wanted is in neither."""
    batch = StoryBatch.of(stories(BOX, ("Follow us on Twitter", "Read also: Flood"), count=20))

    every = sliced(batch, both)
    some = sliced(batch, both, ignore=("BLP3", "PAR203"))

    assert {row.rule for _, rows in every for row in rows.findings} > {"BLP311", "BLP304"}
    assert all(told is not None and same(told, rows) for told, rows in every + some)
    assert len(every[-1][1].findings) > len(some[-1][1].findings)


def test_stories_too_short_to_compare_are_told_by_columns() -> None:
    """Of a copy, of one that is furniture alone, and of one without a word; or of none."""
    texts = ("Two words.", "Two words.", "Advertisement", "Three words\n\nAdvertisement", "...")
    batch = StoryBatch.of([Story(f"s{n}", text, path="feed") for n, text in enumerate(texts)])

    every, none = sliced(batch, both), sliced(batch, both, ignore=("INP902",))

    assert all(told is not None and same(told, rows) for told, rows in every + none)
    short = [row for row in every[-1][1].findings if row.rule == "INP902"]
    assert [(row.story_id, row.evidence["words"]) for row in short] == [
        ("s0", 2), ("s1", 2), ("s2", 1), ("s3", 3), ("s4", 0)
    ]  # fmt: skip
    assert not any(row.rule == "INP902" for _, rows in none for row in rows.findings)


def test_what_is_said_of_records_stands_at_its_place() -> None:
    """A problem sorts before, among and behind the stories, or with the story it is about."""
    text = "Advertisement\n\nOnly a few words."
    batch = StoryBatch.of(
        [Story(f"s{n}", text, path="feed", line=n) for n in range(1, 6)],
        [Problem("INP901", f"cannot be read: {n}", "feed", line, name)
         for n, (name, line) in enumerate([("a", 0), ("s2", 2), ("s2", 9), ("s3", 1), ("z", 7)])],
    )  # fmt: skip

    for told, rows in sliced(batch, both):
        assert told is not None
        assert same(told, rows)


@pytest.mark.parametrize("change", [
    {"story_id": "same"}, {"ignore": ("BLP301",)}, {"plain": True},
])  # fmt: skip
def test_where_rows_are_looked_at_no_lines_are_made(change: dict[str, Any]) -> None:
    """Ids that are not unique, records that ask for silence, stories that are files."""
    found = [Story(f"s{n}", "Advertisement\n\nAnd a line.") for n in range(3)]
    batch = StoryBatch.of([replace(story, **change) for story in found])

    (lines, rows) = sliced(batch, both)[-1]

    assert lines is None
    assert len(rows.stories) == len(found)


@pytest.mark.parametrize("more", [{"kernels": "reference"}, {"kernels": "compiled"}])
def test_a_run_in_columns_is_the_run_in_rows(tmp_path: Path, more: dict[str, Any]) -> None:
    """What is written slice by slice is what is written of the tables in memory."""
    from dedup import api

    path = tmp_path / "feed.jsonl"
    rows = [
        {"id": f"é\"{n}", "source": "Post", "date": "2024-01-01", "title": "A\tb \\ 한국",
         "text": f"Advertisement\n\nThe ferry sails at {n % 3} o'clock from the northern pier, "
                 "said the company on Monday.\n\nFollow us on Twitter"}
        for n in range(30)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    settings = build(jobs=1, **more)

    api.record(tmp_path / "columns", [str(path)], settings)
    store.write_run(tmp_path / "rows", api.scan([str(path)], settings))

    for table in sorted(set(store.read_run(tmp_path / "rows").__slots__) - {"manifest"}):
        name = f"{table}.jsonl"
        assert (tmp_path / "columns" / name).read_bytes() == (
            (tmp_path / "rows" / name).read_bytes()
        )


def texts(pieces: Pieces) -> list[bytes]:
    places = zip(pieces.starts.tolist(), pieces.lengths.tolist(), strict=True)
    return [pieces.buffer[start : start + length].tobytes() for start, length in places]


@few
@given(st.lists(st.one_of(hostile, st.text()), min_size=1, max_size=6), st.booleans())
def test_texts_are_escaped_as_json_has_them(values: list[str], mapped: bool) -> None:
    rows = np.arange(len(values))[::-1].copy()
    columns = Memory()
    add_strings(columns, "texts", values)
    held = strings(columns, "texts") if mapped else values

    told = escaped(held, rows, reference)

    assert texts(told) == [orjson.dumps(values[row])[1:-1] for row in rows.tolist()]


@pytest.mark.parametrize("text", [LONE, f"a{LONE}b", f"한{LONE}"])
def test_a_text_without_utf8_is_refused(text: str) -> None:
    with pytest.raises(Unwritable):
        escaped(["plain", text], np.array([1, 0]), reference)


@few
@given(st.lists(st.integers(0, 2**62), max_size=6), st.lists(st.integers(0, 2**64 - 1), max_size=6))
def test_numbers_are_written_as_python_writes_them(counts: list[int], hashes: list[int]) -> None:
    assert texts(decimals(np.array(counts, np.int64))) == [b"%d" % n for n in counts]
    assert texts(hexadecimal(np.array(hashes, np.uint64))) == [b"%016x" % n for n in hashes]


@few
@given(st.lists(st.tuples(st.binary(max_size=5), st.binary(max_size=5)), max_size=6))
def test_pieces_are_joined_row_by_row(rows: list[tuple[bytes, bytes]]) -> None:
    one, other = (Pieces.of([row[side] for row in rows]) for side in (0, 1))
    back = np.arange(len(rows))[::-1]

    told = joined((b"<", one, b"|", other, b"|", one.take(back), b">"), len(rows), reference)

    assert texts(told) == [
        b"<%b|%b|%b>" % (a, b, rows[-1 - n][0]) for n, (a, b) in enumerate(rows)
    ]
