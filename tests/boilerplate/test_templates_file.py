"""The file of ``dedup learn``: written, read back, held against other stories, and hostile text."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.boilerplate.learned import file
from dedup.errors import ConfigError
from dedup.model import TemplateRow
from tests.boilerplate.outlet import stories
from tests.stages.kit import found, run, words

BOX = "Jane Roe is a syndicated columnist of the Ledger and the author of two books on ferries."
LABELS = tuple(f"Video and Photos: {words('t', 4, n)}" for n in range(20))

_TEXT = st.text(max_size=20)
_DAYS = st.integers(0, 10**6)


def _row(
    template: str, slots: tuple[str, ...], outlet: str, count: int, example: str
) -> TemplateRow:
    rule = "BLP312" if slots else "BLP311"
    return TemplateRow(outlet, template, slots, count, count, "2024-03-01", "", "100% tail",
                       (example,), rule, count, 1, 0.5, 1.25, (example,))  # fmt: skip


@pytest.fixture
def learned(tmp_path: Path) -> str:
    """A file learned from an archive of two outlets."""
    archive = run(*stories(BOX, LABELS, count=20), *stories(BOX, outlet="Evening Star", count=5))
    path = tmp_path / "templates.toml"
    path.write_text(file.file_text(archive.templates), encoding="utf-8")
    return str(path)


def test_a_small_feed_knows_what_the_archive_taught(learned: str) -> None:
    feed = stories(BOX, "VIDEO AND PHOTOS: Something else", count=2, first=60)
    tables = run(*feed, templates=(learned,))

    assert found(run(*feed), "BLP31") == []
    assert [row.rule for row in found(tables, "BLP31")] == ["BLP311", "BLP312"] * 2
    row = found(tables, "BLP311")[0]
    assert row.message.startswith(f"repeats in 20 stories of Morning Post ({learned}:")
    assert row.evidence["stories"] == 20
    assert [entry.content for entry in tables.stories] == [
        entry.content for entry in run(*stories(count=2, first=60)).stories
    ]


def test_an_entry_speaks_of_its_outlet_alone(learned: str) -> None:
    feed = stories(BOX, count=2, outlet="Noon Mail")
    assert found(run(*feed, templates=(learned,)), "BLP") == []


def test_what_is_read_needs_no_learning(learned: str) -> None:
    tables = run(*stories(BOX, count=2), templates=(learned,), learn=False)
    assert {row.rule for row in found(tables, "BLP")} == {"BLP311"}


def test_a_template_that_stopped_firing_is_reported(learned: str) -> None:
    (row,) = found(run(*stories(BOX, count=12), templates=(learned,)), "BLP32")
    at = Path(learned).read_text("utf-8").splitlines()[row.line - 1 :]

    assert (row.rule, row.level, row.story_id, row.path) == ("BLP321", "note", "", learned)
    assert at[0] == "[[template]]"
    assert 'before = "Video and Photos:"' in at[:5]
    assert row.message == (
        "'Video and Photos: {title}' is in none of 12 stories of Morning Post; "
        "12 were to be expected"
    )


def test_few_stories_are_no_sign_that_it_stopped(learned: str) -> None:
    assert found(run(*stories(count=7), templates=(learned,)), "BLP32") == []


def test_a_new_template_is_reported(learned: str) -> None:
    line = "Get the Ledger newsletter by email every morning, with videos and photos"
    tables = run(*stories(BOX, LABELS, line), templates=(learned,))
    new = {row.template for row in tables.templates} - {BOX, "Video and Photos: {title}"}

    assert [(row.rule, row.evidence["template"]) for row in found(tables, "BLP32")] == [
        ("BLP322", template) for template in sorted(new)
    ]


def test_without_a_file_nothing_drifts() -> None:
    assert found(run(*stories(BOX)), "BLP32") == []


def test_the_bytes_depend_on_the_stories_alone() -> None:
    made = [*stories(BOX, LABELS, count=9), *stories(BOX, outlet="Evening Star")]
    expected = file.file_text(run(*made).templates)
    random.Random(7).shuffle(made)

    assert file.file_text(run(*made).templates) == expected
    assert expected.count("[[template]]") == 3


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@given(_TEXT, _TEXT, _TEXT, _DAYS, st.text(max_size=20))
def test_whatever_a_text_holds_is_written_and_read_back(
    tmp_path_factory: pytest.TempPathFactory, outlet: str, line: str, behind: str, count: int,
    example: str,
) -> None:  # fmt: skip
    outlet, line = f"o{outlet}", f"l {line}".replace("{", "(")
    rows = [
        _row(line, (), outlet, count, example),
        _row(f"{line} {{title}} {behind}", ("title",), outlet, count, example),
    ]
    text = file.file_text(rows)
    path = tmp_path_factory.mktemp("learned") / "t.toml"
    path.write_text(text, encoding="utf-8", newline="\n")
    one, two = sorted(file.read([str(path)]), key=lambda entry: entry.rule)

    assert len(tomllib.loads(text)["template"]) == 2
    assert (one.outlet, one.pattern, one.stories) == (outlet, " ".join(line.split()), count)
    assert (two.before, two.behind, two.slot) == (line.strip(), behind.strip(), "title")
    assert text.splitlines()[one.at - 1] == "[[template]]"
    assert all(sign.isprintable() or sign == "\n" for sign in text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a file of templates of version 1"),
        ("version = 2", "not a file of templates of version 1"),
        ("version = 1\nextra = 1", "not a file of templates"),
        ("version = 1\ntemplate = 1", "written as"),
        ("version = 1\n[[template]]\noutlet = 'a'\nlien = 'b'", ":2: unknown key 'lien'"),
        ("version = 1\n[[template]]\noutlet = 'a'\nline = 3", ":2: line = 3 must be of type str"),
        ("version = 1\n[[template]]\nline = 'b'", ":2: a template needs `outlet"),
        ("version = 1\n[[template]]\noutlet = 'a'", ":2: write `line`"),
        ("version = 1\n[[template]]\noutlet='a'\nline='b'\nbehind='c'", ":2: write `line`"),
        ("version = [", "cannot read these templates"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_place(
    tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "t.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        run(*stories(count=2), templates=(str(path),))
    assert str(path) in str(caught.value)
    assert message in str(caught.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read these templates"):
        run(*stories(count=2), templates=(str(tmp_path / "none.toml"),))
