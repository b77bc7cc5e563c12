"""Which words of a story wire practice leaves out, counted by hand."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from dedup import marking, pipeline
from dedup.assembly import assemble
from dedup.corpus import Corpus, print_batch
from dedup.kernels import choose
from dedup.model import Story, StoryBatch
from dedup.settings import build
from dedup.text import matching_form

BODY = "Four people died when a ferry sank in the harbour late on Monday, the police said."
LATER = "More rain is expected in the north of the island until the end of the week, they said."
TEXTS = {
    "a": f"KABUL (AP) -- {BODY}\n\n{LATER}",
    "b": f"{BODY}\n\n{LATER} — AFP",
    "c": f"ROME, March 3 (Reuters) - {BODY} ENDS",
    "d": f"{BODY}\n\n{LATER}",
    "e": "",
    "f": f"PARIS (AFP) – « {BODY} »\n\n{LATER}",
}
LEFT_OUT = {("a", 0): (2, 0), ("b", 1): (0, 1), ("c", 0): (4, 1), ("f", 0): (2, 0)}
"""Words at the head and the tail of paragraphs, by story and number."""


def corpus_of(texts: dict[str, str]) -> Corpus:
    settings = build(jobs=1, boilerplate_lexicon=(), kernels="reference")
    kernels = choose("reference")
    reader = pipeline._reader(settings, pipeline._layout(settings), kernels)
    stories = [Story(name, text, title="Ferry sinks") for name, text in texts.items()]
    return assemble([print_batch(StoryBatch.of(stories), reader)])


def left_out(
    corpus: Corpus, stories: list[int], kernels: ModuleType
) -> dict[tuple[str, int], tuple[int, int]]:
    form = matching_form.load()
    _, trims = marking.read_wires(corpus, np.array(stories), form, kernels)
    p = corpus.paragraphs
    return {
        (corpus.ids[int(p.story[at])], int(p.number[at])): (head, tail)
        for at, head, tail in zip(*(column.tolist() for column in trims), strict=True)
    }


@pytest.mark.parametrize("name", ["reference", "compiled"])
def test_words_of_practice_are_left_out(name: str) -> None:
    corpus = corpus_of(TEXTS)

    assert left_out(corpus, list(range(len(corpus))), choose(name)) == LEFT_OUT


def test_stories_read_together_are_read_as_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, kernels = corpus_of(TEXTS), choose("reference")
    every = list(range(len(corpus)))
    alone = [left_out(corpus, [story], kernels) for story in every]
    monkeypatch.setattr(marking, "AT_ONCE", 2)

    assert left_out(corpus, every, kernels) == {
        place: words for one in alone for place, words in one.items()
    }
