"""Runs of a few stories spend their time on loading tables; here they are loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from dedup.boilerplate.lexicon import Lexicon
from dedup.text import matching_form


@pytest.fixture(scope="module", autouse=True)
def tables_loaded_once() -> Iterator[None]:
    """Both are immutable, so that runs can share them."""
    load = cache(Lexicon.load)

    def loaded(extra: Sequence[str] = (), keep: Sequence[str] = ()) -> Lexicon:
        return load(tuple(extra), tuple(keep))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching_form, "load", cache(matching_form.load))
        patch.setattr(Lexicon, "load", loaded)
        yield
