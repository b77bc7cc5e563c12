"""Evaluations as text, JSON and a picture: complete, and safe to show whatever is in them."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.evaluation import Bars, Error, Evaluation, Figure, Grid, Lines, Table, Verdict
from dedup.report.evaluation import WRITERS
from dedup.report.picture import svg

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>\x1b[31m\u202e\ud800\n\"'&"


def evaluation(word: str = "name") -> Evaluation:
    return Evaluation(
        f"title {word}",
        (Figure("recall", 0.5, 1, 2), Figure(word, None), Figure("AP", 0.25, note=word)),
        (Table("Called", ("", word), ((word, 3), ("b", 0.5), ("c", None))),),
        (
            Lines("Sweep", word, "y", ((word, ((0.0, 1.0), (1.0, 0.5))), ("empty", ()))),
            Grid("Confusion", (word, "b"), (word, "d"), ((1, 2), (0, 0))),
            Bars("By rule", (word, "other"), ((word, (1.0, None)), ("b", (0.0, 0.5)))),
        ),
        (Error("missed", word, 0.75, f"dedup explain {word}"),),
        (Figure("detail", 0.125),),
    )


def written(name: str, found: Evaluation, *verdicts: Verdict) -> str:
    stream = io.StringIO()
    WRITERS[name](found, verdicts, stream)
    return stream.getvalue()


def test_text_shows_figures_tables_errors_and_floors() -> None:
    text = written("text", evaluation(), Verdict("recall", 0.5, 0.6), Verdict("gone", None, 0.1))
    assert text == """\
title name

recall  0.5000  (1 of 2; 95 % 0.095-0.905)
name    -
AP      0.2500  [name]

Called
          name
  name       3
  b     0.5000
  c          -

Worst errors
  missed 0.7500: name
    dedup explain name

Floors: 2 of 2 fallen
  recall  0.5000  floor 0.6000  BELOW ITS FLOOR
  gone    -  floor 0.1000  NOT MEASURED
"""


def test_json_holds_everything() -> None:
    value = json.loads(written("json", evaluation(), Verdict("recall", 0.5, 0.4)))
    assert [figure["name"] for figure in value["figures"]] == ["recall", "name", "AP", "detail"]
    assert value["figures"][0] == {
        "name": "recall", "value": 0.5, "hits": 1, "of": 2, "note": "",
        "interval": [0.0945, 0.9055],
    }  # fmt: skip
    assert value["tables"][0]["rows"] == [["name", 3], ["b", 0.5], ["c", None]]
    assert value["errors"][0]["command"] == "dedup explain name"
    assert value["floors"] == [{"name": "recall", "value": 0.5, "floor": 0.4, "passed": True}]


@pytest.mark.parametrize("name", ["text", "json"])
def test_nothing_hostile_reaches_a_terminal(name: str) -> None:
    text = written(name, evaluation(HOSTILE), Verdict(HOSTILE, 0.1, 0.2))
    assert not {"\x1b", "\u202e", "\ud800"} & set(text)
    if name == "json":
        assert json.loads(text)["figures"][1]["name"] == HOSTILE


@given(st.text(max_size=30))
def test_a_picture_is_well_formed_whatever_the_names(word: str) -> None:
    root = ET.fromstring(svg(evaluation(word)).encode())  # noqa: S314 -- our own output
    assert {element.tag for element in root.iter()} <= {
        SVG + tag for tag in ("svg", "g", "rect", "text", "line", "polyline")
    }


def test_a_picture_shows_every_chart_inside_its_frame() -> None:
    root = ET.fromstring(svg(evaluation(HOSTILE)).encode())  # noqa: S314 -- our own output
    words = [element.text or "" for element in root.iter(SVG + "text")]
    assert {"Sweep", "Confusion", "By rule", "1.000", "not measured"} <= set(words)
    assert len(list(root.iter(SVG + "polyline"))) == 1
    height, width = float(root.attrib["height"]), float(root.attrib["width"])
    tops = [float(group.attrib["transform"].split()[1].rstrip(")"))
            for group in root.iter(SVG + "g")]  # fmt: skip
    assert len(tops) == 3
    assert max(tops) < height
    assert all(0 <= float(rect.attrib.get("x", 0)) < width for rect in root.iter(SVG + "rect"))


def test_an_evaluation_without_charts_is_a_picture_all_the_same() -> None:
    empty = Evaluation("nothing", (), (), (Grid("g", (), (), ()), Bars("b", (), ())))
    root = ET.fromstring(svg(empty).encode())  # noqa: S314 -- our own output
    assert list(root.iter(SVG + "g")) == []
