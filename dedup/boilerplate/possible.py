"""Whether a text may hold what a pattern needs: asked before an expression is compiled for it.

An expression takes a millisecond and more to compile, and of those that a small feed meets three
quarters fit none of its lines. The words and signs that a pattern cannot do without are looked up
in the text instead. A text that fits always passes; one that passes need not fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from dedup.boilerplate.pattern import Node, literal

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

_ODD = (
    "\u0130\u0131\u017f\u212a\u0345\u00b5\u0390\u03b0\u03d0\u03d1\u03d5\u03d6\u03f0\u03f1\u03f4"
    "\u03f5\u1c80-\u1c8f\u1e60\u1e61\u1e9b\u1fbe\u1fd3\u1fe3\ufb05\ufb06"
)


def odd(text: str) -> bool:
    """Whether a text holds letters that an expression takes for others than their capitals.

    Where case does not count, the long s is an s to it and the Kelvin sign a k.
    """
    return not text.isascii() and re.search(f"[{_ODD}]", text) is not None


def alike(text: str) -> str:
    """The text, sign for sign, in the form in which case does not count; it must not be odd."""
    return text.lower() if text.isascii() else text.lower().replace("ς", "σ")


def possible(nodes: Iterable[Node], case: str, text: str) -> bool:
    """Whether all that a pattern needs stands somewhere in a text made :func:`alike`."""
    return all(node.optional or _stands(node, case, text) for node in nodes)


def _stands(node: Node, case: str, text: str) -> bool:
    if node.slot:
        needed = _NEEDED.get(node.slot)
        return needed is None or needed(text)
    if node.branches:
        return any(possible(branch, case, text) for branch in node.branches)
    return alike(literal(node.text, case)) in text
