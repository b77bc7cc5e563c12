"""What a comparison of facts gives: changes, and how much of the two texts corresponds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "money", "percent", "date", "time", "name", "negation", "quote"]
KINDS: tuple[Kind, ...] = (
    "number", "money", "percent", "date", "time", "name", "negation", "quote",
)  # fmt: skip

Span = tuple[int, int]

MOST_LINES = 12
"""Changes that :meth:`FactDiff.lines` shows unless told otherwise."""

_MOST_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that differs between texts ``a`` and ``b``.

    ``before`` and ``after`` are the wordings in ``a`` and ``b``; None where the fact is missing,
    as is then its span (character offsets of the text as given). ``matched`` says that the fact
    was replaced, or a negation set or lifted, inside an otherwise equal frame of words; else it
    merely stands in text that only one side has, or in a passage written anew.
    """

    kind: Kind
    before: str | None
    after: str | None
    span_a: Span | None
    span_b: Span | None
    matched: bool
    context: str = ""
    """The word that follows in both texts ("people"), for the reader; often empty."""

    def __str__(self) -> str:
        """``14 → 31 people``, ``added: not``, ``removed: $5``: one line, not escaped."""
        if self.before is None or self.after is None:
            head = "added" if self.before is None else "removed"
            return f"{head}: {_line(self.after or self.before or '')}"
        changed = f"{_line(self.before)} → {_line(self.after)}"
        return f"{changed} {self.context}" if self.context else changed

    def mirrored(self) -> Change:
        """The same change with the sides exchanged."""
        return Change(
            self.kind, self.after, self.before, self.span_b, self.span_a, self.matched, self.context
        )


@dataclass(frozen=True, slots=True)
class FactDiff:
    """The facts that differ between two texts, and how their words correspond.

    ``changes`` are ordered: matched ones first, then by their place. Words are counted as
    tokens: one for a word, a number, a sign of currency, a character of a script without spaces.
    ``aligned + replaced + deleted`` is the length of ``a``, ``aligned + replaced + inserted``
    that of ``b``. ``partial`` says that a bound was reached: words were left unaligned, or there
    are more changes. (What only one side says is always a selection: it is sought in the first
    words without a counterpart.)
    """

    changes: tuple[Change, ...] = ()
    aligned: int = 0
    replaced: int = 0
    inserted: int = 0
    deleted: int = 0
    partial: bool = False

    @property
    def words_a(self) -> int:
        """Words of ``a``."""
        return self.aligned + self.replaced + self.deleted

    @property
    def words_b(self) -> int:
        """Words of ``b``."""
        return self.aligned + self.replaced + self.inserted

    @property
    def extra(self) -> Literal["", "a", "b", "both"]:
        """Which side has words that correspond to nothing on the other."""
        if self.deleted and self.inserted:
            return "both"
        return "a" if self.deleted else "b" if self.inserted else ""

    @property
    def matched(self) -> tuple[Change, ...]:
        """The changes inside an equal frame of words."""
        return tuple(change for change in self.changes if change.matched)

    def lines(self, limit: int = MOST_LINES) -> list[str]:
        """The changes as different lines, at most ``limit``; the last then says how many more."""
        return _capped(dict.fromkeys(map(str, self.changes)), limit)


def _capped(lines: Iterable[str], limit: int) -> list[str]:
    shown = list(lines)
    if len(shown) <= limit:
        return shown
    return [*shown[: limit - 1], f"and {len(shown) - limit + 1} more"]


def _line(wording: str) -> str:
    plain = " ".join(wording.split())
    return plain if len(plain) <= _MOST_CHARACTERS else plain[: _MOST_CHARACTERS - 1] + "…"
