"""The loss budget: what counts, what is too much, and that nothing is written then."""

from __future__ import annotations

import pytest

from dedup.clean import Budget, Key, Loss, Losses, loss_table, losses, plan
from dedup.clean.loss import OUTLET_STORIES, OUTLET_WORDS, SMALLER, STORY_WORDS
from dedup.errors import LossError
from dedup.model import Finding, StoryRow, Tables
from tests.clean.cleaning import SAFE_DROP, SAFE_STRIP, finding

BUDGET = Budget(0.2, 0.6)


def row(name: str, words: int, outlet: str = "Gazette") -> StoryRow:
    return StoryRow(name, outlet, "", "", "a.jsonl", 1, words, None, None, True, None, "", words)


def taken(name: str, words: int, rule: str = "BLP304", start: int = 0) -> Finding:
    made = finding(rule, name, SAFE_STRIP, span=(start, start + 9))
    return made._replace(evidence={"words": words})


def lost(rows: list[StoryRow], *found: Finding, budget: Budget = BUDGET) -> Losses:
    tables = Tables(stories=rows, findings=list(found))
    return losses(tables, plan(tables), budget)


def stories(count: int, words: int, outlet: str = "Gazette") -> list[StoryRow]:
    return [row(f"{outlet}{number}", words, outlet) for number in range(count)]


def test_an_outlet_over_its_budget_stops_a_clean() -> None:
    rows = stories(10, 200)
    takes = [taken(story.story_id, 41) for story in rows]
    found = lost(rows, *takes)
    assert found.over == (Loss("Gazette", 10, 2000, 410, (("BLP304", 410),)),)
    assert found.outlets == found.over
    with pytest.raises(LossError) as stopped:
        found.check()
    message = str(stopped.value)
    assert "more than 20% of the words of outlet Gazette 20% of 2 000 words (BLP304 410)" in message
    assert "nothing was written" in message
    assert "--ignore BLP304" in message
    assert "--max-loss" in message


def test_a_share_equal_to_the_budget_is_within_it() -> None:
    rows = stories(10, 200)
    found = lost(rows, *(taken(story.story_id, 40) for story in rows))
    found.check()
    assert (found.over, found.outlets[0].share) == ((), 0.2)


def test_a_story_over_its_budget_stops_a_clean_whatever_its_outlet_loses() -> None:
    rows = [*stories(50, 1000), row("paid", STORY_WORDS)]
    found = lost(rows, taken("paid", 45, "BLP304"), taken("paid", 20, "BLP301", start=20))
    assert found.over == ()
    assert [loss.name for loss in found.stories] == ["paid"]
    assert found.stories[0].rules == (("BLP304", 45), ("BLP301", 20))
    with pytest.raises(LossError, match="words of story paid 65% of 100 words"):
        found.check()


@pytest.mark.parametrize(("words", "gone"), [(STORY_WORDS - 1, 90), (STORY_WORDS, 60)])
def test_a_brief_or_a_modest_loss_stops_nothing(words: int, gone: int) -> None:
    lost([*stories(50, 1000), row("brief", words)], taken("brief", gone)).check()


def test_a_page_of_furniture_alone_is_counted_and_stops_nothing() -> None:
    found = lost([*stories(50, 1000), row("form", 300)], taken("form", 300))
    found.check()
    assert (found.emptied, found.outlets[0].emptied, found.stories) == (1, 1, ())


def test_what_stays_elsewhere_is_no_loss() -> None:
    rows = stories(OUTLET_STORIES + 1, 1000)
    copy, twice = rows[0].story_id, rows[1].story_id
    drop = finding("DUP101", copy, SAFE_DROP, kept_id=rows[2].story_id)
    found = lost(rows, drop, taken(copy, 900), taken(twice, 700, "PAR201"),
                 taken(twice, 30, start=20))  # fmt: skip
    (loss,) = found.outlets
    assert (loss.stories, loss.words, loss.lost) == (OUTLET_STORIES, 4300, 30)
    found.check()


def test_the_words_that_stay_once_make_the_whole_smaller() -> None:
    found = lost([row("s", 300)], taken("s", 200, "PAR201"), taken("s", 61, start=20))
    assert [(loss.words, loss.lost) for loss in found.stories] == [(100, 61)]


@pytest.mark.parametrize(
    ("count", "words"), [(OUTLET_STORIES - 1, OUTLET_WORDS), (OUTLET_STORIES, 199)]
)
def test_a_small_outlet_has_no_budget_of_its_own(count: int, words: int) -> None:
    rows = stories(count, words)
    found = lost(rows, *(taken(story.story_id, words // 2) for story in rows))
    assert found.over == ()


def test_small_outlets_are_judged_together() -> None:
    rows = [made for number in range(10) for made in stories(1, 200, f"o{number}")]
    found = lost(rows, *(taken(story.story_id, 50) for story in rows))
    assert [(loss.name, loss.stories, loss.words) for loss in found.over] == [(SMALLER, 10, 2000)]
    assert len(found.outlets) == 10


def test_a_corpus_that_a_rule_would_empty_is_not_emptied() -> None:
    rows = stories(20, 60)
    found = lost(rows, *(taken(story.story_id, 60, "BLP303") for story in rows))
    assert found.emptied == 20
    with pytest.raises(LossError, match="100% of 1 200 words"):
        found.check()


def test_a_budget_of_one_allows_everything() -> None:
    rows = stories(20, 200)
    takes = [taken(story.story_id, 190) for story in rows]
    lost(rows, *takes, budget=Budget(1.0, 1.0)).check()


def test_rules_on_one_paragraph_count_its_words_once() -> None:
    found = lost([row("s", 300)], taken("s", 50, "BLP302"), taken("s", 50, "BLP304"))
    assert found.outlets[0].rules == (("BLP302", 50),)


def test_the_worst_come_first_and_a_message_stays_short() -> None:
    rows = [made for number in range(9) for made in stories(5, 400, f"o{number}")]
    takes = [taken(s.story_id, 100 + 10 * int(s.source[1])) for s in rows]
    found = lost(rows, *takes)
    assert [loss.name for loss in found.over] == [f"o{number}" for number in range(8, -1, -1)]
    assert "outlet o8 " in found.message()
    assert "and 6 more" in found.message()
    assert "o1" not in found.message()


def test_the_table_escapes_names_and_marks_what_is_over() -> None:
    rows = [*stories(5, 400, "a\x1b[31m\u202eb"), *stories(5, 400, ""), *stories(1, 5, "tiny")]
    lines = list(
        loss_table(lost(rows, *(taken(s.story_id, 100) for s in rows[:5]), taken("0", 40)))
    )
    assert lines == [
        "share  words gone  of words  stories  rules       outlet\n",
        "25.0%         500     2 000        5  BLP304:500  a\\x1b[31m\\u202eb  over 20%\n",
        " 2.0%          40     2 000        5  BLP304:40   (none named)\n",
    ]


def test_nothing_lost_is_no_table() -> None:
    assert list(loss_table(lost(stories(3, 100)))) == []
    assert Key("a.jsonl", 1, "x") not in plan(Tables()).strips
