"""Labelled pages as the columns that features are made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from zlib import crc32

import numpy as np
import numpy.typing as npt

from dedup.boilerplate.furniture.corpora import Page
from dedup.boilerplate.furniture.features import Looks, Stories, looks
from dedup.boilerplate.lexicon import MAX_WORDS
from dedup.boilerplate.nominate import Nominator
from dedup.kernels.reference import I64, U8
from dedup.text.matching_form import MatchingForm

FOLDS, INNER_FOLDS = 5, 4


@dataclass(frozen=True, slots=True)
class Tools:
    """What reading a text takes: tables, the lexicon, kernels of both kinds."""

    classes: U8
    form: MatchingForm
    nominator: Nominator
    kernels: ModuleType
    furniture_kernels: ModuleType


@dataclass(frozen=True, slots=True)
class Examples:
    """Pages as stories. Labels are of all P paragraphs, everything else as its type says."""

    pages: tuple[Page, ...]
    stories: Stories
    looks: Looks
    labels: I64
    fold: I64
    """Of each page, by its outlet."""
    inner: I64
    """The same, split another way, for what is learned inside a fold."""
    page: I64
    """Of each paragraph."""

    def of_asked(self, values: I64) -> I64:
        """Values of paragraphs, for those the model is asked about."""
        return values[self.looks.rows]

    def of_asked_page(self, values: I64) -> I64:
        """Values of pages, for each paragraph the model is asked about."""
        return values[self.page[self.looks.rows]]


def fold_of(outlet: str, folds: int = FOLDS, salt: str = "") -> int:
    """The part of the corpora an outlet is in; a hash, so that it never changes."""
    return crc32(f"{salt}{outlet}".encode()) % folds


def read(pages: Iterable[Page], tools: Tools) -> Examples:
    """The pages as columns; each paragraph is taken as it is, without segmenting."""
    held = tuple(page for page in pages if page.texts)
    encoded = [text.encode("utf-8", "replace") for page in held for text in page.texts]
    sizes = np.array([len(text) for text in encoded], np.int64)
    ends = np.cumsum(sizes)
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    token_first, tokens, poly = tools.kernels.tokenise(buffer, ends - sizes, ends, tools.form)
    words = np.diff(token_first)
    marked, _ = tools.nominator.marks(
        tokens, token_first[:-1], words, MAX_WORDS, encoded.__getitem__
    )
    known = np.zeros(len(encoded), bool)
    known[marked] = True
    counts = [len(page.texts) for page in held]
    stories = Stories(
        buffer=buffer,
        byte_start=ends - sizes,
        byte_end=ends,
        characters=np.array([len(text) for page in held for text in page.texts], np.int64),
        tokens=tokens,
        token_start=token_first[:-1],
        words=words,
        exact=poly,
        first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        marked=known,
    )
    return Examples(
        held,
        stories,
        looks(stories, tools.classes, tools.form, tools.furniture_kernels),
        np.array([label for page in held for label in page.labels], np.int64),
        np.array([fold_of(page.outlet) for page in held], np.int64),
        np.array([fold_of(page.outlet, INNER_FOLDS, "inner ") for page in held], np.int64),
        np.repeat(np.arange(len(held)), counts),
    )


def stories_with(part: Examples, pages: npt.NDArray[np.bool_]) -> I64:
    """In how many of these pages each word stands, by 18 bits of its hash."""
    count = np.zeros(1 << 18, np.int64)
    bounds = np.append(part.stories.token_start, len(part.stories.tokens))[part.stories.first]
    for page in np.flatnonzero(pages).tolist():
        own = part.stories.tokens[bounds[page] : bounds[page + 1]]
        count[np.unique(own >> np.uint32(14))] += 1
    return count
