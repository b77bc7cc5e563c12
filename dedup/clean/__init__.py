"""Cleaning and its undoing.

``plan(tables)`` says what to do and ``losses(tables, plan, budget)`` what that costs;
``apply(inputs, options, plan, out)`` does it in copies of the inputs and logs every byte it takes
out, ``restore(out, decisions, to)`` puts them back.
"""

from __future__ import annotations

from dedup.clean.apply import CleanReport, apply
from dedup.clean.loss import Budget, Loss, Losses, losses
from dedup.clean.loss_table import loss_table
from dedup.clean.needed import NEEDED, UNREADABLE
from dedup.clean.plan import Drop, Held, Key, Plan, Strip, plan
from dedup.clean.restore import RestoreReport, restore
from dedup.clean.view import diff

__all__ = [
    "NEEDED",
    "UNREADABLE",
    "Budget",
    "CleanReport",
    "Drop",
    "Held",
    "Key",
    "Loss",
    "Losses",
    "Plan",
    "RestoreReport",
    "Strip",
    "apply",
    "diff",
    "loss_table",
    "losses",
    "plan",
    "restore",
]
