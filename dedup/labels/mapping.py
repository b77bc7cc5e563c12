"""What labels stand for: given by the user, or known by their names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from dedup.errors import ConfigError
from dedup.formats.shown import listed, shown

LEFT_OUT = "-"
"""What a label stands for that is not to be judged."""

_YES = ("1", "1.0", "true", "yes", "y")
_NO = ("0", "0.0", "false", "no", "n")

PAIR_LABELS: Mapping[str, str] = {
    **dict.fromkeys((*_YES, "dup", "duplicates", "near_duplicate", "near-duplicate"), "duplicate"),
    **dict.fromkeys(
        (*_NO, "non_dup", "not_duplicate", "different", "distinct", "not duplicate"), "unrelated"
    ),
    **dict.fromkeys(("unsure", "unknown", ""), LEFT_OUT),
}
"""Labels of pairs that are understood besides the names of relations, in small letters."""

FURNITURE, CONTENT = "furniture", "content"

PARAGRAPH_LABELS: Mapping[str, str] = {
    **dict.fromkeys((*_YES, FURNITURE, "boilerplate", "advertisement", "navigation", "noise"),
                    FURNITURE),
    **dict.fromkeys((*_NO, CONTENT, "text", "article", "good"), CONTENT),
    **dict.fromkeys(("unsure", "unknown", "mixed", "title", ""), LEFT_OUT),
}
"""Labels of paragraphs that are understood, in small letters."""


class LabelMap:
    """Turns labels into what they stand for, and remembers those that nobody explained."""

    def __init__(
        self, given: Mapping[str, str], known: Mapping[str, str], meanings: Collection[str]
    ) -> None:
        self._given = given
        self._known = {**{name: name for name in meanings}, **known}
        self._meanings = meanings
        self._unknown: dict[str, None] = {}
        for label, meaning in given.items():
            if meaning != LEFT_OUT and meaning not in meanings:
                raise ConfigError(
                    f"--map {shown(label)}={shown(meaning)}: a label stands for one of "
                    f"{', '.join(meanings)}, or {LEFT_OUT} to leave it out"
                )

    def __call__(self, label: object) -> str | None:
        """What a label stands for; None where it is left out."""
        name = spelled(label)
        meaning = self._given.get(name) or self._known.get(name.lower())
        if meaning is None:
            self._unknown[name] = None
        return None if meaning in (None, LEFT_OUT) else meaning

    def check(self, path: str) -> None:
        """ConfigError when labels came that nobody explained."""
        if self._unknown:
            first = shown(next(iter(self._unknown)), 60)
            raise ConfigError(
                f"{shown(path)}: unknown labels: {listed(self._unknown, 8)}; say what they stand "
                f"for ({', '.join(self._meanings)}, or {LEFT_OUT} to leave them out), such as "
                f"--map {first}={next(iter(self._meanings))}"
            )


def spelled(value: object) -> str:
    """A label or an id as text: CSV and JSON give the same."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()


def parse_assignments(words: Iterable[str], flag: str) -> dict[str, str]:
    """``["a=b", "c=d"]`` as a mapping; the last ``=`` divides, since labels may hold one."""
    pairs = {}
    for word in words:
        name, mark, value = word.rpartition("=")
        if not mark or not value:
            raise ConfigError(f"--{flag} {shown(word)}: write NAME=VALUE")
        pairs[name.strip()] = value.strip()
    return pairs
