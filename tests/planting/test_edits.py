"""Edits in every family of scripts: what changes, and that nothing else does."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import Story
from dedup.planting import EDITS, Dice, Draft, drawn, plant
from dedup.planting import edits as e
from dedup.planting.copies import Change
from dedup.text import matching_form
from tests.planting.stories import NEIGHBOUR, STORIES

FORM = matching_form.load()
CASED = ("latin", "cyrillic", "greek")


def draft(script: str) -> Draft:
    return Draft.of(STORIES[script], FORM)


OTHER = Draft.of(NEIGHBOUR, FORM)
SCRIPTS = sorted(STORIES)


def folded(drafted: Draft) -> list[str]:
    """The words as they are compared."""
    return [
        "".join(chr(FORM.folded[ord(ch)]) for ch in drafted.spelled(word)
                if FORM.kind[ord(ch)] != matching_form.DROPPED)
        for word in drafted.words(FORM)
    ]  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_cosmetic_edit_leaves_the_words_that_are_compared(script: str) -> None:
    before = draft(script)
    after = e.cosmetic(before, OTHER, Dice(1, script), FORM)
    assert after is not None
    assert after.paragraphs != before.paragraphs
    assert folded(after) == folded(before)


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize(("edit", "most"), [(e.few_typos, 0.02), (e.many_typos, 0.05)])
def test_typos_touch_so_many_words_and_no_number(script: str, edit: Change, most: float) -> None:
    before = draft(script)
    words = len(before.words(FORM))
    after = edit(before, OTHER, Dice(3, script), FORM)
    if after is None:
        assert int(words * most) == 0
        return
    old, new = before.whole, after.whole
    steps = SequenceMatcher(None, folded(before), folded(after), autojunk=False).get_opcodes()
    changed = sum(max(a2 - a1, b2 - b1) for step, a1, a2, b1, b2 in steps if step != "equal")
    assert 0 < changed <= int(most * words)
    assert sorted(re.findall(r"\d+", new)) == sorted(re.findall(r"\d+", old))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_changed_number_changes_one_number_in_its_own_digits(script: str) -> None:
    before = draft(script)
    after = e.changed_number(before, OTHER, Dice(5, script), FORM)
    assert after is not None
    digits = re.compile(r"\d+")
    old, new = digits.findall("\n".join(before.paragraphs)), digits.findall(after.whole)
    assert digits.sub("#", after.whole) == digits.sub("#", "\n\n".join(before.paragraphs))
    assert len({a for a, b in zip(old, new, strict=True) if a != b}) == 1
    assert all(a.isascii() == b.isascii() for a, b in zip(old, new, strict=True))
    assert [int(a) for a in old] != [int(b) for b in new]


@pytest.mark.parametrize("script", SCRIPTS)
def test_names_change_where_the_script_has_capitals(script: str) -> None:
    before = draft(script)
    after = e.changed_name(before, OTHER, Dice(7, script), FORM)
    assert (after is not None) == (script in CASED)
    if after is not None:
        gone = set(folded(before)) - set(folded(after))
        come = set(folded(after)) - set(folded(before))
        assert (len(gone), len(come)) == (1, 1)


@pytest.mark.parametrize("script", SCRIPTS)
def test_reordering_keeps_the_lead_and_every_paragraph(script: str) -> None:
    before = draft(script)
    after = e.reordered(before, OTHER, Dice(9, script), FORM)
    assert after is not None
    assert after.paragraphs[0] == before.paragraphs[0]
    assert after.paragraphs != before.paragraphs
    assert sorted(after.paragraphs) == sorted(before.paragraphs)


@pytest.mark.parametrize("script", SCRIPTS)
def test_cuts_keep_a_beginning(script: str) -> None:
    before = draft(script)
    for edit in (e.cut, e.brief):
        after = edit(before, OTHER, Dice(1, script), FORM)
        assert after is not None
        kept = len(after.paragraphs)
        assert 0 < kept < len(before.paragraphs)
        assert after.paragraphs == before.paragraphs[:kept]
    told = e.brief(before, OTHER, Dice(1, script), FORM)
    assert told is not None
    assert told.paragraphs == before.paragraphs[:2]


@pytest.mark.parametrize("script", SCRIPTS)
def test_additions_leave_the_story_whole(script: str) -> None:
    before = draft(script)
    led = e.local_lead(before, OTHER, Dice(1, script), FORM)
    footed = e.new_footer(before, OTHER, Dice(1, script), FORM)
    assert led is not None
    assert footed is not None
    assert led.paragraphs == (OTHER.paragraphs[0], *before.paragraphs)
    assert footed.paragraphs == (*before.paragraphs, e.FOOTER)


def test_a_headline_goes_from_the_title_and_from_the_text() -> None:
    told = Draft.of(Story("a", "Head\n\nBody of it.", "Head"), FORM)
    after = e.headline_cut(told, OTHER, Dice(1, "a"), FORM)
    assert after is not None
    assert (after.title, after.paragraphs) == ("", ("Body of it.",))
    assert e.headline_cut(Draft.of(Story("a", "Body."), FORM), OTHER, Dice(1, "a"), FORM) is None


@pytest.mark.parametrize("text", ["", "One.", "One.\n\nTwo.", "....", "\n\n"])
def test_a_story_too_small_for_an_edit_is_left_alone(text: str) -> None:
    small = Draft.of(Story("a", text), FORM)
    for edit in (e.cut, e.brief, e.few_typos, e.local_lead, e.changed_name, e.changed_number):
        assert edit(small, OTHER, Dice(1, "a"), FORM) is None


def test_edits_take_turns_and_every_copy_differs_but_the_exact_one() -> None:
    drafts = [Draft.of(Story(f"{script}{n}", story.text, "Title"), FORM)
              for n in range(6) for script, story in STORIES.items()]  # fmt: skip
    copies = plant(drafts, 1, FORM)
    assert {copy.edit for copy in copies} == {edit.name for edit in EDITS}
    by_id = {draft.story_id: draft for draft in drafts}
    for copy in copies:
        origin = by_id[copy.original]
        same = (copy.draft.title, copy.draft.paragraphs) == (origin.title, origin.paragraphs)
        assert same == (copy.edit == "exact")


def test_the_same_seed_plants_the_same_and_another_seed_does_not() -> None:
    drafts = [draft(script) for script in SCRIPTS]
    assert plant(drafts, 1, FORM) == plant(drafts, 1, FORM)
    assert plant(drafts, 1, FORM) != plant(drafts, 2, FORM)


@given(st.sets(st.text(max_size=4), max_size=20), st.integers(1, 9), st.integers(0, 3))
def test_a_sample_depends_on_the_names_alone(names: set[str], count: int, seed: int) -> None:
    def sample(given: list[str], size: int) -> list[str]:
        return drawn(given, str, size, [seed])[seed]

    every = sample(sorted(names), 99)
    assert sorted(every) == sorted(names)
    for order in (sorted(names), sorted(names, reverse=True), sorted(names) * 2):
        assert sample(order, count) == every[:count]


def test_each_seed_draws_a_sample_of_its_own() -> None:
    found = drawn(range(1000), str, 50, [1, 2])
    assert [len(set(sample)) for sample in found.values()] == [50, 50]
    assert found[1] != found[2]
    assert drawn(range(1000), str, 50, [2])[2] == found[2]


@given(st.lists(st.integers(), max_size=12), st.integers(0, 15), st.text(max_size=3))
def test_dice_choose_and_shuffle_without_losing_anything(
    items: list[int], count: int, name: str
) -> None:
    assert sorted(Dice(1, name).shuffled(items)) == sorted(items)
    chosen = Dice(1, name).sample(range(len(items)), count)
    assert chosen == sorted(set(chosen))
    assert len(chosen) == min(count, len(items))


def test_dice_reach_every_choice() -> None:
    dice = Dice(1, "all")
    assert {dice.below(6) for _ in range(200)} == set(range(6))
