"""The gate of ``dedup check`` as a process: baselines, limits, focus, levels."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.process import OTHER, Dedup

BASELINE = ".dedup-baseline.jsonl"


def new(report: str) -> list[tuple[str, str]]:
    rows = [json.loads(line) for line in report.splitlines()]
    return [(row["rule"], row["story_id"]) for row in rows if row["new"]]


def test_a_feed_is_accepted_and_only_what_is_new_fails(
    run: Dedup, feed: Path, tmp_path: Path
) -> None:
    written = run("check", "feed", "--write-baseline", "--output-format", "json-lines")
    assert (written.returncode, new(written.stdout)) == (0, [])
    assert f"baseline {BASELINE}: 2 added, 0 removed, 2 accepted in all" in written.stderr
    header, *entries = map(json.loads, (tmp_path / BASELINE).read_text().splitlines())
    assert header["format"] == "dedup-baseline"
    assert [(entry["rule"], entry["count"]) for entry in entries] == [("BLP301", 1), ("PAR201", 1)]

    gate = ["check", "feed", "--baseline", BASELINE, "--output-format", "json-lines"]
    again = run(*gate)
    assert (again.returncode, new(again.stdout)) == (0, [])
    assert "2 findings (0 new" in again.stderr
    assert again.stderr.endswith("dedup: gate: passed\n")

    (feed / "wall.txt").rename(feed / "moved.txt")
    (feed / "later.txt").write_text(f"\n\nLate harvest, again\n\n{OTHER}\n", "utf-8")
    joined = run(*gate)
    assert (joined.returncode, new(joined.stdout)) == (1, [("DUP101", "later")])
    assert "gate: max-new: 1 new finding at or above error, 0 allowed" in joined.stderr
    assert run(*gate, "--max-new", "1").returncode == 0


def test_what_is_gone_is_told_and_pruned(run: Dedup, feed: Path, tmp_path: Path) -> None:
    run("check", "feed", "--write-baseline")
    whole = (tmp_path / BASELINE).read_text()
    text = (feed / "wall.txt").read_text("utf-8")
    (feed / "wall.txt").write_text(text.replace("Advertisement", "Scroll to top"), "utf-8")
    gate = ["check", "feed", "--baseline", BASELINE]
    told = run(*gate)
    assert told.returncode == 1
    assert f"note: of what {BASELINE} accepts, 1 findings are gone; --prune-baseline" in told.stderr
    assert (tmp_path / BASELINE).read_text() == whole
    pruned = run(*gate, "--prune-baseline")
    assert pruned.returncode == 1
    assert f"baseline {BASELINE}: 0 added, 1 removed, 1 accepted in all" in pruned.stderr
    assert set((tmp_path / BASELINE).read_text().splitlines()) < set(whole.splitlines())
    kept = run(*gate, "--write-baseline", "--select", "PAR")
    assert f"baseline {BASELINE}: 0 added, 0 removed" in kept.stderr


def test_a_baseline_of_another_scheme_is_refused_until_it_is_written_anew(
    run: Dedup, feed: Path, tmp_path: Path
) -> None:
    run("check", "feed", "--write-baseline")
    fresh = (tmp_path / BASELINE).read_text()
    (tmp_path / BASELINE).write_text(fresh.replace("form-", "form-0"))
    refused = run("check", "feed", "--baseline", BASELINE)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "so every finding would be new: look at `dedup check` without it" in refused.stderr
    assert run("check", "feed", "--baseline", BASELINE, "--write-baseline").returncode == 0
    assert (tmp_path / BASELINE).read_text() == fresh


def test_a_git_reference_is_a_baseline(run: Dedup, feed: Path, tmp_path: Path) -> None:
    for words in (["init", "-q"], ["add", "."],
                  ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qm", "."]):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)  # noqa: S607
    gate = ["check", "feed", "--baseline-from-ref", "HEAD", "--output-format", "json-lines"]
    same = run(*gate)
    assert (same.returncode, new(same.stdout)) == (0, [])
    assert "baseline: 2 accepted, as found at HEAD" in same.stderr
    shutil.copy(feed / "harvest.txt", feed / "later.txt")
    joined = run(*gate)
    assert (joined.returncode, new(joined.stdout)) == (1, [("DUP101", "later")])
    unknown = run("check", "feed", "--baseline-from-ref", "origin/main")
    assert unknown.returncode == 2
    assert "fetch-depth: 0" in unknown.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--baseline", "none"], "none: the baseline cannot be read"),
        (["--prune-baseline"], "--prune-baseline needs --baseline FILE"),
        (["--write-baseline", "--prune-baseline"], "leave out --prune"),
        (["--write-baseline", "--focus", "wall"], "a baseline is of everything"),
        (["--write-baseline", "--limit", "1"], "a baseline is of everything"),
        (["--baseline-from-ref", "HEAD", "--write-baseline"], "a baseline for this run alone"),
        (["--baseline-from-ref", "HEAD"], "not a git repository"),
        (["--baseline", "feed/wall.txt"], "this is no entry of a baseline"),
        (["--write-baseline", "--baseline", "feed/wall.txt"], "this is no entry of a baseline"),
        (["--max-ratio", "many"], "'many' is no share; write 0.2 or 20%"),
        (["--max-new", "-1"], "max-new = -1: must be a whole number from 0"),
        (["--per-source-ignores", "BLP"], "'BLP' is not GLOB:RULES"),
        (["--focus", "sea"], "--focus sea: no story has this id, and no file matches it"),
    ],
)
def test_what_the_gate_cannot_do_is_exit_2_and_one_line(
    run: Dedup, feed: Path, words: list[str], message: str
) -> None:
    before = (feed / "wall.txt").read_bytes()
    done = run("check", "feed", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert (feed / "wall.txt").read_bytes() == before


def test_levels_ignores_and_limits_from_a_file(run: Dedup, feed: Path, tmp_path: Path) -> None:
    record = {"id": "a", "source": "Reuters UK", "dedup_ignore": ["PAR202", "DUP999"],
              "text": f"{OTHER}\n\nAdvertisement\n\nScroll to top"}  # fmt: skip
    (tmp_path / "a.jsonl").write_text(json.dumps(record) + "\n")
    (tmp_path / "keep.txt").write_text("# remark\nAdvertisement\nMore on this\n")
    (tmp_path / "dedup.toml").write_text(
        'ignore-lines = ["keep.txt"]\nmax-ratio = "50%"\n[rules]\nINP905.error-if = 4\n'
        '[per-source-ignores]\n"reuters*" = ["BLP303", "DUP"]\n'
    )
    done = run("check", "a.jsonl", "--output-format", "json-lines")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["path"], row["line"], row["level"], row["message"]) for row in found] == [
        ("dedup.toml", 6, "error",
         "per-source-ignores: nothing of DUP was found in 'reuters*'"),
        ("keep.txt", 3, "error", "no story has this line any more"),
        ("a.jsonl", 1, "error", "dedup_ignore: no rule is called or starts with 'DUP999'"),
        ("a.jsonl", 1, "error", "dedup_ignore: nothing of PAR202 was found here"),
    ]
    assert done.returncode == 1
    assert "gate: max-ratio: 100.0% of the stories have a finding" in done.stderr


def test_a_run_is_judged_at_the_levels_of_now(run: Dedup, feed: Path) -> None:
    run("scan", "feed", "-o", "run", "--config", "rules.BLP301.level=note",
        "--per-source-ignores", "*:DUP104")
    report = ["check", "--run", "run", "--select", "BLP", "-q", "--output-format", "json-lines"]
    now = run(*report)
    assert (now.returncode, json.loads(now.stdout)["level"]) == (1, "error")
    assert run(*report, "--config", "rules.BLP.level=note").returncode == 0
    assert run(*report, "--focus", "harvest").stdout == ""
    lost = run(*report, "--per-source-ignores", "*:PAR")
    assert lost.returncode == 2
    assert "was scanned without DUP104 of '*' (per-source-ignores): scan again" in lost.stderr


def test_a_feed_against_an_archive(run: Dedup, feed: Path, tmp_path: Path) -> None:
    (tmp_path / "today.txt").write_text(f"Again\n\n{OTHER}\n", "utf-8")
    done = run("check", "today.txt", "--against", "feed", "--output-format", "concise")
    assert done.returncode == 1
    assert done.stdout == (
        "today.txt:1:1: DUP101 the same text as harvest (kept: harvest) [safe fix]\n"
    )
    assert "note: compared with 2 archived stories\n" in done.stderr
    assert "1 story · 1 finding" in done.stderr
    run("scan", "feed", "-o", "run")
    refused = run("check", "--run", "run", "--against", "feed")
    assert refused.returncode == 2
    assert "--against needs the texts of both sides" in refused.stderr
