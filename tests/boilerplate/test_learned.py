"""Lines and templates learned from repetition: what is furniture, and what only repeats."""

from __future__ import annotations

import pytest

from dedup import learning
from dedup.boilerplate.learned import templates
from dedup.model import Story, Tables
from tests.boilerplate.outlet import body, stories
from tests.stages.kit import found, run, words

BOX = "Jane Roe is a syndicated columnist of the Ledger and the author of two books on ferries."
"""A line that no lexicon knows."""

OTHERS = stories(count=140, first=100)
"""So much of the outlet that does not carry a line."""


def learned(tables: Tables) -> dict[str, str]:
    """Learned lines and templates with their rules."""
    return {row.template: row.rule for row in tables.templates}


@pytest.mark.parametrize(
    "line",
    [
        BOX,
        "Get the Ledger delivered to your inbox each morning. Sign up for our newsletter today!",
        "Schreiben Sie uns: Wir freuen uns über Ihre Leser-Mail und Kommentare zum Newsletter.",
        "Inscrivez-vous à notre lettre : cliquez et partagez cet article avec vos amis.",
        "Подпишитесь на нашу рассылку «Вечер» и читайте новости каждый день здесь.",
        "اشترك في النشرة البريدية للصحيفة وتابعنا على فيسبوك",
        "हमारे न्यूज़लेटर को सब्सक्राइब करें और ऐप डाउनलोड करें",
        "扫码关注本报微信，订阅更多内容",
        "メルマガの購読はこちら、会員登録は無料",
        "สมัครสมาชิกจดหมายข่าวของเรา คลิกที่นี่ทุกเช้า",
    ],
)
def test_furniture_that_an_outlet_repeats_is_learned(line: str, kernels: str) -> None:
    made = stories(line)
    tables = run(*made)
    known = {row.story_id for row in found(tables, "BLP30")}
    rows = found(tables, "BLP311")

    assert {row.story_id for row in rows} | known == {story.story_id for story in made}
    assert all(story.text[row.start : row.end] == line for row in rows
               for story in made if story.story_id == row.story_id)  # fmt: skip


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("What happens next?", 1),
        ("Analysis", 1),
        ("North Carolina", 2),
        ("AMY GOODMAN:", 1),
        ("___", 1),
        ("* * *", 1),
        ("By Jane Roe", 0),
        ("Jane Roe", 0),
        ("Terms were not disclosed.", None),
        ("The ministry said that about four hundred people had been moved to schools.", 1),
        ("“We will not wait any longer for the harbour board to answer our many letters of "
         "complaint, and neither will anyone else here,” the mayor wrote in January.", None),
        ("Что будет дальше", 1),
        ("接下来会发生什么", 1),
        ("लोगों का क्या कहना है", 1),
    ],
)  # fmt: skip
def test_content_that_repeats_is_left_alone(line: str, place: int | None) -> None:
    assert learned(run(*stories(line, count=12, place=place), *OTHERS)) == {}


def test_a_speaker_is_no_furniture_however_often_he_speaks() -> None:
    made = [
        Story(f"s{n}", "\n\n".join(p for line in body(n, 6) for p in ("GUEST HOST:", line)),
              source="Radio", published=f"2024-05-{n + 1:02d}")
        for n in range(6)
    ]  # fmt: skip
    assert learned(run(*made, *stories(outlet="Radio", count=30, first=100))) == {}


def test_the_evidence_is_counted_and_shown() -> None:
    (row,) = run(*stories(BOX, count=5), *stories(count=3, first=5)).templates

    assert (row.rule, row.outlet, row.template) == ("BLP311", "Morning Post", BOX)
    assert (row.stories, row.days, row.occurrences, row.outlets) == (5, 5, 5, 1)
    assert (row.first_seen, row.last_seen) == ("2024-03-01", "2024-03-05")
    assert row.position == "100% tail, always last"
    assert row.share == 1.0
    assert row.examples == (BOX,)
    assert any(reason.startswith("worded as pages are (+") for reason in row.because)


def test_the_finding_names_stories_outlet_and_place() -> None:
    row = found(run(*stories(BOX, count=5)), "BLP311")[0]

    assert row.message == "repeats in 5 stories of Morning Post, 100% tail, always last"
    assert (row.level, row.fix) == ("warning", ("strip", "unsafe"))
    assert row.evidence["stories"] == 5


@pytest.mark.parametrize(("count", "days", "expected"), [(3, 2, 1), (2, 2, 0), (3, 4, 0)])
def test_the_floors_hold(count: int, days: int, expected: int) -> None:
    tables = run(*stories(BOX, count=count), *stories(count=5, first=count),
                 boilerplate_min_days=days)  # fmt: skip
    assert len(tables.templates) == expected


def test_stories_without_dates_need_no_days() -> None:
    assert len(run(*stories(BOX, dated=False)).templates) == 1


def test_copies_are_one_witness() -> None:
    one = stories(BOX, count=1)[0]
    copies = [Story(f"c{n}", one.text, source=one.source, published=f"2024-04-{n + 1:02d}")
              for n in range(6)]  # fmt: skip

    assert run(*copies).templates == []


