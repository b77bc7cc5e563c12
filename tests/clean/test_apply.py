"""What `clean` writes, counts and logs, and that a failure leaves nothing behind."""

from __future__ import annotations

import errno
import gzip
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dedup.clean import apply, journal, plan, restore, stage, streams
from dedup.clean.files import Tally
from dedup.clean.log import Edit
from dedup.errors import InputError, MismatchError, OutputError
from dedup.formats import InputOptions, find_inputs
from dedup.model import Finding, Story
from tests.clean.cleaning import (
    SAFE_STRIP,
    drop,
    finding,
    names,
    run_clean,
    story_row,
    strip,
    tables,
    tree,
)

AD = "Advertisement"
BODY = f"The wall stands.\n\n{AD}\n\nThe harbour froze.\n"


def _record(story_id: str, text: str, **more: object) -> str:
    return json.dumps({"id": story_id, "text": text, "source": "ap", **more}) + "\n"


def _write(path: str, content: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content.encode())


def _rows(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()]


def _ads(story: Story) -> list[Finding]:
    return strip(story, AD) if AD in story.text else []


def test_a_folder_keeps_its_shape_and_gets_both_logs() -> None:
    _write("in/a/one.txt", f"Title\n\n{BODY}")
    _write("in/a/two.txt", "Title\n\nNothing to do.\n")
    _write("in/b.jsonl", _record("b", BODY) + _record("c", BODY) + "broken\n")
    before = tree(Path("in"))
    report = run_clean(["in"], "out", lambda s: drop(s, "b") if s.story_id == "c" else _ads(s))
    assert tree(Path("in")) == before
    written = tree(Path("out"))
    texts = ["a/one.txt", "a/two.txt"]
    assert sorted(written) == [*texts, "b.jsonl", "decisions.jsonl", "removed.jsonl"]
    assert written["a/one.txt"] == b"Title\n\nThe wall stands.\n\nThe harbour froze.\n"
    assert written["a/two.txt"] == before["a/two.txt"]
    clean_b = _record("b", "The wall stands.\n\nThe harbour froze.\n")
    assert written["b.jsonl"] == (clean_b + "broken\n").encode()
    removed = sum(map(len, before.values())) - sum(len(written[name]) for name in before)
    size = sum(map(len, before.values()))
    assert report.counts == Tally(4, 3, 1, 2, 2, size, size - removed, removed)
    assert names() == ["in", "out"]


def test_every_removed_thing_has_a_row() -> None:
    _write("in.jsonl", _record("b", BODY, extra=[1]) + _record("c", BODY, title="T", extra=[2]))
    run_clean(["in.jsonl"], "out", lambda s: drop(s, "b") if s.story_id == "c" else _ads(s))
    stripped, dropped = _rows("out/removed.jsonl")
    assert stripped["action"] == "strip"
    assert stripped["text"] == AD
    assert (stripped["rule"], stripped["start"], stripped["end"]) == ("BLP301", 18, 31)
    assert dropped["action"] == "drop"
    assert dropped["text"] == BODY
    record = {"id": "c", "text": BODY, "source": "ap", "title": "T", "extra": [2]}
    assert dropped["record"] == record
    wanted = {"kept_id": "b", "path": "in.jsonl", "line": 2, "title": "T", "source": "ap"}
    assert wanted.items() <= dropped.items()


def test_the_decision_log_says_where_and_what() -> None:
    _write("in.jsonl", _record("b", BODY) + _record("c", BODY))
    run_clean(["in.jsonl"], "out", lambda s: drop(s, "b") if s.story_id == "c" else _ads(s))
    header, cut, gone = _rows("out/decisions.jsonl")
    assert header["format"] == "dedup-decisions"
    (entry,) = header["files"]
    assert (entry["path"], entry["edits"]) == ("in.jsonl", 2)
    cleaned = Path("out/in.jsonl").read_bytes()
    assert cut["bytes"] == f"{AD}\\n\\n"
    assert cleaned[: cut["at"]].endswith(b"stands.\\n\\n")
    assert (gone["at"], gone["kept_id"]) == (len(cleaned), "b")


def test_bytes_that_are_no_text_are_logged_too() -> None:
    Path("in.txt").write_bytes(f"Title\n\n{BODY}".encode("utf-16"))
    run_clean(["in.txt"], "out.txt", _ads)
    (edit,) = _rows("out.txt.decisions.jsonl")[1:]
    assert set(edit["bytes"]) == {"b64"} or "\0" in edit["bytes"]
    restore(Path("out.txt"), None, Path("back.txt"))
    assert Path("back.txt").read_bytes() == Path("in.txt").read_bytes()


