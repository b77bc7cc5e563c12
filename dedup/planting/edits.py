"""The edits themselves: a draft in, an edited draft out, or None where it cannot be done.

They work in any script: a typo swaps or doubles characters, a number changes by a digit of its
own script. Only names need a script with capitals.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dedup.planting.choice import Dice
from dedup.planting.draft import Draft, Word
from dedup.text.matching_form import MatchingForm

FEW_TYPOS, MANY_TYPOS = 0.02, 0.05
"""Share of the words with a typo: as a careless desk leaves them, and as a bad scan does. Of
five-word shingles the many leave about three quarters, which is a Jaccard score of 0.6."""

BRIEF_WORDS = 30
"""Fewest words of a brief; a shorter one is a headline, which no measure can tell from another."""

LEAD_WORDS = 8
"""Fewest words of a lead that is put before a story."""

_LEAST_NAME = 4
"""Fewest letters of a name: shorter capitalised words are mostly abbreviations and articles."""

_SHOUTED = 3
"""Words in capitals at the start, as many papers print the first words of a story."""

_WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")

FOOTER = (
    "This copy was prepared by the night desk for the regional edition. Questions about it go to "
    "the editors in charge, who answer within two working days."
)


def exact(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """The very text."""
    del neighbour, dice, form
    return draft


def cosmetic(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """Other quotes, the first words in capitals, other spaces, or wide digits without spaces."""
    del neighbour
    first = [word for word in draft.words(form) if not word.solo][:_SHOUTED]
    shouted = [(word, _capitals(draft.spelled(word))) for word in first]
    paragraphs = draft.with_words(shouted).paragraphs
    return draft.having([_retyped(text, dice) for text in paragraphs])


def few_typos(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """Two letters swapped, or one doubled, in FEW_TYPOS of the words."""
    del neighbour
    return _mistyped(draft, FEW_TYPOS, dice, form)


def many_typos(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """Two letters swapped, or one doubled, in MANY_TYPOS of the words."""
    del neighbour
    return _mistyped(draft, MANY_TYPOS, dice, form)


def _mistyped(draft: Draft, share: float, dice: Dice, form: MatchingForm) -> Draft | None:
    """At most this share of the words with a slip, and one at least.

    Numbers and capitalised words keep their letters: changing them is another edit.
    """
    words = draft.words(form)
    places = [i for i, word in enumerate(words) if _can_slip(draft.spelled(word))]
    chosen = dice.sample(places, int(len(words) * share))
    if not chosen:
        return None
    return draft.with_words(
        [(words[i], _slipped(draft.spelled(words[i]), dice)) for i in chosen]
    )


def reordered(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """The paragraphs after the first in another order."""
    del neighbour, form
    first, *rest = draft.paragraphs or ("",)
    mixed = dice.shuffled(rest)
    if mixed == rest:
        mixed = [*rest[1:], *rest[:1]]
    return draft.having([first, *mixed]) if mixed != rest else None


def cut(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """The first paragraphs that make up at least half of the words."""
    del neighbour, dice
    counts = _word_counts(draft, form)
    kept = taken = 0
    while 2 * taken < sum(counts):
        taken += counts[kept]
        kept += 1
    shorter = taken <= 0.75 * sum(counts) and taken >= BRIEF_WORDS
    return draft.having(draft.paragraphs[:kept]) if shorter else None


def headline_cut(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """Without its title, also where the first paragraph repeats it."""
    del neighbour, dice, form
    repeats = draft.paragraphs[:1] == (draft.title,)
    if not draft.title or (repeats and len(draft.paragraphs) == 1):
        return None
    return draft.having(draft.paragraphs[repeats:], title="")


def brief(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """The first two paragraphs of a story that has at least twice as many."""
    del neighbour, dice
    counts = _word_counts(draft, form)
    if len(counts) < 4 or sum(counts[:2]) < BRIEF_WORDS:
        return None
    return draft.having(draft.paragraphs[:2])


def local_lead(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """A first paragraph of its own, taken from another story, before all of the text."""
    del dice
    counts = _word_counts(neighbour, form)
    # A lead that is long beside the story would make another story of it.
    longest = sum(_word_counts(draft, form)) // 4
    lead = next(
        (text for text, count in zip(neighbour.paragraphs, counts, strict=True)
         if LEAD_WORDS <= count <= longest), None,
    )  # fmt: skip
    return draft.having([lead, *draft.paragraphs]) if lead is not None else None


def changed_number(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """One number of the text, wherever it stands, with its last digit changed."""
    del neighbour
    words = draft.words(form)
    numbers = sorted({draft.spelled(word) for word in words if draft.spelled(word).isdecimal()})
    if not numbers:
        return None
    old = dice.choice(numbers)
    zero = ord(old[-1]) - int(old[-1])
    other = (int(old[-1]) + 1 + dice.below(8)) % 10
    return _renamed(draft, words, old, old[:-1] + chr(zero + other))


def changed_name(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """One name of the text, wherever it stands, replaced by a name of another story.

    A name is a capitalised word behind a word in small letters, which in German may be any noun.
    """
    words = draft.words(form)
    there = {draft.spelled(word) for word in words}
    names = _names(draft, words)
    others = [name for name in _names(neighbour, neighbour.words(form)) if name not in there]
    if not names or not others:
        return None
    return _renamed(draft, words, dice.choice(names), dice.choice(others))


def new_footer(draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm) -> Draft | None:
    """A last paragraph that no lexicon knows."""
    del neighbour, dice, form
    return draft.having([*draft.paragraphs, FOOTER])


def _word_counts(draft: Draft, form: MatchingForm) -> list[int]:
    counts = [0] * len(draft.paragraphs)
    for word in draft.words(form):
        counts[word.paragraph] += 1
    return counts


def _capitals(word: str) -> str:
    """The word in capitals, unless that spells it with other letters (ß, ŉ) or cannot be undone."""
    upper = word.upper()
    return upper if len(upper) == len(word) and upper.lower() == word.lower() else word


def _retyped(text: str, dice: Dice) -> str:
    curly = any(quote in text for quote in "“”’‘")
    before, after = ("“”‘’", "\"\"''") if curly else ("\"'", "”’")
    text = text.translate(str.maketrans(before, after))
    gap = ("  ", "\u00a0")[dice.below(2)]
    return text.replace(" ", gap) if " " in text else text.translate(_WIDE_DIGITS)


def _can_slip(word: str) -> bool:
    return word.isalpha() and word == word.lower() and (len(word) == 1 or len(set(word)) > 1)


def _slipped(word: str, dice: Dice) -> str:
    """The word with two unequal neighbours swapped; a single character doubled."""
    swaps = [at for at in range(len(word) - 1) if word[at] != word[at + 1]]
    if not swaps:
        return word * 2
    at = dice.choice(swaps)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _names(draft: Draft, words: Sequence[Word]) -> list[str]:
    names = set()
    for before, word in pairwise(words):
        spelled = draft.spelled(word)
        inside = word.paragraph == before.paragraph and word.start == before.end + 1
        if (
            inside
            and draft.spelled(before).islower()
            and len(spelled) >= _LEAST_NAME
            and spelled.isalpha()
            and spelled == spelled.capitalize()
            and spelled != spelled.lower()
        ):
            names.add(spelled)
    return sorted(names)


def _renamed(draft: Draft, words: Sequence[Word], old: str, new: str) -> Draft:
    return draft.with_words([(word, new) for word in words if draft.spelled(word) == old])
