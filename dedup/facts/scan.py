"""What facts a stretch of words mentions, read from left to right."""

from __future__ import annotations

import unicodedata

from dedup.facts.mentions import Mention
from dedup.facts.moments import moment
from dedup.facts.names import names
from dedup.facts.numerals import quantity
from dedup.facts.vocabulary import Vocabulary
from dedup.facts.words import Words

ORDINAL = "th"
_SIGNS = frozenset("-0123456789")
_SCORE = 3
"""Figures of a result such as "2-1" or "101-99"."""


def scan(words: Words, low: int, high: int, vocabulary: Vocabulary) -> list[Mention]:
    """The mentions among tokens ``low`` to ``high``, by their place; none overlap."""
    found: list[Mention] = []
    keys, starters = words.keys, vocabulary.starters
    begins = [
        i for i in range(low, high)
        if (key := keys[i]) in starters or key[0] in _SIGNS or key[-3:] == "n't"
        or (len(key) == 1 and _fraction(key))
    ]  # fmt: skip
    behind = low
    for i in begins:
        if i < behind:
            continue
        if keys[i] in vocabulary.weak and _alone(words, i, high, vocabulary):
            value = vocabulary.numbers.get(keys[i], 1.0)
            mention: Mention | None = Mention("number", i, i + 1, (value,), weak=True)
        else:
            mention = _read(words, i, high, vocabulary)
        if mention is not None:
            found.append(mention)
            behind = mention.high
    if True in words.capitals[low:high]:
        taken = {i for mention in found for i in range(mention.low, mention.high)}
        found += names(words, low, high, vocabulary, taken)
        found.sort(key=lambda mention: mention.low)
    return found


def _fraction(key: str) -> bool:
    return not key.isascii() and unicodedata.category(key) == "No"


def _alone(words: Words, i: int, high: int, vocabulary: Vocabulary) -> bool:
    """Whether "a" begins nothing longer, as "a hundred", and is no negation."""
    if words.keys[i] in vocabulary.negations.firsts():
        return False
    following = words.keys[i + 1] if i + 1 < high else ""
    return following not in vocabulary.starters and following not in vocabulary.scales


def _read(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    return (
        _negation(words, i, high, vocabulary)
        or moment(words, i, high, vocabulary)
        or _ordinal(words, i, high, vocabulary)
        or _score(words, i, high, vocabulary)
        or quantity(words, i, high, vocabulary)
    )


def _negation(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    key = words.keys[i]
    if key.endswith("n't"):
        return Mention("negation", i, i + 1, ("not",))
    found = vocabulary.negations.at(words.keys, i, high)
    if found is None:
        return None
    word, end = found
    # "No. 5" counts; so does "nº".
    numbered = key == "no" and end < high and words.keys[end][0].isdigit()
    return None if numbered else Mention("negation", i, end, (word,))


def _ordinal(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    key = words.keys[i]
    value = vocabulary.ordinals.get(key)
    if value is not None and words.gaps[i] != "":
        return Mention("number", i, i + 1, (float(value),), ORDINAL, weak=True)
    figures = i + 1 < high and key.isdigit() and len(key) < 4 and words.gaps[i + 1] == ""
    if not figures or words.keys[i + 1] not in vocabulary.ordinals:
        return None
    of_month = vocabulary.months.at(words.keys, i + 2, high) is not None
    return None if of_month else Mention("number", i, i + 2, (float(key),), ORDINAL)


def _score(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    """A result, whose order counts: "2-1" is not "1-2"."""
    if i + 1 >= high or words.gaps[i + 1] != "-":
        return None
    pair = words.keys[i], words.keys[i + 1]
    if not all(key.isdigit() and len(key) <= _SCORE for key in pair):
        return None
    if i + 2 < high:
        unit = vocabulary.units.at(words.keys, i + 2, high) is not None
        scale = words.keys[i + 2] in vocabulary.scales or words.keys[i + 2] in vocabulary.magnitudes
        if unit or scale or words.gaps[i + 2] in ("-", "/"):
            return None
    return Mention("number", i, i + 2, ("-".join(pair),))
