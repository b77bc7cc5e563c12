"""From shared options to tables: settings, inputs, and the run that answers the command."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from dedup.cli import exits
from dedup.errors import ConfigError, OutputError

if TYPE_CHECKING:
    from dedup.api.recording import Recorded
    from dedup.cli.configuration import Loaded
    from dedup.cli.options import Flags
    from dedup.formats import InputOptions
    from dedup.gate import Verdict
    from dedup.model import Tables
    from dedup.report import Tally
    from dedup.store import Sieves, TableFormat

PATHS_MISSING = (
    "name the PATHS to read, or a run with --run; `-` reads standard input "
    "(with --input-format)"
)


def load_settings(flags: Flags) -> Loaded:
    """Settings for these flags; what looks like a slip is said on standard error."""
    from dedup.cli.configuration import load

    loaded = load(flags.settings, flags.input, config=flags.config, isolated=flags.isolated)
    if not flags.quiet:
        for warning in loaded.warnings:
            exits.say(f"warning: {warning}")
    return loaded


def input_options(loaded: Loaded) -> InputOptions:
    """How inputs are found and read, as the readers want it."""
    from dedup.formats import Fields, InputOptions

    chosen = loaded.input
    fields = Fields(
        chosen.text_field, chosen.id_field, chosen.title_field, chosen.date_field,
        chosen.source_field,
    )
    return InputOptions(
        fields, chosen.input_format, chosen.encoding, chosen.limit, chosen.exclude, chosen.include
    )


def tables(
    flags: Flags,
    loaded: Loaded,
    paths: list[str] | None,
    run: str | None,
    against: list[str] | None = None,
    needed: Sequence[str] = (),
) -> Tables:
    """Tables of the stories at these paths, or of a run that was scanned before.

    Of a run those tables are read that are ``needed``, all if none are named.
    """
    from dedup import api
    from dedup.cli.progress import ProgressLine

    if run and against:
        raise ConfigError("--against needs the texts of both sides: name PATHS instead of --run")
    _refuse_both_or_none(paths, run)
    if run:
        from dedup.store import whole

        sieves = whole(*needed) if needed else None
        return api.reopen(Path(run), loaded.settings, given=given(loaded), sieves=sieves)
    with ProgressLine(flags.progress) as progress:
        return api.scan(
            paths or [], loaded.settings, input_options(loaded), progress, forking=True,
            origin=lambda name: loaded.sources.get(name, ""), against=against or (),
        )  # fmt: skip


def sifted(
    flags: Flags, loaded: Loaded, paths: list[str] | None, run: str | None, sieves: Sieves,
    options: InputOptions,
) -> Tables:  # fmt: skip
    """What sieves leave of the tables: of a run, or of one that is made of these paths and goes.

    So no more than that is ever in memory, and what is found lies on disk meanwhile.
    """
    from dedup import api

    _refuse_both_or_none(paths, run)
    if run:
        return api.reopen(Path(run), loaded.settings, given=given(loaded), sieves=sieves)
    within = loaded.settings.workspace
    if within:
        Path(within).mkdir(parents=True, exist_ok=True)
    # All of it goes, the workspace too: nobody would look for that of a run which is hidden.
    alone = loaded._replace(settings=loaded.settings.model_copy(update={"workspace": None}))
    with TemporaryDirectory(prefix="dedup-", dir=within) as folder:
        made = Path(folder, "run")
        recorded(flags, alone, paths or [], made, options)
        return api.reopen(made, alone.settings, sieves=sieves)


def recorded(
    flags: Flags, loaded: Loaded, paths: list[str], folder: Path, options: InputOptions, *,
    table_format: TableFormat = "jsonl", resume: bool = False,
) -> Recorded:  # fmt: skip
    """What is said of the run that was written of the stories at these paths.

    ``resume``: whether a scan for it that ended before its time is to go on.
    """
    from dedup import api
    from dedup.cli.progress import ProgressLine

    with ProgressLine(flags.progress) as progress:
        return api.record(
            folder, paths, loaded.settings, options, progress, table_format=table_format,
            forking=True, origin=lambda name: loaded.sources.get(name, ""), resume=resume,
        )  # fmt: skip


def _refuse_both_or_none(paths: list[str] | None, run: str | None) -> None:
    if bool(paths) == bool(run):
        raise ConfigError("PATHS and --run exclude each other" if run else PATHS_MISSING)


def given(loaded: Loaded) -> frozenset[str]:
    """The settings that were set anywhere, by Python name."""
    return frozenset(
        name.partition(".")[0].replace("-", "_")
        for name, source in loaded.sources.items() if source != "default"
    )


def focused(tables: Tables, focus: list[str] | None) -> Tables:
    """The tables with the findings that touch these files and stories; all without a focus."""
    if not focus:
        return tables
    from dedup.gate import in_focus

    paths = ((row.story_id, row.path) for row in tables.stories)
    return replace(tables, findings=in_focus(tables.findings, focus, paths))


def tell_verdict(flags: Flags, loaded: Loaded, judged: Verdict, ref: str | None) -> None:
    """Write on standard error what the gate made of the findings, where it was set up."""
    settings = loaded.settings
    limits = (settings.max_new, settings.max_findings, settings.max_ratio)
    if flags.quiet or (limits == (None, None, None) and not settings.baseline and not ref):
        return
    for reason in judged.reasons:
        exits.say(f"gate: {reason}")
    if judged.passed:
        exits.say("; ".join(["gate: passed", *judged.allowed]))


def refuse_input_as_output(output: str, paths: list[str] | None, options: InputOptions) -> None:
    """OutputError when writing the file ``output`` would destroy one of the inputs."""
    from dedup.formats import find_inputs

    target = Path(output).resolve()
    for found in find_inputs(paths, options) if paths else ():
        if found.location is not None and found.location.resolve() == target:
            raise OutputError(
                f"{output} is also an input and would be overwritten; name another output"
            )


def refuse_overwriting(
    output: str, loaded: Loaded, paths: list[str] | None, run: str | None
) -> None:
    """OutputError when a report would destroy stories, tables of a run, or files of settings."""
    refuse_input_as_output(output, paths, input_options(loaded))
    target = Path(output).resolve()
    if run and target.exists() and target.is_relative_to(Path(run).resolve()):
        raise OutputError(f"{output} is a part of the run {run}; name another file")
    settings = loaded.settings
    files = [*settings.boilerplate_lexicon, *settings.ignore_lines, *settings.templates]
    files += [settings.baseline] if settings.baseline else []
    if any(Path(file).resolve() == target for file in files):
        raise OutputError(f"{output} is a file that the settings name; name another for the report")


def require_run_folder(output: str) -> None:
    """OutputError now, not after minutes of work, when no run can be written there."""
    from dedup.store import is_run

    folder = Path(output)
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{output} is a file; name a folder for the run")
    if folder.is_dir() and any(folder.iterdir()) and not is_run(folder):
        raise OutputError(f"{output} holds other files; name a new folder, or an earlier run")
    existing = next(place for place in [folder, *folder.absolute().parents] if place.exists())
    if not os.access(existing, os.W_OK):
        raise OutputError(f"{existing} cannot be written to; name another folder with -o")


LONG_WAIT = 20.0
"""Seconds after which it is worth saying that compiled kernels would have been faster."""


def summarise(flags: Flags, found: Tables, seconds: float) -> None:
    """Write on standard error what the report does not say, then the summary line."""
    from dedup.report import Tally

    counts = {"stories": len(found.stories), **found.manifest.get("counts", {})}
    manifest = {**found.manifest, "counts": counts}
    tell_summary(flags, manifest, Tally.of(found.findings), seconds)


def tell_summary(
    flags: Flags, manifest: Mapping[str, Any], tally: Tally, seconds: float
) -> None:
    """The same of a run whose tables are not at hand."""
    from dedup.report import summary_line

    if flags.quiet:
        return
    skipped = manifest.get("skipped", [])
    if skipped and not flags.verbose:
        exits.say(f"note: files left out in folders: {len(skipped)}; -v names them")
    for left_out in skipped if flags.verbose else ():
        exits.say(f"note: left out {left_out['path']}: {left_out['reason']}")
    archive = manifest.get("against")
    if archive:
        broken = f", {archive['problems']} records of it unread" if archive["problems"] else ""
        exits.say(f"note: compared with {archive['stories']} archived stories{broken}")
    if flags.verbose:
        from dedup.clock import STAGES
        from dedup.report.stages import stage_lines

        for line in stage_lines(manifest.get("stages", ()), STAGES):
            exits.say(line)
        _tell_crowded(manifest.get("counts", {}))
    _tell_caps(manifest)
    # Asked only where compiled kernels were imported: they take a third of a second.
    compiled = sys.modules.get("dedup.kernels.compiled_cache")
    if compiled is not None and compiled.copy().note:
        exits.say(f"note: {compiled.copy().note}")
    slow = manifest.get("kernels") == "reference" and seconds > LONG_WAIT
    if slow and importlib.util.find_spec("numba") is None:
        exits.say("note: pip install 'wire-dedup[fast]' makes this many times faster")
    exits.note(summary_line(manifest, tally, seconds))


def _tell_caps(manifest: Mapping[str, Any]) -> None:
    """The largest bucket of stories and of paragraphs that were not all compared."""
    for what in ("stories", "paragraphs"):
        sizes = (
            cap["bucket"] for cap in manifest.get("caps", ())
            if ("paragraph" in cap) == (what == "paragraphs")
        )  # fmt: skip
        fullest = max(sizes, default=0)
        if fullest:
            exits.say(
                f"note: {fullest} {what} look alike to LSH, more than max-bucket: of their pairs "
                "only some were measured"
            )


def _tell_crowded(counts: Mapping[str, int]) -> None:
    """What was too common for all its stories to be paired by containment; nearly always a few."""
    crowded = counts.get("crowded_shingles", 0)
    if crowded:
        exits.say(
            f"note: {crowded} sampled runs of words stand in more stories than are all paired by "
            f"containment, one in {counts['crowded_shingle_stories']}: phrases of the language or "
            "of a form"
        )
