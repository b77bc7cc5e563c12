"""Furniture glued to a paragraph: what is cut off, and what looks like it and stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.boilerplate import glued
from dedup.boilerplate.glued import Parted, part
from dedup.boilerplate.glued_places import GLUED_INDEX, GluedPlaces
from dedup.boilerplate.index import glued_text
from dedup.boilerplate.lexicon import Lexicon
from dedup.boilerplate.nominate import Nominator
from dedup.boilerplate.phrases import GLUED_FILE, Entry, read_entries
from dedup.errors import ConfigError
from dedup.fingerprint import read_through
from dedup.kernels import reference
from dedup.model import Story, StoryBatch
from dedup.text import matching_form

LEXICON = Lexicon.load()
ENTRIES = read_entries(GLUED_FILE)
FORM = matching_form.load()
NOMINATOR = Nominator(LEXICON, FORM)


def left(text: str) -> str:
    """What stays of a paragraph."""
    parted = part(text, LEXICON)
    return text if parted is None else text[parted.start : parted.end]


def nominated(*paragraphs: str) -> list[int]:
    """Numbers of the paragraphs that the hashes of their words send to be read."""
    paragraphs = (*paragraphs, "Blank lines part these.")
    batch = StoryBatch.of([Story("a", "\n\n".join(paragraphs))])
    read = read_through(batch.text, batch.offsets, batch.body_starts, FORM, reference)
    columns = read.paragraphs
    assert len(columns) == len(paragraphs)

    def text_of(number: int) -> bytes:
        return paragraphs[number].encode()

    asked = np.ones(len(columns), bool)
    found = NOMINATOR.parted(read.tokens, columns.token_start, columns.words, asked, text_of)
    return [number for number, _ in found]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.name} {entry.rule}")
def test_examples(entry: Entry) -> None:
    for example in entry.match:
        parted = part(example, LEXICON)
        assert parted is not None, example
        assert parted.whole is None, example
        assert [piece.match.rule for piece in parted.pieces] == [entry.rule], example
        assert nominated(example, "Nothing to see.") == [0], example
    for example in entry.content:
        assert part(example, LEXICON) is None, example


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("The wall broke. Read more: Floods in the north", "The wall broke."),
        ("The wall broke.\nRead more: Floods in the north", "The wall broke."),
        ("The wall broke. Read more:\nFloods in the\nnorth", "The wall broke."),
        ("“No,” he said. (Reporting by A. Other; Editing by B. Case)", "“No,” he said."),
        ("It broke. Read more: Rain ahead Follow us on Twitter @example", "It broke."),
        ("It broke. Follow us on Facebook. Subscribe to our newsletter.", "It broke."),
        ("Advertisement LONDON — The wall broke.", "LONDON — The wall broke."),
        ("Advertisement\nThe wall broke. ADVERTISEMENT", "The wall broke."),
        ("Crowds at the wall. Kevin C. Other/Getty Images", "Crowds at the wall."),
        ("Мост закрыт. Читайте также: Наводнение на севере", "Мост закрыт."),
        ("الجسر مغلق. اقرأ أيضا: فيضانات في الشمال", "الجسر مغلق."),
        ("पुल बंद है। यह भी पढ़ें: उत्तर में बाढ़", "पुल बंद है।"),
        ("橋は閉鎖された。関連記事：北部で洪水", "橋は閉鎖された。"),
        ("สะพานปิดแล้ว อ่านเพิ่มเติม : น้ำท่วมภาคเหนือ", "สะพานปิดแล้ว"),
    ],
)
def test_the_ends_of_a_paragraph_are_cut_where_a_sentence_ends(text: str, stays: str) -> None:
    assert left(text) == stays
    assert nominated(text) == [0]


@pytest.mark.parametrize(
    "text",
    [
        "He said the advertisement was misleading. Read more books, he urged.",
        "It broke: read more: Floods in the north",
        "The mayor said read more: Floods in the north",
        "It broke. (Related: it was late, and nobody was surprised.)",
        "He wrote: “The wall broke. Follow us on Twitter @example",
        "“The wall broke. Read more: Floods in the north”",
        "It broke. He asked them to follow us on Twitter @example",
        "Advertisement Standards are low, she said.",
        "ADVERTISEMENT RULES ARE TIGHTENED BY THE COUNCIL",
        "advertisement The wall broke.",
        "It broke. Contributing factors: Rain",
        "They met Dr. Ann Other contributed to this report.",
        "Crowds wait on Aug. Other/Getty Images",
        "",
        "   ",
        "Read more: Floods in the north",
    ],
)
def test_prose_is_left_whole(text: str) -> None:
    assert part(text, LEXICON) is None


def test_a_paragraph_of_furniture_alone_is_whole() -> None:
    parted = part("Read more: Floods in the north. Follow us on Twitter @example", LEXICON)
    assert parted is None or parted.whole is not None
    both = part("Share this article. Follow us on Twitter @example", LEXICON)
    assert both is not None
    assert both.whole is not None
    assert both.whole.rule == "BLP304"


def test_what_is_least_sure_to_go_names_a_paragraph_of_furniture() -> None:
    parted = part("Ann Other contributed to this report. Follow us on Twitter @example", LEXICON)
    assert parted is not None
    assert parted.whole is not None
    assert parted.whole.rule == "BLP306"


def test_pieces_stand_in_the_order_of_the_text_and_apart() -> None:
    text = "Advertisement LONDON — It broke. (Reporting by A. Other) Follow us on Twitter @example"
    parted = part(text, LEXICON)
    assert parted is not None
    cut = [(text[piece.start : piece.end], piece.side) for piece in parted.pieces]
    assert cut == [
        ("Advertisement", "head"), ("(Reporting by A. Other)", "tail"),
        ("Follow us on Twitter @example", "tail"),
    ]  # fmt: skip


PARTS = (
    "The wall broke.", "Read more", "Read more: Rain ahead", "Advertisement", "ADVERTISEMENT",
    "Follow us on Twitter @example", "(Reporting by A. Other)", "Ann Other/Getty Images", "“No”",
    "橋は閉鎖された。", "関連記事：北部で洪水", "मत करो।", "Читайте также: Мост закрыт", "U.S.",
    "\n", "\u200b", "…",
)  # fmt: skip


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(PARTS), max_size=7))
def test_nothing_is_left_to_cut_and_nothing_else_is_cut(parts: list[str]) -> None:
    text = " ".join(parts).strip(" \n\u200b")
    parted = part(text, LEXICON)
    if parted is None:
        return
    pieces = [text[piece.start : piece.end] for piece in parted.pieces]
    stays = text[parted.start : parted.end]
    assert all(piece == piece.strip() != "" for piece in pieces)
    assert sum(map(len, pieces)) + len(stays) + _gaps(text, parted) == len(text)
    if parted.whole is None:
        assert part(stays, LEXICON) is None
        assert LEXICON.match(stays) is None


def _gaps(text: str, parted: Parted) -> int:
    """Characters between the pieces, which must be white space."""
    spans = sorted([(p.start, p.end) for p in parted.pieces] + [(parted.start, parted.end)])
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    gaps = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    assert all(not gap.strip() for gap in gaps)
    return sum(map(len, gaps))


def test_kept_lines_are_not_cut(tmp_path: Path) -> None:
    keep = tmp_path / "keep.txt"
    keep.write_text("Read more: Floods in the north\n")
    kept = Lexicon.load(keep=[str(keep)])
    assert part("The wall broke. Read more: Floods in the north", kept) is None
    assert part("The wall broke. Read more: Rain ahead", kept) is not None


def test_a_lexicon_of_the_user_has_glued_phrases_too(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'language = "en"\n[[entry]]\nid = "own"\nrule = "BLP304"\nwhere = "tail"\n'
        'patterns = ["Ring the newsdesk[.]"]\nmatch = ["It broke. Ring the newsdesk."]\n'
        'content = ["He said: Ring the newsdesk."]\n'
    )
    lexicon = Lexicon.load([str(own)])
    parted = part("The wall broke. Ring the newsdesk.", lexicon)
    assert parted is not None
    assert parted.pieces[0].match.entry == "en:own"
    assert part("The wall broke. Ring the newsdesk.", LEXICON) is None


def test_an_entry_of_the_user_must_keep_its_promise(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'language = "en"\n[[entry]]\nid = "own"\nrule = "BLP304"\nwhere = "tail"\n'
        'patterns = ["Ring the newsdesk"]\nmatch = ["It broke, ring the newsdesk"]\n'
    )
    with pytest.raises(ConfigError, match="must take an end of 'It broke, ring the newsdesk'"):
        Lexicon.load([str(own)])


def test_the_index_of_glued_phrases_is_that_of_their_file() -> None:
    phrases = [phrase for entry in ENTRIES for phrase in entry.phrases]
    assert GLUED_INDEX.read_text("utf-8") == glued_text(GluedPlaces(phrases).stored()), (
        "glued.toml has changed: run `python -m dedup.boilerplate.index`"
    )


def test_a_head_must_begin_with_words(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'language = "en"\n[[entry]]\nid = "own"\nrule = "BLP304"\nwhere = "head"\n'
        'patterns = ["{name} writes"]\n'
    )
    with pytest.raises(ConfigError, match="must begin or end with a word"):
        Lexicon.load([str(own)])


@given(
    st.text(" .!?。？\"”»)]）」』】\r\n\u2028กขa'’…", max_size=20),
    st.integers(0, 20), st.integers(0, 20),
)  # fmt: skip
def test_sentence_ends_are_all_found(text: str, low: int, high: int) -> None:
    wanted = [found.span() for found in glued._SENTENCE_END.finditer(text, low, high)]

    assert [found.span() for found in glued._sentence_ends(text, low, high)] == wanted


def test_long_texts_take_little_time_whatever_they_hold() -> None:
    hostile = ["Read more: " * 3000, "(" * 30_000, "Follow us on " + "a b " * 9000, ". " * 20_000]
    for text in hostile:
        assert left(text + "Read more: Rain").startswith(text[:1000])
