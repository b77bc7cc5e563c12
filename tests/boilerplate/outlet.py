"""Stories of made-up outlets whose pages repeat things, some furniture and some not."""

from __future__ import annotations

from dedup.model import Story
from tests.stages.kit import words


def body(number: int, count: int = 3, outlet: str = "") -> list[str]:
    """Paragraphs of a story that no other story has."""
    own = outlet.replace(" ", "").lower()
    return [
        f"On day {number} {words(f'q{own}{number}{part}', 14)}, he said."
        for part in range(count)
    ]


def stories(
    *extra: str | tuple[str, ...],
    count: int = 8,
    outlet: str = "Morning Post",
    place: int | None = None,
    first: int = 0,
    dated: bool = True,
) -> list[Story]:
    """Stories of one outlet, a day apart; each has the extra paragraphs at ``place`` (the end).

    A tuple is filled in turn: story n has its member n.
    """
    made = []
    for number in range(first, first + count):
        own = [line if isinstance(line, str) else line[number % len(line)] for line in extra]
        paragraphs = body(number, outlet=outlet)
        at = len(paragraphs) if place is None else place
        text = "\n\n".join([*paragraphs[:at], *own, *paragraphs[at:]])
        published = f"2024-03-{1 + number % 28:02d}" if dated else ""
        made.append(Story(f"{outlet}{number:03d}", text, source=outlet, published=published))
    return made
