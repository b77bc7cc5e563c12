"""Judged pairs, paragraphs and plants: figures worked out by hand."""

from __future__ import annotations

import pytest

from dedup.evaluation import (
    Evaluation,
    Grid,
    JudgedPair,
    JudgedParagraph,
    JudgedPlant,
    of_lines,
    of_pairs,
    of_paragraphs,
    of_plants,
)
from dedup.evaluation.pairs import NOT_FOUND

ONE = frozenset(["identical", "duplicate", "update"])
ORDER = ("identical", "duplicate", "update", "template", "unrelated")


def figures(found: Evaluation) -> dict[str, float | None]:
    return {figure.name: figure.value for figure in found.all_figures}


def judge(*pairs: JudgedPair, worst: int = 10, **clusters: str) -> Evaluation:
    return of_pairs(pairs, ONE, clusters, ORDER, "explain {} {}".format, worst)


PAIRS = (
    JudgedPair("a", "b", "duplicate", "duplicate", 0.9),
    JudgedPair("c", "d", "update", "duplicate", 0.8),
    JudgedPair("e", "f", "duplicate", NOT_FOUND, 0.0),
    JudgedPair("g", "h", "template", "duplicate", 0.75),
    JudgedPair("i", "j", "unrelated", NOT_FOUND, 0.0),
)


