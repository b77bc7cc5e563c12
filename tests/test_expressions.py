"""Expressions that are compiled when they are first used."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.expressions import later

_PATTERNS = st.sampled_from([r"\w+", r"(a|b)(c)?", r"\s*x", "", r"(?P<n>\d)"])


@given(_PATTERNS, st.text("abcx1 \n"), st.sampled_from([0, re.IGNORECASE]))
def test_the_answers_are_those_of_a_compiled_one(pattern: str, text: str, flags: int) -> None:
    one, other = later(pattern, flags), re.compile(pattern, flags)
    for ask in ("search", "match", "fullmatch"):
        mine, right = getattr(one, ask)(text), getattr(other, ask)(text)
        assert (mine and mine.span()) == (right and right.span())
    assert one.findall(text) == other.findall(text)
    assert [found.span() for found in one.finditer(text)] == [
        found.span() for found in other.finditer(text)
    ]
    assert one.sub("-", text) == other.sub("-", text)
    assert one.split(text) == other.split(text)
    assert one.pattern == other.pattern


def test_nothing_is_compiled_before_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[object] = []
    real = re.compile

    def noted(*asked: Any) -> re.Pattern[Any]:
        compiled.append(asked[0])
        return real(*asked)

    monkeypatch.setattr(re, "compile", noted)

    expression = later(b"a+")
    assert not compiled
    assert expression.fullmatch(b"aa")
    assert expression.search(b"baa")
    assert compiled == [b"a+"]


def test_a_fault_is_told_where_it_is_used() -> None:
    with pytest.raises(re.error):
        later("(").search("")
    with pytest.raises(AttributeError):
        getattr(later("a"), "nothing")  # noqa: B009 -- the type knows better
