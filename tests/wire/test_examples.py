"""Every entry and every dateline keeps its promises: examples that match, and content."""

from __future__ import annotations

import pytest

from dedup import wire
from dedup.wire.entries import DATELINES, Entry, files
from dedup.wire.forms import INDEX
from dedup.wire.index import index_text
from tests.wire.examples import BODY, ENTRIES, cut, datelines, with_examples


def test_the_index_file_is_that_of_the_practice_files() -> None:
    assert INDEX.read_text(encoding="utf-8") == index_text(), (
        "the files of wire practice have changed: run `python -m dedup.wire.index`"
    )


def test_names_of_entries_are_unique_and_every_entry_has_examples() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(names) == len(set(names))
    without = [e.name for e in ENTRIES if e.what != "notice" and not any(e.match.values())]
    assert without == []


def test_the_languages_asked_for_are_there() -> None:
    languages = {path.stem for path in files()}
    assert languages >= {"en", "de", "fr", "es", "pt", "it", "ru", "ar", "zh", "ja"}


def named(entry: Entry) -> str:
    return entry.name


@pytest.mark.parametrize("entry", with_examples("title"), ids=named)
def test_markers_of_titles(entry: Entry) -> None:
    for before, after in map(cut, entry.match["title"]):
        read = wire.read(before + after, "")
        assert read.title == (after if "title" in entry.where else before).strip()
        assert not entry.kind or entry.kind in read.kinds
        assert wire.read(read.title, "").title == read.title


@pytest.mark.parametrize("entry", with_examples("lead"), ids=named)
def test_marks_at_the_head(entry: Entry) -> None:
    for before, after in map(cut, entry.match["lead"]):
        read = wire.read("", before + after)
        assert [read.spans[0].start, read.spans[-1].end] == [0, len(before)]
        assert entry.what in {span.what for span in read.spans}
        assert not entry.kind or entry.kind in read.kinds


@pytest.mark.parametrize("entry", with_examples("tail"), ids=named)
def test_marks_at_the_tail(entry: Entry) -> None:
    for before, after in map(cut, entry.match["tail"]):
        read = wire.read("", before + after)
        places = [read.spans[0].start, read.spans[-1].end]
        assert places == [len(before.rstrip()), len(before + after)]


@pytest.mark.parametrize("example", datelines("match"))
def test_datelines(example: str) -> None:
    before, after = cut(example)
    read = wire.read("", before + after)
    assert [span.what for span in read.spans] == ["dateline"] * len(read.spans)
    assert [read.spans[0].start, read.spans[-1].end] == [0, len(before)]


@pytest.mark.parametrize("example", datelines("content"))
def test_what_is_no_dateline(example: str) -> None:
    assert wire.read("", example).spans == ()


@pytest.mark.parametrize("entry", ENTRIES, ids=named)
def test_content_is_left_alone(entry: Entry) -> None:
    for content in entry.content:
        as_title = wire.read(content, BODY)
        assert (as_title.title, as_title.kinds, as_title.take) == (content, (), None)
        for text in (content, f"{content}\n\n{BODY}", f"{BODY}\n\n{content}"):
            read = wire.read("", text)
            assert (read.spans, read.kinds) == ((), ()), text


def test_datelines_are_documented_for_every_language() -> None:
    assert len(datelines("match")) >= 150
    assert DATELINES.is_file()
