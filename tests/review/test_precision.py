"""Precision against tables computed by hand, and intervals against SciPy's."""

from __future__ import annotations

import pytest
from scipy import stats as oracle

from dedup.evaluation import wilson
from dedup.review import Label, draw, evaluation
from dedup.review.claims import Claim, Key
from dedup.review.precision import by_rule, precision, reached, weighed
from dedup.settings import Settings
from tests.review.made import a_claim

Answers = dict[Key, Label]


def answers(claims: list[Claim], given: str) -> Answers:
    words = {"y": "yes", "v": "version", "n": "no", "u": "unsure"}
    return {
        claim.question.key: Label(claim.question.asks, claim.question.content, words[key])
        for claim, key in zip(claims, given, strict=False)
        if key != "-"
    }


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (1, 1), (3, 10), (49, 50), (500, 1000)])
def test_wilson_is_scipys(hits: int, of: int) -> None:
    expected = oracle.binomtest(hits, of).proportion_ci(0.95, method="wilson")
    assert wilson(hits / of, of) == pytest.approx((expected.low, expected.high), abs=6e-5)


def test_with_equal_weights_it_is_the_plain_share() -> None:
    claims = [a_claim("BLP301", str(i)) for i in range(40)]
    (row,) = by_rule(claims, answers(claims, "yyyyyyyyynu"))
    expected = oracle.binomtest(9, 10).proportion_ci(0.95, method="wilson")
    assert (row.claims, row.right, row.wrong, row.unsure, row.covered) == (40, 9, 1, 1, 1.0)
    assert row.precision is not None
    assert row.precision.share == 0.9
    assert row.precision[1:] == pytest.approx((expected.low, expected.high), abs=6e-5)


def test_near_ones_that_were_asked_more_often_count_for_less() -> None:
    # 10 near, 5 answered, 2 right: each stands for 2. 90 far, 10 answered, 9 right: each for 9.
    near = [a_claim("DUP102", f"n{i}", 0.72, near=True) for i in range(10)]
    far = [a_claim("DUP102", f"f{i}", 0.95) for i in range(90)]
    given = answers(near, "yynnn") | answers(far, "yyyyyyyyyn")
    (row,) = by_rule([*near, *far], given)
    assert row.precision is not None
    assert row.precision.share == 0.85  # (2·2 + 9·9) / 100
    # Kish: (5·2 + 10·9)² / (5·4 + 10·81) = 10000 / 830
    assert row.precision[1:] == wilson(0.85, 10000 / 830)
    assert (row.right, row.wrong) == (11, 4)


def test_it_says_for_how_many_it_speaks() -> None:
    near = [a_claim("DUP102", f"n{i}", 0.72, near=True) for i in range(10)]
    far = [a_claim("DUP102", f"f{i}", 0.95) for i in range(30)]
    (row,) = by_rule([*near, *far], answers(near, "yn"))
    assert row.covered == 0.25
    assert row.precision is not None
    assert row.precision.share == 0.5


def test_what_is_right_depends_on_the_rule() -> None:
    claims = [a_claim("DUP102", "a"), a_claim("DUP104", "b"), a_claim("DUP105", "c")]
    for given, expected in (("yvn", [1, 1, 1]), ("vny", [0, 0, 0]), ("nyv", [0, 0, 0])):
        assert [row.right for row in by_rule(claims, answers(claims, given))] == expected


def test_pairs_below_the_threshold_are_no_findings_of_the_rule() -> None:
    below = [a_claim("DUP102", f"b{i}", 0.65, near=True, found=False) for i in range(5)]
    claims = [*below, a_claim("DUP102", "found", 0.8)]
    (row,) = by_rule(claims, answers(claims, "nnnnny"))
    assert (row.claims, row.right, row.wrong) == (1, 1, 0)


def test_nothing_answered_is_no_precision() -> None:
    claims = [a_claim("BLP301", "a")]
    (row,) = by_rule(claims, answers(claims, "u"))
    assert (row.precision, row.unsure, row.covered) == (None, 1, 0.0)


SCORES = (0.95, 0.93, 0.91, 0.90, 0.88, 0.86, 0.84, 0.82, 0.66, 0.64)


def scored(given: str) -> tuple[list[Claim], Answers]:
    claims = [a_claim("DUP102", f"{s}", s, near=s < 0.7, found=s >= 0.7) for s in SCORES]
    return claims, answers(claims, given)


def test_the_threshold_that_would_reach_a_precision() -> None:
    claims, given = scored("yyyyyynnnn")
    found = reached("DUP102", claims, given, Settings(), 0.8)
    # Down to 0.84 six of seven are right (0.857), down to 0.82 six of eight (0.75).
    assert (found.setting, found.now, found.by_estimate) == ("threshold", 0.7, 0.84)
    # Six of six: Wilson's lower end is 0.61; no answers reach 0.8 surely.
    assert found.surely is None
    assert reached("DUP102", claims, given, Settings(), 0.6).surely == 0.86


def test_a_lower_threshold_is_named_where_pairs_below_are_right() -> None:
    claims, given = scored("yyyyyyyyyy")
    assert reached("DUP102", claims, given, Settings(), 0.95).by_estimate == 0.64


def test_no_threshold_rests_on_a_handful() -> None:
    claims, given = scored("yynnnn----")
    assert reached("DUP102", claims, given, Settings(), 0.9).by_estimate is None


def test_equal_scores_come_in_together() -> None:
    claims = [a_claim("PAR204", str(i), 0.85) for i in range(6)]
    found = reached("PAR204", claims, answers(claims, "yyyyyn"), Settings(), 0.9)
    assert (found.setting, found.by_estimate) == ("near-paragraph", None)


def test_the_tables_name_labels_that_are_not_of_this_run() -> None:
    claims, given = scored("yyyyyyyyyy")
    given[("pair", "x", "y")] = Label("pair", ("x", "y"), "yes")
    found = evaluation(claims, given, Settings(), 0.95)
    assert found.title == "Review: 10 questions of this run answered, 1 of other runs or settings"
    assert found.tables[0].rows[0][:5] == ("DUP102", 8, 8, 0, 0)
    assert found.tables[1].rows == (("DUP102", "threshold", 0.7, 0.64, None, 10),)


def test_weights_sum_to_what_they_stand_for() -> None:
    claims, given = scored("yn-y--n-y-")
    found = weighed(claims, given)
    assert sum(one.weight for one in found) == pytest.approx(10)
    assert precision([]) is None


def test_a_real_sample_hits_the_truth_and_its_interval_covers_it() -> None:
    # 60 near claims of which 40 are right, 340 far of which 330 are: 370 of 400.
    near = [a_claim("DUP102", f"n{i}", 0.72, near=True) for i in range(60)]
    far = [a_claim("DUP102", f"f{i}", 0.95) for i in range(340)]
    right = {claim.question.key for claim in (*near[:40], *far[:330])}
    shares, covered, naive = [], 0, []
    for seed in range(150):
        drawn = [one.question for one in draw([*near, *far], 80, seed)]
        given = {q.key: Label(q.asks, q.content, "yes" if q.key in right else "no") for q in drawn}
        (row,) = by_rule([*near, *far], given)
        assert row.precision is not None
        shares.append(row.precision.share)
        naive.append(row.right / 80)
        covered += row.precision.low <= 0.925 <= row.precision.high
    # The standard error of one sample is about 0.022, of the mean of 150 about 0.002.
    assert sum(shares) / 150 == pytest.approx(0.925, abs=0.006)
    assert sum(naive) / 150 < 0.83
    assert covered >= 140
