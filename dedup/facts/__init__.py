"""The fact diff: which numbers, dates, names, negations and quotations differ between two texts.

>>> from dedup import facts
>>> facts.diff("The storm killed 14 people.", "The storm killed 31 people.").lines()
['14 → 31 people']

Read in this order: ``difference``, ``sentences`` and ``align`` (which words correspond),
``layout`` (where they changed), ``scan`` (what facts stand there), ``compare`` (which of them
changed).
"""

from __future__ import annotations

from dedup.facts.changes import KINDS, Change, FactDiff, Kind
from dedup.facts.difference import diff

__all__ = ["KINDS", "Change", "FactDiff", "Kind", "diff"]
