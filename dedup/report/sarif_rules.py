"""The tool and its rules as SARIF describes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dedup import rules
from dedup.report.escape import escape

LEVELS = frozenset(rules.LEVELS)
LONGEST_DESCRIPTION = 1024

_FAMILIES = {"DUP": "duplicates", "PAR": "paragraphs", "BLP": "boilerplate", "INP": "input"}
_SEVERITY = {"error": "error", "warning": "warning", "note": "recommendation"}
_EQUAL = frozenset(["DUP101", "PAR201", "PAR203", "INP901", "INP902", "INP904", "INP905"])
_INFERRED = frozenset(["BLP311", "BLP312", "BLP313", "BLP321", "BLP322", "INP903", "DUP106"])


def driver(codes: Iterable[str], version: str) -> dict[str, Any]:
    """The tool with the rules of these codes, in their order."""
    tool: dict[str, Any] = {"name": "dedup"}
    if version:
        tool["version"] = version
        tool["semanticVersion"] = version
    return {**tool, "rules": [_rule(code) for code in codes]}


def _rule(code: str) -> dict[str, Any]:
    known = rules.RULES.get(code)
    if known is None:
        words = "A rule that this version does not know."
        return {"id": code, "shortDescription": {"text": words},
                "fullDescription": {"text": words}, "help": {"text": words}}  # fmt: skip
    page = rules.page(code)
    meaning = " ".join(page.meaning.split())
    return {
        "id": code,
        "name": _pascal(known.name),
        "shortDescription": {"text": f"{known.name}: {known.summary}"},
        "fullDescription": {"text": _cut(meaning)},
        "help": {"text": _plain(page), "markdown": _markdown(page)},
        "defaultConfiguration": {"level": known.level},
        "properties": {
            "tags": [_FAMILIES.get(code[:3], "dedup"), f"{known.fix.safety}-fix"],
            "precision": _precision(code),
            "problem.severity": _SEVERITY[known.level],
        },
    }


def _precision(code: str) -> str:
    """Equal texts are equal; near ones were measured; what was learned or guessed is inferred."""
    if code in _EQUAL:
        return "very-high"
    return "medium" if code in _INFERRED else "high"


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("-"))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_DESCRIPTION else f"{text[: LONGEST_DESCRIPTION - 1]}…"


def _sections(page: rules.RulePage) -> Iterable[tuple[str, str]]:
    yield "What it means", page.meaning
    yield "What the fix does", page.fix
    yield "How to silence it", page.silence


def _plain(page: rules.RulePage) -> str:
    return "\n\n".join(f"{head}\n{_joined(text)}" for head, text in _sections(page))


def _markdown(page: rules.RulePage) -> str:
    return "\n\n".join(f"**{head}**\n\n{_joined(text)}" for head, text in _sections(page))


def _joined(text: str) -> str:
    """Paragraphs on a line each; the pages are ours, and wrapped for a terminal."""
    return "\n\n".join(escape(" ".join(part.split())) for part in text.strip().split("\n\n"))
