"""The difference of two runs, for people and for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TextIO, TypeVar

from dedup.gate.difference import Changes, Cluster, Difference
from dedup.model import SCHEMA_VERSION, Finding, PairRow
from dedup.report import wording
from dedup.report.escape import escape, shorten
from dedup.report.objects import finding_line, json_line
from dedup.report.summary import grouped

_MEMBERS_SHOWN = 5

Row = TypeVar("Row")


def write_text(found: Difference, stream: TextIO, max_show: int | None) -> None:
    """Counts of each kind, then a line for what is new (+), gone (-) and changed (~).

    ``max_show`` bounds the lines of each kind. Whatever comes from the input is escaped.
    """
    clusters = _lines(found.clusters, _cluster, _changed_cluster)
    for name, counts, lines in (
        ("findings", found.findings.counts, _lines(found.findings, _finding, _changed_finding)),
        ("pairs", found.pairs.counts, _lines(found.pairs, _pair, _changed_pair)),
        ("clusters", found.clusters.counts, clusters),
    ):
        told = ", ".join(f"{grouped(number)} {what}" for what, number in counts.items())
        stream.write(f"{name}: {told}\n")
        stream.writelines(f"  {line}\n" for line in islice(lines, max_show))
        rest = sum(1 for _ in lines)
        if rest:
            stream.write(f"  … and {grouped(rest)} more; --max-show shows more of them\n")


def write_json(found: Difference, stream: TextIO, max_show: int | None) -> None:
    """One object: ``summary``, and each kind with ``added``, ``removed`` and ``changed``.

    What changed is given before and after. A bound is for people; a machine gets everything.
    """
    del max_show
    summary = {
        "findings": found.findings.counts, "pairs": found.pairs.counts,
        "clusters": found.clusters.counts,
    }  # fmt: skip
    stream.write(f'{{"schema_version":{SCHEMA_VERSION},"summary":{json_line(summary)}')
    for name, rows in (
        ("findings", _object(found.findings, finding_line)),
        ("pairs", _object(found.pairs, _row_line)),
        ("clusters", _object(found.clusters, _row_line)),
    ):
        stream.write(f',\n"{name}":{rows}')
    stream.write("}\n")


WRITERS = {"text": write_text, "json": write_json}
"""How a difference can be written, by name."""


def _lines(
    changes: Changes[Row], told: Callable[[Row], str], changed: Callable[[Row, Row], str]
) -> Iterator[str]:
    return chain(
        (f"+ {told(row)}" for row in changes.added),
        (f"- {told(row)}" for row in changes.removed),
        (f"~ {changed(before, after)}" for before, after in changes.changed),
    )


def _finding(row: Finding) -> str:
    words = f"{wording.paragraph(row)}{wording.message(row)}"
    return f"{wording.place(row)}: {escape(row.rule)} {words}"


def _changed_finding(before: Finding, after: Finding) -> str:
    names = ("level", "kept", "fix")
    values = (
        (row.level, row.kept_id or "none", f"{row.fix.action} ({row.fix.safety})")
        for row in (before, after)
    )
    told = _turned(names, *values)
    return f"{wording.place(after)}: {escape(after.rule)} {wording.subject(after)}: {told}"


def _turned(names: Sequence[str], before: Sequence[str], after: Sequence[str]) -> str:
    return "; ".join(
        f"{name} {_id(one)} → {_id(other)}"
        for name, one, other in zip(names, before, after, strict=True) if one != other
    )  # fmt: skip


def _pair(row: PairRow) -> str:
    return f"{_id(row.a)} · {_id(row.b)}: {escape(row.relation)} ({row.jaccard:.2f})"


def _changed_pair(before: PairRow, after: PairRow) -> str:
    told = _turned(["relation"], [before.relation], [after.relation])
    return f"{_id(after.a)} · {_id(after.b)}: {told}"


def _cluster(row: Cluster) -> str:
    others = _ids(member for member in row.members if member != row.kept_id)
    return f"{escape(row.cluster_id)}: {_id(row.kept_id)} stays for {others}"


def _changed_cluster(before: Cluster, after: Cluster) -> str:
    joined, left = ({*one.members} - {*other.members}
                    for one, other in ((after, before), (before, after)))  # fmt: skip
    parts = [f"joined by {_ids(sorted(joined))}"] if joined else []
    parts += [f"left by {_ids(sorted(left))}"] if left else []
    turned = _turned(["kept"], [before.kept_id], [after.kept_id])
    return f"{escape(after.cluster_id)}: {'; '.join([*parts, turned] if turned else parts)}"


def _id(text: str) -> str:
    return shorten(text, wording.ID_CELLS)


def _ids(names: Iterable[str]) -> str:
    listed = list(names)
    rest = len(listed) - _MEMBERS_SHOWN
    more = f" and {grouped(rest)} more" if rest > 0 else ""
    return ", ".join(map(_id, listed[:_MEMBERS_SHOWN])) + more


def _row_line(row: PairRow | Cluster) -> str:
    return json_line(row._asdict())


def _object(changes: Changes[Row], line: Callable[[Row], str]) -> str:
    added, removed = (
        "[" + ",".join(f"\n{line(row)}" for row in rows) + "]"
        for rows in (changes.added, changes.removed)
    )
    pairs = ",".join(
        f'\n{{"before":{line(before)},"after":{line(after)}}}'
        for before, after in changes.changed
    )
    return f'{{"added":{added},"removed":{removed},"changed":[{pairs}]}}'
