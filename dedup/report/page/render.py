"""The page itself: everything put into one file that asks nothing of any network."""

from __future__ import annotations

import tomllib
from base64 import b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib import resources
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from dedup.model import Tables
from dedup.report.page.counts import Counts
from dedup.report.page.parts import Material
from dedup.report.page.pictures.barcode import NAMES
from dedup.report.page.pictures.funnel import funnel
from dedup.report.page.pictures.heat import MOST, heat
from dedup.report.page.pictures.scores import scores
from dedup.report.page.pictures.shares import shares
from dedup.report.page.pictures.sizes import sizes
from dedup.report.page.sample import Chosen, members_of
from dedup.report.page.sections import Sections
from dedup.report.page.svg import bar
from dedup.report.page.wording import counted, grouped, percent, shown
from dedup.rules import LEVELS, RULES

_PACKAGE = "dedup.report.page"
_INPUTS, _PATH = 12, 90
_SETTING = 120
_NAME = 70
_WEAKEST = 8


class Beside(NamedTuple):
    """A full table that lies beside the page; ``href`` leads there from the page."""

    name: str
    href: str
    rows: int


class RuleRow(NamedTuple):
    """A rule with its findings, as the table of rules shows it."""

    code: str
    name: str
    summary: str
    level: str
    findings: int
    fix: str
    bar: str


class Tile(NamedTuple):
    """A number at the head of the page."""

    figure: str
    label: str
    note: str = ""


def render(
    tables: Tables, counts: Counts, chosen: Chosen, material: Material, *, name: str = "",
    beside: Sequence[Beside] = (),
) -> str:
    """HTML of the whole page; the same arguments give the same bytes.

    ``name`` is what the page is about, ``beside`` the full tables that lie near it.
    """
    environment = Environment(
        loader=PackageLoader(_PACKAGE), autoescape=True, trim_blocks=True, lstrip_blocks=True,
        undefined=StrictUndefined,
    )  # fmt: skip
    environment.filters["figure"] = _figure
    style, script = _asset("page.css"), _asset("page.js")
    context = {
        "policy": policy(style, script),
        "style": style,
        "script": script,
        "captions": captions(),
        "name": shown(name or _named(tables.manifest), _NAME),
        "beside": beside,
        "missing_texts": shown(material.missing_texts, 400),
        **_head(tables, counts),
        **_pictures(tables, counts, chosen, material),
        **_feet(tables, chosen, counts),
    }
    return environment.get_template("page.html.j2").render(context)


def policy(style: str, script: str) -> str:
    """Content security policy that allows this very style and script, and no request at all."""
    hashes = (b64encode(sha256(asset.encode()).digest()).decode() for asset in (style, script))
    return (
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    ).format(*hashes)


def captions() -> dict[str, dict[str, str]]:
    """What stands under each picture, by its name."""
    text = resources.files(_PACKAGE).joinpath("captions.toml").read_text("utf-8")
    return tomllib.loads(text)


def _asset(name: str) -> str:
    return resources.files(_PACKAGE).joinpath("templates", name).read_text("utf-8")


def _figure(value: object) -> object:
    return grouped(value) if isinstance(value, int) else value


def _named(manifest: Mapping[str, Any]) -> str:
    """The name of the only input, or how many there are."""
    inputs = manifest.get("inputs", [])
    if len(inputs) == 1:
        return str(inputs[0]["path"]).replace("\\", "/").rstrip("/").rpartition("/")[2]
    return f"{grouped(len(inputs))} inputs" if inputs else "these stories"


def _head(tables: Tables, counts: Counts) -> dict[str, Any]:
    """Lead, tiles and rules."""
    steps = counts.funnel()
    safe, most = steps[4].left, steps[-1].left
    words = max(counts.words, 1)
    levels = Counter(row.level for row in tables.findings)
    copies = sum(outlet.copies.total() for outlet in counts.outlets.values())
    clusters = len({row.cluster_id for row in tables.clusters})
    grave = ", ".join(counted(levels[level], level) for level in reversed(LEVELS) if levels[level])
    lead = (
        f"{counted(counts.stories, 'story', 'stories')} of "
        f"{counted(len(counts.outlets), 'outlet')}, {counted(counts.words, 'word')}."
    )
    boilerplate = sum(outlet.boilerplate for outlet in counts.outlets.values())
    return {
        "lead": lead,
        "tiles": [
            Tile(grouped(counts.stories), "stories", counted(len(counts.outlets), "outlet")),
            Tile(grouped(len(tables.findings)), "findings", grave),
            Tile(grouped(copies), "superfluous copies", f"in {counted(clusters, 'cluster')}"),
            Tile(percent(boilerplate / words), "of words is boilerplate"),
            Tile(percent(safe / words), "of words kept", "by safe fixes"),
            Tile(percent(most / words), "of words kept", "by all fixes"),
        ],
        "rules": _rules(counts),
    }


