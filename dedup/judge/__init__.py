"""Is it right? What a run says, held against labels, or against copies planted in a corpus.

Labels and tables in, an evaluation out: ``evaluate_pairs``, ``evaluate_pages``,
``evaluate_paragraphs``, ``evaluate_set``, ``evaluate_plants``.
"""

from __future__ import annotations

from dedup.judge.marks import (
    FURNITURE_RULES,
    evaluate_pages,
    evaluate_paragraphs,
    judge_pages,
    judge_paragraphs,
)
from dedup.judge.pairs import Calls, evaluate_pairs, evaluate_set, judge_pairs, unknown_stories
from dedup.judge.plants import evaluate_plants
from dedup.judge.where import Where, run_stories

__all__ = [
    "FURNITURE_RULES",
    "Calls",
    "Where",
    "evaluate_pages",
    "evaluate_pairs",
    "evaluate_paragraphs",
    "evaluate_plants",
    "evaluate_set",
    "judge_pages",
    "judge_pairs",
    "judge_paragraphs",
    "run_stories",
    "unknown_stories",
]
