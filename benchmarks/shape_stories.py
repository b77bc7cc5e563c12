"""The stories of each shape, and ordinary ones; equal sizes give equal stories."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache

Story = dict[str, str]
Shape = Callable[[int], Iterator[Story]]

PARAGRAPHS, WORDS = 12, 40
"""Of an ordinary story: three kilobytes."""
OUTLETS, DAYS = 50, 30
COPIED = 0.15
"""Share of ordinary stories that are copies of an earlier one, some words changed in most."""

_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
_ENDS = (
    "ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ra", "se", "ti", "vo", "xu", "za",
    "bren", "kol", "mar", "sten", "tur", "vik", "wol",
)  # fmt: skip


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """Twelve thousand words that are none, and how often each is met (Zipf)."""
    words = [one + two + three for one in _ENDS for two in _ENDS for three in _ENDS]
    total, cumulative = 0.0, []
    for rank in range(len(words)):
        total += 1 / (rank + 3)
        cumulative.append(total)
    return words, cumulative


def sentence(rng: random.Random, words: int = WORDS) -> str:
    """A paragraph of so many words."""
    vocabulary, cumulative = _vocabulary()
    return " ".join(rng.choices(vocabulary, cum_weights=cumulative, k=words)) + "."


def text(rng: random.Random, paragraphs: int = PARAGRAPHS, words: int = WORDS) -> str:
    """Paragraphs with a blank line between them."""
    return "\n\n".join(sentence(rng, words) for _ in range(paragraphs))


def story(number: int, body: str, source: str | None = None) -> Story:
    """A record; the outlets and days of ordinary stories unless one is given."""
    published = _BEGIN + timedelta(hours=7 * number % (24 * DAYS), minutes=number % 60)
    return {
        "id": f"s{number:07d}",
        "source": f"outlet {number % OUTLETS}" if source is None else source,
        "date": published.isoformat(),
        "title": f"Story of {body[:30].split('.')[0]}",
        "text": body,
    }


def ordinary(size: int) -> Iterator[Story]:
    """Stories of a wire, of ``size`` bytes in all as JSON lines, some copied and re-edited."""
    rng = random.Random(7)
    kept: list[str] = []
    number = written = 0
    while written < size:
        if kept and rng.random() < COPIED:
            words = rng.choice(kept).split(" ")
            for _ in range(rng.choice((0, 0, 5, 20))):
                words[rng.randrange(len(words))] = rng.choice(_vocabulary()[0])
            body = " ".join(words)
        else:
            body = text(rng)
            kept = [*kept[-200:], body]
        one = story(number, body)
        written += len(body) + 120
        number += 1
        yield one


def identical(stories: int) -> Iterator[Story]:
    """One text under as many ids."""
    body = text(random.Random(1))
    return (story(number, body) for number in range(stories))


def one_menu(stories: int, source: str | None = "") -> Iterator[Story]:
    """A menu of sixty paragraphs in every story, with two paragraphs of its own."""
    rng = random.Random(2)
    menu = text(rng, 60, 10)
    for number in range(stories):
        yield story(number, f"{text(rng, 2)}\n\n{menu}", source)


def one_menu_of_outlets(stories: int) -> Iterator[Story]:
    """The same of outlets that are named, so that it can be learned."""
    return one_menu(stories, None)


def one_long(stories: int) -> Iterator[Story]:
    """One story of a kilobyte for each that was asked for, in paragraphs."""
    rng = random.Random(3)
    yield story(0, text(rng, stories * 1000 // (8 * WORDS)))


def one_line(stories: int) -> Iterator[Story]:
    """The same without a paragraph, a space or a full stop."""
    rng = random.Random(4)
    yield story(0, text(rng, stories * 1000 // (8 * WORDS)).translate(
        {ord(" "): None, ord("\n"): None, ord("."): None}
    ))  # fmt: skip


def one_word(stories: int) -> Iterator[Story]:
    """Ten times as many stories, of one word each."""
    vocabulary, _ = _vocabulary()
    for number in range(10 * stories):
        word = vocabulary[number % len(vocabulary)] + vocabulary[number // len(vocabulary)]
        yield {"id": f"w{number:07d}", "text": word}


def buffalo_each(stories: int) -> Iterator[Story]:
    """One word again and again, ten to 500 times: one paragraph in each story."""
    return (story(number, "buffalo " * (10 + number % 490)) for number in range(stories))


def buffalo_many(stories: int) -> Iterator[Story]:
    """The same, twenty such paragraphs of other lengths in each story."""
    rng = random.Random(5)
    for number in range(stories // 4):
        yield story(number, "\n\n".join("buffalo " * rng.randint(10, 90) for _ in range(20)))


def nested(stories: int) -> Iterator[Story]:
    """Each story stands in the next, which adds a paragraph, forty times over."""
    rng = random.Random(6)
    body = ""
    for number in range(stories):
        body = text(rng, 1) if number % 40 == 0 else f"{body}\n\n{sentence(rng)}"
        yield story(number, body)


def one_outlet(stories: int) -> Iterator[Story]:
    """Ordinary stories of a single outlet."""
    return ({**one, "source": "the only one"} for one in ordinary(stories * 3000))


def short_paragraphs(stories: int) -> Iterator[Story]:
    """One story of short paragraphs, two for each story that was asked for."""
    rng = random.Random(8)
    yield story(0, "\n\n".join(sentence(rng, 9) for _ in range(2 * stories)))


def one_paragraph(stories: int) -> Iterator[Story]:
    """One story that repeats one paragraph, ten times for each story that was asked for."""
    yield story(0, "\n\n".join([sentence(random.Random(9), 12)] * (10 * stories)))


def one_form(stories: int) -> Iterator[Story]:
    """One form, filled in with another number each time."""
    body = text(random.Random(10), 3)
    for number in range(stories):
        yield story(number, body.replace(". ", f", {number} in all. ").replace(
            ".\n\n", f", a rise to {number} from last week.\n\n", 1
        ), "")  # fmt: skip


def one_id(stories: int) -> Iterator[Story]:
    """Ordinary stories that all have the same id."""
    return ({**one, "id": "the only one"} for one in ordinary(stories * 3000))


def one_band(stories: int) -> Iterator[Story]:
    """Stories that all agree in one band of the LSH and have next to nothing in common."""
    from benchmarks.collisions import colliding

    return colliding(stories, bands=1, crowd=stories)


def every_band(stories: int) -> Iterator[Story]:
    """Stories that agree in every band."""
    from benchmarks.collisions import colliding

    return colliding(stories, bands=32, crowd=stories)


def under_the_cap(stories: int) -> Iterator[Story]:
    """Crowds of 200, which is no more than may share a band, and other crowds in every band."""
    from benchmarks.collisions import colliding

    return colliding(stories, bands=32, crowd=200)


SHAPES: Mapping[str, Shape] = {
    made.__name__.replace("_", "-"): made
    for made in (
        identical, one_menu, one_menu_of_outlets, one_long, one_line, one_word, one_band,
        every_band, under_the_cap, buffalo_each, buffalo_many, nested, one_outlet,
        short_paragraphs, one_paragraph, one_form, one_id,
    )
}  # fmt: skip
"""The shapes by name: given a number of stories, the records."""
