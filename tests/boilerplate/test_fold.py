"""The folded form is what folding a text as a whole gives, however it is worked out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dedup.boilerplate.fold import _table, fold

ALPHABET = "aZ `'’“”…—-\u00a0\u200b\u0301\u3000\n\t\x85\u1fef\u00b4éłßİЙё漢ไم१\ufb01"


def as_a_whole(text: str) -> str:
    """The definition: every character by the table, then white space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_table())
    return " ".join(text.split())


@given(st.text(ALPHABET) | st.text())
@example("two  spaces")
@example(" around ")
def test_folding_word_by_word_is_folding_the_whole(text: str) -> None:
    assert fold(text) == as_a_whole(text)


@pytest.mark.parametrize("block", range(17))
def test_every_character_folds_the_same_inside_a_word_and_alone(block: int) -> None:
    for code in range(block << 16, (block + 1) << 16):
        for text in (chr(code), f"a{chr(code)}b", f"a {chr(code)} é"):
            if not 0xD800 <= code < 0xE000:
                assert fold(text) == as_a_whole(text)
