"""The files in which wire practice is written down, and the forms they hold.

An entry of ``practice/<language>.toml`` has ``id``, ``what`` it marks, where it stands, the
``words`` one of which begins it (or ends it, for the places that end in ``-end``), and ``forms``:
regular expressions with slots in braces. ``match`` are examples with ``¦`` where the cut falls,
``content`` is text that must be left alone. Words are looked up, so that a story costs one look
into a table and not hundreds of expressions; each is compiled when it is first needed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from dedup.wire.model import KINDS
from dedup.wire.names import UPPER

FOLDER: Final = Path(__file__).parent / "practice"
NAMES: Final = FOLDER / "names.toml"
DATELINES: Final = FOLDER / "datelines.toml"

PLACES: Final = ("title", "title-end", "lead", "line", "tail-line", "tail-bracket", "tail-end",
                 "notice")  # fmt: skip
WHATS: Final = ("version", "note", "slug", "take", "byline", "credit", "end", "dateline", "notice")
CUT: Final = "¦"

_PART = r"(?:de|da|do|dos|del|di|la|le|van|von|der|den|bin|ibn|al|el|y|e|ter)"
_WORD = rf"{UPPER}[^\s,;:()|/]{{0,30}}"

SLOTS: Final = {
    "n": r"(?P<n>\d{1,2})",
    "nth": r"(?P<n>\d{1,2})(?:st|nd|rd|th|ST|ND|RD|TH)",
    "take": r"(?P<take>\d{1,2})",
    "takes": r"(?P<takes>\d{1,2})",
    "stop": r"\s?(?:--?|[–—:：/])\s?",
    "gap": r"\s?(?:--?|[–—:：.])?\s*",
    "open": r"[(\[{<（［【〔〈《]\s?",
    "close": r"\s?[)\]}>）］】〕〉》]",
    "inside": r"[^()\n]{1,300}(?:\n[^()\n]{1,200}){0,3}",
    "inside0": r"[^()\n]{0,300}(?:\n[^()\n]{1,200}){0,3}",
    "line": r"[^\n]{1,300}",
    "line0": r"[^\n]{0,300}",
    "names": rf"{_WORD}(?: (?:{_WORD}|{_PART})){{1,4}}",
    "credit": rf"{_WORD}(?:[ ,;/&]{{1,3}}(?:{_WORD}|{_PART}|and|und|et|with)){{0,14}}\.?",
    "desk": r"(?:[A-Z][a-z]+ )?(?:Staff |Sports |Business |Medical |National |Foreign )?"
    r"(?:Writers?|Correspondents?|Editors?|Reporters?|News Agency|Service|Staff|News)",
    "date": r"\d{1,2}\.? ?[^\W\d]{1,12}\.?(?: \d{4})?|\d{1,2}[./]\d{1,2}[./]\d{2,4}",
}
"""Every repetition is bounded, and the caller bounds the text: matching is linear."""

_GROUP = re.compile(r"\(\?P<(\w+)>")


def _numbered(expression: str) -> str:
    """Groups of one name told apart, as alternatives may name the same thing: n, n_1, n_2."""
    seen: dict[str, int] = {}

    def rename(group: re.Match[str]) -> str:
        seen[group[1]] = seen.get(group[1], -1) + 1
        return f"(?P<{group[1]}_{seen[group[1]]}>" if seen[group[1]] else group[0]

    return _GROUP.sub(rename, expression)


_SLOT = re.compile(r"\{([a-z]\w*)\}")
_HEADER = {"language", "source", "entry"}
_KEYS = {"id", "what", "kind", "where", "words", "forms", "match", "match_lead", "match_tail",
         "content"}  # fmt: skip


class Entry(NamedTuple):
    """Forms of one practice in one language, with examples of what they are and are not."""

    name: str
    what: str
    kind: str
    where: tuple[str, ...]
    words: tuple[str, ...]
    forms: tuple[str, ...]
    match: Mapping[str, tuple[str, ...]]
    """Examples by place: ``title``, ``lead`` or ``tail``."""
    content: tuple[str, ...]

    def expressions(self, agencies: str) -> list[str]:
        """The forms as regular expressions; ``agencies`` stands for {agencies}."""
        slots = SLOTS | {"word": _one_of(self.words), "agencies": agencies}
        return [
            _numbered(_SLOT.sub(lambda slot: f"(?:{slots[slot[1]]})", form)) for form in self.forms
        ]


def files() -> list[Path]:
    """The files of entries: English first, then by name."""
    found = [path for path in FOLDER.glob("*.toml") if path not in (NAMES, DATELINES)]
    return sorted(found, key=lambda path: (path.stem != "en", path.stem))


def read_entries(path: Path) -> list[Entry]:
    """The entries of a file. Raises ValueError naming the file and the fault."""
    import tomllib  # a run reads the index, which needs none

    fields = tomllib.loads(path.read_text(encoding="utf-8"))
    if unknown := set(fields) - _HEADER:
        raise ValueError(f"{path.name}: unknown key {min(unknown)!r}")
    return [_entry(path.stem, raw) for raw in fields["entry"]]


def _entry(language: str, raw: Mapping[str, Any]) -> Entry:
    name = f"{language}:{raw['id']}"
    if unknown := set(raw) - _KEYS:
        raise ValueError(f"{name}: unknown key {min(unknown)!r}")
    what, kind, where = raw["what"], raw.get("kind", ""), tuple(raw["where"])
    if what not in WHATS or not set(where) <= set(PLACES) or (kind and kind not in KINDS):
        raise ValueError(f"{name}: {what!r}, {kind!r} or {where} is not known")
    for form in raw["forms"]:
        if unknown := set(_SLOT.findall(form)) - set(SLOTS) - {"word", "agencies"}:
            raise ValueError(f"{name}: unknown slot {min(unknown)!r}")
    return Entry(name, what, kind, where, tuple(raw["words"]), tuple(raw["forms"]),
                 _examples(raw, where), tuple(raw.get("content", ())))  # fmt: skip


def _examples(raw: Mapping[str, Any], where: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """``match`` holds for every place; ``match_lead`` and ``match_tail`` for one."""
    sides = {"title": "title", "title-end": "title", "lead": "lead", "line": "lead",
             "tail-line": "tail", "tail-bracket": "tail", "tail-end": "tail"}  # fmt: skip
    examples: dict[str, tuple[str, ...]] = {}
    for side in dict.fromkeys(sides[place] for place in where if place in sides):
        only = raw.get(f"match_{side}")
        taken = raw.get("match", ()) if only is None else only
        examples[side] = tuple(taken)
    return examples


def _one_of(words: Sequence[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


_KEY = re.compile(r"[^\W\d_]+")


def key(word: str) -> str:
    """What a word is looked up by: lower case, "0" for a number.

    Two characters where words are not separated; the letters before the first vowel sign or
    other character that is no letter.
    """
    first = word[0]
    if first.isdigit():
        return "0"
    letters = _KEY.match(word)
    if letters is None:
        return first
    if first >= "\u2e80":  # Han, kana, Hangul: a word is not told from the next
        return letters[0][:2]
    return letters[0].lower()


def word_key(word: str) -> str:
    """The key of a word as an entry lists it; signs stand for themselves, "A-" for any slug."""
    return word.lower() if word == "A-" else key(word)
