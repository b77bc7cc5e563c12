"""The baseline: findings that were accepted, known by rule and content.

A file of JSON lines: a header that names the scheme of the fingerprints, then one entry a line,
sorted, with nothing that changes by itself: no dates, places or versions of the tool. So two
branches that accept different things merge as text. An entry stands for ``count`` findings;
one more of the same content is new, and so is a story that joins an old cluster.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from dedup.errors import InputError, MismatchError, OutputError
from dedup.model import Finding, StoryRow
from dedup.text.dates import UNKNOWN, hours

FORMAT: Final = "dedup-baseline"
VERSION: Final = 1
DEFAULT_NAME: Final = ".dedup-baseline.jsonl"
_AGAIN: Final = "look at `dedup check` without it, then write it anew with --write-baseline"


class Key(NamedTuple):
    """What a finding is known by."""

    rule: str
    fingerprint: str

    @classmethod
    def of(cls, finding: Finding) -> Key:
        """The key of a finding."""
        return cls(finding.rule, finding.fingerprint)


class Changes(NamedTuple):
    """How many findings an update of a baseline took in, and how many it let go."""

    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Baseline:
    """How often each finding was accepted; ``notes`` are what people wrote beside entries."""

    counts: Mapping[Key, int] = field(default_factory=dict)
    notes: Mapping[Key, str] = field(default_factory=dict)

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Baseline:
        """A baseline that accepts these findings."""
        return cls(Counter(map(Key.of, findings)))

    @property
    def total(self) -> int:
        """Findings it accepts."""
        return sum(self.counts.values())

    def updated(self, findings: Iterable[Finding], rules: frozenset[str]) -> Baseline:
        """A baseline that accepts these findings; entries of other rules than these stay."""
        fresh = Counter(map(Key.of, findings))
        kept = {key: count for key, count in self.counts.items() if key.rule not in rules}
        counts = kept | fresh
        return Baseline(counts, {key: note for key, note in self.notes.items() if key in counts})

    def pruned(self, findings: Iterable[Finding], rules: frozenset[str]) -> Baseline:
        """The baseline without what these rules no longer find; nothing is taken in."""
        now = Counter(map(Key.of, findings))
        counts = {
            key: count if key.rule not in rules else min(count, now[key])
            for key, count in self.counts.items()
        }
        counts = {key: count for key, count in counts.items() if count}
        return Baseline(counts, {key: note for key, note in self.notes.items() if key in counts})

    def changes(self, other: Baseline) -> Changes:
        """What must be added and removed to come from this baseline to another."""
        before, after = Counter(self.counts), Counter(other.counts)
        return Changes((after - before).total(), (before - after).total())


def marked(
    findings: Sequence[Finding], baseline: Baseline, stories: Iterable[StoryRow]
) -> list[Finding]:
    """The findings, each ``new`` unless the baseline accepts it.

    Where more findings share a key than were accepted, the earliest stories keep their peace: what
    came last is what is new.
    """
    accepted = Counter(map(Key.of, findings))
    crowded = {key for key, count in accepted.items() if count > baseline.counts.get(key, 0) > 0}
    late = _latest(findings, crowded, baseline, stories)
    return [
        row._replace(new=new) if row.new != new else row
        for place, row in enumerate(findings)
        for new in (place in late or Key.of(row) not in baseline.counts,)
    ]


def _latest(
    findings: Sequence[Finding], crowded: set[Key], baseline: Baseline, stories: Iterable[StoryRow]
) -> set[int]:
    """Places of the findings beyond what was accepted of their key."""
    if not crowded:
        return set()
    published = {(row.path, row.line, row.story_id): row.published for row in stories}
    by_key: defaultdict[Key, list[tuple[Any, ...]]] = defaultdict(list)
    for place, row in enumerate(findings):
        key = Key.of(row)
        if key in crowded:
            when = published.get((row.path, row.line, row.story_id), "")
            by_key[key].append(
                (hours(when) if when else UNKNOWN, row.story_id, row.path, row.line,
                 row.start or 0, place)
            )  # fmt: skip
    return {
        entry[-1] for key, entries in by_key.items()
        for entry in sorted(entries)[baseline.counts[key] :]
    }  # fmt: skip


def scheme(manifest: Mapping[str, Any] | None = None) -> str:
    """What the fingerprints of a run (or of this program) follow from.

    Those of different schemes do not compare.
    """
    sketch = (manifest or {}).get("sketch")
    if sketch:
        return f"rule-content-1/{sketch['hash']}/form-{sketch['matching_form']}"
    from dedup.kernels.constants import HASH_VERSION
    from dedup.text import matching_form

    return f"rule-content-1/{HASH_VERSION}/form-{matching_form.VERSION}"


# The file


def read(path: Path, wanted: str) -> Baseline:
    """The baseline in a file, whose fingerprints must be of the scheme ``wanted``.

    Raises
    ------
    InputError
        It is not there, or a line of it is no entry.
    MismatchError
        Its fingerprints are of another scheme.
    """
    try:
        return parse(path.read_text("utf-8-sig"), str(path), wanted)
    except OSError as error:
        raise InputError(
            f"{path}: the baseline cannot be read ({(error.strerror or str(error)).lower()}); "
            "write it with --write-baseline"
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: this is no baseline: not UTF-8; {_AGAIN}") from error


def parse(text: str, name: str, wanted: str) -> Baseline:
    """The baseline a file's text holds; see :func:`read`.

    The order of the lines does not matter, and of lines for one entry the highest count holds, so
    that the union of two branches is a baseline.
    """
    counts: dict[Key, int] = {}
    notes: dict[Key, str] = {}
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    _check_header(lines, name, wanted)
    for number, line in lines[1:]:
        entry = _loaded(line, f"{name}:{number}")
        if entry.get("format") == FORMAT:
            _check_scheme(entry, f"{name}:{number}", wanted)
            continue
        key, count, note = _entry(entry, f"{name}:{number}")
        counts[key] = max(count, counts.get(key, 0))
        if note:
            notes[key] = note
    return Baseline(counts, notes)


def _check_header(lines: Sequence[tuple[int, str]], name: str, wanted: str) -> None:
    number, line = lines[0] if lines else (1, "")
    header = _loaded(line, f"{name}:{number}") if line else {}
    if header.get("format") != FORMAT:
        raise InputError(f"{name}: this is no baseline: the first line is no header; {_AGAIN}")
    _check_scheme(header, f"{name}:{number}", wanted)


def _check_scheme(header: Mapping[str, Any], place: str, wanted: str) -> None:
    if header.get("version") != VERSION:
        raise MismatchError(
            f"{place}: baseline format {header.get('version')!r}, this program reads {VERSION}: "
            f"use the version of dedup that wrote it, or {_AGAIN}"
        )
    if header.get("scheme") != wanted:
        raise MismatchError(
            f"{place}: fingerprints of scheme {header.get('scheme')!r}, those of now are of "
            f"{wanted!r}, so every finding would be new: {_AGAIN}"
        )


def _loaded(line: str, place: str) -> dict[str, Any]:
    if line.startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        raise InputError(f"{place}: a merge left its mark here; keep the lines of both sides")
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise InputError(f"{place}: this is no entry of a baseline ({error}); {_AGAIN}") from error
    if not isinstance(entry, dict):
        raise InputError(f"{place}: this is no entry of a baseline; {_AGAIN}")
    return entry


def _entry(entry: Mapping[str, Any], place: str) -> tuple[Key, int, str]:
    rule, fingerprint = entry.get("rule"), entry.get("fingerprint")
    count, note = entry.get("count", 1), entry.get("note", "")
    if not (isinstance(rule, str) and isinstance(fingerprint, str) and isinstance(note, str)):
        raise InputError(f"{place}: an entry has a rule, a fingerprint and a count; {_AGAIN}")
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise InputError(f"{place}: count must be a whole number from 1, not {count!r}")
    return Key(rule, fingerprint), count, note


def dumped(baseline: Baseline, made_by: str) -> str:
    """The text of a baseline's file, scheme in the header: the same findings, the same bytes."""
    header = {"format": FORMAT, "version": VERSION, "scheme": made_by}
    entries = (
        {"rule": key.rule, "fingerprint": key.fingerprint, "count": count,
         **({"note": baseline.notes[key]} if key in baseline.notes else {})}
        for key, count in sorted(baseline.counts.items())
    )  # fmt: skip
    dump: Callable[[object], str] = json.JSONEncoder(separators=(",", ":")).encode
    return "".join(f"{dump(line)}\n" for line in (header, *entries))


def write(path: Path, baseline: Baseline, made_by: str) -> None:
    """Write the file, whole or not at all. OutputError when it cannot be written."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(dumped(baseline, made_by), "utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: the baseline cannot be written ({(error.strerror or str(error)).lower()}); "
            "name another file with --baseline"
        ) from error
    finally:
        part.unlink(missing_ok=True)
