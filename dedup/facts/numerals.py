"""Numbers in figures and words, with what they count: "$1.5 billion", "23-1/2 cts", "三万人"."""

from __future__ import annotations

import re
import unicodedata

from dedup.expressions import later
from dedup.facts.mentions import Mention, exact
from dedup.facts.vocabulary import Unit, Vocabulary
from dedup.facts.words import Words

MINUS = "-"
"""The key of a dash right before a number and behind a space; other dashes are no words."""

_GROUPED = later(r"\d{1,3}(?:([.,'])\d{3})+")
_INDIAN = later(r"\d{1,3}(?:,\d{2})*,\d{3}")
_HARD_SPACES = frozenset("\u00a0\u2009\u202f")
_DENOMINATORS = frozenset({2, 3, 4, 5, 8, 16, 32, 64})
"""Of fractions on markets and in recipes; "24/7" and "3/12" are none."""

_LARGEST_SCALE = 100.0


def quantity(words: Words, i: int, high: int, vocabulary: Vocabulary) -> Mention | None:
    """The number that begins at token ``i``, with its currency, percent sign or measure."""
    sign = -1.0 if words.keys[i] == MINUS else 1.0
    unit, j = _prefix(words, i + 1 if sign < 0 else i, high, vocabulary)
    core = _core(words, j, high, vocabulary, money=unit is not None and unit.kind == "money")
    if core is None:
        return None
    readings, end, weak = core
    behind = _suffix(words, end, high, vocabulary)
    if behind is not None:
        found, end = behind
        unit = found if unit is None or found.kind != "number" else unit
        weak = weak and found.kind == "number"
    kind, name, factor = (unit.kind, unit.name, unit.factor) if unit else ("number", "", 1.0)
    values = tuple(dict.fromkeys(exact(sign * value) for value in readings))
    return Mention(kind, i, end, values, name, weak, factor)


def _prefix(words: Words, i: int, high: int, vocabulary: Vocabulary) -> tuple[Unit | None, int]:
    """A currency, or Chinese and Turkish percent, in front of a number."""
    found = vocabulary.units.at(words.keys, i, high)
    if found is None or not found[0].before:
        return None, i
    unit, j = found
    if j < high and _near(words.gaps[j]) and words.keys[j][0].isdigit():
        return unit, j
    east = unit.kind == "percent" and _is_east(words, j, high, vocabulary)
    return (unit, j) if east else (None, i)


def _suffix(
    words: Words, i: int, high: int, vocabulary: Vocabulary
) -> tuple[Unit, int] | None:
    found = vocabulary.units.at(words.keys, i, high) if i < high and _near(words.gaps[i]) else None
    if found is None:
        return None
    unit, end = found
    # "$5 $6": the sign belongs to the number behind it.
    follows = end < high and words.gaps[end] == "" and words.keys[end][0].isdigit()
    return None if unit.kind == "money" and follows and words.gaps[i] != "" else (unit, end)


def _near(gap: str) -> bool:
    return gap in ("", " ", "-", ". ", ".", " (") or (not gap.strip(" -\u00a0\u202f\u2009\n"))


def _core(
    words: Words, i: int, high: int, vocabulary: Vocabulary, money: bool
) -> tuple[tuple[float, ...], int, bool] | None:
    """Possible values of the number at ``i``, the token behind it, and whether it is weak."""
    if i >= high:
        return None
    key = words.keys[i]
    if _is_east(words, i, high, vocabulary):
        return _east(words, i, high, vocabulary)
    if key[0].isdigit():
        readings, end = _figures(words, i, high, vocabulary)
        factor, end = _scaled(words, end, high, vocabulary, money)
        return tuple(value * factor for value in readings), end, False
    if unicodedata.category(key[0]) == "No" and len(key) == 1:
        return (unicodedata.numeric(key),), i + 1, False
    return _spelled(words, i, high, vocabulary)


