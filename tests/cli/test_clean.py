"""``dedup clean`` and ``dedup restore``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.process import SENTENCE, Dedup


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*") if path.is_file()
    }


def parsed(folder: Path) -> dict[str, list[object]]:
    """The records of every file: the order of an object's keys says nothing."""
    return {
        name: [json.loads(line) for line in raw.splitlines()]
        for name, raw in contents(folder).items()
    }


def test_clean_and_restore(run: Dedup, feed: Path, tmp_path: Path) -> None:
    before = contents(feed)
    done = run("clean", "feed", "-o", "out")
    assert (done.returncode, done.stdout) == (0, "")
    assert "kept 2 of 2 stories · 2 paragraphs taken out" in done.stderr
    cleaned = contents(tmp_path / "out")
    assert set(cleaned) == {"wall.txt", "harvest.txt", "removed.jsonl", "decisions.jsonl"}
    assert cleaned["wall.txt"].count(SENTENCE.encode()) == 1
    assert b"Advertisement" not in cleaned["wall.txt"]
    assert cleaned["harvest.txt"] == before["harvest.txt"]
    assert contents(feed) == before
    back = run("restore", "out", "--decisions", "out/decisions.jsonl", "-o", "back")
    assert back.returncode == 0, back.stderr
    assert contents(tmp_path / "back") == before


def test_what_was_found_for_a_clean_leaves_nothing_behind(
    run: Dedup, feed: Path, tmp_path: Path
) -> None:
    (tmp_path / "temporary").mkdir()
    env = {"TMPDIR": str(tmp_path / "temporary")}
    done = run("clean", "feed", "-o", "out", "--workspace", "there/work", env=env)
    assert done.returncode == 0, done.stderr
    assert [*(tmp_path / "there" / "work").iterdir()] == []
    assert [*(tmp_path / "temporary").iterdir()] == []


def test_a_cleaned_corpus_is_clean(run: Dedup, feed: Path) -> None:
    run("clean", "feed", "-o", "out")
    assert run("check", "out/wall.txt", "out/harvest.txt").returncode == 0


