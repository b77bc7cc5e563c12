"""The lexicon as a whole: its files, its lookup, its reading of whole paragraphs."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest

from dedup.boilerplate.built_in import LITERALS, PHRASES, BuiltIn
from dedup.boilerplate.fold import fold, tokens
from dedup.boilerplate.index import as_text, build
from dedup.boilerplate.lexicon import Lexicon
from dedup.boilerplate.lint import problems
from dedup.boilerplate.phrases import RULES, Entry, built_in_files, read_entries
from dedup.errors import ConfigError

ENTRIES = [
    entry for path in built_in_files() for entry in read_entries(path)
    if not entry.phrases[0].glued
]  # fmt: skip


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def plain_words(text: str) -> list[str]:
    """Lower-cased runs of letters and digits, as a caller's own tokeniser might give them."""
    return "".join(c if c.isalnum() else " " for c in text.lower()).split()


def test_every_entry_keeps_its_promises(lexicon: Lexicon) -> None:
    assert lexicon.problems() == []


def test_the_index_is_that_of_the_lexicon_files() -> None:
    index, say = build(), "the lexicon files have changed: run `python -m dedup.boilerplate.index`"
    assert PHRASES.read_text(encoding="utf-8") == as_text(index.phrases), say
    assert LITERALS.read_text(encoding="utf-8") == as_text(index.literals), say
    for closing, side in enumerate(("heads", "tails")):
        stored, built = BuiltIn().hashed(bool(closing)), index.hashes[side]
        assert np.array_equal(stored.words, built.words), say
        assert np.array_equal(stored.first, built.first), say
        assert np.array_equal(stored.phrases, built.phrases), say


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_examples(entry: Entry, lexicon: Lexicon) -> None:
    for example in entry.match:
        match = lexicon.match(example)
        assert match is not None, example
        assert match.rule == entry.rule, example
    for example in entry.content:
        assert lexicon.match(example) is None, example


def test_examples_are_nominated_by_heads_and_tails(lexicon: Lexicon) -> None:
    """A caller that tokenises heads like texts asks for every paragraph that could fit."""
    heads = {tuple(tokens(fold(head))[:2]) for head in lexicon.heads()}
    tails = {tuple(tokens(fold(tail))[-2:]) for tail in lexicon.tails()}
    for example in (example for entry in ENTRIES for example in entry.match):
        found = tokens(fold(example))
        ends = {tuple(found[:2]), tuple(found[:1])}, {tuple(found[-2:]), tuple(found[-1:])}
        assert ends[0] & heads or ends[1] & tails, example


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv"])
def test_heads_hold_for_a_plain_tokeniser(language: str, lexicon: Lexicon) -> None:
    heads = {tuple(plain_words(head)[:2]) for head in lexicon.heads()}
    tails = {tuple(plain_words(tail)[-2:]) for tail in lexicon.tails()}
    for entry in ENTRIES:
        for example in entry.match if entry.language == language else ():
            found = plain_words(example)
            first = {tuple(found[:2]), tuple(found[:1])}
            last = {tuple(found[-2:]), tuple(found[-1:])}
            assert first & heads or last & tails, example


def test_many_languages_and_every_rule() -> None:
    languages = {entry.language for entry in ENTRIES} - {"mul"}
    assert len(languages) >= 44
    for rule in RULES:
        speakers = {entry.language for entry in ENTRIES if entry.rule == rule}
        assert speakers - {"mul"} == languages, rule


@pytest.mark.parametrize(
    "prose",
    [
        "He said the advertisement was misleading.",
        "Read also the report of the committee, which found that nothing had been done.",
        "Subscribe to that view and you will lose, he told them.",
        "“Read more,” she said.",
        "AMY GOODMAN: Sign up now, they told you.",
        "He added: Read more about it.",
        "Why?",
        "Analysis",
        "What happens next?",
        "Ohio",
        "Conclusion",
        "* * *",
        "",
        "   ",
        "“”",
    ],
)
def test_content_is_left_alone(prose: str, lexicon: Lexicon) -> None:
    assert lexicon.match(prose) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("\u200bADVERTISEMENT\u00a0", "BLP301"),
        ("Read\r\nmore:\r\nRain expected", "BLP302"),
        ("ＳＨＡＲＥ", "BLP303"),
        ("Sign up to our\nnewsletter", "BLP304"),
        ("( Also on EXAMPLE: The week ahead)", "BLP302"),
        ("**Read more…**", "BLP302"),
    ],
)
def test_width_breaks_and_bullets_make_no_difference(
    text: str, rule: str, lexicon: Lexicon
) -> None:
    match = lexicon.match(text)
    assert match is not None
    assert match.rule == rule


def test_a_match_names_its_phrase(lexicon: Lexicon) -> None:
    match = lexicon.match("Read also | Rain is expected")
    assert match is not None
    assert (match.rule, match.entry, match.language) == ("BLP302", "en:read-also", "en")
    assert match.pattern in {p.pattern for e in ENTRIES for p in e.phrases}


