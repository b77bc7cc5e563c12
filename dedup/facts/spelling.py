"""Whether two wordings are one, spelt otherwise: hyphens, British and American, contractions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA

_LONG = 5
"""Letters from which words that differ by one slip are one word misspelt."""

_CONTRACTIONS = {
    "can't": "can not", "won't": "will not", "n't": " not", "'re": " are", "'ve": " have",
    "'ll": " will", "'m": " am",
}  # fmt: skip

_AMERICAN = (
    (re.compile(r"(?<=[a-z]{2})our(?=$|s$|ed$|ing$|able$|ite$|ites$|ful$|hood$|er$|ers$)"), "or"),
    (re.compile(r"(?<=[a-z]{2})is(?=(?:e|es|ed|er|ers|ing|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{2})ys(?=(?:e|es|ed|er|ers|ing)$)"), "yz"),
    (re.compile(r"(?<=[bt])re(?=$|s$|d$)"), "er"),
    (re.compile(r"ogue(?=$|s$)"), "og"),
    (re.compile(r"(?<=[aeiou])ll(?=(?:ed|ing|er|ers)$)"), "l"),
    (re.compile(r"(?<=[a-z]{2})ence(?=$|s$)"), "ense"),
    (re.compile(r"ae|oe"), "e"),
    (re.compile(r"mme(?=$|s$)"), "m"),
    (re.compile(r"^grey"), "gray"),
    (re.compile(r"^tyre"), "tire"),
    (re.compile(r"^cheque"), "check"),
    (re.compile(r"wards$"), "ward"),
)


def same_wording(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two sequences of keys differ in spelling alone."""
    one, two = _expanded(a), _expanded(b)
    if "".join(one) == "".join(two):
        return True
    return len(one) == len(two) and all(map(_same, one, two))


def _expanded(keys: Sequence[str]) -> list[str]:
    found: list[str] = []
    for key in keys:
        for short, full in _CONTRACTIONS.items():
            if key.endswith(short):
                key = key.removesuffix(short) + full
        found += key.split()
    return found


def _same(x: str, y: str) -> bool:
    if x == y or american(x) == american(y):
        return True
    figures = x[0].isdigit() or y[0].isdigit()
    return not figures and min(len(x), len(y)) >= _LONG and OSA.distance(x, y, score_cutoff=1) <= 1


def american(word: str) -> str:
    """The word with American endings, as far as rules go; both sides are put through it."""
    for pattern, ending in _AMERICAN:
        word = pattern.sub(ending, word)
    return word
