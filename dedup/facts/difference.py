"""The facts that differ between two texts: alignment, comparison and counts together."""

from __future__ import annotations

from dedup.facts.align import align
from dedup.facts.changes import FactDiff
from dedup.facts.compare import Comparison
from dedup.facts.vocabulary import language_of, vocabulary
from dedup.facts.words import count

MOST_CHANGES = 200
"""Changes that are kept; more make the result partial."""


def diff(a: str, b: str) -> FactDiff:
    """The facts that differ between two texts.

    Paragraphs are separated by blank lines, or by line breaks where there are no blank lines; their
    order does not matter. Equal paragraphs and sentences are not read, so the work grows with what
    differs. Facts in other words are equal: "$1.5 billion" and "1,500 million dollars". Limits:
    names only in scripts with case; a fact that wandered from one place to another, or two that
    changed places, are not seen.
    """
    if a == b:
        return FactDiff(aligned=count(a))
    found = align(a, b)
    comparison = Comparison(found, vocabulary(language_of(a, b)))
    for passage in found.passages:
        comparison.passage(passage)
    comparison.unpaired()
    comparison.settle()
    changes = sorted(
        dict.fromkeys(comparison.changes),
        key=lambda change: (not change.matched, change.span_a or change.span_b or (0, 0)),
    )
    aligned = found.unread + found.equal + sum(k.size for p in found.passages for k in p.blocks)
    own = found.equal + sum(k.size for p in found.passages for k in p.blocks)
    rest_a, rest_b = (max(0, len(words.keys) - own) for words in (found.a, found.b))
    gaps = (gap for passage in found.passages for gap in passage.gaps())
    replaced = min(rest_a, rest_b, sum(min(a2 - a1, b2 - b1) for a1, a2, b1, b2 in gaps))
    return FactDiff(
        changes=tuple(changes[:MOST_CHANGES]),
        aligned=aligned,
        replaced=replaced,
        inserted=rest_b - replaced,
        deleted=rest_a - replaced,
        partial=comparison.partial or len(changes) > MOST_CHANGES,
    )
