"""The reasons for a probability, in words.

The model's columns fall into groups that a reader can check in the text. A group's reason is told
from the paragraph's own values; where there is nothing to tell, the next group speaks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dedup.boilerplate.furniture.features import COLUMNS
from dedup.kernels import reference_furniture as ref

NUMBER = 3
"""Reasons given with a finding."""

Values = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Reason:
    """A group of columns and what it says of a paragraph's values, "" for nothing."""

    columns: list[int]
    tell: Callable[[Values], str]

    def words(self, own: list[int]) -> str:
        """The reason for a row of features."""
        return self.tell(dict(zip(COLUMNS, own, strict=True)))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _wording(at: Values) -> str:
    return "worded like furniture" if at["chars_raw"] + at["words_raw"] > 0 else ""


def _ending(at: Values) -> str:
    ends = {
        ref.COLON: "ends with a colon", ref.ELLIPSIS: "ends with dots", ref.STOP: "",
        ref.ASK: "asks or exclaims", ref.CLOSE: "ends with a bracket or quote",
    }  # fmt: skip
    return ends.get(at["ending"], "no sentence end")


def _length(at: Values) -> str:
    if at["script"] == 2:
        return _count(at["characters"], "character")
    return _count(at["length"], "word")


def _letters(at: Values) -> str:
    if at["capitals"] >= 12:
        return "in capitals"
    if at["initials"] >= 10 and at["length"] > 1:
        return "words begin with capitals"
    return ""


def _signs(at: Values) -> str:
    if at["digit_share"] >= 6:
        return "mostly digits" if at["digit_share"] >= 16 else _count(at["digits"], "digit")
    if at["signs"]:
        return _count(at["signs"], "sign")
    return ""


def _place(at: Values) -> str:
    size = at["paragraphs"]
    of = f"of {size} paragraphs" if size < 100 else "of 100 or more paragraphs"
    if at["from_end"] == 0:
        return f"last {of}"
    if at["from_start"] == 0:
        return f"first {of}"
    if at["prose_behind"] == 0 and at["prose"]:
        return f"behind the last prose, {at['from_end'] + 1} from the end"
    if at["prose_before"] == 0 and at["prose"]:
        return f"before the first prose, {at['from_start'] + 1} from the start"
    return ""


def _neighbours(at: Values) -> str:
    if at["near_mean"] > 0:
        return "neighbours look like furniture"
    return "other furniture in the story" if at["near_most"] > 0 or at["story_share"] > 2 else ""


def _repeats(at: Values) -> str:
    if at["copies"] > 1:
        return f"stands {at['copies']} times in the story"
    same = max(at["same_first"], at["same_last"])
    return f"begins or ends as {_count(same - 1, 'other')}" if same > 1 else ""


def _echoes(at: Values) -> str:
    few = at["uncommon"] > 0 and 2 * at["told_before"] < at["uncommon"]
    return "its words are not the story's" if few and at["prose"] else ""


def _surroundings(at: Values) -> str:
    return "among short paragraphs" if at["length_near"] <= 12 else ""


def _group(names: str, tell: Callable[[Values], str]) -> Reason:
    return Reason([COLUMNS.index(name) for name in names.split()], tell)


GROUPS = (
    _group("chars_raw words_raw raw", _wording),
    _group("ending", _ending),
    _group("length characters shape_raw", _length),
    _group("initials capitals start script", _letters),
    _group("digits digit_share signs colons commas quotes dashes stops inner_stops", _signs),
    _group("since_prose until_prose prose_before prose_behind run from_start from_end "
           "paragraphs prose", _place),
    _group("before_1 before_2 behind_1 behind_2 near_mean near_most near_least run_mean run_share "
           "story_mean story_share", _neighbours),
    _group("same_first same_last same_form copies listed scattered", _repeats),
    _group("uncommon told told_before told_behind told_next told_previous", _echoes),
    _group("length_before length_behind length_near", _surroundings),
)  # fmt: skip
"""Every column of COLUMNS is in one group."""
