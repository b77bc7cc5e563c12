"""Wire practice in the comparison: what it leaves out, and how it orders versions."""

from __future__ import annotations

import pytest

from dedup.model import Story, Tables
from tests.stages.kit import found, run, words
from tests.stages.test_relations import report

pytestmark = pytest.mark.usefixtures("kernels")


def _superseded(tables: Tables) -> dict[str, str | None]:
    return {row.story_id: row.kept_id for row in found(tables, "DUP104")}


def _told(title_a: str = "Fire", title_b: str = "Fire", **facts: str) -> Tables:
    """A report ``a`` and a later version ``b`` of it, nothing known of the time."""
    return run(Story("a", report(), title_a), Story("b", report(**facts), title_b))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("LONDON, April 17 (Reuters) - {}", "dateline"),
        ("МОСКВА, 5 мая /ТАСС/. {}", "dateline"),
        ("{}\n\nReuter", "end mark"),
        ("{}\n\n(Reporting by Ana Belmar; Editing by Luis Cordo)", "credit"),
    ],
)
def test_marks_of_the_wire_do_not_make_another_story(text: str, what: str) -> None:
    body = words("w", 60)
    tables = run(Story("a", body), Story("b", text.format(body)))

    (pair,) = tables.pairs
    assert pair.relation in ("identical", "duplicate")
    assert pair.jaccard == 1.0, what


def test_time_orders_versions(kernels: str) -> None:
    one = Story("a", report(deaths="31"), published="2024-05-02")
    other = Story("b", report(), published="2024-05-01")
    tables = run(one, other)

    assert _superseded(tables) == {"b": "a"}
    assert [(row.story_id, row.supersedes) for row in tables.stories] == [("a", "b"), ("b", None)]


@pytest.mark.parametrize(
    ("title_a", "title_b", "older"),
    [
        ("Fire kills many", "UPDATE 1-Fire kills many", "a"),
        ("UPDATE 2-Fire kills many", "UPDATE 1-Fire kills many", "b"),
        ("CORRECTED-Fire kills many", "Fire kills many", "b"),
    ],
)
def test_markers_order_versions_where_no_time_is_known(
    title_a: str, title_b: str, older: str
) -> None:
    newer = "b" if older == "a" else "a"

    assert _superseded(_told(title_a, title_b, deaths="31")) == {older: newer}


def test_of_three_versions_the_older_ones_name_the_newest(kernels: str) -> None:
    tables = run(*(
        Story(name, report(deaths=deaths), published=f"2024-05-01T0{hour}:00")
        for hour, (name, deaths) in enumerate(zip("abc", ("9", "14", "31"), strict=True))
    ))  # fmt: skip

    assert _superseded(tables) == {"a": "c", "b": "c"}
    assert [row.supersedes for row in tables.stories] == [None, "a", "b"]
    assert {row.fix for row in found(tables, "DUP104")} == {("drop", "unsafe")}


@pytest.mark.parametrize("keep", ["longest", "earliest", "first", "agency", "source"])
def test_a_corrected_text_stays_for_the_one_it_corrects(keep: str) -> None:
    text = words("w", 80)
    wrong = Story("a", f"{text} {words('x', 3)}", "Fire", published="2024-05-01")
    right = Story("b", text, "CORRECTED-Fire", published="2024-05-02")
    tables = run(wrong, right, keep=keep)

    (row,) = found(tables, "DUP102")
    assert (row.story_id, row.kept_id) == ("a", "b")
    assert {row.decided_by for row in tables.clusters} == {"not-withdrawn"}


def test_the_agency_that_wrote_it_is_preferred_if_asked_for(kernels: str) -> None:
    text = f"LONDON, April 17 (Reuters) - {words('w', 60)}"
    stories = [Story("a", f"{text} more", source="The Paper"), Story("b", text, source="Reuters")]

    assert [row.kept_id for row in run(*stories, keep="agency").stories] == ["b", "b"]
    assert [row.kept_id for row in run(*stories).stories] == ["a", "a"]


def test_the_first_source_of_the_users_order_stays(kernels: str) -> None:
    text = words("w", 60)
    stories = [Story("a", text, source="One"), Story("b", text, source="Two")]
    tables = run(*stories, keep="source", keep_sources=("Two", "One"))

    assert [row.kept_id for row in tables.stories] == ["b", "b"]
    assert {row.decided_by for row in tables.clusters} == {"source-order"}