def test_one_file_to_one_file(run: Dedup, corpus: Path, tmp_path: Path) -> None:
    done = run("clean", "corpus.jsonl", "-o", "out.jsonl", "--removed", "gone.jsonl", "-q")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    kept = [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert kept in (["a", "c", "d", "e"], ["b", "c", "d", "e"])
    assert (tmp_path / "gone.jsonl").is_file()
    assert run("restore", "out.jsonl", "-o", "back.jsonl").returncode == 0
    assert (tmp_path / "back.jsonl").read_bytes() == corpus.read_bytes()


def test_standard_input_is_cleaned_like_a_file(run: Dedup, corpus: Path, tmp_path: Path) -> None:
    given = corpus.read_text("utf-8")
    done = run("clean", "-", "--input-format", "jsonl", "-o", "piped.jsonl", text=given)
    assert done.returncode == 0, done.stderr
    run("clean", "corpus.jsonl", "-o", "named.jsonl")
    assert (tmp_path / "piped.jsonl").read_bytes() == (tmp_path / "named.jsonl").read_bytes()
    assert run("restore", "piped.jsonl", "-o", "back.jsonl").returncode == 0
    assert (tmp_path / "back.jsonl").read_text("utf-8") == given


def test_unsafe_takes_near_duplicates_and_briefs_too(
    run: Dedup, corpus: Path, tmp_path: Path
) -> None:
    run("clean", "corpus.jsonl", "-o", "out.jsonl", "--unsafe", "--select", "DUP")
    kept = [json.loads(line)["id"] for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert kept == ["a"]


def test_with_the_findings_of_a_run(run: Dedup, corpus: Path, tmp_path: Path) -> None:
    run("scan", "corpus.jsonl", "-o", "run")
    for number, words in enumerate((["corpus.jsonl"], [])):
        done = run("clean", *words, "--run", "run", "-o", f"out{number}")
        assert done.returncode == 0, done.stderr
    run("clean", "corpus.jsonl", "-o", "direct")
    direct = parsed(tmp_path / "direct")
    assert parsed(tmp_path / "out0") == direct
    assert parsed(tmp_path / "out1") == direct


@pytest.mark.parametrize("words", [["--dry-run"], ["--dry-run", "-o", "out"], ["--diff"]])
def test_nothing_is_written_for_a_look(
    run: Dedup, feed: Path, tmp_path: Path, words: list[str]
) -> None:
    done = run("clean", "feed", *words)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"feed"}
    if "--diff" in words:
        assert "\n-Advertisement\n" in done.stdout
    else:
        assert "would have kept 2 of 2 stories" in done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["feed"], "-o OUT"),
        (["-o", "out"], "name the PATHS"),
        (["feed", "-o", "feed"], "never touched"),
        (["feed", "-o", "feed/in"], "never touched"),
        (["feed", "-o", "full"], "is not empty"),
        (["none", "-o", "out"], "no such file or folder"),
    ],
)
def test_clean_refuses(
    run: Dedup, feed: Path, tmp_path: Path, words: list[str], message: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    done = run("clean", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_restore_refuses_what_was_changed(run: Dedup, feed: Path, tmp_path: Path) -> None:
    run("clean", "feed", "-o", "out")
    with (tmp_path / "out" / "wall.txt").open("a") as stream:
        stream.write("more")
    done = run("restore", "out", "-o", "back")
    assert done.returncode == 2
    assert done.stderr.startswith("dedup: error: ")
    assert not (tmp_path / "back").exists()


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a read-only folder for root")
@pytest.mark.parametrize("words", [["clean", "feed"], ["scan", "feed"], ["check", "feed"]])
def test_a_folder_that_cannot_be_written(
    run: Dedup, feed: Path, words: list[str]
) -> None:
    # Permissions do not stop root; in /proc nobody can make a file.
    done = run(*words, "-o", "/proc/out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("dedup: error: ")
    assert "/proc" in done.stderr
    assert done.stderr.count("\n") == 1


def emptying(folder: Path) -> None:
    """A feed of which a list of its owner takes a third."""
    line = "We read every letter that we get and we print the best of them on Friday morning."
    rows = [
        {"id": f"s{n}", "source": "Gazette", "text": "\n\n".join(
            [*(f"Report {n}, part {m}: {SENTENCE}" for m in range(3)), line, f"{line} {line}"]
        )} for n in range(8)
    ]  # fmt: skip
    (folder / "feed.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "own.txt").write_text(f"{line}\n{line} {line}\n")


OWN = ("--config", 'boilerplate-lexicon=["own.txt"]')


def test_a_clean_that_would_take_too_much_writes_nothing(run: Dedup, tmp_path: Path) -> None:
    emptying(tmp_path)
    stopped = run("clean", "feed.jsonl", "-o", "out", *OWN)
    assert (stopped.returncode, stopped.stdout) == (2, "")
    assert "of the words of outlet Gazette" in stopped.stderr
    assert "BLP303" in stopped.stderr
    assert not (tmp_path / "out").exists()


def test_a_dry_run_shows_the_losses(run: Dedup, tmp_path: Path) -> None:
    emptying(tmp_path)
    shown = run("clean", "feed.jsonl", "--dry-run", *OWN)
    assert shown.returncode == 2
    head, row = shown.stdout.splitlines()[:2]
    assert head.split() == ["share", "words", "gone", "of", "words", "stories", "rules", "outlet"]
    assert "BLP303:" in row
    assert row.endswith("Gazette  over 20%")


@pytest.mark.parametrize("from_run", [False, True])
def test_a_larger_budget_lets_it_pass(run: Dedup, tmp_path: Path, from_run: bool) -> None:
    emptying(tmp_path)
    paths = ["feed.jsonl", *OWN]
    if from_run:
        assert run("scan", "feed.jsonl", "-o", "run", *OWN).returncode == 0
        assert run("clean", "feed.jsonl", "--run", "run", "-o", "out").returncode == 2
        paths = ["--run", "run"]
    done = run("clean", *paths, "-o", "out", "--max-loss", "outlet=1", "--max-loss", "story=100%")
    assert done.returncode == 0, done.stderr
    header = json.loads((tmp_path / "out/decisions.jsonl").read_text("utf-8").splitlines()[0])
    (loss,) = header["losses"]
    assert (loss["outlet"], loss["stories"]) == ("Gazette", 8)
    assert set(loss["rules"]) == {"BLP303"}
    assert 0.2 < loss["lost"] / loss["words"] < 1


def test_a_budget_that_is_no_share_is_refused(run: Dedup, feed: Path) -> None:
    done = run("clean", "feed", "-o", "out", "--max-loss", "outlet=1.5")
    assert done.returncode == 2
    assert "'1.5' is no share; write 0.2 or 20%" in done.stderr
