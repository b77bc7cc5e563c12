"""Tables for tests of reports: a run with one finding of every kind, and a hostile one.

``python -m tests.report.samples`` writes the golden files again, after a look at the difference.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from dedup import report
from dedup.model import ClusterRow, Finding, Fix, StoryRow, Tables
from dedup.rules import RULES

GOLDEN = Path(__file__).parent / "golden"
ENDINGS = {
    "json": "json", "json-lines": "jsonl", "csv": "csv", "markdown": "md", "sarif": "sarif",
    "gitlab": "json", "junit": "xml",
}  # fmt: skip

SECRETS = (
    "Seven", "Nine people", "Old Mill Bridge", "Quake hits coast", "fish market", "Follow us",
)  # fmt: skip
"""Words of stories, titles, facts and learned lines: what --redact must not print."""


def _finding(rule: str, message: str, story: str, line: int, **more: Any) -> Finding:
    known = RULES[rule]
    plain = Finding(
        rule, known.level, message, story, "AP", "feeds/monday.jsonl", line, None, None, None,
        None, None, (), None, {}, known.fix, f"{rule.lower()}-{story}",
    )  # fmt: skip
    return plain._replace(**more)


_FINDINGS = (
    _finding("DUP101", "the same text as ap-1", "ap-2", 2, cluster_id="c1", kept_id="ap-1",
             related=("ap-1",), score=1.0, evidence={"relation": "identical", "jaccard": 1.0}),
    _finding("DUP102", "near-duplicate of ap-1", "ap-3", 3, cluster_id="c1", kept_id="ap-1",
             related=("ap-1",), score=0.9341,
             evidence={"jaccard": 0.9341, "cosine": 0.98, "hours_apart": None}),
    _finding("DUP104", "updated by ap-5: Seven → Nine people", "ap-4", 4, kept_id="ap-5",
             related=("ap-5",), score=0.89, evidence={"facts": ["Seven → Nine people"]}),
    _finding("PAR201", "repeats paragraph 0 of this story", "essay", 1, path="feeds/essay.txt",
             paragraph=3, start=400, end=640, score=1.0,
             evidence={"text": "The Old Mill Bridge near the fish market " * 4, "line": 9,
                       "repeat_of": 0, "words": 44}),
    _finding("BLP301", "where an advertisement stood (en:advertisement)", "ap-1", 1, paragraph=2,
             start=40, end=53, fingerprint="ad",
             evidence={"entry": "en:advertisement", "text": "Advertisement", "pattern": "Adv…"}),
    _finding("BLP301", "where an advertisement stood (en:advertisement)", "ap-5", 5, paragraph=1,
             start=40, end=53, fingerprint="ad",
             evidence={"entry": "en:advertisement", "text": "Advertisement", "pattern": "Adv…"}),
    _finding("BLP312", "fits 'Follow us on {}', in 9 stories of AP", "ap-5", 5, paragraph=4,
             start=90, end=130, evidence={"template": "Follow us on {}", "stories": 9,
                                          "text": "Follow us on the fish market page"}),
    _finding("INP901", "not JSON: unexpected end at 'fish market'", "", 9, source=""),
    _finding("INP902", "nothing to compare: 0 words", "ap-9", 8, source="", path="", new=False),
)

SAMPLE = Tables(
    stories=[
        StoryRow(f"ap-{n}", "AP", "2026-11-20T08:00:00Z", "Quake hits coast",
                 "feeds/monday.jsonl", n, 300, None, None, True, None, f"{n:016x}")
        for n in range(1, 6)
    ],
    clusters=[ClusterRow("c1", f"ap-{n}", "ap-1", "duplicate", "longest") for n in (1, 2, 3)],
    findings=sorted(_FINDINGS, key=lambda found: (found.story_id, found.path, found.rule)),
    manifest={"version": "0.1.0", "settings": {"fail-on": "error"},
              "counts": {"stories": 6, "words": 1800, "duplicates": 2, "clusters": 1}},
)  # fmt: skip

HOSTILE = (
    "<script>alert(1)</script>",
    "</script></code></failure>-->",
    "]]><!-- &amp; &#0; &lt;",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    "\u202egpj.exe\u2066",
    "x" * 1_000_000,
    "\x1b[2J\x1b]0;title\x07",
    '=HYPERLINK("http://evil.example/","x")',
    "\uff1dcmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "::error file=a,line=1::pwned",
    "  ::add-mask::e",
    "##[error]pwned ###[group]x",
    "one\ntwo\r\n::warning::x\r\u2028\u0085three",
    "%0A::error::x%25 100%",
    "[a](http://evil.example) ![i](http://evil.example/p.png) <http://evil.example>",
    "@octocat #1 www.evil.example :tada: $x$ `code` | pipe \\| end",
    "a,b;c\"d'e,line=9,title=x::y",
    "\ud800\udcff\ufffe\x00\x7f\x9b",
    "-",
    "../../etc/passwd",
    "a:b/c d?e#f%",
)


def hostile_tables(text: str) -> Tables:
    """Findings of a rule that exists and one that does not, with the text in every field."""
    finding = Finding(
        text, text, text, text, text, text, 1, 0, 0, 1, text, f"{text}2", (text, "other"), 0.5,
        {text: text, "text": text, "list": [text], "facts": (text,)}, Fix(text, text), text,
    )  # fmt: skip
    known = finding._replace(rule="DUP102", level="error", fix=Fix("drop", "unsafe"))
    words = finding._replace(rule="BLP312", level="note", message=f"stands in {text}", end=9_999)
    row = StoryRow(text, text, text, text, text, 1, 3, text, text, False, text, text)
    return Tables(
        stories=[row], findings=[finding, known, words],
        clusters=[ClusterRow(text, text, text, text, text)],
        manifest={"version": "0.1.0", "counts": {"stories": 1}},
    )


def written(name: str, tables: Tables, **options: Any) -> str:
    stream = io.StringIO()
    report.write(name, tables, stream, **options)
    return stream.getvalue()


def many(count: int, **more: Any) -> Tables:
    """So many findings of three levels, mixed."""
    levels = ("note", "error", "warning")
    return replace(SAMPLE, findings=[
        _FINDINGS[0]._replace(
            level=levels[n % 3], story_id=f"s-{n}", fingerprint=f"f-{n}", line=n + 1, **more
        )
        for n in range(count)
    ])  # fmt: skip


def golden(name: str) -> Path:
    return GOLDEN / f"{name}.{ENDINGS.get(name, 'txt')}"


def main() -> None:
    for name in report.FORMATS:
        golden(name).write_text(written(name, SAMPLE), encoding="utf-8", newline="\n")
    sys.stderr.write(f"written: {GOLDEN}\n")


if __name__ == "__main__":
    main()
