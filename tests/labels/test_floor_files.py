"""The file of floors: written, read again, held, and refused when it is about other files."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.errors import ConfigError, InputError, MismatchError
from dedup.evaluation import Figure, SetFloors
from dedup.labels import digest_of, hold
from dedup.labels.floors import FloorFile, read_floors, write_floors

FIGURES = [Figure("recall", 0.9), Figure("weird \"name\" = 1\n", 0.5)]


def held(path: Path, *, raising: bool, digest: str = "sha256:1", name: str = "set") -> list[bool]:
    verdicts = hold(path, name, FIGURES, digest, raising=raising, command="`x`")
    return [verdict.passed for verdict in verdicts]


def test_floors_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    kept = FloorFile({"b": SetFloors("sha256:2", {'"q"': 0.25}), "a.b": SetFloors("", {})}, 0.01)
    write_floors(path, kept, "`make it`")
    assert read_floors(path) == kept
    write_floors(path, read_floors(path), "`make it`")
    assert read_floors(path) == kept


def test_raising_makes_the_file_and_holds_from_then_on(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    assert held(path, raising=True) == [True, True]
    assert read_floors(path).sets["set"].floors["recall"] == 0.898
    assert held(path, raising=False) == [True, True]
    low = [Figure("recall", 0.8)]
    verdicts = hold(path, "set", low, "sha256:1", raising=False, command="`x`")
    assert [verdict.passed for verdict in verdicts] == [False, False]


def test_a_lower_figure_does_not_lower_its_floor(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    held(path, raising=True)
    before = path.read_text("utf-8")
    hold(path, "set", [Figure("recall", 0.1)], "sha256:1", raising=True, command="`x`")
    assert path.read_text("utf-8") == before


def test_other_files_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    held(path, raising=True)
    for raising in (False, True):
        with pytest.raises(MismatchError, match="delete the tables of that set"):
            held(path, raising=raising, digest="sha256:2")


def test_floors_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    with pytest.raises(InputError, match="no such file; --raise-floors makes one"):
        held(path, raising=False)
    held(path, raising=True)
    with pytest.raises(InputError, match=r"no floors for 'other' \(there are: set\)"):
        held(path, raising=False, name="other")


@pytest.mark.parametrize(
    "text",
    ["[", "a = 3", "[a]\nfloors = 1", '[a.floors]\nx = "1"', "margin = 2", "[a]\ndigest = 1"],
)
def test_a_file_that_is_no_file_of_floors_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "floors.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        read_floors(path)


def test_the_digest_follows_names_and_bytes_not_the_order(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    first = digest_of([one, two])
    assert first == digest_of([two, one])
    assert first.startswith("sha256:")
    two.write_bytes(b"3")
    assert digest_of([one, two]) != first
