"""The workspace: columns in files are the columns in memory, and outlive the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import pipeline
from dedup import workspace as workspace_module
from dedup.assembly import Entering, assemble, corpus_of, done
from dedup.columns import Column, Columns, Memory, Strings, add_strings, strings
from dedup.corpus import Corpus, print_batch
from dedup.errors import MismatchError, OutputError
from dedup.kernels import reference
from dedup.model import Problem, Story, StoryBatch
from dedup.settings import build
from dedup.workspace import Workspace

SETTINGS = build()
READER = pipeline._reader(SETTINGS, pipeline._layout(SETTINGS), reference)
WORDS = ["Read", "more:", "|", "Advertisement", "rain", "fell", "on", "the", "fields", "north"]


def _batches(texts: list[str], size: int = 2) -> list[StoryBatch]:
    """Batches whose stories are not in the order of their ids, with all that notes hold."""
    stories = [
        Story(
            f"id{(7 * i) % len(texts)}\udc80", text, title=f"Títle {i}", source=f"wire{i % 2}",
            published="2026-11-22T10:00:00Z", path="a\udcff.jsonl", line=i + 1,
            ignore=("PAR",) if i == 1 else (), plain=i == 2,
        )
        for i, text in enumerate(texts)
    ]  # fmt: skip
    problem = Problem("INP901", "no text: \udc80", "b.jsonl", 3, "x")
    return [
        StoryBatch.of(stories[low : low + size], [problem] * (low == 0))
        for low in range(0, len(stories), size)
    ]


def test_what_is_looked_at_soon_is_read_ahead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(
        workspace_module, "_ADVISE", lambda file, low, size, advice: asked.append((low, size))
    )
    columns = Workspace(tmp_path / "w", {})
    columns.add("tokens", np.arange(100, dtype=np.uint32))
    low, high = np.array([0, 30]), np.array([10, 31])

    columns.ahead("tokens", low, high)
    assert not asked, "a small column is in the disk's cache"
    monkeypatch.setattr(workspace_module, "_CACHED", 100)
    columns.ahead("tokens", low, high)
    columns.ahead("sorted.tokens", low, high)
    assert asked == [(0, 40), (120, 4)], "bytes; a column that is not there has none"
    assert columns.whole("tokens").tolist() == list(range(100))
    columns.remove()


def _columns_of(corpus: Corpus) -> dict[str, object]:
    """Everything a corpus holds, in a form that can be compared."""
    p = corpus.paragraphs
    arrays = {
        **{f"p.{name}": getattr(p, name) for name in type(p).__slots__},
        **{f"s.{name}": getattr(corpus.stories, name) for name in type(corpus.stories).__slots__},
        **{
            name: getattr(corpus, name)
            for name in ("lines", "hours", "keys", "total_words", "tokens", "frequencies",
                         "comparable", "comparable_keys", "story_bytes")
        },
        "marks": corpus.marks.paragraphs,
    }  # fmt: skip
    kept: dict[str, object] = {name: array.tolist() for name, array in arrays.items()}
    for name in ("ids", "titles", "sources", "published", "paths"):
        kept[name] = list(getattr(corpus, name))
    for name in ("ignores", "plain", "glued", "near", "furniture", "problems"):
        kept[name] = getattr(corpus, name)
    kept["marked"] = list(corpus.marks.values())
    kept["text"] = bytes(corpus.buffer)
    return kept


TEXTS = [
    "Rain fell on the fields of the north all day long.\n\nAdvertisement\n\nRead more: floods",
    "Rain fell on the fields of the north all day long.\n\n\n\nIt did not stop at night.",
    "",
    "बारिश उत्तर के खेतों पर गिरी\n\n雨は北の畑に降った。\n\nRead more: the weather of tomorrow",
    "Advertisement\n\nThe minister said nothing about it to anybody who asked him that day.",
]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """Makes the workspace of one folder, once more each time."""
    all_made = []

    def make(resume: bool = False, **identity: object) -> Workspace:
        all_made.append(Workspace(tmp_path / "w", identity, resume=resume))
        return all_made[-1]

    yield make
    for workspace in all_made:
        workspace.close()


def test_a_corpus_in_files_is_the_corpus_in_memory(made: Callable[..., Workspace]) -> None:
    prints = [print_batch(batch, READER) for batch in _batches(TEXTS)]
    again = [print_batch(batch, READER) for batch in _batches(TEXTS)]
    assert _columns_of(assemble(prints)) == _columns_of(assemble(again, made()))


@given(texts=st.lists(
    st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), min_size=1, max_size=6
), size=st.integers(1, 6))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_how_stories_are_cut_into_batches_does_not_matter(texts: list[str], size: int) -> None:
    def of(batches: list[StoryBatch]) -> dict[str, object]:
        found = _columns_of(assemble(print_batch(batch, READER) for batch in batches))
        # The text lies as it was read.
        return {name: value for name, value in found.items() if name != "problems"}

    assert of(_batches(texts, size)) == of(_batches(texts, len(texts)))


def test_tokens_lie_story_after_story_whatever_came_first(made: Callable[..., Workspace]) -> None:
    batches = _batches(TEXTS)
    corpus = assemble((print_batch(batch, READER) for batch in batches), made())
    starts = corpus.paragraphs.token_start
    assert (np.diff(starts) >= 0).all()
    alone = {
        batch.ids[0]: assemble([print_batch(batch, READER)]) for batch in _batches(TEXTS, size=1)
    }
    assert list(alone) != sorted(alone), "they come in another order"
    for story, name in enumerate(corpus.ids):
        p, own = corpus.paragraphs, alone[name].paragraphs
        ours = np.flatnonzero(p.story == story)
        assert [
            corpus.tokens[starts[i] : starts[i] + p.words[i]].tolist() for i in ours
        ] == [
            alone[name].tokens[low : low + words].tolist()
            for low, words in zip(own.token_start, own.words, strict=True)
        ]  # fmt: skip


def test_columns_of_stories_that_came_in_order_are_used_as_they_came(
    made: Callable[..., Workspace],
) -> None:
    """But for those that are written to later: a scan that is resumed finds them as they were."""
    stories = [Story(f"s{number}", text, path="feed") for number, text in enumerate(TEXTS)]
    prints = [print_batch(StoryBatch.of([story]), READER) for story in stories]

    corpus = assemble(prints, workspace := made())

    turned = assemble(reversed(prints))
    placed = {"text", "story_bytes", "p.byte_start", "p.byte_end"}  # the text lies as it was read
    one, other = (
        {name: value for name, value in _columns_of(each).items() if name not in placed}
        for each in (corpus, turned)
    )
    assert one == other
    for paragraph in range(len(corpus.paragraphs)):
        assert corpus.text(paragraph) == turned.text(paragraph)
    kept = {path.stem for path in workspace.folder.glob("sorted.paragraphs.*.column")}
    assert kept == {
        f"sorted.paragraphs.{name}" for name in ("boilerplate", "number", "repeat_of", "story")
    }


def test_what_was_entered_is_there_when_it_is_opened_again(made: Callable[..., Workspace]) -> None:
    batches = _batches(TEXTS)
    first = made()
    whole = _columns_of(assemble((print_batch(batch, READER) for batch in batches), first))
    first.close()
    second = made(resume=True)
    assert len(done(second)) == len(batches)
    assert _columns_of(corpus_of(second)) == whole


def test_a_batch_that_was_not_complete_is_read_again(
    made: Callable[..., Workspace], tmp_path: Path
) -> None:
    batches = _batches(TEXTS)
    whole = _columns_of(assemble(print_batch(batch, READER) for batch in batches))
    first = made()
    entering = Entering(first)
    for batch in batches[:2]:
        entering.enter(print_batch(batch, READER))
    first.add("paragraphs.start", np.arange(5))
    first.add("never.seen", np.arange(5))
    first.close()
    journal = tmp_path / "w" / "batches.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"columns": {"half')
    second = made(resume=True)
    assert len(done(second)) == 2
    assert _columns_of(assemble([print_batch(batches[2], READER)], second)) == whole
    second.close()
    assert len(done(made(resume=True))) == 3


def test_without_resume_nothing_is_left_of_the_scan_before(made: Callable[..., Workspace]) -> None:
    first = made()
    assemble([print_batch(_batches(TEXTS)[0], READER)], first)
    first.finish("compare", {"found": 1})
    first.close()
    second = made()
    assert done(second) == []
    assert second.finished("compare") is None


def test_a_finished_stage_is_known_again(made: Callable[..., Workspace]) -> None:
    first = made()
    assert first.finished("compare") is None
    first.keep("compare.scores", [np.array([[1, 2], [3, 4]], np.uint32)])
    first.keep("sorted.scores", [np.array([1])])
    first.finish("compare", {"found": [1, "\udc80"]})
    first.close()
    second = made(resume=True)
    assert second.finished("compare") == {"found": [1, "\udc80"]}
    assert second.whole("compare.scores").tolist() == [[1, 2], [3, 4]]
    assert not (second.folder / "sorted.scores.column").exists()


def test_another_identity_is_not_resumed(made: Callable[..., Workspace]) -> None:
    made(version="1", inputs=["a"]).close()
    with pytest.raises(MismatchError, match=r"version changed .* without --resume"):
        made(resume=True, version="2", inputs=["a"])


def test_two_scans_do_not_share_a_workspace(made: Callable[..., Workspace]) -> None:
    first = made()
    with pytest.raises(OutputError, match="another scan works"):
        made()
    first.close()
    made().close()


def test_a_column_that_is_cut_off_is_told(made: Callable[..., Workspace], tmp_path: Path) -> None:
    first = made()
    assemble([print_batch(_batches(TEXTS)[0], READER)], first)
    first.close()
    column = tmp_path / "w" / "paragraphs.repeat_of.column"
    column.write_bytes(column.read_bytes()[:-1])
    with pytest.raises(MismatchError, match=r"paragraphs\.repeat_of\.column is cut off"):
        made(resume=True)


def test_a_folder_of_other_files_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match=r"thesis\.txt"):
        Workspace(tmp_path, {})
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_memory_is_let_go_of_and_comes_back(made: Callable[..., Workspace]) -> None:
    workspace = made()
    workspace.add("numbers", np.arange(100_000))
    numbers = workspace.whole("numbers")
    squares = workspace.keep("squares", (numbers[low : low + 1000] ** 2 for low in (0, 1000)))
    squares[0] = 7
    workspace.release()
    assert numbers.tolist() == list(range(100_000))
    assert squares.tolist() == [7, *(i * i for i in range(1, 2000))]
    assert workspace.keep("squares", [squares[:3] + 1]).tolist() == [8, 2, 5]
    workspace.remove()
    assert not workspace.folder.exists()


SMAPS = Path("/proc/self/smaps")


@pytest.mark.skipif(not SMAPS.exists(), reason="only Linux tells how a file is mapped")
def test_of_scattered_columns_no_more_is_read_than_is_looked_at(
    made: Callable[..., Workspace],
) -> None:
    workspace = made()
    for name in ("text", "tokens"):
        workspace.add(name, np.arange(5000))
    columns = [workspace.whole(name) for name in ("text", "tokens")]

    workspace.scattered("text", "of another corpus")

    assert [column.tolist() for column in columns] == [[*range(5000)]] * 2
    files = [workspace.folder / f"{name}.column" for name in ("text", "tokens")]
    assert ["rr" in _flags(file) for file in files] == [True, False]


def _flags(file: Path) -> list[str]:
    """What the system knows of a mapped file: ``rr`` is advice that it is read at random."""
    told = SMAPS.read_text().split(str(file))[1]
    return told.split("VmFlags:")[1].split("\n")[0].split()


def test_a_column_stands_for_the_one_it_was_made_of(made: Callable[..., Workspace]) -> None:
    first = made()
    first.add("read", np.arange(5))
    first.commit(b"{}")
    assert first.keep("sorted.read", [first.whole("read")[::-1]], instead="read")[0] == 4
    assert not (first.folder / "read.column").exists()
    first.close()
    second = made(resume=True)
    # The parts are not made: there is nothing left that they could be made of.
    kept = second.keep("sorted.read", (pytest.fail("made anew") for _ in "x"), instead="read")
    assert kept.tolist() == [4, 3, 2, 1, 0]
    assert second.rows("read") == 0


def test_a_column_is_given_up_only_when_the_other_is_complete(
    made: Callable[..., Workspace],
) -> None:
    """Killed between two columns: one stands for another already, the next does not."""
    batches = _batches(TEXTS)
    whole = _columns_of(assemble(print_batch(batch, READER) for batch in batches))
    first = made()
    keep, given_up = first.keep, []

    def killed(name: str, parts: Iterable[Column], instead: str = "") -> Column:
        given_up.extend([instead] if instead else [])
        if len(given_up) == 4:
            first.add(name, next(iter(parts)))
            raise KeyboardInterrupt
        return keep(name, parts, instead)

    first.keep = killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        assemble((print_batch(batch, READER) for batch in batches), first)
    first.close()
    second = made(resume=True)
    columns = [(first.folder / f"{name}.column").exists() for name in given_up]
    assert columns == [False, False, False, True]
    assert _columns_of(corpus_of(second)) == whole


def test_bytes_are_read_without_a_map(made: Callable[..., Workspace]) -> None:
    for columns in (made(), Memory()):
        columns.add("text", np.frombuffer("ראשון, second".encode(), np.uint8))
        assert columns.read("text", 0, 10).decode() == "ראשון"
        assert columns.read("text", 12, 18) == b"second"
        assert columns.read("text", 5, 5) == b""


def test_what_was_dropped_may_be_added_to_anew(made: Callable[..., Workspace]) -> None:
    for columns in (made(), Memory()):
        for numbers in (np.arange(3), np.array([9])):
            columns.add("heap", numbers)
            assert columns.whole("heap").tolist() == numbers.tolist()
            columns.drop("heap")
            assert columns.rows("heap") == 0


@given(values=st.lists(st.lists(st.text(st.characters(exclude_categories=()))), max_size=4))
def test_strings_are_the_strings_that_were_added(values: list[list[str]]) -> None:
    columns: Columns = Memory()
    for some in [*values, [""]]:
        add_strings(columns, "ids", some)
    flat = [value for some in [*values, [""]] for value in some]
    found = strings(columns, "ids")
    assert list(found) == flat
    assert [found[i] for i in range(len(found))] == flat
    order = np.argsort([len(value) for value in flat], kind="stable")
    assert list(strings(columns, "ids", order)) == [flat[i] for i in order.tolist()]
    assert isinstance(found[1:], Strings)
    assert list(found[1:]) == flat[1:]


def test_input_that_changed_is_not_resumed() -> None:
    columns = Memory()
    assemble([print_batch(batch, READER) for batch in _batches(TEXTS)], columns)
    known = done(columns)
    more = [*_batches(TEXTS), StoryBatch.of([Story("z", "Late")])]
    assert list(pipeline._unread(iter(_batches(TEXTS)), known, True, _silent)) == []
    assert list(pipeline._unread(iter(more), known, False, _silent)) == more[-1:]
    other = _batches([TEXTS[0].replace("Rain", "Snow"), *TEXTS[1:]])
    for batches in (other, _batches(TEXTS)[:1], more):
        with pytest.raises(MismatchError, match="not what was read before"):
            list(pipeline._unread(iter(batches), known, True, _silent))


def _silent(stage: str, count: int) -> None:
    """Say nothing."""
