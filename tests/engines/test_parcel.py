"""Parcels: what arrives is what was sent, however long it is."""

from __future__ import annotations

from multiprocessing import Pipe

import numpy as np
import pytest

from dedup.engines import parcel
from dedup.engines.parcel import Parcels


class _Stubborn:
    def __reduce__(self) -> str:
        raise ValueError("not to be sent")


def _line() -> tuple[Parcels, Parcels]:
    here, there = Pipe()
    one = Parcels(here)
    return one, one.at(there)


def test_arrays_arrive_as_they_were_and_are_the_receivers_own() -> None:
    here, there = _line()
    numbers = np.arange(300_000)
    here.send(("first", numbers, b"\0" * 100_000))
    name, received, zeros = there.receive()
    there.send(["second"])
    assert here.receive() == ["second"]
    assert (name, zeros) == ("first", b"\0" * 100_000)
    np.testing.assert_array_equal(received, numbers)
    received[0] = 7
    assert numbers[0] == 0


@pytest.mark.parametrize("size", [0, 1, 900, 980, 990, 1000, 1001, 5000])
def test_what_is_too_long_for_the_room_arrives_too(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parcel, "ROOM", 1000)
    here, there = _line()
    for what in (bytes(size), np.zeros(size, np.uint8).tolist(), "x" * size):
        here.send(what)
        assert there.receive() == what


def test_an_error_in_packing_is_raised() -> None:
    here, _ = _line()
    with pytest.raises(ValueError, match="not to be sent"):
        here.send(_Stubborn())


def test_the_end_of_the_other_side_is_told() -> None:
    here, there = _line()
    here._line.close()
    with pytest.raises(EOFError):
        there.receive()
