"""Scores of pairs: the oracle's, with scikit-learn's weights."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer

from dedup import fingerprint, score
from dedup.fingerprint import Segmented, read_through
from dedup.kernels import constants as c
from dedup.kernels import reference
from dedup.model import Story, StoryBatch
from dedup.text import matching_form
from dedup.text.dates import UNKNOWN
from tests.kernels import oracle
from tests.kernels.both import compiled_kernels

FORM = matching_form.load()
FLAT = np.ones(1 << c.TERM_BITS)

_paragraph = st.sampled_from(
    [
        "The mayor opened the bridge on Friday.",
        "The mayor, 61, opened the new bridge on Friday",
        "Nobody was hurt — police said.",
        "No comment. No comment. No comment.",
        "市政府周三宣布，将修建１２座图书馆。",
        "Порт закрыт до четверга, сообщил «Маяк».",
        "قال الوزير ان المدينة استقبلت ١٢ زائرا.",
        "नगर पालिका ने १२ नए पुस्तकालय खोले।",
        "ชาวประมงบอกว่าน้ำขึ้นสูง ๒ เมตร",
        "Short.",
        "…",
    ]
)
_stories = st.lists(st.lists(_paragraph, max_size=4), min_size=2, max_size=5)
quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module", params=["compiled", "reference"])
def twin(request: pytest.FixtureRequest) -> ModuleType:
    """Each set of kernels in its turn."""
    return compiled_kernels() if request.param == "compiled" else reference


def _read(texts: list[str], kernels: ModuleType) -> Segmented:
    batch = StoryBatch.of([Story(str(n), text) for n, text in enumerate(texts)])
    return read_through(batch.text, batch.offsets, batch.body_starts, FORM, kernels)


def _measured(
    texts: list[str], kernels: ModuleType, idf: Any = FLAT, shingle: int = 3, least: int = 4
) -> score.Scores:
    """All pairs of these stories, measured."""
    read = _read(texts, kernels)
    a, b = np.triu_indices(len(texts), 1)
    common = np.zeros(len(read.paragraphs), bool)
    return score.measure(
        a, b, read.paragraphs, read.tokens, idf, shingle, least, common,
        fingerprint.Trims.none(), score.weights_sklearn, kernels,
    )


@quick
@given(_stories, st.integers(1, 6))
def test_every_score_is_that_of_the_oracle(
    twin: ModuleType, stories: list[list[str]], shingle: int
) -> None:
    scores = _measured(["\n\n".join(paragraphs) for paragraphs in stories], twin, FLAT, shingle)
    words = [[w for paragraph in own for w in oracle.words(paragraph)] for own in stories]
    long = [{p for p in map(oracle.words, own) if len(p) >= 4} for own in stories]

    for i, (a, b) in enumerate(zip(scores.a.tolist(), scores.b.tolist(), strict=True)):
        one, two = words[a], words[b]
        assert scores.jaccard[i] == round(oracle.jaccard(one, two, shingle), 4)
        assert scores.containment_a[i] == round(oracle.containment(one, two, shingle), 4)
        assert scores.containment_b[i] == round(oracle.containment(two, one, shingle), 4)
        assert scores.shared_paragraphs[i] == len(long[a] & long[b])
        assert scores.cosine[i] == pytest.approx(_cosine(one, two), abs=1e-4)
        leads = (oracle.containment(_lead(x), y, shingle) for x, y in ((one, two), (two, one)))
        assert scores.lead[i] == round(max(leads), 4)


def _lead(words: list[str]) -> list[str]:
    skip = score.LEAD_SKIP if len(words) >= 2 * score.LEAD_SKIP else 0
    return words[skip : skip + score.LEAD_WORDS]


def _cosine(one: list[str], two: list[str]) -> float:
    """Cosine of ``1 + ln tf`` vectors with every idf equal to one."""
    a, b = ({w: 1 + math.log(n) for w, n in Counter(words).items()} for words in (one, two))
    norms = math.hypot(*a.values()) * math.hypot(*b.values())
    return sum(a[word] * b[word] for word in a.keys() & b.keys()) / norms if norms else 0.0


def test_what_is_left_out_does_not_count(twin: ModuleType) -> None:
    same, more = "one two three four five", "six seven eight nine ten"
    read = _read([f"{same}\n\n{more}", same], twin)
    read.paragraphs.boilerplate[1] = True
    scores = score.measure(
        np.array([0]), np.array([1]), read.paragraphs, read.tokens, FLAT, 3, 4,
        np.zeros(3, bool), fingerprint.Trims.none(), score.weights, twin,
    )  # fmt: skip

    assert (scores.jaccard[0], scores.cosine[0], scores.shared_paragraphs[0]) == (1, 1, 1)


def test_cutting_the_same_words_into_other_paragraphs_scores_one(twin: ModuleType) -> None:
    text = " ".join(f"w{n}" for n in range(40))
    scores = _measured([text, text.replace(" w7 ", " w7\n\n").replace(" w20 ", " w20\n\n")], twin)

    assert (scores.jaccard[0], scores.containment_a[0], scores.cosine[0]) == (1, 1, 1)
    assert scores.shared_paragraphs[0] == 0


def _numbered(name: str, count: int) -> str:
    return " ".join(f"{name}{n}" for n in range(count))


@pytest.mark.parametrize(
    ("one", "other", "lead"),
    [
        ([_numbered("a", 300)], [_numbered("a", 300)], 1.0),
        ([_numbered("a", 20), _numbered("b", 200)], [_numbered("b", 200)], 1.0),
        ([_numbered("a", 200), _numbered("m", 800)], [_numbered("b", 200), _numbered("m", 800)], 0),
        ([_numbered("a", 30)], [_numbered("a", 30), _numbered("b", 900)], 1.0),
        ([_numbered("b", 900), _numbered("a", 30)], [_numbered("a", 30)], 1.0),
    ],
    ids=["same", "dateline", "shared end", "brief first", "brief last"],
)
def test_the_lead_says_where_the_overlap_sits(
    twin: ModuleType, one: list[str], other: list[str], lead: float
) -> None:
    scores = _measured(["\n\n".join(one), "\n\n".join(other)], twin, shingle=5)

    assert scores.lead.tolist() == [lead]


def test_a_paragraph_of_very_many_stories_is_nobodys_lead(twin: ModuleType) -> None:
    menu = _numbered("menu", 300)
    read = _read([f"{menu}\n\n{_numbered('a', 60)}", f"{menu}\n\n{_numbered('b', 60)}"], twin)
    both = np.array([0]), np.array([1]), read.paragraphs, read.tokens, FLAT, 5, 4
    common = np.array([True, False, True, False])

    none = fingerprint.Trims.none()
    assert score.measure(*both, np.zeros(4, bool), none, score.weights, twin).lead.tolist() == [1.0]
    assert score.measure(*both, common, none, score.weights, twin).lead.tolist() == [0.0]


def test_trimmed_words_do_not_count(twin: ModuleType) -> None:
    body = _numbered("w", 40)
    read = _read([f"Rome March five {body} end", f"Oslo {body}\n\nReuter"], twin)
    trims = fingerprint.Trims.of({0: (3, 1), 1: (1, 0), 2: (0, 1)})
    scores = score.measure(
        np.array([0]), np.array([1]), read.paragraphs, read.tokens, FLAT, 5, 4,
        np.zeros(3, bool), trims, score.weights, twin,
    )  # fmt: skip

    assert (scores.jaccard[0], scores.cosine[0], scores.lead[0]) == (1, 1, 1)


@quick
@given(st.dictionaries(st.integers(0, 9), st.tuples(st.integers(1, 5), st.integers(0, 5))))
def test_trims_are_those_of_their_paragraphs(words: dict[int, tuple[int, int]]) -> None:
    head, tail = fingerprint.Trims.of(words).at(np.arange(11))

    assert list(zip(head.tolist(), tail.tolist(), strict=True)) == [
        words.get(paragraph, (0, 0)) for paragraph in range(11)
    ]


def test_stories_without_words_score_nothing(twin: ModuleType) -> None:
    scores = _measured(["", "…", "one two three"], twin)

    for column in (scores.jaccard, scores.containment_a, scores.containment_b, scores.cosine):
        assert column.tolist() == [0, 0, 0]


# TF-IDF


def _counts(seed: int, stories: int, terms: int) -> tuple[Any, Any, Any]:
    """Random term counts as runs: where each story begins, terms, how often each occurs."""
    draw = np.random.default_rng(seed)
    matrix = csr_matrix(draw.poisson(0.4, (stories, terms)))
    matrix.sort_indices()
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.uint32), matrix.data


@pytest.mark.parametrize("seed", range(5))
def test_weights_are_those_of_scikit_learn(seed: int) -> None:
    first, terms, counts = _counts(seed, 30, 400)
    matrix = csr_matrix((counts, terms.astype(np.int64), first), shape=(30, 1 << c.TERM_BITS))
    fitted = TfidfTransformer(sublinear_tf=True).fit(matrix)
    expected = fitted.transform(matrix).data

    for weigh in (score.weights, score.weights_sklearn):
        assert np.allclose(weigh(first, terms, counts, fitted.idf_), expected, rtol=1e-14, atol=0)


@pytest.mark.parametrize("seed", range(5))
def test_cosines_do_not_tell_who_weighed(seed: int) -> None:
    draw = np.random.default_rng(seed)
    words = draw.integers(0, 300, 40)
    own = (draw.zipf(1.3, int(words.sum())) % 4000).astype(np.uint32) << np.uint32(12)
    left, right = np.triu_indices(40, 1)
    idf = draw.random(1 << c.TERM_BITS) * 8 + 1
    few, many = (
        score._cosine(own, words, left, right, idf, weigh, reference)
        for weigh in (score.weights, score.weights_sklearn)
    )
    assert np.array_equal(few, many)


def test_scikit_learn_weighs_large_corpora() -> None:
    assert score.weigher(score.MANY_STORIES - 1) is score.weights
    assert score.weigher(score.MANY_STORIES) is score.weights_sklearn


def test_weights_of_a_story_without_terms_are_none() -> None:
    first, terms, counts = np.array([0, 0, 2, 2]), np.array([1, 5], np.uint32), np.array([1, 3])

    for weigh in (score.weights, score.weights_sklearn):
        weights = weigh(first, terms, counts, FLAT)
        assert weights.shape == (2,)
        assert np.hypot(*weights) == pytest.approx(1)


def test_idf_without_a_prior_would_be_that_of_scikit_learn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The blend is scikit-learn's smooth idf, counted over PRIOR_STORIES stories more."""
    first, terms, counts = _counts(3, 50, 200)
    matrix = csr_matrix((counts, terms.astype(np.int64), first), shape=(50, 1 << c.TERM_BITS))
    frequencies = np.bincount(terms, minlength=1 << c.TERM_BITS).astype(np.int32)

    monkeypatch.setattr(score, "PRIOR_STORIES", 0)
    idf = score.blended_idf(frequencies, 50, FORM)
    assert np.allclose(idf, TfidfTransformer().fit(matrix).idf_, rtol=1e-14, atol=0)