def test_the_two_seed_stories(lexicon: Lexicon, repository: Path) -> None:
    """Only where the shared seeds are at hand."""
    seeds = repository.parent / "shared" / "seeds"
    if not seeds.is_dir():
        pytest.skip("the seed stories are not part of the project")
    found = []
    for path in sorted(seeds.glob("*.txt")):
        blocks = path.read_text(encoding="utf-8").split("\n\n")[1:]
        found.append([match.rule for match in map(lexicon.match, blocks) if match])
    assert sorted(found[0]) == ["BLP301"] * 6 + ["BLP302"] * 2
    assert found[1] == ["BLP303"]


@pytest.mark.parametrize(
    "text",
    ["Read also | " + "a " * 50_000, "(" * 100_000, "Share " * 20_000, "Photo: " + "A. " * 190,
     "Sign up " * 75, "Related: " + "vs. " * 145, "広告" * 290, "- " * 295],
)  # fmt: skip
def test_hostile_paragraphs_take_no_time(text: str, lexicon: Lexicon) -> None:
    began = time.process_time()
    lexicon.match(text)
    assert time.process_time() - began < 5.0  # milliseconds; backtracking would take hours


def test_loading_compiles_no_pattern(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed of a few stories waits for none of the thousands of patterns it does not need."""
    asked: list[object] = []
    monkeypatch.setattr(re, "compile", lambda *given: asked.append(given))
    Lexicon.load()
    assert asked == []



def test_user_phrases_lines_and_keep_lists(tmp_path: Path) -> None:
    phrases = tmp_path / "mine.toml"
    phrases.write_text(
        'language = "xx"\n[[entry]]\nid = "corner"\nrule = "BLP304"\n'
        'patterns = ["The {few} corner {sep} {title}"]\n'
        'match = ["The chess corner: Mate in two"]\n',
        encoding="utf-8",
    )
    lines = tmp_path / "house.txt"
    lines.write_text("# our own\nPhoto Op, Weekly\n\n", encoding="utf-8")
    keep = tmp_path / "keep.txt"
    keep.write_text("Advertisement\n", encoding="utf-8")
    lexicon = Lexicon.load([str(phrases), str(lines)], [str(keep)])
    chess, line = lexicon.match("The chess corner: Mate in two"), lexicon.match("PHOTO OP, weekly")
    assert chess is not None
    assert (chess.rule, chess.entry) == ("BLP304", "xx:corner")
    assert line is not None
    assert (line.rule, line.entry) == ("BLP303", "house:line")
    assert lexicon.match("ADVERTISEMENT") is None
    assert {"The", "photo op, weekly"} <= set(lexicon.heads())
    assert problems([phrases]) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("language = 3", "language"),
        ('language = "xx"\nentry = []\ncolour = 1', "unknown key 'colour'"),
        ('language = "xx"\n[[entry]]\nrule = "BLP301"', "id"),
        ('language = "xx"\n[[entry]]\nid = "a"\nrule = "BLP301"', "patterns"),
        ('language = "xx"\n[[entry]]\nid = "a"\nrule = "BLP999"\npatterns = ["x"]', "BLP999"),
        ('language = "xx"\n[[entry]]\nid = "a"\nrule = "BLP301"\npatterns = [1]', "strings"),
        ('language = "xx"\n[[entry]]\nid = "a"\nrule = "BLP301"\npatterns = ["(x"]', "missing"),
        (
            'language = "xx"\n[[entry]]\nid = "a"\nrule = "BLP301"\npatterns = ["{n}"]',
            "begin or end",
        ),
        ("not toml", "cannot read"),
    ],
)
def test_faults_in_user_files_name_file_and_entry(text: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=fault) as caught:
        Lexicon.load([str(path)])
    assert "mine.toml" in str(caught.value)


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.txt"):
        Lexicon.load(keep=[str(tmp_path / "none.txt")])


def test_lint_names_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(
        'language = "xx"\n'
        '[[entry]]\nid = "Bad Id"\nrule = "BLP301"\npatterns = ["Qqq"]\n'
        '[[entry]]\nid = "twice"\nrule = "BLP301"\npatterns = ["Zzz"]\n'
        'match = ["Yyy"]\ncontent = ["Zzz"]\n'
        '[[entry]]\nid = "twice"\nrule = "BLP302"\npatterns = ["Zzz"]\nmatch = ["Zzz"]\n'
        '[[entry]]\nid = "late"\nrule = "BLP303"\npatterns = ["Qqq"]\nmatch = ["Qqq"]\n',
        encoding="utf-8",
    )
    found = "\n".join(problems([path]))
    for fault in ("lower-case words", "at least one example", "used twice", "not found by",
                  "must fit", "is content", "is shadowed by"):  # fmt: skip
        assert fault in found, fault
