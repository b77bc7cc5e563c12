"""Names, without a model of language: runs of capitalised words in scripts that have case.

A capital at the start of a sentence, quotation or line says nothing, nor do capitals in a headline
that capitalises most words: there a lone word is a name only if it stands with a capital inside a
sentence elsewhere. Titles ("Mr.", "President") and legal forms ("Inc.") are no part of a name.
In German, which capitalises nouns, a lone word behind an article is none. Scripts without case
(Chinese, Arabic, Hindi, Thai, …) have no names here.
"""

from __future__ import annotations

from collections.abc import Iterator

from dedup.facts.mentions import Mention
from dedup.facts.spelling import same_word
from dedup.facts.vocabulary import Vocabulary
from dedup.facts.words import Words

_JOINS = frozenset([" ", "-", "", ".", "'", "\n"])
_HEADLINE = 0.7
_HEADLINE_WORDS = 5
_AROUND = 8
"""Share of longer words with a capital from which capitals say nothing; of how many words at least;
and how far around the words that are looked at."""

_STEM = 4
"""Letters from which what two words share is a stem."""


_OCCURRENCES = 1_000
"""Occurrences that are looked at, for texts of one word."""


def names(
    words: Words, low: int, high: int, vocabulary: Vocabulary, taken: set[int]
) -> Iterator[Mention]:
    """Runs of capitalised words among tokens ``low`` to ``high``; those ``taken`` are others.

    A mention is weak where the capital may be that of a sentence.
    """
    headline: bool | None = None
    capitals, i = words.capitals, low
    for first in [i for i in range(low, high) if capitals[i] and i not in taken]:
        if first < i:
            continue
        run = [first]
        i = first + 1
        while i < high and _continues(words, i, high, vocabulary, taken):
            run.append(i)
            i += 1
        if headline is None:
            headline = _headline(words, low, high)
        mention = _mention(words, run, vocabulary, headline)
        if mention is not None:
            yield mention


def _continues(
    words: Words, i: int, high: int, vocabulary: Vocabulary, taken: set[int]
) -> bool:
    gap = words.gaps[i]
    joined = gap in _JOINS or (gap == ". " and _abbreviated(words, i - 1, vocabulary))
    if i in taken or not joined:
        return False
    if words.capitals[i]:
        return True
    particle = words.keys[i] in vocabulary.particles and i + 1 < high and i + 1 not in taken
    return particle and words.gaps[i + 1] == " " and words.capitals[i + 1]


def _abbreviated(words: Words, i: int, vocabulary: Vocabulary) -> bool:
    return len(words.keys[i]) == 1 or words.keys[i] in vocabulary.titles


def _headline(words: Words, low: int, high: int) -> bool:
    """Whether most of the longer words have capitals."""
    around = range(max(low - _AROUND, 0), min(high + _AROUND, len(words.keys)))
    keys, capitals = words.keys, words.capitals
    longer = [capitals[i] for i in around if len(keys[i]) > 3 and keys[i].isalpha()]
    return len(longer) >= _HEADLINE_WORDS and sum(longer) >= _HEADLINE * len(longer)


def _mention(
    words: Words, run: list[int], vocabulary: Vocabulary, headline: bool
) -> Mention | None:
    first = words.initial(run[0]) and not (
        run[0] > 0 and words.gaps[run[0]] == ". " and _abbreviated(words, run[0] - 1, vocabulary)
    )
    idle = vocabulary.idle
    while run and (words.keys[run[0]] in idle or (first and _contraction(words.keys[run[0]]))):
        run, first = run[1:], False
    while run and (words.keys[run[-1]] in idle or words.keys[run[-1]] in vocabulary.particles):
        run = run[:-1]
    if not run or (len(run) == 1 and len(words.keys[run[0]]) < 2):
        return None
    if len(run) == 1 and run[0] > 0 and words.keys[run[0] - 1] in vocabulary.articles:
        return None
    weak = headline or (first and len(run) == 1)
    key = " ".join(_bare(words.keys[i]) for i in run if words.keys[i] not in vocabulary.titles)
    return Mention("name", run[0], run[-1] + 1, (key,), weak=weak) if key else None


def _contraction(key: str) -> bool:
    return "'" in key and not key.endswith("'s")


def _bare(key: str) -> str:
    """The word without a possessive."""
    return key.removesuffix("'s").rstrip("'")


def stands_inside(word: str, texts: tuple[str, str]) -> bool:
    """Whether a word stands with a capital inside a sentence of the texts, and never without."""
    word = word.removesuffix("'s").removesuffix("’s")
    forms = {word, word.title()} if word.isupper() else {word}
    if any(occurs(word.lower(), text) for text in texts):
        return False
    return any(_inside(form, text) for form in forms for text in texts)


def _inside(word: str, text: str) -> bool:
    at = text.find(word)
    for _ in range(_OCCURRENCES):
        if at < 0:
            break
        before, behind = text[max(at - 2, 0) : at], text[at + len(word) : at + len(word) + 1]
        inside = before[1:] == " " and (before[0].isalpha() or before[0] in ",;")
        if inside and not behind.isalnum():
            return True
        at = text.find(word, at + 1)
    return False


def occurs(wording: str, text: str) -> bool:
    """Whether the text has the wording as whole words, looking at its first occurrences."""
    at = text.find(wording)
    for _ in range(_OCCURRENCES):
        if at < 0:
            break
        end = at + len(wording)
        if not text[max(at - 1, 0) : at].isalnum() and not text[end : end + 1].isalnum():
            return True
        at = text.find(wording, end)
    return False


def same_name(one: str, two: str, vocabulary: Vocabulary) -> bool:
    """Whether two wordings can be of one name.

    One may leave words of the other out ("Ann Smith", "Smith"), give its initials ("UN"), inflect
    it or make it an adjective ("Japan", "Japanese"), write it apart, or spell it with one slip.
    """
    a, b = one.split(), two.split()
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    if all(any(_same_word(x, y, vocabulary) for y in many) for x in few):
        return True
    if "".join(a) == "".join(b):
        return True
    return _initials(a, b) or _initials(b, a)


def _initials(short: list[str], words: list[str]) -> bool:
    """Whether the one is the initials of the other: "U.S.", "UN"."""
    return len(words) > 1 and "".join(short) == "".join(word[0] for word in words)


def _same_word(x: str, y: str, vocabulary: Vocabulary) -> bool:
    if x == y or _ends_otherwise(x, y, vocabulary):
        return True
    return x[0] == y[0] and same_word(x, y)


def _ends_otherwise(x: str, y: str, vocabulary: Vocabulary) -> bool:
    """Whether both are one stem with different endings of the language, or none."""
    stem = 0
    while stem < min(len(x), len(y)) and x[stem] == y[stem]:
        stem += 1
    ends = (x[stem:], y[stem:])
    return stem >= _STEM and all(end == "" or end in vocabulary.endings for end in ends)
