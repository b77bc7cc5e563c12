"""Labels: what people say of pairs of stories and of paragraphs, read from their files.

``read_pairs`` and ``read_paragraphs`` take any table with the columns named; ``read_set`` takes the
public sets in the shape they are published in; ``hold`` keeps figures to the floors in a file.
"""

from __future__ import annotations

from dedup.labels.floors import digest_of, hold
from dedup.labels.mapping import LEFT_OUT, parse_assignments
from dedup.labels.pairs import PairLabel, read_pairs
from dedup.labels.paragraphs import Page, ParagraphLabel, ParagraphLabels, read_paragraphs
from dedup.labels.public import PUBLIC_SETS, LabelledSet, read_set

__all__ = [
    "LEFT_OUT",
    "PUBLIC_SETS",
    "LabelledSet",
    "Page",
    "PairLabel",
    "ParagraphLabel",
    "ParagraphLabels",
    "digest_of",
    "hold",
    "parse_assignments",
    "read_pairs",
    "read_paragraphs",
    "read_set",
]
