"""What was accepted before: the baseline that ``dedup check`` is to use, or to write."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.cli import exits
from dedup.errors import ConfigError, MismatchError

if TYPE_CHECKING:
    from dedup.cli.configuration import Loaded
    from dedup.cli.options import Flags
    from dedup.formats import InputOptions
    from dedup.gate import Baseline
    from dedup.model import Tables


@dataclass(frozen=True, slots=True)
class Accepted:
    """The baseline as it was asked for; :meth:`check` comes before the work, :meth:`apply` after.

    ``ref`` is a git reference whose findings are the baseline.
    """

    flags: Flags
    loaded: Loaded
    paths: list[str] | None
    against: list[str] | None
    write: bool
    prune: bool
    ref: str | None
    focus: list[str] | None

    def check(self) -> None:
        """ConfigError for what does not go together; a baseline that cannot be read raises."""
        from dedup.gate import baseline

        named = self.loaded.settings.baseline
        if self.write and self.prune:
            raise ConfigError("--write-baseline takes out what is gone, too: leave out --prune")
        if self.ref and (self.write or self.prune or named):
            raise ConfigError(
                "--baseline-from-ref makes a baseline for this run alone: leave out --baseline, "
                "--write-baseline and --prune-baseline (a configured one: --config baseline=)"
            )
        if self.ref and not self.paths:
            raise ConfigError("--baseline-from-ref reads the PATHS at that reference: name them")
        if self.prune and not named:
            raise ConfigError("--prune-baseline needs --baseline FILE")
        if (self.write or self.prune) and (self.focus or self.loaded.input.limit):
            raise ConfigError(
                "a baseline is of everything: leave out --focus and --limit to write one"
            )
        # A run may be older than this program: its scheme shows when it is opened.
        if named and self.paths:
            self._old(Path(named), baseline.scheme())

    def apply(self, tables: Tables, options: InputOptions) -> Tables:
        """The tables with accepted findings no longer new; the file is written if that is asked."""
        from dedup.api.settle import accepting
        from dedup.gate import baseline
        from dedup.rules import RULES, select

        settings = self.loaded.settings
        if self.ref:
            return accepting(tables, settings, self._at_ref(self.ref, options))
        named = settings.baseline or (baseline.DEFAULT_NAME if self.write else None)
        if not named:
            return tables
        path = Path(named)
        scheme = baseline.scheme(tables.manifest)
        old = self._old(path, scheme)
        wanted = select(settings.select, settings.ignore)
        # Of rules that this version does not know nothing can be found: their entries go.
        rules = wanted | {key.rule for key in old.counts if key.rule not in RULES}
        live = old.updated(tables.findings, rules) if self.write else old
        pruned = live.pruned(tables.findings, rules)
        if self.write or self.prune:
            live = pruned
            baseline.write(path, live, scheme)
            self._tell_written(path, old, live)
        else:
            self._tell_stale(path, live.changes(pruned).removed)
        return accepting(tables, settings, live)

    def _old(self, path: Path, scheme: str) -> Baseline:
        """The baseline as it is; one that is to be written anew may be missing or outdated."""
        from dedup.gate import Baseline, baseline

        if self.write and not path.exists():
            return Baseline()
        try:
            return baseline.read(path, scheme)
        except MismatchError:
            if not self.write:
                raise
            return Baseline()

    def _at_ref(self, ref: str, options: InputOptions) -> Baseline:
        """The findings of the same paths at a git reference."""
        from dedup.api import scan
        from dedup.gate import Baseline
        from dedup.gate.git import checked_out

        with ExitStack() as stack:
            paths = stack.enter_context(checked_out(ref, self.paths or []))
            against = self.against or ()
            settings = self.loaded.settings
            found = scan(paths, settings, options, against=against).findings if paths else []
        if not self.flags.quiet:
            exits.say(f"baseline: {len(found)} accepted, as found at {ref}")
        return Baseline.of(found)

    def _tell_written(self, path: Path, old: Baseline, new: Baseline) -> None:
        if not self.flags.quiet:
            changes = old.changes(new)
            exits.say(
                f"baseline {path}: {changes.added} added, {changes.removed} removed, "
                f"{new.total} accepted in all"
            )

    def _tell_stale(self, path: Path, stale: int) -> None:
        if stale and not self.flags.quiet:
            exits.say(
                f"note: of what {path} accepts, {stale} findings are gone; "
                "--prune-baseline takes them out"
            )
