"""The gate itself, and the sets that are measured in seconds, held to their floors."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup.errors import MismatchError
from dedup.evaluation import Figure, SetFloors
from dedup.labels.floors import FloorFile, read_floors
from tests.quality import gate
from tests.quality.sets import SETS, LabelledSet, Measured

QUICK = sorted(name for name, chosen in SETS.items() if chosen.quick)


@pytest.mark.parametrize("name", QUICK)
def test_a_set_holds_its_floors(shared_corpora: Path, name: str) -> None:
    held, _ = gate.measure(name, shared_corpora, read_floors(gate.FLOORS))
    assert held.verdicts
    assert held.fallen == []


def test_every_set_has_floors_and_every_floor_a_set() -> None:
    floors = read_floors(gate.FLOORS).sets
    assert set(floors) == set(SETS)
    assert all(kept.digest and kept.floors for kept in floors.values())


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with one set, whose one figure is the number in its file, and no floors yet."""
    folder = tmp_path / "corpora"
    (folder / "small").mkdir(parents=True)
    (folder / "small" / "README.md").write_text("a description")

    def figure(place: Path) -> Measured:
        return Measured([Figure("recall", 0.8), Figure("F1", 0.1)], [f"lost in {place.name}"])

    monkeypatch.setattr(gate, "SETS", {"small": LabelledSet("small", figure)})
    monkeypatch.setattr(gate, "FLOORS", tmp_path / "floors.toml")
    monkeypatch.setenv("DEDUP_CORPORA", str(folder))
    (folder / "small" / "pairs.csv").write_text("a,b\n")
    return folder


def test_the_gate_raises_holds_and_fails(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate.main([]) == 0
    assert "no floor" in capsys.readouterr().out
    assert gate.main(["--raise"]) == 0
    assert read_floors(gate.FLOORS).sets["small"].floors == {"recall": 0.798}
    assert gate.main([]) == 0
    text = gate.FLOORS.read_text("utf-8").replace("0.798", "0.9")
    gate.FLOORS.write_text(text, "utf-8")
    assert gate.main([]) == 1
    assert "BELOW ITS FLOOR" in capsys.readouterr().out
    assert gate.main(["--raise"]) == 1
    assert read_floors(gate.FLOORS).sets["small"].floors == {"recall": 0.9}
    assert small.is_dir()


def test_other_files_are_refused(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate.main(["--raise"])
    (small / "small" / "README.md").write_text("a better description")
    assert gate.main([]) == 0
    (small / "small" / "pairs.csv").write_text("a,b\nc,d\n")
    assert gate.main([]) == 2
    assert "measured on other files" in capsys.readouterr().err
    with pytest.raises(MismatchError):
        gate.measure("small", small, FloorFile({"small": SetFloors("sha256:0", {})}))


def test_without_the_sets_it_says_where_they_are_looked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("DEDUP_CORPORA", str(tmp_path / "nowhere"))
    assert gate.main([]) == 2
    assert f"{tmp_path / 'nowhere'} is no folder" in capsys.readouterr().err


def test_what_safe_fixes_lose_is_listed_on_request(
    small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert gate.main(["--lost"]) == 0
    assert "lost: lost in small" in capsys.readouterr().out
    assert small.is_dir()
