"""Furniture that is known by its wording: phrases in many languages (BLP301-BLP306).

The phrases are written in ``lexicons/<language>.toml`` and users add their own; see
:mod:`dedup.boilerplate.pattern` for how. The built-in ones are shipped already read (see
:mod:`dedup.boilerplate.index`): after a change to the files run ``python -m
dedup.boilerplate.index``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dedup.boilerplate.built_in import BuiltIn
from dedup.boilerplate.fold import first_words, fold, key, last_words
from dedup.boilerplate.glued_places import GluedPlaces
from dedup.boilerplate.phrases import Entry, Phrase, read_entries
from dedup.errors import ConfigError

MAX_CHARACTERS = 600
MAX_WORDS = 60
"""Furniture is short: longer paragraphs are content, and are not looked at."""

_LINE_RULE = "BLP303"


class Match(NamedTuple):
    """Which entry a paragraph fits. ``entry`` is a stable id such as ``en:read-also``."""

    rule: str
    entry: str
    pattern: str
    language: str


class Places:
    """Phrases by their literal first (or last) words."""

    __slots__ = ("by_key", "literals")

    def __init__(self) -> None:
        self.literals: list[str] = []
        self.by_key: dict[str, list[Phrase]] = {}

    def add(self, literals: Iterable[str], phrase: Phrase) -> None:
        """Enter a phrase under each literal, after those that are there."""
        for literal in literals:
            self.literals.append(literal)
            listed = self.by_key.setdefault(key(literal), [])
            if phrase not in listed:
                listed.append(phrase)


class Lexicon:
    """Phrases looked up by their first or last words. Immutable after loading.

    Measured: about 9 µs for a paragraph that begins and ends like no phrase, 25 µs for another.
    """

    def __init__(
        self,
        heads: Places,
        tails: Places,
        lines: dict[str, Match] | None = None,
        keep: frozenset[str] = frozenset(),
        built_in: BuiltIn | None = None,
        glued: GluedPlaces | None = None,
    ) -> None:
        self._heads = heads
        self._tails = tails
        self._lines = lines or {}
        self._keep = keep
        self._matches: dict[Phrase, Match] = {}
        self.built_in = built_in
        self.glued = glued or GluedPlaces()

    @classmethod
    def load(cls, extra: Sequence[str] = (), keep: Sequence[str] = ()) -> Lexicon:
        """The built-in phrases, the user's own, and lines that are never boilerplate.

        ``extra`` are files of the user, asked before the built-in phrases: ``.toml`` like the
        built-in ones, anything else a list of exact lines (BLP303). ``keep`` are lists of exact
        lines. In lists, empty lines and lines that begin with ``# `` are skipped. Raises
        ConfigError.
        """
        phrases: list[Phrase] = []
        lines: dict[str, Match] = {}
        for path in map(Path, extra):
            if path.suffix == ".toml":
                for entry in read_entries(path):
                    checked = _checked(entry, path) if entry.glued else entry.checked(path)
                    phrases += checked.phrases
            else:
                name = f"{path.stem}:line"
                lines |= {same(line): Match(_LINE_RULE, name, line, "") for line in _lines(path)}
        heads, tails = places(phrases)
        kept = frozenset(same(line) for path in keep for line in _lines(Path(path)))
        return cls(heads, tails, lines, kept, BuiltIn(), GluedPlaces.load(phrases))

    def heads(self) -> list[str]:
        """The words a paragraph must begin with to fit a phrase (unless a tail fits).

        As written in the phrases, so that the caller may fold and tokenise them like any text;
        a head of two words needs both. Where words are not separated, one or two characters.
        Lines of the user are given whole.
        """
        built_in = self.built_in.literals() if self.built_in else []
        return sorted({*self.own_literals(), *built_in})

    def tails(self) -> list[str]:
        """The one or two words a paragraph ends with, for phrases that begin with a slot."""
        built_in = self.built_in.literals(closing=True) if self.built_in else []
        return sorted({*self.own_literals(closing=True), *built_in})

    def own_literals(self, closing: bool = False) -> list[str]:
        """Those of :meth:`heads`, or of :meth:`tails`, that are not of the built-in phrases."""
        if closing:
            return sorted(set(self._tails.literals))
        worded = (line for line in self._lines if first_words(line)[0])
        return sorted({*self._heads.literals, *worded})

    def own_phrases(self, literal: str, closing: bool = False) -> list[Phrase]:
        """The phrases found by a literal of :meth:`own_literals`."""
        places = self._tails if closing else self._heads
        return places.by_key.get(key(literal), [])

    def match(self, text: str) -> Match | None:
        """The phrase a whole paragraph is, or None. The paragraph is given untouched."""
        if len(text) > MAX_CHARACTERS:
            return None
        return self.decide(text, self._candidates(text))

    def decide(self, text: str, candidates: Iterable[Phrase]) -> Match | None:
        """As :meth:`match`, for a caller who knows by which words the paragraph begins and ends.

        ``candidates`` are the phrases found by these words, the longer literal's before the
        shorter's, the heads' before the tails'.
        """
        if len(text) > MAX_CHARACTERS or not (candidates or self._lines):
            return None
        folded = fold(text)
        if folded.count(" ") >= MAX_WORDS or len(folded) > MAX_CHARACTERS:
            return None
        if self._lines or self._keep:
            same = folded.lower()
            if same in self._keep:
                return None
            if same in self._lines:
                return self._lines[same]
        for phrase in candidates:
            if phrase.fits(folded):
                return self._match_of(phrase)
        return None

    def _match_of(self, phrase: Phrase) -> Match:
        """The same object for the same phrase: a batch names it a thousand times, and is sent."""
        if phrase not in self._matches:
            self._matches[phrase] = Match(
                phrase.rule, phrase.entry, phrase.pattern, phrase.language
            )
        return self._matches[phrase]

    def keeps(self, text: str) -> bool:
        """Whether the user's keep-lists name this line as content."""
        return bool(self._keep) and same(text) in self._keep

    def _candidates(self, text: str) -> list[Phrase]:
        found: list[Phrase] = []
        for closing, words in ((False, first_words(text)), (True, last_words(text))):
            own = self._tails.by_key if closing else self._heads.by_key
            for word in dict.fromkeys(words):
                found += own.get(word, ())
                if self.built_in:
                    found += self.built_in.phrases(word, closing)
        return found

    def problems(self) -> list[str]:
        """What is wrong with the built-in files, a line each: see :mod:`dedup.boilerplate.lint`."""
        from dedup.boilerplate.lint import problems

        return problems()


