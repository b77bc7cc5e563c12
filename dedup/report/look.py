"""How a report is to look, and what its reader is told besides the findings."""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """What a writer has to know beside the tables."""

    color: bool = False
    max_show: int | None = None
    """Findings shown to people; machines get all."""
    statistics: bool = False
    """Counts per rule in place of the findings."""
    root: str = ""
    """Folder that services show paths from, such as the checkout; empty: paths stay as given."""
    fail_on: str = ""
    """Mildest level that fails; empty: as the run was set up."""
    known: int = 0
    """Findings left out of the tables because a baseline holds them."""