def test_the_prior_is_counted_as_a_thousand_stories() -> None:
    nothing = np.zeros(1 << c.TERM_BITS, np.int32)
    idf = score.blended_idf(nothing, 0, FORM)
    shares = score.prior_shares(FORM)
    common, rare = _bucket("the"), _bucket("zygomorphic")

    assert score.PRIOR_STORIES == 1000
    assert np.allclose(idf, np.log(1001 / (1 + 1000 * shares)) + 1)
    assert shares[common] > 0.5
    assert (shares[rare], idf[rare]) == (0, pytest.approx(math.log(1001) + 1))
    assert 1 <= idf.min() < idf[common] < 2
    assert 0 <= shares.min() <= shares.max() <= 1


@pytest.mark.parametrize("word", ["the", "der", "les", "que", "что", "في", "bir", "katika"])
def test_the_prior_knows_common_words_of_many_languages(word: str) -> None:
    assert score.prior_shares(FORM)[_bucket(word)] >= 0.1


def _bucket(word: str) -> int:
    encoded = np.frombuffer(word.encode(), np.uint8)
    _, tokens, _ = reference.tokenise(encoded, np.array([0]), np.array([len(encoded)]), FORM)
    return int(tokens[0]) >> (32 - c.TERM_BITS)


def test_term_counts_are_counted_by_story(twin: ModuleType) -> None:
    read = _read(["b a b", "", "a c a a"], twin)
    lengths = np.array([3, 0, 4])
    first, terms, counts = score.term_counts(read.tokens, lengths)
    expected = [{_bucket("a"): 1, _bucket("b"): 2}, {}, {_bucket("a"): 3, _bucket("c"): 1}]

    got = [dict(zip(terms[i:j].tolist(), counts[i:j].tolist(), strict=True))
           for i, j in itertools.pairwise(first)]  # fmt: skip
    assert got == expected
    rising = [(np.diff(terms[i:j].astype(int)) > 0).all() for i, j in itertools.pairwise(first)]
    assert all(rising)


