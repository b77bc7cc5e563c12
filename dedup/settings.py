"""Settings: what may be set, to what, and the one place that checks it.

Where values come from (flags, environment, files) is the command line's business: see
``dedup.cli.configuration``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic import field_validator as _checks
from pydantic.fields import FieldInfo

from dedup import rules
from dedup.errors import ConfigError


def kebab(name: str) -> str:
    """``min_words`` as it is written in files and flags: ``min-words``."""
    return name.replace("_", "-")


def listed(value: object) -> object:
    """Accept ``"DUP, PAR201"`` where a list is meant: flags and the environment have no lists."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Strings = Annotated[tuple[str, ...], BeforeValidator(listed)]

LOSS_BUDGET = {"outlet": 0.2, "story": 0.6}
"""Shares of its words that cleaning may take from an outlet and from a story."""


def _shares(value: object) -> object:
    """A budget in full, however little of it was given: ``0.5`` is both, a part stands alone."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    parts = listed(value)
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        return value
    shares = dict(LOSS_BUDGET)
    for part in parts:
        name, equals, number = part.replace(" ", "").rpartition("=")
        if equals and name not in shares:
            raise ValueError(f"no budget is called {name!r}; write outlet=0.2,story=0.6")
        shares |= dict.fromkeys([name] if equals else shares, _share(number))
    return tuple(f"{name}={share:g}" for name, share in shares.items())


def _share(text: str) -> float:
    """``0.2`` or ``20%`` as a share."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise ValueError(f"{text!r} is no share of the words; write 0.2 or 20%")
    return share


Shares = Annotated[tuple[str, ...], BeforeValidator(_shares)]


class Section(BaseModel):
    """What both tables of a settings file have in common."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=kebab, populate_by_name=True
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
    jobs: int = Field(0, ge=0, description="Threads; 0 means every core.")
    kernels: Literal["auto", "compiled", "reference"] = Field(
        "auto",
        description="Compiled or reference kernels; results are equal, auto goes by input size.",
    )

    @property
    def loss_budget(self) -> dict[str, float]:
        """``max_loss`` by name: the shares of ``outlet`` and ``story``."""
        parts = (part.partition("=") for part in self.max_loss)
        return {name: float(share) for name, _, share in parts}

    @_checks("select", "ignore")
    @classmethod
    def _known_rules(cls, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        prefixes = tuple(prefix.upper() for prefix in prefixes)
        unknown = rules.unknown_prefixes(prefixes)
        if unknown:
            families = sorted({code[:3] for code in rules.RULES})
            raise ValueError(
                f"no rule is called or starts with {unknown[0]!r}"
                f"{suggestion(unknown[0], ['ALL', *families, *rules.RULES])}"
            )
        return prefixes


class InputSettings(Section):
    """How records are read: the ``input`` table of a settings file."""

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
    exclude: Strings = Field((), description="Glob patterns of files to leave out.")


_Model = TypeVar("_Model", bound=Section)


def build(**values: object) -> Settings:
    """Settings from Python names (``fail_on="note"``); unknown or bad ones are ConfigErrors."""
    named = known(values, Settings, "settings")
    return validated(Settings, named, dict.fromkeys(named, "settings"))


def known(
    table: Mapping[str, Any], model: type[Section], origin: str, prefix: str = ""
) -> dict[str, Any]:
    """The table by Python names; a name that is not a field is refused with the nearest one."""
    by_alias = {kebab(name): name for name in model.model_fields}
    values = {}
    for key, value in table.items():
        name = by_alias.get(kebab(key))
        if name is None:
            raise ConfigError(
                f"{origin}: no setting is called {prefix + key!r}"
                f"{suggestion(kebab(key), by_alias, prefix)}; `dedup config` lists them all"
            )
        values[name] = value
    return values


def validated(
    model: type[_Model], values: Mapping[str, Any], origins: Mapping[str, str]
) -> _Model:
    """The model of these values (by Python name); a bad one is reported with its origin."""
    try:
        return model.model_validate({kebab(name): value for name, value in values.items()})
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0]).replace("-", "_")
        spelled = f"input.{kebab(name)}" if model is InputSettings else kebab(name)
        raise ConfigError(
            f"{origins[name]}: {spelled} = {_shown(values[name])}: "
            f"{_reason(dict(problem), model.model_fields[name])}"
        ) from error


def json_schema() -> dict[str, Any]:
    """JSON Schema of a settings file, for editors and for checks."""
    schema = Settings.model_json_schema()
    schema["title"] = "dedup settings"
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    inputs = InputSettings.model_json_schema()
    schema["properties"]["input"] = inputs
    return schema


def allowed(field: FieldInfo) -> str:
    """What a setting may be, in words: ``a number from 0 to 1``, ``one of a, b``."""
    choices = _choices(field.annotation)
    if choices:
        return "one of " + ", ".join(choices)
    if get_origin(field.annotation) is tuple:
        return "a list of strings"
    if field.annotation in (str, str | None):
        return "a string"
    kind = "a number" if field.annotation is float else "a whole number"
    bounds = {type(limit).__name__: limit for limit in field.metadata}
    words = [
        f"{word} {getattr(bounds[name], name.lower())}"
        for name, word in (("Ge", "from"), ("Gt", "above"), ("Le", "to"), ("Lt", "below"))
        if name in bounds
    ]
    return " ".join([kind, *words])


def _choices(annotation: object) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return [choice for part in get_args(annotation) for choice in _choices(part)]


def suggestion(word: str, choices: Iterable[str], prefix: str = "") -> str:
    """``; did you mean 'threshold'?``, or nothing when no choice is near."""
    close = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.5)
    return f"; did you mean {prefix + close[0]!r}?" if close else ""


def _reason(problem: Mapping[str, Any], field: FieldInfo) -> str:
    if problem["type"] == "value_error":
        return str(problem["ctx"]["error"])
    return f"must be {allowed(field)}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
