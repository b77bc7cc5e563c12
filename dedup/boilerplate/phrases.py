"""Phrases of furniture, and the files they are written in."""

from __future__ import annotations

import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from dedup.boilerplate.fold import first_words, fold, key, last_words
from dedup.boilerplate.openings import longest, openings
from dedup.boilerplate.pattern import (
    CASES,
    GLUED,
    PLACES,
    PatternError,
    expression,
    for_ascii,
)
from dedup.boilerplate.possible import odd
from dedup.boilerplate.walk import Walk
from dedup.errors import ConfigError

RULES = ("BLP301", "BLP302", "BLP303", "BLP304", "BLP305", "BLP306")
FOLDER = Path(__file__).parent / "lexicons"
GLUED_FILE = Path(__file__).parent / "glued.toml"

LOOKED_AT = 100
"""Texts that a phrase is compared with word by word before its expression is compiled: that takes a
hundred times as long."""

_COMMON = (
    "en", "es", "de", "fr", "pt", "it", "ru", "ja", "zh", "tr", "nl", "pl", "ar", "fa", "id",
    "uk", "vi", "ko", "cs", "sv",
)  # fmt: skip
"""Languages in which most pages are written: words that several share count as theirs."""

_HEADER_KEYS = {"language", "script", "version", "source", "entry"}
_ENTRY_KEYS = {"id", "rule", "where", "case", "patterns", "match", "content", "language"}


class Phrase:
    """One pattern of an entry; its expression is compiled when it is worth it.

    For texts in ASCII another one is, which fits the same of them.
    """

    __slots__ = (
        "_any", "_ascii", "_asked", "_walk", "case", "entry", "language", "pattern", "rule",
        "where",
    )  # fmt: skip

    def __init__(
        self, entry: str, language: str, rule: str, where: str, case: str, pattern: str
    ) -> None:
        self.entry = entry
        self.language = language
        self.rule = rule
        self.where = where
        self.case = case
        self.pattern = pattern
        self._any: re.Pattern[str] | None = None
        self._ascii: re.Pattern[str] | None = None
        self._asked = 0
        self._walk: Walk | None = None

    def fits(self, folded: str) -> bool:
        """Whether a folded paragraph is this phrase."""
        compiled = self._ascii if folded.isascii() else self._any
        if compiled is None:
            walk = self._way(folded)
            if walk:
                return walk.fits(folded)
            compiled = self.compile(folded.isascii())
        return compiled.fullmatch(folded) is not None

    def compile(self, ascii_only: bool = False) -> re.Pattern[str]:
        """The expression. Raises PatternError or re.error when there is none."""
        found = expression(self.pattern, self.where, self.case)
        if ascii_only:
            self._ascii = re.compile(for_ascii(found))
            return self._ascii
        self._any = re.compile(found)
        return self._any

    def _way(self, folded: str) -> Walk | None:
        """The way through the phrase, unless so many texts went it that it pays no more."""
        self._asked += 1
        if self._asked > LOOKED_AT or odd(folded):
            return None
        if self._walk is None:
            self._walk = Walk(self.pattern, self.where, self.case)
        return self._walk if self._walk.known else None

    def found_by(self) -> tuple[list[str], list[str]]:
        """Its literal first words, or else its last: every text that fits has one of them.

        Raises PatternError when there are neither.
        """
        heads = [] if self.where == "suffix" else openings(self.pattern)
        if heads and all(heads):
            return heads, []
        tails = [] if self.where in ("prefix", "head") else openings(self.pattern, closing=True)
        if tails and all(tails):
            return [], tails
        raise PatternError(f"{self.pattern!r} must begin or end with a word, not with a slot")

    @property
    def glued(self) -> bool:
        """Whether it is sought at an end of a paragraph, not as the paragraph."""
        return self.where in GLUED

    def longest(self) -> int:
        """About how many words a text that fits has at most."""
        return longest(self.pattern)


