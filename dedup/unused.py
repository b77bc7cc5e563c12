"""INP905: ignores that no longer ignore anything."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np

from dedup.boilerplate.lexicon import numbered_lines
from dedup.corpus import Corpus
from dedup.finding_rows import of_file
from dedup.findings import of_story
from dedup.fingerprint import read_through
from dedup.model import Finding, StoryRow
from dedup.rules import UNUSED, unknown_prefixes
from dedup.text.matching_form import MatchingForm

_SHOWN = 60
"""Characters of what a record calls a rule: it may be anything."""


def of_records(
    rows: Sequence[StoryRow],
    ignores: Mapping[int, tuple[str, ...]],
    findings: Iterable[Finding],
    wanted: frozenset[str],
) -> Iterator[Finding]:
    """Rules that a record asks to ignore and that found nothing in it.

    ``ignores`` are by number of the story. Rules that are not ``wanted`` had no chance.
    """
    if not ignores:
        return
    found: defaultdict[tuple[str, int, str], set[str]] = defaultdict(set)
    for row in findings:
        found[row.path, row.line, row.story_id].add(row.rule)
    for story, codes in ignores.items():
        record = rows[story]
        rules = found.get((record.path, record.line, record.story_id), set())
        for code in dict.fromkeys(code.upper() for code in codes):
            if unknown_prefixes((code,)):
                message = f"dedup_ignore: no rule is called or starts with {code[:_SHOWN]!r}"
            elif _fits(code, rules) or not _fits(code, wanted) or _fits(code, {UNUSED}):
                continue
            else:
                message = f"dedup_ignore: nothing of {code} was found here"
            yield of_story(UNUSED, record, message, evidence={"ignore": code[:_SHOWN]})


def _holds(text: memoryview, words: bytes) -> bool:
    """Whether the words stand in a text that may be too large to be copied."""
    return re.search(re.escape(words), text) is not None


def _fits(code: str, rules: Iterable[str]) -> bool:
    return any(code == "ALL" or rule.startswith(code) for rule in rules)


def of_lines(
    corpus: Corpus, files: Sequence[str], form: MatchingForm, kernels: ModuleType
) -> Iterator[Finding]:
    """Lines of the ``ignore-lines`` files that are a paragraph, or stand in one, of no story."""
    for path in files:
        lines = list(numbered_lines(Path(path)))
        chunks = [line.encode() for _, line in lines]
        offsets = [0, *np.cumsum([len(chunk) for chunk in chunks]).tolist()]
        read = read_through(b"".join(chunks), offsets, [0] * len(chunks), form, kernels)
        there = np.isin(read.paragraphs.exact, corpus.paragraphs.exact)
        standing = set(read.paragraphs.story[there].tolist())
        for place, (number, line) in enumerate(lines):
            # A stretch of a paragraph, furniture by its wording but for this line, stands in it to
            # the letter.
            words = line.strip().encode()
            if place not in standing and not _holds(corpus.buffer, words):
                entry = line.strip()
                message = "no story has this line any more"
                yield of_file(UNUSED, (path, number), entry, message, {"ignore": entry})
