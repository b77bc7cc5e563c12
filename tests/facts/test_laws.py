"""What must hold for any two texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.facts import Change, FactDiff, diff

WORDS = [
    "the", "boat", "left", "town", "after", "a", "long", "night", "of", "rain", "and", "wind",
    "while", "people", "slept", "in", "their", "old", "houses", "near", "water", "said", "they",
    "saw", "nothing", "strange", "until", "morning", "light", "came", "over", "hills",
]  # fmt: skip
FACTS = ["Smith", "Jones", "14", "$5 mln", "5 pct", "Dec. 30", "three", "1987", "Monday", "not"]

# How long an example takes is no matter of these laws; the first loads the vocabulary.
law = settings(deadline=None)

word = st.sampled_from(WORDS)
sentence = st.lists(word | st.sampled_from(FACTS), min_size=6, max_size=14).map(
    lambda words: " ".join(["So", *words]) + "."
)
paragraph = st.lists(sentence, min_size=1, max_size=3).map(" ".join)
story = st.lists(paragraph, min_size=1, max_size=5, unique=True)
hostile = st.text(st.sampled_from("aA 1.-/$%'\"\n三万年।é“½ß٣\u0000\ud800ไ"), max_size=60)


def text(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


def told(found: FactDiff) -> list[tuple[str, str | None, str | None, bool]]:
    return sorted((str(c.kind), c.before or "", c.after or "", c.matched) for c in found.changes)


@law
@given(story)
def test_a_text_and_itself(paragraphs: list[str]) -> None:
    found = diff(text(paragraphs), text(paragraphs))
    assert (found.changes, found.replaced, found.inserted, found.deleted) == ((), 0, 0, 0)
    assert not found.partial


def mirrored(changes: tuple[Change, ...]) -> set[Change]:
    return {change.mirrored() for change in changes}


@law
@given(story, story)
def test_the_sides_are_mirrored(a: list[str], b: list[str]) -> None:
    one, two = diff(text(a), text(b)), diff(text(b), text(a))
    assert set(one.changes) == mirrored(two.changes)
    assert (one.aligned, one.replaced, one.inserted) == (two.aligned, two.replaced, two.deleted)


@law
@given(hostile, hostile)
def test_anything_can_be_compared(a: str, b: str) -> None:
    one, two = diff(a, b), diff(b, a)
    assert set(one.changes) == mirrored(two.changes)
    for change in one.changes:
        for side, span, wording in (
            (a, change.span_a, change.before), (b, change.span_b, change.after),
        ):  # fmt: skip
            assert (side[slice(*span)] if span else None) == wording
        assert "\n" not in str(change)


@law
@given(story, st.randoms(use_true_random=False))
def test_the_order_of_paragraphs_does_not_matter(paragraphs: list[str], random: object) -> None:
    shuffled = list(paragraphs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = diff(text(paragraphs), text(shuffled))
    assert found.changes == ()
    assert (found.replaced, found.inserted, found.deleted) == (0, 0, 0)


@law
@given(story, st.integers(2, 97), st.integers(0, 4), st.randoms(use_true_random=False))
def test_one_changed_number_in_any_order_is_that_change(
    paragraphs: list[str], number: int, place: int, random: object
) -> None:
    changed = "When the ship sank off the coast, {} sailors drowned, officials told reporters."
    a = [*paragraphs, changed.format(number)]
    b = [*paragraphs, changed.format(number + 1)]
    random.shuffle(b)  # type: ignore[attr-defined]
    assert told(diff(text(a), text(b))) == [("number", str(number), str(number + 1), True)]


@law
@given(story, paragraph, st.integers(0, 5))
def test_a_new_paragraph_matches_nothing(paragraphs: list[str], new: str, place: int) -> None:
    longer = [*paragraphs]
    longer.insert(place, new)
    found = diff(text(paragraphs), text(longer))
    assert found.matched == ()
    assert found.deleted == found.replaced == 0


@law
@given(st.integers(1, 10**9))
def test_a_number_grouped_or_not(number: int) -> None:
    frame = "The fund held {} shares of the bank at that time."
    grouped = f"{number:,}"
    for other in (grouped, grouped.replace(",", "\u00a0"), f"{number}.0", f"{grouped}.00"):
        assert diff(frame.format(number), frame.format(other)).changes == ()


@law
@given(st.integers(1, 999), st.sampled_from([("million", "mln"), ("billion", "bn")]))
def test_a_sum_in_words_and_short(number: int, names: tuple[str, str]) -> None:
    frame = "The fund held {} of the bank at that time."
    for other in (f"{number} {names[1]} dlrs", f"US${number}{names[1]}", f"${number} {names[0]}"):
        assert diff(frame.format(f"{number} {names[0]} dollars"), frame.format(other)).changes == ()
