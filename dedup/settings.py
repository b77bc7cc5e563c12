"""Settings: what may be set, and to what.

How a table of values is checked against them stands in ``dedup.setting_checks``; where values come
from (flags, environment, files) is the command line's business: see ``dedup.cli.configuration``.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field
from pydantic import field_validator as _checks

from dedup.setting_checks import known, validated
from dedup.setting_values import (
    LOSS_BUDGET,
    Level,
    Memory,
    Ratio,
    Section,
    Shares,
    Strings,
    bytes_of,
    kebab,
    known_prefixes,
)


class RuleSettings(Section):
    """What may be set of a single rule, or of a family of rules: the table ``rules.CODE``."""

    level: Level | None = Field(
        None, description="Level of its findings in place of the rule's own."
    )
    error_if: int | None = Field(
        None, ge=1,
        description="So many new findings of the rule are errors; fewer are warnings (or notes, "
        "if level says so).",
    )


class Settings(Section):
    """Everything that decides what is found; equal settings and stories give equal tables."""

    threshold: float = Field(
        0.7, ge=0, le=1,
        description="Exact Jaccard score of their word shingles at which two stories count as "
        "near-duplicates (DUP102); always measured, never estimated.",
    )
    min_cosine: float = Field(
        0.5, ge=0, le=1,
        description="TF-IDF cosine a near-duplicate must reach as well.",
    )
    aligned: float = Field(
        0.93, gt=0, le=1,
        description="Share of words that stand in both stories in one order, from which two "
        "stories of the same facts are near-duplicates whatever their Jaccard score: every slip "
        "of a typist spoils a whole row of shingles.",
    )
    containment: float = Field(
        0.8, gt=0, le=1,
        description="Share of the shorter story's word shingles that must stand in the longer one "
        "for it to count as contained (DUP103).",
    )
    near_recall: float = Field(
        0.95, gt=0, lt=1,
        description="Share of the pairs at the threshold that LSH must nominate for measuring; "
        "bands and rows follow from it.",
    )
    num_perm: int = Field(
        128, ge=16, le=1024,
        description="Permutations of a MinHash signature: more find more surely, and cost more.",
    )
    seed: int = Field(
        1, ge=0, le=2**32 - 1,
        description="Seed of the permutations; signatures of different seeds do not compare.",
    )
    shingle: int = Field(5, ge=1, le=32, description="Words in a shingle.")
    min_words: int = Field(
        30, ge=1,
        description="Words a story needs to count as a near-duplicate; shorter stories are "
        "measured, but only an exact copy is called one.",
    )
    min_paragraph_words: int = Field(
        8, ge=1,
        description="Words a paragraph needs for its exact repeats to be reported "
        "(PAR201, PAR203).",
    )
    near_paragraph: float = Field(
        0.8, ge=0, le=1,
        description="Dice score of their word pairs at which two paragraphs count as nearly the "
        "same (PAR202, PAR204).",
    )
    near_paragraph_min_words: int = Field(
        12, ge=1,
        description="Words a paragraph needs for its near repeats to be reported "
        "(PAR202, PAR204).",
    )
    max_bucket: int = Field(
        200, ge=2,
        description="Most stories that may share a band or a paragraph and still nominate pairs; "
        "a fuller bucket is furniture, not news.",
    )
    max_cluster: int = Field(
        500, ge=1,
        description="Most near-copies that may go for one story; a larger cluster is reported "
        "(DUP106), and none of it is dropped.",
    )
    select: Strings = Field(
        ("ALL",),
        description="Rules to report, by code or prefix: ALL, DUP, PAR20, BLP301.",
    )
    ignore: Strings = Field(
        (),
        description="Rules to leave out, by code or prefix; the longer prefix wins over select.",
    )
    fail_on: Literal["error", "warning", "note", "never"] = Field(
        "error",
        description="Mildest level of a finding that makes `check` exit with 1.",
    )
    max_new: int | None = Field(
        None, ge=0,
        description="New findings at or above fail-on that `check` lets pass. Without this, "
        "max-findings and max-ratio none passes.",
    )
    max_findings: int | None = Field(
        None, ge=0,
        description="Findings at or above fail-on, those of the baseline too, that `check` lets "
        "pass.",
    )
    max_ratio: Ratio | None = Field(
        None, ge=0, le=1,
        description="Share of the stories that may have a finding at or above fail-on, those of "
        "the baseline too: 2% or 0.02.",
    )
    baseline: str | None = Field(
        None,
        description="File of accepted findings, written by `dedup check --write-baseline`: only "
        "others are new.",
    )
    rules: dict[str, RuleSettings] = Field(
        {},
        description="Level and error-if of single rules or families: rules.DUP102.level = "
        "\"note\".",
    )
    per_source_ignores: dict[str, Strings] = Field(
        {},
        description="Rules to leave out of the stories of an outlet, by its name or a glob: "
        "per-source-ignores.\"reuters*\" = [\"BLP303\"].",
    )
    keep: Literal["longest", "earliest", "latest", "agency", "source", "first", "none"] = Field(
        "longest",
        description="Which copy of a story stays: the longest, the earliest, the latest complete "
        "one, that of the agency that wrote it, that of the first source in keep-sources, the "
        "first by id; with none nothing is dropped.",
    )
    keep_sources: Strings = Field(
        (), description="Outlets in the order in which their copies stay, for keep = source."
    )
    max_loss: Shares = Field(
        tuple(f"{name}={share:g}" for name, share in LOSS_BUDGET.items()),
        description="Share of the words that `clean` may take from an outlet and from a story; "
        "where it would take more it stops before anything is written.",
    )
    boilerplate_lexicon: Strings = Field(
        (),
        description="Files with boilerplate lines of your own, beside those that come with dedup.",
    )
    ignore_lines: Strings = Field(
        (),
        description="Files with lines, one a line, that are never boilerplate.",
    )
    learn: bool = Field(
        True,
        description="Learn boilerplate from what repeats in the stories of an outlet (BLP311, "
        "BLP312).",
    )
    templates: Strings = Field(
        (),
        description="Files that `dedup learn` wrote: boilerplate learned before, from a larger "
        "corpus.",
    )
    boilerplate_min_stories: int = Field(
        3, ge=2,
        description="Stories of an outlet, copies of one another counted once, that must hold a "
        "line before it can be learned.",
    )
    boilerplate_min_days: int = Field(
        2, ge=1,
        description="Days on which these stories must have been published, where they have dates.",
    )
    furniture_probability: float = Field(
        0.9, ge=0, le=1,
        description="Probability from which a paragraph that nothing else knows is reported as "
        "furniture-like (BLP313).",
    )
    jobs: int = Field(0, ge=0, description="Threads; 0 means every core.")
    memory: Memory = Field(
        "4GB",
        description="Memory to stay within, as far as the size of the corpus allows: what was read "
        "lies in files and is let go of before this is reached. Results do not depend on it.",
    )
    workspace: str | None = Field(
        None,
        description="Folder for the files in which a large corpus lies while it is compared; they "
        "are removed at the end. Otherwise a hidden folder beside the run of `scan`, or the "
        "system's folder for temporary files. Takes about two and a half times the bytes of the "
        "text.",
    )
    kernels: Literal["auto", "compiled", "reference"] = Field(
        "auto",
        description="Compiled or reference kernels; results are equal, auto goes by input size.",
    )

    @property
    def loss_budget(self) -> dict[str, float]:
        """``max_loss`` by name: the shares of ``outlet`` and ``story``."""
        parts = (part.partition("=") for part in self.max_loss)
        return {name: float(share) for name, _, share in parts}

    @property
    def memory_bytes(self) -> int:
        """``memory`` in bytes."""
        return bytes_of(self.memory)

    @_checks("select", "ignore")
    @classmethod
    def _known_rules(cls, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        return known_prefixes(prefixes)

    @_checks("per_source_ignores")
    @classmethod
    def _known_ignores(cls, ignores: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {source: known_prefixes(codes) for source, codes in ignores.items()}


class InputSettings(Section):
    """How records are read: the ``input`` table of a settings file."""

    ABOVE: ClassVar[str] = "input."

    text_field: str | None = Field(None, description="Field that holds the text.")
    id_field: str | None = Field(None, description="Field that holds the story's id.")
    title_field: str | None = Field(None, description="Field that holds the title.")
    date_field: str | None = Field(None, description="Field that holds the publication time.")
    source_field: str | None = Field(None, description="Field that holds the outlet.")
    input_format: Literal["text", "jsonl", "json", "csv", "tsv", "parquet"] | None = Field(
        None, description="Format of every input; otherwise the file's extension decides."
    )
    encoding: str | None = Field(
        None, description="Encoding of the input; otherwise byte-order mark, UTF-8, then a guess."
    )
    limit: int | None = Field(None, ge=1, description="Read only so many stories.")
    include: Strings = Field(
        (), description="Read only files that one of these patterns matches, written as in a "
        ".gitignore; files named on the command line too.",
    )
    exclude: Strings = Field(
        (), description="Leave out files that one of these patterns matches, written as in a "
        ".gitignore; files named on the command line too.",
    )


def build(**values: object) -> Settings:
    """Settings from Python names (``fail_on="note"``); unknown or bad ones are ConfigErrors."""
    named = known(values, Settings, lambda _: "settings")
    return validated(Settings, named, dict.fromkeys(map(kebab, named), "settings"))


def json_schema() -> dict[str, Any]:
    """JSON Schema of a settings file, for editors and for checks."""
    schema = Settings.model_json_schema()
    schema["title"] = "dedup settings"
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    inputs = InputSettings.model_json_schema()
    schema["properties"]["input"] = inputs
    return schema
