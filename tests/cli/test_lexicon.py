"""``dedup lexicon``: faults with their place, silence about what is sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.process import Dedup

SOUND = (
    'language = "xx"\n[[entry]]\nid = "webcam"\nrule = "BLP303"\n'
    'patterns = ["Zum Hafenblick"]\nmatch = ["Zum Hafenblick"]\n'
)


def test_sound_files_are_passed_in_silence(run: Dedup, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SOUND, "utf-8")
    (tmp_path / "keep.txt").write_text("# remarks\n\nKeep this.\nAnd this.\n", "utf-8")
    done = run("lexicon", "own.toml", "keep.txt")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("a.toml", SOUND.replace('match = ["Zum', 'match = ["Vom'), "a.toml: xx:webcam: "),
        ("a.toml", SOUND.replace("webcam", "Web Cam"), "lower-case words joined by hyphens"),
        ("a.toml", "language = 3", "a.toml: a lexicon needs"),
        ("a.toml", "\x1b[2J = ", r"a.toml: cannot read this boilerplate lexicon"),
        ("keep.txt", "Keep this.\n\nKEEP  this.\n", "keep.txt:3: this line repeats line 1"),
        ("keep.txt", b"\xff\xfe\x00", "keep.txt: this list of lines is not UTF-8"),
    ],
)
def test_faults_are_told_with_their_place(
    run: Dedup, tmp_path: Path, name: str, text: str | bytes, fault: str
) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    done = run("lexicon", name)
    assert (done.returncode, done.stderr) == (1, "")
    assert fault in done.stdout
    assert "\x1b" not in done.stdout


def test_a_file_that_is_not_there_is_exit_2(run: Dedup) -> None:
    done = run("lexicon", "none.toml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "none.toml: no such file" in done.stderr
