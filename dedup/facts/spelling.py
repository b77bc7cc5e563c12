"""Whether two wordings are one, spelt otherwise: hyphens, British and American, contractions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from rapidfuzz.distance import OSA

from dedup.expressions import later

_SHORT = 4
_LONG = 5
"""Letters of the longer word from which a letter too many, too few or out of place, and from which
a wrong letter, is a slip: "Irnan" is Iran, but Iraq is not."""

_CONTRACTIONS = {
    "can't": "can not", "won't": "will not", "n't": " not", "'re": " are", "'ve": " have",
    "'ll": " will", "'m": " am",
}  # fmt: skip

_AMERICAN = (
    (later(r"(?<=[a-z]{2})our(?=$|s$|ed$|ing$|able$|ite$|ites$|ful$|hood$|er$|ers$)"), "or"),
    (later(r"(?<=[a-z]{2})is(?=(?:e|es|ed|er|ers|ing|ation|ations)$)"), "iz"),
    (later(r"(?<=[a-z]{2})ys(?=(?:e|es|ed|er|ers|ing)$)"), "yz"),
    (later(r"(?<=[bt])re(?=$|s$|d$)"), "er"),
    (later(r"ogue(?=$|s$)"), "og"),
    (later(r"(?<=[aeiou])ll(?=(?:ed|ing|er|ers)$)"), "l"),
    (later(r"(?<=[a-z]{2})ence(?=$|s$)"), "ense"),
    (later(r"ae|oe"), "e"),
    (later(r"mme(?=$|s$)"), "m"),
    (later(r"^grey"), "gray"),
    (later(r"^tyre"), "tire"),
    (later(r"^cheque"), "check"),
    (later(r"wards$"), "ward"),
)

_BRITISH = later("|".join(pattern.pattern for pattern, _ in _AMERICAN))
"""Words that none of the rules fits are most: one search tells."""


def same_wording(a: Sequence[str], b: Sequence[str], telling: frozenset[str]) -> bool:
    """Whether two sequences of keys differ in spelling alone.

    Two different ``telling`` words, which carry facts, never do ("million", "billion").
    """
    one, two = _expanded(a), _expanded(b)
    plain = "".join(one)
    if plain == "".join(two) and plain.isalpha():
        return True
    same = len(one) == len(two) and bool(one)
    return same and all(
        x == y or (same_word(x, y) and not (x in telling and y in telling))
        for x, y in zip(one, two, strict=True)
    )


def _expanded(keys: Sequence[str]) -> list[str]:
    found: list[str] = []
    for key in keys:
        if "'" not in key:
            found.append(key)
            continue
        for short, full in _CONTRACTIONS.items():
            if key.endswith(short):
                key = key.removesuffix(short) + full
        found += key.split()
    return found


def same_word(x: str, y: str) -> bool:
    """Whether two words are British and American, or one is the other with a slip.

    Two common words are two words ("would", "could"), however alike they are.
    """
    if x == y or american(x) == american(y):
        return True
    if x[0].isdigit() or y[0].isdigit() or OSA.distance(x, y, score_cutoff=1) > 1:
        return False
    moved = len(x) != len(y) or sorted(x) == sorted(y)
    long = max(len(x), len(y)) >= (_SHORT if moved else _LONG)
    return long and not (x in _common() and y in _common())


@cache
def _common() -> frozenset[str]:
    """The commonest words of news, from the table of term frequencies."""
    lines = files("dedup").joinpath("prior.tsv").read_text("utf-8").splitlines()
    return frozenset(line.split("\t")[1] for line in lines if line and not line.startswith("#"))


def american(word: str) -> str:
    """The word with American endings, as far as rules go; both sides are put through it."""
    if _BRITISH.search(word) is None:
        return word
    for pattern, ending in _AMERICAN:
        word = pattern.sub(ending, word)
    return word
