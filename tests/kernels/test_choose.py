"""Which kernels are used: by name, by environment, by size, and without Numba."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

from dedup.errors import ConfigError, MissingExtra
from dedup.kernels import CROSSOVER, choose


@pytest.fixture
def _no_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if Numba were not installed."""
    find_spec = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "numba" else find_spec(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)


@pytest.mark.parametrize("size", [0, 1, CROSSOVER - 1])
def test_small_inputs_take_the_reference_twins(size: int) -> None:
    assert choose("auto", size).NAME == "reference"


@pytest.mark.parametrize("size", [CROSSOVER, 10 * CROSSOVER])
def test_large_inputs_take_the_compiled_kernels(compiled: ModuleType, size: int) -> None:
    assert choose("auto", size) is compiled


def test_a_name_outweighs_size_and_environment(
    compiled: ModuleType, reference: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEDUP_KERNELS", "reference")
    assert choose("compiled", 0) is compiled
    monkeypatch.setenv("DEDUP_KERNELS", "compiled")
    assert choose("reference", CROSSOVER) is reference


@pytest.mark.parametrize("name", ["compiled", "reference"])
@pytest.mark.parametrize("size", [0, CROSSOVER])
def test_the_environment_outweighs_size(
    name: str, size: int, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernels = request.getfixturevalue(name)
    monkeypatch.setenv("DEDUP_KERNELS", name)

    assert choose("auto", size) is kernels


def test_an_empty_environment_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_KERNELS", "")

    assert choose("auto", 0).NAME == "reference"


def test_an_unknown_name_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match="'fast' is not one of auto, compiled, reference"):
        choose("fast")
    monkeypatch.setenv("DEDUP_KERNELS", "fastest")
    with pytest.raises(ConfigError, match="'fastest' is not one of"):
        choose("auto")


@pytest.mark.usefixtures("_no_numba")
def test_without_numba_compiled_kernels_are_a_missing_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(MissingExtra, match=r"wire-dedup\[fast\]"):
        choose("compiled")
    monkeypatch.setenv("DEDUP_KERNELS", "compiled")
    with pytest.raises(MissingExtra):
        choose("auto", 0)


@pytest.mark.usefixtures("_no_numba")
def test_without_numba_large_inputs_take_the_reference_twins() -> None:
    assert choose("auto", 10 * CROSSOVER).NAME == "reference"