def _rules(counts: Counts) -> list[RuleRow]:
    by_rule: dict[str, Counter[tuple[str, str]]] = {}
    for (code, level, safety), findings in counts.rules.items():
        by_rule.setdefault(code, Counter())[level, safety] += findings
    most = max((kinds.total() for kinds in by_rule.values()), default=1)
    rows = []
    for code, kinds in sorted(by_rule.items(), key=lambda item: (-item[1].total(), item[0])):
        rule, total = RULES.get(code), kinds.total()
        level = max((level for level, _ in kinds), key=_gravity)
        safeties = {safety for _, safety in kinds}
        fix = " and ".join(s for s in ("safe", "unsafe") if s in safeties) or "none"
        drawn = bar(0, 2, 100 * total / most, 10, f"bar-{level}", number=total)
        rows.append(RuleRow(
            code, rule.name if rule else "", rule.summary if rule else "", level, total, fix,
            f'<svg class="picture" aria-hidden="true" width="100%" height="14">{drawn}</svg>',
        ))  # fmt: skip
    return rows


def _gravity(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def _pictures(
    tables: Tables, counts: Counts, chosen: Chosen, material: Material
) -> dict[str, Any]:
    """Every picture and section; those without anything to show are None or empty."""
    sections = Sections(tables, counts, chosen, material)
    members = members_of(tables.clusters)
    measured = {(pair.a, pair.b): pair for pair in tables.pairs}
    pairs = sections.pairs()
    entries = sections.entries(chosen.limits.entries)
    weakest = [pair for pair in pairs if pair.relation == "duplicate"]
    weakest.sort(key=lambda pair: (pair.jaccard, pair.number))
    threshold = float(tables.manifest.get("settings", {}).get("threshold", 0.7))
    outlets = list(counts.outlets.values())
    flows = [sections.copies(rows) for rows in members.values()]
    return {
        "funnel": funnel(counts.funnel()),
        "scores": scores(tables.pairs, threshold, material.curve) if tables.pairs else None,
        "weakest": weakest[:_WEAKEST],
        "sizes": sizes(map(len, members.values())) if members else None,
        "clusters": sections.clusters(members, measured),
        "heat": heat(flows, min(MOST, chosen.limits.outlets)) if members else None,
        "pairs": pairs,
        "relations": _choices(pair.relation for pair in pairs),
        "stories": sections.stories(),
        "kinds": tuple(NAMES.items()),
        "entries": entries,
        "entry_rules": _choices(entry.rule for entry in entries),
        "shares": shares(outlets, chosen.limits.outlets) if outlets else None,
        "findings": sections.findings(),
        "finding_rules": _choices(finding.rule for finding in chosen.findings),
        "threshold": f"{threshold:g}",
    }


def _choices(names: Any) -> list[tuple[str, str]]:  # noqa: ANN401 -- any iterable of names
    return [(name, name.replace("_", " ")) for name in sorted(set(names))]


_CONTENTS = (
    ("funnel", "Overview", ""), ("rules", "Rules", ""), ("scores", "Scores", "pairs"),
    ("sizes", "Sizes", "clusters"), ("clusters", "Clusters", "clusters"),
    ("heat", "Who runs whom", "clusters"), ("pairs", "Pairs", "pairs"),
    ("stories", "Stories", "marked"), ("boilerplate", "Boilerplate", "entries"),
    ("shares", "Outlets", "outlets"), ("findings", "Findings", ""), ("tables", "About", ""),
)  # fmt: skip


def _feet(tables: Tables, chosen: Chosen, counts: Counts) -> dict[str, Any]:
    """What the page says about itself: totals, what is left out, inputs, settings."""
    totals = {
        "clusters": len({row.cluster_id for row in tables.clusters}),
        "pairs": len(tables.pairs),
        "marked": len(counts.marked),
        "entries": len(counts.entries),
        "outlets": len(counts.outlets),
        "findings": len(tables.findings),
    }
    manifest = tables.manifest
    inputs = [shown(str(given["path"]), _PATH) for given in manifest.get("inputs", [])]
    sketch = manifest.get("sketch", {})
    bands = (
        f"LSH with {sketch['bands']} bands of {sketch['rows']} rows" if "bands" in sketch else ""
    )
    return {
        "totals": totals,
        "contents": [
            (anchor, label) for anchor, label, of in _CONTENTS if not of or totals[of]
        ],
        "left_out": [
            ("findings", len(chosen.findings), totals["findings"]),
            ("clusters", len(chosen.clusters), totals["clusters"]),
            ("pairs", len(chosen.pairs), totals["pairs"]),
            ("stories with marked paragraphs", len(chosen.stories), totals["marked"]),
            ("lines of boilerplate", min(chosen.limits.entries, totals["entries"]),
             totals["entries"]),
        ],
        "inputs": inputs[:_INPUTS],
        "more_inputs": max(0, len(inputs) - _INPUTS),
        "skipped": len(manifest.get("skipped", [])),
        "settings": [
            (key, shown(_setting(value), _SETTING))
            for key, value in sorted(manifest.get("settings", {}).items())
        ],
        "version": str(manifest.get("version", "")),
        "bands": bands,
    }


def _setting(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
