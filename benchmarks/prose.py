"""Made-up prose for the corpus of the benchmark: draws, words, paragraphs and titles.

Everything is drawn from the raw words of NumPy's PCG64, which never change, and made with exact
arithmetic only: the same bytes everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

VOCABULARY, TABLE = 50_000, 1 << 20
OUTLETS = 120


def _words(text: str) -> list[str]:
    return text.split()


FREQUENT = _words("""
    the of to and in a for on that is with said was at as by it from has be are have its an will
    not he were which their had his but this they who been would more or about one after up out
    new year than when there also over last two into she we other could first some her all if no
    time what can market government before while so them made may since because during many
    against most only between where now next still such down should it’s don’t
""")
_ONSETS = _words("""
    b c d f g h j k l m n p r s t v w br ch cl dr fl gr pl pr qu sh sk sp st th tr
""")
_NUCLEI = _words("a e i o u a e i o u a e i o u ai ea ee ie ou ä é ö")
_CODAS = ["", "", "", "", *_words("n r s t l m d ck nd ng nt rd st")]


class Draws:
    """Random numbers of one purpose: exact fractions of 2**53 in 0..1, the same everywhere."""

    def __init__(self, *key: int) -> None:
        self._words = np.random.PCG64(key)

    def floats(self, count: int) -> Floats:
        """So many numbers in 0..1."""
        whole = self._words.random_raw(count) >> np.uint64(11)
        return whole.astype(np.float64) * 2.0**-53

    def below(self, bound: int, count: int) -> I64:
        """So many whole numbers from 0 to below ``bound``."""
        return (self.floats(count) * bound).astype(np.int64)

    def one(self, bound: int) -> int:
        """A whole number from 0 to below ``bound``."""
        return int(self.below(bound, 1)[0])

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return bool(self.floats(1)[0] < share)


class Language(NamedTuple):
    """Made-up words by falling frequency, each in six forms, and a table to draw them from.

    Form ``f`` of word ``w`` is ``forms[f * words + w]``: as it is, with a comma, with a full
    stop, and the same three with a capital.
    """

    words: int
    forms: npt.NDArray[np.object_]
    ranks: I64
    outlets: list[str]


@lru_cache(maxsize=1)
def language(seed: int) -> Language:
    """The words of a seed."""
    draws = Draws(seed, 7)
    syllables = [o + n + c for o in _ONSETS for n in _NUCLEI for c in _CODAS]
    made = dict.fromkeys(FREQUENT)
    while len(made) < VOCABULARY:
        count = 1 + np.searchsorted((0.3, 0.75, 0.95), draws.floats(4096))
        picked = draws.below(len(syllables), 4 * 4096).reshape(-1, 4)
        for row, size in zip(picked.tolist(), count.tolist(), strict=True):
            made.setdefault("".join(syllables[i] for i in row[:size]))
    # The short ones are the frequent ones, as in any language.
    plain = FREQUENT + sorted(list(made)[len(FREQUENT) : VOCABULARY], key=len)
    plain += [str(number) for number in range(2, 1000)]
    capital = [word[0].upper() + word[1:] for word in plain]
    forms = [word + mark for kind in (plain, capital) for mark in ("", ",", ".") for word in kind]
    cumulated = np.cumsum(1.0 / (np.arange(VOCABULARY) + 3.0))
    drawn = (np.arange(TABLE) + 0.5) / TABLE * cumulated[-1]
    names = draws.below(VOCABULARY - 5000, 2 * OUTLETS) + 5000
    outlets = [f"{capital[a]} {capital[b]} News" for a, b in names.reshape(-1, 2).tolist()]
    return Language(
        len(plain), np.array(forms, object), np.searchsorted(cumulated, drawn), outlets
    )


class Original(NamedTuple):
    """What an original is made of: the words of its subject, its title, and codes of words."""

    subject: I64
    title: str
    paragraphs: list[I64]


def original(number: int, seed: int, *, titled: bool = False) -> Original:
    """The original of a number; nothing but its subject and title when only these are wanted."""
    tongue = language(seed)
    draws = Draws(seed, 8, number)
    subject = 250 + draws.below(VOCABULARY - 250, 48)
    title = headline(subject, tongue, draws)
    if titled:
        return Original(subject, title, [])
    shape = draws.floats(8).tolist()
    # The sum of four draws is near enough to a bell: 150 to 960 words, 450 on average.
    bell, tail = shape[0] + shape[1] + shape[2] + shape[3], shape[4] * shape[5] * shape[6]
    length = int(90 + 155 * bell + 400 * tail)
    paragraphs = max(5, min(25, int(length / (28 + 30 * shape[7]))))
    sizes = (draws.floats(paragraphs) + 0.5) * (length / paragraphs)
    ends = np.cumsum(np.maximum(sizes.astype(np.int64), 5))
    codes = words(tongue, draws, int(ends[-1]), subject)
    codes[ends[:-1]] = capital(tongue, codes[ends[:-1]])
    codes[ends - 1] = stop(tongue, codes[ends - 1])
    return Original(subject, title, parted(codes, ends))


def headline(subject: I64, tongue: Language, draws: Draws) -> str:
    """A title of the words of a subject."""
    picked = subject[draws.below(len(subject), 5 + draws.one(6))]
    return " ".join(tongue.forms[capital(tongue, picked)].tolist())


def parted(codes: I64, ends: I64) -> list[I64]:
    """The codes cut where paragraphs end; ``np.split`` does it ten times slower."""
    bounds = [0, *ends.tolist()]
    return [codes[low:high] for low, high in pairwise(bounds) if low < high]


def words(tongue: Language, draws: Draws, count: int, subject: I64) -> I64:
    """Codes of so many words, in sentences of some 18, a fifth of them of the subject."""
    codes = tongue.ranks[draws.below(TABLE, count)]
    turn = draws.floats(count)
    own = np.flatnonzero(turn < 0.22)
    place = draws.floats(len(own))
    codes[own] = subject[(place * place * len(subject)).astype(np.int64)]
    figures = np.flatnonzero(turn > 0.985)
    codes[figures] = VOCABULARY + draws.below(tongue.words - VOCABULARY, len(figures))
    mark = draws.floats(count)
    ends = np.flatnonzero(mark < 1 / 18)
    codes[ends] = stop(tongue, codes[ends])
    begins = ends[ends + 1 < count] + 1
    codes[begins] = capital(tongue, codes[begins])
    commas = np.flatnonzero((mark > 0.95) & (codes < tongue.words))
    codes[commas] += tongue.words
    codes[:1] = capital(tongue, codes[:1])
    return codes


def capital(tongue: Language, codes: I64) -> I64:
    """The same words with a capital letter."""
    return codes % (3 * tongue.words) + 3 * tongue.words


def stop(tongue: Language, codes: I64) -> I64:
    """The same words with a full stop."""
    size = tongue.words
    return codes // (3 * size) * (3 * size) + codes % size + 2 * size
