"""Options of the gate that are no settings: what to do with a baseline, and what to look at."""

from __future__ import annotations

from typing import Annotated

import typer

WriteBaseline = Annotated[
    bool,
    typer.Option("--write-baseline", rich_help_panel="Gate",
                 help="Accept what is found: write it to --baseline (.dedup-baseline.jsonl)."),
]
PruneBaseline = Annotated[
    bool,
    typer.Option("--prune-baseline", rich_help_panel="Gate",
                 help="Take out of --baseline what is no longer found."),
]
BaselineFromRef = Annotated[
    str | None,
    typer.Option("--baseline-from-ref", metavar="REF", rich_help_panel="Gate",
                 help="Accept what is found at this git reference."),
]
Against = Annotated[
    list[str] | None,
    typer.Option("--against", metavar="PATH|RUN", rich_help_panel="Input",
                 help="Compare with these stories, and do not report on them (repeatable)."),
]
Focus = Annotated[
    list[str] | None,
    typer.Option("--focus", metavar="GLOB|ID", rich_help_panel="Rules",
                 help="Report only what touches these files or stories (repeatable)."),
]
ExitZero = Annotated[
    bool,
    typer.Option("--exit-zero", help="Exit with 0 even when something was found.",
                 rich_help_panel="Gate"),
]
