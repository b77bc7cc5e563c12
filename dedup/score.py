"""Scores of candidate pairs: exact Jaccard and containment, TF-IDF cosine, titles, hours apart.

Measured on the stories' content, boilerplate and repeats left out, its paragraphs joined: a
rewrite that cuts the same words into other paragraphs scores 1. (Signatures, which only nominate,
are made paragraph by paragraph.)

Every score is rounded to 4 places, so that the order in which floating-point numbers are summed
cannot show.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from importlib.resources import files
from types import ModuleType
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt

from dedup.fingerprint import Bools, Paragraphs, Trims, content_of
from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.kernels.equal import Sort, sorted_words
from dedup.kernels.reference import I64, U32
from dedup.text.dates import UNKNOWN
from dedup.text.matching_form import MatchingForm

Floats = npt.NDArray[np.float64]

PLACES = 4
PRIOR_STORIES = 1000
"""Weight of the shipped document frequencies, in stories: a feed of ten is scored almost by the
prior alone, a corpus of 100,000 almost by itself."""

LEAD_SKIP, LEAD_WORDS = 20, 160
"""The lead of a story is its words 20 to 180: what comes before is dateline and credit. Of the
pairs of stories that were read for this, nearly all duplicates share three quarters of a lead
and more, nearly all that merely share a block a tenth and less."""

MANY_STORIES = 200_000
"""Stories of a corpus from which scikit-learn weighs terms; the formula here gives the same.

