"""Everything found in one story, and what a free text would trip."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedup.model import Finding, Story, StoryBatch, Tables
from dedup.report.escape import escape, shorten, wrap
from dedup.report.summary import grouped
from dedup.report.terminal import finding_lines

if TYPE_CHECKING:
    from dedup.settings import Settings

_WIDTH = 100
_PAIRS = 8


def explain_story(story: Story, tables: Tables) -> str:
    """Every finding of a story, with the paragraph, the evidence and the fix of each.

    Also its cluster, and the stories it was measured against, the nearest first.
    """
    findings = _findings_of(story, tables)
    lines = [_heading(story), *_cluster_lines(story, tables), *_pair_lines(story, tables), ""]
    if not findings:
        lines.append("Nothing was found in it.")
    for finding in findings:
        lines += finding_lines(
            finding, text=_paragraph_text(story, finding), thorough=True
        )
    return "\n".join(lines) + "\n"


def explain_text(text: str, settings: Settings) -> str:
    """A free text checked alone: its paragraphs, and which rule and entry each one trips.

    Every block of the text is a paragraph: none is taken for a title.
    """
    from dedup import pipeline
    from dedup.text.segment import segment

    story = Story("text", text)
    tables = pipeline.run([StoryBatch.of([story])], settings, None)
    spans = segment(text)
    lines = [f"{_count(len(spans), 'paragraph')}, {_count(len(tables.findings), 'finding')}"]
    by_paragraph: dict[int | None, list[Finding]] = {}
    for finding in tables.findings:
        by_paragraph.setdefault(finding.paragraph, []).append(finding)
    for number, (start, end) in enumerate(spans):
        excerpt = wrap(text[start:end], _WIDTH - 6, 1)
        lines.append(f"{number:>4}  {excerpt[0] if excerpt else ''}")
        for finding in by_paragraph.get(number, ()):
            lines += ["    " + line for line in finding_lines(_bare(finding), thorough=True)]
    for finding in by_paragraph.get(None, ()):
        lines += finding_lines(finding)
    return "\n".join(lines) + "\n"


def _findings_of(story: Story, tables: Tables) -> list[Finding]:
    """Those of this very record; ids alone can occur twice."""
    same_id = [finding for finding in tables.findings if finding.story_id == story.story_id]
    place = (story.path, story.line)
    return [finding for finding in same_id if (finding.path, finding.line) == place] or same_id


def _heading(story: Story) -> str:
    parts = [f"story {shorten(story.story_id, 60)}"]
    parts += [shorten(text, 80) for text in (story.source, story.published, story.title) if text]
    if story.path:
        parts.append(f"{shorten(story.path, 80)}:{max(story.line, 1)}")
    return " · ".join(parts)


def _cluster_lines(story: Story, tables: Tables) -> Iterator[str]:
    mine = next((row for row in tables.clusters if row.story_id == story.story_id), None)
    if mine is None:
        return
    size = sum(row.cluster_id == mine.cluster_id for row in tables.clusters)
    stays = mine.kept_id == mine.story_id
    role = "stays" if stays else f"goes; {shorten(mine.kept_id, 60)} stays"
    decided = f", decided by {escape(mine.decided_by)}" if mine.decided_by and not stays else ""
    of = _count(size, "story", "stories")
    yield f"cluster {escape(mine.cluster_id)} of {of}: {role}{decided}"


def _pair_lines(story: Story, tables: Tables) -> Iterator[str]:
    pairs = [pair for pair in tables.pairs if story.story_id in (pair.a, pair.b)]
    pairs.sort(key=lambda pair: (-pair.jaccard, -pair.cosine, pair.a, pair.b))
    for pair in pairs[:_PAIRS]:
        other = pair.b if pair.a == story.story_id else pair.a
        yield (
            f"measured against {shorten(other, 60)}: {escape(pair.relation)}, "
            f"Jaccard {pair.jaccard:.2f}, cosine {pair.cosine:.2f}"
        )
    if len(pairs) > _PAIRS:
        yield f"… and against {grouped(len(pairs) - _PAIRS)} more"


def _paragraph_text(story: Story, finding: Finding) -> str:
    if finding.start is None or finding.end is None:
        return ""
    return story.text[finding.start : finding.end]


def _bare(finding: Finding) -> Finding:
    """The finding without its text, which stands above it already."""
    evidence = {key: value for key, value in finding.evidence.items() if key != "text"}
    return finding._replace(paragraph=None, evidence=evidence)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{grouped(number)} {one if number == 1 else many or one + 's'}"