def test_nothing_is_learned_where_no_outlet_is_named() -> None:
    assert run(*stories(BOX, outlet="")).templates == []


def test_nothing_is_learned_when_that_is_asked_for() -> None:
    tables = run(*stories(BOX), learn=False)

    assert tables.templates == []
    assert found(tables, "BLP31") == []


def test_other_outlets_change_nothing() -> None:
    alone = run(*stories(BOX))
    beside = run(*stories(BOX), *stories("Analysis", outlet="Evening Star"))
    of = [row for row in beside.findings if row.source == "Morning Post"]

    assert beside.templates == alone.templates
    assert of == alone.findings


def test_a_line_the_user_keeps_is_not_learned(tmp_path: object) -> None:
    from pathlib import Path

    keep = Path(str(tmp_path)) / "keep.txt"
    keep.write_text(BOX + "\n", encoding="utf-8")

    assert run(*stories(BOX), ignore_lines=(str(keep),)).templates == []


@pytest.mark.parametrize(
    ("lines", "pattern", "slot"),
    [
        (tuple(f"Video and Photos: {words('t', 4, n)}" for n in range(8)),
         "Video and Photos: {title}", "title"),
        (tuple(f"Comment on this article: https://x.example/{n}" for n in range(8)),
         "Comment on this article: {url}", "url"),
        (tuple(f"Share this story Comments: {n}" for n in range(8)),
         "Share this story Comments: {n}", "n"),
        (tuple(f"Видео, фото, статьи: {name}" for name in
               ("мост закрыт", "снег идёт", "река встала", "дождь кончился", "лёд тронулся",
                "рынок открыт", "паром стоит", "порт работает")),
         "Видео, фото, статьи: {title}", "title"),
        (tuple(f"{name} will answer your questions by email and on Twitter"
               for name in ("Ann Roe", "Bo Lund", "Cy Dunn", "Di Falk", "Ed Gunn", "Flo Hart",
                            "Gil Ives", "Hal Jost")),
         "{name} will answer your questions by email and on Twitter", "name"),
    ],
)  # fmt: skip
def test_templates_have_slots_named_after_what_fills_them(
    lines: tuple[str, ...], pattern: str, slot: str
) -> None:
    tables = run(*stories(lines))
    (row,) = [row for row in tables.templates if row.rule == "BLP312"]

    assert row.slots == (slot,)
    assert row.template == pattern
    assert len(found(tables, "BLP312")) == 8
    assert len(row.examples) == 3


@pytest.mark.parametrize(
    "label", ["INSKEEP:", "Trump:", "He added:", "Claim:", "The facts:", "The president said"]
)
def test_labels_of_content_are_no_templates(label: str) -> None:
    lines = tuple(f"{label} {words('t', 8, n)}." for n in range(8))
    assert learned(run(*stories(lines, place=1), *OTHERS)) == {}


def test_what_was_learned_is_left_out_of_what_is_compared(kernels: str) -> None:
    made = stories(BOX, count=6)
    with_box, without = run(*made), run(*stories(count=6))

    assert [row.content for row in with_box.stories] == [row.content for row in without.stories]
    assert [row.n_words for row in with_box.stories] == [row.n_words for row in without.stories]
    assert found(with_box, "PAR") == []
    assert with_box.manifest["counts"]["boilerplate_paragraphs"] == 6


def test_near_repeats_of_a_story_are_sought_again_without_it(kernels: str) -> None:
    other = BOX.replace("ferries", "ships")
    tables = run(*stories(BOX, other, count=6))

    assert {row.rule for row in tables.findings} == {"BLP311"}
    assert len(tables.findings) == 12


@pytest.mark.parametrize("settings", [{"kernels": "reference"}, {"jobs": 2}])
def test_order_threads_and_kernels_change_nothing(settings: dict[str, object]) -> None:
    from dedup import pipeline
    from dedup.model import StoryBatch
    from dedup.settings import build

    titles = tuple(f"Video and Photos: {words('t', 4, n)}" for n in range(9))
    made = [*stories(BOX, titles, count=9), *stories(BOX, outlet="Evening Star", place=1)]
    expected = run(*made)
    batches = [StoryBatch.of(made[::-1][at : at + 4]) for at in range(0, len(made), 4)]
    again = pipeline.run(batches, build(**{"jobs": 1, **settings}))

    assert len(expected.templates) == 3
    assert (again.templates, again.findings) == (expected.templates, expected.findings)
    assert again.stories == expected.stories


def test_what_is_held_at_a_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paragraphs looked at two by two, stories printed anew one by one."""
    lines = tuple(f"Comment on this article: https://x.example/{n}" for n in range(8))
    made = [*stories(lines), *stories(BOX, first=20)]
    expected = run(*made)
    monkeypatch.setattr(templates, "AT_ONCE", 2)
    monkeypatch.setattr(templates, "SCATTERED", 3)
    monkeypatch.setattr(learning, "AT_ONCE", 1)
    again = run(*made)

    assert {row.rule for row in expected.templates} == {"BLP311", "BLP312"}
    assert again.templates == expected.templates
    assert again.stories == expected.stories
    assert again.findings == expected.findings
