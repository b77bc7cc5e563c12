"""The little language of the lexicon: phrases with slots, compiled to bounded expressions.

============================  ==================================================================
``Read also``                 these words, one space or line break between them, any case
``[Please] read``             an optional part
``(Read|See) more``           one of these
``(Share|Print|Email)+``      one to twelve of these, in any order, side by side
``{sep}``                     a visible separator: ``| : » › > • → ՝``, or a dash after a space
``{mark}``                    the same without the dash
``{open}`` ``{close}``        an opening or closing bracket
``{title}``                   1 to 30 words, anything
``{headline}``                1 to 25 words that begin with a capital and end no sentence
``{few}`` ``{word}``          1 to 6 words without punctuation; one word without a digit
``{name}`` ``{names}``        a person (1 to 5 words); persons (1 to 25 words)
``{source}`` ``{outlet}``     1 to 6 words that begin with a capital
``{credit}``                  1 to 12 words that begin with a capital, a digit or @
``{url}`` ``{email}``         an address; also ``{handle}`` (``@name``)
``{address}``                 any of these
``{end}``                     nothing more, and no colon that would introduce what follows
``{n}`` ``{year}``            a number; a year or two
``{date}``                    1 to 9 words that hold a digit
``{day}`` ``{ymd}``           a date with its year ("3. Mai 2021", "May 3, 2021"); year first
``{clock}``                   a time of day
============================  ==================================================================

A pattern describes a whole paragraph (``where = "line"``), its beginning (``prefix``) or its end
(``suffix``); or a stretch glued to a paragraph, before its first sentence (``head``) or behind its
last (``tail``), whose full stop must be written: ``[.]``. Bullets, arrows and brackets around, and
a final ``. : !`` of a paragraph, are allowed without being named; quotation marks are not, since
what is quoted was said by someone. Every quantifier is bounded and the caller caps the length, so
matching is linear for any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final, NamedTuple

from dedup.boilerplate.fold import INVISIBLE, MARKED, UNSPACED, fold
from dedup.expressions import later

PLACES: Final = ("line", "prefix", "suffix", "head", "tail")
GLUED: Final = ("head", "tail")
CASES: Final = ("any", "exact", "upper")

_UP = r"[^\Wa-zа-яёα-ωіїєґђјљњћџա-և_]"  # not lower case: capitals, caseless scripts, digits
_ABBREVIATED = (
    r"(?:[A-Z]|vs?|St|Dr|Mrs?|Ms|No|Inc|Jr|Sr|Sen|Rep|Gov|Gen|Mt|Ft|(?:[A-Za-z]\.){1,3}[A-Za-z])\."
)
_MID = rf"(?:\S*[^\s.;]|{_ABBREVIATED})"  # a word that ends no sentence
_LINK = r"(?:of|the|and|&|de|la|le|du|des|der|die|das|van|von|da|do|di|del|el|al|bin|y|et|und|e)"
_PLAIN = r"(?:[^\s.?!;:|。！？]|\.(?=\w))+"  # "news.example" has a dot inside
_MONTH = r"[^\W\d_]{3,12}\.?"  # any word: what stands around it makes it a month
_TH = r"(?:\.|st|nd|rd|th|[ao])?"

SLOTS: Final = {
    "sep": r"(?: ?(?:[|:»›►▶▸→•·>՝]|[-=]>)+ ?| -{1,3} ?|- )",
    "mark": r"(?: ?(?:[|:»›►▶▸→•·>՝]|[-=]>)+ ?)",
    "open": r"[(\[{]\ ?",
    "close": r"\ ?[)\]}]",
    "title": r"\S+(?: \S+){0,29}",
    "headline": rf"(?=[^\w\s]{{0,3}}{_UP}){_MID}(?: {_MID}){{0,24}}(?![.;](?!\.))",
    "word": r"[^\W\d_]{2,14}[.,]?",
    "few": rf"{_PLAIN}(?: {_PLAIN}){{0,5}}",
    "name": rf"{_UP}[^\s;:()]*(?: (?:{_UP}[^\s;:()]*|{_LINK})){{0,4}}",
    "names": rf"{_UP}[^\s;:()?!]*(?: [^\s;:()?!]+){{0,24}}",
    "source": rf"{_UP}[^\s;:]*(?: (?:{_UP}[^\s;:]*|{_LINK})){{0,5}}",
    "credit": rf"(?:{_UP}|@|[\w-]{{1,40}}\.[a-z]{{2,6}}\b)[^\s?!;]*(?: [^\s?!;]+){{0,11}}",
    "url": r"(?:https?://|www\.)\S{1,300}|[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}(?:/\S{0,300})?",
    "email": r"[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,60}){1,4}",
    "address": r"(?:@\w[\w.]{0,40}|[\w.+-]{1,60}@\S{3,100}|(?:https?://|www\.)\S{1,300}|"
    r"[\w-]{1,60}(?:\.[\w-]{1,60}){0,3}\.[a-z]{2,8}(?:/\S{0,300})?)",
    "handle": r"@\w{1,40}",
    "n": r"\d[\d.,]{0,11}[kKmM]?",
    "year": r"(?:19|20)\d\d(?: ?[-/,] ?(?:19|20)?\d\d)?",
    "date": r"(?=\D{0,40}\d)\S+(?: \S+){0,8}",
    "day": rf"(?:\d{{1,2}}{_TH} (?:de |of )?{_MONTH},? (?:de )?(?:19|20)\d\d|"
    rf"{_MONTH} \d{{1,2}}{_TH},? (?:19|20)\d\d|"
    r"\d{1,2}[-./] ?\d{1,2}[-./] ?(?:19|20)\d\d)",
    "ymd": r"(?:19|20)\d\d ?[-./년年] ?\d{1,2} ?[-./월月] ?\d{1,2}[.일日]?",
    "end": r"(?!\W{0,8}:)",
    "clock": r"\d{1,2}[:.h]\d\d(?:[:.]\d\d)?",
}
SLOTS["outlet"] = SLOTS["source"]

_SPACED = rf"[^\W_{UNSPACED}{MARKED}]"
_EDGE = rf"(?:(?<!{_SPACED})|(?!{_SPACED}))"  # a prefix ends where its last word ends
_LEAD = r"(?:[^\w\"'@$€£%&?!©]){0,8}"
_TRAIL = r"(?:[^\w\"'@$€£%&?]){0,8}"
_EXACT_TRAIL = r"(?:[^\w\"'@$€£%&?!.,;:。．।۔]){0,8}"
AROUND: Final = {
    "line": (_LEAD, _TRAIL),
    "prefix": (_LEAD, rf"{_EDGE}.*"),
    "suffix": (r".*(?<!\w)", _TRAIL),
    "head": (_LEAD, _EXACT_TRAIL),
    "tail": (_LEAD, _EXACT_TRAIL),
}
"""What may stand before and behind a phrase in a text that is the phrase."""

BESIDE: Final = "|,/•·-"
"""Signs that stand between the parts of a repeated group, as the inside of a character class."""
MOST: Final = 12
"""How often a part may be repeated."""

_CLASS = later(r"\\.|\[(\^?)((?:\\.|[^\\\]])*)\]")
_BEYOND_ASCII = later(r"[^\x00-\x7f](?:-[^\x00-\x7f])?")
_PIECE = later(r"\{(\w*)\}|([\[\](|)+])|( +)|([^\[\](|)+{} ]+)")


class PatternError(ValueError):
    """A pattern of the lexicon that cannot be understood."""


class Node(NamedTuple):
    """A word, a slot or a group; ``gap`` says that a space stands before it."""

    gap: bool
    text: str = ""
    slot: str = ""
    branches: tuple[tuple[Node, ...], ...] = ()
    optional: bool = False
    repeated: bool = False


def parse(pattern: str) -> tuple[Node, ...]:
    """The nodes of a pattern. Raises PatternError with the place of the fault."""
    pieces = list(_pieces(pattern.translate(INVISIBLE)))
    (sequence,), rest = _branches(pieces, 0, "", pattern)
    if rest != len(pieces):
        raise PatternError(f"{pattern!r}: unexpected {pieces[rest][0]!r}")
    return sequence


def _pieces(pattern: str) -> list[tuple[str, str]]:
    """(kind, value) of each piece: kind is "slot", "mark", "gap" or "text"."""
    found, at = [], 0
    for match in _PIECE.finditer(pattern):
        if match.start() != at:
            break
        at = match.end()
        slot, mark, gap, text = match.groups()
        if slot is not None:
            if slot not in SLOTS:
                close = get_close_matches(slot, SLOTS, 1) or sorted(SLOTS)
                raise PatternError(
                    f"{pattern!r}: unknown slot {{{slot}}}; did you mean "
                    f"{', '.join(f'{{{name}}}' for name in close)}?"
                )
            found.append(("slot", slot))
        else:
            found.append(("mark", mark) if mark else ("gap", gap) if gap else ("text", text))
    if at != len(pattern):
        raise PatternError(f"{pattern!r}: cannot read {pattern[at:]!r}")
    return found


def _branches(
    pieces: Sequence[tuple[str, str]], at: int, closing: str, pattern: str
) -> tuple[tuple[tuple[Node, ...], ...], int]:
    """The alternatives up to ``closing`` and the place after it."""
    branches: list[tuple[Node, ...]] = []
    nodes: list[Node] = []
    gap = False
    while at < len(pieces):
        kind, value = pieces[at]
        if kind == "mark" and value in ")]|+":
            if value == "+" and nodes and nodes[-1].branches and not nodes[-1].optional:
                nodes[-1] = nodes[-1]._replace(repeated=True)
            elif value == "|" and closing:
                branches.append(tuple(nodes))
                nodes, gap = [], False
            elif value == closing:
                return (*branches, tuple(nodes)), at + 1
            else:
                raise PatternError(f"{pattern!r}: unexpected {value!r}")
        elif kind == "mark":
            inner, at = _branches(pieces, at + 1, ")" if value == "(" else "]", pattern)
            if not all(inner):
                raise PatternError(f"{pattern!r}: an empty alternative; use [ ] for optional parts")
            nodes.append(Node(gap, branches=inner, optional=value == "["))
            gap = False
            continue
        elif kind == "gap":
            gap = True
        else:
            nodes.append(Node(gap, value) if kind == "text" else Node(gap, slot=value))
            gap = False
        at += 1
    if closing:
        raise PatternError(f"{pattern!r}: {closing!r} is missing")
    return (tuple(nodes),), at


class Laid(NamedTuple):
    """A node and what stands between it and its neighbours: ``" "``, ``" ?"`` or nothing.

    Where the node is optional, so are they.
    """

    before: str
    node: Node
    behind: str


def expression(pattern: str, where: str = "line", case: str = "any") -> str:
    """The regular expression of a pattern, to be matched in full against folded text."""
    before, behind = AROUND[where]
    return f"{before}{written(laid_out(parse(pattern)), case)}{behind}"


def for_ascii(expression: str) -> str:
    """The same expression for texts in ASCII: its sets of characters hold no others.

    Most texts are in ASCII once they are folded, and sets that reach beyond take two thirds of the
    time that an expression takes to compile, which is what a small feed waits for longest.
    """
    return _CLASS.sub(_ascii_set, expression)


def _ascii_set(found: re.Match[str]) -> str:
    if found[0][0] == "\\":
        return found[0]
    rest = _BEYOND_ASCII.sub("", found[2])
    if rest:
        return f"[{found[1]}{rest}]"
    return r"[\s\S]" if found[1] else r"[^\s\S]"


def laid_out(nodes: Sequence[Node]) -> list[Laid]:
    """Optional parts take the space before them along; before the first fixed part, after them.

    Raises PatternError when all parts are optional.
    """
    first = next((i for i, node in enumerate(nodes) if not node.optional), len(nodes))
    if first == len(nodes):
        raise PatternError("something in a pattern or group must not be optional")
    return [
        Laid(
            _space(nodes[i - 1], node) if i > first else "",
            node,
            _space(node, nodes[i + 1]) if i < first else "",
        )
        for i, node in enumerate(nodes)
    ]


def written(sequence: Iterable[Laid], case: str) -> str:
    """The regular expression of nodes one behind the other."""
    parts = []
    for before, node, behind in sequence:
        part = f"{before}{_node(node, case)}{behind}"
        parts.append(f"(?:{part})?" if node.optional else part)
    return "".join(parts)


def _space(before: Node, after: Node) -> str:
    """What stands between two nodes. Separators and brackets bring their own spaces."""
    brought = _begins_with(after, ("sep", "mark", "close"))
    if not after.gap or brought or before.slot in ("open", "sep", "mark"):
        return ""
    return " ?" if _begins_with(after, ("open",)) else " "


def _begins_with(node: Node, slots: tuple[str, ...]) -> bool:
    if node.branches:
        return all(_begins_with(branch[0], slots) for branch in node.branches)
    return node.slot in slots


def _node(node: Node, case: str) -> str:
    if node.slot:
        return f"(?:{SLOTS[node.slot]})"
    if node.text:
        return _literal(node.text, case)
    inner = "|".join(written(laid_out(branch), case) for branch in node.branches)
    if node.repeated:
        return rf"(?:{inner})(?: ?[{BESIDE}]? ?(?:{inner})){{0,{MOST - 1}}}"
    return f"(?:{inner})"


def _literal(text: str, case: str) -> str:
    plain = re.escape(literal(text, case))
    return f"(?i:{plain})" if case == "any" else plain


def literal(text: str, case: str) -> str:
    """A word of a pattern as it stands in folded text, in any case if that does not count."""
    plain = fold(text)
    return plain.upper() if case == "upper" else plain