def test_a_text_file_whose_story_goes_is_not_written_and_comes_back() -> None:
    for name in ("a", "b"):
        _write(f"in/{name}.txt", f"Title\n\n{BODY}")
    report = run_clean(["in"], "out", lambda s: drop(s, "a") if s.story_id == "b" else [])
    assert sorted(tree(Path("out"))) == ["a.txt", "decisions.jsonl", "removed.jsonl"]
    assert report.counts.stories_removed == 1
    restore(Path("out"), None, Path("back"))
    assert tree(Path("back")) == tree(Path("in"))


def test_one_input_becomes_one_file() -> None:
    _write("in.jsonl", _record("b", BODY))
    run_clean(["in.jsonl"], "new/out.ndjson.gz", _ads)
    assert names("new") == [
        "out.ndjson.gz", "out.ndjson.gz.decisions.jsonl", "out.ndjson.gz.removed.jsonl",
    ]  # fmt: skip
    left = _record("b", "The wall stands.\n\nThe harbour froze.\n")
    assert gzip.decompress(Path("new/out.ndjson.gz").read_bytes()) == left.encode()
    restore(Path("new/out.ndjson.gz"), None, Path("back.jsonl"))
    assert Path("back.jsonl").read_bytes() == Path("in.jsonl").read_bytes()


def test_logs_go_where_they_are_wanted() -> None:
    _write("in.jsonl", _record("b", BODY))
    run_clean(["in.jsonl"], "out", _ads, removed=Path("log/r"), decisions=Path("out/sub/d"))
    assert sorted(tree(Path("out"))) == ["in.jsonl", "sub/d"]
    restore(Path("out"), Path("out/sub/d"), Path("back"))
    assert tree(Path("back")) == {"in.jsonl": Path("in.jsonl").read_bytes()}
    assert len(_rows("log/r")) == 1


def test_files_of_several_folders_stay_apart() -> None:
    for name in ("x/a.jsonl", "y/a.jsonl"):
        _write(name, _record(name, BODY))
    run_clean(["x", "y"], "out", _ads)
    run_clean(["x/a.jsonl", "y/a.jsonl"], "out2", _ads)
    assert set(tree(Path("out"))) == set(tree(Path("out2"))) > {"x/a.jsonl", "y/a.jsonl"}


def test_a_dry_run_counts_and_writes_nothing() -> None:
    _write("in.jsonl", _record("b", BODY))
    dry = run_clean(["in.jsonl"], None, _ads, dry_run=True)
    assert names() == ["in.jsonl"]
    assert dry.counts == run_clean(["in.jsonl"], "out", _ads).counts


def test_a_file_cut_short_in_a_folder_is_copied_as_it_is() -> None:
    _write("in/good.jsonl", _record("b", BODY))
    whole = gzip.compress(_record("c", BODY * 50_000).encode())
    Path("in/bad.jsonl.gz").write_bytes(whole[:-9])
    options = InputOptions()
    inputs = find_inputs(["in"], options)
    cut = finding("BLP301", "c", SAFE_STRIP, span=(18, 31), path="in/bad.jsonl.gz")
    report = apply(inputs, options, plan(tables([cut])), Path("out"))
    assert tree(Path("out"))["bad.jsonl.gz"] == whole[:-9]
    assert report.unreadable == ("in/bad.jsonl.gz",)
    assert [held.key.story_id for held in report.held] == ["c"]
    restore(Path("out"), None, Path("back"))
    assert tree(Path("back")) == tree(Path("in"))
    with pytest.raises(InputError):
        apply(find_inputs(["in/bad.jsonl.gz"], options), options, plan(tables([cut])), Path("o"))
    assert not Path("o").exists()


def test_a_value_that_has_to_be_spelled_anew_comes_back() -> None:
    _write("in.csv", f'id,text\nb,{AD}\u2028"said" she\n')
    run_clean(["in.csv"], "out.csv", _ads)
    assert Path("out.csv").read_text("utf-8") == 'id,text\nb,"""said"" she"\n'
    (edit,) = _rows("out.csv.decisions.jsonl")[1:]
    assert edit["instead"] > 0
    restore(Path("out.csv"), None, Path("back.csv"))
    assert Path("back.csv").read_bytes() == Path("in.csv").read_bytes()


