"""One screen on a pair: its scores against what they had to pass, and what the texts share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dedup.explain.align import MOST_PARAGRAPHS, Row, changes
from dedup.explain.sides import is_changed, sides
from dedup.report.escape import escape, shorten, wrap
from dedup.report.summary import grouped

if TYPE_CHECKING:
    from dedup.model import PairRow, Story, Tables
    from dedup.settings import Settings

WIDTH = 100
_ROWS = 12
_CHANGED_LINES = 3


def explain_pair(a: Story, b: Story, tables: Tables, settings: Settings) -> str:
    """Why two stories are, or are not, duplicates.

    Both stories, the relation and its reason, each score with the threshold it had to pass, who
    nominated the pair, the chance that LSH finds one like it, and the paragraphs side by side.
    """
    from dedup.pipeline import measure

    if a.story_id > b.story_id:
        a, b = b, a
    pair = measure(a, b, settings, tables)
    lines = [
        *(f"{label}  {_named(story, tables)}" for label, story in (("a", a), ("b", b))),
        "",
        *_verdict(pair, tables, settings),
        "",
        *_scores(pair, settings),
        "",
        *_nomination(pair, tables, settings),
        "",
        *_paragraphs(a, b, tables),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _named(story: Story, tables: Tables) -> str:
    words = next((row.n_words for row in tables.stories if row.story_id == story.story_id), None)
    parts = [shorten(story.story_id, 40)]
    parts += [shorten(text, 60) for text in (story.source, story.published, story.title) if text]
    if words is not None:
        parts.append(f"{grouped(words)} words")
    if story.path:
        parts.append(f"{shorten(story.path, 60)}:{max(story.line, 1)}")
    return " · ".join(parts)


def _verdict(pair: PairRow, tables: Tables, settings: Settings) -> Iterator[str]:
    yield f"Relation: {escape(pair.relation)}. {reason(pair, settings)}"
    for row in tables.clusters:
        if row.story_id in (pair.a, pair.b) and row.kept_id in (pair.a, pair.b):
            role = "stays" if row.story_id == row.kept_id else "goes"
            yield (
                f"  {shorten(row.story_id, 40)} {role} in cluster {escape(row.cluster_id)}"
                + (f", decided by {escape(row.decided_by)}" if row.decided_by else "")
            )
    if pair.facts:
        yield f"  facts that differ: {', '.join(shorten(fact, 60) for fact in pair.facts[:6])}"


def reason(pair: PairRow, settings: Settings) -> str:
    """Why the pair has its relation, in words."""
    contained, container = (
        ("a", "b") if pair.containment_a >= pair.containment_b else ("b", "a")
    )  # fmt: skip
    reasons = {
        "same-words": "The same words in the same order, boilerplate and repeats left out.",
        "threshold": "Jaccard and cosine reach what they must, and no fact was replaced.",
        "aligned": "Nearly all words stand in both in one order, and no fact was replaced.",
        "containment": f"{contained} stands in {container}, and no fact was replaced.",
        "facts-changed": "Versions of one story in which facts were replaced.",
        "rewritten": "Versions of one story, rewritten; no fact was replaced.",
        "form-filled-anew": "The same sentences with other facts in them: another event.",
        "another-day": "The same sentences with other facts, days apart: another event.",
        "leads-differ": "They share a block, but not the lead.",
        "passages-only": "They share passages, too little to be one story.",
        "too-short": f"Under {settings.min_words} words only identical stories count.",
        "little-in-common": "They have hardly a passage in common.",
    }
    return reasons[pair.decided_by]


def _scores(pair: PairRow, settings: Settings) -> Iterator[str]:
    yield "Scores (boilerplate and repeats left out)"
    for name, value, least, purpose in needs(pair, settings):
        verdict = f"{purpose} needs {_score(least)}: {'passed' if value >= least else 'missed'}"
        yield f"  {name:<18}{_score(value):<6}  {_bar(value)}  {verdict}"
    yield f"  {'titles':<18}{_score(pair.title):<6}  {_bar(pair.title)}"
    apart = "unknown" if pair.hours_apart is None else f"{pair.hours_apart:g} h"
    yield f"  {'published apart':<18}{apart}"
    yield f"  {'shared paragraphs':<18}{pair.shared_paragraphs}"


def needs(pair: PairRow, settings: Settings) -> tuple[tuple[str, float, float, str], ...]:
    """The scores that decide: name, value, what it has to reach, and for what."""
    from dedup.relate import LEAD

    return (
        ("Jaccard", pair.jaccard, settings.threshold, "duplicate"),
        ("cosine", pair.cosine, settings.min_cosine, "duplicate"),
        ("lead shared", pair.lead, LEAD, "one story"),
        ("a within b", pair.containment_a, settings.containment, "contained"),
        ("b within a", pair.containment_b, settings.containment, "contained"),
    )


def _nomination(pair: PairRow, tables: Tables, settings: Settings) -> Iterator[str]:
    from dedup.candidates import recall, recall_of_blocks

    bands, rows = bands_of(tables, settings)
    least = recall_of_blocks(pair.jaccard, bands, rows)
    most = recall(pair.jaccard, bands, rows, settings.shingle)
    by = ", ".join(escape(name) for name in pair.nominated_by) or "nobody: measured for you now"
    yield f"Nominated by: {by}"
    yield (
        f"  LSH ({bands} bands of {rows}) finds {_percent(least)} of pairs with Jaccard "
        f"{_score(pair.jaccard)} where whole blocks were edited, {_percent(most)} where words were"
    )


def bands_of(tables: Tables, settings: Settings) -> tuple[int, int]:
    """Bands and rows of the run the tables come from, or those that these settings lead to."""
    from dedup.candidates import layout
    from dedup.duplicates import FLOOR

    sketch = tables.manifest.get("sketch", {})
    if {"bands", "rows"} <= set(sketch):
        return sketch["bands"], sketch["rows"]
    shape = layout(settings.num_perm, FLOOR, settings.near_recall, settings.shingle)
    return shape.bands, shape.rows


def _paragraphs(a: Story, b: Story, tables: Tables) -> Iterator[str]:
    beside = sides(a, b, tables)
    rows = beside.rows
    same, changed = (sum(map(test, rows)) for test in (_is_same, is_changed))
    yield (
        f"Paragraphs: {same} the same, {changed} changed, {_only(rows, 'b')} only in a, "
        f"{_only(rows, 'a')} only in b  (= same, ~ changed, [-a-]{{+b+}})"
    )
    for row in beside.most_telling(_ROWS):
        yield from _row_lines(row, beside.a, beside.b)
    hidden = len(rows) - _ROWS
    if hidden > 0:
        yield f"  … and {grouped(hidden)} more"
    if max(len(beside.a), len(beside.b)) > MOST_PARAGRAPHS:
        yield f"  (the first {MOST_PARAGRAPHS} paragraphs of each were aligned)"


def _row_lines(row: Row, texts_a: Sequence[str], texts_b: Sequence[str]) -> Iterator[str]:
    number_a, number_b = ("" if n is None else str(n) for n in (row.a, row.b))
    sign, lines = _row_text(row, texts_a, texts_b)
    for i, line in enumerate(lines or [""]):
        head = f"  {number_a:>4} {sign} {number_b:<4}" if i == 0 else " " * 13
        yield f"{head} {line}"


def _row_text(row: Row, texts_a: Sequence[str], texts_b: Sequence[str]) -> tuple[str, list[str]]:
    width = WIDTH - 14
    if row.a is None:
        return " ", wrap(texts_b[row.b or 0], width, 1)
    if row.b is None:
        return " ", wrap(texts_a[row.a], width, 1)
    if row.exact:
        return "=", wrap(texts_a[row.a], width, 1)
    return "~", wrap(changes(texts_a[row.a], texts_b[row.b]), width, _CHANGED_LINES)


def _is_same(row: Row) -> bool:
    return row.exact


def _only(rows: Sequence[Row], missing: str) -> int:
    return sum(getattr(row, missing) is None for row in rows)


def _score(value: float) -> str:
    """At least 2 decimals, and all 4 that a score has, so that 0.6957 is not 0.70."""
    text = f"{value:.4f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"


def _percent(share: float) -> str:
    return "over 99.9 %" if share > 0.999 else f"{100 * share:.1f} %"


def _bar(value: float, cells: int = 20) -> str:
    filled = round(max(0.0, min(1.0, value)) * cells)
    return "█" * filled + "·" * (cells - filled)
