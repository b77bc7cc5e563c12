"""Rows of findings: what they are known by, their order, the table that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from dedup.model import Finding, ParagraphRow
from dedup.rules import RULES


@lru_cache(maxsize=4096)
def fingerprint(rule: str, content: str) -> str:
    """What a finding is known by from run to run: its rule and content, never its place.

    Most findings are furniture, which repeats to the letter: the last ones made are remembered.
    """
    return blake2b(f"{rule}\0{content}".encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=4096)
def hash_fingerprint(rule: str, content: int) -> str:
    """The same of content that is known by a hash of 64 bits."""
    return blake2b(f"{rule}\0{content:016x}".encode(), digest_size=8).hexdigest()


def of_file(
    code: str,
    place: tuple[str, int],
    content: str,
    message: str,
    evidence: Mapping[str, Any],
    outlet: str = "",
) -> Finding:
    """A finding about an entry of a file of the user, by path and line; no story is meant."""
    rule, (path, line) = RULES[code], place
    return Finding(
        code, rule.level, message, "", outlet, path, line, None, None, None, None, None, (), None,
        evidence, rule.fix, fingerprint(code, content),
    )  # fmt: skip


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """The findings as the table has them: by story, then by place in it."""
    return sorted(findings, key=place_of)


def place_of(finding: Finding) -> tuple[str, str, int, int, str, str]:
    """What the table is sorted by."""
    paragraph = -1 if finding.paragraph is None else finding.paragraph
    return (finding.story_id, finding.path, finding.line, paragraph, finding.rule, finding.message)


def paragraph_rows(findings: Iterable[Finding]) -> list[ParagraphRow]:
    """The ``paragraphs`` table: every paragraph with a finding."""
    return [
        ParagraphRow(f.story_id, f.paragraph, f.start, f.end, f.rule)
        for f in findings
        if f.paragraph is not None and f.start is not None and f.end is not None
    ]
