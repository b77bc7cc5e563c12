"""Which findings become actions, and which are held back so that nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from dedup import api
from dedup.clean import NEEDED, Budget, Key, Plan, losses, plan
from dedup.model import Finding, Fix
from dedup.settings import Settings
from dedup.store import read_run
from tests.clean.cleaning import (
    SAFE_DROP,
    SAFE_STRIP,
    UNSAFE_DROP,
    UNSAFE_STRIP,
    finding,
    story_row,
    tables,
)


def _drop(story_id: str, kept_id: str | None, rule: str = "DUP101") -> Finding:
    fix = SAFE_DROP if rule == "DUP101" else UNSAFE_DROP
    return finding(rule, story_id, fix, kept_id=kept_id)


def _strip(rule: str, span: tuple[int, int], fix: Fix = SAFE_STRIP) -> Finding:
    return finding(rule, "s", fix, span=span)


def _kept(made: Plan) -> dict[str, str]:
    return {key.story_id: drop.kept_id for key, drop in made.drops.items()}


def _corpus(*ids: str, findings: list[Finding], unsafe: bool = True) -> Plan:
    return plan(tables(findings, [story_row(story_id) for story_id in ids]), unsafe=unsafe)


def test_safe_fixes_are_the_default() -> None:
    run = tables([_strip("BLP301", (0, 3)), _strip("BLP305", (5, 9), UNSAFE_STRIP)])
    assert [s.rules for s in plan(run).strips[Key("a.jsonl", 1, "s")]] == [("BLP301",)]
    assert len(plan(run, unsafe=True).strips[Key("a.jsonl", 1, "s")]) == 2


def test_only_selected_rules_are_applied() -> None:
    run = tables([_strip("BLP301", (0, 3)), _strip("BLP302", (5, 9))])
    (strips,) = plan(run, select=frozenset({"BLP302"})).strips.values()
    assert [strip.rules for strip in strips] == [("BLP302",)]


def test_findings_without_a_fix_or_a_place_do_nothing() -> None:
    notes = [finding("PAR204", "s", Fix("none", "none"), span=(0, 3)),
             finding("BLP301", "s", SAFE_STRIP)]  # fmt: skip
    assert len(plan(tables(notes), unsafe=True)) == 0


def test_several_rules_on_one_paragraph_make_one_strip() -> None:
    run = tables([_strip("PAR201", (5, 9)), _strip("BLP301", (5, 9)), _strip("BLP302", (0, 3))])
    (strips,) = plan(run).strips.values()
    assert [(s.start, s.end, s.rules) for s in strips] == [
        (0, 3, ("BLP302",)), (5, 9, ("BLP301", "PAR201")),
    ]  # fmt: skip


def test_overlapping_paragraphs_are_joined() -> None:
    (strips,) = plan(tables([_strip("BLP301", (0, 9)), _strip("BLP302", (4, 12))])).strips.values()
    assert [(s.start, s.end) for s in strips] == [(0, 12)]


def test_a_dropped_story_is_not_stripped_too() -> None:
    ad = finding("BLP301", "b", SAFE_STRIP, span=(0, 3))
    made = _corpus("a", "b", findings=[_drop("b", "a"), ad])
    assert _kept(made) == {"b": "a"}
    assert not made.strips


def test_a_chain_of_copies_ends_at_the_story_that_stays() -> None:
    chain = [_drop("c", "b"), _drop("b", "a", "DUP102")]
    assert _kept(_corpus("a", "b", "c", findings=chain)) == {"b": "a", "c": "a"}
    assert _kept(_corpus("a", "b", "c", findings=chain, unsafe=False)) == {"c": "b"}


def test_a_circle_of_copies_stays_and_stands_for_who_names_it() -> None:
    circle = [_drop("a", "b", "DUP104"), _drop("b", "a", "DUP102")]
    outside = [_drop("c", "a"), _drop("d", "c", "DUP103")]
    made = _corpus("a", "b", "c", "d", findings=circle + outside)
    assert _kept(made) == {"c": "a", "d": "a"}
    assert [held.key.story_id for held in made.held] == ["a", "b"]
    # What safe fixes drop goes with unsafe ones too.
    assert _kept(_corpus("a", "b", "c", "d", findings=circle + outside, unsafe=False)) == {"c": "a"}


def test_of_two_circles_each_stays() -> None:
    circles = [_drop("a", "b"), _drop("b", "c"), _drop("c", "a"), _drop("d", "e"), _drop("e", "d")]
    made = _corpus("a", "b", "c", "d", "e", findings=circles)
    assert not made.drops
    assert [held.key.story_id for held in made.held] == ["a", "b", "c", "d", "e"]


def test_a_story_whose_keeper_is_not_there_stays() -> None:
    made = _corpus("b", findings=[_drop("b", "elsewhere")])
    assert not made.drops
    assert made.held[0].reason == "no story that stays would stand for it"
    assert not _corpus("b", findings=[_drop("b", None)]).drops
    assert not _corpus("b", findings=[_drop("b", "b")]).drops


def test_the_safe_rule_decides_and_both_are_named() -> None:
    both = [_drop("b", "x", "DUP102"), _drop("b", "a")]
    (drop,) = _corpus("a", "b", "x", findings=both).drops.values()
    assert (drop.kept_id, drop.rules) == ("a", ("DUP101", "DUP102"))


def test_records_with_one_id_are_told_apart_by_place() -> None:
    rows = [story_row("x", line=1), story_row("x", line=2)]
    copy = finding("DUP101", "x", SAFE_DROP, kept_id="x", line=2)
    assert list(plan(tables([copy], rows)).drops) == [Key("a.jsonl", 2, "x")]


def test_records_that_cannot_be_told_apart_stay() -> None:
    rows = [story_row("x"), story_row("x"), story_row("a")]
    ad = finding("BLP301", "x", SAFE_STRIP, span=(0, 3))
    made = plan(tables([finding("DUP101", "x", SAFE_DROP, kept_id="a"), ad], rows))
    assert len(made) == 0
    assert {held.rule for held in made.held} == {"DUP101", "BLP301"}


def _shared(story_id: str, kept_id: str) -> Finding:
    return finding("PAR203", story_id, UNSAFE_STRIP, span=(0, 9), kept_id=kept_id)


def test_a_shared_paragraph_stays_when_its_other_copy_goes() -> None:
    near = _drop("a", "c", "DUP102")
    made = _corpus("a", "b", "c", findings=[_shared("b", "a"), near])
    assert not made.strips
    assert made.held[0].reason == "the story that holds the other copy goes"


def test_a_shared_paragraph_goes_when_an_identical_story_holds_it() -> None:
    made = _corpus("a", "b", "c", findings=[_shared("b", "a"), _drop("a", "c")])
    assert [key.story_id for key in made.strips] == ["b"]


def test_an_identical_story_does_not_hold_it_when_that_goes_for_a_similar_one() -> None:
    chain = [_shared("b", "a"), _drop("a", "c"), _drop("c", "d", "DUP102")]
    assert not _corpus("a", "b", "c", "d", findings=chain).strips


def test_one_copy_of_a_shared_paragraph_always_stays() -> None:
    made = _corpus("a", "b", findings=[_shared("a", "b"), _shared("b", "a")])
    assert not made.strips
    chain = _corpus("a", "b", "c", findings=[_shared("b", "a"), _shared("c", "b")])
    assert [key.story_id for key in chain.strips] == ["b", "c"]


@pytest.mark.parametrize("unsafe", [False, True])
def test_what_is_needed_of_the_tables_makes_the_same_plan(tmp_path: Path, unsafe: bool) -> None:
    stories = Path(__file__).parents[2] / "data"
    api.record(tmp_path / "run", [str(stories)], Settings())
    whole, lean = read_run(tmp_path / "run"), read_run(tmp_path / "run", NEEDED)

    planned = plan(whole, unsafe=unsafe)

    assert planned.drops
    assert planned.strips
    assert plan(lean, unsafe=unsafe) == planned
    assert losses(lean, planned, Budget()) == losses(whole, planned, Budget())
    assert len(lean.findings) < len(whole.findings)
    assert lean.pairs == []