def _scaled(
    words: Words, i: int, high: int, vocabulary: Vocabulary, money: bool
) -> tuple[float, int]:
    """The product of the magnitudes at ``i``: "hundred million"."""
    factor = 1.0
    while i < high and _near(words.gaps[i]):
        key = words.keys[i]
        more = vocabulary.scales.get(key) or vocabulary.magnitudes.get(key)
        if more is None and money and words.gaps[i] in ("", " "):
            more = vocabulary.money_magnitudes.get(key)
        if more is None:
            break
        factor, i = factor * more, i + 1
    return factor, i


def _figures(
    words: Words, i: int, high: int, vocabulary: Vocabulary
) -> tuple[tuple[float, ...], int]:
    token, end = words.keys[i], i + 1
    while end < high and _grouping(words, end, vocabulary):
        token, end = token + words.keys[end], end + 1
    part, end = _fraction(words, end, high)
    if part is None and _divides(words, end, high):
        whole, below = _plain(token), _plain(words.keys[end])
        if whole is not None and below in _DENOMINATORS and whole < below:
            return (whole / below,), end + 1
    return tuple(value + (part or 0.0) for value in read(token, vocabulary)), end


def _grouping(words: Words, i: int, vocabulary: Vocabulary) -> bool:
    """Whether token ``i`` continues a number grouped by spaces: "1 000 000"."""
    gap, key = words.gaps[i], words.keys[i]
    before = words.keys[i - 1]
    spaced = gap in _HARD_SPACES or (gap == " " and vocabulary.decimal_comma)
    return (spaced and len(before) <= 3 and before.isdigit()
            and len(re.split("[.,]", key)[0]) == 3 and key[0].isdigit())  # fmt: skip


def _fraction(words: Words, i: int, high: int) -> tuple[float | None, int]:
    """The "1/2" of "23-1/2" or the "½" of "23½"."""
    if i < high and words.gaps[i] in ("", "-", " "):
        key = words.keys[i]
        if len(key) == 1 and unicodedata.category(key) == "No":
            return unicodedata.numeric(key), i + 1
        if words.gaps[i] != "" and _divides(words, i + 1, high):
            above, below = _plain(key), _plain(words.keys[i + 1])
            if above is not None and below in _DENOMINATORS and above < below:
                return above / below, i + 2
    return None, i


def _divides(words: Words, i: int, high: int) -> bool:
    return i < high and words.gaps[i] in ("/", "⁄") and words.keys[i].isdigit()


def _plain(token: str) -> int | None:
    return int(token) if token.isdigit() and len(token) < 10 else None


def read(token: str, vocabulary: Vocabulary) -> tuple[float, ...]:
    """The values that figures may stand for: "1.500" is 1.5 in one country, 1,500 in another.

    Two kinds of separators, or one kind twice, leave no choice; so do groups of other than three
    figures. Else the custom of the language is the first reading; a point before three figures is
    read both ways everywhere, a comma only where it marks decimals.
    """
    if token.isdigit():
        return (_number(token),)
    if ":" in token:
        return (_number(re.sub(r"\D", "", token)),)
    plain = token.replace("'", "")
    points, commas = plain.count("."), plain.count(",")
    if _INDIAN.fullmatch(plain):
        grouped = _number(plain.replace(",", ""))
        one = commas == 1 and vocabulary.decimal_comma
        return (_number(plain.replace(",", ".")), grouped) if one else (grouped,)
    if points and commas:
        last = "." if plain.rfind(".") > plain.rfind(",") else ","
        other = "," if last == "." else "."
        return (_number(plain.replace(other, "").replace(last, ".")),)
    if points > 1 or commas > 1:
        return (_number(re.sub(r"[.,]", "", plain)),)
    if commas:
        return (_number(plain.replace(",", ".")),)
    if points and _GROUPED.fullmatch(plain) and not plain.startswith("0"):
        both = _number(plain), _number(plain.replace(".", ""))
        return both[::-1] if vocabulary.decimal_comma else both
    return (_number(plain),)


def _number(plain: str) -> float:
    """Beyond what a float tells apart, digits are dropped: 300 of them are no count of anything."""
    return float(plain[:300])


