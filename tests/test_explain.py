"""Explanations name the reason, show the change, and stay on a screen whatever the input."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.api import check
from dedup.explain import explain_pair, explain_story, explain_text
from dedup.explain.align import Row, align, changes
from dedup.explain.side_by_side import side_by_side
from dedup.model import Story, Tables
from dedup.report.escape import cells
from dedup.settings import build

FIRST = "A strong earthquake shook the harbour town of Velmora before dawn, toppling chimneys."
SECOND = (
    "Officials at the regional centre said no deaths had been reported, although {} people were "
    "treated for cuts caused by broken glass at the market hall and the old customs house."
)
THIRD = "Trains on the coastal line were halted while engineers inspected three bridges."
QUAKE = Story("a", f"{FIRST}\n\n{SECOND.format('14')}\n\n{THIRD}", "Quake hits Velmora", "AP")
UPDATE = Story("b", f"{FIRST}\n\nAdvertisement\n\n{SECOND.format('31')}\n\n{THIRD}", "Quake toll")
COPY = Story("b", f"{FIRST}\n\n{SECOND.format('14').replace('broken', 'shattered')}\n\n{THIRD}")
OTHER = Story("c", "The council voted on Monday to widen the road that leads to the new station.")


def _explained(a: Story, b: Story, **chosen: object) -> str:
    result = check([a, b], **chosen)
    return explain_pair(a, b, result.tables, result.settings)


def test_a_duplicate_is_explained() -> None:
    text = _explained(COPY, QUAKE, threshold=0.6)

    assert text.startswith("a  a · AP · Quake hits Velmora · ")
    assert "Relation: duplicate. Jaccard and cosine reach what they must, and no fact" in text
    assert re.search(r"Jaccard +0\.\d+ +█+·* +duplicate needs 0\.60: passed", text)
    assert re.search(r"cosine +0\.\d+ +█+·* +duplicate needs 0\.50: passed", text)
    assert re.search(r"lead shared +\d\.\d+ +█+·* +one story needs 0\.50: passed", text)
    assert "stays in cluster" in text
    assert "goes in cluster" in text
    assert "Nominated by: lsh" in text
    assert re.search(r"LSH \(\d+ bands of \d+\) finds (over )?\d+\.\d % of pairs", text)


def test_an_update_is_explained_by_the_fact_that_changed() -> None:
    text = _explained(UPDATE, QUAKE, threshold=0.6)

    assert "Relation: update. Versions of one story in which facts were replaced." in text
    assert "facts that differ: 14 → 31 people" in text
    assert "cluster" not in text


def test_paragraphs_stand_side_by_side_with_the_change_marked() -> None:
    lines = _explained(QUAKE, UPDATE, threshold=0.6).partition("Paragraphs: ")[2].splitlines()

    assert lines[0].startswith("2 the same, 1 changed, 0 only in a, 1 only in b")
    assert lines[1].split()[:4] == ["0", "=", "0", "A"]
    assert lines[2].split() == ["1", "[BLP301]", "Advertisement"]
    assert lines[3].split()[:3] == ["1", "~", "2"]
    assert "although [-14-]{+31+} people" in " ".join(lines)
    assert lines[-1].split()[:3] == ["2", "=", "3"]


def test_strangers_are_explained_though_nobody_nominated_them() -> None:
    text = _explained(QUAKE, OTHER)

    assert "Relation: unrelated. They have hardly a passage in common." in text
    assert "duplicate needs 0.70: missed" in text
    assert "Nominated by: nobody: measured for you now" in text


def test_identical_stories_are_explained() -> None:
    twin = Story("z", QUAKE.text)

    assert "Relation: identical. The same words" in _explained(QUAKE, twin)


def test_a_near_miss_is_not_rounded_to_a_hit() -> None:
    text = _explained(QUAKE, UPDATE, threshold=0.79)
    value = re.search(r"\n  Jaccard +(\S+) ", text)

    assert value is not None
    assert f"needs 0.79: {'passed' if float(value[1]) >= 0.79 else 'missed'}" in text


def test_every_finding_of_a_story() -> None:
    body = f"{FIRST}\n\nRead also: Old news\n\n{FIRST}\n\n{THIRD}"
    story = Story("s", body, path="x.txt", line=3)
    result = check([story])

    text = explain_story(story, result.tables)

    assert text.startswith("story s · x.txt:3\n")
    assert text.count("\n  BLP302 paragraph 1: ") == 1
    assert text.count("\n  PAR201 paragraph 2: ") == 1
    assert "│ Read also: Old news" in text
    assert "pattern" in text
    assert "fix      strip the paragraph (safe: `dedup clean`)" in text


def test_a_story_in_a_cluster_and_one_with_nothing() -> None:
    result = check([QUAKE, Story("z", QUAKE.text), OTHER])

    assert "goes; a stays" in explain_story(Story("z", QUAKE.text), result.tables)
    assert re.search(r"cluster \w+ of 2 stories: stays", explain_story(QUAKE, result.tables))
    assert "measured against z: identical" in explain_story(QUAKE, result.tables)
    assert "Nothing was found in it." in explain_story(OTHER, Tables())


def test_a_free_text_has_no_title() -> None:
    text = explain_text(f"Advertisement\n\n{FIRST}\n\nRead also: Old news", build())

    assert text.startswith("3 paragraphs, 2 findings\n   0  Advertisement\n      BLP301 ")
    assert "entry en:" in text
    assert f"   1  {FIRST}\n   2  Read also: Old news\n      BLP302 " in text


@pytest.mark.parametrize("text", ["", " \n\n ", "x"])
def test_hardly_any_text(text: str) -> None:
    assert explain_text(text, build()).startswith(f"{text.count('x')} paragraph")


HOSTILE = "evil \x1b[2J\u202e\u2028\x00" + "漢" * 5000 + " word" * 5000
LONG = "\n\n".join(f"Paragraph {i} tells about the matter number {i}." for i in range(400))


@pytest.mark.parametrize("text", [HOSTILE, LONG, f"{FIRST}\n\n{HOSTILE}"])
def test_hostile_and_endless_stories_fit_on_a_screen(text: str) -> None:
    one = Story(HOSTILE, text, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    two = Story(HOSTILE + "2", text.replace("word", "sword", 1), HOSTILE)
    tables = check([one, two]).tables

    shown = explain_pair(one, two, tables, build()) + explain_story(one, tables)
    shown += explain_text(text, build()) if text is HOSTILE else ""

    assert all(ch.isprintable() or ch == "\n" for ch in shown)
    assert len(explain_pair(one, two, tables, build()).splitlines()) <= 60
    assert max(map(cells, shown.splitlines())) <= 420


# Alignment


def test_alignment_is_in_order_and_whole() -> None:
    rows = align(["one two", "three four five", "x y"], ["new", "one two", "three four six"])

    assert rows == [Row(None, 0, 0.0), Row(0, 1, 1.0), Row(1, 2, 2 / 3), Row(2, None, 0.0)]
    assert rows[1].exact


def test_case_quotes_and_accents_are_no_change() -> None:
    assert align(["“Déjà” Vu"], ['"deja" vu'])[0].exact
    assert changes("“Déjà” Vu", '"deja" vu') == '"deja" vu'


def test_the_same_words_in_another_order_are_a_change() -> None:
    assert not align(["one two three"], ["three two one"])[0].exact


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("a b c", "a b c", "a b c"),
        ("a b c", "a x c", "a [-b-]{+x+} c"),
        ("a b", "a b c", "a b {+c+}"),
        ("a b c", "b c", "[-a-] b c"),
        ("", "new", "{+new+}"),
        ("東京は雨", "東京は晴", "東京は[-雨-]{+晴+}"),
        ("killed 14, officials", "killed 31, officials", "killed [-14-]{+31+}, officials"),
    ],
)
def test_changed_words_are_marked(old: str, new: str, shown: str) -> None:
    assert changes(old, new) == shown


def test_long_stretches_without_a_change_are_elided() -> None:
    words = [f"w{i}" for i in range(60)]
    marked = changes(" ".join([*words, "end"]), " ".join([*words, "END!", "more"]))

    assert marked.startswith("… w56 w57")
    assert len(marked) < 60


_WORD = st.sampled_from(["a", "b", "c", "d", "é", "漢", ",", "Word", "12"])
_SENTENCE = st.lists(_WORD, max_size=12).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(_SENTENCE, max_size=6), st.lists(_SENTENCE, max_size=6))
def test_every_paragraph_has_one_row(a: list[str], b: list[str]) -> None:
    rows = align(a, b)

    assert [row.a for row in rows if row.a is not None] == list(range(len(a)))
    assert sorted(row.b for row in rows if row.b is not None) == list(range(len(b)))


@settings(max_examples=60, deadline=None)
@given(_SENTENCE, _SENTENCE)
def test_additions_and_what_is_unmarked_are_the_new_text(old: str, new: str) -> None:
    marked = changes(old, new)
    if "…" not in marked:
        kept = re.sub(r"\[-.*?-\]", "", marked)
        assert re.sub(r"\{\+|\+\}|\s", "", kept) == re.sub(r"\s", "", new)


def test_side_by_side_every_word_of_a_change_is_on_its_side() -> None:
    sides = side_by_side(QUAKE, UPDATE, ["14 → 31 people"])
    changed = next(row for row in sides.rows if row.a is not None and row.left and not row.same
                   and row.b is not None)  # fmt: skip
    assert [(part.text.strip(), part.fact) for part in changed.left if part.kind == "gone"] == [
        ("14", True)
    ]
    assert [(part.text.strip(), part.fact) for part in changed.right if part.kind == "come"] == [
        ("31", True)
    ]
    assert [(row.a, row.b) for row in sides.rows] == [(0, 0), (None, 1), (1, 2), (2, 3)]
    assert sides.joined == ((0, 0, True), (1, 2, False), (2, 3, True))


def test_side_by_side_what_was_added_is_a_fact_of_the_second_story() -> None:
    sides = side_by_side(Story("a", FIRST), Story("b", FIRST.replace("shook", "hardly shook not")),
                         ["added: not"])  # fmt: skip
    assert [part.fact for part in sides.rows[0].left if part.kind == "gone"] == []
    assert [part.fact for part in sides.rows[0].right if part.kind == "come"] == [False, True]


_WORDS = st.lists(st.sampled_from(["ab", "cd", "ef", "中文", "gh,", "ij"]), min_size=1, max_size=60)


@settings(deadline=None)  # the first example loads the matching form
@given(_WORDS, _WORDS)
def test_side_by_side_loses_no_word_of_short_texts(one: list[str], other: list[str]) -> None:
    a, b = Story("a", " ".join(one)), Story("b", " ".join(other))
    for row in side_by_side(a, b, []).rows:
        if any(part.kind == "cut" for part in (*row.left, *row.right)):
            continue
        for story, number, parts in ((a, row.a, row.left), (b, row.b, row.right)):
            if number is not None:
                assert "".join(part.text for part in parts).split() == story.text.split()
