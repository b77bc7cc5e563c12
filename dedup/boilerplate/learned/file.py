"""The file ``dedup learn`` writes and ``templates`` names: what was learned, for people to review.

TOML, one ``[[template]]`` for each line or template of an outlet, sorted, so that the same corpus
gives the same bytes. Whatever a text holds is written escaped. Taking an entry out, or changing
its words, is all a reviewer needs to do.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dedup.boilerplate.learned.learned import LINE, TEMPLATE
from dedup.errors import ConfigError
from dedup.model import TemplateRow

VERSION = 1

_HEAD = """\
# Lines and templates learned by `dedup learn`, outlet by outlet. Review them, take out what is
# content, and name this file in the setting `templates`. Words are compared in the matching form:
# case, punctuation and accents do not matter.

version = {version}
"""
_KEYS = {
    "outlet": str, "rule": str, "line": str, "before": str, "slot": str, "behind": str,
    "stories": int, "days": int, "share": float, "first-seen": str, "last-seen": str,
    "position": str,
}  # fmt: skip


class Stored(NamedTuple):
    """An entry of a file. A line has no slot; ``before`` and ``behind`` are around a slot.

    ``at`` is the line of the file where the entry begins.
    """

    path: str
    at: int
    outlet: str
    rule: str
    before: str
    slot: str
    behind: str
    stories: int
    days: int
    share: float
    first_seen: str
    last_seen: str
    position: str

    @property
    def pattern(self) -> str:
        """The line, or the words with the slot between them."""
        if self.rule == LINE:
            return self.before
        return " ".join(filter(None, (self.before, f"{{{self.slot}}}", self.behind)))


def file_text(rows: Iterable[TemplateRow]) -> str:
    """The file for these rows of the ``templates`` table."""
    entries = sorted("\n".join(_entry(row)) for row in rows)
    return "\n".join([_HEAD.format(version=VERSION), *(f"{entry}\n" for entry in entries)])


def _entry(row: TemplateRow) -> Iterator[str]:
    yield "[[template]]"
    yield f"outlet = {toml_text(row.outlet)}"
    yield f"rule = {toml_text(row.rule)}"
    if row.rule == LINE:
        yield f"line = {toml_text(' '.join(row.template.split()))}"
    else:
        before, _, behind = row.template.partition(f"{{{row.slots[0]}}}")
        yield f"before = {toml_text(before.strip())}"
        yield f"slot = {toml_text(row.slots[0])}"
        yield f"behind = {toml_text(behind.strip())}"
    yield f"stories = {row.stories}"
    yield f"days = {row.days}"
    yield f"share = {row.share:.4f}"
    yield f"first-seen = {toml_text(row.first_seen)}"
    yield f"last-seen = {toml_text(row.last_seen)}"
    yield f"position = {toml_text(row.position)}"
    yield f"# {row.points:.2f} points: {_shown(', '.join(row.because))}"
    for example in row.examples if row.slots else ():
        yield f"# for example {toml_text(example)}"


def toml_text(text: str) -> str:
    """A TOML string; what cannot be seen or would end the line is escaped."""
    return f'"{_shown(text)}"'


def _shown(text: str) -> str:
    return "".join(map(_escaped, text))


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    if sign.isprintable():
        return sign
    code = ord(sign)
    if 0xD800 <= code < 0xE000:
        code = 0xFFFD
    return f"\\u{code:04X}" if code < 1 << 16 else f"\\U{code:08X}"


def read(paths: Sequence[str]) -> list[Stored]:
    """The entries of the files. Raises ConfigError naming the file, its line and the fault."""
    return [entry for path in paths for entry in _read(path)]


def _read(path: str) -> Iterator[Stored]:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: cannot read these templates: {error}") from error
    if table.get("version") != VERSION or set(table) - {"version", "template"}:
        raise ConfigError(
            f"{path}: not a file of templates of version {VERSION}; write one with `dedup learn`"
        )
    entries = table.get("template", [])
    if not isinstance(entries, list):
        raise ConfigError(f"{path}: templates are written as [[template]]")
    begins = [at for at, line in enumerate(text.splitlines(), 1) if line.strip() == "[[template]]"]
    for number, fields in enumerate(entries):
        yield _stored(path, begins[number] if number < len(begins) else 1, fields)


def _stored(path: str, at: int, fields: dict[str, Any]) -> Stored:
    where = f"{path}:{at}"
    unknown = sorted(set(fields) - set(_KEYS))
    if unknown:
        raise ConfigError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(_KEYS)}")
    for key, value in fields.items():
        if not isinstance(value, _KEYS[key]):
            raise ConfigError(f"{where}: {key} = {value!r} must be of type {_KEYS[key].__name__}")
    line, before, behind = (fields.get(key, "").strip() for key in ("line", "before", "behind"))
    rule = fields.get("rule", LINE if line else TEMPLATE)
    if rule not in (LINE, TEMPLATE) or not fields.get("outlet"):
        raise ConfigError(
            f'{where}: a template needs `outlet = "…"` and, as rule, {LINE} or {TEMPLATE}'
        )
    if bool(line) == bool(before or behind) or bool(line) != (rule == LINE):
        raise ConfigError(f"{where}: write `line` for {LINE}, `before` or `behind` for {TEMPLATE}")
    return Stored(
        path, at, fields["outlet"], rule, line or before, fields.get("slot", "title"), behind,
        fields.get("stories", 0), fields.get("days", 0), fields.get("share", 0.0),
        fields.get("first-seen", ""), fields.get("last-seen", ""), fields.get("position", ""),
    )  # fmt: skip