def _spelled(
    words: Words, i: int, high: int, vocabulary: Vocabulary
) -> tuple[tuple[float, ...], int, bool] | None:
    """A number in words: tens and units add up, hundreds and more multiply."""
    start, total, current, seen = i, 0.0, 0.0, False
    if words.keys[i] in vocabulary.half:
        return _half(words, i, high, vocabulary)
    while i < high and (i == start or not words.gaps[i].strip(" -\n")):
        key = words.keys[i]
        phrase = vocabulary.sequences.at(words.keys, i, high)
        value = phrase[0] if phrase else vocabulary.numbers.get(key)
        scale = vocabulary.scales.get(key)
        if value is not None and (not seen or _adds(current, value, vocabulary)):
            current, seen = current + value, True
            i = phrase[1] if phrase else i + 1
        elif scale is not None and (seen or i > start or vocabulary.language != "en"):
            seen = True
            if scale <= _LARGEST_SCALE:
                current = (current or 1.0) * scale
            else:
                total, current = total + (current or 1.0) * scale, 0.0
            i += 1
        elif (i == start and key in vocabulary.weak) or (
            seen and _joins(words, i, high, vocabulary, total + current)
        ):
            i += 1
        else:
            break
    if not seen:
        weak = words.keys[start] in vocabulary.weak
        return ((1.0,), start + 1, True) if weak else None
    lone = i == start + 1 and words.keys[start] in vocabulary.weak
    return (total + current,), i, lone


def _adds(current: float, value: float, vocabulary: Vocabulary) -> bool:
    """Whether a smaller number may follow: "twenty" "one", "two hundred" "five"."""
    places = (10, 20, 100) if vocabulary.by_twenties else (10, 100)
    return current == 0 or any(value < p <= current and current % p == 0 for p in places)


def _joins(words: Words, i: int, high: int, vocabulary: Vocabulary, value: float) -> bool:
    """Whether "and" continues the number: "two hundred and five", not "two and five"."""
    joiner = words.keys[i] in vocabulary.joiners
    if not joiner or i + 1 >= high or words.gaps[i + 1] != " ":
        return False
    following = vocabulary.numbers.get(words.keys[i + 1])
    least = 20 if vocabulary.language != "en" else 100
    return following is not None and value >= least and _adds(value, following, vocabulary)


def _half(
    words: Words, i: int, high: int, vocabulary: Vocabulary
) -> tuple[tuple[float, ...], int, bool] | None:
    """The number in "half a million"."""
    j = i + 1
    if j < high and words.keys[j] in vocabulary.weak:
        j += 1
    scale = vocabulary.scales.get(words.keys[j]) if j < high else None
    return ((0.5 * scale,), j + 1, False) if scale else None


def _is_east(words: Words, i: int, high: int, vocabulary: Vocabulary) -> bool:
    """Whether a number with Han numerals or magnitudes begins here: "三万", "1億2000万"."""
    if i >= high:
        return False
    east, key = vocabulary.east, words.keys[i]
    following = words.keys[i + 1] if i + 1 < high and words.gaps[i + 1].strip() == "" else ""
    if key[0].isdigit():
        return following[:1] in east.myriads or following[:1] in east.tens
    if key not in east.digits and key not in ("十", "拾"):
        return False
    numeral = following in east.digits or following in east.tens or following in east.myriads
    return numeral or following in east.counters


def _east(
    words: Words, i: int, high: int, vocabulary: Vocabulary
) -> tuple[tuple[float, ...], int, bool]:
    """Figures or Han digits, times tens, times myriads, added up; "二〇二六" digit by digit."""
    east, start = vocabulary.east, i
    total = section = digit = 0.0
    run = ""
    while i < high and (i == start or words.gaps[i].strip() == ""):
        key = words.keys[i]
        sign = key if len(key) == 1 else key[0]
        if key[0].isdigit() and (i == start or words.keys[i - 1][:1] in east.myriads):
            digit, run = read(key, vocabulary)[0], ""
        elif sign in east.digits:
            run += str(east.digits[sign])
            digit = float(run)
        elif sign in east.tens:
            section, digit, run = section + (digit or 1.0) * east.tens[sign], 0.0, ""
        elif sign in east.myriads and i > start:
            total += (section + digit) * east.myriads[sign]
            section, digit, run = 0.0, 0.0, ""
        else:
            break
        i += 1
    return (total + section + digit,), i, False
