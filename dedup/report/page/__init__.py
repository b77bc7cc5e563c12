"""One page for a browser: what a run found, in pictures, tables and words, in a single file.

The page asks nothing of any network, is whole without its script, and stays small whatever the
corpus: :func:`choose` says what is shown in full, the caller brings the texts of that
(:class:`Material`), :func:`render` puts it together.
"""

from __future__ import annotations

from dedup.report.page.counts import Counts, Drops, count
from dedup.report.page.parts import (
    Material,
    Need,
    PairView,
    Paragraph,
    SideBySide,
    Stretch,
    TextRow,
)
from dedup.report.page.render import Beside, render
from dedup.report.page.sample import Chosen, Limits, choose

__all__ = [
    "Beside",
    "Chosen",
    "Counts",
    "Drops",
    "Limits",
    "Material",
    "Need",
    "PairView",
    "Paragraph",
    "SideBySide",
    "Stretch",
    "TextRow",
    "choose",
    "count",
    "render",
]
