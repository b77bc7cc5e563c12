"""Findings as JUnit XML: a suite a file, a case a finding.

Written for the schema of Jenkins' xUnit plug-in, which GitLab, Azure and others read as well:
times, hosts and dates are left out, so that equal runs give equal bytes.
"""

from __future__ import annotations

import html
from typing import TextIO

from dedup.model import Finding, Tables
from dedup.report import wording
from dedup.report.escape import escape, shorten
from dedup.report.look import Look
from dedup.report.places import Places
from dedup.rules import LEVELS, at_least

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_EXCERPT_CELLS = _NAME_CELLS = 300


def write_junit(tables: Tables, stream: TextIO, look: Look) -> None:
    """Failures for findings at or above ``fail-on``, skipped cases for milder ones.

    A run without findings is one passing case, so that a dashboard shows that it ran.
    """
    floor = look.fail_on or tables.manifest.get("settings", {}).get("fail-on", "error")
    places = Places(look.root)
    suites: dict[str, list[Finding]] = {}
    for finding in tables.findings:
        suites.setdefault(places.path(finding.path), []).append(finding)
    stream.write(f'{_HEAD}<testsuites name="dedup">\n')
    for path, findings in sorted(suites.items()):
        failed = sum(_fails(finding, floor) for finding in findings)
        stream.write(_suite(path, len(findings), failed, len(findings) - failed))
        for finding in findings:
            stream.write(_case(path, finding, failed=_fails(finding, floor)))
        stream.write("  </testsuite>\n")
    if not suites:
        stream.write(_suite("dedup", 1, 0, 0))
        stream.write('    <testcase classname="dedup" name="nothing was found" time="0"/>\n')
        stream.write("  </testsuite>\n")
    stream.write("</testsuites>\n")


def _fails(finding: Finding, floor: str) -> bool:
    return floor in LEVELS and finding.level in LEVELS and at_least(finding.level, floor)


def _suite(name: str, tests: int, failures: int, skipped: int) -> str:
    return (
        f'  <testsuite name={_attribute(name)} tests="{tests}" failures="{failures}" errors="0" '
        f'skipped="{skipped}" time="0">\n'
    )


def _case(path: str, finding: Finding, *, failed: bool) -> str:
    name = " ".join(part for part in (finding.rule, wording.subject(finding)) if part)
    tag = "failure" if failed else "skipped"
    lines = [wording.place(finding), wording.message(finding)]
    lines += [f"{label}: {words}" for label, words in wording.details(finding)]
    quoted = shorten(wording.excerpt(finding), _EXCERPT_CELLS)
    lines += [f"quoted: {quoted}"] if quoted else []
    body = "\n".join(lines)
    name = _attribute(shorten(name, _NAME_CELLS))
    return (
        f'    <testcase classname={_attribute(path)} name={name} time="0">\n'
        f"      <{tag} type={_attribute(finding.level)} "
        f"message={_attribute(wording.message(finding))}>"
        f"{_text(body)}</{tag}>\n"
        "    </testcase>\n"
    )


def _attribute(text: str) -> str:
    """An attribute in quotes; what XML has no character for was escaped before."""
    return f'"{html.escape(escape(text))}"'


def _text(text: str) -> str:
    """Character data of lines that are escaped already."""
    return html.escape(text, quote=False)
