"""Every number that goes into a picture is drawn, once, in proportion, and said in words."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.model import PairRow
from dedup.report.page import Need, SideBySide
from dedup.report.page.counts import COPIES, Outlet, Step
from dedup.report.page.pictures.barcode import Stripe, barcode, kind_of
from dedup.report.page.pictures.evidence import evidence
from dedup.report.page.pictures.funnel import funnel
from dedup.report.page.pictures.heat import heat
from dedup.report.page.pictures.joined import joined
from dedup.report.page.pictures.lanes import MOST_LANES, Copy, lanes
from dedup.report.page.pictures.scores import scores
from dedup.report.page.pictures.shares import shares
from dedup.report.page.pictures.sizes import sizes
from dedup.report.page.svg import Picture
from tests.report.page.pages import marks, share, tree

STEPS = [
    Step("Words read", 0, 1000, ""), Step("Identical copies", 100, 900, "safe"),
    Step("Kept by safe fixes", 0, 900, ""), Step("Near copies", 300, 600, "unsafe"),
    Step("Kept by all fixes", 0, 600, ""),
]  # fmt: skip
CURVE = [(0.0, 0.0, 0.0), (0.5, 0.9, 0.5), (1.0, 1.0, 1.0)]
RELATIONS = ("identical", "duplicate", "contained", "update", "template", "shared_block")
LOOK_OF = dict(zip(RELATIONS, ("", "copy", "contained", "update", "template", "other"),
                   strict=True))  # fmt: skip
COPY_OUTLETS = ("Wire", "Post", "Herald")


def pair(relation: str, jaccard: float) -> PairRow:
    return PairRow("a", "b", relation, "threshold", jaccard, 1, 1, 1, 1, None, 0, None, (), None,
                   0, 0, ())  # fmt: skip


def copies(*places: tuple[str, str, float | None]) -> list[Copy]:
    return [Copy(f"s{n}", outlet, relation, hours, "")
            for n, (outlet, relation, hours) in enumerate(places)]


CLUSTER = copies(("Wire", "keeper", 10.0), ("Post", "duplicate", 12.0), ("Post", "identical", 20.0),
                 ("Herald", "contained", None))  # fmt: skip
SIDES = SideBySide((10, 20, 5), (10, 30), ((0, 0, True), (1, 1, False)), (), 0)
OUTLET = Outlet("Wire", 10, Counter(DUP101=1, DUP102=3), 1000, 250, Counter({5: 6, 7: 4}),
                Counter({5: 4}))  # fmt: skip

EVERY: list[Picture] = [
    funnel(STEPS),
    scores([pair("duplicate", 0.8), pair("update", 0.6)], 0.7, CURVE),
    sizes([2, 2, 3, 40]),
    lanes("lanes", CLUSTER),
    heat([CLUSTER], 12),
    evidence("evidence", [Need("Jaccard", 0.8, 0.7, "duplicate")]),
    joined("joined", SIDES),
    barcode("barcode", [Stripe(12, "unique", ()), Stripe(2, "boilerplate", ("BLP301",))]),
    shares([OUTLET], 12),
]


@pytest.mark.parametrize("picture", EVERY, ids=lambda picture: str(picture.name))
def test_every_picture_is_told_to_who_cannot_see_it(picture: Picture) -> None:
    root = tree(picture.svg)
    title, description = root[0], root[1]
    assert (root.get("role"), title.tag, description.tag) == ("img", "title", "desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text
    assert description.text


@pytest.mark.parametrize("picture", EVERY, ids=lambda picture: str(picture.name))
def test_no_picture_has_styles_or_colours_of_its_own(picture: Picture) -> None:
    used = {name for element in tree(picture.svg).iter() for name in element.attrib}
    assert used.isdisjoint({"style", "fill", "stroke", "href", "onload"})


@pytest.mark.parametrize("picture", EVERY, ids=lambda picture: str(picture.name))
def test_nothing_is_drawn_outside_its_width(picture: Picture) -> None:
    for element in tree(picture.svg).iter("rect"):
        if str(element.get("width")).endswith("%"):
            assert share(element.get("x")) + share(element.get("width")) <= 100.1


def test_the_funnel_draws_what_is_left_and_what_is_taken() -> None:
    svg = funnel(STEPS).svg
    left = [int(e.get("data-n", "")) for e in [*marks(svg, "kept"), *marks(svg, "kept-faint")]]
    assert sorted(left) == sorted(step.left for step in STEPS)
    assert [share(e.get("width")) for e in marks(svg, "kept")] == [100, 90, 60]
    assert [e.get("data-n") for e in marks(svg, "taken-safe")] == ["100"]
    unsafe = marks(svg, "taken-unsafe")[0]
    assert (share(unsafe.get("x")), share(unsafe.get("width"))) == (60, 30)


@given(st.lists(st.tuples(st.sampled_from(RELATIONS), st.floats(0, 1))))
def test_every_pair_is_drawn_in_its_colour_once(rows: list[tuple[str, float]]) -> None:
    picture = scores([pair(relation, jaccard) for relation, jaccard in rows], 0.7, CURVE)
    drawn: Counter[str] = Counter()
    for mark in marks(picture.svg):
        drawn[mark.get("class", "")] += int(mark.get("data-n", ""))
    expected = Counter(LOOK_OF[relation] for relation, _ in rows if relation != "identical")
    assert drawn == expected
    identical = sum(relation == "identical" for relation, _ in rows)
    assert ("identical", f"identical: {identical}, not drawn") in picture.legend
    assert sum(int(str(cell)) for row in picture.rows for cell in row[1:]) == expected.total()


def test_columns_are_as_tall_as_their_pairs() -> None:
    rows = [pair("duplicate", 0.82)] * 4 + [pair("update", 0.62)]
    tall = {mark.get("class"): float(mark.get("height", "")) for mark in marks(
        scores(rows, 0.7, CURVE).svg)}  # fmt: skip
    assert tall["copy"] == pytest.approx(4 * tall["update"])


def test_the_threshold_and_the_curves_stand_where_they_belong() -> None:
    root = tree(scores([pair("duplicate", 0.8)], 0.75, CURVE).svg)
    threshold = next(e for e in root.iter("line") if e.get("class") == "threshold")
    axis = next(share(e.get("x1")) for e in root.iter("line") if e.get("class") == "rule")
    assert share(threshold.get("x1")) == pytest.approx(axis + 0.75 * (100 - 2 * axis))
    lines = {e.get("class"): e.get("points") for e in root.iter("polyline")}
    assert lines["curve-words"] == "0,220 500,22 1000,0"
    assert lines["curve-blocks"] == "0,220 500,110 1000,0"


@given(st.lists(st.integers(2, 2000), max_size=60))
def test_every_cluster_is_in_one_class_of_sizes(members: list[int]) -> None:
    picture = sizes(members)
    assert sum(int(mark.get("data-n", "")) for mark in marks(picture.svg)) == len(members)
    assert sum(row[2] for row in picture.rows) == sum(members)  # type: ignore[misc]


def test_bars_of_sizes_grow_with_the_logarithm() -> None:
    wide = [share(mark.get("width")) for mark in marks(sizes([2] * 99 + [3] * 9).svg)]
    assert wide == [100, pytest.approx(100 * log10(10) / log10(100))]


def test_lanes_have_a_dot_for_each_copy_and_a_ring_for_the_keeper() -> None:
    svg = lanes("c", CLUSTER).svg
    dots = {mark.get("data-n"): share(mark.get("cx")) for mark in marks(svg)}
    assert sorted(str(name) for name in dots) == ["contained", "duplicate", "identical", "keeper"]
    assert dots["keeper"] < dots["duplicate"] < dots["identical"] < dots["contained"]
    rings = [e for e in tree(svg).iter("circle") if e.get("class") == "ring"]
    assert [share(ring.get("cx")) for ring in rings] == [dots["keeper"]]


def test_the_outlet_that_came_first_has_the_first_lane() -> None:
    texts = [e.text for e in tree(lanes("c", CLUSTER).svg).iter("text")]
    assert texts[:3] == ["Wire", "Post", "Herald"]
    assert "1970-01-01 10:00" in texts
    assert "undated" in texts


def test_many_outlets_share_the_last_lane() -> None:
    many = copies(*((f"Outlet {n:02}", "duplicate", float(n)) for n in range(40)))
    svg = lanes("c", many).svg
    assert len(marks(svg)) == 40
    assert f"{40 - MOST_LANES + 1} more outlets" in [e.text for e in tree(svg).iter("text")]


@given(st.lists(st.lists(
    st.tuples(st.sampled_from("ABCDEFGHIJKLMNOP"), st.one_of(st.none(), st.floats(0, 9))),
    min_size=2, max_size=9), max_size=9), st.integers(2, 12))
def test_every_copy_is_on_the_heat_map_once(
    clusters: list[list[tuple[str, float | None]]], most: int
) -> None:
    drawn = heat(
        [copies(*((o, "keeper" if n == 0 else "duplicate", h) for n, (o, h) in enumerate(c)))
         for c in clusters],
        most,
    )  # fmt: skip
    assert sum(int(mark.get("data-n", "")) for mark in marks(drawn.svg)) == sum(
        len(cluster) - 1 for cluster in clusters
    )
    columns = [e for e in tree(drawn.svg).iter("text") if e.get("class") == "axis"][1:]
    assert len(columns) <= most


def test_who_had_it_first_is_the_row() -> None:
    picture = heat([copies(("Late", "keeper", 9.0), ("Early", "duplicate", 1.0))], 12)
    assert picture.rows == (("Early", "Late", 1),)


def test_without_times_the_keeper_counts_as_first() -> None:
    picture = heat([copies(("Copy", "duplicate", None), ("Kept", "keeper", None))], 12)
    assert picture.rows == (("Kept", "Copy", 1),)


@given(st.floats(0, 1), st.floats(0, 1))
def test_evidence_is_filled_exactly_where_a_score_reached_its_mark(
    value: float, least: float
) -> None:
    svg = evidence("e", [Need("Jaccard", value, least, "duplicate")]).svg
    mark = marks(svg)[0]
    assert mark.get("class") == ("passed" if value >= least else "missed")
    assert share(mark.get("width")) == pytest.approx(100 * value, abs=0.01)
    needed = next(e for e in tree(svg).iter("line") if e.get("class") == "needed")
    assert share(needed.get("x1")) == pytest.approx(min(99.7, 100 * least), abs=0.01)


def test_a_score_that_misses_never_reads_as_reached() -> None:
    texts = [e.text or "" for e in tree(
        evidence("e", [Need("Jaccard", 0.69996, 0.7, "duplicate")]).svg).iter("text")]  # fmt: skip
    assert "0.699 · duplicate needs 0.7: missed" in texts


def test_bands_join_the_paragraphs_that_correspond() -> None:
    root = tree(joined("j", SIDES).svg)
    assert [e.get("class") for e in root.iter("polygon")] == ["band-same", "band-changed"]
    blocks = [(e.get("class"), e.get("data-n")) for e in root.iter("rect")]
    assert blocks == [("same", "10"), ("changed", "20"), ("only", "5"),
                      ("same", "10"), ("changed", "30")]  # fmt: skip
    tall = [float(e.get("height", "")) for e in root.iter("rect")]
    assert tall[1] == pytest.approx(2 * tall[0], abs=0.02)


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(
    ["unique", "across", "repeat", "boilerplate"])), min_size=1, max_size=80))
def test_stripes_stand_side_by_side_and_are_as_wide_as_their_words(
    paragraphs: list[tuple[int, str]],
) -> None:
    svg = barcode("s", [Stripe(words, kind, ()) for words, kind in paragraphs]).svg
    found = marks(svg)
    assert [(int(e.get("data-n", "")), e.get("class")) for e in found] == paragraphs
    x = [float(e.get("x", "")) for e in found]
    steps = [later - earlier for earlier, later in pairwise(x)]
    assert steps == pytest.approx([max(1, words) for words, _ in paragraphs[:-1]])


def test_a_stripe_is_what_its_gravest_rule_says() -> None:
    assert kind_of(["PAR203", "BLP301"]) == "boilerplate"
    assert kind_of(["PAR204", "PAR202"]) == "repeat"
    assert kind_of(["PAR203"]) == "across"
    assert kind_of(["INP902"]) == "unique"


def test_shares_are_those_of_the_outlet() -> None:
    picture = shares([OUTLET], 12)
    assert [(mark.get("class"), mark.get("data-n")) for mark in marks(picture.svg)] == [
        ("identical", "1"), ("copy", "3"), ("boilerplate", "250")]  # fmt: skip
    wide = [share(mark.get("width")) for mark in marks(picture.svg)]
    assert wide == [10, 30, 25]
    assert picture.rows[0][:2] == ("Wire", 10)
    assert picture.head[2:5] == COPIES


def test_days_are_drawn_with_the_copies_among_them() -> None:
    blocks = [e for e in tree(shares([OUTLET], 12).svg).iter("rect")
              if e.get("class") in ("day", "day-copy")]  # fmt: skip
    tall = {(e.get("class"), e.get("x")): float(e.get("height", "")) for e in blocks}
    assert tall["day", "0.1"] == 22
    assert tall["day-copy", "0.1"] == pytest.approx(22 * 4 / 6, abs=0.01)
    assert ("day", "2.1") in tall


def test_many_days_share_columns_and_single_old_stories_do_not_count() -> None:
    days = Counter({20_000 + n: 2 for n in range(600)}) + Counter({-7000: 3})
    picture = shares([Outlet("Wire", 1203, days=days)], 12)
    blocks = [e for e in tree(picture.svg).iter("rect") if e.get("class") == "day"]
    assert 50 <= len(blocks) <= 60
    assert all(float(e.get("x", "")) >= 0 for e in blocks)
    told = dict(picture.legend)["day"]
    assert told.startswith("stories, 10 days a column, 2024-10-")
    assert told.endswith(" to 2026-05-26")
