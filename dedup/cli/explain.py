"""``dedup explain``: why two stories are, or are not, duplicates; what was found in one."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from dedup.cli import exits
from dedup.cli.options import DETECTION, GENERAL, INPUT, PROGRESS, Flags, Run, command
from dedup.errors import ConfigError, InputError

if TYPE_CHECKING:
    from dedup.formats import InputOptions
    from dedup.model import Story, StoryRow, Tables

EXAMPLES = """
dedup explain ap-4711 rt-0815 --run run/        two stories of a scan: every score, every change
dedup explain ap-4711 --run run/                one story: all that was found in it
dedup explain ap-4711 rt-0815 --in feeds/       without a scan
dedup explain --text page.txt                   which paragraphs of a text would be flagged?
"""

_MOST_IDS_TO_GUESS_FROM = 20_000
"""Looking for the nearest of more ids than this would take seconds."""


def explain(
    flags: Flags,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="A [B]", help="Ids of one or two stories.", show_default=False),
    ] = None,
    run: Run = None,
    paths: Annotated[
        list[str] | None,
        typer.Option("--in", metavar="PATH", rich_help_panel="Input",
                     help="Where the stories are; needed without --run (repeatable)."),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option("--text", metavar="FILE", rich_help_panel="Input",
                     help="Explain this text alone; `-` is standard input."),
    ] = None,
) -> int:
    """Say why two stories are, or are not, duplicates.

    Two ids: the scores with what each had to reach, the paragraphs side by side, the words that
    changed. One id: every finding of that story with its evidence. --text: which rules a free text
    would trip, paragraph by paragraph.
    """
    if text is not None:
        if ids or run or paths:
            raise ConfigError("--text explains one text alone: leave out ids, --run and --in")
        typer.echo(_of_text(flags, text), nl=False)
        return exits.Code.PASSED
    if not ids or len(ids) > 2 or not (run or paths):
        raise ConfigError(
            "give one or two ids and where to find them: dedup explain A [B] --run RUN, "
            "or --in PATH; or a text with --text FILE"
        )
    typer.echo(_of_stories(flags, ids, run, paths), nl=False)
    return exits.Code.PASSED


def _of_text(flags: Flags, name: str) -> str:
    from dedup.cli import gather
    from dedup.explain import explain_text
    from dedup.formats import find_inputs, read_batches

    loaded = gather.load_settings(flags)
    options = replace(gather.input_options(loaded), input_format="text", limit=None)
    texts = [
        batch.text.decode() for batch in read_batches(find_inputs([name], options), options)
    ]
    return explain_text("".join(texts), loaded.settings)


def _of_stories(flags: Flags, ids: Sequence[str], run: str | None, paths: list[str] | None) -> str:
    from dedup.cli import gather
    from dedup.explain import explain_pair, explain_story
    from dedup.settings import Settings

    loaded = gather.load_settings(flags)
    tables = gather.tables(flags, loaded, None if run else paths, run)
    settings = Settings.model_validate(tables.manifest["settings"])
    rows = [_row(tables, story_id) for story_id in ids]
    stories = [_story(row, paths, gather.input_options(loaded)) for row in rows]
    if len(stories) == 1:
        return explain_story(stories[0], tables)
    return explain_pair(stories[0], stories[1], tables, settings)


def _row(tables: Tables, story_id: str) -> StoryRow:
    for row in tables.stories:
        if row.story_id == story_id:
            return row
    ids = [row.story_id for row in tables.stories]
    few = len(ids) <= _MOST_IDS_TO_GUESS_FROM
    close = difflib.get_close_matches(story_id, ids, n=1) if few else []
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ConfigError(f"no story has the id {story_id!r}{hint}")


def _story(row: StoryRow, paths: list[str] | None, options: InputOptions) -> Story:
    """The story of a row, its text read from where the row says it is."""
    from dedup.api.intake import stories_of
    from dedup.formats import find_inputs, read_batches

    inputs = find_inputs(paths or [row.path], options)
    inputs[:] = [found for found in inputs if found.path == row.path]
    for batch in read_batches(inputs, options):
        if row.line in batch.lines:
            for story in stories_of(batch):
                if story.line == row.line:
                    return replace(story, story_id=row.story_id)
    raise InputError(
        f"the text of {row.story_id!r} is no longer at {row.path} line {row.line}: scan again, "
        "or name the place it was scanned from with --in"
    )


COMMANDS = {
    "explain": command(explain, INPUT, DETECTION, PROGRESS, GENERAL, examples=EXAMPLES)
}