def test_progress_counts_every_story() -> None:
    _write("in.jsonl", "".join(_record(f"s{n}", BODY) for n in range(2500)))
    told: list[tuple[str, int]] = []
    options = InputOptions()
    inputs = find_inputs(["in.jsonl"], options)
    nothing = plan(tables([]))
    apply(inputs, options, nothing, Path("out"), progress=lambda what, n: told.append((what, n)))
    assert sum(count for _, count in told) == 2500
    assert {what for what, _ in told} == {"clean"}


@pytest.mark.parametrize(
    "change",
    [
        lambda: _write("in.jsonl", _record("b", "Short.")),
        lambda: _write("in.jsonl", _record("other", BODY)),
        lambda: _write("in.jsonl", "\n" + _record("b", BODY)),
    ],
    ids=["shorter", "another id", "another line"],
)
def test_an_input_that_changed_since_it_was_checked_is_refused(change: Callable[[], None]) -> None:
    ad = finding("BLP301", "b", SAFE_STRIP, span=(18, 31), path="in.jsonl")
    change()
    options = InputOptions()
    with pytest.raises(MismatchError, match=r"in\.jsonl:\d.*run the check again"):
        apply(find_inputs(["in.jsonl"], options), options, plan(tables([ad])), Path("out"))
    assert names() == ["in.jsonl"]


def test_a_plan_for_other_inputs_is_refused() -> None:
    _write("in.jsonl", _record("b", BODY))
    ad = finding("BLP301", "b", SAFE_STRIP, span=(0, 3), path="gone.jsonl")
    options = InputOptions()
    with pytest.raises(MismatchError, match=r"gone\.jsonl was checked"):
        apply(find_inputs(["in.jsonl"], options), options, plan(tables([ad])), Path("out"))


def _full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (streams.Sink, "_flush"),
        (journal.Journal, "add"),
        (journal.Journal, "finish"),
        (shutil, "copyfile"),
        (stage.Stage, "commit"),
        (Path, "rename"),
    ],
)
@pytest.mark.parametrize(
    ("failure", "seen"), [(_full, OutputError), (_interrupted, KeyboardInterrupt)]
)
def test_a_full_disk_or_an_interrupt_leaves_nothing(
    where: object, name: str, failure: Callable[..., None], seen: type[BaseException],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _write("in/a.jsonl", _record("b", BODY))
    _write("in/same.txt", "Title\n\nNothing.\n")
    before = tree(Path())
    monkeypatch.setattr(where, name, failure)
    with pytest.raises(seen, match="no space left" if seen is OutputError else None):
        run_clean(["in"], "new/out", _ads, removed=Path("logs/removed"))
    assert tree(Path()) == before
    assert names() == ["in"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_disk_that_is_really_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _write("in.jsonl", _record("b", BODY))
    monkeypatch.setattr(stage.Stage, "file", lambda self, place: Path("/dev/full"))
    with pytest.raises(OutputError, match="no space left"):
        run_clean(["in.jsonl"], "out.jsonl", _ads)


def test_a_folder_that_may_not_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    _write("in.jsonl", _record("b", BODY))

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    with pytest.raises(OutputError, match=r"out: cannot be written: no permission"):
        run_clean(["in.jsonl"], "out", _ads)


def test_what_would_not_come_back_is_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    _write("in.jsonl", _record("b", BODY))
    add = journal.Journal.add

    def forgetful(self: journal.Journal, edits: list[Edit], removed: list[bytes]) -> None:
        add(self, [edit._replace(removed=edit.removed[:-1]) for edit in edits], removed)

    monkeypatch.setattr(journal.Journal, "add", forgetful)
    with pytest.raises(RuntimeError, match="would not be restored"):
        run_clean(["in.jsonl"], "out", _ads)
    assert names() == ["in.jsonl"]


def test_sums_that_do_not_add_up_are_an_internal_error() -> None:
    with pytest.raises(RuntimeError, match="3 stories in, 2 accounted"):
        Tally(stories_in=3, stories_kept=1, stories_removed=1).check()
    with pytest.raises(RuntimeError, match="3 bytes in"):
        Tally(bytes_in=3, bytes_out=1).check()


def test_records_with_one_id_and_line_are_refused_when_they_come_twice() -> None:
    both = [{"id": "x", "text": BODY}, {"id": "x", "text": BODY}]
    _write("in.json", json.dumps(both))
    ad = finding("BLP301", "x", SAFE_STRIP, span=(18, 31), path="in.json")
    options = InputOptions()
    inputs = find_inputs(["in.json"], options)
    once = plan(tables([ad], [story_row("x", "in.json")]))
    with pytest.raises(MismatchError, match="comes twice"):
        apply(inputs, options, once, Path("out"))