To import it takes 2 to 3 s of processor time (SciPy's statistics and pandas come with it) and 150
MB: a third of what 10,000 stories take and a sixteenth of 100,000, which is lost in the run of a
larger corpus."""

Weigh: TypeAlias = "Callable[[I64, U32, I64, Floats], Floats]"
"""TF-IDF weights of the terms of runs, given where each run begins, the terms, how often each
occurs in its run, and the idf of every bucket of terms."""

_TITLE_WORD = re.compile(r"\w+")


@dataclass(slots=True, eq=False, repr=False)
class Scores:
    """Columns of measured pairs: stories ``a < b``; scores in 0..1; nan hours when unknown."""

    a: I64
    b: I64
    jaccard: Floats
    containment_a: Floats
    containment_b: Floats
    cosine: Floats
    shared_paragraphs: I64
    lead: Floats

    def __len__(self) -> int:
        return len(self.a)

    @classmethod
    def joined(cls, parts: Sequence[Scores]) -> Self:
        """The pairs of several measurements in a row."""
        none, whole = np.empty(0), np.empty(0, np.int64)
        parts = [cls(whole, whole, none, none, none, none, whole, none), *parts]
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))

    def take(self, rows: I64) -> Self:
        """Some of the pairs, or all in another order."""
        return type(self)(*(getattr(self, f.name)[rows] for f in fields(self)))


def measure(
    a: I64,
    b: I64,
    paragraphs: Paragraphs,
    tokens: U32,
    idf: Floats,
    shingle: int,
    min_paragraph_words: int,
    common: Bools,
    trims: Trims,
    weigh: Weigh,
    kernels: ModuleType,
) -> Scores:
    """Measure the pairs of stories ``a[i], b[i]``, whose words are all held at once.

    Parameters
    ----------
    paragraphs : all paragraphs, ordered by story; their tokens lie in ``tokens``.
    idf : weight of each of the 2**TERM_BITS term buckets.
    shingle : words in a shingle of the Jaccard and containment scores.
    min_paragraph_words : a shorter paragraph does not count as shared.
    common : paragraphs that stand in so many stories that they are nobody's lead.
    trims : words at the ends of paragraphs that do not count.
    weigh : see :func:`weigher`.
    """
    used, place = np.unique(np.concatenate([a, b]), return_inverse=True)
    left, right = place[: len(a)], place[len(a) :]
    own, start, words, *_ = content_of(paragraphs, tokens, used, kernels, trims)
    leads = _leads(paragraphs, tokens, used, trims, common, kernels)
    overlaps = _overlaps((own, start, words), leads, left, right, shingle, kernels)
    jaccard, inside_a, inside_b, lead = overlaps
    cosine = _cosine(own, words, left, right, idf, weigh, kernels)
    shared = _shared(paragraphs, min_paragraph_words, used, left, right, kernels)
    return Scores(a, b, jaccard, inside_a, inside_b, cosine, shared, lead)


_Runs = tuple[U32, I64, I64]
"""Tokens, where each story's begin, and how many they are."""


def _overlaps(
    stories: _Runs, leads: _Runs, left: I64, right: I64, shingle: int, kernels: ModuleType
) -> tuple[Floats, Floats, Floats, Floats]:
    """Jaccard, both containments, and how much of a lead stands in the other story."""
    sizes, lead_sizes, shared, lead_left, lead_right = kernels.overlaps(
        *kernels.shingles(*stories, shingle), *kernels.shingles(*leads, shingle), left, right
    )
    lead = np.maximum(
        _ratio(lead_left, lead_sizes[left]), _ratio(lead_right, lead_sizes[right])
    )
    jaccard = _ratio(shared, sizes[left] + sizes[right] - shared)
    return jaccard, _ratio(shared, sizes[left]), _ratio(shared, sizes[right]), lead


def _shared(
    paragraphs: Paragraphs, least: int, used: I64, left: I64, right: I64, kernels: ModuleType
) -> I64:
    """How many paragraphs of ``least`` words and more both stories of a pair have."""
    rows, owner = paragraphs.of(used)
    long = paragraphs.content_at(rows) & (paragraphs.words[rows] >= least)
    runs = kernels.sorted_runs(paragraphs.exact[rows[long]], owner[long], len(used), True)
    result: I64 = kernels.intersections(*runs, left, right)
    return result


def _leads(
    paragraphs: Paragraphs, tokens: U32, used: I64, trims: Trims, common: Bools,
    kernels: ModuleType,
) -> tuple[U32, I64, I64]:  # fmt: skip
    """The lead of each story: tokens, and where they begin and how many they are."""
    own, start, words, *_ = content_of(paragraphs, tokens, used, kernels, trims, common)
    skip = np.where(words >= 2 * LEAD_SKIP, LEAD_SKIP, 0)
    return own, start + skip, np.minimum(words - skip, LEAD_WORDS)


def _ratio(part: I64, whole: I64) -> Floats:
    result: Floats = np.round(part / np.maximum(whole, 1), PLACES)
    return result


def _cosine(
    own: U32, story_words: I64, left: I64, right: I64, idf: Floats, weigh: Weigh,
    kernels: ModuleType,
) -> Floats:  # fmt: skip
    """TF-IDF cosines: sublinear term frequency, L2 norm (scikit-learn's terms)."""
    first, terms, counts = term_counts(own, story_words, kernels.sorted_words)
    dots = kernels.dot_products(first, terms, weigh(first, terms, counts, idf), left, right)
    result: Floats = np.round(np.clip(dots, 0, 1), PLACES)
    return result


def term_counts(
    own: U32, story_words: I64, sort: Sort = sorted_words
) -> tuple[I64, U32, I64]:
    """Sorted distinct term buckets of each story, with how often each occurs."""
    owner = np.repeat(np.arange(len(story_words), dtype=np.uint64), story_words)
    words = (owner << np.uint64(32)) | (own >> np.uint32(32 - c.TERM_BITS))
    words = sort(words)
    begins = np.flatnonzero(np.append(True, words[1:] != words[:-1])) if len(words) else (
        np.empty(0, np.int64)
    )
    counts = np.diff(np.append(begins, len(words)))
    kinds = words[begins]
    per_story = np.bincount((kinds >> np.uint64(32)).astype(np.int64), minlength=len(story_words))
    first = np.concatenate(([0], np.cumsum(per_story))).astype(np.int64)
    return first, (kinds & np.uint64(0xFFFFFFFF)).astype(np.uint32), counts.astype(np.int64)


def weigher(stories: int) -> Weigh:
    """What weighs the terms of a corpus of so many stories."""
    return weights_sklearn if stories >= MANY_STORIES else weights


def weights(first: I64, terms: U32, counts: I64, idf: Floats) -> Floats:
    """TF-IDF weights as ``TfidfTransformer(sublinear_tf=True)`` gives them, without its import."""
    raw = (1 + np.log(counts)) * idf[terms]
    rows = np.repeat(np.arange(len(first) - 1), np.diff(first))
    norm = np.sqrt(np.bincount(rows, weights=raw * raw, minlength=len(first) - 1))
    result: Floats = raw / np.where(norm > 0, norm, 1)[rows]
    return result


def weights_sklearn(first: I64, terms: U32, counts: I64, idf: Floats) -> Floats:
    """TF-IDF weights by scikit-learn, with our blended idf in place of a fitted one."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfTransformer

    shape = (len(first) - 1, 1 << c.TERM_BITS)
    matrix = csr_matrix((counts.astype(np.float64), terms.astype(np.int64), first), shape=shape)
    transformer = TfidfTransformer(sublinear_tf=True)
    transformer.idf_ = idf
    result: Floats = transformer.transform(matrix, copy=False).data
    return result


def blended_idf(frequencies: npt.NDArray[np.int32], stories: int, form: MatchingForm) -> Floats:
    """Smooth idf of each term bucket, the corpus's document frequencies joined by the prior's.

    ``ln((1 + n) / (1 + df)) + 1`` with ``n`` and ``df`` counted over the corpus and
    PRIOR_STORIES stories more, in which words occur as in ``prior.tsv``.
    """
    shares = prior_shares(form)
    known = np.flatnonzero((frequencies > 0) | (shares > 0))  # few of all, in a small corpus
    joined = np.append(0, frequencies[known] + PRIOR_STORIES * shares[known])
    weight = np.log((1 + stories + PRIOR_STORIES) / (1 + joined)) + 1
    result: Floats = np.full(len(frequencies), weight[0])
    result[known] = weight[1:]
    return result


def prior_shares(form: MatchingForm) -> Floats:
    """Share of news stories in which each term bucket occurs, from the shipped table."""
    lines = files("dedup").joinpath("prior.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    encoded = [word.encode() for _, word, _ in rows]
    ends = np.cumsum([len(word) for word in encoded])
    starts = ends - [len(word) for word in encoded]
    buffer = np.frombuffer(b"".join(encoded), np.uint8)
    first, tokens, _ = reference.tokenise(buffer, starts, ends, form)
    one = np.diff(first) == 1
    shares = np.zeros(1 << c.TERM_BITS)
    value = np.array([float(share) for _, _, share in rows])
    np.maximum.at(shares, tokens[first[:-1][one]] >> np.uint32(32 - c.TERM_BITS), value[one])
    return shares


def title_words(title: str) -> frozenset[str]:
    """The different words of a title, case folded."""
    return frozenset(_TITLE_WORD.findall(title.casefold()))


def title_score(one: frozenset[str], two: frozenset[str]) -> float:
    """Jaccard of the words of two titles; 0 when either is empty."""
    union = len(one | two)
    return round(len(one & two) / union, PLACES) if one and two else 0.0


def hours_apart(a: Floats, b: Floats) -> Floats:
    """Hours between publication times, rounded to two places; nan when either is unknown."""
    known = (a != UNKNOWN) & (b != UNKNOWN)
    apart = np.abs(np.where(known, a, np.nan) - np.where(known, b, np.nan))
    # Python rounds the number that is meant, NumPy a hundred times it.
    return np.array([round(hours, 2) for hours in apart.tolist()], np.float64)
