"""The baseline: what was accepted is known again, and one more of the same is new."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.errors import DedupError, InputError, MismatchError, OutputError
from dedup.gate import Baseline, Key, marked
from dedup.gate import baseline as file
from dedup.gate.baseline import scheme
from dedup.model import Finding
from dedup.rules import RULES
from tests.gate.made import finding, story
from tests.laws.corpora import few, run

ALL = frozenset(RULES)


def dumped(baseline: Baseline) -> str:
    return file.dumped(baseline, scheme())


def parse(text: str, name: str) -> Baseline:
    return file.parse(text, name, scheme())

findings = st.lists(
    st.builds(
        finding, st.sampled_from(["DUP101", "PAR201", "BLP301"]), st.sampled_from(["f", "g", "0a"]),
        st.sampled_from("abcdefgh"), start=st.none() | st.integers(0, 9),
    ),
    max_size=12,
)  # fmt: skip


def new(rows: list[Finding]) -> list[Finding]:
    return [row for row in rows if row.new]


@few
@given(rows=findings)
def test_what_was_accepted_is_not_new(rows: list[Finding]) -> None:
    assert new(marked(rows, Baseline.of(rows), [])) == []
    assert marked(rows, Baseline(), []) == rows


@few
@given(rows=findings, more=findings)
def test_exactly_what_is_beyond_the_count_is_new(
    rows: list[Finding], more: list[Finding]
) -> None:
    """Whatever the new findings are, also of content that was accepted before."""
    fresh = new(marked([*rows, *more], Baseline.of(rows), []))
    assert Baseline.of(fresh).counts == Baseline.of(more).counts


@few
@given(rows=findings)
def test_the_file_is_the_same_for_any_order_and_comes_back(rows: list[Finding]) -> None:
    baseline = Baseline.of(rows)
    shuffled = random.Random(1).sample(rows, len(rows))
    assert dumped(Baseline.of(shuffled)) == dumped(baseline)
    assert parse(dumped(baseline), "b").counts == baseline.counts
    lines = dumped(baseline).splitlines()
    assert lines[1:] == sorted(lines[1:])


@few
@given(rows=findings, more=findings)
def test_changes_lead_from_one_baseline_to_another(
    rows: list[Finding], more: list[Finding]
) -> None:
    old, fresh = Baseline.of(rows), Baseline.of(more)
    added, removed = old.changes(fresh)
    assert old.total + added - removed == fresh.total
    assert old.updated(more, ALL).counts == fresh.counts
    pruned = old.pruned(more, ALL)
    assert old.changes(pruned).added == 0
    assert new(marked(more, pruned, [])) == new(marked(more, old, []))


def test_the_latest_story_is_the_new_one() -> None:
    """A copy joins: the story that was there before keeps its peace, whatever its name."""
    rows = [finding(story="a"), finding(story="b"), finding(story="c")]
    stories = [story("a", "2024-05-03"), story("b", "Wed, 01 May 2024 10:00:00 GMT"), story("c")]
    for count, late in ((1, "ac"), (2, "c"), (3, "")):
        baseline = Baseline({Key("DUP101", "f"): count})
        assert "".join(row.story_id for row in new(marked(rows, baseline, stories))) == late


def test_entries_of_rules_that_were_not_looked_for_stay() -> None:
    old = Baseline({Key("DUP101", "f"): 2, Key("BLP301", "g"): 1}, {Key("BLP301", "g"): "ours"})
    assert old.updated([], frozenset(["DUP101"])).counts == {("BLP301", "g"): 1}
    assert old.pruned([finding()], frozenset(["DUP101"])).counts == {
        ("DUP101", "f"): 1, ("BLP301", "g"): 1
    }
    assert old.updated([], ALL) == Baseline()


def test_a_note_of_a_person_stays_with_its_entry() -> None:
    text = dumped(Baseline.of([finding(), finding("PAR201")]))
    noted = text.replace('"count":1}\n', '"count":1,"note":"agreed with sport"}\n', 1)
    again = parse(noted, "b")
    assert dumped(again.updated([finding(), finding("PAR201"), finding()], ALL)) == (
        noted.replace('"fingerprint":"f","count":1,"note"', '"fingerprint":"f","count":2,"note"')
    )


def test_the_union_of_two_branches_is_a_baseline() -> None:
    ours, theirs = Baseline.of([finding()] * 2), Baseline.of([finding(), finding("PAR201")])
    union = dumped(ours) + dumped(theirs)
    assert parse(union, "b").counts == {("DUP101", "f"): 2, ("PAR201", "f"): 1}


HEADER = dumped(Baseline())


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", InputError, "b: this is no baseline: the first line is no header"),
        ('{"rule":"DUP101","fingerprint":"f","count":1}', InputError, "b: this is no baseline"),
        (HEADER.replace(scheme(), "old"), MismatchError, "b:1: fingerprints of scheme 'old'"),
        (HEADER.replace('"version":1', '"version":2'), MismatchError, "b:1: baseline format 2"),
        (HEADER + "<<<<<<< ours", InputError, "b:2: a merge left its mark here"),
        (HEADER + "{", InputError, "b:2: this is no entry of a baseline"),
        (HEADER + "[]", InputError, "b:2: this is no entry of a baseline"),
        (HEADER + '\n{"rule":"DUP101"}', InputError, "b:3: an entry has a rule"),
        (HEADER + '{"rule":"A","fingerprint":"f","count":0}', InputError, "b:2: count must be"),
        (HEADER + '{"rule":"A","fingerprint":"f","count":true}', InputError, "b:2: count must"),
    ],
)  # fmt: skip
def test_what_is_no_baseline_is_refused_with_its_line(
    text: str, error: type[DedupError], message: str
) -> None:
    with pytest.raises(error) as caught:
        parse(text, "b")
    assert str(caught.value).startswith(message)


def test_the_scheme_of_a_run_is_that_of_the_program_that_made_it() -> None:
    assert scheme(run([]).manifest) == scheme()
    assert scheme({"sketch": {"hash": "h", "matching_form": "7"}}) == "rule-content-1/h/form-7"


def test_a_mismatch_says_what_to_do() -> None:
    with pytest.raises(MismatchError, match="then write it anew with --write-baseline"):
        parse(HEADER.replace(scheme(), "old"), "b")


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be read .*write it with --write-baseline"):
        file.read(tmp_path / "none", "")
    (tmp_path / "latin").write_bytes(b"\xe9")
    with pytest.raises(InputError, match="not UTF-8"):
        file.read(tmp_path / "latin", "")
    with pytest.raises(OutputError, match=r"cannot be written .*name another file"):
        file.write(tmp_path / "none" / "b", Baseline(), "")
    file.write(tmp_path / "b", Baseline.of([finding()]), "s")
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["b", "latin"]
    assert file.read(tmp_path / "b", "s").counts == {("DUP101", "f"): 1}
