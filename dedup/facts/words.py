"""The words of one side: their matching form, what stands between them, and where they are.

Folding keeps one character for one, so that offsets stay those of the text. Which characters make
words, stand alone or separate is read from the table that all stages share.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.expressions import later
from dedup.text import matching_form as mf

DROPPED = "\xad"
"""What stands, until the key of a word is made, for a character that the matching form drops."""

_DIGITS = r"[0-9]+(?:[.,:'][0-9]+)*"
_MINUS = r"(?<![^\s(])-(?=[0-9$€£¥])"
_ASCII = later(rf"([a-z]+(?:'[a-z]+)*|{_DIGITS}|[$%+]|{_MINUS})")
_UNSPACED = later("[\u0e00-\u10ff\u1780-\u17ff\u3040-\u9fff\uf900-\ufaff]")
_ENDS = later(r"[.!?;:…؟۔।]\W*\s|[。！？；]")
_OPENS = later(r"[\"“„«‹「『:(\[—–•*/|]|--|\.\.\.|\n")


@dataclass(slots=True)
class Words:
    """Tokens of (parts of) a text: ``gaps[i]`` is the folded text before token ``i``.

    ``starts`` are offsets into ``text``; a paragraph begins at each token in ``paragraphs``.
    """

    text: str
    keys: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    capitals: list[bool] = field(default_factory=list)
    """Whether a token begins with a capital letter."""
    paragraphs: list[int] = field(default_factory=list)

    def add(self, start: int, end: int) -> None:
        """Take in the paragraph ``text[start:end]``."""
        text = self.text
        folded, token = _folded(text[start:end])
        parts = token.split(folded)
        offsets = list(accumulate(map(len, parts), initial=start))
        keys = _plain(parts[1::2], folded)
        if not keys:
            return
        self.paragraphs.append(len(self.keys))
        self.gaps += ["\n" + parts[0], *parts[2:-1:2]]
        self.keys += keys
        self.starts += offsets[1:-1:2]
        self.capitals += [text[at].isupper() for at in offsets[1:-1:2]]
        self.ends += offsets[2::2]

    def surface(self, low: int, high: int) -> str:
        """The untouched wording of tokens ``low`` to ``high``."""
        return self.text[self.starts[low] : self.ends[high - 1]]

    def sentences(self) -> list[int]:
        """Tokens at which a sentence or paragraph begins."""
        known: dict[str, bool] = {" ": False, "": False}
        begins = set(self.paragraphs)
        for i, gap in enumerate(self.gaps):
            ends = known.get(gap)
            if ends is None:
                ends = known[gap] = _ENDS.search(gap) is not None
            if ends:
                begins.add(i)
        return sorted(begins)

    def initial(self, i: int) -> bool:
        """Whether token ``i`` begins a sentence, a quotation or a line.

        Its capital says nothing then.
        """
        gap = self.gaps[i]
        return gap != " " and (_ENDS.search(gap) is not None or _OPENS.search(gap) is not None)


def keys_of(text: str) -> list[str]:
    """The keys of the words of a paragraph, for who need not know where they stand."""
    folded, token = _folded(text)
    return _plain(token.findall(folded), folded)


def _plain(keys: list[str], folded: str) -> list[str]:
    """The keys without what stands for dropped characters."""
    return [key.replace(DROPPED, "") for key in keys] if DROPPED in folded else keys


def count(text: str) -> int:
    """How many words a text has: by white space, and by tokens where a script has no spaces."""
    if _UNSPACED.search(text) is None:
        return len(text.split())
    return len(keys_of(text))


def _folded(text: str) -> tuple[str, re.Pattern[str]]:
    """The text folded one character to one, and the pattern of its tokens."""
    if text.isascii():
        return text.lower(), _ASCII
    table = _tables()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    folded = table.folded[codes].tobytes().decode("utf-32-le", "surrogatepass")
    return folded, table.token


class _Tables(NamedTuple):
    folded: npt.NDArray[np.uint32]
    token: re.Pattern[str]


@cache
def _tables() -> _Tables:
    """The folding and the pattern of tokens; constants, worked out on first use (30 ms)."""
    form = mf.load()
    folded = form.folded.copy()
    dropped = form.kind == mf.DROPPED
    folded[dropped] = ord(DROPPED)
    for char in "'’‘ʼ＇`´׳":
        folded[ord(char)] = ord("'")
    folded[form.kind == mf.DASH] = ord("-")
    folded[ord("٫")], folded[ord("٬")] = ord("."), ord(",")
    letters = form.kind == mf.WORD
    letters[ord("0") : ord("9") + 1] = False
    letters[ord(DROPPED)] = True
    word, alone = _character_class(letters), _character_class(form.kind == mf.SOLO)
    return _Tables(folded, re.compile(f"([{word}]+(?:'[{word}]+)*|{_DIGITS}|[{alone}]|{_MINUS})"))


def _character_class(chosen: npt.NDArray[np.bool_]) -> str:
    """The inside of a character class with the chosen code points."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], chosen, [False])))).tolist()
    ranges = zip(edges[::2], edges[1::2], strict=True)
    return "".join(f"{re.escape(chr(low))}-{re.escape(chr(high - 1))}" for low, high in ranges)
