"""A small corpus with something of every kind to ask about, and hands to press the keys."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from dedup import api
from dedup.model import Finding, Fix, PairRow, Tables
from dedup.review import Claim, Question, claims, draw, read_texts
from dedup.review.cards import Deck
from dedup.review.sample import Drawn
from dedup.settings import Settings
from dedup.store import write_run

TOWNS = ("Velmora", "Tarn", "Ostrell", "Kingsby", "Lowmarsh", "Quillon", "Brennick", "Aldmoor")
BODY = (
    "The council of {} decided on Monday to repair the old sea wall before the winter, after two "
    "storms had washed away a stretch of forty metres near the fish market and the customs house."
)
MORE = (
    "Farmers around {} expect a late harvest because the spring was cold, and the mill there has "
    "postponed the opening of its second line until the end of October, its owner said."
)
THIRD = (
    "A bus of the {} line was stopped by sheep for an hour; nobody was hurt, three passengers "
    "walked, and the driver {} used the time to mend a mirror that had rattled since Easter."
)
TAIL = "Whoever wants to help may come to the hall in {} at seven and should bring gloves."
HOSTILE = "\x1b[2J\x1b]0;owned\x07<script>alert(1)</script> \u202egnp.exe {{7*7}} " + "x" * 50_000


def records() -> Iterator[dict[str, str]]:
    """Stories with copies, an update, repeats, furniture and hostile text."""
    for number, town in enumerate(TOWNS):
        body = [BODY.format(town), MORE.format(town), THIRD.format(town, "Ann Smith"),
                TAIL.format(town)]  # fmt: skip
        yield _record(f"{town}-1", [*body, "Advertisement", f"Read also: The mill of {town}"])
        edited = [*body[:2], body[2].replace("three passengers", "some passengers"), body[3]]
        yield _record(f"{town}-2", edited if number % 2 else body)
        if number < 3:
            yield _record(f"{town}-3", [*body[:2], body[0], "Share this article"])
    yield _record("hostile", [HOSTILE, HOSTILE, "Advertisement", "Sign up to our newsletter"])


def _record(story_id: str, paragraphs: Sequence[str]) -> dict[str, str]:
    return {"id": story_id, "title": f"News of {story_id}", "source": "Post",
            "date": "2026-03-02", "text": "\n\n".join(paragraphs)}  # fmt: skip


def write_corpus(folder: Path) -> Path:
    """The corpus as JSON lines."""
    path = folder / "corpus.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records()), "utf-8")
    return path


def scanned(folder: Path) -> Path:
    """A run over the corpus."""
    run = folder / "run"
    write_run(run, api.scan([str(write_corpus(folder))], Settings()))
    return run


def deck_of(tables: Tables) -> tuple[list[Drawn], Deck]:
    """Every question of a run, and their cards."""
    from dedup.formats import InputOptions

    found = claims(tables, Settings())
    queue = draw(found, 1000, 1)
    texts = read_texts((one.question for one in queue), tables, None, InputOptions())
    return queue, Deck(tables, texts, found)


def a_claim(rule: str, name: str, score: float | None = None, near: bool = False,
            found: bool = True) -> Claim:  # fmt: skip
    """A claim made up for counting."""
    asks = "pair" if rule.startswith("DUP") else "furniture"
    content = (name, name + "'") if asks == "pair" else (name,)
    finding = Finding(
        rule, "note", "", name, "", "", 0, None, None, None, None, None, (), score, {},
        Fix("none", "none"), name,
    ) if found else None  # fmt: skip
    return Claim(rule, Question(asks, content, ()), finding, None, score, near)


def a_pair(a: str, b: str, relation: str, decided_by: str, jaccard: float) -> PairRow:
    """A measured pair made up for counting."""
    return PairRow(a, b, relation, decided_by, jaccard, jaccard, jaccard, 0.9, 1.0, 0.9, 1.0, None,
                   (), 0, 0, 1, ("lsh",))  # fmt: skip
