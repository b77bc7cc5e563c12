"""Cards: what a question shows, and what it must not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedup import api
from dedup.explain.align import Part
from dedup.model import Tables
from dedup.review.cards import Card
from dedup.settings import Settings
from dedup.store import read_run
from tests.review.made import BODY, MORE, THIRD, deck_of


def cards_of(tmp_path: Path, *texts: str) -> dict[str, Card]:
    """The last card of each rule that something was found of."""
    path = tmp_path / "some.jsonl"
    lines = [json.dumps({"id": f"s{n}", "text": text, "date": f"2026-03-02T0{n}:00:00Z"}) + "\n"
             for n, text in enumerate(texts)]  # fmt: skip
    path.write_text("".join(lines), "utf-8")
    queue, deck = deck_of(api.scan([str(path)], Settings()))
    return {drawn.rule: deck.card(drawn.question) for drawn in queue}


def words(card: Card) -> str:
    return json.dumps(card)


def test_no_card_gives_the_verdict_away(made_run: Path) -> None:
    tables = read_run(made_run)
    queue, deck = deck_of(tables)
    pair_prompts = set()
    for drawn in queue:
        card = deck.card(drawn.question)
        shown = words(card).lower()
        assert "jaccard" not in shown
        assert "cosine" not in shown
        for line in deck.verdicts(drawn.question):
            assert line.lower() not in shown
        if drawn.question.asks == "pair":
            pair_prompts.add(card.prompt)
            assert "dup10" not in shown
            assert [head[:1] for head in card.heads] == ["A", "B"]
    assert len(pair_prompts) == 1


def test_a_pair_does_not_tell_by_its_order_which_goes(made_run: Path) -> None:
    queue, _ = deck_of(read_run(made_run))
    for drawn in queue:
        if drawn.question.asks == "pair":
            ids = [spot.story_id for spot in drawn.question.spots]
            assert ids == sorted(ids)


def test_the_stretch_that_is_meant_is_marked_in_its_paragraph(tmp_path: Path) -> None:
    text = f"{BODY.format('Tarn')} Read more: Floods in the north\n\n{MORE.format('Tarn')}"
    card = cards_of(tmp_path, text)["BLP302"]
    assert [line.sign for line in card.lines] == [">", " "]
    assert [part.kind for part in card.lines[0].parts] == ["same", "marked"]
    assert card.lines[0].parts[1] == Part("marked", "Read more: Floods in the north")


def test_furniture_stands_between_its_neighbours(tmp_path: Path) -> None:
    paragraphs = [BODY.format("Tarn"), "Advertisement", MORE.format("Tarn"), "Share this article"]
    cards = cards_of(tmp_path, "\n\n".join(paragraphs))
    assert [line.a for line in cards["BLP301"].lines] == ["0", "1", "2"]
    assert [line.a for line in cards["BLP303"].lines] == ["2", "3"]


def test_changed_facts_and_words_are_shown(tmp_path: Path) -> None:
    body = [BODY.format("Tarn"), MORE.format("Tarn"), THIRD.format("Tarn", "Ann Smith")]
    later = [part.replace("forty metres", "ninety metres") for part in body]
    card = cards_of(tmp_path, "\n\n".join(body), "\n\n".join(later))["DUP104"]
    assert card.notes == ("facts that differ: forty metres → ninety metres",)
    changed = [part for line in card.lines if line.sign == "~" for part in line.parts]
    assert Part("removed", "forty") in changed
    assert Part("added", "ninety") in changed


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_card_stays_small(tmp_path: Path, size: int) -> None:
    long = f"{BODY.format('Tarn')} " + "w" * size
    many = "\n\n".join([long, *(f"{MORE.format(f'Place {n}')} {n}" for n in range(60))])
    for card in cards_of(tmp_path, many, many + " More.").values():
        assert len(words(card)) < 40_000


def test_after_the_answer_every_claim_speaks(made_run: Path) -> None:
    tables: Tables = read_run(made_run)
    queue, deck = deck_of(tables)
    for drawn in queue:
        lines = deck.verdicts(drawn.question)
        assert lines
        assert any(drawn.rule in line for line in lines)