class Entry(NamedTuple):
    """Phrases under one stable id, with examples of what they are and what they are not."""

    name: str
    language: str
    rule: str
    phrases: tuple[Phrase, ...]
    match: tuple[str, ...]
    content: tuple[str, ...]

    @property
    def glued(self) -> bool:
        """Whether its phrases are sought at the ends of paragraphs."""
        return self.phrases[0].glued

    def finds(self, text: str) -> bool:
        """Whether a text begins or ends with the literal words of one of the phrases."""
        heads, tails = set[str](), set[str]()
        for phrase in self.phrases:
            first, last = phrase.found_by()
            heads.update(map(key, first))
            tails.update(map(key, last))
        return not heads.isdisjoint(first_words(text)) or not tails.isdisjoint(last_words(text))

    def takes(self, text: str) -> bool:
        """Whether a whole paragraph is one of the phrases."""
        folded = fold(text)
        return self.finds(text) and any(phrase.fits(folded) for phrase in self.phrases)

    def checked(self, path: Path) -> Entry:
        """The entry itself. Raises ConfigError when one of its own examples belies it."""
        where = f"{path}: entry {self.name.partition(':')[2]!r}"
        for example in self.match:
            if not self.takes(example):
                raise ConfigError(
                    f"{where}: no pattern fits {example!r}, which stands under `match`: "
                    "mend a pattern, or take the example out"
                )
        for example in self.content:
            if self.takes(example):
                raise ConfigError(
                    f"{where}: a pattern fits {example!r}, which stands under `content`: "
                    "make the pattern narrower, or take the example out"
                )
        return self


def built_in_files() -> list[Path]:
    """The lexicon files of this package, those with most pages first, the others by name."""
    rank = {language: number for number, language in enumerate(_COMMON)}
    return sorted(
        FOLDER.glob("*.toml"), key=lambda path: (rank.get(path.stem, len(rank)), path.stem)
    )


def read_entries(path: Path) -> list[Entry]:
    """The entries of a lexicon file. Raises ConfigError naming the file, the entry, the fault."""
    try:
        fields = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot read this boilerplate lexicon: {error.strerror}; a path in a "
            "configuration file is relative to that file"
        ) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot read this boilerplate lexicon: {error}") from error
    _refuse_unknown(fields, _HEADER_KEYS, f"{path}")
    if not isinstance(fields.get("language"), str) or not isinstance(fields.get("entry"), list):
        raise ConfigError(f'{path}: a lexicon needs `language = "…"` and [[entry]] tables')
    return [_entry(path, fields["language"], raw) for raw in fields["entry"]]


def _entry(path: Path, language: str, fields: dict[str, Any]) -> Entry:
    where = f"{path}: entry {fields.get('id', '?')!r}"
    _refuse_unknown(fields, _ENTRY_KEYS, where)
    if not isinstance(fields.get("id"), str):
        raise ConfigError(f'{where}: an entry needs `id = "…"`')
    patterns, match, content = (
        _strings(fields, key, where) for key in ("patterns", "match", "content")
    )
    if not patterns:
        raise ConfigError(f'{where}: an entry needs `patterns = ["…"]`')
    fields = {"where": "line", "case": "any", **fields}
    for field, allowed in (("rule", RULES), ("where", PLACES), ("case", CASES)):
        if fields.get(field) not in allowed:
            choices = ", ".join(allowed)
            raise ConfigError(f"{where}: {field} {fields.get(field)!r} is not one of {choices}")
    language = fields.get("language", language)
    if not isinstance(language, str):
        raise ConfigError(f'{where}: write `language = "…"`')
    name = f"{language}:{fields['id']}"
    shared = (name, language, fields["rule"], fields["where"], fields["case"])
    phrases = tuple(Phrase(*shared, pattern) for pattern in patterns)
    for phrase in phrases:
        try:
            phrase.found_by()
            phrase.compile()
        except (PatternError, re.error) as error:
            raise ConfigError(f"{where}: {error}") from error
    return Entry(name, language, fields["rule"], phrases, match, content)


def _strings(fields: dict[str, Any], key: str, where: str) -> tuple[str, ...]:
    found = fields.get(key, [])
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise ConfigError(f"{where}: `{key}` must be a list of strings")
    return tuple(found)


def _refuse_unknown(fields: dict[str, Any], known: set[str], where: str) -> None:
    unknown = sorted(set(fields) - known)
    if unknown:
        close = get_close_matches(unknown[0], sorted(known), 1)
        meant = f"did you mean {close[0]!r}? " if close else ""
        raise ConfigError(
            f"{where}: unknown key {unknown[0]!r}; {meant}known: {', '.join(sorted(known))}"
        )
