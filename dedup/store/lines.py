"""The lines of a table: one JSON object a row, its keys in the order of the columns.

Findings and paragraphs are the many rows. What is alike in a row and the next (the story, the
message, the fix) is made JSON once, and the line joined of pieces.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from dedup.model import TABLE_ROWS, Finding, Fix, ParagraphRow

LINE: Final = orjson.OPT_APPEND_NEWLINE
_REMEMBERED: Final = 4096
"""Messages: of the lexicon there are some hundred, those about other stories come once."""


class Lines(NamedTuple):
    """Rows of a table as its file has them, and how many they are."""

    text: bytes | memoryview
    rows: int


def lines(name: str, rows: Sequence[Any]) -> Iterator[bytes]:
    """The lines of rows of a table."""
    kind = TABLE_ROWS[name]
    if kind is Finding:
        return _of_findings(rows)
    return _of_paragraphs(rows) if kind is ParagraphRow else map(_of_row, rows)


def _of_row(row: NamedTuple) -> bytes:
    return dumps(dict(zip(row._fields, row, strict=True)), LINE)


def _of_paragraphs(rows: Sequence[ParagraphRow]) -> Iterator[bytes]:
    known: str | None = None
    for row in rows:
        story_id, paragraph, start, end, rule = row
        try:
            if story_id is not known:
                story, known = orjson.dumps(story_id), story_id
            yield b'{"story_id":%b,"paragraph":%d,"start":%d,"end":%d,"rule":%b}\n' % (
                story, paragraph, start, end, orjson.dumps(rule)
            )  # fmt: skip
        except TypeError:
            known = None
            yield _of_row(row)


def _of_findings(rows: Sequence[Finding]) -> Iterator[bytes]:
    pieces = _Pieces()
    for row in rows:
        try:
            yield pieces.line(row)
        except TypeError:
            yield _of_finding(row)


class _Pieces:
    """Pieces of the lines of findings, remembered from row to row."""

    def __init__(self) -> None:
        self._heads: dict[tuple[str, str, str], bytes] = {}
        self._fixes: dict[Fix, bytes] = {}
        self._story: tuple[object, ...] = ()
        self._place = b""

    def line(self, row: Finding) -> bytes:
        """The line of a finding; TypeError for a text that has no UTF-8."""
        (rule, level, message, story_id, source, path, line, paragraph, start, end, cluster_id,
         kept_id, related, score, evidence, fix, fingerprint, new) = row  # fmt: skip
        head = self._heads.get((rule, level, message)) or self._head(rule, level, message)
        story = (story_id, source, path, line)
        if story != self._story:
            self._place = _inner(story_id=story_id, source=source, path=path, line=line) + b","
            self._story = story
        if paragraph is None or start is None or end is None:
            at = _inner(paragraph=paragraph, start=start, end=end)
        else:
            at = b'"paragraph":%d,"start":%d,"end":%d' % (paragraph, start, end)
        if cluster_id is None and kept_id is None and score is None and not related:
            others = _ALONE
        else:
            others = _inner(cluster_id=cluster_id, kept_id=kept_id, related=related, score=score)
        return b"".join((
            head, self._place, at, b",", others, b',"evidence":',
            orjson.dumps(evidence, jsonable, orjson.OPT_SORT_KEYS),
            self._fixes.get(fix) or self._fix(fix),
            orjson.dumps(fingerprint), b',"new":true}\n' if new else b',"new":false}\n',
        ))  # fmt: skip

    def _head(self, rule: str, level: str, message: str) -> bytes:
        if len(self._heads) >= _REMEMBERED:
            self._heads.clear()
        head = b"{%b," % _inner(rule=rule, level=level, message=message)
        self._heads[rule, level, message] = head
        return head

    def _fix(self, fix: Fix) -> bytes:
        told = b',"fix":%b,"fingerprint":' % orjson.dumps(fix._asdict())
        self._fixes[fix] = told
        return told


def _inner(**columns: object) -> bytes:
    """Columns as they stand inside of an object."""
    return orjson.dumps(columns, jsonable)[1:-1]


_ALONE: Final = b'"cluster_id":null,"kept_id":null,"related":[],"score":null'


def _of_finding(row: Finding) -> bytes:
    """The line of a finding with a text that has no UTF-8, or evidence that is no plain JSON."""
    plain = json.dumps(row.evidence, default=jsonable, sort_keys=True)
    return dumps({**row._asdict(), "evidence": json.loads(plain), "fix": row.fix._asdict()}, LINE)


def dumps(value: object, option: int) -> bytes:
    """JSON bytes. Lone surrogates (names of files, ids) go through the standard library."""
    try:
        return orjson.dumps(value, jsonable, option)
    except TypeError:
        indent = 2 if option & orjson.OPT_INDENT_2 else None
        separators = (",", ": ") if indent else (",", ":")
        text = json.dumps(value, default=jsonable, indent=indent, separators=separators)
        return text.encode() + b"\n"


def loads(line: bytes) -> dict[str, Any]:
    """The object of a line, lone surrogates in its texts too."""
    try:
        columns: dict[str, Any] = orjson.loads(line)
    except ValueError:
        columns = json.loads(line)
    return columns


def jsonable(value: object) -> object:
    """Plain form of what may turn up in evidence and manifests: NumPy scalars, sets, paths."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{type(value).__name__} has no place in a table")
