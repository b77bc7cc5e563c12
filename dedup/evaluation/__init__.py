"""Measuring: judged pairs and paragraphs in, figures out.

Nothing here reads, runs or prints: ``of_pairs``, ``of_paragraphs`` and ``of_plants`` take what was
labelled together with what was found, and give an :class:`Evaluation` that any report can show.
"""

from __future__ import annotations

from dedup.evaluation.figures import Bars, Error, Evaluation, Figure, Grid, Lines, Table, wilson
from dedup.evaluation.floors import SetFloors, Verdict, compare, raised
from dedup.evaluation.pairs import JudgedPair, of_pairs
from dedup.evaluation.paragraphs import JudgedParagraph, of_lines, of_paragraphs
from dedup.evaluation.plants import JudgedPlant, of_plants

__all__ = [
    "Bars",
    "Error",
    "Evaluation",
    "Figure",
    "Grid",
    "JudgedPair",
    "JudgedParagraph",
    "JudgedPlant",
    "Lines",
    "SetFloors",
    "Table",
    "Verdict",
    "compare",
    "of_lines",
    "of_pairs",
    "of_paragraphs",
    "of_plants",
    "raised",
    "wilson",
]
