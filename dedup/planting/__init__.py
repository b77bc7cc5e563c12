"""Planting: copies with a known edit, so that a corpus without labels can still be asked.

``plant(drafts, seed)`` gives a copy of each story under one edit of :data:`EDITS`; which relations
are right for an edit stands beside it.
"""

from __future__ import annotations

from dedup.planting.choice import Dice, drawn
from dedup.planting.copies import EDITS, Copy, Edit, plant
from dedup.planting.draft import Draft

__all__ = ["EDITS", "Copy", "Dice", "Draft", "Edit", "drawn", "plant"]
