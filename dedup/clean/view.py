"""What cleaning would change, as a unified diff of the story texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from dedup.clean.edits import action_on, spans_of
from dedup.clean.files import actions_by_path
from dedup.clean.plan import Drop, Plan, Strip
from dedup.clean.spans import without
from dedup.formats import InputFile, InputOptions, Record, open_records
from dedup.formats.shown import shown
from dedup.model import Story

_HOSTILE = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]"
)
"""Characters that move the cursor, turn the writing direction or cannot be seen; tabs may stay."""

_COLORS = {"---": "1", "+++": "1", "@@": "36", "-": "31", "+": "32"}
"""How the lines of a diff begin, and the terminal's code for each; as `git diff` colours them."""

_MOST_LINES = 20_000
"""Lines up to which lines are aligned: the time grows with their square where many are alike."""


def diff(
    inputs: Sequence[InputFile], options: InputOptions, plan: Plan, *, color: bool = False
) -> Iterator[str]:
    """Lines of a unified diff of every story that would change, control characters escaped.

    Each line ends with a line feed; ``color`` marks what goes for a terminal.

    Raises :class:`InputError` for an input that cannot be read, and :class:`MismatchError` where
    the plan does not fit the input.
    """
    by_path = actions_by_path(plan)
    for source in inputs:
        actions = by_path.get(source.path)
        if not actions:
            continue
        for record in open_records(source, options):
            action = action_on(record, actions)
            if record.story is not None and action is not None:
                for line in _story_diff(record, record.story, action):
                    yield (_colored(line) if color else line) + "\n"


def _story_diff(record: Record, story: Story, action: Drop | tuple[Strip, ...]) -> Iterator[str]:
    name = f"{shown(story.path)}:{story.line} {shown(story.story_id)}"
    if isinstance(action, Drop):
        after, left = f"dropped ({', '.join(action.rules)}), {shown(action.kept_id)} stays", ""
    else:
        rules = sorted({rule for strip in action for rule in strip.rules})
        after, left = f"{name} ({', '.join(rules)})", without(story.text, spans_of(record, action))
    old, new = _lines(story.text), _lines(left)
    if len(old) > _MOST_LINES:
        yield from (f"--- {name}", f"+++ {after}")
        yield f"@@ {len(old)} lines before, {len(new)} after: too many to show @@"
        return
    yield from difflib.unified_diff(old, new, name, after, lineterm="")


def _colored(line: str) -> str:
    code = next((code for start, code in _COLORS.items() if line.startswith(start)), "")
    return f"\x1b[{code}m{line}\x1b[0m" if code else line


def _lines(text: str) -> list[str]:
    return [_HOSTILE.sub(_escaped, line) for line in text.splitlines()]


def _escaped(match: re.Match[str]) -> str:
    return repr(match[0])[1:-1] if not match[0].isprintable() else f"\\u{ord(match[0]):04x}"
