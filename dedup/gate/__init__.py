"""The gate: which findings count, which of them are new, and whether they are too many.

Findings → without those that were judged to be none (``ignores``) → new or accepted before
(``baseline``) → at their levels (``levels``) → those in focus (``focus``) → the verdict.
"""

from __future__ import annotations

from dedup.gate.baseline import Baseline, Key, marked
from dedup.gate.difference import Difference, difference
from dedup.gate.focus import in_focus
from dedup.gate.ignores import Entry, Ignored, Ignores, unwanted
from dedup.gate.levels import RuleLevel, at_levels, levelled
from dedup.gate.verdict import Limits, Verdict, judged

__all__ = [
    "Baseline",
    "Difference",
    "Entry",
    "Ignored",
    "Ignores",
    "Key",
    "Limits",
    "RuleLevel",
    "Verdict",
    "at_levels",
    "difference",
    "in_focus",
    "judged",
    "levelled",
    "marked",
    "unwanted",
]
