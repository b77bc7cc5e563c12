"""What is asked: a sample that is the same for the same seed, and fair within each part."""

from __future__ import annotations

from collections import Counter

from dedup.model import Tables
from dedup.review import claims, draw
from dedup.review.claims import ASKS, THRESHOLDS, Claim
from dedup.rules import RULES
from dedup.settings import Settings
from tests.review.made import a_claim, a_pair


def many() -> list[Claim]:
    near = [a_claim("DUP102", f"n{i}", 0.72, near=True) for i in range(20)]
    below = [a_claim("DUP102", f"b{i}", 0.65, near=True, found=False) for i in range(20)]
    far = [a_claim("DUP102", f"f{i}", 0.95) for i in range(200)]
    return [*near, *below, *far, *(a_claim("BLP301", f"l{i}") for i in range(3))]


def names(size: int, seed: int = 1, given: list[Claim] | None = None) -> list[str]:
    return [one.question.content[0] for one in draw(given or many(), size, seed)]


def test_the_same_seed_draws_the_same_from_any_order() -> None:
    assert names(60) == names(60, given=many()[::-1])
    assert names(60) != names(60, seed=2)


def test_a_larger_sample_begins_with_the_smaller() -> None:
    assert names(80)[:30] == names(30)


def test_rules_take_turns_and_every_question_comes_once() -> None:
    drawn = draw(many(), 1000, 1)
    assert [one.rule for one in drawn[:6]] == ["BLP301", "DUP102"] * 3
    assert len({one.question.key for one in drawn}) == len(drawn) == 243


def test_near_the_threshold_and_at_random_take_turns() -> None:
    drawn = [one for one in draw(many(), 45, 1) if one.rule == "DUP102"]
    assert [one.part for one in drawn[:4]] == ["near", "random"] * 2
    kinds = Counter(one.question.content[0][0] for one in drawn if one.part == "random")
    assert kinds["b"] == 0
    assert kinds["f"] > kinds["n"]


def test_every_far_claim_is_drawn_about_as_often_as_another() -> None:
    drawn = Counter(name for seed in range(200) for name in names(40, seed) if name[0] == "f")
    mean = drawn.total() / 200
    assert len(drawn) == 200
    # Poisson with a mean near 15: beyond 3.5 standard deviations one of 200 is a rarity.
    assert max(abs(count - mean) for count in drawn.values()) < 4 * mean**0.5


def test_every_rule_about_what_stories_say_is_asked_about() -> None:
    left_out = {"DUP106", "BLP321", "BLP322"}  # sizes and files
    assert set(ASKS) == {code for code in RULES if not code.startswith("INP")} - left_out
    assert set(THRESHOLDS) <= set(ASKS)
    assert all(hasattr(Settings(), name) for name in THRESHOLDS.values())


def test_pairs_that_only_lack_the_threshold_are_claims() -> None:
    import tests.review.made as made
    from dedup import api

    tables = api.check([made._record(str(i), [made.BODY.format(i)]) for i in range(4)]).tables
    finding = a_claim("DUP102", "0").finding
    assert finding is not None
    given = Tables(
        stories=tables.stories,
        pairs=[a_pair("0", "1", "update", "rewritten", 0.65),
               a_pair("0", "2", "update", "rewritten", 0.55),
               a_pair("1", "2", "update", "facts-changed", 0.65)],
        findings=[finding._replace(related=("3",), score=0.75, evidence={"decided_by": "threshold"},
                                   path=tables.stories[0].path, line=tables.stories[0].line)],
    )  # fmt: skip
    found = claims(given, Settings(threshold=0.7))
    assert sorted((claim.finding is None, claim.score, claim.near) for claim in found) == [
        (False, 0.75, True), (True, 0.65, True)
    ]  # fmt: skip
