"""Which characters go with a paragraph."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.clean.spans import cut_spans, without
from dedup.errors import MismatchError


def _cut(text: str, *paragraphs: str, body_start: int = 0) -> str:
    spans, place = [], body_start
    for paragraph in paragraphs:
        start = text.index(paragraph, place)
        place = start + len(paragraph)
        spans.append((start, place))
    return without(text, cut_spans(text, body_start, spans))


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("one\n\nAD\n\ntwo\n", ["AD"], "one\n\ntwo\n"),
        ("one\n\nAD\n\n\n   two\n", ["AD"], "one\n\n   two\n"),
        ("AD\n\none\n\ntwo", ["AD"], "one\n\ntwo"),
        ("one\n\ntwo\n\nAD", ["AD"], "one\n\ntwo"),
        ("one\n\ntwo\n\nAD\n", ["AD"], "one\n\ntwo\n"),
        ("one\n\nAD\n\nAE\n", ["AD", "AE"], "one\n"),
        ("one\n\nAD\n\nAE\n\ntwo\n\nAF", ["AD", "AE", "AF"], "one\n\ntwo"),
        ("one\r\n\r\nAD\r\n\r\ntwo\r\n", ["AD"], "one\r\n\r\ntwo\r\n"),
        ("one\u2029AD\u2029two", ["AD"], "one\u2029two"),
        ("one\x85\x85AD\x85\x85two", ["AD"], "one\x85\x85two"),
        ("one\nAD\ntwo", ["AD"], "one\ntwo"),
        ("AD", ["AD"], ""),
        ("\n AD\n\nAE \n", ["AD", "AE"], "\n  \n"),
        ("one\n\nAD\n\n\ufeff\u200b\n", ["AD"], "one\n\n\ufeff\u200b\n"),
    ],
)  # fmt: skip
def test_a_paragraph_goes_with_the_space_behind_it_or_before_it(
    text: str, gone: list[str], left: str
) -> None:
    assert _cut(text, *gone) == left


def test_a_wrapped_paragraph_that_is_left_alone_keeps_a_blank_line() -> None:
    # Without any blank line its lines would be paragraphs of their own when it is read again.
    assert _cut("one\nmore\n\nAD\n", "AD") == "one\nmore\n\n\n"
    assert _cut("AD\n\none\nmore\n\nAE\n\nAF", "AD", "AE", "AF") == "one\nmore\n\n"
    assert _cut("one\nmore\n\ntwo\n\nAD\n", "AD") == "one\nmore\n\ntwo\n"
    assert _cut("one\nmore\n\nAD\n\n", "AD") == "one\nmore\n\n"


def test_the_title_and_the_blank_line_under_it_stay() -> None:
    assert _cut("Title\n\nAD\n\none\n", "AD", body_start=7) == "Title\n\none\n"
    assert _cut("Title\n\nAD\n", "AD", body_start=7) == "Title\n\n\n"
    assert _cut("Title\n\nAD\n", "AD", body_start=5) == "Title\n\n\n"
    assert _cut("AD\n\nAD\n\none\n", "AD", body_start=4) == "AD\n\none\n"


@pytest.mark.parametrize(
    "spans", [[(0, 3)], [(4, 99)], [(6, 6)], [(6, 5)], [(5, 8), (7, 9)], [(8, 9), (5, 6)]]
)
def test_spans_of_another_text_are_refused(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(MismatchError, match="changed since it was checked"):
        cut_spans("Ttl\n\none\n\ntwo", 5, spans)


SCRIPTS = ("The sea wall", "Морская стена", "海の壁", "جدار البحر", "समुद्री दीवार", "กำแพงทะเล")


@given(
    st.lists(st.tuples(st.sampled_from(SCRIPTS), st.booleans()), min_size=1, max_size=8),
    st.sampled_from(["\n\n", "\r\n\r\n", "\n \t\n", "\x85\x85", "\n\n\n"]),
    st.sampled_from(["", "\n", "\r\n", " \n\n"]),
)
def test_what_is_left_are_the_paragraphs_that_stay(
    paragraphs: list[tuple[str, bool]], separator: str, trail: str
) -> None:
    text = separator.join(words for words, _ in paragraphs) + trail
    spans, place = [], 0
    for words, goes in paragraphs:
        if goes:
            spans.append((place, place + len(words)))
        place += len(words) + len(separator)
    stay = [words for words, goes in paragraphs if not goes]
    kept = separator * (len(paragraphs) - 1) if not stay else separator.join(stay)
    left = without(text, cut_spans(text, 0, spans))
    assert left == (kept if stay else "") + trail


@pytest.mark.parametrize(
    ("text", "parts", "left"),
    [
        ("Body. Link\n\nNext", [("Link", "tail")], "Body.\n\nNext"),
        ("Body.\nLink\n\nNext", [("Link", "tail")], "Body.\n\nNext"),
        ("Body. Link", [("Link", "tail")], "Body."),
        ("Body. Link \n", [("Link", "tail")], "Body. \n"),
        ("Ad Body.\n\nNext", [("Ad", "head")], "Body.\n\nNext"),
        ("  Ad\nBody.\n\nNext", [("Ad", "head")], "  Body.\n\nNext"),
        ("Ad Body. Link\n\nNext", [("Ad", "head"), ("Link", "tail")], "Body.\n\nNext"),
        ("One\n\nBody. Link\n\nNext", [("Body.", "head"), ("Link", "tail")], "One\n\nNext"),
        ("One\n\nBody. Link", [("Body.", "head"), ("Link", "tail")], "One"),
        ("Ad Body. Link\n\nN", [("Ad", "head"), ("Body.", "middle"), ("Link", "tail")], "N"),
        ("Body. Link Name\n\nNext", [("Body.", "head"), ("Link", "tail")], "Name\n\nNext"),
        ("Body. Link Name\n\nNext", [("Link", "tail")], "Body. Name\n\nNext"),
        ("Body. Link\n\nNext. Link", [("Link", "tail"), ("Next. Link", "")], "Body."),
        ("One\n\nAd Body.", [("One", ""), ("Ad", "head")], "Body."),
        ("Ad 橋は。関連", [("Ad", "head"), ("関連", "tail")], "橋は。"),
    ],
)
def test_parts_of_a_paragraph(text: str, parts: list[tuple[str, str]], left: str) -> None:
    spans, place = [], 0
    for words, _ in parts:
        place = text.index(words, place)
        spans.append((place, place + len(words)))
        place += len(words)
    cuts = cut_spans(text, 0, spans, [side for _, side in parts])
    assert without(text, cuts) == left
    assert len(cuts) == len(parts)
    assert all(start < end for start, end in cuts)
    assert all(one[1] <= other[0] for one, other in pairwise(cuts))