# Titles and times


@pytest.mark.parametrize(
    ("a", "b", "value"),
    [
        ("Flood in Velmora", "FLOOD IN VELMORA!", 1.0),
        ("Flood in Velmora", "Fire in Velmora", 0.5),
        ("Flood", "Fire", 0.0),
        ("", "", 0.0),
        ("…", "…", 0.0),
        ("Потоп", "потоп", 1.0),
    ],
)
def test_titles_are_compared_by_their_words(a: str, b: str, value: float) -> None:
    one, two = score.title_words(a), score.title_words(b)
    assert score.title_score(one, two) == score.title_score(two, one) == value


def test_hours_apart() -> None:
    one = np.array([10.0, 7.5, 10.0, UNKNOWN, UNKNOWN, 2.675])
    other = np.array([7.5, 10.0, 10.0, 10.0, UNKNOWN, 0.0])
    found = score.hours_apart(one, other).tolist()

    assert found[:3] == [2.5, 2.5, 0]
    assert np.isnan(found[3:5]).all()
    assert found[5] == round(2.675, 2)



def test_ranges_count_from_each_start() -> None:
    found = fingerprint.ranges(np.array([5, 0, 9]), np.array([2, 0, 3]))
    assert found.tolist() == [5, 6, 9, 10, 11]
    assert fingerprint.ranges(np.empty(0, np.int64), np.empty(0, np.int64)).tolist() == []
