"""Why: what makes two stories duplicates or not, what was found in a story, what a text trips.

Every function returns plain text for a terminal, with whatever came from the input escaped.
"""

from __future__ import annotations

from dedup.explain.pair import explain_pair
from dedup.explain.story import explain_story, explain_text

__all__ = ["explain_pair", "explain_story", "explain_text"]
