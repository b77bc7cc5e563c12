"""What is exported does what it is for: held against the commands that read it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import tomllib
from pathlib import Path

import pytest

from dedup import api
from dedup.boilerplate.lexicon import Lexicon
from dedup.formats import InputOptions
from dedup.model import Tables
from dedup.review import EXPORTS, Label, claims, read_texts
from dedup.review.claims import Claim
from dedup.review.exports import Export, needed
from dedup.settings import Settings
from dedup.store import read_run
from tests.boilerplate.outlet import stories
from tests.cli.process import command, environment
from tests.review.made import BODY, MORE, TOWNS, a_claim, scanned

Labels = dict[tuple[str, ...], Label]


def labelled(found: list[Claim], answer: str, rule: str = "") -> Labels:
    return {
        claim.question.key: Label(claim.question.asks, claim.question.content, answer)
        for claim in found
        if claim.rule.startswith(rule)
    }


def exported(kind: str, tables: Tables, labels: Labels) -> Export:
    found = claims(tables, Settings())
    texts = read_texts(needed(kind, found, labels, tables), tables, None, InputOptions())
    return EXPORTS[kind](found, labels, tables, texts)


@pytest.fixture
def tables(made_run: Path) -> Tables:
    return read_run(made_run)


def test_lines_that_are_content_are_found_no_more(made_run: Path, tmp_path: Path) -> None:
    tables = read_run(made_run)
    labels = labelled(claims(tables, Settings()), "no", "BLP")
    made = exported("ignore", tables, labels)
    (tmp_path / "keep.txt").write_text(made.text, "utf-8")
    lines = made.text.splitlines()[1:]
    assert "Advertisement" in lines
    assert lines == sorted(set(lines))
    corpus = str(made_run.parent / "corpus.jsonl")
    before = [f.rule for f in api.scan([corpus], Settings()).findings]
    kept = Settings(ignore_lines=(str(tmp_path / "keep.txt"),))
    after = [f.rule for f in api.scan([corpus], kept).findings]
    assert any(rule.startswith("BLP") for rule in before)
    assert not any(rule.startswith("BLP") for rule in after)


def test_every_way_to_write_a_line_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "ways.jsonl"
    ways = ["Advertisement", "ADVERTISEMENT", "- Advertisement -", "# Advertisement:"]
    texts = ["\n\n".join([BODY.format(n), way, MORE.format(n)]) for n, way in enumerate(ways)]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    tables = api.scan([str(path)], Settings())
    labels = labelled(claims(tables, Settings()), "no", "BLP")
    assert len(labels) == 1
    (tmp_path / "keep.txt").write_text(exported("ignore", tables, labels).text, "utf-8")
    kept = Settings(ignore_lines=(str(tmp_path / "keep.txt"),))
    after = {finding.rule for finding in api.scan([str(path)], kept).findings}
    assert not [rule for rule in after if rule.startswith(("BLP", "INP905"))]


def learned(tmp_path: Path, line: str) -> Path:
    """A corpus whose outlet ends every story with a line that no lexicon knows."""
    path = tmp_path / "learned.jsonl"
    records = [
        {"id": str(n), "source": "Post", "date": f"2026-03-{n + 1:02}",
         "text": "\n\n".join([BODY.format(town), MORE.format(town), line])}
        for n, town in enumerate(TOWNS)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return path


@pytest.mark.parametrize(
    "line",
    ["Brought to you with salt and patience", "Salt (and patience) | the Post [daily]",
     'Salt "and" patience \\ {daily}', "The Post — seit 1901 am Hafen"],
)  # fmt: skip
def test_a_confirmed_line_is_known_by_the_lexicon(tmp_path: Path, line: str) -> None:
    corpus = learned(tmp_path, line)
    tables = api.scan([str(corpus)], Settings())
    labels = labelled(claims(tables, Settings()), "yes", "BLP311")
    assert len(labels) == 1
    made = exported("lexicon", tables, labels)
    (tmp_path / "own.toml").write_text(made.text, "utf-8")
    assert tomllib.loads(made.text)["entry"][0]["match"] == [" ".join(line.split())]
    own = Settings(boilerplate_lexicon=(str(tmp_path / "own.toml"),), learn=False)
    found = api.scan([str(corpus)], own).findings
    assert [f.rule for f in found if f.rule.startswith("BLP")] == ["BLP303"] * len(TOWNS)


@pytest.mark.parametrize("line", ["Salt + patience + the Post", "เกลือและความอดทน" * 5])
def test_a_line_no_pattern_can_say_is_a_remark(tmp_path: Path, line: str) -> None:
    tables = api.scan([str(learned(tmp_path, line))], Settings())
    made = exported("lexicon", tables, labelled(claims(tables, Settings()), "yes", "BLP311"))
    assert made.text.endswith(f'entry = []\n# "{line}"\n')
    assert any("cannot be written as a pattern" in note for note in made.notes)
    (tmp_path / "own.toml").write_text(made.text, "utf-8")
    assert Lexicon.load([str(tmp_path / "own.toml")]) is not None


def test_lines_a_lexicon_knows_are_only_counted(tables: Tables) -> None:
    labels = labelled(claims(tables, Settings()), "yes", "BLP30")
    made = exported("lexicon", tables, labels)
    assert "[[entry]]" not in made.text
    assert made.notes == ("0 entries", f"{len(labels)} confirmed lines are in a lexicon already")


def test_labelled_pairs_are_read_back_by_eval(tmp_path: Path) -> None:
    run = scanned(tmp_path)
    answers = {"DUP101": "y", "DUP102": "v"}
    tables = read_run(run)
    lines = ['{"format":"dedup-labels","version":1}']
    for claim in claims(tables, Settings()):
        if claim.rule in answers:
            label = Label("pair", claim.question.content,
                          {"y": "yes", "v": "version"}[answers[claim.rule]])  # fmt: skip
            lines.append(json.dumps(label._asdict()))
    (run / "labels.jsonl").write_text("\n".join(lines) + "\n")

    def dedup(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command(*words), cwd=tmp_path, text=True, check=True,
                              capture_output=True, env=environment(), timeout=60)  # fmt: skip

    done = dedup("review", "run", "--export", "golden", "-o", "pairs.csv")
    assert done.stderr == "dedup: 8 labelled pairs\n"
    rows = list(csv.DictReader(io.StringIO((tmp_path / "pairs.csv").read_text())))
    assert {row["label"] for row in rows} == {"identical", "update"}
    assert rows == sorted(rows, key=lambda row: (row["a"], row["b"]))
    judged = json.loads(dedup("eval", "--run", "run", "--pairs", "pairs.csv",
                              "--output-format", "json").stdout)  # fmt: skip
    figures = {figure["name"]: figure for figure in judged["figures"]}
    # Called copies, and copies or versions they are; of the eight relations four are right.
    assert figures["precision"]["value"] == 1.0
    assert (figures["relation accuracy"]["hits"], figures["relation accuracy"]["of"]) == (4, 8)


@pytest.mark.parametrize(
    ("rule", "answer", "relation"),
    [("DUP102", "yes", "duplicate"), ("DUP102", "no", "unrelated"), ("DUP102", "version", "update"),
     ("DUP105", "no", "template"), ("DUP103", "yes", "contained"), ("DUP104", "version", "update"),
     ("DUP104", "yes", "duplicate")],
)  # fmt: skip
def test_the_relation_an_answer_stands_for(rule: str, answer: str, relation: str) -> None:
    from dedup.review.exports import Answered
    from dedup.review.exports import relation as relation_of

    said = {"DUP102": "duplicate", "DUP103": "contained", "DUP104": "update", "DUP105": "template"}
    claim = a_claim(rule, "x")
    assert claim.finding is not None
    claim = claim._replace(finding=claim.finding._replace(evidence={"relation": said[rule]}))
    assert relation_of(Answered(claim, answer)) == relation


def test_unsure_goes_nowhere(tables: Tables) -> None:
    labels = labelled(claims(tables, Settings()), "unsure")
    assert exported("golden", tables, labels).text == "a,b,label,rule,answer\n"
    assert len(exported("ignore", tables, labels).text.splitlines()) == 1
    assert "[[entry]]" not in exported("lexicon", tables, labels).text


def test_ids_that_name_two_stories_are_left_out_and_formulas_are_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "odd.jsonl"
    texts = [BODY.format("Tarn") + "\n\n" + MORE.format("Tarn")] * 2
    records = [{"id": name, "text": text} for name, text in zip(["=1+1", "b"], texts, strict=True)]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    tables = api.scan([str(path)], Settings())
    made = exported("golden", tables, labelled(claims(tables, Settings()), "yes"))
    assert made.text.splitlines()[1] == "=1+1,b,identical,DUP101,yes"
    assert any("formulas" in note for note in made.notes)
    tables.stories.append(tables.stories[0]._replace(line=9))
    made = exported("golden", tables, labelled(claims(tables, Settings()), "yes"))
    assert made.text == "a,b,label,rule,answer\n"
    assert "1 left out: their ids name several stories" in made.notes


def test_answers_outlive_a_new_scan_in_another_order(tmp_path: Path) -> None:
    first = read_run(scanned(tmp_path))
    corpus = tmp_path / "corpus.jsonl"
    lines = corpus.read_text().splitlines(keepends=True)
    moved = tmp_path / "moved.jsonl"
    moved.write_text("\n" + "".join(reversed(lines)))
    second = api.scan([str(moved)], Settings())
    before = {claim.question.key for claim in claims(first, Settings())}
    after = {claim.question.key for claim in claims(second, Settings())}
    assert before == after
    assert len(before) > 20


def test_a_confirmed_template_is_a_pattern_with_its_slot(tmp_path: Path) -> None:
    path = tmp_path / "slots.jsonl"
    filled = tuple(f"Comment on this article: https://x.example/{n}" for n in range(8))
    records = [
        {"id": story.story_id, "source": story.source, "date": story.published, "text": story.text}
        for story in stories(filled)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    tables = api.scan([str(path)], Settings())
    labels = labelled(claims(tables, Settings()), "yes", "BLP312")
    assert len(labels) == 8
    made = exported("lexicon", tables, labels)
    (entry,) = tomllib.loads(made.text)["entry"]
    assert entry["patterns"] == ["Comment on this article: {url}"]
    assert entry["match"] == sorted(filled)
    (tmp_path / "own.toml").write_text(made.text, "utf-8")
    text = f"{BODY.format('Here')}\n\nComment on this article: https://y.example/z"
    own = {"boilerplate_lexicon": (str(tmp_path / "own.toml"),), "learn": False}
    assert list(api.check([text], **own).findings["rule"]) == ["BLP303"]


def test_a_stretch_of_a_paragraph_that_is_content_stays(tmp_path: Path) -> None:
    path = tmp_path / "glued.jsonl"
    text = f"{BODY.format('Tarn')} Read more: Floods in the north\n\n{MORE.format('Tarn')}"
    path.write_text(json.dumps({"id": "1", "text": text}) + "\n", "utf-8")
    tables = api.scan([str(path)], Settings())
    labels = labelled(claims(tables, Settings()), "no", "BLP")
    made = exported("ignore", tables, labels)
    assert made.text.splitlines()[1:] == ["Read more: Floods in the north"]
    (tmp_path / "keep.txt").write_text(made.text, "utf-8")
    kept = Settings(ignore_lines=(str(tmp_path / "keep.txt"),))
    assert [f.rule for f in tables.findings] == ["BLP302"]
    assert list(api.scan([str(path)], kept).findings) == []


def test_findings_that_were_called_wrong_are_accepted_by_check(tmp_path: Path) -> None:
    run = scanned(tmp_path)
    tables = read_run(run)
    found = claims(tables, Settings())
    wrong = labelled(found, "version", "DUP101") | labelled(found, "no", "PAR201")
    right = labelled(found, "yes", "DUP102") | labelled(found, "unsure", "DUP103")
    made = exported("baseline", tables, wrong | right | labelled(found, "no", "BLP"))
    (tmp_path / "wrong.jsonl").write_text(made.text, "utf-8")
    accepted = [f for f in tables.findings if f.rule in ("DUP101", "PAR201")]
    assert made.notes[0].startswith(f"{len(accepted)} findings accepted")
    assert '"note":"review: version"' in made.text
    done = subprocess.run(
        command("check", "--run", "run", "--baseline", "wrong.jsonl", "--output-format",
                "json-lines"),
        cwd=tmp_path, text=True, check=False, capture_output=True, env=environment(), timeout=60,
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["rule"] for row in rows if not row["new"]} == {"DUP101", "PAR201"}
    assert sum(not row["new"] for row in rows) == len(accepted)
    assert not any(row["new"] for row in rows if row["rule"] in ("DUP101", "PAR201"))
