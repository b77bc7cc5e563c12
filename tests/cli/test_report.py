"""``dedup report``: one page from a run or from paths, and clear words where that cannot be."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.process import Dedup


@pytest.fixture
def scanned(run: Dedup, corpus: Path) -> Path:
    """A run of the corpus."""
    assert run("scan", corpus.name, "-o", "run").returncode == 0
    return corpus.with_name("run")


def test_a_run_becomes_a_page_that_leads_to_its_tables(
    run: Dedup, scanned: Path, tmp_path: Path
) -> None:
    done = run("report", "run", "-o", "report.html")
    assert (done.returncode, done.stdout) == (0, "")
    said = r"dedup: wrote report\.html, 0\.\d MB; its tables are in run\n"
    assert re.fullmatch(said, done.stderr)
    html = (tmp_path / "report.html").read_text("utf-8")
    links = re.findall(r'<a href="(run/[^"]+)"', html)
    assert len(links) == 6
    assert all((tmp_path / link).is_file() for link in links)
    assert "some metres near the fish market" in html


def test_links_lead_to_the_tables_from_another_folder(
    run: Dedup, scanned: Path, tmp_path: Path
) -> None:
    (tmp_path / "pages of today").mkdir()
    assert run("report", "run", "-o", "pages of today/r.html").returncode == 0
    html = (tmp_path / "pages of today" / "r.html").read_text("utf-8")
    assert '<a href="../run/findings.jsonl"' in html


def test_paths_are_scanned_and_their_tables_kept_beside_the_page(
    run: Dedup, corpus: Path, tmp_path: Path
) -> None:
    assert run("report", corpus.name, "-o", "report.html").returncode == 0
    assert (tmp_path / "report-run" / "findings.jsonl").is_file()
    first = (tmp_path / "report.html").read_bytes()
    assert run("report", corpus.name, "-o", "report.html").returncode == 0
    assert (tmp_path / "report.html").read_bytes() == first


def test_moved_stories_are_found_where_one_says(run: Dedup, scanned: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").rename(tmp_path / "away.jsonl")
    done = run("report", "run", "-o", "r.html")
    assert done.returncode == 0
    assert "are no longer where they were scanned" in done.stderr
    assert "--in PATH" in done.stderr
    (tmp_path / "archive").mkdir()
    shutil.move(tmp_path / "away.jsonl", tmp_path / "archive" / "corpus.jsonl")
    done = run("report", "run", "-o", "r.html", "--in", "archive")
    assert done.returncode == 0


def test_runs_in_parquet_are_reported(run: Dedup, corpus: Path, tmp_path: Path) -> None:
    assert run("scan", corpus.name, "-o", "run", "--table-format", "parquet").returncode == 0
    assert run("report", "run", "-o", "r.html").returncode == 0
    assert '<a href="run/findings.parquet"' in (tmp_path / "r.html").read_text("utf-8")


def test_redacted_pages_show_no_text(run: Dedup, scanned: Path, tmp_path: Path) -> None:
    assert run("report", "run", "-o", "r.html", "--redact").returncode == 0
    html = (tmp_path / "r.html").read_text("utf-8")
    assert "fish market" not in html
    assert "Title a" not in html


def test_a_higher_threshold_follows_from_the_tables(
    run: Dedup, scanned: Path, tmp_path: Path
) -> None:
    assert run("report", "run", "-o", "r.html", "--threshold", "0.99").returncode == 0
    assert "threshold 0.99" in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-o", "r.html"], "name a run, or the PATHS to scan"),
        (["nowhere", "-o", "r.html"], "nowhere"),
        (["corpus.jsonl", "-o", "corpus.jsonl"], "is also an input"),
        (["corpus.jsonl", "-o", "r.html", "--in", "x"], "--in says where the stories of a run are"),
        (["run", "-o", "corpus.jsonl"], "is an input of the run"),
        (["run", "-o", "no/such/r.html"], "the report cannot be written (No such file"),
        (["run", "-o", "run"], "the report cannot be written (Is a directory)"),
    ],
)
def test_what_cannot_be_done_is_said(
    run: Dedup, scanned: Path, corpus: Path, words: list[str], message: str
) -> None:
    before = corpus.read_bytes()
    done = run("report", *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert corpus.read_bytes() == before


def test_a_page_goes_through_a_link_and_into_a_pipe(
    run: Dedup, scanned: Path, tmp_path: Path
) -> None:
    assert run("report", "run", "-o", "page.html").returncode == 0
    (tmp_path / "link.html").symlink_to("page.html")
    assert run("report", "run", "-o", "link.html").returncode == 0
    assert (tmp_path / "link.html").is_symlink()
    piped = run("report", "run", "-o", "/dev/stdout")
    page = (tmp_path / "page.html").read_text("utf-8")
    # Addresses of the tables are those from where the page lies.
    assert len(piped.stdout.splitlines()) == len(page.splitlines())
    assert piped.stdout.splitlines()[-1] == page.splitlines()[-1] == "</html>"
    assert run("report", "run", "-o", "/dev/null").returncode == 0
    assert not Path("/dev/null").is_file()


def test_a_damaged_run_is_refused(run: Dedup, scanned: Path) -> None:
    (scanned / "pairs.jsonl").write_text("", "utf-8")
    done = run("report", "run", "-o", "r.html")
    assert done.returncode == 2
    assert "damaged" in done.stderr


def test_standard_input_is_reported_without_its_texts(run: Dedup, corpus: Path) -> None:
    done = run("report", "-", "--input-format", "jsonl", "-o", "r.html",
               text=corpus.read_text("utf-8"))  # fmt: skip
    assert done.returncode == 0
    assert "no longer where they were scanned" in done.stderr


def test_the_tables_of_a_page_stay_readable(run: Dedup, corpus: Path, tmp_path: Path) -> None:
    assert run("report", corpus.name, "-o", "report.html").returncode == 0
    lines = (tmp_path / "report-run" / "findings.jsonl").read_text("utf-8").splitlines()
    done = run("check", "--run", "report-run", "--output-format", "json-lines")
    assert [json.loads(line)["fingerprint"] for line in lines] == [
        json.loads(line)["fingerprint"] for line in done.stdout.splitlines()
    ]
