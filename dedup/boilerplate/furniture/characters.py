"""The class of every character: letters by case, digits, sentence ends, brackets, signs.

Made from Python's Unicode data when the model is trained, and shipped with its weights.
"""

from __future__ import annotations

import unicodedata

import numpy as np

from dedup.kernels import reference_furniture as ref
from dedup.kernels.reference import U8
from dedup.text.matching_form import MatchingForm

_STOPS = frozenset(".!?…。！？।॥؟۔｡．።‽՞։៕။")
_COMMAS = frozenset(",;،؛、，；՝፣")
_COLONS = frozenset(":：")
_BY_CATEGORY = {
    "Ll": ref.LOWER, "Lu": ref.UPPER, "Lt": ref.UPPER, "Lo": ref.LETTER, "Lm": ref.LETTER,
    "Nd": ref.DIGIT, "Mn": ref.MARK, "Mc": ref.MARK, "Me": ref.MARK, "Cf": ref.MARK,
    "Pf": ref.CLOSE, "Pe": ref.CLOSE, "Ps": ref.OPEN, "Pi": ref.OPEN, "Pd": ref.DASH,
    "Cn": ref.OTHER, "Co": ref.OTHER, "Cs": ref.OTHER,
}  # fmt: skip


def classes(form: MatchingForm) -> U8:
    """The class of each of 0x110000 code points (about 1 s)."""
    table = np.empty(len(form.layout), np.uint8)
    for code in range(len(table)):
        table[code] = ref.BLANK if form.layout[code] else _class_of(chr(code))
    return table


def _class_of(char: str) -> int:
    if char in _STOPS:
        return ref.STOP
    if char in _COMMAS:
        return ref.COMMA
    if char in _COLONS:
        return ref.COLON
    if char in "\"'":
        return ref.CLOSE
    category = unicodedata.category(char)
    return ref.BLANK if category[0] == "Z" else _BY_CATEGORY.get(category, ref.SIGN)
