"""Runs of a few stories spend their time on loading tables; here they are loaded once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from dedup import pipeline, score
from dedup.boilerplate.lexicon import Lexicon
from dedup.boilerplate.nominate import Nominator
from dedup.text import matching_form


@pytest.fixture(scope="module", autouse=True)
def tables_loaded_once() -> Iterator[None]:
    """All of them are immutable, so that runs can share them."""
    form = cache(matching_form.load)
    load, shares = cache(Lexicon.load), cache(lambda: compute_shares(form()))
    nominator = cache(lambda lexicon: Nominator(lexicon, form()))
    compute_shares = score.prior_shares

    def loaded(extra: Sequence[str] = (), keep: Sequence[str] = ()) -> Lexicon:
        return load(tuple(extra), tuple(keep))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching_form, "load", form)
        patch.setattr(Lexicon, "load", loaded)
        patch.setattr(pipeline, "Nominator", lambda lexicon, _form: nominator(lexicon))
        patch.setattr(score, "prior_shares", lambda _form: shares())
        yield
