"""From settings and stories to tables: check in memory, scan files, reopen what was scanned."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dedup.errors import ConfigError
from dedup.model import Tables

if TYPE_CHECKING:
    from dedup.api.intake import Stories
    from dedup.api.recording import Recorded
    from dedup.api.result import Result
    from dedup.api.settle import Origin
    from dedup.api.workspaces import Workspaces
    from dedup.formats import InputOptions
    from dedup.formats.inputs import InputFile
    from dedup.settings import Settings
    from dedup.slices import Slices
    from dedup.store import Sieves, TableFormat

Taken = TypeVar("Taken")
Progress = Callable[[str, int], None]

_AFTERWARDS = frozenset(
    ["threshold", "select", "ignore", "fail_on", "max_loss", "jobs", "kernels", "memory",
     "workspace", "max_new",
     "max_findings", "max_ratio", "baseline", "rules", "per_source_ignores"]
)  # fmt: skip
"""Settings that can be other than those of a run when it is reopened."""

_CHOICE = frozenset(["select", "ignore"])


def check(stories: Stories, **settings: Any) -> Result:  # noqa: ANN401 -- checked by name
    """What repeats in these stories.

    ``stories``: a list of Story, of dictionaries (with fields such as ``text``, ``id``,
    ``title``) or of texts (ids "0", "1", ...); a DataFrame with such columns; a path or a list of
    paths to files, folders or globs. ``settings``: any of :class:`dedup.Settings`, and
    ``text_field``, ``id_field``, ``title_field``, ``date_field``, ``source_field``, ``encoding``,
    ``include``, ``exclude``, ``input_format`` and ``limit`` for reading.

    Raises
    ------
    ConfigError
        A setting is unknown or out of range.
    InputError
        A path cannot be read, or what was given holds no stories.
    """
    from dedup import pipeline
    from dedup.api.intake import PathIntake, receive
    from dedup.api.result import Result
    from dedup.api.settle import settled, with_baseline

    chosen, options = _settings(settings)
    intake = receive(stories, options)
    if isinstance(intake, PathIntake):
        tables = scan(intake.paths, chosen, options)
    else:
        tables = settled(pipeline.run(intake.batches(), chosen, None), chosen)
    return Result(with_baseline(tables, chosen), chosen, intake)


def scan(
    paths: Sequence[str],
    settings: Settings,
    input_options: InputOptions | None = None,
    progress: Progress | None = None,
    *,
    forking: bool = False,
    origin: Origin | None = None,
    against: Sequence[str] = (),
) -> Tables:
    """Tables of the stories at these paths; the manifest names the inputs, and what was skipped.

    ``forking``: see :func:`dedup.pipeline.run`. ``origin`` tells where a part of a table of
    settings was set. ``against`` are paths, or folders of runs, whose stories these are compared
    with; a file that is on both sides is on this one.
    """
    from dedup import pipeline
    from dedup.api.settle import settled
    from dedup.api.workspaces import Workspaces

    tables = _found(
        paths, settings, input_options, progress, pipeline.whole, Workspaces(settings),
        forking=forking, against=against,
    )  # fmt: skip
    return settled(tables, settings, origin)


def record(
    folder: Path,
    paths: Sequence[str],
    settings: Settings,
    input_options: InputOptions | None = None,
    progress: Progress | None = None,
    *,
    table_format: TableFormat = "jsonl",
    forking: bool = False,
    origin: Origin | None = None,
    resume: bool = False,
) -> Recorded:
    """The same tables, written to a run folder slice by slice: no more than that is in memory.

    The workspace of a large corpus is beside ``folder``, where a scan that was killed leaves it
    and ``resume`` finds it.

    Raises
    ------
    OutputError
        The folder holds something that is not a run, or cannot be written.
    """
    from dedup.api.recording import Recorder
    from dedup.api.settle import Settling
    from dedup.api.workspaces import Workspaces

    jobs = settings.jobs if forking else 1
    made = Workspaces(settings, folder, resume)

    def written(slices: Slices) -> Recorded:
        quiet: Progress = lambda stage, count: None  # noqa: E731 -- says nothing
        recorder = Recorder(folder, table_format, jobs, progress or quiet, made.slices)
        return recorder.record(slices, Settling(settings, slices.outlets, origin))

    return _found(paths, settings, input_options, progress, written, made, forking=forking)


def _found(
    paths: Sequence[str],
    settings: Settings,
    input_options: InputOptions | None,
    progress: Progress | None,
    take: Callable[[Slices], Taken],
    workspaces: Workspaces,
    *,
    forking: bool,
    against: Sequence[str] = (),
) -> Taken:
    """What ``take`` makes of what is found at these paths; its manifest names the inputs."""
    from dedup import pipeline
    from dedup.api.archive import archive_inputs
    from dedup.formats import InputOptions, find_inputs, read_batches

    options = input_options or InputOptions()
    inputs = find_inputs(paths, options)
    archive = archive_inputs(against, options, inputs) if against else []
    batches = chain(
        read_batches(inputs, options), read_batches(archive, replace(options, limit=None))
    )

    def taken(slices: Slices) -> Taken:
        slices.manifest = {
            **slices.manifest,
            "inputs": [
                {"path": found.path, "bytes": _size(found.location)} for found in inputs
            ],
            "skipped": [{"path": path, "reason": reason} for path, reason in inputs.skipped],
        }
        return take(slices)

    with workspaces.of(_identity(inputs, archive, settings, options)) as made:
        return pipeline.sliced(
            batches, settings, taken, progress, forking=forking,
            against=frozenset(found.path for found in archive), columns=made.columns,
        )  # fmt: skip


def reopen(
    folder: Path,
    settings: Settings,
    *,
    given: frozenset[str] = frozenset(),
    sieves: Sieves | None = None,
) -> Tables:
    """Tables of a run that was scanned before, at the settings that are ``given`` now.

    ``sieves``: see :func:`dedup.store.read_run`; another threshold needs all tables, whole.

    A higher threshold and a narrower choice of rules follow from the tables, and so do levels and
    more ignores, which are always those of now; any other setting that differs from the run's is
    a ConfigError that says to scan again.
    """
    from dedup.api.settle import settled
    from dedup.store import read_run

    tables = read_run(folder, None if "threshold" in given else sieves)
    scanned = _scanned(tables)
    wanted = settings.model_dump()
    for name in sorted(given - _AFTERWARDS):
        if name in scanned and _listed(scanned[name]) != _listed(wanted[name]):
            raise ConfigError(_not_in_run(folder, name, scanned[name], wanted[name]))
    threshold = scanned.get("threshold", settings.threshold)
    if "threshold" in given and settings.threshold != threshold:
        if settings.threshold < threshold:
            raise ConfigError(_not_in_run(folder, "threshold", threshold, settings.threshold))
        from dedup.recluster import recluster

        tables = recluster(tables, settings.threshold)
    if given & _CHOICE:
        tables = _selected(tables, settings, scanned, folder)
    if "per_source_ignores" in given:
        _refuse_lost_ignores(scanned.get("per_source_ignores", {}), settings, folder)
    return settled(tables, settings, fresh=False)


def stored(folder: Path, settings: Settings, *, given: frozenset[str] = frozenset()) -> Tables:
    """Tables of a run as they are; of the rules that are ``given``, if any are."""
    from dedup.store import read_run

    tables = read_run(folder)
    return _selected(tables, settings, _scanned(tables), folder) if given & _CHOICE else tables


def _refuse_lost_ignores(
    scanned: Mapping[str, Sequence[str]], settings: Settings, folder: Path
) -> None:
    """ConfigError when findings that were left out of the run are wanted now."""
    for source, codes in scanned.items():
        missing = set(codes) - set(settings.per_source_ignores.get(source, ()))
        if missing:
            raise ConfigError(
                f"the run {str(folder)!r} was scanned without {', '.join(sorted(missing))} of "
                f"{source!r} (per-source-ignores): scan again"
            )


def _selected(
    tables: Tables, settings: Settings, scanned: Mapping[str, Any], folder: Path
) -> Tables:
    """The tables with the findings of the chosen rules only."""
    from dedup.rules import select

    chosen = select(settings.select, settings.ignore)
    computed = select(tuple(scanned.get("select", ("ALL",))), tuple(scanned.get("ignore", ())))
    unknown = sorted(chosen - computed)
    # "ALL" by default asks for what there is; rules asked for by name must have been computed.
    if unknown and settings.select != ("ALL",):
        raise ConfigError(
            f"the run {str(folder)!r} was scanned without {', '.join(unknown)}: scan again"
        )
    return Tables(
        stories=tables.stories,
        paragraphs=[row for row in tables.paragraphs if row.rule in chosen],
        pairs=tables.pairs,
        clusters=tables.clusters,
        findings=[row for row in tables.findings if row.rule in chosen],
        templates=tables.templates,
        manifest=tables.manifest,
    )


def _settings(named: Mapping[str, Any]) -> tuple[Settings, InputOptions]:
    """Settings and input options from keywords; names of either are offered for unknown ones."""
    from dedup.formats import Fields, InputOptions
    from dedup.setting_checks import known, validated
    from dedup.setting_values import suggestion
    from dedup.settings import InputSettings, Settings, build

    inputs = {name: value for name, value in named.items() if name in InputSettings.model_fields}
    rest = {name: value for name, value in named.items() if name not in inputs}
    names = [*Settings.model_fields, *InputSettings.model_fields]
    for name in rest:
        if name not in names:
            raise ConfigError(f"no setting is called {name!r}{suggestion(name, names)}")
    checked = known(inputs, InputSettings, lambda _: "settings")
    read = validated(InputSettings, checked, dict.fromkeys(checked, "settings"))
    fields = Fields(
        read.text_field, read.id_field, read.title_field, read.date_field, read.source_field
    )
    options = InputOptions(
        fields, read.input_format, read.encoding, read.limit, read.exclude, read.include
    )
    return build(**rest), options


def _scanned(tables: Tables) -> dict[str, Any]:
    """The settings of a run, by Python name."""
    settings = tables.manifest.get("settings", {})
    return {name.replace("-", "_"): value for name, value in settings.items()}


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _not_in_run(folder: Path, name: str, scanned: object, wanted: object) -> str:
    flag = name.replace("_", "-")
    return (
        f"the run {str(folder)!r} was scanned with {flag} {scanned} and cannot answer for "
        f"{wanted}: scan again with --{flag} {wanted}"
    )


_NO_MATTER = frozenset(["jobs", "memory", "workspace", "fail_on", "max_loss", "baseline"])
"""Settings on which nothing that is found depends."""


def _identity(
    inputs: Sequence[InputFile], archive: Sequence[InputFile], settings: Settings,
    options: InputOptions,
) -> dict[str, object]:  # fmt: skip
    """What a scan follows from, but for the bytes of its inputs."""
    from dedup import __version__

    return {
        "version": __version__,
        "inputs": [found.path for found in inputs],
        "against": [found.path for found in archive],
        "settings": settings.model_dump(mode="json", exclude=set(_NO_MATTER)),
        "reading": repr(options),
    }


def _size(location: Path | None) -> int | None:
    try:
        return None if location is None else location.stat().st_size
    except OSError:
        return None
