"""Both sets of kernels."""

from __future__ import annotations

from types import ModuleType

import pytest

from dedup.kernels import reference as reference_kernels
from dedup.text import matching_form
from dedup.text.matching_form import MatchingForm
from tests.kernels.both import compiled_kernels


@pytest.fixture(scope="session")
def form() -> MatchingForm:
    """The shipped matching form."""
    return matching_form.load()


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    """The reference twins."""
    return reference_kernels


@pytest.fixture(scope="session")
def compiled() -> ModuleType:
    """The compiled kernels."""
    return compiled_kernels()


@pytest.fixture(scope="session", params=["compiled", "reference"])
def twin(request: pytest.FixtureRequest) -> ModuleType:
    """Each set of kernels in its turn."""
    kernels: ModuleType = request.getfixturevalue(request.param)
    return kernels
