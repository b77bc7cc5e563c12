"""Furniture glued to paragraphs: its findings, what is compared without it, what clean leaves."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

import dedup
from dedup.fingerprint import Segmented, finish, read_through, trim
from dedup.kernels import reference
from dedup.model import Finding, Story, StoryBatch, Tables
from dedup.text import matching_form
from tests.kernels.both import compiled_kernels
from tests.laws.corpora import run

FORM = matching_form.load()
LINE = "The ferry company said on Monday that services to the islands would resume."
OTHER = "About four hundred passengers spent a second night in the old terminal, it said."
LINK = "Read more: Storm closes the harbour"
CREDIT = "(Reporting by Ann Other; Editing by Bob Example)"


@pytest.fixture(params=["compiled", "reference"])
def kernels(request: pytest.FixtureRequest) -> ModuleType:
    """Each set of kernels in its turn."""
    return compiled_kernels() if request.param == "compiled" else reference


def story(*paragraphs: str, name: str = "a", separator: str = "\n\n") -> Story:
    return Story(name, separator.join(paragraphs), source="Post", path="f.jsonl", line=1)


def glued(tables: Tables) -> list[tuple[str, str, str]]:
    """Rule, side and safety of the findings at ends of paragraphs."""
    return [
        (row.rule, row.evidence["glued"], row.fix.safety)
        for row in tables.findings
        if row.rule.startswith("BLP") and "glued" in row.evidence
    ]


def cleaned(*stories: Story, unsafe: bool = False) -> list[str]:
    result = dedup.check(list(stories), jobs=1, max_loss=1)
    return [left.text for left in result.clean(unsafe=unsafe)]


def test_a_finding_names_the_span_its_side_and_its_words() -> None:
    text = f"{LINE} {LINK}"
    tables = run([story(text, OTHER)])
    (row,) = tables.findings
    assert (row.rule, row.paragraph, row.start, row.end) == ("BLP302", 0, len(LINE) + 1, len(text))
    assert row.evidence == {
        "entry": "en:glued-link", "pattern": row.evidence["pattern"], "language": "en",
        "text": LINK, "words": 6, "glued": "tail",
    }  # fmt: skip
    assert row.message == "a link to another story, at the tail of a paragraph (en:glued-link)"
    counts = tables.manifest["counts"]
    assert (counts["words"], counts["boilerplate_words"]) == (13 + 6 + 14, 6)
    (told,) = tables.stories
    assert (told.n_words, told.total_words) == (27, 33)


def test_a_finding_is_known_by_the_words_of_its_span() -> None:
    first, second = (
        run([story(f"{line} {LINK}", OTHER, name=name)]).findings[0]
        for line, name in ((LINE, "a"), (OTHER + " So be it.", "b"))
    )
    assert first.fingerprint == second.fingerprint


def test_safe_is_what_was_measured_to_be() -> None:
    tables = run([story(f"Advertisement LONDON — {LINE} {LINK}", f"{OTHER} {CREDIT}")])
    assert glued(tables) == [
        ("BLP301", "head", "safe"), ("BLP302", "tail", "safe"), ("BLP306", "tail", "unsafe")
    ]  # fmt: skip


def test_stories_are_compared_without_it() -> None:
    dressed = story(f"{LINE} {LINK}", f"{OTHER} {CREDIT}", name="dressed")
    plain = story(LINE, OTHER, name="plain")
    tables = run([dressed, plain])
    one, other = tables.stories
    assert one.content == other.content
    assert [row.rule for row in tables.findings if row.rule.startswith("DUP")] == ["DUP101"]


def test_paragraphs_equal_but_for_it_are_repeats_and_one_stays() -> None:
    text = story(LINE, OTHER, f"{LINE} {LINK}", "The end came soon.")
    (row,) = [row for row in run([text]).findings if row.rule == "PAR201"]
    start = text.text.index(LINK) - len(LINE) - 1
    assert (row.start, row.end, row.evidence["glued"]) == (start, start + len(LINE), "head")
    assert cleaned(text) == ["\n\n".join([LINE, OTHER, "The end came soon."])]


def test_a_safe_fix_of_a_repeat_takes_no_credit_along() -> None:
    text = story(LINE, OTHER, f"{LINE} {CREDIT}", "The end came soon.")
    assert cleaned(text) == ["\n\n".join([LINE, OTHER, CREDIT, "The end came soon."])]
    assert cleaned(text, unsafe=True) == ["\n\n".join([LINE, OTHER, "The end came soon."])]


@pytest.mark.parametrize(
    ("paragraph", "safe", "unsafe"),
    [
        (f"{LINE} {LINK}", LINE, LINE),
        (f"{LINE}\n{LINK}", LINE, LINE),
        (f"Advertisement\n{LINE}", LINE, LINE),
        (f"ADVERTISEMENT {LINE} {LINK}", LINE, LINE),
        (f"{LINE} {CREDIT}", f"{LINE} {CREDIT}", LINE),
        (f"{LINE} Follow us on Twitter. {CREDIT}", f"{LINE} {CREDIT}", LINE),
        (f"{LINE} {CREDIT} Follow us on Twitter @example", f"{LINE} {CREDIT}", LINE),
    ],
)
@pytest.mark.parametrize("separator", ["\n\n", "\r\n\r\n", "\n \n"])
def test_clean_takes_the_span_and_the_white_space_that_joins_it(
    paragraph: str, safe: str, unsafe: str, separator: str
) -> None:
    for place in range(3):
        around = [OTHER, "The end came soon."]
        texts = [
            separator.join([*around[:place], middle, *around[place:]]) + "\n"
            for middle in (paragraph, safe, unsafe)
        ]
        assert cleaned(Story("a", texts[0])) == [texts[1]]
        assert cleaned(Story("a", texts[0]), unsafe=True) == [texts[2]]


def test_lines_that_only_their_width_joins_are_left_alone() -> None:
    """Without blank lines, a shortened paragraph could run into the next one."""
    lines = [
        "The ferry company said on Monday that services to the northern islands",
        "would resume on Tuesday. Read more: Storm closes the harbour",
        "About four hundred passengers spent a second night in the old terminal",
        "and were given soup by the people of the harbour town who had heard of",
        "their plight.",
    ]
    assert glued(run([Story("a", "\n".join(lines))])) == []
    assert glued(run([Story("a", "\n".join(lines) + "\n\nThe end.")])) == []
    assert glued(run([Story("a", "\n".join(lines[:2]) + "\n\nThe end.")])) != []


def test_a_paragraph_of_furniture_alone_is_one_finding() -> None:
    (row,) = run([story(LINE, "Share this article. Follow us on Twitter @example")]).findings
    assert (row.rule, row.paragraph, "glued" in row.evidence) == ("BLP304", 1, False)
    assert cleaned(story(LINE, "Share this article. Follow us on Twitter @example")) == [LINE]


def test_ignored_rules_are_not_reported() -> None:
    tables = run([story(f"{LINE} {LINK}", OTHER)], ignore="BLP302")
    assert tables.findings == []


def _read(kernels: ModuleType, *paragraphs: str) -> tuple[Segmented, bytes]:
    batch = StoryBatch.of([Story("a", "\n\n".join(paragraphs)), Story("b", "Last one here.")])
    return read_through(batch.text, batch.offsets, batch.body_starts, FORM, kernels), batch.text


def test_trimming_gives_the_columns_of_the_trimmed_text(kernels: ModuleType) -> None:
    words = ["One two three.", "LONDON (Reuters) - Four five, six!", "सात आठ", "橋は閉鎖された。"]
    read, text = _read(kernels, *words)
    low, high = text.index(b"Four"), text.index(b", six")
    bridge = text.index("閉鎖".encode())
    chosen = np.array([1, 3])
    trim(
        read, text, chosen, np.array([low, bridge]), np.array([high, bridge + 6]), FORM, kernels
    )
    expected, _ = _read(kernels, words[0], "Four five", words[2], "閉鎖")
    for name in ("token_start", "words", "poly", "exact", "story", "number"):
        got, wanted = getattr(read.paragraphs, name), getattr(expected.paragraphs, name)
        assert got.tolist() == wanted.tolist(), name
    assert read.tokens.tolist() == expected.tokens.tolist()
    assert read.paragraphs.start.tolist()[1] == len(words[0]) + 2


def test_a_paragraph_may_be_trimmed_to_nothing(kernels: ModuleType) -> None:
    read, text = _read(kernels, "One two three.", "Four five.")
    trim(read, text, np.array([0]), np.array([0]), np.array([0]), FORM, kernels)
    assert read.paragraphs.words.tolist() == [0, 2, 3]
    assert read.paragraphs.token_start.tolist() == [0, 0, 2]
    none = finish(np.zeros(1, np.uint64), np.zeros(1, np.int64))
    assert read.paragraphs.exact[0] == none[0]


def test_findings_come_in_the_order_of_the_story() -> None:
    text = story(f"ADVERTISEMENT {LINE} {LINK}", f"{OTHER} {LINK}")
    rows: list[Finding] = run([text]).findings
    assert [row.paragraph for row in rows] == [0, 0, 1]
    assert len({(row.start, row.end) for row in rows}) == 3
