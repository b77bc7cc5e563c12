"""Whether a text is a phrase, told word by word.

To compile an expression takes a hundred times as long as to walk through a text once, and a small
feed asks most phrases about a text or two. As far as a phrase is words, of which some may be left
out or stand for others, and slots that take little, it is gone through from every place where it
may begin, all places at a time: no text takes longer than its length and the phrase's allow. From
the first slot on that takes nearly anything an expression decides, which other phrases share; it is
compiled for a text that has come so far and holds what else the phrase needs.

The answer is that of the expression of the whole phrase, for every folded text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from dedup.boilerplate.pattern import (
    AROUND,
    BESIDE,
    MOST,
    SLOTS,
    Laid,
    Node,
    for_ascii,
    laid_out,
    literal,
    parse,
    written,
)
from dedup.boilerplate.possible import alike, odd, possible

NARROW: Final = frozenset(
    ["sep", "mark", "open", "close", "n", "year", "day", "ymd", "clock", "word", "handle"]
)
"""Slots that take a few signs, whatever stands around these: their expressions do not look."""

_START: Final = re.compile(r"(?<!\w)")


class _Asked(NamedTuple):
    """A folded text, and the same as words are looked up in it: in any case if that is so."""

    folded: str
    worded: str
    ascii_only: bool


class Walk:
    """The way through a phrase."""

    __slots__ = ("_before", "_behind", "_case", "_left", "_rests", "_steps", "known")

    def __init__(self, pattern: str, where: str, case: str) -> None:
        sequence = laid_out(parse(pattern))
        known = next((i for i, laid in enumerate(sequence) if _wide(laid.node)), len(sequence))
        self.known = not odd(literal(pattern, case))
        """Whether the way is known; where it is not, the whole expression is to decide."""
        self._case = case
        self._before, self._behind = AROUND[where]
        self._steps = _steps(sequence[:known], case)
        self._left = sequence[known:]
        self._rests: dict[bool, re.Pattern[str]] = {}

    def fits(self, folded: str) -> bool:
        """Whether a folded text, which must not be odd, is the phrase."""
        text = alike(folded) if self._case == "any" else folded
        asked = _Asked(folded, text, folded.isascii())
        ends = _through(self._steps, self._begins(asked), asked)
        if not ends or not self._may_end(folded):
            return False
        rest = self._rest(asked.ascii_only)
        return any(rest.fullmatch(folded, end) for end in ends)

    def _begins(self, asked: _Asked) -> set[int]:
        """Where the phrase may begin."""
        if self._before == AROUND["suffix"][0]:
            return {found.start() for found in _START.finditer(asked.folded)}
        if asked.folded[:1].isalnum():
            return {0}
        lead = _compiled(self._before, asked.ascii_only).match(asked.folded)
        return set(range(lead.end() + 1)) if lead else {0}

    def _may_end(self, folded: str) -> bool:
        """Whether the text holds what the phrase has where the way ends."""
        nodes = (laid.node for laid in self._left)
        return not self._left or possible(nodes, self._case, alike(folded))

    def _rest(self, ascii_only: bool) -> re.Pattern[str]:
        """What is to follow where the way ends."""
        if ascii_only not in self._rests:
            rest = written(self._left, self._case) + self._behind
            self._rests[ascii_only] = _compiled(rest, ascii_only)
        return self._rests[ascii_only]


def _compiled(expression: str, ascii_only: bool) -> re.Pattern[str]:
    """The expression; the library keeps those that were compiled last."""
    return re.compile(for_ascii(expression) if ascii_only else expression)


def _wide(node: Node) -> bool:
    if node.slot:
        return node.slot not in NARROW
    return any(_wide(inner) for branch in node.branches for inner in branch)


class _Word(NamedTuple):
    """A word, and what stands before it and behind it."""

    before: str
    behind: str
    optional: bool
    word: str

    def over(self, begins: set[int], asked: _Asked) -> set[int]:
        """Where it may end."""
        size = len(self.word)
        return {at + size for at in begins if asked.worded.startswith(self.word, at)}


class _Slot(NamedTuple):
    """A narrow slot."""

    before: str
    behind: str
    optional: bool
    name: str

    def over(self, begins: set[int], asked: _Asked) -> set[int]:
        """Where it may end."""
        slot = _compiled(SLOTS[self.name], asked.ascii_only)
        return {
            end
            for at in begins
            if slot.match(asked.folded, at)
            for end in range(at + 1, len(asked.folded) + 1)
            if slot.fullmatch(asked.folded, at, end)
        }


class _Group:
    """A group of which one branch is taken, or several one beside the other."""

    __slots__ = ("_branches", "_case", "_heads", "_ways", "before", "behind", "node", "optional")

    def __init__(self, laid: Laid, case: str) -> None:
        self.before, self.node, self.behind = laid
        self.optional = self.node.optional
        self._case = case
        self._ways: dict[int, tuple[_Step, ...]] = {}
        self._heads = tuple(_head(branch, case) for branch in self.node.branches)

    def over(self, begins: set[int], asked: _Asked) -> set[int]:
        """Where it may end."""
        ends = one = self._once(begins, asked)
        for _ in range(MOST - 1 if self.node.repeated and one else 0):
            one = self._once(_beside(one, asked.worded), asked) - ends
            if not one:
                break
            ends = ends | one
        return ends

    def _once(self, begins: set[int], asked: _Asked) -> set[int]:
        # Of many words nearly always none stands there, which is told of all at once.
        begins = {at for at in begins if asked.worded.startswith(self._heads, at)}
        return {
            end
            for number, head in enumerate(self._heads if begins else ())
            for at in begins
            if asked.worded.startswith(head, at)
            for end in _through(self._way(number), {at}, asked)
        }

    def _way(self, branch: int) -> tuple[_Step, ...]:
        if branch not in self._ways:
            self._ways[branch] = _steps(laid_out(self.node.branches[branch]), self._case)
        return self._ways[branch]


_Step = _Word | _Slot | _Group


def _head(branch: Sequence[Node], case: str) -> str:
    """The word that a branch begins with; nothing where it may begin otherwise."""
    first = branch[0]
    return _word(first, case) if first.text and not first.optional else ""


def _word(node: Node, case: str) -> str:
    word = literal(node.text, case)
    return alike(word) if case == "any" else word


def _steps(sequence: Iterable[Laid], case: str) -> tuple[_Step, ...]:
    return tuple(_step(laid, case) for laid in sequence)


def _step(laid: Laid, case: str) -> _Step:
    before, node, behind = laid
    if node.slot:
        return _Slot(before, behind, node.optional, node.slot)
    if node.branches:
        return _Group(laid, case)
    return _Word(before, behind, node.optional, _word(node, case))


def _through(steps: Iterable[_Step], begins: set[int], asked: _Asked) -> set[int]:
    """Where the steps may end that begin at these places."""
    for step in steps:
        at = _gap(step.before, begins, asked.worded)
        ends = _gap(step.behind, step.over(at, asked), asked.worded)
        begins = ends | begins if step.optional else ends
        if not begins:
            break
    return begins


def _beside(ends: set[int], text: str) -> set[int]:
    """Where the next part of a repeated group may begin."""
    begins = _gap(" ?", ends, text)
    begins |= {at + 1 for at in begins if at < len(text) and text[at] in BESIDE}
    return _gap(" ?", begins, text)


def _gap(gap: str, ends: set[int], text: str) -> set[int]:
    """Beyond a space, where there is one to be or there may be one."""
    if not gap:
        return ends
    beyond = {at + 1 for at in ends if text.startswith(" ", at)}
    return beyond if gap == " " else beyond | ends
