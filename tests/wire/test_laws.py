"""What holds for every text: nothing raises, spans lie inside, cutting leaves nothing to cut."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup import wire
from dedup.wire.entries import files, read_entries
from dedup.wire.index import form_tables
from tests.wire.examples import all_marked

SCRIPTS = "aZé Я ж ا ل م न ी ก ำ 北京 電 カ 서울 ß İ \n\r\t\u2028\u00a0.,:;-–—()[]/|<>#*=+@©0129"
PIECES = st.sampled_from([*all_marked(), "\n\n", "\n", " ", "Oil fell. ", "(", ")", "—", "\0"])
ANYTHING = PIECES | st.text(SCRIPTS, max_size=8) | st.text(max_size=5)
TEXTS = st.lists(ANYTHING, max_size=8).map("".join)
WIRES = st.builds(wire.read, st.sampled_from(all_marked()), st.just("") | PIECES)
HOURS = st.sampled_from([0.0, 1.0, 2.5, float("inf")])


def left(text: str, spans: tuple[wire.Span, ...]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text


@settings(deadline=None, max_examples=600)
@given(TEXTS, TEXTS)
@example("", "\0" * 50)
@example("\ud800", "\ud800 (Reuters) - \udfff")
def test_spans_lie_in_the_text_in_order_and_nothing_raises(title: str, text: str) -> None:
    read = wire.read(title, text)
    places = [place for span in read.spans for place in (span.start, span.end)]
    assert places == sorted(places)
    assert all(0 <= span.start < span.end <= len(text) for span in read.spans)
    assert read.title in title


@settings(deadline=None, max_examples=600)
@given(TEXTS)
def test_what_is_left_has_nothing_more(text: str) -> None:
    read = wire.read("", text)
    again = wire.read("", left(text, read.spans))
    assert again.spans == ()


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_a_title_without_markers_has_none(title: str) -> None:
    read = wire.read(title, "")
    assert wire.read(read.title, "").title == read.title


@settings(deadline=None)
@given(TEXTS)
def test_tickers_lie_in_the_text(text: str) -> None:
    found = wire.tickers(text)
    assert all(ticker.symbol in text[ticker.start : ticker.end] for ticker in found)


@given(st.lists(st.tuples(WIRES, HOURS), max_size=6))
def test_order_is_total_and_independent_of_the_callers_order(
    chain: list[tuple[wire.Wire, float]],
) -> None:
    order = wire.in_order(chain)
    assert sorted(order) == list(range(len(chain)))
    keys = [(wire.order_key(*chain[i])[1:], chain[i][1], chain[i][0].version) for i in order]
    turned = [*reversed(chain)]
    again = [(wire.order_key(*turned[i])[1:], turned[i][1], turned[i][0].version)
             for i in wire.in_order(turned)]  # fmt: skip
    assert [key[0] for key in keys] == [key[0] for key in again]


@given(WIRES, WIRES, WIRES)
def test_supersedes_is_a_strict_order(a: wire.Wire, b: wire.Wire, c: wire.Wire) -> None:
    assert not wire.supersedes(a, a)
    assert not (wire.supersedes(a, b) and wire.supersedes(b, a))
    if wire.supersedes(a, b) and wire.supersedes(b, c):
        assert wire.supersedes(a, c)


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000_000, "(" * 1_000_000, ")" * 1_000_000, "-" * 1_000_000, "\0" * 1_000_000,
     " " * 1_000_000, "\n" * 1_000_000, "Reuter\n" * 200_000, "LONDON (Reuters) - " * 50_000,
     "(AP) " * 200_000, "UPDATE 1-" * 100_000, "北" * 1_000_000, "A, " * 400_000, "[" * 500_000,
     "By A B\n" * 100_000, "(Reporting by " * 70_000 + ")" * 70_000, "1" * 1_000_000,
     "# " * 500_000, "A-A-" * 200_000, "«" * 500_000, "<A" * 500_000, "( A.A " * 200_000],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_hostile_texts_take_no_time(text: str) -> None:
    began = time.process_time()
    wire.read(text[:20_000], text)
    wire.tickers(text[:200_000])
    assert time.process_time() - began < 2.0


def test_a_text_of_nothing_but_marks_is_left_alone() -> None:
    assert wire.read("", "Oil fell.\n" + "Reuter\n" * 40).spans == ()


def test_every_form_can_be_compiled() -> None:
    entries = [entry for path in files() for entry in read_entries(path)]
    forms = form_tables(entries, "(?:AP|Reuters)")["forms"]
    assert len(forms) > 300


def test_loading_is_quick() -> None:
    """It takes a few milliseconds; the limit leaves room for slow machines."""
    began = time.process_time()
    wire.Practice.load()
    assert time.process_time() - began < 0.2
