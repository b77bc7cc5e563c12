"""Review: a person answers for a sample of what a run found, and the answers are put to use.

:func:`claims` lists what a run says, :func:`draw` picks what to ask, a :class:`Session` asks it
(the terminal and the browser are two faces of it), :class:`LabelsFile` keeps the answers,
:func:`evaluation` measures with them, and ``EXPORTS`` turns them into files.
"""

from __future__ import annotations

from dedup.review.claims import Claim, Question, claims
from dedup.review.exports import EXPORTS
from dedup.review.labels_file import Label, LabelsFile
from dedup.review.precision import evaluation
from dedup.review.sample import Drawn, draw
from dedup.review.session import Session
from dedup.review.texts import Texts, read_texts

__all__ = [
    "EXPORTS",
    "Claim",
    "Drawn",
    "Label",
    "LabelsFile",
    "Question",
    "Session",
    "Texts",
    "claims",
    "draw",
    "evaluation",
    "read_texts",
]
