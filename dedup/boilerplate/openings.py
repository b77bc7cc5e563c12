"""The literal words that every text of a pattern begins or ends with: how patterns are found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dedup.boilerplate.fold import TOKEN, UNSPACED, fold, tokens
from dedup.boilerplate.pattern import Node, parse
from dedup.expressions import later

_CUT = later(r"\w['’]\w")  # a word that other tokenisers do not take apart here
_MAX_OPENINGS = 60  # beyond these, one word of each is enough: less selective, never wrong
_YEARS = tuple(map(str, range(1990, 2040)))  # so that "© {year}" has first words
_ENDS = {
    "year": _YEARS,
    "day": _YEARS,
    "clock": tuple(f"{minute:02}" for minute in range(60)),
    "address": ("com", "org", "net", "co", "uk", "de", "fr", "es", "it", "in", "example"),
}
"""The last words of slots that end in one of a few; others of the same slot are not found."""


def openings(pattern: str, closing: bool = False) -> list[str]:
    """The literal first (or last) words, one or two, that every matching text begins (ends) with.

    Two characters where words are not separated. An empty string among them means that some
    matching text begins (ends) with a slot.
    """
    found = _grow([("", False)], parse(pattern), closing)
    return sorted({_two(text, closing) for text, _ in found})


def _grow(
    states: list[tuple[str, bool]], nodes: tuple[Node, ...], closing: bool
) -> list[tuple[str, bool]]:
    """(literal so far, whether it is finished) after each way through the nodes."""
    for index in range(len(nodes) - 1, -1, -1) if closing else range(len(nodes)):
        node = nodes[index]
        beyond = index + 1 if closing else index
        gap = beyond < len(nodes) and nodes[beyond].gap
        grown: dict[tuple[str, bool], None] = {}
        for text, done in states:
            if done or len(tokens(text)) > (1 if gap else 2):
                grown[text if done else _two(text, closing), True] = None
                continue
            if node.optional:
                grown[text, False] = None
            for state in _step(text, node, gap, closing):
                grown[state] = None
        states = list(grown)
        if len(states) > _MAX_OPENINGS:
            ends = {(_two(text, closing, 1), done) for text, done in states}
            states = sorted({(end, done or bool(tokens(end))) for end, done in ends})
    return states


def _step(text: str, node: Node, gap: bool, closing: bool) -> list[tuple[str, bool]]:
    """The states after one node. Brackets are no words, so they finish nothing."""
    if node.slot in ("open", "close"):
        return [(text and (" " + text if closing else text + " "), False)]
    if not tokens(text) and node.slot in (_ENDS if closing else ("year",)):
        return [(end, True) for end in _ENDS[node.slot]]
    if node.slot:
        apart = gap or node.slot in ("sep", "mark")
        return [(text if apart else _whole(text, closing), True)]
    blank = " " if gap and text else ""
    if node.text:
        return [(node.text + blank + text if closing else text + blank + node.text, False)]
    joined = []
    for branch in node.branches:
        for inner, done in _grow([("", False)], branch, closing):
            whole = inner + blank + text if closing else text + blank + inner
            joined.append((whole, done or node.repeated))
    return joined


def _whole(text: str, closing: bool) -> str:
    """The words of a text that a slot written on to it does not make longer."""
    words = list(TOKEN.finditer(text))
    if not words:
        return text
    edge = words[0 if closing else -1]
    apart = edge.start() > 0 if closing else edge.end() < len(text)
    if apart or re.match(f"[{UNSPACED}]", edge.group()):
        return text
    return text[edge.end() :] if closing else text[: edge.start()]


def _two(text: str, closing: bool, count: int = 2) -> str:
    """The stretch of a text that holds its first or last tokens."""
    spans = list(TOKEN.finditer(text.lower()))
    picked = spans[-count:] if closing else spans[:count]
    if len(picked) > 1:
        cut = picked[0].start() - 2 if closing else picked[-1].end() - 1
        if cut >= 0 and _CUT.match(text, cut):
            picked = picked[1:] if closing else picked[:-1]
    return text[picked[0].start() : picked[-1].end()] if picked else ""


def longest(pattern: str) -> int:
    """About how many words a text that fits has at most; characters where they are not separated.

    A headline of many hyphens may have more.
    """
    return _words(parse(pattern), 60 if re.search(f"[{UNSPACED}]", pattern) else 1)


def _words(nodes: Sequence[Node], least: int) -> int:
    """``least`` is what a slot counts at least."""
    count = 0
    for node in nodes:
        if node.slot and node.slot not in ("sep", "mark", "open", "close", "end"):
            count += max(_SLOT_WORDS.get(node.slot, 6), least)
        elif node.text:
            count += len(tokens(fold(node.text)))
        elif node.branches:
            most = max(_words(branch, least) for branch in node.branches)
            count += most * (12 if node.repeated else 1)
    return count


_SLOT_WORDS = {
    "title": 30, "headline": 25, "names": 25, "credit": 12, "date": 9, "name": 5, "url": 25,
    "address": 25, "email": 8, "handle": 2,
}  # fmt: skip
