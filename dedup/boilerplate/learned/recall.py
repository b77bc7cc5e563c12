"""Paragraphs that fit what was learned before, from the hashes of their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dedup.boilerplate.learned.file import Stored
from dedup.boilerplate.learned.learned import LINE
from dedup.boilerplate.learned.templates import LONGEST, hashes
from dedup.kernels.reference import I64, U32
from dedup.text.matching_form import MatchingForm


def recalled(
    entries: Sequence[Stored],
    tokens: U32,
    token_start: I64,
    words: I64,
    outlets: Mapping[str, I64],
    form: MatchingForm,
) -> Iterator[I64]:
    """For each entry the paragraphs that fit it, ascending.

    ``outlets`` are the paragraphs of each outlet that are still free; an entry of another outlet
    fits none. A line must have the same words, a template the words before and behind its slot.
    """
    none = np.empty(0, np.int64)
    for entry in entries:
        rows = outlets.get(entry.outlet, none)
        before, behind = (hashes([text], form)[0] for text in (entry.before, entry.behind))
        size = len(before) + len(behind)
        if not size:
            yield none
            continue
        if entry.rule == LINE:
            rows = rows[words[rows] == size]
        else:
            rows = rows[(words[rows] >= size) & (words[rows] <= max(LONGEST, size))]
        for place, token in enumerate(before.tolist()):
            rows = rows[tokens[token_start[rows] + place] == token]
        for place, token in enumerate(behind[::-1].tolist(), 1):
            rows = rows[tokens[token_start[rows] + words[rows] - place] == token]
        yield rows
