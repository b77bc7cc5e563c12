"""The lexicon asked by hashes gives the answer it gives when it is asked by text."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from dedup.boilerplate.lexicon import MAX_WORDS, Lexicon
from dedup.boilerplate.nominate import Nominator
from dedup.boilerplate.phrases import FOLDER
from dedup.kernels import reference
from dedup.text import matching_form

FILES = sorted(FOLDER.glob("*.toml"))
DRESS = (("", ""), ("• ", " »"), ("“", "”"), ("- ", " →"), ("  ", "…"), ("+++ ", " +++"), ("+", ""))


@pytest.fixture(scope="module")
def form() -> matching_form.MatchingForm:
    """The shipped matching form."""
    return matching_form.load()


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    """The built-in lexicon."""
    return Lexicon.load()


@pytest.fixture(scope="module")
def nominator(lexicon: Lexicon, form: matching_form.MatchingForm) -> Nominator:
    """The nominator of the built-in lexicon."""
    return Nominator(lexicon, form)


class Asked:
    """The answers of a nominator about some lines, and which of them it looked at."""

    def __init__(
        self, nominator: Nominator, lines: list[str], form: matching_form.MatchingForm
    ) -> None:
        self.read: list[str] = []
        encoded = [line.encode() for line in lines]
        ends = np.cumsum([len(line) for line in encoded], dtype=np.int64)
        starts = ends - np.array([len(line) for line in encoded], np.int64)
        buffer = np.frombuffer(b"".join(encoded), np.uint8)
        first, tokens, _ = reference.tokenise(buffer, starts, ends, form)

        def text_of(place: int) -> bytes:
            self.read.append(lines[place])
            return encoded[place]

        marked, matches = nominator.marks(tokens, first[:-1], np.diff(first), MAX_WORDS, text_of)
        self.rules = {lines[n]: match.rule for n, match in zip(marked, matches, strict=True)}


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_example_gets_the_answer_of_the_lexicon(
    nominator: Nominator, lexicon: Lexicon, form: matching_form.MatchingForm, path: Path
) -> None:
    entries = tomllib.loads(path.read_text("utf-8"))["entry"]
    examples = [line for entry in entries for line in (*entry["match"], *entry.get("content", ()))]
    lines = [f"{before}{line}{after}" for line in examples for before, after in DRESS]
    expected = {line: match.rule for line in lines if (match := lexicon.match(line))}

    assert Asked(nominator, lines, form).rules == expected
    assert {line for entry in entries for line in entry["match"]} <= set(expected)


def test_ordinary_paragraphs_are_not_read(
    nominator: Nominator, form: matching_form.MatchingForm
) -> None:
    lines = [
        "Fishermen found the buoy two miles off the coast, the harbour master said.",
        "…",
        "",
        "Рыбаки нашли буй в двух милях от берега.",
        "市政府周三宣布，将修建十二座新图书馆。",
    ]
    asked = Asked(nominator, lines, form)

    assert (asked.read, asked.rules) == ([], {})


def test_paragraphs_too_long_to_be_furniture_are_not_read(
    nominator: Nominator, form: matching_form.MatchingForm
) -> None:
    line = "Advertisement"
    asked = Asked(nominator, [line, f"{line} " + "word " * MAX_WORDS, line], form)

    assert asked.read == [line, line]
    assert asked.rules == {line: "BLP301"}


@pytest.mark.parametrize(
    "line",
    [
        "Wetter heute in Ödland",
        "…und sonst",
        "市政府早报",
        "L’essentiel du jour",
        "d’après l'agence",
        "+ infos",
        "+++ Eil +++",
        "5 % de remise",
        "€1 a week",
        "-5 Grad heute",
        "Q&A",
        "จดหมายข่าว",
        "خبرنامهٔ روزانه",
        "समाचार पत्र",
        "İstanbul’dan haberler",
        "1,000 Lakes",
        "U.S. news",
    ],
)
def test_a_line_of_the_user_is_known(
    form: matching_form.MatchingForm, tmp_path: Path, line: str
) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text(f"Another line\n# a remark\n{line}\n", "utf-8")
    lexicon = Lexicon.load([str(mine)])
    lines = [line, line.upper(), f"{line} today"]
    expected = {text: "BLP303" for text in lines if lexicon.match(text)}

    assert line in expected
    assert Asked(Nominator(lexicon, form), lines, form).rules == expected


def test_a_line_to_keep_is_no_furniture(form: matching_form.MatchingForm, tmp_path: Path) -> None:
    never = tmp_path / "never.txt"
    never.write_text("Advertisement\n", "utf-8")
    nominator = Nominator(Lexicon.load([], [str(never)]), form)

    assert Asked(nominator, ["Advertisement", "ADVERTISEMENT", "- Ad -"], form).rules == {}
