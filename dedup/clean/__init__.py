"""Cleaning and its undoing.

``plan(tables)`` says what to do, ``apply(inputs, options, plan, out)`` does it in copies of the
inputs and logs every byte it takes out, ``restore(out, decisions, to)`` puts them back.
"""

from __future__ import annotations

from dedup.clean.apply import CleanReport, apply
from dedup.clean.plan import Drop, Held, Key, Plan, Strip, plan
from dedup.clean.restore import RestoreReport, restore
from dedup.clean.view import diff

__all__ = [
    "CleanReport",
    "Drop",
    "Held",
    "Key",
    "Plan",
    "RestoreReport",
    "Strip",
    "apply",
    "diff",
    "plan",
    "restore",
]