def places(phrases: Iterable[Phrase]) -> tuple[Places, Places]:
    """The phrases by their first words, and those without by their last; none that is glued."""
    heads, tails = Places(), Places()
    for phrase in phrases:
        if not phrase.glued:
            first, last = phrase.found_by()
            heads.add(first, phrase)
            tails.add(last, phrase)
    return heads, tails


def _checked(entry: Entry, path: Path) -> Entry:
    """A glued entry of the user itself. Raises ConfigError when its examples belie it."""
    from dedup.boilerplate.lint import glued_problems

    alone = Lexicon(Places(), Places(), glued=GluedPlaces(entry.phrases))
    for problem in glued_problems(entry, alone):
        raise ConfigError(f"{path}: entry {problem}")
    return entry


def same(line: str) -> str:
    """The form in which lines of a list are compared with paragraphs and with one another."""
    return fold(line).lower()


def _lines(path: Path) -> list[str]:
    return [line for _, line in numbered_lines(path)]


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a list of lines, without remarks, with their numbers. Raises ConfigError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot read this list of lines: {error.strerror}; a path in a "
            "configuration file is relative to that file"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: this list of lines is not UTF-8: {error}") from error
    return (
        (number, line) for number, line in enumerate(lines, 1)
        if line.strip() and not line.startswith("# ")
    )  # fmt: skip
