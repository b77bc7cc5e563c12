"""Which edits there are, what is right to call them, and a copy of each story under one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from dedup.planting import edits
from dedup.planting.choice import Dice
from dedup.planting.draft import Draft
from dedup.text.matching_form import MatchingForm


class Change(Protocol):
    """Edits a draft; None where it cannot be done."""

    def __call__(
        self, draft: Draft, neighbour: Draft, dice: Dice, form: MatchingForm
    ) -> Draft | None:
        """The edited draft."""


class Edit(NamedTuple):
    """A kind of edit: its name, what does it, and the relations that are right for it."""

    name: str
    change: Change
    expected: tuple[str, ...]


EDITS = (
    Edit("exact", edits.exact, ("identical",)),
    Edit("cosmetic", edits.cosmetic, ("identical", "duplicate")),
    Edit("2 % typos", edits.few_typos, ("duplicate",)),
    Edit("5 % typos", edits.many_typos, ("duplicate",)),
    Edit("reordered", edits.reordered, ("identical", "duplicate")),
    Edit("cut", edits.cut, ("contained",)),
    Edit("headline cut", edits.headline_cut, ("identical", "duplicate")),
    Edit("brief", edits.brief, ("contained",)),
    Edit("local lead", edits.local_lead, ("duplicate", "contained")),
    Edit("changed number", edits.changed_number, ("update",)),
    Edit("changed name", edits.changed_name, ("update",)),
    Edit("new footer", edits.new_footer, ("identical", "duplicate", "contained")),
)
"""In the order of the tables. A longer text around the whole of a shorter one may rightly be
called either a duplicate or containment, so both are right where an edit only adds."""


class Copy(NamedTuple):
    """An edited copy of a story."""

    edit: str
    original: str
    draft: Draft


def plant(drafts: Sequence[Draft], seed: int, form: MatchingForm) -> list[Copy]:
    """A copy of each story under one edit; stories that take none are left out.

    The edits take turns, so that all come about equally often; where the one whose turn it is
    cannot be done (no number in the text, no title), the next is tried. Another story lends leads
    and names. A copy that would spell its original is no copy, but for the exact one.
    """
    copies = []
    for turn, draft in enumerate(drafts):
        neighbour = drafts[(turn + 1) % len(drafts)]
        for step in range(len(EDITS)):
            edit = EDITS[(turn + step) % len(EDITS)]
            dice = Dice(seed, f"{edit.name}\0{draft.story_id}")
            changed = edit.change(draft, neighbour, dice, form)
            if changed is not None and _differs(edit, changed, draft):
                copies.append(Copy(edit.name, draft.story_id, changed))
                break
    return copies


def _differs(edit: Edit, changed: Draft, draft: Draft) -> bool:
    return (
        edit.change is edits.exact
        or changed.title != draft.title
        or changed.paragraphs != draft.paragraphs
    )
