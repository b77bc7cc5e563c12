"""Whether a text may be a phrase at all: asked before an expression is compiled for it.

An expression takes a millisecond and more to compile, and of those that a small feed meets three
quarters fit none of its lines. The words and signs that a pattern cannot do without are looked up
in the text instead. A text that fits always passes; one that passes need not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from dedup.boilerplate.fold import fold
from dedup.boilerplate.pattern import Node

_MARKS: Final = "|:»›►▶▸→•·>՝"


def _holds(signs: str) -> Callable[[str], bool]:
    return lambda text: any(sign in text for sign in signs)


def _holds_digit(text: str) -> bool:
    return any(sign.isdigit() for sign in text)


_NEEDED: Final[Mapping[str, Callable[[str], bool]]] = {
    "mark": _holds(_MARKS),
    "sep": _holds(_MARKS + "-"),
    "open": _holds("([{"),
    "close": _holds(")]}"),
    "email": _holds("@"),
    "handle": _holds("@"),
    **dict.fromkeys(("n", "year", "date", "day", "ymd", "clock"), _holds_digit),
}
"""What a text must hold for these slots to be filled; the others take nearly anything."""

_SAME_LETTER: Final = {0x130: "i", 0x131: "i", 0x17F: "s", 0x212A: "k"}
"""Letters that an expression takes for a letter of ASCII where case does not count."""


def lowered(folded: str) -> str:
    """The form of a folded text that :func:`possible` looks words up in."""
    return (folded if folded.isascii() else folded.translate(_SAME_LETTER)).lower()


def possible(nodes: Iterable[Node], case: str, text: str) -> bool:
    """Whether all that a pattern needs stands somewhere in a text that was :func:`lowered`."""
    return all(node.optional or _stands(node, case, text) for node in nodes)


def _stands(node: Node, case: str, text: str) -> bool:
    if node.slot:
        needed = _NEEDED.get(node.slot)
        return needed is None or needed(text)
    if node.branches:
        return any(possible(branch, case, text) for branch in node.branches)
    plain = fold(node.text)
    word = lowered(plain.upper() if case == "upper" else plain)
    # Beyond ASCII, lower case is not all that makes two letters one to an expression.
    return word in text or not (word.isascii() or text.isascii())
