"""Reports in files: whole or not at all, and nobody's file but their own."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from dedup import report
from dedup.errors import ConfigError, OutputError
from dedup.report import outputs
from tests.report.samples import SAMPLE, written


def test_every_format_goes_to_its_file(tmp_path: Path) -> None:
    asked = outputs.parse([f"{name}={tmp_path / name}.out" for name in report.FORMATS])
    outputs.write_files(asked, SAMPLE)
    for name in report.FORMATS:
        assert (tmp_path / f"{name}.out").read_bytes() == written(name, SAMPLE).encode()
    assert len(list(tmp_path.iterdir())) == len(report.FORMATS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sarif", "write FORMAT=FILE, such as sarif=dedup.sarif"),
        ("sarif=", "write FORMAT=FILE"),
        ("xml=a", "no format is called 'xml': choose from full, concise, grouped"),
    ],
)
def test_what_is_no_report_is_told(text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        outputs.parse([text])


def test_two_reports_do_not_share_a_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(ConfigError, match="both json and csv are to be written there"):
        outputs.parse([f"json={tmp_path / 'a'}", f"csv={tmp_path / 'link'}"])


def test_a_report_that_fails_leaves_the_file_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.csv"
    path.write_text("of before")

    def fail() -> None:
        with outputs.opened(str(path)) as stream:
            stream.write("half of a rep")
            raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match=r"report\.csv: the report cannot be written \(No space"):
        fail()
    assert path.read_text() == "of before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_keeps_its_mode_and_a_link_its_target(tmp_path: Path) -> None:
    path, link = tmp_path / "report", tmp_path / "link"
    path.write_text("of before")
    path.chmod(0o640)
    link.symlink_to(path)
    with outputs.opened(str(link)) as stream:
        stream.write("new")
    assert link.is_symlink()
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_that_the_user_asks_for(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with outputs.opened(str(tmp_path / "report")) as stream:
            stream.write("new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report").stat().st_mode) == 0o640


@pytest.mark.skipif(os.name == "nt", reason="no pipes with a name")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with outputs.opened(str(pipe)) as stream:
        stream.write("through the pipe")
    reader.join(10)
    assert read == ["through the pipe"]
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["", "none/report", "file/report"])
def test_where_no_file_can_be_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    place = str(tmp_path / name)
    with pytest.raises(OutputError, match="the report cannot be written"), outputs.opened(place):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