def test_pairs_are_counted_by_whether_they_are_one_story() -> None:
    found = figures(judge(*PAIRS))
    assert found["precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["relation accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["kept apart"] == 0.5
    assert found["average precision"] == pytest.approx((1 + 1) / 3 + 1 / 3 * 3 / 5, abs=1e-4)


def test_confusion_has_labels_down_and_calls_across_in_the_order_of_relations() -> None:
    grid = next(chart for chart in judge(*PAIRS).charts if isinstance(chart, Grid))
    assert grid.rows == ("duplicate", "update", "template", "unrelated")
    assert grid.columns == ("duplicate", NOT_FOUND)
    assert grid.cells == ((1, 1), (1, 0), (1, 0), (0, 1))


def test_labels_without_relations_have_no_relation_accuracy() -> None:
    assert "relation accuracy" not in figures(judge(PAIRS[0], PAIRS[4]))


def test_the_rand_index_compares_clusters_with_those_the_labels_imply() -> None:
    pairs = (JudgedPair("a", "b", "duplicate", "duplicate", 0.9),
             JudgedPair("b", "c", "duplicate", NOT_FOUND, 0.0),
             JudgedPair("a", "d", "unrelated", NOT_FOUND, 0.0))  # fmt: skip
    assert figures(judge(*pairs, a="1", b="1", c="1"))["ARI"] == 1.0
    half = figures(judge(*pairs, a="1", b="1"))["ARI"]
    assert half is not None
    assert 0 < half < 1


def test_the_worst_errors_come_first_with_the_command_that_shows_them() -> None:
    errors = judge(*PAIRS).errors
    assert [(error.kind, error.score, error.command) for error in errors] == [
        ("wrongly called", 0.75, "explain g h"), ("missed", 0.0, "explain e f"),
    ]  # fmt: skip
    assert judge(*PAIRS, worst=0).errors == ()


def paragraph(
    label: str, *rules: str, line: str = "", probability: float | None = None, group: str = ""
) -> JudgedParagraph:
    return JudgedParagraph("s", 0, label, label == "boilerplate", rules, "BLP301" in rules,
                           probability, group, line, shown=line)


def test_paragraphs_count_rules_labels_groups_and_what_safe_fixes_lose() -> None:
    judged = [
        paragraph("boilerplate", "BLP301", group="de"), paragraph("boilerplate", group="de"),
        paragraph("heading", "BLP306", group="fr"), paragraph("content", "BLP301", group="fr"),
        paragraph("content", group="fr"), paragraph("content", group="fr"),
    ]  # fmt: skip
    found = of_paragraphs(judged, lambda p: f"explain {p.story_id}")
    assert figures(found) == {
        "precision": 0.3333, "recall": 0.5, "F1": 0.4, "content kept by safe fixes": 0.75,
    }  # fmt: skip
    by_rule, by_label, by_group = found.tables
    assert by_rule.rows == (("BLP301", 1, 1, 0.5), ("BLP306", 0, 1, 0.0))
    assert ("heading", 1, 1, 1.0) in by_label.rows
    assert by_group.rows == (("fr", 4, 2, 0.0, None), ("de", 2, 1, 1.0, 0.5))
    assert found.errors[0].kind == "content called BLP301"


def test_a_probability_gives_a_ranking_with_certain_rules_first() -> None:
    judged = [
        paragraph("boilerplate", "BLP301"), paragraph("boilerplate", "BLP313", probability=0.9),
        paragraph("content", "BLP313", probability=0.6), paragraph("boilerplate"),
        paragraph("content"),
    ]  # fmt: skip
    found = of_paragraphs(judged, lambda p: "", note="in-sample")
    values = figures(found)
    assert values["average precision"] == pytest.approx(2 / 3 + 1 / 3 * 3 / 5, abs=1e-4)
    assert values["recall at precision 0.90"] == pytest.approx(2 / 3, abs=1e-4)
    notes = {figure.name: figure.note for figure in found.figures}
    assert notes["average precision"] == notes["precision"] == "in-sample"
    assert notes["content kept by safe fixes"] == ""


def test_without_a_probability_there_is_no_ranking_and_no_note() -> None:
    found = of_paragraphs([paragraph("boilerplate", "BLP301")], lambda p: "", note="in-sample")
    assert "average precision" not in figures(found)
    assert {figure.note for figure in found.figures} == {""}


def test_a_line_is_called_when_half_of_its_occurrences_are() -> None:
    judged = [
        paragraph("boilerplate", "BLP301", line="ad"), paragraph("boilerplate", line="ad"),
        paragraph("boilerplate", "BLP301", line="more"), paragraph("boilerplate", line="more"),
        paragraph("boilerplate", line="more"), paragraph("heading", line="why"),
    ]  # fmt: skip
    found = {figure.name: figure.value for figure in of_lines(judged)}
    assert (found["lines: precision"], found["lines: recall"]) == (1.0, 0.5)
    assert (found["occurrences: precision"], found["occurrences: recall"]) == (1.0, 0.4)
    assert found["heading left alone"] == 1.0
    assert "boilerplate left alone" not in found


EXPECTED = {"exact": ("identical",), "number": ("update",)}


def plant(edit: str, seed: int, called: str) -> JudgedPlant:
    return JudgedPlant(edit, seed, "a", f"{edit}{seed}", called, 0.5)


def test_planted_figures_are_means_over_the_seeds_not_over_the_copies() -> None:
    judged = [
        plant("exact", 1, "identical"),
        plant("exact", 2, "identical"), plant("exact", 2, "undecided"),
        plant("exact", 2, NOT_FOUND), plant("number", 1, "duplicate"),
    ]  # fmt: skip
    found = figures(of_plants(judged, EXPECTED, ONE, "update"))
    assert found["exact: recall"] == pytest.approx((1 + 1 / 3) / 2, abs=1e-4)
    assert (found["number: recall"], found["number: relation"]) == (1.0, 0.0)


def test_unchanged_copies_called_update_are_a_figure_of_their_own() -> None:
    judged = [plant("exact", 1, "update"), plant("exact", 1, "identical"),
              plant("number", 1, "update")]  # fmt: skip
    found = figures(of_plants(judged, EXPECTED, ONE, "update"))
    assert found["unchanged not called update"] == 0.5
    assert found["number: relation"] == 1.0


def test_an_edit_without_a_copy_has_no_figure() -> None:
    found = of_plants([plant("exact", 1, "identical")], EXPECTED, ONE, "update")
    assert figures(found)["number: recall"] is None
    assert [row[0] for row in found.tables[0].rows] == ["exact", "number"]
